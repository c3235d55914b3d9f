"""A box in longitude and latitude that surely contains a footprint."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, degrees, radians, sin, tan
from typing import Final

import numpy as np

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.frame import MIN_RADIUS_M
from wellclear.geo.geodesic import WGS84
from wellclear.geo.limits import DMM_PER_M, MAX_EDGE_M
from wellclear.geo.position import Position

RESERVE: Final = 1.01
"""On angles from distances, for the difference between ellipsoid and sphere: 0.34 % in figure, doubled for what is
derived from two of them, with as much again."""


@dataclass(frozen=True, slots=True)
class LonLatBox:
    """From `west_deg` eastward over `width_deg`, from south to north, in degrees; closed.

    It may cross 180 degrees; a width of 360 is all longitudes.

    Raises:
        MalformedInput: not within these ranges (this includes NaN).
    """

    west_deg: float
    width_deg: float
    south_deg: float
    north_deg: float

    def __post_init__(self) -> None:
        lies = -180 <= self.west_deg <= 180 and 0 <= self.width_deg <= 360
        if not lies or not -90 <= self.south_deg <= self.north_deg <= 90:
            raise MalformedInput(
                f"not a box: {self.west_deg} over {self.width_deg}, {self.south_deg} to {self.north_deg}",
                code="box-range",
                wanted="west -180 to 180, width 0 to 360, latitudes -90 to 90 in order",
            )

    @classmethod
    def of(cls, footprint: Footprint) -> LonLatBox:
        """A box that contains a footprint, core and buffer.

        An edge leaves the latitudes of its ends by at most its bulge, and keeps between their longitudes the short way
        round; the buffer is a disc around each of its points. All longitudes where that comes within reach of a pole.
        """
        lat_deg = [point.lat_deg for point in footprint.points]
        farthest_deg = max(map(abs, lat_deg))
        edges = _edges(footprint)
        bulge_m = _bulge_m(_longest_m(edges), farthest_deg)
        reach_deg = degrees((footprint.buffer_dmm / DMM_PER_M + bulge_m + 0.01) / MIN_RADIUS_M) * RESERVE
        south_deg, north_deg = max(min(lat_deg) - reach_deg, -90.0), min(max(lat_deg) + reach_deg, 90.0)
        west_deg, east_deg, turned = _longitudes(footprint.points, edges)
        if turned or farthest_deg + reach_deg >= 90.0:
            return _around_pole(south_deg, north_deg, all_the_way=turned)
        aside_deg = degrees(asin(min(sin(radians(reach_deg)) / cos(radians(farthest_deg)), 1.0))) * RESERVE
        width_deg = east_deg - west_deg + 2 * aside_deg
        if width_deg >= 360.0:
            return cls(-180.0, 360.0, south_deg, north_deg)
        return cls((west_deg - aside_deg + 180.0) % 360.0 - 180.0, width_deg, south_deg, north_deg)


def _edges(footprint: Footprint) -> list[tuple[Position, Position]]:
    closing = footprint.points[:1] if footprint.core is Core.AREA else ()
    return list(pairwise(footprint.points + closing))


def _longest_m(edges: list[tuple[Position, Position]]) -> float:
    if not edges:
        return 0.0
    ends_deg = np.array([(a.lon_e7, a.lat_e7, b.lon_e7, b.lat_e7) for a, b in edges]).T / 1e7
    return float(WGS84.inv(*ends_deg)[2].max())


def _bulge_m(edge_m: float, lat_deg: float) -> float:
    """Farthest poleward that a geodesic rises over the latitudes of its ends.

    A parallel's geodesic curvature is tan(lat) / R, so an edge of length L rises by L2 tan(lat) / 8 R where that is
    small against its distance from the pole; no point of it is farther than L / 2 from an end.
    """
    if lat_deg + degrees(edge_m / MIN_RADIUS_M) > 89.0 or edge_m > 2 * MAX_EDGE_M:
        return edge_m / 2
    steepest = tan(radians(lat_deg + degrees(edge_m / MIN_RADIUS_M)))
    return min(edge_m**2 * steepest / (8 * MIN_RADIUS_M) * RESERVE, edge_m / 2)


def _longitudes(points: tuple[Position, ...], edges: list[tuple[Position, Position]]) -> tuple[float, float, bool]:
    """Westernmost and easternmost longitude, followed along the edges, and whether they turn round a pole."""
    at_deg = west_deg = east_deg = points[0].lon_deg
    for before, after in edges:
        step_deg = (after.lon_deg - before.lon_deg + 180.0) % 360.0 - 180.0
        if abs(step_deg) > 180.0 - 1e-6:
            return west_deg, east_deg, True
        at_deg += step_deg
        west_deg, east_deg = min(west_deg, at_deg), max(east_deg, at_deg)
    closed = len(edges) == len(points)
    return west_deg, east_deg, closed and abs(at_deg - points[0].lon_deg) > 1.0


def _around_pole(south_deg: float, north_deg: float, *, all_the_way: bool) -> LonLatBox:
    """All longitudes; up to the pole itself where the footprint turns round it."""
    if all_the_way and abs(south_deg) > abs(north_deg):
        return LonLatBox(-180.0, 360.0, -90.0, north_deg)
    if all_the_way:
        return LonLatBox(-180.0, 360.0, south_deg, 90.0)
    return LonLatBox(-180.0, 360.0, south_deg, north_deg)
