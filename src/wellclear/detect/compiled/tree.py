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

PARTS: Final = 16
"""Branches built side by side."""


class Tree(NamedTuple):
    """Nodes in preorder: the first child follows its parent.

    box     (m, 10) single precision: five lows, five highs
    skip    (m,) the next node that is not below this one
    low     (m,) first position of the volumes below
    high    (m,) one past the last position
    leaf    (m,) whether the node has no children
    order   (n,) row number of the volume at each position
    packed  (n, 10) the volumes' boxes by position
    """

    box: Singles
    skip: SmallInts
    low: SmallInts
    high: SmallInts
    leaf: np.ndarray
    order: SmallInts
    packed: Singles


def build(boxes: Singles, workers: Executor) -> Tree:
    """Build the tree of n boxes (n, 10), n > 0."""
    order = np.arange(len(boxes), dtype=np.int32)
    packed = boxes.copy()
    ranges = _class_ranges(boxes, order, packed)
    while len(ranges) < PARTS:
        low, high = max(ranges, key=lambda part: part[1] - part[0])
        if high - low <= LEAF * PARTS:
            break
        at = ranges.index((low, high))
        middle = int(halve(packed, order, low, high))
        ranges[at : at + 1] = [(low, middle), (middle, high)]
    branches = list(workers.map(lambda part: branch(packed, order, *part), ranges))
    return _joined(branches, order, packed)


def _class_ranges(boxes: Singles, order: SmallInts, packed: Singles) -> list[tuple[int, int]]:
    """Bring volumes of one class of size together; the runs of positions that they take."""
    size = boxes[:, AXES:] - boxes[:, :AXES]
    rank = np.zeros(len(boxes), dtype=np.int64)
    for one in (size[:, :3].max(axis=1), size[:, 3], size[:, 4]):
        rank *= 64
        rest = np.arange(len(boxes))
        for step in range(63):
            bound = np.median(one[rest]) * CLASS_RATIO
            if one[rest].max() <= bound:
                break
            rest = rest[one[rest] > bound / 4]
            rank[rest] += 1 if step < 63 else 0
    if not rank.any():
        return [(0, len(boxes))]
    by_class = np.argsort(rank, kind="stable")
    order[:] = order[by_class]
    packed[:] = packed[by_class]
    edges = np.flatnonzero(np.diff(rank[by_class])) + 1
    return list(zip([0, *edges.tolist()], [*edges.tolist(), len(boxes)], strict=True))


def _joined(branches: list[tuple], order: SmallInts, packed: Singles) -> Tree:
    """One preorder sequence out of branches: a forest needs no root, its first nodes follow each other by `skip`."""
    offset = np.cumsum([0, *(len(b[1]) for b in branches)])
    return Tree(
        box=np.concatenate([b[0] for b in branches]),
        skip=np.concatenate([b[1] + np.int32(o) for b, o in zip(branches, offset, strict=False)]),
        low=np.concatenate([b[2] for b in branches]),
        high=np.concatenate([b[3] for b in branches]),
        leaf=np.concatenate([b[4] for b in branches]),
        order=order,
        packed=packed,
    )


@kernel
def halve(packed, order, low, high):
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
    at = part(packed, order, low, high, best_axis, middles[taken // 2])
    if at - low < count // 16 or high - at < count // 16:
        return low + count // 2
    return at


@kernel
def part(packed, order, low, high, axis, pivot):
    """Bring boxes whose doubled middle is below the pivot to the front; returns how far they reach."""
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
def branch(packed, order, low, high):
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
    close(packed, box, skip, node_low, node_high, leaf, count)
    return box[:count].copy(), skip[:count].copy(), node_low[:count].copy(), node_high[:count].copy(), leaf[:count].copy()


@kernel
def close(packed, box, skip, node_low, node_high, leaf, count):
    """Fill boxes and skips from the last node to the first: children come after their parent."""
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
def widen(box, node, other, row):
    """Let a node's box hold another box."""
    for axis in range(AXES):
        box[node, axis] = min(box[node, axis], other[row, axis])
        box[node, axis + AXES] = max(box[node, axis + AXES], other[row, axis + AXES])
