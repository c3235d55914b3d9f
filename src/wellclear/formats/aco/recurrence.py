"""INTERVAL: a period that comes again, as single periods.

Source: Esri's air-c2-cop-python, tools/scripts/airspacemanagement: the comments of reader.py list the frequencies and
the units of the duration; those of parser.py give ``DAILY/7DAY`` and ``WEEKLY/4WK``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.aco.fields import NO_DATA, Field
from wellclear.geo.span import Span
from wellclear.geo.time_text import parse_date_time_group, print_rfc3339

DAY_MS: Final = 86_400_000

MAX_PERIODS: Final = 1_000
"""Volumes of one measure: two years of every day, and a bound on the work that one short set can ask for."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DURATION: Final = re.compile(r"(\d{1,4})\s*(DAY|WK|WEEK|BIWEEK|MONTH|YEAR)S?")
_DAYS: Final = {"DAY": 1, "WK": 7, "WEEK": 7, "BIWEEK": 14, "MONTH": 31, "YEAR": 366}
"""Days of a unit of duration; a month and a year are read as their longest."""

_Falls = Callable[[date, date], bool]
"""Whether a period falls on the second day, given the first."""

_FREQUENCIES: Final[dict[str, _Falls]] = {
    "DAILY": lambda _first, _day: True,
    "WEEKLY": lambda first, day: (day - first).days % 7 == 0,
    "BIWEEKLY": lambda first, day: (day - first).days % 14 == 0,
    "MONTHLY BY DATE": lambda first, day: day.day == first.day,
    "MONTHLY BY WEEKDAY": lambda first, day: (
        day.weekday() == first.weekday() and (day.day - 1) // 7 == (first.day - 1) // 7
    ),
    "YEARLY": lambda first, day: (day.month, day.day) == (first.month, first.day),
    "WEEKDAYS": lambda _first, day: day.weekday() < 5,
    "WEEKENDS": lambda _first, day: day.weekday() >= 5,
    "MON WED FRI": lambda _first, day: day.weekday() in (0, 2, 4),
    "TUE THUR": lambda _first, day: day.weekday() in (1, 3),
}


def expand(
    first: Span, frequency: Field, duration: Field | None, horizon: Span
) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """The single periods of one that comes again, in order, and remarks.

    The first period counts as stated, even if the frequency would not fall on its day. Periods that do not overlap the
    horizon are left out, and a remark says so.

    Raises:
        MalformedInput: an unknown frequency or duration, none within the horizon, or over `MAX_PERIODS`.
    """
    falls = _FREQUENCIES.get(" ".join(frequency.text.upper().split()))
    if falls is None:
        raise MalformedInput(
            f"{frequency.shown} is no known frequency",
            code="frequency-unknown",
            at=frequency.at,
            wanted=", ".join(_FREQUENCIES),
        )
    until_ms, bounded = _until_ms(first, duration, horizon)
    spans: list[Span] = []
    day_ms = first.end_ms - first.start_ms
    earliest = max(0, (horizon.start_ms - first.start_ms - day_ms) // DAY_MS)
    first_day = (_EPOCH + timedelta(milliseconds=first.start_ms)).date()
    for k in range(earliest, max(0, -(-(min(until_ms, horizon.end_ms) - first.start_ms) // DAY_MS))):
        start_ms = first.start_ms + k * DAY_MS
        wanted = k == 0 or falls(first_day, first_day + timedelta(days=k))
        if wanted and start_ms + day_ms > horizon.start_ms:
            spans.append(Span(start_ms, start_ms + day_ms))
        if len(spans) > MAX_PERIODS:
            raise too_many(frequency.at)
    if not spans:
        raise MalformedInput(
            "no period falls within the horizon",
            code="period-outside-horizon",
            at=frequency.at,
            wanted=f"a horizon that reaches {print_rfc3339(first.start_ms)}",
        )
    return tuple(spans), (_remark(frequency.text, spans, bounded=bounded),)


def too_many(at: str) -> MalformedInput:
    """The refusal of a measure with too many periods."""
    return MalformedInput(
        f"over {MAX_PERIODS:,} periods of one measure",
        code="too-many-volumes",
        at=at,
        wanted=f"at most {MAX_PERIODS:,}; a shorter horizon or duration",
    )


def _remark(frequency: str, spans: list[Span], *, bounded: bool) -> str:
    many = f"{len(spans)} periods" if len(spans) > 1 else "1 period"
    text = f"{frequency} was read as {many}, from {print_rfc3339(spans[0].start_ms)}"
    text += f" to {print_rfc3339(spans[-1].end_ms)}; what lies outside the horizon is left out"
    if not bounded:
        text += "; it states no end but the horizon's"
    if frequency.upper() == "BIWEEKLY":
        text += "; inferred: BIWEEKLY as every second week"
    return text


def _until_ms(first: Span, duration: Field | None, horizon: Span) -> tuple[int, bool]:
    """When the last period has begun, and whether this was stated."""
    if duration is None or duration.text in NO_DATA or duration.text.upper() == "UFN":
        return horizon.end_ms, False
    match = _DURATION.fullmatch(duration.text.upper())
    if match:
        return first.start_ms + int(match[1]) * _DAYS[match[2]] * DAY_MS, True
    try:
        return parse_date_time_group(duration.text), True
    except MalformedInput:
        raise MalformedInput(
            f"{duration.shown} is no known duration",
            code="duration-unknown",
            at=duration.at,
            wanted="such as 7DAY, 4WK, 3MONTH, 1YEAR, UFN or 312359ZDEC2016",
        ) from None
