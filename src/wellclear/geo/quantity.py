"""Distances, durations and ranges with their units: a number without one is refused.

Values are read exactly (as fractions) and then rounded once to the model's integer.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M, DMM_PER_NM

MAX_QUANTITY_CHARACTERS: Final = 40
"""More than any number with a unit needs."""

MAX_DISTANCE_DMM: Final = 20_100_000 * DMM_PER_M
"""Half around the Earth: no two places are farther apart."""

MAX_DURATION_MS: Final = 366 * 86_400_000
"""The longest horizon."""

PRESSURE_LIMITS_HPA: Final = (850.0, 1_100.0)
"""Beyond the lowest and highest pressure at sea level ever measured, 870 and 1,085 hPa (WMO archive of extremes)."""

TEMPERATURE_LIMITS_K: Final = (-100.0, 100.0)
"""Farther from the standard atmosphere is a temperature, not a deviation."""

TERRAIN_LIMITS_M: Final = (-500.0, 9_000.0)
"""Below the shore of the Dead Sea and above Mount Everest."""

_DMM_PER: Final = {"nm": DMM_PER_NM, "km": 1_000 * DMM_PER_M, "m": DMM_PER_M, "ft": DMM_PER_FT}
_MS_PER: Final = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}
_PRINTED: Final = {"nm": "NM", "km": "km", "m": "m", "ft": "ft"}
_QUANTITY: Final = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*([a-z\u00b0]*)")


def parse_distance_dmm(text: str) -> int:
    """Read a distance in NM, km, m or ft, as integer of 0.1 mm (rounded half to even).

    Raises:
        MalformedInput: not a number with such a unit, negative, or more than half around the Earth.
    """
    value, unit = _number(text, "distance", "such as 5NM, 9.26km, 30m or 1000ft")
    if unit not in _DMM_PER:
        raise _unit_refused("distance", text, "NM, km, m or ft, such as 5NM")
    distance_dmm = round(value * _DMM_PER[unit])
    if not 0 <= distance_dmm <= MAX_DISTANCE_DMM:
        raise MalformedInput(
            f"the distance is out of range: {text!r}", code="quantity-range", wanted="from 0 to 20,100 km"
        )
    return distance_dmm


def parse_duration_ms(text: str) -> int:
    """Read a duration in h, min, s or ms, as integer of milliseconds.

    Raises:
        MalformedInput: not a number with such a unit, negative, finer than a millisecond, or over 366 days.
    """
    value, unit = _number(text, "duration", "such as 0s, 5min or 2h")
    if unit not in _MS_PER:
        raise _unit_refused("duration", text, "h, min, s or ms, such as 5min")
    duration_ms = value * _MS_PER[unit]
    if duration_ms.denominator != 1:
        raise MalformedInput(
            f"the duration is finer than a millisecond: {text!r}", code="quantity-finer", wanted="such as 0.5s"
        )
    if not 0 <= duration_ms <= MAX_DURATION_MS:
        raise MalformedInput(f"the duration is out of range: {text!r}", code="quantity-range", wanted="up to 366 days")
    return int(duration_ms)


def print_distance(distance_dmm: int, units: tuple[str, ...] = ("NM", "km", "m")) -> str:
    """A distance in the first of the units in which it has at most three decimals, else in metres; exact.

    distance_dmm  0.1 mm
    units         of NM, km, m, ft, in order of preference
    """
    for unit in units:
        value = Fraction(distance_dmm, _DMM_PER[unit.lower()])
        if (value * 1000).denominator == 1:
            return f"{_decimal(value, 3)}{_PRINTED[unit.lower()]}"
    return f"{_decimal(Fraction(distance_dmm, DMM_PER_M), 4)}m"


def print_duration(duration_ms: int) -> str:
    """A duration in the largest unit in which it is whole: ``2h``, ``90min``, ``45s``, ``250ms``; zero is ``0s``."""
    if duration_ms == 0:
        return "0s"
    unit = next(unit for unit in ("h", "min", "s", "ms") if duration_ms % _MS_PER[unit] == 0)
    return f"{duration_ms // _MS_PER[unit]}{unit}"


def parse_pressure_range_hpa(text: str) -> tuple[float, float]:
    """Read a range of pressure at sea level: ``980..1040`` or ``980hPa..1040hPa``, in hectopascal.

    Raises:
        MalformedInput: not a range, another unit, ends reversed, or outside 850 to 1,100 hPa.
    """
    per = {"": Fraction(1), "hpa": Fraction(1), "mb": Fraction(1), "mbar": Fraction(1)}
    return _range(text, "pressure", per, PRESSURE_LIMITS_HPA, "980..1040 (hPa)")


def parse_temperature_range_k(text: str) -> tuple[float, float]:
    """Read a range of deviation from the standard atmosphere: ``-20..+15``, in kelvin.

    Raises:
        MalformedInput: not a range, another unit, ends reversed, or beyond 100 K.
    """
    per = {unit: Fraction(1) for unit in ("", "k", "c", "\u00b0c")}
    return _range(text, "temperature", per, TEMPERATURE_LIMITS_K, "-20..+15 (kelvin off the standard atmosphere)")


def parse_terrain_range_m(text: str) -> tuple[float, float]:
    """Read a range of terrain heights above sea level: ``0m..4421m`` or ``0ft..14505ft``, in metres.

    Raises:
        MalformedInput: not a range, without a unit, ends reversed, or outside -500 to 9,000 m.
    """
    per = {"m": Fraction(1), "ft": Fraction(DMM_PER_FT, DMM_PER_M)}
    return _range(text, "terrain", per, TERRAIN_LIMITS_M, "0m..4421m")


def _range(
    text: str, name: str, per: dict[str, Fraction], limits: tuple[float, float], wanted: str
) -> tuple[float, float]:
    """Both ends of ``LOW..HIGH``, times what their unit stands for."""
    parts = text.split("..") if len(text) <= 2 * MAX_QUANTITY_CHARACTERS else []
    if len(parts) != 2:
        raise MalformedInput(
            f"not a range of {name}: {text[:MAX_QUANTITY_CHARACTERS]!r}", code="range-text", wanted=wanted
        )
    ends = []
    for part in parts:
        value, unit = _number(part, name, wanted)
        if unit not in per:
            raise _unit_refused(name, text, wanted)
        ends.append(float(value * per[unit]))
    low, high = ends
    if low > high:
        raise MalformedInput(f"the range of {name} is reversed: {text!r}", code="range-reversed", wanted=wanted)
    if low < limits[0] or high > limits[1]:
        raise MalformedInput(
            f"the range of {name} is out of range: {text!r}",
            code="range-limits",
            wanted=f"within {limits[0]:g} and {limits[1]:g}, such as {wanted}",
        )
    return low, high


def _number(text: str, name: str, wanted: str) -> tuple[Fraction, str]:
    match = _QUANTITY.fullmatch(text.strip().lower()) if len(text) <= MAX_QUANTITY_CHARACTERS else None
    if not match:
        raise MalformedInput(f"not a {name}: {text[:MAX_QUANTITY_CHARACTERS]!r}", code="quantity-text", wanted=wanted)
    return Fraction(match[1]), match[2]


def _unit_refused(name: str, text: str, wanted: str) -> MalformedInput:
    return MalformedInput(f"the {name} has no known unit: {text!r}", code="quantity-unit", wanted=wanted)


def _decimal(value: Fraction, places: int) -> str:
    """A fraction that has at most so many decimals, without trailing zeros."""
    scaled = round(value * 10**places)
    whole, part = divmod(abs(scaled), 10**places)
    sign = "-" if scaled < 0 else ""
    decimals = f"{part:0{places}d}".rstrip("0")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
