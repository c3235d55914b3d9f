"""The lie: a log tells one party one history and another party another."""

from __future__ import annotations

import pytest

from wellclear.errors import VerificationFailed
from wellclear.trust.checkpoint import (
    Checkpoint,
    cosign_checkpoint,
    open_checkpoint,
    sign_checkpoint,
    verify_appended,
    verify_consistent,
)
from wellclear.trust.ed25519 import Signer
from wellclear.trust.equivocation import find_equivocation, verify_equivocation
from wellclear.trust.leaf import salted_leaf
from wellclear.trust.merkle import EMPTY
from wellclear.trust.note import print_note
from wellclear.trust.note_key import NoteKey, SignatureKind, cosigned_s
from wellclear.trust.proofs import consistency_proof, subtrees_of

LIAR, EAST, WEST = (Signer(bytes((number,)) * 32) for number in (1, 2, 3))
ORIGIN = "north.example/log/1"
KEY = NoteKey("north.example", SignatureKind.ED25519, LIAR.verifier)
EAST_KEY = NoteKey("east.example", SignatureKind.COSIGNATURE, EAST.verifier)

COMMON = [salted_leaf(bytes((number,)) * 32, b"entry") for number in range(20)]
TO_EAST = [*COMMON, salted_leaf(bytes(32), b"floor 2,000 m"), *COMMON[:9]]
TO_WEST = [*COMMON, salted_leaf(bytes(32), b"floor 500 m"), *COMMON[:9]]


def told(leaves: list[bytes], size: int) -> bytes:
    return print_note(sign_checkpoint(Checkpoint(ORIGIN, size, EMPTY.extend(leaves[:size]).root), KEY.name, LIAR))


def checkpoint(leaves: list[bytes], size: int) -> Checkpoint:
    return open_checkpoint(told(leaves, size), KEY, ORIGIN)


def test_each_view_alone_is_consistent():
    for leaves in (TO_EAST, TO_WEST):
        proof = consistency_proof(20, 25, subtrees_of(leaves.__getitem__))
        verify_consistent(checkpoint(leaves, 20), checkpoint(leaves, 25), proof)


@pytest.mark.parametrize("size", [21, 24, 30])
def test_two_who_compare_prove_the_lie(size: int):
    evidence = find_equivocation(told(TO_EAST, size), told(TO_WEST, size), KEY, ORIGIN)
    assert evidence is not None
    verify_equivocation(evidence, ORIGIN, KEY, KEY)


@pytest.mark.parametrize(("east", "west"), [(21, 30), (25, 22), (24, 25)])
def test_sizes_that_differ_do_not_hide_it(east: int, west: int):
    larger = TO_EAST if east > west else TO_WEST
    subtrees = subtrees_of(larger.__getitem__)
    evidence = find_equivocation(told(TO_EAST, east), told(TO_WEST, west), KEY, ORIGIN, subtrees)
    assert evidence is not None
    verify_equivocation(evidence, ORIGIN, KEY, KEY)


@pytest.mark.parametrize("older", range(21, 26))
def test_no_proof_leads_from_one_view_to_the_other(older: int):
    for leaves in (TO_EAST, TO_WEST):
        proof = consistency_proof(older, 26, subtrees_of(leaves.__getitem__))
        with pytest.raises(VerificationFailed):
            verify_consistent(checkpoint(TO_EAST, older), checkpoint(TO_WEST, 26), proof)


def test_before_the_fork_there_is_nothing_to_show():
    assert find_equivocation(told(TO_EAST, 20), told(TO_WEST, 20), KEY, ORIGIN) is None
    assert (
        find_equivocation(told(TO_EAST, 20), told(TO_WEST, 25), KEY, ORIGIN, subtrees_of(TO_WEST.__getitem__)) is None
    )


def test_a_cosignature_of_one_view_does_not_cover_the_other():
    east = cosign_checkpoint(sign_checkpoint(checkpoint(TO_EAST, 22), KEY.name, LIAR), EAST_KEY.name, EAST, 100)
    west = sign_checkpoint(checkpoint(TO_WEST, 22), KEY.name, LIAR)
    assert cosigned_s(east, EAST_KEY) == (100,)
    moved = type(west)(west.text, (*west.signatures, east.signatures[1]))
    with pytest.raises(VerificationFailed):
        cosigned_s(moved, EAST_KEY)


def test_an_honest_log_refuses_to_sign_a_fork_of_its_own():
    with pytest.raises(VerificationFailed):
        verify_appended(checkpoint(TO_EAST, 22), EMPTY.extend(TO_EAST[:22]), TO_WEST[20:25], checkpoint(TO_WEST, 25))
    with pytest.raises(VerificationFailed):
        verify_appended(checkpoint(TO_EAST, 22), EMPTY.extend(TO_WEST[:22]), TO_WEST[22:25], checkpoint(TO_WEST, 25))
