from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import VerificationFailed, WellclearError
from wellclear.protocol.spoken import Form
from wellclear.protocol.witnessing import (
    ASK_FORM,
    CHECKPOINT_FORM,
    COSIGN_FORM,
    MAX_ASKED,
    MAX_WITNESSING_BYTES,
    PROOF_FORM,
    Ask,
    CheckpointOffer,
    Cosign,
    Included,
    Lie,
    Proof,
)
from wellclear.trust.ed25519 import Signer
from wellclear.trust.signing import VerifyingKey
from wellclear.trust.typed import sign_typed

KEY = Signer(bytes(range(32)))
TYPE = "application/vnd.wellclear.ask.v1+json"
ASK = Ask(party="north", recipient="south", epoch=0, size=7, older_size=5, indexes=(3,))
LIE = Lie("west", 0, "older", "newer", bytes(32), (bytes(32),))
SPOKEN: list[tuple[Form[Any], Any]] = [
    (ASK_FORM, ASK),
    (CHECKPOINT_FORM, CheckpointOffer(party="north", recipient="south", epoch=0, note="n", older_size=0, lies=(LIE,))),
    (COSIGN_FORM, Cosign(party="north", recipient="south", answers=bytes(32), wanted=7)),
    (PROOF_FORM, Proof(party="north", recipient="south", answers=b"", included=(Included(0, 0, 0, b"", b"", b""),))),
]


def key_of(public: bytes) -> tuple[str, VerifyingKey]:
    if public != KEY.verifier.public:
        raise VerificationFailed("unknown", code="key-unknown")
    return "north", KEY.verifier


def refused(raw: bytes, recipient: str = "south") -> str:
    with pytest.raises(WellclearError) as caught:
        ASK_FORM.open(raw, recipient, key_of)
    return caught.value.code


def signed(payload: bytes, kind: str = TYPE) -> bytes:
    return KEY.verifier.public + sign_typed(kind, payload, KEY).signature + payload


@pytest.mark.parametrize(("form", "message"), SPOKEN)
def test_what_was_signed_is_opened(form: Form[Any], message: Any) -> None:  # noqa: ANN401 - one of several kinds
    assert form.open(form.print(message, KEY), "south", key_of) == message


@pytest.mark.parametrize(("form", "message"), SPOKEN[1:])
def test_none_is_taken_for_another(form: Form[Any], message: Any) -> None:  # noqa: ANN401 - as above
    assert refused(form.print(message, KEY)) == "signature-refused"


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_and_nothing_else(raw: bytes) -> None:
    assert refused(raw)


def test_each_flaw_has_its_code() -> None:
    raw = ASK_FORM.print(ASK, KEY)
    payload = msgspec.json.encode(ASK)
    assert signed(payload) == raw
    assert refused(raw, "west") == "spoken-recipient"
    assert refused(raw[:50]) == "spoken-form"
    assert refused(raw + bytes(MAX_WITNESSING_BYTES)) == "spoken-size"
    assert refused(raw[:-1] + b" ") == "signature-refused"
    assert refused(signed(payload.replace(b"north", b"west"))) == "spoken-party"
    assert refused(signed(payload + b" ")) == "spoken-form"
    assert refused(signed(payload.replace(b'"version":1', b'"version":2'))) == "protocol-version"
    assert refused(signed(payload.replace(b'"size":7', b'"size":-7'))) == "spoken-form"
    many = msgspec.structs.replace(ASK, indexes=tuple(range(MAX_ASKED + 1)))
    assert refused(ASK_FORM.print(many, KEY)) == "spoken-form"
