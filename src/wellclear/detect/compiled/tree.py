"""A tree of boxes over volumes: halved again and again along the axis in which they are spread the most.

Spread is counted in mean sizes of the boxes, so the same rule suits a city and the world, a minute and a year. Where
volumes of very different size mix, each class of size gets a branch of its own at the top: few large ones would
otherwise swell every box above them. Nothing is tuned to a benchmark: sizes come from the data.
"""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Final, NamedTuple

import numpy as np

from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.compiled.volumes import AXES, Singles
from wellclear.model.columns import Ints, SmallInts

LEAF: Final = 16
"""Volumes in a leaf, at most."""

SAMPLE: Final = 64
"""Boxes looked at to choose where to halve."""

CLASS_RATIO: Final = 32.0
"""Boxes this many times the median size, and their like, get a branch of their own."""

MAX_CLASSES: Final = 8
"""Classes of size in each dimension; each is a factor of `CLASS_RATIO`, so eight are more than any world has."""

PARTS: Final = 16
"""Branches built side by side."""


class Tree(NamedTuple):
    """Nodes in preorder: the first child follows its parent.

    box     (m, 10) single precision: five lows, five highs
    skip    (m,) the next node that is not below this one
    low     (m,) first position of the volumes below
    high    (m,) one past the last position
    leaf    (m,) number of the leaf that the node is, -1 where it has children
    order   (n,) row number of the volume at each position
    lanes   (leaves, 10, LEAF) sides of the boxes in each leaf, in positions from its `low` on; unused ones are empty
    """

    box: Singles
    skip: SmallInts
    low: SmallInts
    high: SmallInts
    leaf: SmallInts
    order: SmallInts
    lanes: Singles


def build(boxes: Singles, workers: Executor) -> Tree:
    """Build the tree of n boxes (n, 10), n > 0. The boxes are brought into the tree's order in place."""
    order = np.arange(len(boxes), dtype=np.int32)
    ranges = _class_ranges(boxes, order)
    while len(ranges) < PARTS and max(high - low for low, high in ranges) > LEAF * PARTS:
        middles = list(workers.map(lambda run: int(halve(boxes, order, *run)), ranges))
        ranges = [
            half
            for (low, high), middle in zip(ranges, middles, strict=True)
            for half in ((low, middle), (middle, high))
            if half[1] > half[0]
        ]
    branches = list(workers.map(lambda run: branch(boxes, order, *run), ranges))
    return _joined(branches, order, boxes)


def _class_ranges(boxes: Singles, order: SmallInts) -> list[tuple[int, int]]:
    """Bring volumes of one class of size together; the runs of positions that they take."""
    rank = np.zeros(len(boxes), dtype=np.int64)
    for axes in ((0, 1, 2), (3,), (4,)):
        size = np.max([boxes[:, axis + AXES] - boxes[:, axis] for axis in axes], axis=0)
        rank = rank * MAX_CLASSES + _classes(size)
    if not rank.any():
        return [(0, len(boxes))]
    by_class = np.argsort(rank, kind="stable")
    order[:] = order[by_class]
    boxes[:] = boxes[by_class]
    edges = (np.flatnonzero(np.diff(rank[by_class])) + 1).tolist()
    return list(zip([0, *edges], [*edges, len(boxes)], strict=True))


