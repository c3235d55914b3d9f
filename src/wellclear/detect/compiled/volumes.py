"""Boxes of volumes for the tree, and what the verdicts need; the compiled twin of `detect.prepared`."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from wellclear.detect.bounds import CHORD_RESERVE
from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.prepared import turn
from wellclear.geo.frame import A_M, E2, MIN_RADIUS_M, Floats, ecef_m
from wellclear.geo.limits import DMM_PER_M
from wellclear.model.columns import Columns, Ints, SmallInts
from wellclear.model.minima import Minima

Singles = npt.NDArray[np.float32]

AXES: Final = 5
"""Three of place, one of time (s), one of height (m)."""

SINGLE: Final = 1.2e-7
"""Twice the rounding of a single-precision number: boxes grow by it and so still hold what they held."""

FAR_M: Final = 1e12
"""Where open bands end in a box."""


class Frame(NamedTuple):
    """Axes of the boxes: a rotation of the Earth (3, 3), and the instant from which time counts."""

    turn: Floats
    epoch_ms: int


class Volumes(NamedTuple):
    """n volumes with k points in the order of the tree: what one verdict needs, and its neighbours, lie together.

    first    (n + 1,) row i owns points first[i] up to first[i + 1]
    xyz_m    (k, 3) earth-centred points
    real     (n, 6) buffer_m, reach_m (chord from the centre to the farthest point), edge_m (longest, rounded up),
             and the centre, three metres
    whole    (n, 6) integers: floor_dmm, ceiling_dmm, start_ms, end_ms, group, core
    """

    first: Ints
    xyz_m: Floats
    real: Floats
    whole: Ints


class Shapes(NamedTuple):
    """The same in the order of the columns, before there is a tree, and the boxes (n, 10): five lows, five highs."""

    first: Ints
    xyz_m: Floats
    real: Floats
    box: Singles


FLOOR, CEILING, START, END, GROUP, CORE = range(6)
BUFFER, REACH, EDGE, CENTRE = range(4)


def frame_of(columns: Columns) -> Frame:
    """Axes that suit these volumes: turned so that the middle of the points lies on the third axis."""
    step = max(1, len(columns.lon_e7) // 4096)
    xyz_m = ecef_m(columns.lon_e7[::step] / 1e7, columns.lat_e7[::step] / 1e7)
    return Frame(turn(xyz_m), int(columns.start_ms.min()))


def runs(count: int, parts: int) -> list[slice]:
    """`count` things in at most `parts` runs of about the same length."""
    edges = np.linspace(0, count, min(parts, max(count, 1)) + 1).astype(int).tolist()
    return [slice(low, high) for low, high in zip(edges[:-1], edges[1:], strict=True) if high > low]


def shapes(columns: Columns, minima: Minima, margin_m: float, workers: Executor, parts: int) -> Shapes:
    """Points, measures and boxes of n volumes, n > 0."""
    n, k = len(columns), len(columns.lon_e7)
    made = Shapes(columns.first, np.empty((k, 3)), np.empty((n, 6)), np.empty((n, 2 * AXES), dtype=np.float32))
    frame = frame_of(columns)
    axes = (frame.turn, frame.epoch_ms, margin_m, minima.vertical_dmm, minima.time_ms)
    spans = (columns.floor_dmm, columns.ceiling_dmm, columns.start_ms, columns.end_ms)

    def fill(rows: slice) -> None:
        made.real[rows, BUFFER] = columns.buffer_dmm[rows] / DMM_PER_M
        points = int(columns.first[rows.start]), int(columns.first[rows.stop])
        fill_points(*points, columns.lon_e7, columns.lat_e7, made.xyz_m)
        fill_boxes(rows.start, rows.stop, columns.core, made.first, made.xyz_m, made.real, made.box, spans, axes)

    list(workers.map(fill, runs(n, parts)))
    return made


def arranged(columns: Columns, made: Shapes, order: SmallInts, workers: Executor, parts: int) -> Volumes:
    """The volumes in the order of the tree. order (n,) row numbers."""
    n = len(order)
    first = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.diff(columns.first)[order], out=first[1:])
    out = Volumes(first, np.empty_like(made.xyz_m), np.empty_like(made.real), np.empty((n, 6), dtype=np.int64))
    integers = (
        columns.floor_dmm,
        columns.ceiling_dmm,
        columns.start_ms,
        columns.end_ms,
        columns.group,
    )
    list(
        workers.map(
            lambda rows: arrange(
                rows.start, rows.stop, order, made.first, made.xyz_m, made.real, columns.core, integers, out
            ),
            runs(n, parts),
        )
    )
    return out


@kernel
def arrange(low, high, order, first, xyz_m, real, core, integers, out):
    """Copy the volumes at positions low to high."""
    for at in range(low, high):
        row = order[at]
        for k in range(6):
            out.real[at, k] = real[row, k]
        out.whole[at, FLOOR] = integers[0][row]
        out.whole[at, CEILING] = integers[1][row]
        out.whole[at, START] = integers[2][row]
        out.whole[at, END] = integers[3][row]
        out.whole[at, GROUP] = integers[4][row]
        out.whole[at, CORE] = core[row]
        to = out.first[at]
        for k in range(first[row], first[row + 1]):
            for axis in range(3):
                out.xyz_m[to, axis] = xyz_m[k, axis]
            to += 1


@kernel
def fill_boxes(low, high, core, first, xyz_m, real, box, spans, axes):
    """Measures and boxes of rows low to high."""
    floor_dmm, ceiling_dmm, start_ms, end_ms = spans
    turned, epoch_ms, margin_m, vertical_dmm, time_ms = axes
    for i in range(low, high):
        measure(i, core[i] == 2, first[i], first[i + 1], xyz_m, real)
        grow = real[i, BUFFER] + margin_m / 2 + 0.01
        if core[i] == 1:
            grow += real[i, EDGE] ** 2 / (8 * MIN_RADIUS_M) * 1.05
        elif core[i] == 2:
            grow += (real[i, REACH] * CHORD_RESERVE) ** 2 / (2 * MIN_RADIUS_M) * 1.05
        for axis in range(3):
            least, most = np.inf, -np.inf
            for k in range(first[i], first[i + 1]):
                along = turned[axis, 0] * xyz_m[k, 0] + turned[axis, 1] * xyz_m[k, 1] + turned[axis, 2] * xyz_m[k, 2]
                least, most = min(least, along), max(most, along)
            put(box, i, axis, least - grow, most + grow)
        put(box, i, 3, (start_ms[i] - epoch_ms) / 1e3, (end_ms[i] + time_ms - epoch_ms) / 1e3)
        put(box, i, 4, max(floor_dmm[i] / 1e4, -FAR_M), min((ceiling_dmm[i] + vertical_dmm) / 1e4, FAR_M))


@kernel
def put(box, i, axis, low, high):
    """Write one side of a box, rounded outward."""
    box[i, axis] = low - abs(low) * SINGLE - 1e-3
    box[i, axis + AXES] = high + abs(high) * SINGLE + 1e-3


@kernel
def fill_points(low, high, lon_e7, lat_e7, xyz_m):
    """Earth-centred coordinates of points low to high; as `wellclear.geo.frame.ecef_m`."""
    to_radians = np.pi / 180.0 / 1e7
    for k in range(low, high):
        lon, lat = lon_e7[k] * to_radians, lat_e7[k] * to_radians
        sin_lat, cos_lat = np.sin(lat), np.cos(lat)
        normal_m = A_M / np.sqrt(1.0 - E2 * sin_lat * sin_lat)
        xyz_m[k, 0] = normal_m * cos_lat * np.cos(lon)
        xyz_m[k, 1] = normal_m * cos_lat * np.sin(lon)
        xyz_m[k, 2] = normal_m * (1.0 - E2) * sin_lat


@kernel
def measure(i, closed, low, high, xyz_m, real):
    """Write the middle of a core's points, the chord to the farthest, and the longest edge rounded up."""
    for axis in range(3):
        least, most = np.inf, -np.inf
        for k in range(low, high):
            least, most = min(least, xyz_m[k, axis]), max(most, xyz_m[k, axis])
        real[i, CENTRE + axis] = (least + most) / 2
    reach, edge = 0.0, 0.0
    for k in range(low, high):
        away, step = 0.0, 0.0
        following = k + 1 if k + 1 < high else (low if closed else k)
        for axis in range(3):
            away += (xyz_m[k, axis] - real[i, CENTRE + axis]) ** 2
            step += (xyz_m[following, axis] - xyz_m[k, axis]) ** 2
        reach, edge = max(reach, away), max(edge, step)
    real[i, REACH], real[i, EDGE] = np.sqrt(reach), np.sqrt(edge) * CHORD_RESERVE
