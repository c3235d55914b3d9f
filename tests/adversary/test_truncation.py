"""The lie: something is cut off, and what is left is shown as the whole."""

from __future__ import annotations

import pytest

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint, verify_appended, verify_consistent
from wellclear.trust.ed25519 import Signer
from wellclear.trust.equivocation import find_equivocation, verify_equivocation
from wellclear.trust.merkle import EMPTY, leaf_hash
from wellclear.trust.note import print_note
from wellclear.trust.note_key import NoteKey, SignatureKind
from wellclear.trust.proofs import (
    consistency_proof,
    inclusion_proof,
    subtrees_of,
    verify_consistency,
    verify_inclusion,
)

SIGNER = Signer(bytes(range(32)))
ORIGIN = "north.example/log/1"
KEY = NoteKey("north.example", SignatureKind.ED25519, SIGNER.verifier)
LEAVES = [leaf_hash(number.to_bytes(2)) for number in range(30)]
SUBTREES = subtrees_of(LEAVES.__getitem__)


def root(leaves: list[bytes]) -> bytes:
    return EMPTY.extend(leaves).root


def checkpoint(leaves: list[bytes]) -> Checkpoint:
    return Checkpoint(ORIGIN, len(leaves), root(leaves))


def told(leaves: list[bytes]) -> bytes:
    return print_note(sign_checkpoint(checkpoint(leaves), KEY.name, SIGNER))


@pytest.mark.parametrize("kept", [0, 1, 16, 29])
def test_a_log_that_lost_its_end_is_not_consistent(kept: int):
    for proof in ((), consistency_proof(30, 30, SUBTREES), consistency_proof(max(kept, 1), 30, SUBTREES)):
        with pytest.raises(VerificationFailed):
            verify_consistent(checkpoint(LEAVES), checkpoint(LEAVES[:kept]), proof)


def test_a_log_that_lost_its_end_and_grew_again_is_proven_a_liar():
    regrown = [*LEAVES[:25], *(leaf_hash(b"other %d" % number) for number in range(10))]
    with pytest.raises(VerificationFailed):
        verify_consistent(
            checkpoint(LEAVES), checkpoint(regrown), consistency_proof(30, 35, subtrees_of(regrown.__getitem__))
        )
    evidence = find_equivocation(told(LEAVES), told(regrown), KEY, ORIGIN, subtrees_of(regrown.__getitem__))
    assert evidence is not None
    verify_equivocation(evidence, ORIGIN, KEY, KEY)


def test_a_restored_store_may_not_sign_over_what_it_lost():
    with pytest.raises(VerificationFailed) as failed:
        verify_appended(checkpoint(LEAVES), EMPTY.extend(LEAVES[:25]), LEAVES[:3], checkpoint(LEAVES[:28]))
    assert failed.value.code == "append-frontier"


def test_an_entry_in_the_middle_cannot_be_dropped():
    without = [*LEAVES[:10], *LEAVES[11:]]
    proof = inclusion_proof(10, 29, subtrees_of(without.__getitem__))
    with pytest.raises(VerificationFailed):
        verify_inclusion(LEAVES[10], 10, 29, proof, root(without))
    with pytest.raises(VerificationFailed):
        verify_inclusion(LEAVES[11], 10, 30, proof, root(LEAVES))


@pytest.mark.parametrize("index", [0, 7, 15, 16, 28, 29])
def test_a_proof_cut_at_either_end_does_not_hold(index: int):
    proof = inclusion_proof(index, 30, SUBTREES)
    for start in range(len(proof) + 1):
        for end in range(start, len(proof) + 1):
            if (start, end) != (0, len(proof)):
                with pytest.raises(VerificationFailed):
                    verify_inclusion(LEAVES[index], index, 30, proof[start:end], root(LEAVES))


@pytest.mark.parametrize("older", [1, 8, 15, 16, 29])
def test_a_consistency_proof_cut_at_either_end_does_not_hold(older: int):
    proof = consistency_proof(older, 30, SUBTREES)
    for start in range(len(proof) + 1):
        for end in range(start, len(proof) + 1):
            if (start, end) != (0, len(proof)):
                with pytest.raises(VerificationFailed):
                    verify_consistency(older, root(LEAVES[:older]), 30, root(LEAVES), proof[start:end])


def test_no_beginning_of_a_checkpoint_is_one():
    encoded = told(LEAVES)
    assert open_checkpoint(encoded, KEY, ORIGIN) == checkpoint(LEAVES)
    for end in range(len(encoded)):
        with pytest.raises(MalformedInput):
            open_checkpoint(encoded[:end], KEY, ORIGIN)
