from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import NotFound, RuleViolated, VerificationFailed
from wellclear.trust.merkle import EMPTY, leaf_hash, node_hash, split_point
from wellclear.trust.proofs import (
    MAX_PROOF_HASHES,
    completed,
    consistency_proof,
    inclusion_proof,
    subtrees_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(number.to_bytes(2)) for number in range(200)]
ROOTS = [EMPTY.extend(LEAVES[:size]).root for size in range(201)]
SUBTREES = subtrees_of(LEAVES.__getitem__)
NO_HASH = bytes(31)


def slow_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, section 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    middle = split_point(len(leaves))
    if index < middle:
        return [*slow_path(index, leaves[:middle]), EMPTY.extend(leaves[middle:]).root]
    return [*slow_path(index - middle, leaves[middle:]), EMPTY.extend(leaves[:middle]).root]


def slow_subproof(older: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 9162, section 2.1.4.1, word for word."""
    if older == len(leaves):
        return [] if whole else [EMPTY.extend(leaves).root]
    middle = split_point(len(leaves))
    if older <= middle:
        return [*slow_subproof(older, leaves[:middle], whole=whole), EMPTY.extend(leaves[middle:]).root]
    return [*slow_subproof(older - middle, leaves[middle:], whole=False), EMPTY.extend(leaves[:middle]).root]


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, 200))
    return draw(st.integers(0, size - 1)), size


@st.composite
def growths(draw: st.DrawFn) -> tuple[int, int]:
    newer = draw(st.integers(1, 200))
    return draw(st.integers(1, newer)), newer


@given(st.integers(0, 200))
def test_the_root_of_stored_hashes_is_the_folded_one(size: int):
    assert tree_root(size, SUBTREES) == ROOTS[size]


@given(places())
def test_inclusion_is_proven_as_defined(place: tuple[int, int]):
    index, size = place
    proof = inclusion_proof(index, size, SUBTREES)
    assert list(proof) == slow_path(index, LEAVES[:size])
    verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


@given(places(), st.integers(0, 199), st.integers(0, 220))
def test_inclusion_elsewhere_is_not_proven(place: tuple[int, int], other: int, other_size: int):
    index, size = place
    proof = inclusion_proof(index, size, SUBTREES)
    if other != index:
        with pytest.raises(VerificationFailed):
            verify_inclusion(LEAVES[other], index, size, proof, ROOTS[size])
        with pytest.raises(VerificationFailed):
            verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
    if other_size <= 200 and other_size != size:
        with pytest.raises(VerificationFailed):
            verify_inclusion(LEAVES[index], index, size, proof, ROOTS[other_size])


@given(growths())
def test_consistency_is_proven_as_defined(growth: tuple[int, int]):
    older, newer = growth
    proof = consistency_proof(older, newer, SUBTREES)
    assert list(proof) == slow_subproof(older, LEAVES[:newer], whole=True)
    verify_consistency(older, ROOTS[older], newer, ROOTS[newer], proof)


@given(growths(), st.data())
def test_a_rewritten_log_is_not_consistent(growth: tuple[int, int], data: st.DataObject):
    older, newer = growth
    rewritten = data.draw(st.integers(0, older - 1))
    leaves = [*LEAVES[:rewritten], leaf_hash(b"another"), *LEAVES[rewritten + 1 : newer]]
    proof = consistency_proof(older, newer, subtrees_of(leaves.__getitem__))
    with pytest.raises(VerificationFailed):
        verify_consistency(older, ROOTS[older], newer, EMPTY.extend(leaves).root, proof)


@given(growths(), st.data())
def test_one_bit_of_a_proof_counts(growth: tuple[int, int], data: st.DataObject):
    older, newer = growth
    proof = list(consistency_proof(older, newer, SUBTREES))
    if not proof:
        return
    hit = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    proof[hit] = (int.from_bytes(proof[hit]) ^ 1 << bit).to_bytes(32)
    with pytest.raises(VerificationFailed):
        verify_consistency(older, ROOTS[older], newer, ROOTS[newer], proof)


@given(st.integers(1, 200))
def test_a_store_that_keeps_what_is_completed_can_prove(size: int):
    kept: dict[tuple[int, int], bytes] = {}

    def subtree(level: int, index: int, /) -> bytes:
        return kept[level, index]

    for number, leaf in enumerate(LEAVES[:size]):
        kept |= {(level, index): node for level, index, node in completed(number, leaf, subtree)}
    assert all(kept[level, index] == SUBTREES(level, index) for level, index in kept)
    assert len(kept) == 2 * size - size.bit_count()
    assert inclusion_proof(size // 2, size, subtree) == inclusion_proof(size // 2, size, SUBTREES)
    assert consistency_proof((size + 1) // 2, size, subtree) == consistency_proof((size + 1) // 2, size, SUBTREES)


def test_a_proof_over_a_million_leaves_asks_for_few_hashes():
    asked: list[tuple[int, int]] = []

    def subtree(level: int, index: int, /) -> bytes:
        """Every leaf is the same, so that a subtree's hash follows from its level."""
        asked.append((level, index))
        node = LEAVES[0]
        for _ in range(level):
            node = node_hash(node, node)
        return node

    size = 1_000_000
    root = tree_root(size, subtree)
    assert len(asked) == size.bit_count()
    asked.clear()
    verify_inclusion(LEAVES[0], 765_432, size, inclusion_proof(765_432, size, subtree), root)
    assert len(asked) < 64


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 5), (5, 5)])
def test_no_inclusion_without_a_leaf(index: int, size: int):
    with pytest.raises(NotFound) as refused:
        inclusion_proof(index, size, SUBTREES)
    assert refused.value.code == "proof-leaf"
    with pytest.raises(VerificationFailed) as failed:
        verify_inclusion(LEAVES[0], index, size, (), ROOTS[1])
    assert failed.value.code == "inclusion-index"


