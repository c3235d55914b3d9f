"""The widest band above the ellipsoid that a height can mean over a piece of ground.

Heights in one reference are compared as they are. Across references each becomes such a band:

    ellipsoid     itself
    amsl          itself above the geoid: lowest and highest geoid of the box
    agl           itself above the ground, and that above the geoid: extremes of both
    flight_level  where its pressure is met in every atmosphere within the ranges
    amsl_baro     the same, with the altimeter set to the pressure at sea level, or at any station below

The ranges say what the air over the box can be: the pressure at sea level, and by how much the (virtual) temperature at
every height may differ from the standard atmosphere's at that height. `wellclear.geo.atmosphere` tells why the extremes
lie at the ends of the ranges.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import product
from math import inf
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.atmosphere import (
    GRAVITY_RESERVE,
    STANDARD_HPA,
    TOP_M,
    geometric_m,
    height_of_pressure_m,
    pressure_hpa,
)
from wellclear.geo.box import LonLatBox
from wellclear.geo.geoid import extremes_m
from wellclear.geo.height import Height, Reference
from wellclear.geo.quantity import PRESSURE_LIMITS_HPA, TEMPERATURE_LIMITS_K, TERRAIN_LIMITS_M
from wellclear.geo.terrain import TerrainGrid

Range = tuple[float, float]

ANY_SETTING_HPA: Final = (870.0, 1085.0)
"""Lowest and highest pressure at sea level ever measured (WMO archive of extremes): what an altimeter may be set to
where no range of pressure is stated."""

ROUNDING_M: Final = 0.001
"""Every band is this much wider at both ends than what was computed."""


class Missing(StrEnum):
    """Why a height cannot be placed above the ellipsoid."""

    PRESSURE = "pressure-missing"
    TEMPERATURE = "temperature-missing"
    TERRAIN = "terrain-missing"
    TERRAIN_OUTSIDE = "terrain-outside"


@dataclass(frozen=True, slots=True)
class Ranges:
    """What the air and the ground can be; None is not known.

    Attributes:
        pressure_hpa: lowest and highest pressure at sea level.
        temperature_k: lowest and highest deviation from the standard atmosphere, at every height.
        terrain: lowest and highest ground above sea level in metres, or a grid of it.

    Raises:
        MalformedInput: a range that is reversed, not finite or beyond what exists on Earth.
    """

    pressure_hpa: Range | None = None
    temperature_k: Range | None = None
    terrain: Range | TerrainGrid | None = None

    def __post_init__(self) -> None:
        terrain = None if isinstance(self.terrain, TerrainGrid) else self.terrain
        for name, ends, (least, most) in (
            ("pressure", self.pressure_hpa, PRESSURE_LIMITS_HPA),
            ("temperature", self.temperature_k, TEMPERATURE_LIMITS_K),
            ("terrain", terrain, TERRAIN_LIMITS_M),
        ):
            if ends is not None and not least <= ends[0] <= ends[1] <= most:
                raise MalformedInput(
                    f"the range of {name}, {ends[0]:g} to {ends[1]:g}, is no range",
                    code="range-limits",
                    wanted=f"low to high within {least:g} and {most:g}",
                )


def widest_band_m(height: Height, box: LonLatBox, ranges: Ranges) -> Range | frozenset[Missing]:
    """Lowest and highest above the ellipsoid that a height can mean anywhere in a box, in metres.

    Returns what is missing instead where the ranges do not say enough. The upper end is infinite for a pressure
    altitude above the top of the standard atmosphere (80 km).
    """
    if height.reference is Reference.ELLIPSOID:
        return height.value_m, height.value_m
    above_geoid_m = _above_geoid_m(height, box, ranges)
    if isinstance(above_geoid_m, frozenset):
        return above_geoid_m
    geoid_low_m, geoid_high_m = extremes_m(box)
    return above_geoid_m[0] + geoid_low_m - ROUNDING_M, above_geoid_m[1] + geoid_high_m + ROUNDING_M


def _above_geoid_m(height: Height, box: LonLatBox, ranges: Ranges) -> Range | frozenset[Missing]:
    """Lowest and highest above mean sea level."""
    if height.reference is Reference.AMSL:
        return height.value_m, height.value_m
    if height.reference is Reference.AGL:
        return _above_ground_m(height.value_m, box, ranges)
    needed = {Missing.TEMPERATURE: ranges.temperature_k}
    if height.reference is Reference.FLIGHT_LEVEL:
        needed[Missing.PRESSURE] = ranges.pressure_hpa
    missing = frozenset(name for name, ends in needed.items() if ends is None)
    if missing or ranges.temperature_k is None:
        return missing
    if height.reference is Reference.FLIGHT_LEVEL and ranges.pressure_hpa is not None:
        geopotential_m = level_range_m(height.value_m, ranges.pressure_hpa, ranges.temperature_k)
    else:
        setting_hpa = ranges.pressure_hpa or ANY_SETTING_HPA
        geopotential_m = altitude_range_m(height.value_m, setting_hpa, ranges.temperature_k)
    return _geometric_range_m(geopotential_m, box)


def _above_ground_m(value_m: float, box: LonLatBox, ranges: Ranges) -> Range | frozenset[Missing]:
    terrain = ranges.terrain
    if terrain is None:
        return frozenset({Missing.TERRAIN})
    ground_m = terrain.extremes_m(box) if isinstance(terrain, TerrainGrid) else terrain
    if ground_m is None:
        return frozenset({Missing.TERRAIN_OUTSIDE})
    return value_m + ground_m[0], value_m + ground_m[1]


@lru_cache(maxsize=4_096)
def level_range_m(level_m: float, sea_level_hpa: Range, deviation_k: Range) -> Range:
    """Lowest and highest geopotential height above sea level of a pressure altitude.

    Heights grow with the sea-level pressure, and with the temperature one way or the other: the extremes lie at the
    corners of the two ranges.
    """
    at_hpa = pressure_hpa(min(level_m, TOP_M))
    heights_m = [height_of_pressure_m(at_hpa, *corner) for corner in product(sea_level_hpa, deviation_k)]
    return min(heights_m), max(heights_m) if level_m <= TOP_M else inf


@lru_cache(maxsize=4_096)
def altitude_range_m(altitude_m: float, setting_hpa: Range, deviation_k: Range) -> Range:
    """Lowest and highest geopotential height above sea level at which an altimeter on QNH shows an altitude.

    The altimeter shows the standard atmosphere's height of its pressure, less that of its setting q. Where it is right
    at sea level, the height is that of the pressure in an atmosphere of sea-level pressure q. Where QNH was measured at
    a station e above sea level it is right there instead: the error u obeys du/dh = (T - S) / S, with T and S the
    temperatures of the air and of the altimeter's atmosphere, and u(e) = 0. With deviations that include 0 and settings
    that include 1013.25 hPa the errors of e = 0 lie on both sides of zero, and solutions of one equation do not cross:
    so the corners of the ranges, widened by those two values, bound the error for every station.
    """
    settings_hpa = min(setting_hpa[0], STANDARD_HPA), max(setting_hpa[1], STANDARD_HPA)
    deviations_k = min(deviation_k[0], 0.0), max(deviation_k[1], 0.0)
    heights_m = [altitude_m]
    for sea_level_hpa, corner_k in product(settings_hpa, deviations_k):
        at_hpa = pressure_hpa(min(altitude_m, TOP_M) + height_of_pressure_m(sea_level_hpa))
        heights_m.append(height_of_pressure_m(at_hpa, sea_level_hpa, corner_k))
    return min(heights_m), max(heights_m) if altitude_m <= TOP_M else inf


def _geometric_range_m(geopotential_m: Range, box: LonLatBox) -> Range:
    """Lowest and highest above the geoid: gravity grows from the equator to the poles, so the ends are at the ends."""
    nearest_deg = 0.0 if box.south_deg <= 0 <= box.north_deg else min(abs(box.south_deg), abs(box.north_deg))
    farthest_deg = max(abs(box.south_deg), abs(box.north_deg))
    low_m = min(geometric_m(geopotential_m[0], lat_deg) for lat_deg in (nearest_deg, farthest_deg))
    low_m -= abs(low_m) * GRAVITY_RESERVE
    if geopotential_m[1] == inf:
        return low_m, inf
    high_m = max(geometric_m(geopotential_m[1], lat_deg) for lat_deg in (nearest_deg, farthest_deg))
    return low_m, high_m + abs(high_m) * GRAVITY_RESERVE
