"""APERIOD and PERIOD: when a measure and the order hold.

Source: Esri's air-c2-cop-python, tools/scripts/airspacemanagement: comments of reader.py and parser.py: the modes
DISCRETE and INTERVAL, times as DDHHMMZMMM with or without a year, and the words that may stand for an end.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.aco.fields import NO_DATA, Field, contents
from wellclear.formats.aco.recurrence import expand
from wellclear.formats.aco.sets import Record
from wellclear.geo.span import Span
from wellclear.geo.time_text import parse_date_time_group, print_rfc3339

OPEN_WORDS: Final = frozenset(
    {"AFTER", "ASOF", "ASAP", "ASAPAFT", "ASAPNLT", "BEFORE", "INDEF", "NET", "NLT", "ONCALL", "UFN", "UNK", "TBD"}
)
"""Words that may stand for an end: none of them states a time, so the widest reading is the end of the horizon."""

HALF_YEAR_MS: Final = 183 * 86_400_000
"""Two times without years farther apart than this are in the wrong order: no period of an order is so long."""

WANTED: Final = "APERIOD/DISCRETE/280001ZJUL/280400ZJUL// or APERIOD/INTERVAL/start/stop/frequency/duration//"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Periods = tuple[tuple[Span, ...], tuple[str, ...]]
"""Spans in order, and remarks on how they were read."""


def read_order_period(record: Record, horizon: Span) -> tuple[Span, tuple[str, ...]]:
    """Read PERIOD: when the order as a whole holds.

    Raises:
        MalformedInput: not two times with years; an end may be a word.
    """
    fields, _ = contents(record)
    if len(fields) < 1:
        raise MalformedInput(
            "PERIOD names no times", code="period-malformed", at=record.at, wanted="PERIOD/280001ZJUL2016/UFN//"
        )
    return _span(fields[0], fields[1] if len(fields) > 1 else None, None, horizon)


def read_period(record: Record, order: Span | None, horizon: Span) -> Periods:
    """Read one APERIOD.

    A time without a year takes it from the order's PERIOD if exactly one year fits. An open end is the horizon's.

    Raises:
        MalformedInput: a mode, time, frequency or duration that is wrong, a year that cannot be told, or reversed ends.
    """
    fields, _ = contents(record)
    mode = fields[0].text.upper() if fields else ""
    most = {"DISCRETE": 3, "INTERVAL": 5}.get(mode, 0)
    if not 2 <= len(fields) <= most or (mode == "INTERVAL" and len(fields) < 4):
        raise MalformedInput(
            f"APERIOD with mode {mode[:20]!r} and {len(fields)} fields with content",
            code="period-malformed",
            at=record.at,
            wanted=WANTED,
        )
    stop = fields[2] if len(fields) > 2 else None
    span, remarks = _span(fields[1], stop, order, horizon)
    if mode == "DISCRETE" or _is_open(stop):
        return (span,), remarks
    spans, more = expand(span, fields[3], fields[4] if len(fields) > 4 else None, horizon)
    return spans, remarks + more


def _is_open(stop: Field | None) -> bool:
    return stop is None or stop.text in NO_DATA or stop.text.upper() in OPEN_WORDS


def _span(start: Field, stop: Field | None, order: Span | None, horizon: Span) -> tuple[Span, tuple[str, ...]]:
    remarks: list[str] = []
    starts_ms, start_dated = _moments_ms(start, order)
    if start.text in NO_DATA:
        starts_ms, start_dated = ((order or horizon).start_ms,), True
        remarks.append(f"states no start; read as from {print_rfc3339(starts_ms[0])}")
    if stop is None or _is_open(stop):
        word = stop.text.upper() if stop and stop.text not in NO_DATA else "no end"
        remarks.append(f"{word} was read as until {print_rfc3339(horizon.end_ms)}, the end of the horizon")
        kept = starts_ms if start_dated or order is None else _within(starts_ms, order)
        ends = [(moment_ms, horizon.end_ms) for moment_ms in kept]
    else:
        stops_ms, stop_dated = _moments_ms(stop, order)
        ends = _pairs(starts_ms, stops_ms, order, dated=(start_dated, stop_dated), at=stop.at)
    if len(ends) != 1:
        raise MalformedInput(
            "no year fits within the order's PERIOD" if not ends else "more than one year fits the order's PERIOD",
            code="time-year",
            at=start.at,
            wanted="times with their years: 280001ZJUL2016",
        )
    try:
        return Span(*ends[0]), tuple(remarks)
    except MalformedInput as error:
        raise error.placed(stop.at if stop else start.at) from None


def _pairs(
    starts_ms: tuple[int, ...], stops_ms: tuple[int, ...], order: Span | None, *, dated: tuple[bool, bool], at: str
) -> list[tuple[int, int]]:
    """The pairs of start and end that the years of the order allow; one pair if both say their year."""
    if all(dated):
        return [(starts_ms[0], stops_ms[0])]
    near = [
        (start_ms, stop_ms)
        for start_ms in starts_ms
        for stop_ms in stops_ms
        if start_ms < stop_ms <= start_ms + HALF_YEAR_MS
    ]
    if not near:
        raise MalformedInput(
            "the end of the time lies before its start", code="span-reversed", at=at, wanted="an end after the start"
        )
    return [pair for pair in near if order and pair[0] < order.end_ms and pair[1] > order.start_ms]


def _within(moments_ms: tuple[int, ...], order: Span) -> tuple[int, ...]:
    return tuple(moment_ms for moment_ms in moments_ms if order.start_ms <= moment_ms < order.end_ms)


def _moments_ms(field: Field, order: Span | None) -> tuple[tuple[int, ...], bool]:
    """The moments that a field can mean, and whether it says its year; without it, one for each year of the order."""
    if field.text in NO_DATA:
        return (), False
    try:
        return (parse_date_time_group(field.text),), True
    except MalformedInput as error:
        if error.code != "time-year" or order is None:
            raise error.placed(field.at) from None
    years = [(_EPOCH + timedelta(milliseconds=end_ms)).year for end_ms in (order.start_ms, order.end_ms)]
    moments = []
    for year in range(max(1970, years[0] - 1), years[1] + 2):
        try:
            moments.append(parse_date_time_group(field.text, year=year))
        except MalformedInput as error:
            if error.code not in ("time-none", "time-range"):
                raise error.placed(field.at) from None
            refused = error
    if not moments:
        raise refused.placed(field.at)
    return tuple(moments), False
