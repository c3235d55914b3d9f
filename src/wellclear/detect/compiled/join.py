"""The tree joined with itself: every pair of volumes whose boxes meet, judged."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from wellclear.detect import bounds
from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.compiled.plane import CLEAR, CLOSE, cores_verdict, limit_m
from wellclear.detect.compiled.tree import LEAF, Tree
from wellclear.detect.compiled.volumes import (
    BUFFER,
    CEILING,
    END,
    FLOOR,
    GROUP,
    START,
    Singles,
    Volumes,
)
from wellclear.geo.frame import Floats
from wellclear.model.columns import Ints, SmallInts
from wellclear.model.minima import Minima

Sides = tuple[float, float, float, float, float]

BIT_NUMBERS: Final = tuple(
    next(n for n in range(32) if (0x077CB531 << n & 0xFFFF_FFFF) >> 27 == top) for top in range(32)
)


class Rules(NamedTuple):
    """The minima as the kernels take them; `margin_m` and `far_share` are those of `bounds`."""

    margin_m: float
    far_share: float
    vertical_dmm: int
    time_ms: int


def rules(minima: Minima) -> Rules:
    """The minima for kernels."""
    return Rules(bounds.margin_m(minima), bounds.far_share(minima), minima.vertical_dmm, minima.time_ms)


@kernel
def meet(box: Singles, row: int, low: Sides, high: Sides) -> bool:
    """Whether a row of boxes (n, 10) meets a box, without a branch for each axis: a wrong guess costs more."""
    meets: bool = (
        (box[row, 0] <= high[0])
        & (box[row, 5] >= low[0])
        & (box[row, 1] <= high[1])
        & (box[row, 6] >= low[1])
        & (box[row, 2] <= high[2])
        & (box[row, 7] >= low[2])
        & (box[row, 3] <= high[3])
        & (box[row, 8] >= low[3])
        & (box[row, 4] <= high[4])
        & (box[row, 9] >= low[4])
    )
    return meets


@kernel
def meeting(lanes: Singles, leaf: int, low: Sides, high: Sides) -> np.uint32:
    """Which of a leaf's boxes meet a box, as bits: one pass without a branch, eight lanes at a time."""
    side = lanes[leaf]
    bits = np.uint32(0)
    for k in range(LEAF):
        bits |= np.uint32(
            (side[0, k] <= high[0])
            & (side[5, k] >= low[0])
            & (side[1, k] <= high[1])
            & (side[6, k] >= low[1])
            & (side[2, k] <= high[2])
            & (side[7, k] >= low[2])
            & (side[3, k] <= high[3])
            & (side[8, k] >= low[3])
            & (side[4, k] <= high[4])
            & (side[9, k] >= low[4])
        ) << np.uint32(k)
    return bits


@kernel
def box_sides(box: Singles, row: int) -> tuple[Sides, Sides]:
    """Lows and highs of a row of boxes (n, 10)."""
    low = (box[row, 0], box[row, 1], box[row, 2], box[row, 3], box[row, 4])
    return low, (box[row, 5], box[row, 6], box[row, 7], box[row, 8], box[row, 9])


@kernel
def lane_sides(lanes: Singles, leaf: int, k: int) -> tuple[Sides, Sides]:
    """Lows and highs of one lane of a leaf."""
    side = lanes[leaf]
    low = (side[0, k], side[1, k], side[2, k], side[3, k], side[4, k])
    return low, (side[5, k], side[6, k], side[7, k], side[8, k], side[9, k])


@kernel
def lowest(bits: np.uint32) -> int:
    """Number of the lowest bit that is set, by de Bruijn's sequence: Leiserson, Prokop and Randall, MIT (1998)."""
    only = bits & (~bits + np.uint32(1))
    return BIT_NUMBERS[np.uint32(only * np.uint32(0x077CB531)) >> np.uint32(27)]


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
    most_m = limit_m(one[BUFFER] + other[BUFFER], rules.margin_m, rules.far_share)
    return cores_verdict(volumes, i, j, most_m, scratch)


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
    own = tree.leaf[leaf]
    low, high = box_sides(tree.box, leaf)
    node = leaf
    while node < nodes:
        if not meet(tree.box, node, low, high):
            node = tree.skip[node]
            continue
        other = tree.leaf[node]
        node += 1
        if other < 0:
            continue
        other_low, other_high = box_sides(tree.box, node - 1)
        mine = meeting(tree.lanes, own, other_low, other_high)
        while mine:
            a = lowest(mine)
            mine &= mine - np.uint32(1)
            a_low, a_high = lane_sides(tree.lanes, own, a)
            theirs = meeting(tree.lanes, other, a_low, a_high)
            if other == own:
                theirs = theirs >> np.uint32(a + 1) << np.uint32(a + 1)
            while theirs:
                pairs, count = keep(pairs, count, tree.low[leaf] + a, tree.low[node - 1] + lowest(theirs))
                theirs &= theirs - np.uint32(1)
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
