"""Amounts as a person types them on the command line: distances, durations, minima, ranges, sizes, times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M, DMM_PER_NM
from wellclear.geo.span import Span
from wellclear.model.minima import Minima

DMM_PER_UNIT: Final = {"nm": DMM_PER_NM, "km": 1_000 * DMM_PER_M, "m": DMM_PER_M, "ft": DMM_PER_FT}
MS_PER_UNIT: Final = {"s": 1_000, "min": 60_000, "h": 3_600_000}
BYTES_PER_UNIT: Final = {"": 1, "b": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "kb": 10**3, "mb": 10**6, "gb": 10**9}

DEFAULT_HORIZON_DAYS: Final = 30
"""How far "until further notice" reaches when nobody says: the longest span of one volume."""

MAX_HORIZON_DAYS: Final = 366

_AMOUNT: Final = re.compile(r"\s*([+-]?\d{1,12}(?:\.\d{1,9})?)\s*([A-Za-z°]*)\s*", re.ASCII)


def parse_distance_dmm(text: str, *, at: str) -> int:
    """A distance such as ``5NM``, ``1000ft``, ``9.26km`` or ``0``; a fraction of 0.1 mm is rounded up.

    Raises:
        MalformedInput: no number, or a number that is not zero without a unit.
    """
    return _scaled(text, DMM_PER_UNIT, at=at, wanted="a number and NM, km, m or ft: 5NM")


def parse_duration_ms(text: str, *, at: str) -> int:
    """A duration such as ``30s``, ``5min``, ``2h`` or ``0``; a fraction of a millisecond is rounded up.

    Raises:
        MalformedInput: no number, or a number that is not zero without a unit.
    """
    return _scaled(text, MS_PER_UNIT, at=at, wanted="a number and s, min or h: 30s")


def parse_size_bytes(text: str, *, at: str) -> int:
    """A size such as ``64MiB``, ``200MB`` or a bare number of bytes.

    Raises:
        MalformedInput: not a size, or not above zero.
    """
    wanted = "a number and KiB, MiB, GiB, kB, MB or GB: 64MiB"
    size_bytes = _scaled(text, BYTES_PER_UNIT, at=at, wanted=wanted)
    if size_bytes <= 0:
        raise MalformedInput(f"{text!r} is not a size", code="size-range", at=at, wanted=wanted)
    return size_bytes


def parse_minima(text: str, *, at: str = "--minima") -> Minima:
    """Minima such as ``lateral=5NM,vertical=1000ft,time=0s``; what is not named is zero.

    Raises:
        MalformedInput: an unknown or repeated name, or an amount that cannot be read.
    """
    wanted = "lateral=5NM,vertical=1000ft,time=0s"
    given: dict[str, str] = {}
    for part in text.split(","):
        name, separator, amount = part.partition("=")
        name = name.strip().lower()
        if not separator or name not in {"lateral", "vertical", "time"}:
            raise MalformedInput(f"{part.strip()!r} is not a minimum", code="minima-name", at=at, wanted=wanted)
        if name in given:
            raise MalformedInput(f"the {name} minimum is given twice", code="minima-repeated", at=at, wanted=wanted)
        given[name] = amount
    try:
        return Minima(
            lateral_dmm=parse_distance_dmm(given.get("lateral", "0"), at=f"{at} lateral"),
            vertical_dmm=parse_distance_dmm(given.get("vertical", "0"), at=f"{at} vertical"),
            time_ms=parse_duration_ms(given.get("time", "0"), at=f"{at} time"),
        )
    except MalformedInput as error:
        raise error if error.at else error.placed(at) from error


def parse_range(text: str, units: dict[str, Decimal], *, at: str, wanted: str) -> tuple[float, float]:
    """A range such as ``990..1030``: low and high, each with an optional unit out of ``units``.

    units  unit in lower case -> factor to the unit that is returned; ``""`` is the bare number

    Raises:
        MalformedInput: not two numbers with ``..`` between them, an unknown unit, or high below low.
    """
    low_text, separator, high_text = text.partition("..")
    if not separator:
        raise MalformedInput(f"{text!r} is not a range", code="range-form", at=at, wanted=wanted)
    low, high = (_amount(part, units, at=at, wanted=wanted) for part in (low_text, high_text))
    if high < low:
        raise MalformedInput(f"the range {text} ends below its start", code="range-reversed", at=at, wanted=wanted)
    return float(low), float(high)


def parse_instant_ms(text: str, *, at: str) -> int:
    """An RFC 3339 time with ``Z``, or a date such as ``2018-09-17`` meaning its first instant in UTC.

    Raises:
        MalformedInput: anything else, a time without ``Z`` among it.
    """
    wanted = "2018-09-17T18:39:00Z or 2018-09-17"
    form = r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?"
    if not re.fullmatch(form, text, re.ASCII):
        raise MalformedInput(f"{text!r} is not a time in UTC", code="time-form", at=at, wanted=wanted)
    try:
        instant = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as error:
        raise MalformedInput(f"{text!r} does not exist", code="time-form", at=at, wanted=wanted) from error
    return round((instant - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


def parse_horizon(text: str, *, at: str = "--horizon") -> Span:
    """A horizon such as ``2018-09-17/2018-10-17`` or with times of RFC 3339.

    Raises:
        MalformedInput: not two times, or the end not after the start.
        RuleViolated: longer than a year.
    """
    start, separator, end = text.partition("/")
    if not separator:
        raise MalformedInput(f"{text!r} is not a horizon", code="horizon-form", at=at, wanted="START/END")
    try:
        span = Span(parse_instant_ms(start, at=at), parse_instant_ms(end, at=at))
    except MalformedInput as error:
        raise error if error.at else error.placed(at) from error
    if span.end_ms - span.start_ms > MAX_HORIZON_DAYS * 86_400_000:
        raise RuleViolated(
            "the horizon is too long", code="horizon-long", at=at, wanted=f"at most {MAX_HORIZON_DAYS} days"
        )
    return span


def default_horizon(now_ms: int) -> Span:
    """From the start of today in UTC for thirty days."""
    start_ms = now_ms - now_ms % 86_400_000
    return Span(start_ms, start_ms + DEFAULT_HORIZON_DAYS * 86_400_000)


def _scaled(text: str, units: dict[str, int], *, at: str, wanted: str) -> int:
    factors = {unit: Decimal(factor) for unit, factor in units.items()}
    if re.fullmatch(r"\s*0+(\.0+)?\s*", text, re.ASCII):
        return 0
    value = _amount(text, factors, at=at, wanted=wanted)
    if value < 0:
        raise MalformedInput(f"{text!r} is negative", code="amount-negative", at=at, wanted=wanted)
    return int(value.to_integral_value(ROUND_CEILING))


def _amount(text: str, units: dict[str, Decimal], *, at: str, wanted: str) -> Decimal:
    matched = _AMOUNT.fullmatch(text)
    if matched is None:
        raise MalformedInput(f"{text!r} is not an amount", code="amount-form", at=at, wanted=wanted)
    number, unit = matched.groups()
    factor = units.get(unit.lower())
    if factor is None:
        wrong = f"the unit {unit!r} of {text!r} is not known here" if unit else f"{text!r} has no unit"
        raise MalformedInput(wrong, code="amount-unit", at=at, wanted=wanted)
    return Decimal(number) * factor
