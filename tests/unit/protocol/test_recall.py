from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest

from rig.centres import CheapKey, key_for
from wellclear.errors import MalformedInput, VerificationFailed, WellclearError
from wellclear.protocol.envelope import Held
from wellclear.protocol.recall import (
    MAX_QUESTION_BYTES,
    Answer,
    Question,
    open_answer,
    open_question,
    print_answer,
    print_question,
)

NOW_MS = 1_795_000_000_000
QUESTION = Question(
    party="north", recipient="south", at_ms=NOW_MS, nonce=b"n" * 16, said=(Held(0, 1, 2), Held(1)), start=(0, 7)
)
RAW = print_question(QUESTION, key_for("north"))
ANSWER = Answer(
    party="south", recipient="north", question=sha256(RAW).digest(), holds=Held(0, 3, 4), envelopes=(b"e",), then=(0, 9)
)


def key_of(public: bytes) -> tuple[str, CheapKey]:
    for party in ("north", "south"):
        if key_for(party).public == public:
            return party, key_for(party)
    raise VerificationFailed("no enrolled key", code="key-unknown")


def opened(raw: bytes, now_ms: int = NOW_MS, recipient: str = "south") -> Question:
    return open_question(raw, recipient, now_ms, 100, key_of)


def test_question_and_answer_are_read_back() -> None:
    assert opened(RAW) == QUESTION
    assert open_answer(print_answer(ANSWER, key_for("south")), "north", RAW, key_of) == ANSWER


@pytest.mark.parametrize("off_ms", [60_101, -60_101])
def test_a_recorded_question_is_refused(off_ms: int) -> None:
    assert opened(RAW, NOW_MS + (60_100 if off_ms > 0 else -60_100)) == QUESTION
    with pytest.raises(VerificationFailed) as refused:
        opened(RAW, NOW_MS + off_ms)
    assert refused.value.code == "question-time"


def refusal(raw: bytes) -> str:
    with pytest.raises(WellclearError) as refused:
        opened(raw)
    return refused.value.code


def test_what_is_not_signed_or_not_to_the_own_centre_is_refused() -> None:
    assert refusal(RAW[:-3] + b"9}") == "signature"
    assert refusal(print_question(QUESTION, CheapKey(bytes(32)))) == "key-unknown"
    assert refusal(print_question(QUESTION, key_for("south"))) == "spoken-party"
    assert (
        refusal(print_question(msgspec.structs.replace(QUESTION, recipient="west"), key_for("north")))
        == "spoken-recipient"
    )
    assert refusal(print_answer(ANSWER, key_for("south"))) == "signature"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("version", 2, "protocol-version"),
        ("recipient", "x" * 81, "spoken-recipient"),
        ("start", (-1, 0), "recall-numbers"),
        ("holds", Held(0, 0, -1), "recall-numbers"),
        ("said", (Held(-1),), "recall-numbers"),
    ],
)
def test_values_out_of_range_are_refused(field: str, value: object, code: str) -> None:
    assert refusal(print_question(msgspec.structs.replace(QUESTION, **{field: value}), key_for("north"))) == code


def test_sizes_are_limited() -> None:
    assert refusal(b"") == refusal(bytes(96)) == "spoken-form"
    assert refusal(bytes(MAX_QUESTION_BYTES + 1)) == "spoken-size"


def test_an_answer_to_another_question_is_refused() -> None:
    other = print_question(msgspec.structs.replace(QUESTION, nonce=b"m" * 16), key_for("north"))
    with pytest.raises(VerificationFailed) as refused:
        open_answer(print_answer(ANSWER, key_for("south")), "north", other, key_of)
    assert refused.value.code == "answer-question"
    with pytest.raises(MalformedInput):
        open_answer(b"x", "north", RAW, key_of)
