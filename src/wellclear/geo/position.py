"""Where: longitude and latitude as integers of 1e-7 degree, WGS 84."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.limits import E7_PER_DEGREE

MAX_LON_E7: Final = 180 * E7_PER_DEGREE
"""Longitude east or west; both -180 and 180 are taken and are one meridian."""

MAX_LAT_E7: Final = 90 * E7_PER_DEGREE
"""A pole."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A point on the WGS 84 ellipsoid. Longitude first, as on the wire.

    Raises:
        MalformedInput: out of range, or not integers.
    """

    lon_e7: int
    lat_e7: int

    def __post_init__(self) -> None:
        if type(self.lon_e7) is not int or type(self.lat_e7) is not int:
            raise MalformedInput("a position is two integers of 1e-7 degree", code="position-type")
        if abs(self.lat_e7) > MAX_LAT_E7:
            hint = "; longitude and latitude may be swapped" if abs(self.lat_e7) <= MAX_LON_E7 else ""
            raise MalformedInput(
                f"latitude {self.lat_deg} is out of range{hint}",
                code="position-range",
                wanted="latitude from -90 to 90, longitude from -180 to 180",
            )
        if abs(self.lon_e7) > MAX_LON_E7:
            raise MalformedInput(
                f"longitude {self.lon_deg} is out of range", code="position-range", wanted="from -180 to 180"
            )

    @property
    def lon_deg(self) -> float:
        """Longitude in degrees."""
        return self.lon_e7 / E7_PER_DEGREE

    @property
    def lat_deg(self) -> float:
        """Latitude in degrees."""
        return self.lat_e7 / E7_PER_DEGREE

    @classmethod
    def from_degrees(cls, lon_deg: float, lat_deg: float) -> Position:
        """Round degrees to 1e-7 (at most 0.6 cm).

        Raises:
            MalformedInput: not finite, or out of range.
        """
        if not (math.isfinite(lon_deg) and math.isfinite(lat_deg)):
            raise MalformedInput("a position must be two finite numbers", code="position-not-finite")
        if abs(lon_deg) > 1e6 or abs(lat_deg) > 1e6:
            raise MalformedInput(f"position {lon_deg!r}, {lat_deg!r} is out of range", code="position-range")
        return cls(round(lon_deg * E7_PER_DEGREE), round(lat_deg * E7_PER_DEGREE))
