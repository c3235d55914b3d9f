"""How high: value, unit and reference, never a bare number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M, MAX_HEIGHT_DMM


class Reference(Enum):
    """What a height is measured from."""

    ELLIPSOID = "ellipsoid"
    """The WGS 84 ellipsoid."""

    AMSL = "amsl"
    """True height above the EGM96 geoid."""

    AMSL_BARO = "amsl_baro"
    """What an altimeter set to QNH shows: the usual meaning of an altitude in orders."""

    AGL = "agl"
    """Above the ground below."""

    FLIGHT_LEVEL = "flight_level"
    """Pressure altitude: what an altimeter set to 1013.25 hPa shows."""


@dataclass(frozen=True, slots=True)
class Height:
    """A height in units of 0.1 mm above its reference.

    Raises:
        MalformedInput: not an integer, or beyond 1,000 km.
    """

    value_dmm: int
    reference: Reference

    def __post_init__(self) -> None:
        if type(self.value_dmm) is not int:
            raise MalformedInput("a height is an integer of 0.1 mm", code="height-type")
        if abs(self.value_dmm) > MAX_HEIGHT_DMM:
            raise MalformedInput(
                f"height {self.value_dmm / DMM_PER_M:g} m is out of range",
                code="height-range",
                wanted="within 1,000 km",
            )

    @classmethod
    def feet(cls, value_ft: float, reference: Reference) -> Height:
        """Height from feet, rounded to 0.1 mm (whole feet are exact)."""
        return cls(round(value_ft * DMM_PER_FT), reference)

    @classmethod
    def metres(cls, value_m: float, reference: Reference) -> Height:
        """Height from metres, rounded to 0.1 mm."""
        return cls(round(value_m * DMM_PER_M), reference)

    @classmethod
    def flight_level(cls, level: int) -> Height:
        """Height of a flight level: hundreds of feet of pressure altitude."""
        return cls(level * 100 * DMM_PER_FT, Reference.FLIGHT_LEVEL)

    @property
    def value_m(self) -> float:
        """Metres above the reference."""
        return self.value_dmm / DMM_PER_M

    @property
    def value_ft(self) -> float:
        """Feet above the reference."""
        return self.value_dmm / DMM_PER_FT


WIDEST_DOUBT_DMM: Final = 2_500 * DMM_PER_M
"""More than two references can differ by, below FL 600 and above the lowest ground; see docs/heights.md."""


@dataclass(frozen=True, slots=True)
class Band:
    """A closed interval of heights. ``None`` is an open end: surface below, unlimited above.

    Floor equal to ceiling is one level. Ends of different references are allowed (500 ft AGL to FL 60).

    Raises:
        MalformedInput: ceiling below floor in the same reference, or whatever the two references can mean.
    """

    floor: Height | None
    ceiling: Height | None

    def __post_init__(self) -> None:
        floor, ceiling = self.floor, self.ceiling
        if floor is None or ceiling is None:
            return
        same = floor.reference is ceiling.reference
        if not same and ceiling.reference is Reference.AGL:
            return
        if ceiling.value_dmm + (0 if same else WIDEST_DOUBT_DMM) < floor.value_dmm:
            raise MalformedInput(
                f"the ceiling ({ceiling.value_m:g} m) lies below the floor ({floor.value_m:g} m)", code="band-reversed"
            )
