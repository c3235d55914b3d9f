"""Rings that contain a footprint, for formats that know neither corridors nor buffers: never smaller, always outside.

The footprint is laid into a local plane in which geodesics are straight (`wellclear.geo.frame`). There the core is
buffered by its radius, times the largest stretch of the plane, plus the bow of geodesics over its edges and a margin;
the polygon that comes out is then measured against the core, and grown until no point of it is nearer than that.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

import numpy as np
import shapely

from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.frame import FIGURE, MIN_RADIUS_M, Floats, ecef_m, frames, project_m, surface_deg
from wellclear.geo.geodesic import WGS84, along
from wellclear.geo.limits import DMM_PER_M, MAX_FOOTPRINT_POINTS
from wellclear.geo.position import Position

SEGMENTS: Final = 16
"""Edges a quarter circle: the cover of a circle is at most 0.6 % wider than the circle."""

ROUNDING_M: Final = 0.02
"""Margin for positions rounded to 1e-7 degree (0.8 cm)."""

PLANAR_MARGIN_M: Final = 0.5
"""Largest margin for edges that the format draws straight in longitude and latitude."""

SAME_M: Final = 0.001
"""Edges that differ by a millimetre are written as they are: a tenth of what a written position can resolve."""

MAX_REACH_M: Final = 2_500_000.0
"""Beyond this the plane stretches too much for a cover to be of use."""


def geodesic_cover(footprint: Footprint) -> tuple[Position, ...] | None:
    """A ring of geodesic edges around a footprint, no vertex twice; the ring itself where the footprint is a bare area.

    Returns:
        The ring without its closing point, or None where the footprint is too large to be covered.
    """
    if _is_plain_ring(footprint):
        return footprint.points
    return _grown(footprint, ROUNDING_M)


def planar_cover(footprint: Footprint) -> tuple[Position, ...] | None:
    """A ring around a footprint whose edges are straight in longitude and latitude.

    Returns:
        The ring without its closing point, or None where it would cross 180 degrees or be too large.
    """
    bare = _is_plain_ring(footprint)
    if bare and any(_crosses_180(*edge) for edge in _edges(footprint.points)):
        return None
    if bare and all(_planar_leave_m(*edge) <= SAME_M for edge in _edges(footprint.points)):
        return footprint.points
    near = _grown(footprint, ROUNDING_M)
    if near is None:
        return None
    leave_m = max(_planar_leave_m(*edge) for edge in _edges(near))
    margin_m = min(PLANAR_MARGIN_M, 2 * leave_m + SAME_M)
    ring = _grown(footprint, ROUNDING_M + margin_m)
    if ring is None or any(_crosses_180(*edge) for edge in _edges(ring)):
        return None
    return _divided(ring, margin_m / 2)


def _divided(ring: tuple[Position, ...], leave_m: float) -> tuple[Position, ...] | None:
    """The same ring with every edge divided until the straight line leaves the geodesic by less than this."""
    divided: list[Position] = []
    for start, end in _edges(ring):
        parts = max(1, math.ceil(math.sqrt(_planar_leave_m(start, end) / leave_m)))
        if len(divided) + parts > MAX_FOOTPRINT_POINTS:
            return None
        divided += [start, *along(start, end, parts)]
    return tuple(divided)


def _is_plain_ring(footprint: Footprint) -> bool:
    """Whether a footprint is a bare area whose ring nowhere touches itself in a point."""
    once = len(set(footprint.points)) == len(footprint.points)
    return footprint.core is Core.AREA and footprint.buffer_dmm == 0 and once


def _edges(ring: tuple[Position, ...]) -> list[tuple[Position, Position]]:
    return list(pairwise((*ring, ring[0])))


def _crosses_180(start: Position, end: Position) -> bool:
    return abs(start.lon_deg - end.lon_deg) > 180


def _planar_leave_m(start: Position, end: Position) -> float:
    """How far the edge straight in longitude and latitude leaves the geodesic: both middles' distance, and a half."""
    if start.lon_e7 == end.lon_e7:
        return 0.0
    azimuth_deg, _, length_m = WGS84.inv(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg)
    lon_deg, lat_deg, _ = WGS84.fwd(start.lon_deg, start.lat_deg, azimuth_deg, length_m / 2)
    straight = ((start.lon_deg + end.lon_deg) / 2, (start.lat_deg + end.lat_deg) / 2)
    return 1.5 * float(WGS84.inv(lon_deg, lat_deg, *straight)[2])


def _grown(footprint: Footprint, margin_m: float) -> tuple[Position, ...] | None:
    lon_deg = np.array([p.lon_deg for p in footprint.points])
    lat_deg = np.array([p.lat_deg for p in footprint.points])
    xyz_m = ecef_m(lon_deg, lat_deg)
    frame = frames(xyz_m.mean(axis=0))
    plane_m = project_m(xyz_m, *(part[None] for part in frame))
    radius_m = footprint.buffer_dmm / DMM_PER_M
    reach_m = (float(np.hypot(*plane_m.T).max()) + radius_m) * 1.05 + 10.0
    if reach_m > MAX_REACH_M:
        return None
    edges_m = float(np.hypot(*np.diff(plane_m, axis=0, append=plane_m[:1]).T).max()) + radius_m
    needed_m = radius_m * _stretch(reach_m) + 2 * _bow_m(reach_m, edges_m) + margin_m
    cover = _buffered(_geometry(footprint.core, plane_m), needed_m)
    outline_m = shapely.get_coordinates(cover.exterior)[:-1][::-1]
    lon_lat = surface_deg(outline_m, *(part[None] for part in frame))
    ring = tuple(dict.fromkeys(Position.from_degrees(lon, lat) for lon, lat in lon_lat.tolist()))
    return ring if len(ring) <= MAX_FOOTPRINT_POINTS else None


def _geometry(core: Core, plane_m: Floats) -> shapely.Geometry:
    if core is Core.POINT:
        return shapely.Point(plane_m[0])
    return shapely.LineString(plane_m) if core is Core.LINE else shapely.LinearRing(plane_m)


def _buffered(core: shapely.Geometry, needed_m: float) -> shapely.Polygon:
    """A polygon no point of whose boundary is nearer to the core than needed; the inside of a ring is filled.

    GEOS inscribes its arcs, may step by 1.5 of the asked angle, and smooths the core by up to 1 % of the radius: so the
    first guess is widened, and the result is measured.
    """
    grown_m = needed_m / math.cos(0.75 * math.pi / 2 / SEGMENTS)
    corners = "mitre" if core.geom_type == "LinearRing" and needed_m < 10 else "round"
    while True:
        grown = core.buffer(grown_m, quad_segs=SEGMENTS, join_style=corners, mitre_limit=2)
        cover = shapely.Polygon(grown.exterior)
        if cover.exterior.distance(core) >= needed_m:
            return cover
        grown_m *= 1.005


def _stretch(reach_m: float) -> float:
    """Largest factor by which the plane lengthens a distance within reach; see `wellclear.geo.frame`."""
    theta = reach_m / MIN_RADIUS_M
    return (1 + FIGURE * theta**2) / math.cos(theta) ** 2 + 1e-9


def _bow_m(reach_m: float, edge_m: float) -> float:
    """Farthest that a geodesic edge leaves its straight line in the plane; see `wellclear.geo.frame`."""
    return FIGURE * (reach_m + edge_m) * edge_m**2 / (8 * MIN_RADIUS_M**2) + 1e-6
