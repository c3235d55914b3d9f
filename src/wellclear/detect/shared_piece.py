"""The piece of ground that two volumes in conflict share, for maps and messages.

Drawn in the plane that touches the Earth at the place of the conflict, with 128 points to a circle: it shows, and
decides nothing.
"""

from __future__ import annotations

import numpy as np
import shapely
import shapely.geometry.base

from wellclear.detect.results import Conflict
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.frame import Floats, ecef_m, frames, project_m, surface_deg
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position
from wellclear.model.minima import Minima

Ring = tuple[tuple[float, float], ...]

SHOWN_TOUCH_M = 1.0
"""Where two footprints only touch, this much around the point stands for the piece that they share."""


def shared_piece(conflict: Conflict, minima: Minima) -> tuple[Ring, ...]:
    """Outer rings, closed, of longitude and latitude in degrees, of what both footprints cover.

    Each footprint is grown by half the lateral minimum, so that a pair that is only too close shares a piece too.
    Longitudes run on past 180 where a ring crosses it.
    """
    frame = [part[None] for part in _frame(conflict.where)]
    half_m = minima.lateral_dmm / 2 / DMM_PER_M
    grown = [_grown(side.volume.footprint, half_m, frame) for side in (conflict.a, conflict.b)]
    shared = shapely.intersection(*grown)
    if shared.area == 0:
        shared = shapely.Point(0.0, 0.0).buffer(SHOWN_TOUCH_M)
    parts = [part for part in shapely.get_parts(shared) if part.geom_type == "Polygon"]
    return tuple(_ring_deg(np.asarray(part.exterior.coords), frame, conflict.where) for part in parts)


def _frame(where: Position) -> tuple[Floats, Floats, Floats, Floats]:
    return frames(ecef_m(np.array(where.lon_deg), np.array(where.lat_deg)))


def _grown(footprint: Footprint, more_m: float, frame: list[Floats]) -> shapely.geometry.base.BaseGeometry:
    """A footprint with its buffer and more, in the plane: its edge is right where it passes nearest to the middle.

    The plane stretches distances from the middle to R tan(d / R); far from it a radius must be stretched alike.
    """
    core, radius_m = _planar(footprint, frame), float(frame[3][0])
    away_m = core.distance(shapely.Point(0.0, 0.0))
    reach_m = footprint.buffer_dmm / DMM_PER_M + more_m
    inward = np.arctan(away_m / radius_m) - reach_m / radius_m
    return core.buffer(away_m - radius_m * np.tan(inward), quad_segs=256 if reach_m > 20_000 else 32)


def _planar(footprint: Footprint, frame: list[Floats]) -> shapely.geometry.base.BaseGeometry:
    e7 = np.array([(p.lon_e7, p.lat_e7) for p in footprint.points], dtype=np.float64)
    plane_m = project_m(ecef_m(e7[:, 0] / 1e7, e7[:, 1] / 1e7), *frame)
    if footprint.core is Core.POINT:
        return shapely.Point(plane_m[0])
    if footprint.core is Core.LINE:
        return shapely.LineString(plane_m)
    return shapely.make_valid(shapely.Polygon(plane_m))


def _ring_deg(plane_m: Floats, frame: list[Floats], where: Position) -> Ring:
    deg = surface_deg(plane_m, *frame)
    lon_deg = where.lon_deg + (deg[:, 0] - where.lon_deg + 180) % 360 - 180
    return tuple(zip(lon_deg.tolist(), deg[:, 1].tolist(), strict=True))
