import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.geodesic import length_m
from wellclear.geo.mgrs_text import NO_MGRS, parse_mgrs, print_mgrs
from wellclear.geo.position import MAX_LAT_E7, MAX_LON_E7, Position
from wellclear.geo.position_text import (
    parse_latitude_e7,
    parse_longitude_e7,
    parse_position,
    print_decimal,
    print_degrees_minutes,
    print_dms,
)

ORDER = Path(__file__).parents[3].parent / "shared" / "data" / "aco" / "ExMontereyStrikeACO.aco"

positions = st.builds(Position, st.integers(-MAX_LON_E7, MAX_LON_E7), st.integers(-MAX_LAT_E7, MAX_LAT_E7))
gridded = positions | st.builds(
    Position,
    st.integers(-60, 60).map(lambda zone: zone * 3 * 10_000_000),
    st.integers(-20, 20).map(lambda band: band * 4 * 10_000_000),
)

MIDDLE = Position(-35833333, 566833333)  # 56 41 00 N, 3 35 00 W


@pytest.mark.parametrize(
    "text",
    [
        "564100N0033500W",
        "564060N0033460W",
        "5641N00335W",
        "564100.00N0033500.00W",
        "5641.0N00335.0W",
        "564100N 0033500W",
        "56.6833333N 003.5833333W",
        "56.6833333°N, 3.5833333°W",
        "N56.6833333 W3.5833333",
        "003.5833333W 56.6833333N",
        "56-41.0N 003-35.0W",
        "N56 41.0 W003 35.0",
        "56 41.0 N 003 35.0 W",
        "56:41.000N 003:35.000W",
        "56:41:00 N 003:35:00 W",
        "56-41-00N 003-35-00W",
        "56°41'00\"N 3°35'00\"W",
        "56\u00b0 41\u2032 0\u2033 N; 3\u00b0 35\u2032 0\u2033 W",
        "56°41.0'N 3°35.0'W",
        "n56 41 w003 35",
    ],
)
def test_every_notation_names_the_same_place(text: str):
    assert parse_position(text) == MIDDLE


def test_signed_degrees_are_read_in_the_order_that_is_stated():
    assert parse_position("56.6833333, -3.5833333", order="latitude-longitude") == MIDDLE
    assert parse_position("-3.5833333 56.6833333", order="longitude-latitude") == MIDDLE


def test_decimals_of_60_and_more_are_no_minutes():
    assert parse_position("56.41N 003.75W") == Position(-37500000, 564100000)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("56.41N 003.35W", "position-two-readings"),
        ("56.41N 003W", "position-two-readings"),
        ("56.6833, -3.5833", "position-two-readings"),
        ("5641N0335W", "position-two-readings"),
        ("56410N00335W", "position-two-readings"),
        ("564100N00335W", "position-two-readings"),
        ("56 4 5N 003 35 00W", "position-digits"),
        ("56.41.30N 003.35.00W", "position-text"),
        ("56,6833N 003,5833W", "position-text"),
        ("566100N0033500W", "position-minutes"),
        ("56 60.0N 003 35.0W", "position-minutes"),
        ("564061N0033500W", "position-seconds"),
        ("56 41.5 30N 003 35 00W", "position-digits"),
        ("56N 57N", "position-hemispheres"),
        ("3W 4E", "position-hemispheres"),
        ("91N 003W", "position-range"),
        ("90-00.1N 003-00.0W", "position-range"),
        ("56N 180.1W", "position-range"),
        ("120.5N 38.5W", "position-text"),
        ("-56.5N 3.5W", "position-text"),
        ("56 6833N 003 5833W", "position-text"),
        ("", "position-text"),
        ("north Syria", "position-text"),
        ("NaN NaN", "position-text"),
        ("1e5N 2e5W", "position-text"),
        ("\u0665\u0666N 003W", "position-text"),
        ("5" * 1000, "position-text"),
        ("30VVH 64 82", "position-mgrs-digits"),
        ("30VVH", "position-mgrs"),
        ("30VVH 64265 8228", "position-mgrs-digits"),
        ("30VVH 642651 822851", "position-mgrs"),
        ("30UVH 64265 82285", "position-mgrs"),
        ("61VVH 64265 82285", "position-mgrs"),
        ("30VIH 64265 82285", "position-mgrs"),
        ("31UBT 00000 00000", "position-mgrs-zone"),
    ],
)
def test_refused_with_what_would_be_right(text: str, code: str):
    with pytest.raises(MalformedInput) as refusal:
        parse_position(text)
    assert refusal.value.code == code
    assert refusal.value.wanted


@given(st.text(max_size=70) | st.text(alphabet="0123456789.NSEW -:°'\"ABVHZ", max_size=30))
def test_any_text_is_a_position_or_a_refusal(text: str):
    for parse in (parse_position, parse_latitude_e7, parse_longitude_e7, parse_mgrs):
        try:
            parse(text)
        except MalformedInput:
            continue


