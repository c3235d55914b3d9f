"""The log's tree as it grows: the subtrees that new leaves complete, for the store to keep."""

from __future__ import annotations

from collections.abc import Iterable

from wellclear.trust.merkle import Frontier, node_hash


def grown(frontier: Frontier, leaves: Iterable[bytes]) -> tuple[tuple[tuple[int, int, bytes], ...], Frontier]:
    """The inner nodes that leaves complete, and the frontier after them.

    Args:
        frontier: before.
        leaves: hashes of the leaves, 32 bytes each, in order.

    Returns:
        Level (from 1), index within the level and hash of each completed subtree; and the frontier.
    """
    size, nodes = frontier.size, list(frontier.nodes)
    done: list[tuple[int, int, bytes]] = []
    for leaf in leaves:
        nodes.append(leaf)
        level, place = 0, size
        while place & 1:
            right = nodes.pop()
            nodes[-1] = node_hash(nodes[-1], right)
            level, place = level + 1, place >> 1
            done.append((level, place, nodes[-1]))
        size += 1
    return tuple(done), Frontier(size, tuple(nodes))
