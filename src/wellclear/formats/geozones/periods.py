"""When a zone applies: permanent, from and until, and by weekday and time of day, as spans.

Times of day and weekdays are UTC (``Z``). Where the text leaves room, the widest reading is taken: a sunrise or sunset
stands for the whole day and twelve hours on either side of it, since the day it means is that of the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.geojson.properties import placed
from wellclear.formats.json_node import Node
from wellclear.geo.span import Span

DAY_MS: Final = 86_400_000
HALF_DAY_MS: Final = DAY_MS // 2
MAX_VOLUMES: Final = 1_000
"""Volumes of one zone: spans times layers. A year of two periods a day is 730."""

MAX_OCCURRENCES: Final = 50_000
"""Days times schedule entries looked at, before neighbours are joined."""

WEEKDAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
DAYS: Final = dict.fromkeys((*WEEKDAYS, "ANY"))
EVENTS: Final = dict.fromkeys(("BMCT", "SR", "SS", "EECT"))
EPOCH_WEEKDAY: Final = 3
"""1 January 1970 was a Thursday."""

_TIME_OF_DAY: Final = re.compile(
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,3})0*)?)?(Z|z|[+-][0-9]{2}:?[0-9]{2})?"
)


@dataclass(frozen=True, slots=True)
class Applicability:
    """When a zone applies.

    Attributes:
        spans: in order; empty where it applies only outside the horizon.
        remarks: how it was bounded or widened.
    """

    spans: tuple[Span, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Daily:
    """One entry of a schedule: weekdays (0 is Monday), and when it begins and ends after their midnight."""

    weekdays: frozenset[int]
    begin_ms: int
    end_ms: int


def permanent(horizon: Span) -> Applicability:
    """Always: bounded by the horizon."""
    return Applicability((horizon,), ("permanent: bounded by the horizon",))


def applicability_of(periods: Iterable[Node], horizon: Span, schedule_name: str) -> Applicability:
    """The spans of every period of a zone.

    Args:
        periods: objects with startDateTime, endDateTime and a schedule, all optional.
        horizon: where what has no end, and what recurs, ends.
        schedule_name: ``schedule``, or ``dailyPeriod``.

    Raises:
        MalformedInput: a time that is not UTC, an unknown weekday, or more than 1,000 spans.
    """
    spans: list[Span] = []
    remarks: dict[str, None] = {}
    for period in periods:
        found = _period(period, horizon, schedule_name, remarks)
        if not found:
            remarks["a period lies outside the horizon"] = None
        spans += found
        if len(spans) > MAX_VOLUMES:
            raise period.refused(
                f"more than {MAX_VOLUMES:,} times within the horizon", "zone-too-many-periods", "a shorter horizon"
            )
    return Applicability(tuple(dict.fromkeys(sorted(spans))), tuple(remarks))


def _period(period: Node, horizon: Span, schedule_name: str, remarks: dict[str, None]) -> list[Span]:
    start, end = period.optional("startDateTime"), period.optional("endDateTime")
    if start is None or end is None:
        remarks["no start or no end is stated: bounded by the horizon"] = None
    start_ms = start.time_ms(finer="down") if start else horizon.start_ms
    end_ms = end.time_ms(finer="up") if end else horizon.end_ms
    if start and end:
        placed(lambda: Span(start_ms, end_ms), period)
    schedule = period.optional(schedule_name)
    dailies = [daily for entry in (schedule.elements() if schedule else ()) if (daily := _daily(entry, remarks))]
    if not dailies:
        return [Span(start_ms, end_ms)] if start_ms < end_ms else []
    remarks["recurring: expanded within the horizon"] = None
    within_ms = max(start_ms, horizon.start_ms), min(end_ms, horizon.end_ms)
    return _expanded(dailies, *within_ms, period)


def _daily(entry: Node, remarks: dict[str, None]) -> _Daily | None:
    """One entry, or None where it says nothing (every member empty)."""
    days = entry.optional("day")
    named = {node.choice(DAYS) for node in days.elements()} if days else set()
    weekdays = frozenset(range(7) if not named or "ANY" in named else (WEEKDAYS.index(day) for day in named))
    begin, end = entry.optional("startTime"), entry.optional("endTime")
    events = [node.choice(EVENTS) for name in ("startEvent", "endEvent") if (node := entry.optional(name))]
    begin_ms = _time_of_day_ms(begin) if begin else 0
    end_ms = _time_of_day_ms(end) if end else DAY_MS
    if events:
        remarks["sunrise or sunset is read as the whole day and twelve hours around it"] = None
        return _Daily(weekdays, -HALF_DAY_MS, DAY_MS + HALF_DAY_MS)
    if not named and begin is None and end is None:
        return None
    return _Daily(weekdays, begin_ms, end_ms if end_ms > begin_ms else end_ms + DAY_MS)


def _time_of_day_ms(node: Node) -> int:
    text = node.text()
    match = _TIME_OF_DAY.fullmatch(text) if len(text) <= 40 else None
    if not match:
        raise node.refused(f"not a time of day: {text[:40]!r}", "time-text", "UTC with Z, such as 16:00:00Z")
    if match[5] is None:
        raise node.refused(f"the time does not say that it is UTC: {text!r}", "time-naive", "such as 16:00:00Z")
    if match[5] not in "Zz":
        raise node.refused(f"the time is local, not UTC: {text!r}", "time-local", "such as 16:00:00Z")
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    whole_ms = (hour * 3_600 + minute * 60 + second) * 1_000 + int((match[4] or "0").ljust(3, "0"))
    if minute > 59 or second > 59 or whole_ms > DAY_MS:
        raise node.refused(f"there is no such time: {text!r}", "time-none", "from 00:00:00Z to 24:00:00Z")
    return whole_ms


def _expanded(dailies: list[_Daily], start_ms: int, end_ms: int, period: Node) -> list[Span]:
    """The spans of a schedule between two times, neighbours joined."""
    first_day, last_day = start_ms // DAY_MS - 2, end_ms // DAY_MS + 1
    if (last_day - first_day) * len(dailies) > MAX_OCCURRENCES:
        raise period.refused(
            "the schedule has too many times within the horizon", "zone-too-many-periods", "a shorter horizon"
        )
    pieces = [
        (max(day * DAY_MS + daily.begin_ms, start_ms), min(day * DAY_MS + daily.end_ms, end_ms))
        for day in range(first_day, last_day + 1)
        for daily in dailies
        if (day + EPOCH_WEEKDAY) % 7 in daily.weekdays
    ]
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(piece for piece in pieces if piece[0] < piece[1]):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    return [placed_span(begin, end, period) for begin, end in joined]


def placed_span(begin_ms: int, end_ms: int, node: Node) -> Span:
    """A span; its error is placed at the node."""
    return placed(lambda: Span(begin_ms, end_ms), node)


def refuse_many(spans: int, layers: int, node: Node) -> None:
    """Refuse a zone of more than 1,000 volumes.

    Raises:
        MalformedInput: always says how many there would be.
    """
    if spans * layers > MAX_VOLUMES:
        raise MalformedInput(
            f"the zone would be {spans * layers:,} volumes ({spans:,} times, {layers:,} layers)",
            code="zone-too-many-periods",
            at=node.at,
            wanted=f"at most {MAX_VOLUMES:,}: a shorter horizon",
        )
