"""Columns made ready for comparison: earth-centred points, and boxes that hold each volume in place, height and time.

Boxes are in earth-centred coordinates turned so that the middle of all points lies on the third axis: no case at 180
degrees or the poles, and close to flat where all lies in one region.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wellclear.detect.bounds import CHORD_RESERVE
from wellclear.geo.frame import MIN_RADIUS_M, Floats, ecef_m
from wellclear.geo.limits import DMM_PER_M
from wellclear.model.columns import Columns


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the paths need of n volumes with k points.

    xyz_m     (k, 3) earth-centred points
    centre_m  (n, 3) middle of each core's points
    reach_m   (n,) chord from the centre to the farthest point
    bulge_m   (n,) how far the surface between the points may stand out of them
    edge_m    (n,) longest edge, rounded up; 0 for a point
    buffer_m  (n,)
    low_m, high_m (n, 3) boxes in turned axes, grown by half the lateral margin
    """

    xyz_m: Floats
    centre_m: Floats
    reach_m: Floats
    bulge_m: Floats
    edge_m: Floats
    buffer_m: Floats
    low_m: Floats
    high_m: Floats


def prepare(columns: Columns, margin_m: float, axes: Floats | None = None) -> Prepared:
    """Prepare n volumes, n > 0.

    margin_m  what is added to both buffers, see `bounds.margin_m`; each box grows by half of it
    axes      (3, 3) rotation of the boxes; that of `turn` where left out
    """
    xyz_m = ecef_m(columns.lon_e7 / 1e7, columns.lat_e7 / 1e7)
    starts = columns.first[:-1]
    owner = np.repeat(np.arange(len(columns)), np.diff(columns.first))
    low_m, high_m = np.minimum.reduceat(xyz_m, starts), np.maximum.reduceat(xyz_m, starts)
    centre_m = (low_m + high_m) / 2
    reach_m = np.maximum.reduceat(np.linalg.norm(xyz_m - centre_m[owner], axis=-1), starts)
    edge_m = np.maximum.reduceat(_edges_m(columns, xyz_m), starts) * CHORD_RESERVE
    turned_m = xyz_m @ (turn(xyz_m) if axes is None else axes).T
    buffer_m = columns.buffer_dmm / DMM_PER_M
    bulge_m = _bulge_m(columns, reach_m, edge_m)
    grow_m = (buffer_m + margin_m / 2 + bulge_m + 0.05)[:, None]
    return Prepared(
        xyz_m=xyz_m,
        centre_m=centre_m,
        reach_m=reach_m,
        bulge_m=bulge_m,
        edge_m=edge_m,
        buffer_m=buffer_m,
        low_m=np.minimum.reduceat(turned_m, starts) - grow_m,
        high_m=np.maximum.reduceat(turned_m, starts) + grow_m,
    )


def turn(xyz_m: Floats) -> Floats:
    """A rotation (3, 3) that brings the middle of all points to the third axis; worldwide, some rotation."""
    middle = xyz_m.mean(axis=0)
    length = np.linalg.norm(middle)
    third = middle / length if length > 1.0 else np.array([0.0, 0.0, 1.0])
    helper = np.eye(3)[int(np.abs(third).argmin())]
    first = np.cross(helper, third)
    first /= np.linalg.norm(first)
    return np.stack((first, np.cross(third, first), third))


def _edges_m(columns: Columns, xyz_m: Floats) -> Floats:
    """Chord from each point to the next of its core: (k,), 0 after the last point of a line."""
    following = np.arange(1, len(xyz_m) + 1)
    last = columns.first[1:] - 1
    following[last] = np.where(columns.core == 2, columns.first[:-1], last)
    return np.asarray(np.linalg.norm(xyz_m[following] - xyz_m, axis=-1), dtype=np.float64)


def _bulge_m(columns: Columns, reach_m: Floats, edge_m: Floats) -> Floats:
    """How far the surface between its points may stand out of the box of the points.

    An edge stands out by its sagitta L^2 / 8R; the inside of an area by at most that of a cap over its reach.
    """
    line_m = edge_m**2 / (8 * MIN_RADIUS_M)
    cap_m = (reach_m * CHORD_RESERVE) ** 2 / (2 * MIN_RADIUS_M)
    return np.asarray(np.select((columns.core == 1, columns.core == 2), (line_m, cap_m), 0.0) * 1.05)
