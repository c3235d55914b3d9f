"""Pairs by shapely: no compiler needed.

Volumes are cut into slots of time; in each, an STRtree over boxes gives the pairs that may be close, and GEOS measures
their distance in the plane that touches the Earth at the smaller footprint of each pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import shapely

from wellclear.detect import bounds
from wellclear.detect.exact import close_in_place
from wellclear.detect.gaps import Truths, close_but_in_place
from wellclear.detect.prepared import Prepared, prepare
from wellclear.geo.frame import Floats, frames, project_m
from wellclear.model.columns import Columns, Ints
from wellclear.model.minima import Minima

BLOCK_POINTS: Final = 2_000_000
"""Points of pairs measured in one go, to bound memory."""

BLOCK_BOXES: Final = 64_000_000
"""Boxes asked about times boxes looked through in one go, for the same reason: all may meet."""

MAX_SLOTS: Final = 2_000
"""Slices of time, each with a tree of its own; more would cost more to build than they save."""

Progress = Callable[[int, int, str], None]


def find(columns: Columns, minima: Minima, progress: Progress) -> Ints:
    """Rows (k, 2) of all pairs that are too close, i < j, in no particular order. n > 0."""
    prepared = prepare(columns, bounds.margin_m(minima))
    found = [np.empty((0, 2), dtype=np.int64)]
    for i, j in _blocks(columns, _near(columns, minima, prepared, progress)):
        close = judged(columns, minima, prepared, i, j)
        found.append(np.stack((i[close], j[close]), axis=-1))
    return np.sort(np.concatenate(found), axis=1)


def _near(columns: Columns, minima: Minima, prepared: Prepared, progress: Progress) -> Iterator[tuple[Ints, Ints]]:
    """Pairs that only their place can still keep apart."""
    for i, j in _candidates(columns, minima, prepared, progress):
        near = (prepared.low_m[i, 2] <= prepared.high_m[j, 2]) & (prepared.low_m[j, 2] <= prepared.high_m[i, 2])
        near &= close_but_in_place(columns, i, j, minima)
        yield i[near], j[near]


def _blocks(columns: Columns, runs: Iterator[tuple[Ints, Ints]]) -> Iterator[tuple[Ints, Ints]]:
    """The same pairs in blocks of about BLOCK_POINTS points: long runs are cut, short ones put together."""
    counts = np.diff(columns.first)
    held: list[tuple[Ints, Ints]] = []
    points = 0
    for i, j in runs:
        sums = np.cumsum(counts[i] + counts[j])
        cuts = np.searchsorted(sums, np.arange(BLOCK_POINTS, sums[-1:].sum(), BLOCK_POINTS))
        for part in np.split(np.arange(len(i)), cuts):
            held.append((i[part], j[part]))
            points += int((counts[i[part]] + counts[j[part]]).sum())
            if points >= BLOCK_POINTS:
                yield np.concatenate([one for one, _ in held]), np.concatenate([other for _, other in held])
                held, points = [], 0
    if held:
        yield np.concatenate([one for one, _ in held]), np.concatenate([other for _, other in held])


def _candidates(
    columns: Columns, minima: Minima, prepared: Prepared, progress: Progress
) -> Iterator[tuple[Ints, Ints]]:
    """Pairs whose boxes meet, each once: in the slot in which the later of the two starts."""
    start = columns.start_ms - columns.start_ms.min()
    end = columns.end_ms + minima.time_ms - columns.start_ms.min()
    slot_ms = max(int(np.median(end - start)), int(end.max()) // MAX_SLOTS + 1)
    slot, last = start // slot_ms, (end - 1) // slot_ms
    boxes = shapely.box(*prepared.low_m[:, :2].T, *prepared.high_m[:, :2].T)
    order = np.argsort(slot, kind="stable")
    edges = np.searchsorted(slot[order], np.arange(int(slot.max()) + 2))
    carried = np.empty(0, dtype=np.int64)
    for number in range(int(slot.max()) + 1):
        fresh = order[edges[number] : edges[number + 1]]
        carried = carried[last[carried] >= number]
        progress(int(edges[number]), len(columns), "volumes")
        if fresh.size:
            resident = np.concatenate((carried, fresh))
            tree = shapely.STRtree(boxes[resident])
            for some in np.array_split(fresh, len(fresh) * len(resident) // BLOCK_BOXES + 1):
                a, b = tree.query(boxes[some])
                i, j = some[a], resident[b]
                once = (slot[j] < number) | (i < j)
                yield i[once], j[once]
            carried = resident
    progress(len(columns), len(columns), "volumes")


def judged(columns: Columns, minima: Minima, prepared: Prepared, i: Ints, j: Ints) -> Truths:
    """Which pairs of rows i, j (k,) are too close in place."""
    buffers_m = prepared.buffer_m[i] + prepared.buffer_m[j]
    limit_m = bounds.limit_m(buffers_m, bounds.margin_m(minima), bounds.far_share(minima))
    chord_m = np.linalg.norm(prepared.centre_m[i] - prepared.centre_m[j], axis=-1)
    around_m = prepared.reach_m[i] + prepared.reach_m[j] + prepared.bulge_m[i] + prepared.bulge_m[j]
    close, doubtful = np.zeros((2, len(i)), dtype=np.bool_)
    near = chord_m - around_m <= limit_m
    points = near & (columns.core[i] == 0) & (columns.core[j] == 0)
    for which, verdicts in ((points, _points_verdicts), (near & ~points, _plane_verdicts)):
        rows = np.flatnonzero(which)
        if rows.size:
            close[rows], doubtful[rows] = verdicts(columns, prepared, i[rows], j[rows], limit_m[rows])
    rows = np.flatnonzero(doubtful)
    close[rows] = close_in_place(columns, i[rows], j[rows], minima)
    return close


def _points_verdicts(_columns: Columns, prepared: Prepared, i: Ints, j: Ints, limit_m: Floats) -> tuple[Truths, Truths]:
    """Which pairs of points are close, and which are in doubt, by the arc over their chord."""
    chord_m = np.linalg.norm(prepared.centre_m[i] - prepared.centre_m[j], axis=-1)
    radius_m = frames((prepared.centre_m[i] + prepared.centre_m[j]) / 2)[3]
    arc_m, error_m = bounds.arc_m(chord_m, radius_m), bounds.arc_error_m(chord_m)
    return arc_m + error_m <= limit_m, (arc_m + error_m > limit_m) & (arc_m - error_m <= limit_m)


def _plane_verdicts(columns: Columns, prepared: Prepared, i: Ints, j: Ints, limit_m: Floats) -> tuple[Truths, Truths]:
    """Which pairs are close, and which are in doubt, by GEOS in the plane that touches at the smaller footprint."""
    swap = prepared.reach_m[i] > prepared.reach_m[j]
    small, large = np.where(swap, j, i), np.where(swap, i, j)
    seen = bounds.seen_m(prepared.reach_m[small], limit_m)
    bow = bounds.bow_m(seen, prepared.edge_m[i]) + bounds.bow_m(seen, prepared.edge_m[j])
    usable = seen + prepared.reach_m[large] * 2 < bounds.PLANE_REACH_M
    frame = frames(prepared.centre_m[small])
    plane_m = shapely.distance(_planar(columns, prepared, small, frame), _planar(columns, prepared, large, frame))
    close = usable & (plane_m <= bounds.sure_m(limit_m, seen, bow))
    return close, ~close & ~(usable & (plane_m > bounds.clear_m(limit_m, seen, bow)))


def _planar(
    columns: Columns, prepared: Prepared, rows: Ints, frame: tuple[Floats, Floats, Floats, Floats]
) -> np.ndarray:
    """The cores of these rows as shapely geometries (m,), each in its own frame."""
    out = np.empty(len(rows), dtype=object)
    for kind, make in enumerate((shapely.points, shapely.linestrings, shapely.linearrings)):
        which = np.flatnonzero(columns.core[rows] == kind)
        if not which.size:
            continue
        part = columns.take_points(rows[which])
        owner = np.repeat(np.arange(len(which)), np.diff(columns.first)[rows[which]])
        plane_m = project_m(prepared.xyz_m[part], *(values[which][owner] for values in frame))
        shapes = make(plane_m) if kind == 0 else make(plane_m, indices=owner)
        out[which] = shapely.polygons(shapes) if kind == 2 else shapes
    return out
