from calendar import timegm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.limits import MAX_TIME_MS
from wellclear.geo.time_text import parse_date_time_group, parse_rfc3339, print_date_time_group, print_rfc3339

times_ms = st.integers(0, MAX_TIME_MS)


def at_ms(*parts: int) -> int:
    return timegm((*parts, 0, 0, 0)[:6]) * 1000


@pytest.mark.parametrize(
    ("text", "expected_ms"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2018-09-17T18:39:00Z", 1_537_209_540_000),  # date -u -d @1537209540
        ("2018-09-17T18:39:00.5Z", 1_537_209_540_500),
        ("2018-09-17t18:39:00.250000z", 1_537_209_540_250),
        ("2000-02-29T23:59:59.999Z", at_ms(2000, 2, 29, 23, 59, 59) + 999),
        ("2200-01-01T00:00:00Z", MAX_TIME_MS),
    ],
)
def test_rfc3339_is_read(text: str, expected_ms: int):
    assert parse_rfc3339(text) == expected_ms


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2018-09-17T18:39:00", "time-naive"),
        ("2018-09-17T18:39:00+03:00", "time-local"),
        ("2018-09-17T18:39:00+00:00", "time-local"),
        ("2016-12-31T23:59:60Z", "time-leap-second"),
        ("2018-09-17T24:00:00Z", "time-hour"),
        ("2018-02-29T00:00:00Z", "time-none"),
        ("2100-02-29T00:00:00Z", "time-none"),
        ("2018-13-01T00:00:00Z", "time-none"),
        ("0000-01-01T00:00:00Z", "time-none"),
        ("1969-12-31T23:59:59Z", "time-range"),
        ("2200-01-01T00:00:00.001Z", "time-range"),
        ("9999-12-31T23:59:59Z", "time-range"),
        ("2018-09-17T18:39:00.0001Z", "time-finer"),
        ("2018-09-17 18:39:00Z", "time-text"),
        ("2018-09-17T18:39Z", "time-text"),
        ("2018-09-17", "time-text"),
        ("", "time-text"),
        ("NaN", "time-text"),
        ("2" * 1000, "time-text"),
    ],
)
def test_rfc3339_is_refused_with_what_would_be_right(text: str, code: str):
    with pytest.raises(MalformedInput) as refusal:
        parse_rfc3339(text)
    assert refusal.value.code == code
    assert refusal.value.wanted


def test_a_time_finer_than_a_millisecond_goes_where_the_caller_says():
    assert parse_rfc3339("1970-01-01T00:00:00.0019Z", finer="down") == 1
    assert parse_rfc3339("1970-01-01T00:00:00.0011Z", finer="up") == 2
    assert parse_rfc3339("1970-01-01T00:00:00.0010Z", finer="up") == 1
    assert parse_rfc3339("1970-01-01T00:00:59.9999Z", finer="up") == 60_000


@given(times_ms)
def test_a_printed_time_reads_back(time_ms: int):
    assert parse_rfc3339(print_rfc3339(time_ms)) == time_ms


@pytest.mark.parametrize(
    ("text", "year", "expected_ms"),
    [
        ("171839ZSEP18", None, at_ms(2018, 9, 17, 18, 39)),
        ("171839ZSEP2018", None, at_ms(2018, 9, 17, 18, 39)),
        ("171839ZSEP18", 2016, at_ms(2018, 9, 17, 18, 39)),
        ("280001ZJUL", 2016, at_ms(2016, 7, 28, 0, 1)),
        ("28 0001Z JUL 2016", None, at_ms(2016, 7, 28, 0, 1)),
        ("280001Z JUL 16", None, at_ms(2016, 7, 28, 0, 1)),
        ("290000zfeb", 2016, at_ms(2016, 2, 29)),
        ("010000ZJAN70", None, 0),
        ("010000ZJAN69", None, at_ms(2069, 1, 1)),
    ],
)
def test_date_time_groups_are_read(text: str, year: int | None, expected_ms: int):
    assert parse_date_time_group(text, year=year) == expected_ms


@pytest.mark.parametrize(
    ("text", "year", "code"),
    [
        ("280001ZJUL", None, "time-year"),
        ("280001Z", 2016, "time-month"),
        ("280001ZJUX", 2016, "time-month"),
        ("280001JUL16", None, "time-naive"),
        ("280001", 2016, "time-naive"),
        ("280001BJUL16", None, "time-local"),
        ("280001JJUL16", None, "time-local"),
        ("290000ZFEB18", None, "time-none"),
        ("290000ZFEB", 2018, "time-none"),
        ("320000ZJAN18", None, "time-none"),
        ("000000ZJAN18", None, "time-none"),
        ("012360ZJAN18", None, "time-none"),
        ("012400ZJAN18", None, "time-hour"),
        ("010000ZJAN1969", None, "time-range"),
        ("010000ZJAN", 0, "time-none"),
        ("010000ZJAN", 10**9, "time-none"),
        ("UFN", None, "time-text"),
        ("", None, "time-text"),
        ("28001ZJUL16", None, "time-text"),
        ("1" * 1000, None, "time-text"),
    ],
)
def test_date_time_groups_are_refused_with_what_would_be_right(text: str, year: int | None, code: str):
    with pytest.raises(MalformedInput) as refusal:
        parse_date_time_group(text, year=year)
    assert refusal.value.code == code
    assert refusal.value.wanted


@given(times_ms)
def test_a_printed_group_covers_its_time_within_a_minute(time_ms: int):
    down = parse_date_time_group(print_date_time_group(time_ms))
    assert 0 <= time_ms - down < 60_000
    if time_ms <= MAX_TIME_MS - 60_000:
        assert 0 <= parse_date_time_group(print_date_time_group(time_ms, to="up")) - time_ms < 60_000


def test_the_printed_form_of_a_known_time():
    assert print_rfc3339(1_537_209_540_000) == "2018-09-17T18:39:00Z"
    assert print_rfc3339(1_537_209_540_250) == "2018-09-17T18:39:00.250Z"
    assert print_date_time_group(1_537_209_540_000) == "171839ZSEP2018"
    assert print_date_time_group(1_537_209_540_001, to="up") == "171840ZSEP2018"


@given(st.text(max_size=45) | st.text(alphabet="0123456789-:TZ.+ JANFEB", max_size=30))
def test_any_text_is_a_time_or_a_refusal(text: str):
    for parse in (parse_rfc3339, parse_date_time_group):
        try:
            parse(text)
        except MalformedInput:
            continue