def _classes(size: Singles) -> Ints:
    """Number of the class of each size (n,): 0 for what lies about the median, the next for what is far larger."""
    rank = np.zeros(len(size), dtype=np.int64)
    rest = np.arange(len(size))
    for number in range(1, MAX_CLASSES):
        bound = np.median(size[rest[:: max(1, len(rest) // 4096)]]) * CLASS_RATIO
        if size[rest].max() <= bound:
            break
        rest = rest[size[rest] > bound / 4]
        rank[rest] = number
    return rank


def _joined(branches: list[tuple[np.ndarray, ...]], order: SmallInts, boxes: Singles) -> Tree:
    """One preorder sequence out of branches: a forest needs no root, its first nodes follow each other by `skip`."""
    offset = np.cumsum([0, *(len(nodes[1]) for nodes in branches)])
    low, high, is_leaf = (np.concatenate([nodes[column] for nodes in branches]) for column in (2, 3, 4))
    leaf = np.where(is_leaf, np.cumsum(is_leaf) - 1, -1).astype(np.int32)
    lanes = np.empty((int(is_leaf.sum()), 2 * AXES, LEAF), dtype=np.float32)
    lay(lanes, boxes, low[is_leaf], high[is_leaf])
    return Tree(
        box=np.concatenate([nodes[0] for nodes in branches]),
        skip=np.concatenate([nodes[1] + np.int32(first) for nodes, first in zip(branches, offset, strict=False)]),
        low=low,
        high=high,
        leaf=leaf,
        order=order,
        lanes=lanes,
    )


@kernel
def lay(lanes: Singles, boxes: Singles, low: SmallInts, high: SmallInts) -> None:
    """Lay the boxes of each leaf side by side, side after side; empty lanes meet nothing."""
    for leaf in range(len(lanes)):
        for lane in range(LEAF):
            row = low[leaf] + lane
            for side in range(2 * AXES):
                if row < high[leaf]:
                    lanes[leaf, side, lane] = boxes[row, side]
                else:
                    lanes[leaf, side, lane] = np.inf if side < AXES else -np.inf


@kernel
def halve(packed: Singles, order: SmallInts, low: int, high: int) -> int:
    """Part positions low to high in two along the axis of the widest spread; returns where the second begins."""
    count = high - low
    taken = min(SAMPLE, count)
    middles = np.empty(taken, dtype=np.float32)
    best_axis, best_spread = 0, np.float32(-1.0)
    for axis in range(AXES):
        least, most, size = np.inf, -np.inf, 0.0
        for s in range(taken):
            row = low + s * count // taken
            twice = packed[row, axis] + packed[row, axis + AXES]
            least, most = min(least, twice), max(most, twice)
            size += packed[row, axis + AXES] - packed[row, axis]
        spread = np.float32((most - least) / (size / taken + 1e-6))
        if spread > best_spread:
            best_axis, best_spread = axis, spread
    for s in range(taken):
        row = low + s * count // taken
        middles[s] = packed[row, best_axis] + packed[row, best_axis + AXES]
    middles.sort()
    at = part(packed, order, (low, high), best_axis, middles[taken // 2])
    if at - low < count // 16 or high - at < count // 16:
        return low + count // 2
    return at


@kernel
def part(packed: Singles, order: SmallInts, run: tuple[int, int], axis: int, pivot: float) -> int:
    """Bring boxes of a run whose doubled middle is below the pivot to its front; returns how far they reach."""
    low, high = run
    i, j = low, high - 1
    while True:
        while i <= j and packed[i, axis] + packed[i, axis + AXES] < pivot:
            i += 1
        while i <= j and packed[j, axis] + packed[j, axis + AXES] >= pivot:
            j -= 1
        if i >= j:
            return i
        for k in range(2 * AXES):
            packed[i, k], packed[j, k] = packed[j, k], packed[i, k]
        order[i], order[j] = order[j], order[i]


@kernel
def branch(packed: Singles, order: SmallInts, low: int, high: int) -> tuple[np.ndarray, ...]:
    """Build the nodes over positions low to high in preorder: box, skip, low, high, leaf."""
    room = 4 * (high - low) // LEAF + 64
    box = np.empty((room, 2 * AXES), dtype=np.float32)
    skip = np.empty(room, dtype=np.int32)
    node_low = np.empty(room, dtype=np.int32)
    node_high = np.empty(room, dtype=np.int32)
    leaf = np.zeros(room, dtype=np.bool_)
    pending_low = np.empty(256, dtype=np.int64)
    pending_high = np.empty(256, dtype=np.int64)
    pending_low[0], pending_high[0] = low, high
    depth, count = 1, 0
    while depth > 0:
        depth -= 1
        here_low, here_high = pending_low[depth], pending_high[depth]
        node_low[count], node_high[count] = here_low, here_high
        leaf[count] = here_high - here_low <= LEAF
        if not leaf[count]:
            middle = halve(packed, order, here_low, here_high)
            pending_low[depth], pending_high[depth] = middle, here_high
            pending_low[depth + 1], pending_high[depth + 1] = here_low, middle
            depth += 2
        count += 1
    close(packed, (box, skip, node_low, node_high, leaf), count)
    return (
        box[:count].copy(),
        skip[:count].copy(),
        node_low[:count].copy(),
        node_high[:count].copy(),
        leaf[:count].copy(),
    )


@kernel
def close(packed: Singles, nodes: tuple[np.ndarray, ...], count: int) -> None:
    """Fill boxes and skips from the last node to the first: children come after their parent."""
    box, skip, node_low, node_high, leaf = nodes
    for node in range(count - 1, -1, -1):
        for axis in range(AXES):
            box[node, axis], box[node, axis + AXES] = np.inf, -np.inf
        if leaf[node]:
            skip[node] = node + 1
            for row in range(node_low[node], node_high[node]):
                widen(box, node, packed, row)
        else:
            second = skip[node + 1]
            skip[node] = skip[second]
            widen(box, node, box, node + 1)
            widen(box, node, box, second)


@kernel
def widen(box: Singles, node: int, other: Singles, row: int) -> None:
    """Let a node's box hold another box."""
    for axis in range(AXES):
        box[node, axis] = min(box[node, axis], other[row, axis])
        box[node, axis + AXES] = max(box[node, axis + AXES], other[row, axis + AXES])
