"""Outlines of footprints, for drawing only: detection works on core and buffer and never sees these."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Proj

from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.geodesic import WGS84, along, length_m
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position

Floats = npt.NDArray[np.float64]
Ring = tuple[tuple[float, float], ...]

CIRCLE_POINTS: Final = 72
QUARTER_POINTS: Final = 12
"""Points of a quarter of a rounded end: off by 0.2 % of the radius, under a pixel."""

DRAWN_EDGE_M: Final = 25_000.0
"""Longer edges are drawn with points between, so that a geodesic looks like one."""


def outline(footprint: Footprint) -> tuple[Ring, ...]:
    """The rings of a footprint in degrees; longitudes run on past 180 where it crosses that line.

    A bare point gives a ring of one point, a bare line a ring out and back. A corridor around a hole gives two rings.

    returns  rings of (lon, lat), without a closing point; even-odd filled
    """
    radius_m = footprint.buffer_dmm / DMM_PER_M
    first = footprint.points[0]
    if footprint.core is Core.POINT:
        return (_circle(first, radius_m),)
    points = _densified(footprint.points, closed=footprint.core is Core.AREA)
    if radius_m == 0:
        lon_lat = np.array([(p.lon_deg, p.lat_deg) for p in points])
        back = lon_lat[-2:0:-1] if footprint.core is Core.LINE else lon_lat[:0]
        return (_ring(np.concatenate((lon_lat, back)), first),)
    return _buffered(points, radius_m, first, area=footprint.core is Core.AREA)


def _circle(centre: Position, radius_m: float) -> Ring:
    if radius_m == 0:
        return ((centre.lon_deg, centre.lat_deg),)
    azimuths_deg = np.linspace(0.0, 360.0, CIRCLE_POINTS, endpoint=False)
    origin = np.ones_like(azimuths_deg)
    lon_deg, lat_deg, _ = WGS84.fwd(origin * centre.lon_deg, origin * centre.lat_deg, azimuths_deg, origin * radius_m)
    return _ring(np.stack((lon_deg, lat_deg), axis=-1), centre)


def _densified(points: tuple[Position, ...], *, closed: bool) -> list[Position]:
    kept: list[Position] = []
    ends = points[1:] + (points[:1] if closed else ())
    for start, end in zip(points, ends, strict=False):
        kept.append(start)
        kept.extend(along(start, end, int(np.ceil(length_m(start, end) / DRAWN_EDGE_M))))
    return kept if closed else [*kept, points[-1]]


def _buffered(points: list[Position], radius_m: float, first: Position, *, area: bool) -> tuple[Ring, ...]:
    """Buffer in an azimuthal equidistant plane around the middle point."""
    middle = points[len(points) // 2]
    plane = Proj(f"+proj=aeqd +lat_0={middle.lat_deg} +lon_0={middle.lon_deg} +ellps=WGS84")
    lon_deg, lat_deg = np.array([(p.lon_deg, p.lat_deg) for p in points]).T
    flat_m = np.stack(plane(lon_deg, lat_deg), axis=-1)
    core = shapely.Polygon(flat_m) if area else shapely.LineString(flat_m)
    grown = shapely.buffer(core, radius_m, quad_segs=QUARTER_POINTS)
    rings: list[Ring] = []
    for part in shapely.get_parts(grown):
        for line in (part.exterior, *part.interiors):
            east_m, north_m = shapely.get_coordinates(line)[:-1].T
            back = plane(east_m, north_m, inverse=True)
            rings.append(_ring(np.stack(back, axis=-1), first))
    return tuple(rings)


def _ring(lon_lat_deg: Floats, first: Position) -> Ring:
    """Points as tuples, with longitudes that run on from the first position's instead of jumping at 180."""
    lon_deg = np.degrees(np.unwrap(np.radians(np.concatenate(([first.lon_deg], lon_lat_deg[:, 0])))))[1:]
    return tuple(zip(lon_deg.round(6).tolist(), lon_lat_deg[:, 1].round(6).tolist(), strict=True))
