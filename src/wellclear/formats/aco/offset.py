"""An orbit that lies beside the line between its two points."""

from __future__ import annotations

import math
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.frame import MIN_RADIUS_M
from wellclear.geo.geodesic import WGS84, along, length_m
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position

BOW_M: Final = 0.2
"""Farthest that the line through the middle of an orbit leaves the geodesics that stand for it."""

ROUNDING_M: Final = 0.01
"""Rounding to 1e-7 degree moves a point by at most 7.9 mm."""


def beside(first: Position, second: Position, width_dmm: int, *, right: bool) -> Footprint:
    """The stadium of a width whose straight side is the geodesic from first to second.

    Its middle line runs half the width to the right or left of that geodesic. A curve at distance d from a geodesic
    of length L bows from the geodesic between its own ends by d L2 / 8 R2, so points are put on it until this is under
    `BOW_M`; the buffer is larger by that and by the rounding of points, so that the stadium is contained.

    Source: JC3IEDM, ORBIT-AREA: a rectangle of the given width on the line of the two points, closed by two half
    circles of half the width, and positioned left, centred or right with respect to that line.

    Raises:
        MalformedInput: the two points are one, or too far apart.
    """
    if first == second:
        raise MalformedInput("an orbit needs two different points", code="line-short")
    away_m = width_dmm / DMM_PER_M / 2
    reach_m = length_m(first, second)
    parts = max(1, math.ceil(reach_m * math.sqrt(away_m / (8 * BOW_M)) / MIN_RADIUS_M * 1.05))
    middle = (first, *along(first, second, parts), second)
    ahead_deg = [_bearing_deg(point, second) for point in middle[:-1]]
    ahead_deg.append(_bearing_deg(second, first) + 180)
    shifted = []
    for point, bearing_deg in zip(middle, ahead_deg, strict=True):
        side_deg = bearing_deg + (90 if right else -90)
        lon_deg, lat_deg, _ = WGS84.fwd(point.lon_deg, point.lat_deg, side_deg, away_m)
        shifted.append(Position.from_degrees(float(lon_deg), float(lat_deg)))
    return Footprint.corridor(tuple(shifted), math.ceil((away_m + BOW_M + ROUNDING_M) * DMM_PER_M))


def _bearing_deg(start: Position, end: Position) -> float:
    return float(WGS84.inv(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg)[0])
