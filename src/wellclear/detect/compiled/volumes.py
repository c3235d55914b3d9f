"""What the tree and the verdicts need of volumes; the compiled twin of `detect.prepared`."""

from __future__ import annotations

from concurrent.futures import Executor
from itertools import pairwise
from operator import attrgetter
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

AXES: Final = 5
"""Three of place, one of time (s), one of height (m)."""

SINGLE: Final = 1.2e-7
"""Twice the rounding of a single-precision number: boxes grow by it and so still hold what they held."""

FAR_M: Final = 1e12
"""Where open bands end in a box."""

POINT, LINE, AREA = range(3)

FIELDS: Final = 16
"""Numbers in a record, with two to spare: two lines of a processor's cache."""

FLOOR, CEILING, START, END, GROUP, CORE, FROM, COUNT, BUFFER, REACH, EDGE, CENTRE = range(12)


class Source(NamedTuple):
    """The columns as kernels take them."""

    first: Ints
    lon_e7: SmallInts
    lat_e7: SmallInts
    core: Bytes
    buffer_dmm: Ints
    floor_dmm: Ints
    ceiling_dmm: Ints
    start_ms: Ints
    end_ms: Ints
    group: Ints


COLUMNS: Final = attrgetter(*Source._fields)


class Volumes(NamedTuple):
    """n volumes with k points: all that a verdict needs of one lies together.

    record  (n, 16) floor_dmm, ceiling_dmm, start_ms, end_ms, group, core, number of the first point, points, buffer_m,
            reach_m (chord from the centre to the farthest point), edge_m (longest, rounded up), and the centre, three
            earth-centred metres; the integers are exact, being below 2^53 or powers of two
    xyz_m   (k, 3) earth-centred points
    """

    record: Floats
    xyz_m: Floats


def source_of(columns: Columns) -> Source:
    """The columns for kernels."""
    return Source(*COLUMNS(columns))


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


class Described(NamedTuple):
    """Volumes in the order of the columns: their records, and boxes (n, 10) of five lows and five highs."""

    record: Floats
    box: Singles


def described(source: Source, axes: Floats, workers: Executor, parts: int) -> Described:
    """Records and boxes of n volumes, n > 0. Their points are not kept: they are computed again in the tree's order."""
    n, most = len(source.core), int(np.diff(source.first).max())
    out = Described(np.empty((n, FIELDS)), np.empty((n, 2 * AXES), dtype=np.float32))
    list(workers.map(lambda rows: describe_rows(rows.start, rows.stop, source, axes, out, most), runs(n, parts)))
    return out


def arranged(source: Source, record: Floats, order: SmallInts, workers: Executor, parts: int) -> Volumes:
    """The volumes in the order of the tree, so that neighbours lie together. order (n,) row numbers."""
    out = Volumes(np.empty((len(order), FIELDS)), np.empty((len(source.lon_e7), 3)))
    ends = np.cumsum(np.diff(source.first)[order])
    list(workers.map(lambda at: arrange(at.start, at.stop, source, record, order, ends, out), runs(len(order), parts)))
    return out


@kernel
def describe_rows(low: int, high: int, source: Source, axes: Floats, out: Described, most: int) -> None:
    """Records and boxes of rows low to high, none of more than `most` points."""
    points = np.empty((most, 3))
    for row in range(low, high):
        one = Volumes(out.record[row : row + 1], points)
        out.record[row, FROM] = 0
        describe(source, row, one, 0)
        enclose(one, 0, axes, out.box, row)


@kernel
def arrange(low: int, high: int, source: Source, record: Floats, order: SmallInts, ends: Ints, out: Volumes) -> None:
    """Records and points at positions low to high."""
    for at in range(low, high):
        row = order[at]
        for field in range(FIELDS):
            out.record[at, field] = record[row, field]
        first, end = source.first[row], source.first[row + 1]
        start = ends[at] - (end - first)
        out.record[at, FROM] = start
        place(source.lon_e7[first:end], source.lat_e7[first:end], out.xyz_m[start : ends[at]])


