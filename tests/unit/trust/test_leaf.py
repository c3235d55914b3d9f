from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.leaf import commitment, committed_leaf, salted_leaf, verify_opened
from wellclear.trust.merkle import EMPTY, leaf_hash
from wellclear.trust.proofs import inclusion_proof, subtrees_of, verify_inclusion

SALT = bytes(range(32))
salts = st.binary(min_size=32, max_size=32)
contents = st.binary(max_size=100)


def test_the_exact_bytes():
    committed = sha256(b"wellclear/commitment/v1\nentry\n" + SALT + b"notice").digest()
    assert commitment("entry", SALT, b"notice") == committed
    assert committed_leaf(committed) == sha256(b"\x00wellclear/leaf/v1\n" + committed).digest()
    assert salted_leaf(SALT, b"notice") == committed_leaf(committed)


@given(salts, contents)
def test_an_entry_opens(salt: bytes, content: bytes):
    verify_opened(salted_leaf(salt, content), salt, content)


@given(salts, contents, salts, contents)
def test_no_other_salt_or_content_opens_it(salt: bytes, content: bytes, other_salt: bytes, other_content: bytes):
    if (salt, content) != (other_salt, other_content):
        with pytest.raises(VerificationFailed) as failed:
            verify_opened(salted_leaf(salt, content), other_salt, other_content)
        assert failed.value.code == "leaf-opened"


def test_a_byte_cannot_move_between_label_salt_and_content():
    assert commitment("entry", SALT, b"xyz") != commitment("entry2", SALT, b"xyz")
    assert commitment("a", SALT, b"") != commitment("a", bytes(reversed(SALT)), b"")
    with pytest.raises(MalformedInput):
        commitment("entry\n", SALT, b"")


def test_a_salted_leaf_is_not_the_leaf_of_its_content():
    assert salted_leaf(SALT, b"notice") != leaf_hash(b"notice")
    assert salted_leaf(SALT, b"notice") != leaf_hash(SALT + b"notice")


@pytest.mark.parametrize("length", [0, 31, 33])
def test_other_lengths_are_no_salt(length: int):
    with pytest.raises(MalformedInput) as refused:
        salted_leaf(bytes(length), b"")
    assert refused.value.code == "salt-length"


def test_one_entry_is_shown_without_the_rest():
    entries = [(bytes((number,)) * 32, b"entry %d" % number) for number in range(7)]
    leaves = [salted_leaf(salt, content) for salt, content in entries]
    root = EMPTY.extend(leaves).root
    proof = inclusion_proof(4, 7, subtrees_of(leaves.__getitem__))
    salt, content = entries[4]
    verify_opened(leaves[4], salt, content)
    verify_inclusion(leaves[4], 4, 7, proof, root)
    unopened = committed_leaf(commitment("entry", salt, content))
    verify_inclusion(unopened, 4, 7, proof, root)
