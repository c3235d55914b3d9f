from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.quantity import (
    MAX_DISTANCE_DMM,
    MAX_DURATION_MS,
    parse_distance_dmm,
    parse_duration_ms,
    parse_pressure_range_hpa,
    parse_temperature_range_k,
    parse_terrain_range_m,
    print_distance,
    print_duration,
)


@pytest.mark.parametrize(
    ("text", "distance_dmm"),
    [
        ("5NM", 92_600_000),
        ("5.55KM", 55_500_000),
        ("1000ft", 3_048_000),
        ("30 m", 300_000),
        ("0m", 0),
        ("0.1ft", 305),
        ("0.0001 m", 1),
        ("+3 nm", 55_560_000),
    ],
)
def test_distances(text: str, distance_dmm: int):
    assert parse_distance_dmm(text) == distance_dmm


@pytest.mark.parametrize(
    ("text", "duration_ms"), [("0s", 0), ("5min", 300_000), ("2h", 7_200_000), ("0.5 s", 500), ("250ms", 250)]
)
def test_durations(text: str, duration_ms: int):
    assert parse_duration_ms(text) == duration_ms


@pytest.mark.parametrize(
    ("parse", "text", "code"),
    [
        (parse_distance_dmm, "5", "quantity-unit"),
        (parse_distance_dmm, "5 mi", "quantity-unit"),
        (parse_distance_dmm, "5s", "quantity-unit"),
        (parse_distance_dmm, "1,000ft", "quantity-text"),
        (parse_distance_dmm, "5e3m", "quantity-text"),
        (parse_distance_dmm, "1e999m", "quantity-text"),
        (parse_distance_dmm, "nan m", "quantity-text"),
        (parse_distance_dmm, "", "quantity-text"),
        (parse_distance_dmm, "-1m", "quantity-range"),
        (parse_distance_dmm, "20101km", "quantity-range"),
        (parse_distance_dmm, "9" * 50 + "m", "quantity-text"),
        (parse_duration_ms, "5", "quantity-unit"),
        (parse_duration_ms, "5m", "quantity-unit"),
        (parse_duration_ms, "0.0001s", "quantity-finer"),
        (parse_duration_ms, "-1s", "quantity-range"),
        (parse_duration_ms, "8785h", "quantity-range"),
        (parse_duration_ms, "five", "quantity-text"),
        (parse_pressure_range_hpa, "980", "range-text"),
        (parse_pressure_range_hpa, "980..1000..1040", "range-text"),
        (parse_pressure_range_hpa, "1040..980", "range-reversed"),
        (parse_pressure_range_hpa, "28.5..30.5", "range-limits"),
        (parse_pressure_range_hpa, "28.5inhg..30.5inhg", "quantity-unit"),
        (parse_pressure_range_hpa, "..1040", "quantity-text"),
        (parse_pressure_range_hpa, "nan..1040", "quantity-text"),
        (parse_temperature_range_k, "-20..+150", "range-limits"),
        (parse_temperature_range_k, "-4f..+5f", "quantity-unit"),
        (parse_terrain_range_m, "0..4421", "quantity-unit"),
        (parse_terrain_range_m, "0..4421m", "quantity-unit"),
        (parse_terrain_range_m, "0m..44210m", "range-limits"),
    ],
)
def test_refused_with_what_would_be_right(parse: Callable[[str], object], text: str, code: str):
    with pytest.raises(MalformedInput) as refusal:
        parse(text)
    assert refusal.value.code == code
    assert refusal.value.wanted


def test_ranges():
    assert parse_pressure_range_hpa("980..1040") == parse_pressure_range_hpa("980hPa .. 1040 hPa") == (980.0, 1040.0)
    assert parse_temperature_range_k("-20..+15") == parse_temperature_range_k("-20K..15°C") == (-20.0, 15.0)
    assert parse_terrain_range_m("0m..4421m") == (0.0, 4421.0)
    assert parse_terrain_range_m("0ft..14505ft") == (0.0, 4421.124)
    assert parse_terrain_range_m("-430m..-430m") == (-430.0, -430.0)


@given(st.integers(0, MAX_DISTANCE_DMM) | st.integers(0, 1000).map(lambda nm: nm * 1_852_000))
def test_a_printed_distance_reads_back(distance_dmm: int):
    assert parse_distance_dmm(print_distance(distance_dmm)) == distance_dmm
    assert parse_distance_dmm(print_distance(distance_dmm, ("ft", "m"))) == distance_dmm


@given(st.integers(0, MAX_DURATION_MS))
def test_a_printed_duration_reads_back(duration_ms: int):
    assert parse_duration_ms(print_duration(duration_ms)) == duration_ms


def test_the_printed_form_of_known_quantities():
    assert print_distance(92_600_000) == "5NM"
    assert print_distance(55_500_000) == "5.55km"
    assert print_distance(3_048_000, ("ft", "m")) == "1000ft"
    assert print_distance(1) == "0.0001m"
    assert print_duration(5_400_000) == "90min"


@given(st.text(max_size=45) | st.text(alphabet="0123456789.+-nmkftshpa ", max_size=20))
def test_any_text_is_a_quantity_or_a_refusal(text: str):
    for parse in (
        parse_distance_dmm,
        parse_duration_ms,
        parse_pressure_range_hpa,
        parse_temperature_range_k,
        parse_terrain_range_m,
    ):
        try:
            parse(text)
        except MalformedInput:
            continue
