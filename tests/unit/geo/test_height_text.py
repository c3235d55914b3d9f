from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.height import Height, Reference
from wellclear.geo.height_text import parse_height, print_height
from wellclear.geo.limits import DMM_PER_FT, MAX_HEIGHT_DMM

heights = st.builds(
    Height,
    st.integers(-MAX_HEIGHT_DMM, MAX_HEIGHT_DMM) | st.integers(-2_000, 60_000).map(lambda ft: ft * DMM_PER_FT),
    st.sampled_from(Reference),
)


@pytest.mark.parametrize(
    ("text", "height"),
    [
        ("FL120", Height(36_576_000, Reference.FLIGHT_LEVEL)),
        ("fl 60", Height(18_288_000, Reference.FLIGHT_LEVEL)),
        ("FL000", Height(0, Reference.FLIGHT_LEVEL)),
        ("12000 ft STD", Height(36_576_000, Reference.FLIGHT_LEVEL)),
        ("3000 ft AMSL", Height(9_144_000, Reference.AMSL)),
        ("3000FT MSL", Height(9_144_000, Reference.AMSL)),
        ("3000ft QNH", Height(9_144_000, Reference.AMSL_BARO)),
        ("3000 ft amsl_baro", Height(9_144_000, Reference.AMSL_BARO)),
        ("500ft AGL", Height(1_524_000, Reference.AGL)),
        ("500 ft SFC", Height(1_524_000, Reference.AGL)),
        ("120 m ellipsoid", Height(1_200_000, Reference.ELLIPSOID)),
        ("-12.5 m WGS84", Height(-125_000, Reference.ELLIPSOID)),
        ("SFC", None),
        ("gnd", None),
        ("GL", None),
        ("UNL", None),
        ("Unlimited", None),
    ],
)
def test_heights(text: str, height: Height | None):
    assert parse_height(text) == height


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3000 ft", "height-reference"),
        ("3000ft QFE", "height-reference"),
        ("3000", "height-unit"),
        ("3000 AMSL", "height-unit"),
        ("FL1200", "height-text"),
        ("FL", "height-text"),
        ("3,000 ft AMSL", "height-text"),
        ("", "height-text"),
        ("NaN ft AMSL", "height-text"),
        ("1e5 ft AMSL", "height-text"),
        ("9" * 35 + "M AGL", "height-range"),
        ("9" * 40 + "M AGL", "height-text"),
        ("1000001 m AMSL", "height-range"),
    ],
)
def test_refused_with_what_would_be_right(text: str, code: str):
    with pytest.raises(MalformedInput) as refusal:
        parse_height(text)
    assert refusal.value.code == code
    assert refusal.value.wanted


def test_an_open_end_on_the_wrong_side_is_refused():
    assert parse_height("SFC", end="floor") is None
    assert parse_height("UNL", end="ceiling") is None
    wrong: tuple[tuple[str, Literal["floor", "ceiling"]], ...] = (("SFC", "ceiling"), ("UNL", "floor"))
    for text, end in wrong:
        with pytest.raises(MalformedInput, match="cannot be"):
            parse_height(text, end=end)


@given(heights)
def test_a_printed_height_reads_back(height: Height):
    assert parse_height(print_height(height)) == height


def test_the_printed_form_of_known_heights():
    assert print_height(None) == "SFC"
    assert print_height(None, end="ceiling") == "UNL"
    assert print_height(Height.flight_level(85)) == "FL085"
    assert print_height(Height(-3048_00, Reference.FLIGHT_LEVEL)) == "-100 ft STD"
    assert print_height(Height.feet(3000, Reference.AMSL_BARO)) == "3000 ft QNH"
    assert print_height(Height.metres(36.6, Reference.ELLIPSOID)) == "36.6 m ellipsoid"
    assert print_height(Height.metres(100, Reference.AGL)) == "100 m AGL"


@given(st.text(max_size=45) | st.text(alphabet="0123456789FLTMAGSQNH.- ", max_size=20))
def test_any_text_is_a_height_or_a_refusal(text: str):
    try:
        parse_height(text)
    except MalformedInput:
        return