@kernel
def describe(source: Source, row: int, out: Volumes, at: int) -> None:
    """Record and points of one volume; its FROM is there."""
    record = out.record[at]
    first = source.first[row]
    count = source.first[row + 1] - first
    record[FLOOR], record[CEILING] = source.floor_dmm[row], source.ceiling_dmm[row]
    record[START], record[END] = source.start_ms[row], source.end_ms[row]
    record[GROUP], record[CORE], record[COUNT] = source.group[row], source.core[row], count
    record[BUFFER] = source.buffer_dmm[row] / DMM_PER_M
    points = out.xyz_m[int(record[FROM]) : int(record[FROM]) + count]
    place(source.lon_e7[first : first + count], source.lat_e7[first : first + count], points)
    measure(points, record)


@kernel
def place(lon_e7: SmallInts, lat_e7: SmallInts, points: Floats) -> None:
    """Earth-centred coordinates (k, 3) of points; as `wellclear.geo.frame.ecef_m`."""
    to_radians = np.pi / 180.0 / 1e7
    for k in range(len(points)):
        lon, lat = lon_e7[k] * to_radians, lat_e7[k] * to_radians
        sin_lat, cos_lat = np.sin(lat), np.cos(lat)
        normal_m = A_M / np.sqrt(1.0 - E2 * sin_lat * sin_lat)
        points[k, 0] = normal_m * cos_lat * np.cos(lon)
        points[k, 1] = normal_m * cos_lat * np.sin(lon)
        points[k, 2] = normal_m * (1.0 - E2) * sin_lat


@kernel
def measure(points: Floats, record: Floats) -> None:
    """Write the middle of a core's points, the chord to the farthest, and the longest edge rounded up."""
    for axis in range(3):
        least, most = np.inf, -np.inf
        for k in range(len(points)):
            least, most = min(least, points[k, axis]), max(most, points[k, axis])
        record[CENTRE + axis] = (least + most) / 2
    reach, edge = 0.0, 0.0
    last = 0 if record[CORE] == AREA else len(points) - 1
    for k in range(len(points)):
        away, step = 0.0, 0.0
        following = k + 1 if k + 1 < len(points) else last
        for axis in range(3):
            away += (points[k, axis] - record[CENTRE + axis]) ** 2
            step += (points[following, axis] - points[k, axis]) ** 2
        reach, edge = max(reach, away), max(edge, step)
    record[REACH], record[EDGE] = np.sqrt(reach), np.sqrt(edge) * CHORD_RESERVE


@kernel
def enclose(volumes: Volumes, at: int, axes: Floats, out: Singles, row: int) -> None:
    """The box of a volume, rounded outward: see `detect.prepared` for what it must hold."""
    record = volumes.record[at]
    points = volumes.xyz_m[int(record[FROM]) : int(record[FROM]) + int(record[COUNT])]
    grow = record[BUFFER] + axes[10] / 2 + 0.05
    if record[CORE] == LINE:
        grow += record[EDGE] ** 2 / (8 * MIN_RADIUS_M) * 1.05
    elif record[CORE] == AREA:
        grow += (record[REACH] * CHORD_RESERVE) ** 2 / (2 * MIN_RADIUS_M) * 1.05
    for axis in range(3):
        least, most = np.inf, -np.inf
        for k in range(len(points)):
            along = (
                axes[3 * axis] * points[k, 0] + axes[3 * axis + 1] * points[k, 1] + axes[3 * axis + 2] * points[k, 2]
            )
            least, most = min(least, along), max(most, along)
        put(out, row, axis, least - grow, most + grow)
    put(out, row, 3, (record[START] - axes[9]) / 1e3, (record[END] + axes[12] - axes[9]) / 1e3)
    put(out, row, 4, max(record[FLOOR] / 1e4, -FAR_M), min((record[CEILING] + axes[11]) / 1e4, FAR_M))


@kernel
def put(out: Singles, row: int, axis: int, low: float, high: float) -> None:
    """Write one side of a box, rounded outward."""
    out[row, axis] = low - abs(low) * SINGLE - 1e-3
    out[row, axis + AXES] = high + abs(high) * SINGLE + 1e-3
