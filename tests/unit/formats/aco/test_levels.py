"""EFFLEVEL: bands of heights."""

from __future__ import annotations

import pytest

from wellclear.errors import MalformedInput
from wellclear.formats.aco.levels import read_level
from wellclear.formats.aco.print_fields import print_band
from wellclear.formats.aco.sets import lex
from wellclear.geo.height import Band, Height, Reference

BARO, AGL = Reference.AMSL_BARO, Reference.AGL


def level(text: str) -> Band:
    return read_level(lex(f"EFFLEVEL/{text}//".encode())[0])


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("FLFL:FL100-FL230", Band(Height.flight_level(100), Height.flight_level(230))),
        ("FLFL:FL000-FL250", Band(Height.flight_level(0), Height.flight_level(250))),
        ("FLFL:FL100-FL100", Band(Height.flight_level(100), Height.flight_level(100))),
        ("BRRA:GL-220AMSL", Band(None, Height.feet(22_000, BARO))),
        ("BRRA:MSL-210AMSL", Band(Height(0, BARO), Height.feet(21_000, BARO))),
        ("BRRA:SFC-005AGL", Band(None, Height.feet(500, AGL))),
        ("BRFL:GND-FL100", Band(None, Height.flight_level(100))),
        ("RARA:010AGL-050AMSL", Band(Height.feet(1_000, AGL), Height.feet(5_000, BARO))),
        ("RAFL:070AMSL-FL280", Band(Height.feet(7_000, BARO), Height.flight_level(280))),
        ("FL100-UNL", Band(Height.flight_level(100), None)),
        ("GL-UNL", Band(None, None)),
        ("flfl:fl100 - fl230", Band(Height.flight_level(100), Height.flight_level(230))),
    ],
)
def test_bands(text: str, band: Band) -> None:
    assert level(text) == band


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FLFL:FL230-FL100", "band-reversed"),
        ("FLFL:FL100", "level-malformed"),
        ("FLFL:100-230", "level-malformed"),
        ("FLFL:FL1000-FL2000", "level-malformed"),
        ("RARA:10000FT-20000FT", "level-malformed"),
        ("RARA:010-050", "level-malformed"),
        ("RARA:010AGL-GL", "level-malformed"),
        ("UNL-FL100", "level-malformed"),
        ("FLFL:FL100-FL200-FL300", "level-malformed"),
        ("FLFL:FL-10-FL20", "level-malformed"),
        ("FLFL:010AMSL-FL230", "level-prefix"),
        ("BRRA:010AGL-050AMSL", "level-prefix"),
        ("RARA:010AGL-FL100", "level-prefix"),
        ("FLFL:FL100-FL200/FL300", "level-malformed"),
        ("-", "level-malformed"),
        ("", "level-malformed"),
    ],
)
def test_what_is_no_band_is_refused(text: str, code: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        level(text)
    assert caught.value.code == code
    assert caught.value.at.startswith("line 1")


@pytest.mark.parametrize(
    "text", ["FLFL:FL100-FL230", "BRRA:GL-220AMSL", "RARA:010AGL-050AMSL", "RAFL:070AMSL-FL280", "GL-UNL"]
)
def test_bands_are_printed_as_they_are_read(text: str) -> None:
    said: list[str] = []
    assert print_band(level(text), said) == text
    assert said == []


def test_heights_are_rounded_outward() -> None:
    said: list[str] = []
    assert print_band(Band(Height.feet(1_050, AGL), Height.feet(2_001, BARO)), said) == "RARA:010AGL-021AMSL"
    assert len(set(said)) == 1


@pytest.mark.parametrize(
    "band",
    [
        Band(Height(0, Reference.ELLIPSOID), None),
        Band(None, Height.feet(1_000, Reference.AMSL)),
        Band(Height.feet(-100, BARO), None),
        Band(None, Height.feet(99_901, BARO)),
    ],
)
def test_bands_that_an_order_has_no_form_for(band: Band) -> None:
    with pytest.raises(MalformedInput, match="height"):
        print_band(band, [])
