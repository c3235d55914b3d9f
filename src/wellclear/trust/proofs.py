"""Proofs about the tree of RFC 9162: that a leaf stands in it, and that a later tree only appended to an earlier one.

Made from stored hashes, asked for one by one, so that a log of a million leaves need not be in memory. Verified by the
algorithms of sections 2.1.3.2 and 2.1.4.2, which share nothing with the making.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from wellclear.errors import NotFound, RuleViolated, VerificationFailed
from wellclear.trust.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, split_point

MAX_PROOF_HASHES: Final = 64
"""Hashes of one proof: the height of the largest tree, and one more."""


class Subtrees(Protocol):
    """What a store must answer, so that proofs can be made from it."""

    def __call__(self, level: int, index: int, /) -> bytes:
        """Hash of the complete subtree of 2^level leaves whose first leaf is number index * 2^level.

        Level 0 is the leaves' own hashes. Only complete subtrees are asked for, which never change.
        """


def subtrees_of(leaf: Callable[[int], bytes]) -> Subtrees:
    """Answer for subtrees from stored hashes of leaves alone.

    The hashes asked for are folded one after another; no more than one a level is held.

    Args:
        leaf: the stored hash of a leaf, by its index.
    """

    def subtree(level: int, index: int, /) -> bytes:
        if level == 0:
            return leaf(index)
        return node_hash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1))

    return subtree


def completed(size: int, leaf: bytes, subtrees: Subtrees) -> tuple[tuple[int, int, bytes], ...]:
    """The subtrees that one more leaf completes, for a store that keeps them.

    Args:
        size: leaves before this one, which is its index.
        leaf: the leaf's hash.
        subtrees: the subtrees kept so far.

    Returns:
        Level, index and hash of each, the leaf itself first.
    """
    done = [(0, size, leaf)]
    level, index, node = 0, size, leaf
    while index & 1:
        node = node_hash(subtrees(level, index - 1), node)
        level, index = level + 1, index >> 1
        done.append((level, index, node))
    return tuple(done)


def tree_root(size: int, subtrees: Subtrees) -> bytes:
    """Root of a tree from its stored hashes.

    Args:
        size: leaves of the tree, all of them stored.
        subtrees: the stored hashes.
    """
    return _range_root(0, size, subtrees) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, subtrees: Subtrees) -> tuple[bytes, ...]:
    """Hashes that lead from a leaf to the root of a tree: RFC 9162, section 2.1.3.1.

    Args:
        index: the leaf's number, from 0.
        size: leaves of the tree, all of them stored.
        subtrees: the stored hashes.

    Raises:
        NotFound: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise NotFound(f"a log of {size} entries has no entry {index}", code="proof-leaf", wanted="0 to the size - 1")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split_point(end - start)
        if index < middle:
            path.append(_range_root(middle, end, subtrees))
            end = middle
        else:
            path.append(_range_root(start, middle, subtrees))
            start = middle
    return tuple(reversed(path))


