import pytest

from wellclear.cli.amounts import default_horizon, parse_horizon, parse_size_bytes
from wellclear.errors import MalformedInput, RuleViolated, WellclearError
from wellclear.geo.span import Span

DAY_MS = 86_400_000
SEP17_MS = 1_537_142_400_000


@pytest.mark.parametrize(
    ("text", "size_bytes"), [("64MiB", 67_108_864), ("1 kB", 1_000), ("200mb", 200_000_000), ("7", 7), ("1GiB", 2**30)]
)
def test_size_in_any_usual_unit(text: str, size_bytes: int):
    assert parse_size_bytes(text) == size_bytes


@pytest.mark.parametrize("text", ["", "0", "-1MiB", "1.5MiB", "MiB", "1 furlong", "٣MiB", "1" * 40])
def test_what_is_not_a_size_is_refused(text: str):
    with pytest.raises(MalformedInput) as caught:
        parse_size_bytes(text)
    assert caught.value.code == "size-text"


@pytest.mark.parametrize(
    "text",
    [
        "2018-09-17/2018-09-18",
        "2018-09-17T00:00:00Z/2018-09-18T00:00:00Z",
        "170000ZSEP2018/180000ZSEP2018",
        " 2018-09-17 / 180000ZSEP2018 ",
    ],
)
def test_horizon_takes_dates_instants_and_date_time_groups(text: str):
    assert parse_horizon(text) == Span(SEP17_MS, SEP17_MS + DAY_MS)


@pytest.mark.parametrize(
    "text", ["", "2018-09-17", "2018-09-17/", "2018-09-17T00:00:00/2018-09-18", "2018-02-30/2018-03-01", "a/b/c"]
)
def test_what_is_not_a_horizon_is_refused(text: str):
    with pytest.raises(WellclearError) as caught:
        parse_horizon(text)
    assert caught.value.wanted


def test_reversed_horizon_is_refused():
    with pytest.raises(MalformedInput):
        parse_horizon("2018-09-18/2018-09-17")


def test_horizon_of_a_year_is_taken_and_longer_is_refused():
    assert parse_horizon("2020-01-01/2021-01-01").end_ms
    with pytest.raises(RuleViolated) as caught:
        parse_horizon("2020-01-01/2021-01-03")
    assert caught.value.code == "horizon-long"


def test_default_horizon_is_thirty_days_from_the_start_of_today():
    assert default_horizon(SEP17_MS + 12_345) == Span(SEP17_MS, SEP17_MS + 30 * DAY_MS)
