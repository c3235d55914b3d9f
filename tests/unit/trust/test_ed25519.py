from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.ed25519 import Signer, Verifier, verify_both

SIGNER = Signer(bytes(range(32)))
messages = st.binary(max_size=200)


@given(messages)
def test_what_is_signed_holds(message: bytes):
    SIGNER.verifier.verify(message, SIGNER.sign(message))


@given(messages, st.integers(0, 511))
def test_one_bit_of_the_signature_counts(message: bytes, bit: int):
    signature = (int.from_bytes(SIGNER.sign(message)) ^ 1 << bit).to_bytes(64)
    with pytest.raises(VerificationFailed):
        SIGNER.verifier.verify(message, signature)


@given(messages, messages)
def test_another_message_does_not_hold(message: bytes, other: bytes):
    if message != other:
        with pytest.raises(VerificationFailed) as failed:
            SIGNER.verifier.verify(other, SIGNER.sign(message))
        assert failed.value.code == "signature-refused"


def test_another_key_does_not_hold():
    with pytest.raises(VerificationFailed):
        Signer(bytes(32)).verifier.verify(b"", SIGNER.sign(b""))


@pytest.mark.parametrize("length", [0, 63, 65, 128])
def test_other_lengths_are_no_signature(length: int):
    with pytest.raises(VerificationFailed) as failed:
        SIGNER.verifier.verify(b"", bytes(length))
    assert failed.value.code == "signature-length"


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ((False, False), "signature-refused"),
        ((True, False), "signature-disputed"),
        ((False, True), "signature-disputed"),
    ],
)
def test_one_library_is_not_enough(accepted: tuple[bool, bool], code: str):
    with pytest.raises(VerificationFailed) as failed:
        verify_both(*accepted)
    assert failed.value.code == code


def test_two_libraries_are_enough():
    verify_both(True, True)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_other_lengths_are_no_seed(length: int):
    with pytest.raises(MalformedInput) as refused:
        Signer(bytes(length))
    assert refused.value.code == "seed-length"


def test_a_weak_key_makes_no_verifier():
    with pytest.raises(MalformedInput) as refused:
        Verifier(bytes(32))
    assert refused.value.code == "key-low-order"


def test_a_faulty_signature_does_not_leave():
    faulty = Signer(bytes(range(32)))
    object.__setattr__(faulty, "verifier", Signer(bytes(32)).verifier)
    with pytest.raises(VerificationFailed):
        faulty.sign(b"hello")


def test_a_secret_is_not_shown():
    shown = repr(SIGNER) + str(SIGNER)
    assert repr(SIGNER.seed) not in shown
    assert SIGNER.seed.hex() not in shown
    assert repr(SIGNER.verifier) in shown


def test_keys_are_equal_by_their_bytes():
    assert Verifier(SIGNER.verifier.public) == SIGNER.verifier
    assert len({Verifier(SIGNER.verifier.public), SIGNER.verifier}) == 1
    assert Signer(bytes(32)).verifier != SIGNER.verifier
