"""Single fields as an order writes them."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.limits import DMM_PER_FT, E7_PER_DEGREE
from wellclear.geo.position import Position

DMM_PER_HUNDRED_FT: Final = 100 * DMM_PER_FT

_PATTERNS: Final = {
    Reference.FLIGHT_LEVEL: ("FL", "FL{:03d}"),
    Reference.AMSL_BARO: ("RA", "{:03d}AMSL"),
    Reference.AGL: ("RA", "{:03d}AGL"),
}
"""Half of the prefix of EFFLEVEL, and form of the end in hundreds of feet."""


def printable(text: str) -> str:
    """A text as a field can hold it: printable ASCII without slashes; ``-`` for nothing."""
    kept = "".join(c if c.isascii() and c.isprintable() and c != "/" else "?" for c in text)
    return kept.strip() or "-"


def print_position(position: Position, said: list[str]) -> str:
    """A position in whole seconds where that is exact, else in 0.0001 minute.

    Args:
        position: to be printed.
        said: gets a remark if neither is exact.
    """
    for prefix, per_degree in (("LATS", 3_600), ("DMPIT", 600_000)):
        lat, lon = (_units(value_e7, per_degree) for value_e7 in (position.lat_e7, position.lon_e7))
        exact = (_back_e7(lat, per_degree), _back_e7(lon, per_degree)) == (abs(position.lat_e7), abs(position.lon_e7))
        if exact or prefix == "DMPIT":
            break
    if not exact:
        said.append("positions are rounded to 0.0001 minute, by at most 0.14 m")
    north, east = "S" if position.lat_e7 < 0 else "N", "W" if position.lon_e7 < 0 else "E"
    return f"{prefix}:{_packed(lat, per_degree, 2)}{north}{_packed(lon, per_degree, 3)}{east}"


def _units(value_e7: int, per_degree: int) -> int:
    return round(Fraction(abs(value_e7) * per_degree, E7_PER_DEGREE))


def _back_e7(units: int, per_degree: int) -> int:
    return round(Fraction(units * E7_PER_DEGREE, per_degree))


def _packed(units: int, per_degree: int, width: int) -> str:
    degrees, rest = divmod(units, per_degree)
    minutes, part = divmod(rest, per_degree // 60)
    return f"{degrees:0{width}d}{minutes:02d}" + (f"{part:02d}" if per_degree == 3_600 else f".{part:04d}")


def print_band(band: Band, said: list[str]) -> str:
    """A band as EFFLEVEL has it, rounded outward to hundreds of feet.

    Args:
        band: to be printed.
        said: gets a remark if it had to be rounded.

    Raises:
        MalformedInput: an end whose reference or size an order has no form for.
    """
    floor_kind, floor = ("BR", "GL") if band.floor is None else _end(band.floor, said, lower=True)
    if band.ceiling is None:
        return f"{floor}-UNL"
    ceiling_kind, ceiling = _end(band.ceiling, said, lower=False)
    return f"{floor_kind}{ceiling_kind}:{floor}-{ceiling}"


def _end(height: Height, said: list[str], *, lower: bool) -> tuple[str, str]:
    if height.reference not in _PATTERNS:
        raise MalformedInput(f"an order has no heights over {height.reference.value}", code="level-not-carried")
    whole, rest = divmod(height.value_dmm, DMM_PER_HUNDRED_FT)
    hundreds = whole if lower or not rest else whole + 1
    if not 0 <= hundreds <= 999:
        raise MalformedInput(f"a height of {height.value_ft:g} ft is no three digits of hundreds", code="level-range")
    if rest:
        said.append("heights are rounded outward to hundreds of feet")
    kind, pattern = _PATTERNS[height.reference]
    return kind, pattern.format(hundreds)
