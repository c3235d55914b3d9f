"""Times as people and machines write them, always UTC and always saying so.

Read are RFC 3339 with ``Z`` (``2018-09-17T18:39:00Z``) and date-time groups with ``Z`` and month (``171839ZSEP18``).
Refused are naive and local times, offsets, and seconds of 60.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from wellclear.errors import MalformedInput
from wellclear.geo.limits import MAX_TIME_MS, MIN_TIME_MS

Rounding = Literal["refuse", "down", "up"]
"""What becomes of a time finer than a millisecond: a start goes down and an end up, so that nothing is lost."""

MAX_TIME_CHARACTERS: Final = 40
"""More than any notation needs."""

MINUTE_MS: Final = 60_000
MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_GROUP: Final = re.compile(r"([0-9]{2})\s?([0-9]{2})([0-9]{2})\s?([A-Z])?\s?([A-Z]{3})?\s?([0-9]{4}|[0-9]{2})?")
_WANTED: Final = "UTC with Z, such as 2018-09-17T18:39:00Z"
_WANTED_GROUP: Final = "day, time, Z and month, such as 171839ZSEP18"


def parse_rfc3339(text: str, *, finer: Rounding = "refuse") -> int:
    """Read a time with ``Z``, in milliseconds since 1970.

    Args:
        text: such as ``2018-09-17T18:39:00Z`` or ``2018-09-17T18:39:00.250Z``.
        finer: what becomes of a time that is finer than a millisecond.

    Raises:
        MalformedInput: not such a time, not UTC, no such day, a second of 60, or outside 1970 to 2200.
    """
    match = _RFC3339.fullmatch(text) if len(text) <= MAX_TIME_CHARACTERS else None
    if not match:
        raise MalformedInput(f"not a time: {text[:MAX_TIME_CHARACTERS]!r}", code="time-text", wanted=_WANTED)
    zone = match[8]
    if zone is None:
        raise MalformedInput(f"the time does not say that it is UTC: {text!r}", code="time-naive", wanted=_WANTED)
    if zone not in "Zz":
        raise MalformedInput(f"the time is local, not UTC: {text!r}", code="time-local", wanted=_WANTED)
    whole_ms = _moment_ms([int(part) for part in match.groups()[:6]], text)
    fraction = match[7] or ""
    lost = fraction[3:].strip("0")
    if lost and finer == "refuse":
        raise MalformedInput(f"the time is finer than a millisecond: {text!r}", code="time-finer", wanted=_WANTED)
    return _in_range(whole_ms + int(fraction[:3].ljust(3, "0")) + (1 if lost and finer == "up" else 0), text)


def print_rfc3339(time_ms: int) -> str:
    """A time in UTC; milliseconds only where it has some: ``2018-09-17T18:39:00Z``, ``2018-09-17T18:39:00.250Z``."""
    moment = _EPOCH + timedelta(milliseconds=time_ms)
    fraction = f".{time_ms % 1000:03d}" if time_ms % 1000 else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def parse_date_time_group(text: str, *, year: int | None = None) -> int:
    """Read a date-time group, in milliseconds since 1970.

    Args:
        text: such as ``171839ZSEP18``, ``171839ZSEP2018``, ``280001ZJUL`` or ``28 0001Z JUL 2016``. Two digits of a
            year stand for 1970 to 2069.
        year: the year where the group names none; it does not overrule one that is named.

    Raises:
        MalformedInput: not such a group, not UTC, without a month, without any year, no such day, or out of range.
    """
    match = _GROUP.fullmatch(text.strip().upper()) if len(text) <= MAX_TIME_CHARACTERS else None
    if not match:
        raise MalformedInput(
            f"not a date-time group: {text[:MAX_TIME_CHARACTERS]!r}", code="time-text", wanted=_WANTED_GROUP
        )
    day, hour, minute, zone, month, written_year = match.groups()
    if zone is None:
        raise MalformedInput(f"the time does not say that it is UTC: {text!r}", code="time-naive", wanted=_WANTED_GROUP)
    if zone != "Z":
        raise MalformedInput(f"the time is in zone {zone}, not UTC: {text!r}", code="time-local", wanted=_WANTED_GROUP)
    if month not in MONTHS:
        wrong = "names no month" if month is None else f"names no known month ({month})"
        raise MalformedInput(f"the time {wrong}: {text!r}", code="time-month", wanted=_WANTED_GROUP)
    if written_year is not None:
        year = int(written_year)
        year += 0 if year > 99 else 1900 if year >= 70 else 2000
    if year is None:
        raise MalformedInput(f"the time names no year: {text!r}", code="time-year", wanted=_WANTED_GROUP)
    return _in_range(_moment_ms([year, MONTHS.index(month) + 1, int(day), int(hour), int(minute), 0], text), text)


def print_date_time_group(time_ms: int, *, to: Literal["down", "up"] = "down") -> str:
    """A date-time group, ``171839ZSEP2018``, in whole minutes.

    Args:
        time_ms: milliseconds since 1970.
        to: where a part of a minute goes: a start goes down and an end up, so that the printed span covers it.
    """
    minutes = time_ms // MINUTE_MS if to == "down" else -(-time_ms // MINUTE_MS)
    moment = _EPOCH + timedelta(minutes=minutes)
    return f"{moment:%d%H%M}Z{MONTHS[moment.month - 1]}{moment.year:04d}"


def _moment_ms(parts: list[int], text: str) -> int:
    """Milliseconds of year, month, day, hour, minute, second."""
    year, month, day, hour, minute, second = parts
    if second == 60:
        raise MalformedInput(f"a second of 60: {text!r}", code="time-leap-second", wanted="seconds from 0 to 59")
    if hour == 24:
        raise MalformedInput(f"an hour of 24: {text!r}", code="time-hour", wanted="00:00 of the day that begins")
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise MalformedInput(f"there is no such time: {text!r}", code="time-none", wanted=_WANTED) from error
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _in_range(time_ms: int, text: str) -> int:
    if not MIN_TIME_MS <= time_ms <= MAX_TIME_MS:
        raise MalformedInput(f"the time is out of range: {text!r}", code="time-range", wanted="from 1970 to 2200")
    return time_ms
