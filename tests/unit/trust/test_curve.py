from __future__ import annotations

import nacl.bindings
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.trust.curve import verify_prime_order
from wellclear.trust.ed25519 import Signer

P = 2**255 - 19
SMALL_ORDER = {  # C2SP, CCTV/ed25519, "Low-order edwards25519 point encodings"
    "00" * 32: "key-low-order",
    "00" * 31 + "80": "key-low-order",
    "01" + "00" * 31: "key-low-order",
    "ec" + "ff" * 30 + "7f": "key-low-order",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05": "key-low-order",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85": "key-low-order",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a": "key-low-order",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa": "key-low-order",
    "ed" + "ff" * 30 + "7f": "key-not-canonical",
    "ed" + "ff" * 31: "key-not-canonical",
    "01" + "00" * 30 + "80": "key-not-canonical",
    "ee" + "ff" * 30 + "7f": "key-not-canonical",
    "ee" + "ff" * 31: "key-not-canonical",
    "ec" + "ff" * 31: "key-not-canonical",
}


def refusal(encoded: bytes) -> str:
    try:
        verify_prime_order(encoded)
    except MalformedInput as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(("encoded", "code"), SMALL_ORDER.items())
def test_points_of_low_order_are_refused(encoded: str, code: str):
    assert refusal(bytes.fromhex(encoded)) == code


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_other_lengths_are_no_key(length: int):
    assert refusal(bytes(length)) == "key-length"


@given(st.binary(min_size=32, max_size=32))
def test_own_arithmetic_and_libsodium_agree_on_any_bytes(encoded: bytes):
    assert (refusal(encoded) == "") == nacl.bindings.crypto_core_ed25519_is_valid_point(encoded)


@given(st.binary(min_size=32, max_size=32))
def test_keys_made_from_seeds_are_of_prime_order(seed: bytes):
    assert refusal(Signer(seed).verifier.public) == ""


def test_y_of_the_field_and_its_neighbour_below():
    assert refusal((P - 1).to_bytes(32, "little")) == "key-low-order"
    assert refusal(P.to_bytes(32, "little")) == "key-not-canonical"


def test_half_of_all_bytes_are_no_point():
    assert refusal((2).to_bytes(32, "little")) == "key-no-point"
    assert refusal((3).to_bytes(32, "little")) in {"", "key-mixed-order"}
