"""Asking a counterparty what it holds of the own centre, and its answer. Neither is logged.

A centre whose store was restored from a copy does not know what it said since; its counterparties do. Question and
answer are signed by the message key as an envelope is, and verified before they are parsed. On the wire each is 32
bytes of the signing key, 64 bytes of signature, and the payload: JSON. An answer names the digest of its question. What
it says in numbers is a claim; only the envelopes and the checkpoint in it, which the asking centre signed itself, are
evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.protocol.envelope import MAX_NAME, PROTOCOL_VERSION, Held
from wellclear.protocol.heartbeat import MAX_OFF_MS
from wellclear.trust.signing import SigningKey, VerifyingKey
from wellclear.trust.typed import Signed, sign_typed, verify_typed

MAX_QUESTION_BYTES: Final = 65_536
"""Bytes of a question: what is known of 500 epochs fits."""

MAX_PAGE_BYTES: Final = 2_097_152
"""Bytes of the envelopes of one answer: two of the largest."""

MAX_ANSWER_BYTES: Final = 3_145_728
"""Bytes of an answer: its envelopes in base64, and a checkpoint with the co-signatures of 64 witnesses."""

_QUESTION_TYPE: Final = "application/vnd.wellclear.question.v1+json"
_ANSWER_TYPE: Final = "application/vnd.wellclear.answer.v1+json"
_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64

KeyOf = Callable[[bytes], tuple[str, VerifyingKey]]


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


_ENCODER: Final = msgspec.json.Encoder()
Said = TypeVar("Said", Question, Answer)


def print_question(question: Question, signer: SigningKey) -> bytes:
    """Exact bytes of a question, signed."""
    return _print(question, _QUESTION_TYPE, signer)


def print_answer(answer: Answer, signer: SigningKey) -> bytes:
    """Exact bytes of an answer, signed."""
    return _print(answer, _ANSWER_TYPE, signer)


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
    question = _open(raw, _QUESTION_TYPE, Question, recipient, key_of)
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
    answer = _open(raw, _ANSWER_TYPE, Answer, recipient, key_of)
    if answer.question != sha256(question).digest():
        raise VerificationFailed("an answer to another question", code="answer-question", at="question")
    return answer


def _print(said: Question | Answer, payload_type: str, signer: SigningKey) -> bytes:
    signed = sign_typed(payload_type, _ENCODER.encode(said), signer)
    return signer.verifier.public + signed.signature + signed.payload


def _open(raw: bytes, payload_type: str, form: type[Said], recipient: str, key_of: KeyOf) -> Said:
    start = _KEY_BYTES + _SIGNATURE_BYTES
    most_bytes = MAX_QUESTION_BYTES if form is Question else MAX_ANSWER_BYTES
    if not start < len(raw) <= most_bytes:
        raise MalformedInput(f"{len(raw):,} bytes", code="recall-size", wanted=f"{start + 1} to {most_bytes:,} bytes")
    party, verifier = key_of(raw[:_KEY_BYTES])
    verify_typed(Signed(payload_type, raw[start:], raw[_KEY_BYTES:start]), verifier)
    said = _parse(raw[start:], form)
    if said.party != party:
        raise VerificationFailed(f"{party} signed for {said.party!r}", code="recall-party", at="party")
    if said.recipient != recipient:
        raise VerificationFailed(f"to {said.recipient!r}", code="recall-party", at="recipient", wanted=recipient)
    return said


def _parse(payload: bytes, form: type[Said]) -> Said:
    """What a verified payload says; only the one form that its fields print as is taken."""
    try:
        said: Said = msgspec.json.decode(payload, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise MalformedInput(f"neither question nor answer: {problem}", code="recall-form") from problem
    if said.version != PROTOCOL_VERSION:
        raise MalformedInput(f"protocol version {said.version}", code="protocol-version", wanted=str(PROTOCOL_VERSION))
    if max(len(said.party), len(said.recipient)) > MAX_NAME:
        raise MalformedInput("a name is too long", code="recall-name", wanted=f"at most {MAX_NAME} characters")
    if min(_numbers(said)) < 0:
        raise MalformedInput("a number is out of range", code="recall-numbers", wanted="0 or more")
    if _ENCODER.encode(said) != payload:
        raise MalformedInput("not in its one form", code="recall-form", wanted="canonical JSON")
    return said


def _numbers(said: Question | Answer) -> list[int]:
    """All that count or place something."""
    if isinstance(said, Question):
        helds, others = (said.holds, *said.said), said.start
    else:
        helds, others = (said.holds,), (said.index, *(said.then or ()))
    return [*others, *(number for held in helds for number in (held.epoch, held.safety, held.ordinary))]
