"""Cells into positions, times, heights and radii; a cell is refused by the name of its column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, TypeVar

from wellclear.errors import MalformedInput
from wellclear.geo.height import Height, Reference
from wellclear.geo.height_text import End, parse_height
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M, DMM_PER_NM, E7_PER_DEGREE, MAX_BUFFER_DMM
from wellclear.geo.position import MAX_LAT_E7, MAX_LON_E7, Position
from wellclear.geo.position_text import parse_latitude_e7, parse_longitude_e7, parse_position
from wellclear.geo.quantity import parse_distance_dmm
from wellclear.geo.time_text import Rounding, parse_date_time_group, parse_rfc3339

T = TypeVar("T")

DMM_PER: Final = {"m": DMM_PER_M, "km": 1_000 * DMM_PER_M, "nm": DMM_PER_NM, "ft": DMM_PER_FT}

LATITUDES: Final = ("lat", "latitude", "lat_deg", "latitude_deg")
LONGITUDES: Final = ("lon", "lng", "long", "longitude", "lon_deg", "longitude_deg")
POSITIONS: Final = ("position", "mgrs")

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,20})?", re.ASCII)
_COMMA: Final = re.compile(r"[+-]?[0-9]+,[0-9]+", re.ASCII)


def one_of(cells: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, str] | None:
    """The column among some names of one meaning that has a cell here, and the cell."""
    return next(((name, cells[name]) for name in names if name in cells), None)


def position_of(cells: Mapping[str, str]) -> Position | None:
    """The row's position; none where its cells are empty.

    Raises:
        MalformedInput: one of two coordinates is missing, or one cannot be read or can be read in two ways.
    """
    whole = one_of(cells, POSITIONS)
    if whole:
        return in_column(whole[0], lambda: parse_position(whole[1]))
    lat, lon = one_of(cells, LATITUDES), one_of(cells, LONGITUDES)
    if lat is None and lon is None:
        return None
    if lat is None or lon is None:
        raise MalformedInput("one coordinate is missing", code="csv-position", wanted="latitude and longitude")
    lat_e7 = in_column(lat[0], lambda: _coordinate_e7(lat[1], parse_latitude_e7, MAX_LAT_E7))
    lon_e7 = in_column(lon[0], lambda: _coordinate_e7(lon[1], parse_longitude_e7, MAX_LON_E7))
    return Position(lon_e7, lat_e7)


def number(text: str) -> Fraction:
    """A decimal number with a point.

    Raises:
        MalformedInput: not a number, or with a decimal comma, which may as well part thousands.
    """
    if _NUMBER.fullmatch(text):
        return Fraction(text)
    _refuse_comma(text)
    raise MalformedInput(f"not a number: {text[:40]!r}", code="csv-number", wanted="such as 47.25")


def time_ms(text: str, finer: Rounding) -> int:
    """A time with ``Z``, as RFC 3339 or a date-time group with its year.

    Raises:
        MalformedInput: neither.
    """
    return parse_rfc3339(text, finer=finer) if "-" in text else parse_date_time_group(text)


def radius_dmm(text: str, unit: str) -> int:
    """A radius in 0.1 mm; ``unit`` is empty where the cell says its own.

    Raises:
        MalformedInput: no number, no unit, or out of range.
    """
    value_dmm = round(number(text) * DMM_PER[unit]) if unit else _with_unit_dmm(text)
    if not 0 <= value_dmm <= MAX_BUFFER_DMM:
        raise MalformedInput(f"the radius {text!r} is out of range", code="radius-range", wanted="from 0 to 1,000 km")
    return value_dmm


def height(text: str, unit: str, reference: Reference) -> Height:
    """A height of which the column says unit and reference."""
    return Height(round(number(text) * DMM_PER[unit]), reference)


def limit(text: str, end: End) -> Height | None:
    """A height that says its own unit and reference, as `parse_height`."""
    _refuse_comma(text)
    return parse_height(text, end=end)


def in_column(name: str, make: Callable[[], T]) -> T:
    """What a function makes; its error is placed in a column.

    Raises:
        MalformedInput: what the function raises.
    """
    try:
        return make()
    except MalformedInput as error:
        raise error.placed(f"column {name}") from None


def _refuse_comma(text: str) -> None:
    if _COMMA.match(text):
        raise MalformedInput(f"a comma in a number: {text[:40]!r}", code="csv-decimal-comma", wanted="a decimal point")


def _with_unit_dmm(text: str) -> int:
    _refuse_comma(text)
    return parse_distance_dmm(text)


def _coordinate_e7(text: str, parse: Callable[[str], int], most_e7: int) -> int:
    if text[-1:].isalpha() or text[:1].isalpha():
        return parse(text)
    value_e7 = round(number(text) * E7_PER_DEGREE)
    if abs(value_e7) > most_e7:
        raise MalformedInput(
            f"{text!r} is out of range", code="position-range", wanted="decimal degrees, or minutes with N, S, E or W"
        )
    return value_e7
