from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.ed25519 import Signer
from wellclear.trust.typed import MAX_SIGNED_BYTES, Signed, authenticated, sign_typed, verify_typed

SIGNER = Signer(bytes(range(32)))
types = st.text(st.characters(exclude_categories=("C",)), min_size=1, max_size=30)
payloads = st.binary(max_size=60)


@given(types, payloads)
def test_what_is_signed_holds(payload_type: str, payload: bytes):
    verify_typed(sign_typed(payload_type, payload, SIGNER), SIGNER.verifier)


@given(types, payloads, types, payloads)
def test_no_two_messages_are_signed_alike(one_type: str, one: bytes, other_type: str, other: bytes):
    same = (one_type, one) == (other_type, other)
    assert (authenticated(one_type, one) == authenticated(other_type, other)) == same


@given(types, payloads)
def test_another_type_or_payload_does_not_hold(payload_type: str, payload: bytes):
    signed = sign_typed(payload_type, payload, SIGNER)
    for changed in (
        Signed(payload_type + "x", payload, signed.signature),
        Signed(payload_type, payload + b"x", signed.signature),
    ):
        with pytest.raises(VerificationFailed):
            verify_typed(changed, SIGNER.verifier)
    with pytest.raises(VerificationFailed):
        verify_typed(signed, Signer(bytes(32)).verifier)


@pytest.mark.parametrize(
    ("payload_type", "code"),
    [("", "line-malformed"), ("a\nb", "line-malformed"), ("é" * 128, "line-malformed"), ("a\tb", "text-malformed")],
)
def test_what_is_no_type_is_refused(payload_type: str, code: str):
    with pytest.raises(MalformedInput) as refused:
        sign_typed(payload_type, b"", SIGNER)
    assert refused.value.code == code
    with pytest.raises(MalformedInput) as refused:
        Signed(payload_type, b"", bytes(64))
    assert refused.value.code == code


@pytest.mark.parametrize("length", [0, 63, 65])
def test_other_lengths_are_no_signature(length: int):
    with pytest.raises(MalformedInput) as refused:
        Signed("type", b"", bytes(length))
    assert refused.value.code == "signature-length"


def test_the_largest_payload_passes_and_one_byte_more_does_not():
    verify_typed(sign_typed("type", bytes(MAX_SIGNED_BYTES), SIGNER), SIGNER.verifier)
    with pytest.raises(MalformedInput) as refused:
        Signed("type", bytes(MAX_SIGNED_BYTES + 1), bytes(64))
    assert refused.value.code == "signed-size"