def consistency_proof(older_size: int, newer_size: int, subtrees: Subtrees) -> tuple[bytes, ...]:
    """Hashes that show that a tree contains an earlier one unchanged: RFC 9162, section 2.1.4.1.

    Args:
        older_size: leaves of the earlier tree, at least 1; the empty tree needs no proof.
        newer_size: leaves of the later tree, all of them stored.
        subtrees: the stored hashes.

    Returns:
        The proof, empty for equal sizes.

    Raises:
        RuleViolated: the sizes are not in order, or the earlier tree is empty.
    """
    if not 0 < older_size <= newer_size:
        raise RuleViolated(
            f"no proof leads from {older_size} to {newer_size} entries",
            code="proof-sizes",
            wanted="sizes in order, the earlier one at least 1",
        )
    path: list[bytes] = []
    start, end = 0, newer_size
    while older_size != end:
        middle = start + split_point(end - start)
        if older_size <= middle:
            path.append(_range_root(middle, end, subtrees))
            end = middle
        else:
            path.append(_range_root(start, middle, subtrees))
            start = middle
    if start > 0:
        path.append(_range_root(start, end, subtrees))
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Hold only if the leaf stands at this index of the tree of this size and root: RFC 9162, section 2.1.3.2.

    Args:
        leaf: the leaf's hash.
        index: its number, from 0.
        size: leaves of the tree.
        proof: hashes from the leaf upwards.
        root: the tree's root, from a verified checkpoint.

    Raises:
        VerificationFailed: it does not.
    """
    if not 0 <= index < size:
        raise VerificationFailed(f"a tree of {size} leaves has no leaf {index}", code="inclusion-index")
    _verify_hashes((leaf, *proof))
    place, last, result = index, size - 1, leaf
    for node in proof:
        if last == 0:
            raise _wrong_length(len(proof))
        if place & 1 or place == last:
            result = node_hash(node, result)
            place, last = _rise(place, last)
        else:
            result = node_hash(result, node)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise _wrong_length(len(proof))
    if result != root:
        raise VerificationFailed("the leaf is not in the tree: the proof leads to another root", code="inclusion-root")


def verify_consistency(
    older_size: int, older_root: bytes, newer_size: int, newer_root: bytes, proof: Sequence[bytes]
) -> None:
    """Hold only if the newer tree is the older one with leaves appended: RFC 9162, section 2.1.4.2.

    Args:
        older_size: leaves of the older tree, at least 1.
        older_root: its root.
        newer_size: leaves of the newer tree.
        newer_root: its root.
        proof: the hashes of the proof; empty exactly for equal sizes.

    Raises:
        VerificationFailed: it is not, or the older tree is empty, of which a proof says nothing.
    """
    if not 0 < older_size <= newer_size:
        raise VerificationFailed(f"no tree grows from {older_size} to {newer_size} leaves", code="consistency-sizes")
    if older_size == newer_size:
        if proof:
            raise _wrong_length(len(proof))
        if older_root != newer_root:
            raise VerificationFailed("two trees of one size have different roots", code="consistency-root")
        return
    if not proof:
        raise _wrong_length(0)
    _verify_hashes((older_root, *proof))
    older, newer = _two_roots(older_size, older_root, newer_size, proof)
    if older != older_root:
        raise VerificationFailed("the proof does not lead to the older root", code="consistency-older-root")
    if newer != newer_root:
        raise VerificationFailed("the proof does not lead to the newer root", code="consistency-root")


def _two_roots(older_size: int, older_root: bytes, newer_size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The older and the newer root to which a proof leads, for sizes that differ."""
    path = iter((older_root, *proof) if older_size.bit_count() == 1 else proof)
    place, last = older_size - 1, newer_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = next(path)
    for node in path:
        if last == 0:
            raise _wrong_length(len(proof))
        if place & 1 or place == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            place, last = _rise(place, last)
        else:
            newer = node_hash(newer, node)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise _wrong_length(len(proof))
    return older, newer


def _rise(place: int, last: int) -> tuple[int, int]:
    """From the right edge of the tree, go up past the levels on which nothing stands left of the place."""
    while not place & 1 and place != 0:
        place, last = place >> 1, last >> 1
    return place, last


def _range_root(start: int, end: int, subtrees: Subtrees) -> bytes:
    """Root over the leaves from start to end, where start is a multiple of the largest power of two within."""
    return _folded(subtrees(level, index) for level, index in _pieces(start, end))


def _pieces(start: int, end: int) -> list[tuple[int, int]]:
    """Level and index of the complete subtrees that make up a range, from the right."""
    pieces: list[tuple[int, int]] = []
    while start < end:
        level = (end & -end).bit_length() - 1
        while end - (1 << level) < start:
            level -= 1
        end -= 1 << level
        pieces.append((level, end >> level))
    return pieces


def _folded(from_right: Iterable[bytes]) -> bytes:
    nodes = iter(from_right)
    root = next(nodes)
    for node in nodes:
        root = node_hash(node, root)
    return root


def _verify_hashes(hashes: Sequence[bytes]) -> None:
    """Hold only if these are hashes, and no more than a proof can need; of 31 and 33 bytes two would pass for one."""
    if len(hashes) > MAX_PROOF_HASHES + 1:
        raise _wrong_length(len(hashes) - 1)
    if any(len(node) != HASH_BYTES for node in hashes):
        raise VerificationFailed("the proof holds what is no hash of 32 bytes", code="proof-hash")


def _wrong_length(hashes: int) -> VerificationFailed:
    return VerificationFailed(f"{hashes} hashes do not fit these sizes", code="proof-length")
