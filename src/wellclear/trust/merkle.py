"""The Merkle tree of RFC 9162, section 2.1, with SHA-256: its hashes, its frontier, and its root by two algorithms.

The frontier folds upwards, leaf by leaf, as a binary counter carries. `split_root` goes downwards, splitting as the
definition in section 2.1.1 does. They share nothing but the two hashes, so that a slip in one is seen by the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from wellclear.errors import MalformedInput

HASH_BYTES: Final = 32
"""Bytes of one SHA-256 hash."""

LEAF_PREFIX: Final = b"\x00"
NODE_PREFIX: Final = b"\x01"
"""RFC 9162, section 2.1.1: leaves and nodes are hashed apart, or a node could be shown as a leaf."""

EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of the tree without leaves."""

MAX_TREE_SIZE: Final = 2**63 - 1
"""Leaves of one log: what a signed number of 64 bits holds, which is what stores and other verifiers count with."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of a leaf's bytes: SHA-256(0x00 || leaf)."""
    return sha256(LEAF_PREFIX + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node over its two children: SHA-256(0x01 || left || right)."""
    return sha256(NODE_PREFIX + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """What must be kept of a tree to append to it: the roots of its complete subtrees, the largest first.

    A tree of 13 leaves has three, of 8, 4 and 1 leaves: one for each bit of its size.

    Attributes:
        size: leaves of the tree, from 0.
        nodes: hashes of the complete subtrees, 32 bytes each, from the left.

    Raises:
        MalformedInput: the size is out of range, or the nodes are not as many hashes as it has bits.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_TREE_SIZE:
            raise MalformedInput(f"no tree has {self.size} leaves", code="tree-size", wanted="0 to 2^63 - 1")
        if len(self.nodes) != self.size.bit_count() or any(len(node) != HASH_BYTES for node in self.nodes):
            raise MalformedInput(
                f"these are not the complete subtrees of {self.size} leaves",
                code="frontier-nodes",
                wanted=f"{self.size.bit_count()} hashes of 32 bytes",
            )

    def append(self, leaf: bytes) -> Frontier:
        """The frontier after one more leaf.

        Args:
            leaf: the leaf's hash, as `leaf_hash` makes it.

        Raises:
            MalformedInput: not a hash, or the tree is full.
        """
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """The frontier after more leaves.

        Args:
            leaves: hashes of the leaves, in order.

        Raises:
            MalformedInput: one is not a hash, or the tree is full.
        """
        size, nodes = self.size, list(self.nodes)
        for leaf in leaves:
            if len(leaf) != HASH_BYTES:
                raise MalformedInput(f"{len(leaf)} bytes are no hash of a leaf", code="leaf-hash", wanted="32 bytes")
            nodes.append(leaf)
            carry = size
            while carry & 1:
                right = nodes.pop()
                nodes[-1] = node_hash(nodes[-1], right)
                carry >>= 1
            size += 1
        return Frontier(size, tuple(nodes))

    @property
    def root(self) -> bytes:
        """Root of the whole tree, 32 bytes."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root


EMPTY: Final = Frontier()
"""The frontier of a tree without leaves."""


def split_root(leaves: Sequence[bytes], after: Frontier = EMPTY) -> bytes:
    """Root of a tree by the recursive definition of RFC 9162, section 2.1.1.

    It checks what `Frontier` folded. Starting from a stored frontier it needs only the leaves that came after it.

    Args:
        leaves: hashes of the leaves that follow those of `after`, in order.
        after: frontier of the leaves before them.

    Returns:
        The root over all of them, 32 bytes.
    """
    size = after.size + len(leaves)
    if size == 0:
        return EMPTY_ROOT
    known = dict(zip(_subtree_ends(after.size), after.nodes, strict=True))

    def _over(start: int, end: int) -> bytes:
        if (start, end) in known:
            return known[start, end]
        if end - start == 1:
            return leaves[start - after.size]
        middle = start + split_point(end - start)
        return node_hash(_over(start, middle), _over(middle, end))

    return _over(0, size)


def split_point(size: int) -> int:
    """The largest power of two below a size of 2 or more: how many leaves stand left of the root."""
    return 1 << (size - 1).bit_length() - 1


def _subtree_ends(size: int) -> list[tuple[int, int]]:
    """First leaf, and the leaf after the last, of each complete subtree of a tree, the largest first."""
    ends: list[tuple[int, int]] = []
    start = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            ends.append((start, start + (1 << level)))
            start += 1 << level
    return ends
