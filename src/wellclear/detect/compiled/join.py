"""The tree joined with itself: every pair of volumes whose boxes meet, judged."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.compiled.plane import CLEAR, CLOSE, cores_verdict, limit_m
from wellclear.detect.compiled.tree import LEAF, Tree
from wellclear.detect.compiled.volumes import AXES, BUFFER, CEILING, END, FLOOR, GROUP, START, Singles, Volumes
from wellclear.geo.frame import Floats
from wellclear.model.columns import Ints, SmallInts
from wellclear.model.minima import Minima


class Rules(NamedTuple):
    """The minima as the kernels take them; `margin_m` is that of `bounds.margin_m`."""

    margin_m: float
    vertical_dmm: int
    time_ms: int


def rules(minima: Minima, margin_m: float) -> Rules:
    """The minima for kernels."""
    return Rules(margin_m, minima.vertical_dmm, minima.time_ms)


@kernel
def meet(one: Singles, i: int, other: Singles, j: int) -> bool:
    """Whether two boxes meet, without a branch for each axis: a wrong guess costs more than ten comparisons."""
    meets = True
    for axis in range(AXES):
        meets &= (one[i, axis] <= other[j, axis + AXES]) & (one[i, axis + AXES] >= other[j, axis])
    return meets


@kernel
def meeting(lanes: Singles, leaf: int, box: Singles, row: int) -> np.uint32:
    """Which of a leaf's boxes meet a box, as bits: one pass without a branch, eight lanes at a time."""
    low_0, low_1, low_2, low_3, low_4 = box[row, 0], box[row, 1], box[row, 2], box[row, 3], box[row, 4]
    high_0, high_1, high_2, high_3, high_4 = box[row, 5], box[row, 6], box[row, 7], box[row, 8], box[row, 9]
    side = lanes[leaf]
    bits = np.uint32(0)
    for k in range(LEAF):
        bits |= np.uint32(
            (side[0, k] <= high_0)
            & (side[5, k] >= low_0)
            & (side[1, k] <= high_1)
            & (side[6, k] >= low_1)
            & (side[2, k] <= high_2)
            & (side[7, k] >= low_2)
            & (side[3, k] <= high_3)
            & (side[8, k] >= low_3)
            & (side[4, k] <= high_4)
            & (side[9, k] >= low_4)
        ) << np.uint32(k)
    return bits


@kernel
def verdict(volumes: Volumes, i: int, j: int, rules: Rules, scratch: Floats) -> int:
    """Verdict on two volumes: groups, time and height in whole numbers, then place."""
    one, other = volumes.record[i], volumes.record[j]
    if one[GROUP] == other[GROUP]:
        return CLEAR
    if max(other[START] - one[END], one[START] - other[END]) >= rules.time_ms:
        return CLEAR
    gap_dmm = max(other[FLOOR] - one[CEILING], one[FLOOR] - other[CEILING])
    if gap_dmm > 0 and gap_dmm >= rules.vertical_dmm:
        return CLEAR
    return cores_verdict(volumes, i, j, limit_m(one[BUFFER] + other[BUFFER], rules.margin_m), scratch)


@kernel
def keep(pairs: SmallInts, count: int, i: int, j: int) -> tuple[SmallInts, int]:
    """Append a pair, with twice the room when it is full; returns the array and the count."""
    if count == len(pairs):
        wider = np.empty((2 * count, 2), dtype=np.int32)
        wider[:count] = pairs
        pairs = wider
    pairs[count, 0], pairs[count, 1] = min(i, j), max(i, j)
    return pairs, count + 1


@kernel
def candidates(tree: Tree, leaf: int, pairs: SmallInts) -> tuple[SmallInts, int]:
    """Positions (k, 2) of the pairs of a leaf's volumes with each other and with all after them whose boxes meet."""
    count = 0
    nodes = len(tree.skip)
    low = tree.low[leaf]
    box = np.empty((1, 2 * AXES), dtype=np.float32)
    node = leaf
    while node < nodes:
        if not meet(tree.box, leaf, tree.box, node):
            node = tree.skip[node]
            continue
        if tree.leaf[node] >= 0:
            mine = meeting(tree.lanes, tree.leaf[leaf], tree.box, node)
            for a in range(LEAF):
                if mine >> np.uint32(a) & np.uint32(1):
                    for side in range(2 * AXES):
                        box[0, side] = tree.lanes[tree.leaf[leaf], side, a]
                    theirs = meeting(tree.lanes, tree.leaf[node], box, 0)
                    if node == leaf:
                        theirs = theirs >> np.uint32(a + 1) << np.uint32(a + 1)
                    b = tree.low[node]
                    while theirs:
                        if theirs & np.uint32(1):
                            pairs, count = keep(pairs, count, low + a, b)
                        theirs >>= np.uint32(1)
                        b += 1
        node += 1
    return pairs, count


@kernel
def join(tree: Tree, ready: Volumes, leaves: Ints, rules: Rules, most: int) -> tuple[SmallInts, SmallInts]:
    """Pairs of these leaves with themselves and with all leaves after them: sure ones and doubtful ones, (k, 2)."""
    scratch = np.empty((6 * most, 2))
    sure, doubtful = np.empty((1024, 2), dtype=np.int32), np.empty((16, 2), dtype=np.int32)
    near = np.empty((1024, 2), dtype=np.int32)
    sures, doubts = 0, 0
    for leaf in leaves:
        near, count = candidates(tree, leaf, near)
        for k in range(count):
            a, b = near[k, 0], near[k, 1]
            found = verdict(ready, a, b, rules, scratch)
            if found == CLOSE:
                sure, sures = keep(sure, sures, tree.order[a], tree.order[b])
            elif found != CLEAR:
                doubtful, doubts = keep(doubtful, doubts, tree.order[a], tree.order[b])
    return sure[:sures].copy(), doubtful[:doubts].copy()
