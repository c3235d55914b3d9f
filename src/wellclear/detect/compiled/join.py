"""The tree joined with itself: every pair of volumes whose boxes meet, judged."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.compiled.plane import CLEAR, CLOSE, cores_verdict
from wellclear.detect.compiled.volumes import AXES
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
def meet(one, i, other, j):
    """Whether two boxes meet."""
    for axis in range(AXES):
        if one[i, axis] > other[j, axis + AXES] or other[j, axis] > one[i, axis + AXES]:
            return False
    return True


@kernel
def verdict(i, j, these, those, rules, plane_a, plane_b):  # noqa: D417 - see the module
    """Verdict on rows i and j of volumes: groups, time and height in integers, then place."""
    if these.group[i] == these.group[j]:
        return CLEAR
    gap_ms = max(these.start_ms[j] - these.end_ms[i], these.start_ms[i] - these.end_ms[j])
    if gap_ms >= rules.time_ms:
        return CLEAR
    gap_dmm = max(these.floor_dmm[j] - these.ceiling_dmm[i], these.floor_dmm[i] - these.ceiling_dmm[j])
    if gap_dmm > 0 and gap_dmm >= rules.vertical_dmm:
        return CLEAR
    limit_m = these.buffer_m[i] + these.buffer_m[j] + rules.margin_m
    return cores_verdict(
        i,
        j,
        these.core,
        these.first,
        these.xyz_m,
        these.centre_m,
        these.reach_m,
        these.edge_m,
        limit_m,
        plane_a,
        plane_b,
    )


@kernel
def keep(pairs, count, i, j):
    """Append a pair, with twice the room when it is full; returns the array and the count."""
    if count == len(pairs):
        wider = np.empty((2 * count, 2), dtype=np.int32)
        wider[:count] = pairs
        pairs = wider
    pairs[count, 0], pairs[count, 1] = min(i, j), max(i, j)
    return pairs, count + 1


@kernel
def join(tree, ready, leaves, rules, scratch):
    """Pairs of these leaves with themselves and with all leaves after them: sure ones and doubtful ones, (k, 2)."""
    plane_a, plane_b = np.empty((scratch, 2)), np.empty((scratch, 2))
    sure, doubtful = np.empty((1024, 2), dtype=np.int32), np.empty((16, 2), dtype=np.int32)
    sures, doubts = 0, 0
    nodes = len(tree.skip)
    for leaf in leaves:
        node = leaf
        while node < nodes:
            if not meet(tree.box, leaf, tree.box, node):
                node = tree.skip[node]
                continue
            if tree.leaf[node]:
                for a in range(tree.low[leaf], tree.high[leaf]):
                    if not meet(tree.packed, a, tree.box, node):
                        continue
                    for b in range(max(a + 1, tree.low[node]), tree.high[node]):
                        if meet(tree.packed, a, tree.packed, b):
                            i, j = tree.order[a], tree.order[b]
                            found = verdict(i, j, ready, ready, rules, plane_a, plane_b)
                            if found == CLOSE:
                                sure, sures = keep(sure, sures, i, j)
                            elif found != CLEAR:
                                doubtful, doubts = keep(doubtful, doubts, i, j)
            node += 1
    return sure[:sures].copy(), doubtful[:doubts].copy()
