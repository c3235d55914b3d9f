"""Boxes of volumes for the tree, and what the verdicts need; the compiled twin of `detect.prepared`."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from wellclear.detect.bounds import CHORD_RESERVE
from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.prepared import turn
from wellclear.geo.frame import A_M, E2, MIN_RADIUS_M, Floats, ecef_m
from wellclear.model.columns import Bytes, Columns, Ints
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
    """n volumes with k points, as the kernels take them.

    core (n,), first (n + 1,), xyz_m (k, 3), centre_m (n, 3), reach_m (n,), edge_m (n,), buffer_m (n,), floor_dmm,
    ceiling_dmm, start_ms, end_ms, group (n,), box (n, 10): five lows, five highs
    """

    core: Bytes
    first: Ints
    xyz_m: Floats
    centre_m: Floats
    reach_m: Floats
    edge_m: Floats
    buffer_m: Floats
    floor_dmm: Ints
    ceiling_dmm: Ints
    start_ms: Ints
    end_ms: Ints
    group: Ints
    box: Singles


def frame_of(columns: Columns) -> Frame:
    """Axes that suit these volumes: turned so that the middle of the points lies on the third axis."""
    step = max(1, len(columns.lon_e7) // 4096)
    xyz_m = ecef_m(columns.lon_e7[::step] / 1e7, columns.lat_e7[::step] / 1e7)
    return Frame(turn(xyz_m), int(columns.start_ms.min()))


def empty(columns: Columns) -> Volumes:
    """Room for these volumes; `fill` computes it."""
    n, k = len(columns), len(columns.lon_e7)
    return Volumes(
        columns.core,
        columns.first,
        np.empty((k, 3)),
        np.empty((n, 3)),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        columns.floor_dmm,
        columns.ceiling_dmm,
        columns.start_ms,
        columns.end_ms,
        columns.group,
        np.empty((n, 2 * AXES), dtype=np.float32),
    )


def fill_rows(columns: Columns, frame: Frame, minima: Minima, margin_m: float, into: Volumes, rows: slice) -> None:
    """Compute a run of rows; runs may be computed at the same time by several threads."""
    fill(
        rows.start,
        rows.stop,
        columns.core,
        columns.first,
        columns.lon_e7,
        columns.lat_e7,
        columns.buffer_dmm,
        (columns.floor_dmm, columns.ceiling_dmm, columns.start_ms, columns.end_ms),
        (frame.turn, frame.epoch_ms, margin_m, minima.vertical_dmm, minima.time_ms),
        (into.xyz_m, into.centre_m, into.reach_m, into.edge_m, into.buffer_m, into.box),
    )


@kernel
def fill(low, high, core, first, lon_e7, lat_e7, buffer_dmm, spans, frame, into):
    """Rows low to high of `into` (xyz_m, centre_m, reach_m, edge_m, buffer_m, box)."""
    floor_dmm, ceiling_dmm, start_ms, end_ms = spans
    turned, epoch_ms, margin_m, vertical_dmm, time_ms = frame
    xyz_m, centre_m, reach_m, edge_m, buffer_m, box = into
    for i in range(low, high):
        points_of(first[i], first[i + 1], lon_e7, lat_e7, xyz_m)
        buffer_m[i] = buffer_dmm[i] / 10_000
        reach_m[i], edge_m[i] = extent_of(i, core[i] == 2, first[i], first[i + 1], xyz_m, centre_m)
        grow = buffer_m[i] + margin_m / 2 + 0.01
        if core[i] == 1:
            grow += edge_m[i] ** 2 / (8 * MIN_RADIUS_M) * 1.05
        elif core[i] == 2:
            grow += (reach_m[i] * CHORD_RESERVE) ** 2 / (2 * MIN_RADIUS_M) * 1.05
        for axis in range(3):
            least, most = np.inf, -np.inf
            for k in range(first[i], first[i + 1]):
                along = (
                    turned[axis, 0] * xyz_m[k, 0] + turned[axis, 1] * xyz_m[k, 1] + turned[axis, 2] * xyz_m[k, 2]
                )
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
def points_of(low, high, lon_e7, lat_e7, xyz_m):
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
def extent_of(i, closed, low, high, xyz_m, centre_m):
    """Write the middle of a core's points; return the chord to the farthest, and the longest edge rounded up."""
    for axis in range(3):
        least, most = np.inf, -np.inf
        for k in range(low, high):
            least, most = min(least, xyz_m[k, axis]), max(most, xyz_m[k, axis])
        centre_m[i, axis] = (least + most) / 2
    reach, edge = 0.0, 0.0
    for k in range(low, high):
        away, step = 0.0, 0.0
        following = k + 1 if k + 1 < high else (low if closed else k)
        for axis in range(3):
            away += (xyz_m[k, axis] - centre_m[i, axis]) ** 2
            step += (xyz_m[following, axis] - xyz_m[k, axis]) ** 2
        reach, edge = max(reach, away), max(edge, step)
    return np.sqrt(reach), np.sqrt(edge) * CHORD_RESERVE
