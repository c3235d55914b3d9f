"""How much ground a footprint covers, at most."""

from __future__ import annotations

from functools import lru_cache
from math import pi

from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.geodesic import WGS84
from wellclear.geo.limits import DMM_PER_M


@lru_cache(maxsize=20_000)
def largest_area_m2(footprint: Footprint) -> float:
    """An upper bound of the ground that a footprint covers, in square metres; exact for discs and convex rings.

    Steiner's formula for a core with a buffer r: area + perimeter r + pi r^2, for lines with both their sides. It is
    exact on a plane; a buffer of 100 km covers less on the ellipsoid by a few in 100,000.
    """
    buffer_m = footprint.buffer_dmm / DMM_PER_M
    disc_m2 = pi * buffer_m**2
    if footprint.core is Core.POINT:
        return disc_m2
    lon_deg = [point.lon_deg for point in footprint.points]
    lat_deg = [point.lat_deg for point in footprint.points]
    if footprint.core is Core.LINE:
        return disc_m2 + 2 * buffer_m * float(WGS84.line_length(lon_deg, lat_deg))
    area_m2, perimeter_m = WGS84.polygon_area_perimeter(lon_deg, lat_deg)
    return disc_m2 + buffer_m * float(perimeter_m) + abs(float(area_m2))
