"""APERIOD and PERIOD: spans, years, open ends, recurrences. Milliseconds by GNU date."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wellclear.errors import MalformedInput
from wellclear.formats.aco.periods import read_order_period, read_period
from wellclear.formats.aco.sets import lex
from wellclear.geo.span import Span


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def span(start: str, end: str) -> Span:
    return Span(ms(start), ms(end))


HORIZON = span("2016-01-01", "2017-01-01")
JULY = span("2016-07-01", "2016-07-31")
NEW_YEAR = span("2016-12-28", "2017-01-05")


def periods(text: str, order: Span | None = JULY, horizon: Span = HORIZON) -> tuple[Span, ...]:
    return read_period(lex(f"APERIOD/{text}//".encode())[0], order, horizon)[0]


def remarks(text: str, order: Span | None = JULY, horizon: Span = HORIZON) -> tuple[str, ...]:
    return read_period(lex(f"APERIOD/{text}//".encode())[0], order, horizon)[1]


def code(text: str, order: Span | None = JULY, horizon: Span = HORIZON) -> str:
    with pytest.raises(MalformedInput) as caught:
        periods(text, order, horizon)
    assert caught.value.at.startswith("line 1")
    return caught.value.code


def test_milliseconds_are_what_gnu_date_says() -> None:
    assert periods("DISCRETE/280001ZJUL/280400ZJUL") == (Span(1_469_664_060_000, 1_469_678_400_000),)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("DISCRETE/280001ZJUL/280400ZJUL2016", JULY, span("2016-07-28T00:01", "2016-07-28T04:00")),
        ("DISCRETE/280001ZJUL2016/280400ZJUL", JULY, span("2016-07-28T00:01", "2016-07-28T04:00")),
        ("DISCRETE/280001ZJUL2015/280400ZJUL2015", JULY, span("2015-07-28T00:01", "2015-07-28T04:00")),
        ("DISCRETE/280001ZJUL2015/280400ZJUL2015", None, span("2015-07-28T00:01", "2015-07-28T04:00")),
        ("DISCRETE/312200ZDEC/010200ZJAN", NEW_YEAR, span("2016-12-31T22:00", "2017-01-01T02:00")),
        ("DISCRETE/010200ZJAN/020200ZJAN", NEW_YEAR, span("2017-01-01T02:00", "2017-01-02T02:00")),
        ("DISCRETE/250000ZJUN/020000ZJUL", JULY, span("2016-06-25", "2016-07-02")),
        ("DISCRETE/290000ZFEB/010000ZMAR", span("2016-02-20", "2016-03-02"), span("2016-02-29", "2016-03-01")),
    ],
)
def test_years_come_from_the_order_if_one_fits(text: str, order: Span | None, expected: Span) -> None:
    assert periods(text, order) == (expected,)


@pytest.mark.parametrize(
    ("text", "order", "wrong"),
    [
        ("DISCRETE/280001ZAUG/280400ZAUG", JULY, "time-year"),
        ("DISCRETE/280001ZJUL/280400ZJUL", None, "time-year"),
        ("DISCRETE/280001ZJUL/280400ZJUL", span("2016-01-01", "2018-01-01"), "time-year"),
        ("DISCRETE/290000ZFEB/010000ZMAR", span("2018-01-01", "2018-04-01"), "time-none"),
        ("DISCRETE/280400ZJUL/280001ZJUL", JULY, "span-reversed"),
        ("DISCRETE/280400ZJUL/280400ZJUL", JULY, "span-reversed"),
        ("DISCRETE/280400ZJUL2016/280001ZJUL2016", JULY, "span-reversed"),
        ("DISCRETE/280001JUL/280400JUL", JULY, "time-naive"),
        ("DISCRETE/280001AJUL/280400AJUL", JULY, "time-local"),
        ("DISCRETE/282460ZJUL/282461ZJUL", JULY, "time-hour"),
        ("DISCRETE/280001ZJUX/280400ZJUL", JULY, "time-month"),
        ("DISCRETE/TODAY/280400ZJUL", JULY, "time-text"),
        ("ALWAYS/280001ZJUL/280400ZJUL", JULY, "period-malformed"),
        ("DISCRETE", JULY, "period-malformed"),
        ("DISCRETE/280001ZJUL/280400ZJUL/DAILY", JULY, "period-malformed"),
        ("INTERVAL/280001ZJUL/280400ZJUL", JULY, "period-malformed"),
        ("INTERVAL/280001ZJUL/280400ZJUL/HOURLY/7DAY", JULY, "frequency-unknown"),
        ("INTERVAL/280001ZJUL/280400ZJUL/DAILY/7", JULY, "duration-unknown"),
        ("INTERVAL/280001ZJUL2010/280400ZJUL2010/DAILY/7DAY", JULY, "period-outside-horizon"),
        ("DISCRETE/280001ZJUL2018/UFN", JULY, "span-reversed"),
    ],
)
def test_what_cannot_be_told_is_refused(text: str, order: Span | None, wrong: str) -> None:
    assert code(text, order) == wrong


@pytest.mark.parametrize("word", ["UFN", "INDEF", "UNK", "TBD", "ONCALL", "AFTER", "ASAP", "NLT", "-"])
def test_an_open_end_is_the_horizon_s_and_noted(word: str) -> None:
    assert periods(f"DISCRETE/280001ZJUL/{word}") == (span("2016-07-28T00:01", "2017-01-01"),)
    assert "end of the horizon" in remarks(f"DISCRETE/280001ZJUL/{word}")[0]


def test_an_open_start_is_the_order_s_and_noted() -> None:
    assert periods("DISCRETE/-/280400ZJUL") == (span("2016-07-01", "2016-07-28T04:00"),)
    assert remarks("DISCRETE/-/280400ZJUL")[0].startswith("states no start")
    assert periods("DISCRETE/-/280400ZJUL2016", None) == (span("2016-01-01", "2016-07-28T04:00"),)


def test_daily_for_seven_days() -> None:
    spans = periods("INTERVAL/100800ZJUL/101000ZJUL/DAILY/7DAY")
    assert [each.start_ms for each in spans] == [ms(f"2016-07-{day}T08:00") for day in range(10, 17)]
    assert {each.end_ms - each.start_ms for each in spans} == {7_200_000}
    assert remarks("INTERVAL/100800ZJUL/101000ZJUL/DAILY/7DAY")[0].startswith("DAILY was read as 7 periods")


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("WEEKLY/4WK", ["07-13", "07-20", "07-27", "08-03"]),
        ("BIWEEKLY/28DAYS", ["07-13", "07-27"]),
        ("WEEKDAYS/7DAY", ["07-13", "07-14", "07-15", "07-18", "07-19"]),
        ("WEEKENDS/7DAY", ["07-13", "07-16", "07-17"]),
        ("MON WED FRI/7DAY", ["07-13", "07-15", "07-18"]),
        ("TUE THUR/7DAY", ["07-13", "07-14", "07-19"]),
        ("MONTHLY BY DATE/3MONTHS", ["07-13", "08-13", "09-13", "10-13"]),
        ("MONTHLY BY WEEKDAY/3MONTH", ["07-13", "08-10", "09-14", "10-12"]),
        ("YEARLY/1YEAR", ["07-13"]),
        ("DAILY/151200ZJUL2016", ["07-13", "07-14", "07-15"]),
    ],
)
def test_recurrences_by_the_calendar(rule: str, days: list[str]) -> None:
    # 2016-07-13 was a Wednesday, the second of its month
    spans = periods(f"INTERVAL/130800ZJUL/131000ZJUL/{rule}")
    assert [each.start_ms for each in spans] == [ms(f"2016-{day}T08:00") for day in days]


def test_a_recurrence_until_further_notice_stays_within_the_horizon() -> None:
    week = span("2016-07-20T09:00", "2016-07-23T08:00")
    spans = periods("INTERVAL/100800ZJUL/101000ZJUL/DAILY/UFN", horizon=week)
    assert [each.start_ms for each in spans] == [ms(f"2016-07-{day}T08:00") for day in (20, 21, 22)]
    assert "no end but the horizon's" in remarks("INTERVAL/100800ZJUL/101000ZJUL/DAILY/-", horizon=week)[0]


def test_over_a_thousand_periods_are_refused() -> None:
    daily = "INTERVAL/010800ZJUL/011000ZJUL/DAILY/UFN"
    assert len(periods(daily, horizon=span("2016-01-01", "2019-03-28"))) == 1_000
    assert code(daily, horizon=span("2016-01-01", "2019-03-29")) == "too-many-volumes"


def test_the_period_of_the_order() -> None:
    record = lex(b"PERIOD/230600FEB2007/240559FEB2007//")[0]
    with pytest.raises(MalformedInput):  # the comment's own example lacks the Z that says UTC
        read_order_period(record, HORIZON)
    record = lex(b"PERIOD/230600ZFEB2016/UFN//")[0]
    assert read_order_period(record, HORIZON)[0] == span("2016-02-23T06:00", "2017-01-01")
