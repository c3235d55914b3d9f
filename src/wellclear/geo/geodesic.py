"""Geodesics of WGS 84: lengths, points along an edge, splitting of long edges.

The solutions are Karney's (J. Geodesy 87, 2013), as PROJ carries them: good to nanometres.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from wellclear.geo.limits import MAX_EDGE_M
from wellclear.geo.position import Position

Floats = npt.NDArray[np.float64]

WGS84: Final = Geod(ellps="WGS84")

MAX_M_PER_DEG: Final = 111_700.0
"""More than a degree spans along any meridian or parallel: the meridian has 111,694.4 m beside the poles."""

SPLIT_SLACK_M: Final = 1.0
"""An edge this much over the longest is left whole: parts rounded to 1e-7 degree are not split a second time."""


def length_m(a: Position, b: Position) -> float:
    """Length of the geodesic between two positions, in metres."""
    return float(WGS84.inv(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)[2])


def along(a: Position, b: Position, parts: int) -> list[Position]:
    """The ``parts - 1`` positions that divide the geodesic from a to b evenly, ends left out."""
    if parts < 2:
        return []
    between = WGS84.npts(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg, parts - 1)
    return [Position.from_degrees(lon, lat) for lon, lat in between]


def most_apart_m(points: tuple[Position, ...]) -> float:
    """A distance that no two points exceed: along a meridian, then along the equator; quicker than to measure.

    Args:
        points: at least one.
    """
    lon_e7, lat_e7 = [p.lon_e7 for p in points], [p.lat_e7 for p in points]
    return (max(lon_e7) - min(lon_e7) + max(lat_e7) - min(lat_e7)) / 1e7 * MAX_M_PER_DEG


def split_long_edges(points: tuple[Position, ...], *, closed: bool) -> tuple[Position, ...]:
    """The same line or ring with every edge over 100 km divided evenly along its geodesic.

    What was split once is left as it is.

    points  in order; a ring is given without its closing point
    closed  whether the edge from the last to the first point counts
    """
    count = len(points)
    if count < 2 or most_apart_m(points) <= MAX_EDGE_M:
        return points
    lon_deg = np.array([p.lon_e7 for p in points]) / 1e7
    lat_deg = np.array([p.lat_e7 for p in points]) / 1e7
    following = np.roll(np.arange(count), -1)
    edge_m = WGS84.inv(lon_deg, lat_deg, lon_deg[following], lat_deg[following])[2]
    edges = count if closed else count - 1
    parts = np.ceil((edge_m[:edges] - SPLIT_SLACK_M) / MAX_EDGE_M).astype(np.int64)
    if not (parts > 1).any():
        return points
    out: list[Position] = []
    for i in range(count):
        out.append(points[i])
        if i < edges:
            out.extend(along(points[i], points[int(following[i])], int(parts[i])))
    return tuple(out)