@pytest.mark.parametrize(("older", "newer"), [(0, 0), (0, 5), (5, 4), (-1, 4)])
def test_no_consistency_against_the_order(older: int, newer: int):
    with pytest.raises(RuleViolated) as refused:
        consistency_proof(older, newer, SUBTREES)
    assert refused.value.code == "proof-sizes"
    with pytest.raises(VerificationFailed) as failed:
        verify_consistency(older, ROOTS[older], newer, ROOTS[newer], ())
    assert failed.value.code == "consistency-sizes"


def test_inclusion_says_what_is_wrong():
    proof = inclusion_proof(3, 7, SUBTREES)
    cases = {
        "proof-length": (proof[:-1], proof * 2, proof * MAX_PROOF_HASHES),
        "proof-hash": ((*proof[:-1], NO_HASH), (*proof[:-1], proof[-1] + b"\x00")),
        "inclusion-root": ((*proof[:-1], LEAVES[0]), tuple(reversed(proof))),
    }
    for code, wrong in cases.items():
        for path in wrong:
            with pytest.raises(VerificationFailed) as failed:
                verify_inclusion(LEAVES[3], 3, 7, path, ROOTS[7])
            assert failed.value.code == code


def test_consistency_says_what_is_wrong():
    proof = consistency_proof(3, 7, SUBTREES)
    cases = {
        "proof-length": ((), proof[:-1], proof * 2, proof * MAX_PROOF_HASHES),
        "proof-hash": ((*proof[:-1], NO_HASH),),
        "consistency-older-root": ((LEAVES[9], *proof[1:]),),
        "consistency-root": ((*proof[:-1], LEAVES[9]),),
    }
    for code, wrong in cases.items():
        for path in wrong:
            with pytest.raises(VerificationFailed) as failed:
                verify_consistency(3, ROOTS[3], 7, ROOTS[7], path)
            assert failed.value.code == code
