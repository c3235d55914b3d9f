"""Boxes of volumes for the tree, and what the verdicts need; the compiled twin of `detect.prepared`."""

from __future__ import annotations

from concurrent.futures import Executor
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from wellclear.detect.bounds import CHORD_RESERVE
from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.prepared import turn
from wellclear.geo.frame import A_M, E2, MIN_RADIUS_M, Floats, ecef_m
from wellclear.geo.limits import DMM_PER_M
from wellclear.model.columns import Bytes, Columns, Ints, SmallInts
from wellclear.model.minima import Minima

Singles = npt.NDArray[np.float32]

Numbers = tuple[Ints, Ints, Ints, Ints, Ints, Bytes]

AXES: Final = 5
"""Three of place, one of time (s), one of height (m)."""

SINGLE: Final = 1.2e-7
"""Twice the rounding of a single-precision number: boxes grow by it and so still hold what they held."""

FAR_M: Final = 1e12
"""Where open bands end in a box."""


class Volumes(NamedTuple):
    """n volumes with k points in the order of the tree: what one verdict needs, and its neighbours, lie together.

    xyz_m  (k, 3) earth-centred points
    real   (n, 6) buffer_m, reach_m (chord from the centre to the farthest point), edge_m (longest, rounded up), and
           the centre, three metres
    whole  (n, 8) integers: floor_dmm, ceiling_dmm, start_ms, end_ms, group, core, number of the first point, points
    """

    xyz_m: Floats
    real: Floats
    whole: Ints


POINT, LINE, AREA = range(3)
FLOOR, CEILING, START, END, GROUP, CORE, FROM, COUNT = range(8)
BUFFER, REACH, EDGE, CENTRE = range(4)


class Shapes(NamedTuple):
    """The same in the order of the columns, before there is a tree, and the boxes (n, 10): five lows, five highs."""

    first: Ints
    xyz_m: Floats
    real: Floats
    box: Singles