def test_one_coordinate_alone():
    assert parse_latitude_e7("564100N") == parse_latitude_e7("N56:41:00") == MIDDLE.lat_e7
    assert parse_longitude_e7("0033500W") == parse_longitude_e7("W 3°35'") == MIDDLE.lon_e7
    for parse, text in (
        (parse_latitude_e7, "0033500W"),
        (parse_longitude_e7, "564100N"),
        (parse_latitude_e7, "N564100N"),
        (parse_latitude_e7, "56.41N"),
        (parse_latitude_e7, "N"),
        (parse_latitude_e7, ""),
    ):
        with pytest.raises(MalformedInput):
            parse(text)


@given(positions)
def test_decimal_degrees_print_exactly(position: Position):
    assert parse_position(print_decimal(position)) == position


@given(positions)
def test_printed_degrees_read_back_within_the_last_digit(position: Position):
    assert length_m(parse_position(print_degrees_minutes(position)), position) < 0.15
    assert length_m(parse_position(print_dms(position)), position) < 0.25


@given(positions)
def test_printing_again_what_was_read_changes_nothing(position: Position):
    for printed in (print_degrees_minutes, print_dms):
        text = printed(position)
        assert printed(parse_position(text)) == text


def test_what_rounds_to_zero_is_north_and_east():
    assert print_degrees_minutes(Position(-1, -1)) == "00-00.0000N 000-00.0000E"
    assert print_dms(Position(-1, -1)) == "00-00-00.00N 000-00-00.00E"


def test_a_minute_is_carried_into_the_degree():
    nearly = Position(-39999999, 569999999)
    assert print_degrees_minutes(nearly) == "57-00.0000N 004-00.0000W"
    assert print_dms(nearly) == "57-00-00.00N 004-00-00.00W"


def test_the_printed_form_of_a_known_place():
    assert print_degrees_minutes(MIDDLE) == "56-41.0000N 003-35.0000W"
    assert print_dms(MIDDLE) == "56-41-00.00N 003-35-00.00W"
    assert print_decimal(MIDDLE) == "56.6833333N 003.5833333W"


@given(gridded)
def test_a_grid_reference_reads_back_within_a_metre_or_so(position: Position):
    printed = print_mgrs(position)
    assert printed != NO_MGRS
    assert length_m(parse_position(printed), position) < 1.5


@pytest.mark.parametrize("lat_deg", [84.0, 89.0, 89.9, 89.9999, 90.0, -80.0, -89.9, -90.0])
@pytest.mark.parametrize("lon_deg", [-180.0, -90.0, 0.0, 0.0001, 135.0, 180.0])
def test_the_grid_reaches_the_poles(lon_deg: float, lat_deg: float):
    position = Position.from_degrees(lon_deg, lat_deg)
    assert length_m(parse_position(print_mgrs(position)), position) < 1.5


def test_a_grid_reference_is_the_south_west_corner():
    # GEOTRANS' sample in the documentation of the package mgrs: 15TWG0000049776 is 42.0 N 93.0 W.
    corner = parse_position("15TWG0000049776")
    assert length_m(corner, Position.from_degrees(-93.0, 42.0)) < 1.0
    assert length_m(parse_position("15T WG 0000 4977"), corner) < 6.5


def test_a_zone_below_ten_may_lack_its_zero():
    assert parse_position("4QFJ 12345 67890") == parse_position("04QFJ1234567890")


def test_every_position_of_a_real_order_is_read():
    if not ORDER.exists():
        pytest.skip("the sample order lies beside the repository and is not there")
    found = re.findall(r"[0-9]+[NS][0-9]+[EW]", ORDER.read_text())
    assert len(found) > 1000
    for text in found:
        parse_position(text)
    assert parse_latitude_e7("391960N") == parse_latitude_e7("392000N")


@given(
    st.integers(0, 89),
    st.integers(0, 59),
    st.integers(0, 59),
    st.text("0123456789", min_size=1, max_size=15),
)
def test_decimals_are_exact_to_the_nearest_unit(degrees: int, minutes: int, seconds: int, part: str):
    by_seconds = degrees + Fraction(minutes, 60) + Fraction(f"{seconds}.{part}") / 3600
    by_minutes = degrees + Fraction(f"{minutes}.{part}") / 60
    assert parse_latitude_e7(f"{degrees:02d}{minutes:02d}{seconds:02d}.{part}N") == round(by_seconds * 10**7)
    assert parse_latitude_e7(f"{degrees:02d} {minutes:02d}.{part}S") == -round(by_minutes * 10**7)
    assert parse_latitude_e7(f"{degrees:02d}.{part}°N") == round(Fraction(f"{degrees}.{part}") * 10**7)
