"""Asking a counterparty what it holds of the own centre, and its answer: spoken as `wellclear.protocol.spoken` says.

A centre whose store was restored from a copy does not know what it said since; its counterparties do. An answer names
the digest of its question. What it says in numbers is a claim; only the envelopes and the checkpoint in it, which the
asking centre signed itself, are evidence.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import msgspec

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.protocol.envelope import PROTOCOL_VERSION, Held
from wellclear.protocol.heartbeat import MAX_OFF_MS
from wellclear.protocol.spoken import Form, KeyOf
from wellclear.trust.signing import SigningKey

MAX_QUESTION_BYTES: Final = 65_536
"""Bytes of a question: what is known of 500 epochs fits."""

MAX_PAGE_BYTES: Final = 2_097_152
"""Bytes of the envelopes of one answer: two of the largest."""

MAX_ANSWER_BYTES: Final = 3_145_728
"""Bytes of an answer: its envelopes in base64, and a checkpoint with the co-signatures of 64 witnesses."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What do you hold of me?

    Attributes:
        version: of this form.
        party: who asks.
        recipient: who is asked.
        at_ms: when, by the asking centre's clock.
        nonce: 16 random bytes, so that no two questions are the same.
        said: what the asking log has of what it said to the recipient, for each of its epochs.
        holds: what the asking centre holds of the recipient without a gap.
        start: place in the recipient's log from which on envelopes are wanted.
    """

    version: int = PROTOCOL_VERSION
    party: str
    recipient: str
    at_ms: int
    nonce: bytes
    said: tuple[Held, ...] = ()
    holds: Held = Held()
    start: tuple[int, int] = (0, 0)


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What I hold of you.

    Attributes:
        version: of this form.
        party: who answers.
        recipient: who asked.
        question: SHA-256 of the question's exact bytes.
        holds: what is held of the asking centre without a gap, in the newest epoch of it that was seen.
        index: newest number of entries of that epoch that the asking centre said it had; 0 where it said none lately.
        checkpoint: newest checkpoint of its log that was co-signed, as a signed note; empty for none.
        envelopes: exact bytes of envelopes that the question lacks, of both sides, in the order of the answering log.
        then: place in the answering log from which on more may be found; nothing at the end.
    """

    version: int = PROTOCOL_VERSION
    party: str
    recipient: str
    question: bytes
    holds: Held
    index: int = 0
    checkpoint: str = ""
    envelopes: tuple[bytes, ...] = ()
    then: tuple[int, int] | None = None


_QUESTION: Final = Form("application/vnd.wellclear.question.v1+json", Question, MAX_QUESTION_BYTES)
_ANSWER: Final = Form("application/vnd.wellclear.answer.v1+json", Answer, MAX_ANSWER_BYTES)


def print_question(question: Question, signer: SigningKey) -> bytes:
    """Exact bytes of a question, signed."""
    return _QUESTION.print(question, signer)


def print_answer(answer: Answer, signer: SigningKey) -> bytes:
    """Exact bytes of an answer, signed."""
    return _ANSWER.print(answer, signer)


def open_question(raw: bytes, recipient: str, now_ms: int, error_ms: int, key_of: KeyOf) -> Question:
    """Verify a question, then parse it; a recorded one is refused after a minute.

    Args:
        raw: bytes from outside.
        recipient: party to which it must be addressed.
        now_ms: by the own clock.
        error_ms: largest error of the own clock.
        key_of: as in `open_envelope`.

    Raises:
        MalformedInput: not the form of a question.
        VerificationFailed: not signed by an enrolled key of the party that it names, to another party, or not of now.
    """
    question = _QUESTION.open(raw, recipient, key_of)
    _verify_numbers(question)
    if abs(question.at_ms - now_ms) > MAX_OFF_MS + error_ms:
        raise VerificationFailed("the question is not of now", code="question-time", at="at_ms", wanted="within 60 s")
    return question


def open_answer(raw: bytes, recipient: str, question: bytes, key_of: KeyOf) -> Answer:
    """Verify an answer, then parse it.

    Args:
        raw: bytes from outside.
        recipient: party to which it must be addressed.
        question: exact bytes that were sent.
        key_of: as in `open_envelope`.

    Raises:
        MalformedInput: not the form of an answer.
        VerificationFailed: not signed by an enrolled key of the party that it names, or not to this question.
    """
    answer = _ANSWER.open(raw, recipient, key_of)
    _verify_numbers(answer)
    if answer.question != sha256(question).digest():
        raise VerificationFailed("an answer to another question", code="answer-question", at="question")
    return answer


def _verify_numbers(said: Question | Answer) -> None:
    """Refuse numbers out of range."""
    if min(_numbers(said)) < 0:
        raise MalformedInput("a number is out of range", code="recall-numbers", wanted="0 or more")


def _numbers(said: Question | Answer) -> list[int]:
    """All that count or place something."""
    if isinstance(said, Question):
        helds, others = (said.holds, *said.said), said.start
    else:
        helds, others = (said.holds,), (said.index, *(said.then or ()))
    return [*others, *(number for held in helds for number in (held.epoch, held.safety, held.ordinary))]
