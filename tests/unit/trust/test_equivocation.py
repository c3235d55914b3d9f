from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.checkpoint import Checkpoint, sign_checkpoint
from wellclear.trust.ed25519 import Signer
from wellclear.trust.equivocation import Equivocation, find_equivocation, verify_equivocation
from wellclear.trust.merkle import EMPTY, leaf_hash
from wellclear.trust.note import print_note
from wellclear.trust.note_key import NoteKey, SignatureKind
from wellclear.trust.proofs import consistency_proof, subtrees_of

SIGNER, OTHER = Signer(bytes(range(32))), Signer(bytes(32))
KEY = NoteKey("log.example", SignatureKind.ED25519, SIGNER.verifier)
ORIGIN = "log.example/1"
TOLD_ONE = [leaf_hash(number.to_bytes(2)) for number in range(30)]


def told_other(changed: int) -> list[bytes]:
    return [*TOLD_ONE[:changed], leaf_hash(b"another"), *TOLD_ONE[changed + 1 :]]


def signed(leaves: list[bytes], size: int, signer: Signer = SIGNER, origin: str = ORIGIN) -> bytes:
    return print_note(sign_checkpoint(Checkpoint(origin, size, EMPTY.extend(leaves[:size]).root), KEY.name, signer))


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 29))
def test_two_histories_are_proven(first: int, second: int, changed: int):
    older, newer = sorted((first, second))
    changed %= older
    leaves = told_other(changed)
    one, other = signed(TOLD_ONE, older), signed(leaves, newer)
    evidence = find_equivocation(other, one, KEY, ORIGIN, subtrees_of(leaves.__getitem__))
    assert evidence is not None
    verify_equivocation(evidence, ORIGIN, KEY, KEY)
    if older < newer:
        assert (evidence.older, evidence.newer) == (one, other)


@given(st.integers(0, 30), st.integers(0, 30))
def test_one_history_gives_no_evidence(first: int, second: int):
    one, other = signed(TOLD_ONE, first), signed(TOLD_ONE, second)
    assert find_equivocation(one, other, KEY, ORIGIN, subtrees_of(TOLD_ONE.__getitem__)) is None


def test_two_of_one_size_need_no_hashes():
    evidence = find_equivocation(signed(TOLD_ONE, 7), signed(told_other(3), 7), KEY, ORIGIN)
    assert evidence is not None
    assert evidence.proof == ()
    verify_equivocation(evidence, ORIGIN, KEY, KEY)


def test_without_hashes_two_sizes_cannot_be_compared():
    assert find_equivocation(signed(TOLD_ONE, 7), signed(told_other(3), 9), KEY, ORIGIN) is None


def test_hashes_of_another_tree_are_no_evidence():
    with pytest.raises(VerificationFailed):
        find_equivocation(signed(TOLD_ONE, 7), signed(TOLD_ONE, 9), KEY, ORIGIN, subtrees_of(told_other(3).__getitem__))


def test_an_honest_log_cannot_be_accused():
    older, newer = signed(TOLD_ONE, 7), signed(TOLD_ONE, 9)
    proof = consistency_proof(7, 9, subtrees_of(TOLD_ONE.__getitem__))
    root = EMPTY.extend(TOLD_ONE[:7]).root
    with pytest.raises(VerificationFailed) as failed:
        verify_equivocation(Equivocation(older, newer, root, proof), ORIGIN, KEY, KEY)
    assert failed.value.code == "equivocation-none"
    false_root = EMPTY.extend(told_other(3)[:7]).root
    false_proof = consistency_proof(7, 9, subtrees_of(told_other(3).__getitem__))
    for accusation in (
        Equivocation(older, newer, false_root, proof),
        Equivocation(older, newer, false_root, false_proof),
        Equivocation(older, newer, false_root, ()),
        Equivocation(older, newer, root, proof[:-1]),
        Equivocation(older, older, false_root, ()),
        Equivocation(newer, older, false_root, ()),
        Equivocation(signed(TOLD_ONE, 0), newer, false_root, ()),
    ):
        with pytest.raises(VerificationFailed):
            verify_equivocation(accusation, ORIGIN, KEY, KEY)


def test_both_checkpoints_must_be_the_logs_own():
    good = Equivocation(signed(TOLD_ONE, 7), signed(told_other(3), 7), EMPTY.extend(told_other(3)[:7]).root)
    verify_equivocation(good, ORIGIN, KEY, KEY)
    for bad in (
        replace(good, older=signed(TOLD_ONE, 7, OTHER)),
        replace(good, newer=signed(told_other(3), 7, OTHER)),
        replace(good, newer=signed(told_other(3), 7, origin="log.example/2")),
    ):
        with pytest.raises(VerificationFailed):
            verify_equivocation(bad, ORIGIN, KEY, KEY)
    with pytest.raises(MalformedInput):
        verify_equivocation(replace(good, older=b"hello"), ORIGIN, KEY, KEY)


def test_a_log_that_changed_its_key_is_still_held_to_its_word():
    second = NoteKey(KEY.name, KEY.kind, OTHER.verifier)
    evidence = Equivocation(signed(TOLD_ONE, 7), signed(told_other(3), 7, OTHER), EMPTY.extend(told_other(3)[:7]).root)
    verify_equivocation(evidence, ORIGIN, KEY, second)
    with pytest.raises(VerificationFailed):
        verify_equivocation(evidence, ORIGIN, KEY, KEY)