def axes_of(columns: Columns, minima: Minima, margin_m: float) -> Floats:
    """What makes a box of a volume: (13,) a rotation of the Earth by rows, epoch_ms, margin_m, vertical_dmm, time_ms.

    The rotation brings the middle of the points to the third axis; time counts from the first start.
    """
    step = max(1, len(columns.lon_e7) // 4096)
    xyz_m = ecef_m(columns.lon_e7[::step] / 1e7, columns.lat_e7[::step] / 1e7)
    rest = (float(columns.start_ms.min()), margin_m, float(minima.vertical_dmm), float(minima.time_ms))
    return np.array([*turn(xyz_m).ravel(), *rest])


def runs(count: int, parts: int) -> list[slice]:
    """`count` things in at most `parts` runs of about the same length."""
    edges = np.linspace(0, count, min(parts, max(count, 1)) + 1).astype(int).tolist()
    return [slice(low, high) for low, high in pairwise(edges) if high > low]


def shapes(columns: Columns, minima: Minima, margin_m: float, workers: Executor, parts: int) -> Shapes:
    """Points, measures and boxes of n volumes, n > 0."""
    n, k = len(columns), len(columns.lon_e7)
    made = Shapes(columns.first, np.empty((k, 3)), np.empty((n, 6)), np.empty((n, 2 * AXES), dtype=np.float32))
    axes = axes_of(columns, minima, margin_m)
    numbers = numbers_of(columns)

    def fill(rows: slice) -> None:
        made.real[rows, BUFFER] = columns.buffer_dmm[rows] / DMM_PER_M
        points = int(columns.first[rows.start]), int(columns.first[rows.stop])
        fill_points(*points, columns.lon_e7, columns.lat_e7, made.xyz_m)
        fill_boxes(rows.start, rows.stop, made.first, made.xyz_m, made.real, made.box, numbers, axes)

    list(workers.map(fill, runs(n, parts)))
    return made


def arranged(columns: Columns, made: Shapes, order: SmallInts, workers: Executor, parts: int) -> Volumes:
    """The volumes in the order of the tree. order (n,) row numbers."""
    n = len(order)
    out = Volumes(np.empty_like(made.xyz_m), np.empty_like(made.real), np.empty((n, 8), dtype=np.int64))
    out.whole[:, COUNT] = np.diff(columns.first)[order]
    np.cumsum(out.whole[:, COUNT], out=out.whole[:, FROM])
    out.whole[:, FROM] -= out.whole[:, COUNT]

    def arrange(rows: slice) -> None:
        copy_rows(rows.start, rows.stop, order, numbers_of(columns), made.first, made.xyz_m, made.real, out)

    list(workers.map(arrange, runs(n, parts)))
    return out


def numbers_of(columns: Columns) -> Numbers:
    """The columns that `whole` begins with."""
    return (
        columns.floor_dmm,
        columns.ceiling_dmm,
        columns.start_ms,
        columns.end_ms,
        columns.group,
        columns.core,
    )


@kernel
def copy_rows(
    low: int,
    high: int,
    order: SmallInts,
    numbers: Numbers,
    first: Ints,
    xyz_m: Floats,
    real: Floats,
    out: Volumes,
) -> None:
    """Copy the volumes that belong at positions low to high of `out`, whose FROM and COUNT are there."""
    for at in range(low, high):
        row = order[at]
        for k in range(6):
            out.real[at, k] = real[row, k]
        out.whole[at, FLOOR] = numbers[0][row]
        out.whole[at, CEILING] = numbers[1][row]
        out.whole[at, START] = numbers[2][row]
        out.whole[at, END] = numbers[3][row]
        out.whole[at, GROUP] = numbers[4][row]
        out.whole[at, CORE] = numbers[5][row]
        for k in range(out.whole[at, COUNT]):
            for axis in range(3):
                out.xyz_m[out.whole[at, FROM] + k, axis] = xyz_m[first[row] + k, axis]


@kernel
def fill_boxes(
    low: int, high: int, first: Ints, xyz_m: Floats, real: Floats, box: Singles, numbers: Numbers, axes: Floats
) -> None:
    """Measures and boxes of rows low to high.

    numbers  as `numbers_of`
    axes     (13,) as `axes_of`
    """
    for i in range(low, high):
        core = numbers[5][i]
        measure(i, core, first[i], first[i + 1], xyz_m, real)
        grow = real[i, BUFFER] + axes[10] / 2 + 0.01
        if core == LINE:
            grow += real[i, EDGE] ** 2 / (8 * MIN_RADIUS_M) * 1.05
        elif core == AREA:
            grow += (real[i, REACH] * CHORD_RESERVE) ** 2 / (2 * MIN_RADIUS_M) * 1.05
        for axis in range(3):
            least, most = np.inf, -np.inf
            for k in range(first[i], first[i + 1]):
                along = (
                    axes[3 * axis] * xyz_m[k, 0] + axes[3 * axis + 1] * xyz_m[k, 1] + axes[3 * axis + 2] * xyz_m[k, 2]
                )
                least, most = min(least, along), max(most, along)
            put(box, i, axis, least - grow, most + grow)
        put(box, i, 3, (numbers[2][i] - axes[9]) / 1e3, (numbers[3][i] + axes[12] - axes[9]) / 1e3)
        put(box, i, 4, max(numbers[0][i] / 1e4, -FAR_M), min((numbers[1][i] + axes[11]) / 1e4, FAR_M))


@kernel
def put(box: Singles, i: int, axis: int, low: float, high: float) -> None:
    """Write one side of a box, rounded outward."""
    box[i, axis] = low - abs(low) * SINGLE - 1e-3
    box[i, axis + AXES] = high + abs(high) * SINGLE + 1e-3


@kernel
def fill_points(low: int, high: int, lon_e7: SmallInts, lat_e7: SmallInts, xyz_m: Floats) -> None:
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
def measure(i: int, core: int, low: int, high: int, xyz_m: Floats, real: Floats) -> None:
    """Write the middle of a core's points, the chord to the farthest, and the longest edge rounded up."""
    for axis in range(3):
        least, most = np.inf, -np.inf
        for k in range(low, high):
            least, most = min(least, xyz_m[k, axis]), max(most, xyz_m[k, axis])
        real[i, CENTRE + axis] = (least + most) / 2
    reach, edge = 0.0, 0.0
    for k in range(low, high):
        away, step = 0.0, 0.0
        following = k + 1 if k + 1 < high else (low if core == AREA else k)
        for axis in range(3):
            away += (xyz_m[k, axis] - real[i, CENTRE + axis]) ** 2
            step += (xyz_m[following, axis] - xyz_m[k, axis]) ** 2
        reach, edge = max(reach, away), max(edge, step)
    real[i, REACH], real[i, EDGE] = np.sqrt(reach), np.sqrt(edge) * CHORD_RESERVE
