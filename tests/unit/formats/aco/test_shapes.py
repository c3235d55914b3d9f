"""Sets that state a shape: what is refused, and what an inferred one says. Coordinates are tested in tests/golden."""

from __future__ import annotations

import pytest

from wellclear.errors import MalformedInput
from wellclear.formats.aco.sets import SHAPE_SETS, lex
from wellclear.formats.aco.shapes import SHAPES, Shaped, read_shape
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.position import Position

A, B, C = "LATS:580000N0040000W", "LATS:590000N0050000W", "LATS:580000N0060000W"


def shape(text: str) -> Shaped:
    return read_shape(lex(f"{text}//".encode())[0])


def test_every_shape_names_its_source() -> None:
    assert set(SHAPES) == SHAPE_SETS
    assert all(known.source and known.wanted for known in SHAPES.values())


@pytest.mark.parametrize(
    ("text", "lon_e7", "lat_e7"),
    [
        ("LATS:580429N0042748W", -44_633_333, 580_747_222),
        ("LATM:5804N00427W", -44_500_000, 580_666_667),
        ("DMPIT:5804.4833N00427.8000W", -44_633_333, 580_747_217),
        ("DMPIK:5804.500N00427.500W", -44_583_333, 580_750_000),
        ("580429N0042748W", -44_633_333, 580_747_222),
        ("LATS:580460S0042760E", 44_666_667, -580_833_333),
    ],
)
def test_positions(text: str, lon_e7: int, lat_e7: int) -> None:
    assert shape(f"APOINT/{text}")[0] == Footprint.circle(Position(lon_e7, lat_e7), 0)


@pytest.mark.parametrize(
    ("width", "half_dmm"),
    [("5.5KM", 27_500_000), ("5NM", 46_300_000), ("300M", 1_500_000), ("1000FT", 1_524_000), ("0.0003M", 2)],
)
def test_a_corridor_s_width_is_its_whole_width(width: str, half_dmm: int) -> None:
    footprint, remarks = shape(f"CORRIDOR/{width}/{A}/{B}")
    assert (footprint.core, footprint.buffer_dmm, remarks) == (Core.LINE, half_dmm, ())


def test_a_line_without_a_width_is_a_line() -> None:
    footprint, remarks = shape(f"GEOLINE/{A}/{B}")
    assert (footprint.core, footprint.buffer_dmm, remarks) == (Core.LINE, 0, ())


def test_an_orbit_without_an_alignment_lies_on_both_sides() -> None:
    for text in (f"AORBIT/{A}/{B}/10KM", f"AORBIT/{A}/{B}/10KM/-"):
        footprint, remarks = shape(text)
        assert footprint.buffer_dmm == 100_000_000
        assert remarks[0].startswith("inferred:")


def test_a_radarc_without_an_inner_radius_begins_at_its_origin() -> None:
    footprint, remarks = shape(f"RADARC/{A}/010T/020T/-/10KM")
    assert footprint == shape(f"RADARC/{A}/010T/020T/0KM/10KM")[0]
    assert remarks[0].startswith("inferred:")


@pytest.mark.parametrize("bearings", ["010T/010T", "000T/360T"])
def test_a_radarc_all_round_loses_its_hole(bearings: str) -> None:
    footprint, remarks = shape(f"RADARC/{A}/{bearings}/5KM/10KM")
    assert (footprint.core, footprint.buffer_dmm) == (Core.POINT, 100_000_000)
    assert "without the hole" in remarks[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"POLYGON/{A}/{B}", "shape-fields"),
        ("POLYGON", "shape-fields"),
        ("POLYGON//", "shape-fields"),
        (f"POLYGON/{A}/{B}/5KM", "position-malformed"),
        (f"POLYGON/{A}/{B}/{A}", "ring-short"),
        (f"CORRIDOR/{A}/{B}/{C}", "quantity-text"),
        (f"CORRIDOR/0KM/{A}/{B}", "width-zero"),
        (f"CORRIDOR/5KM/{A}/{A}", "line-short"),
        (f"CORRIDOR/5KM/{A}", "shape-fields"),
        (f"GEOLINE/5KM/{A}", "shape-fields"),
        (f"CIRCLE/{A}/5KM/6KM", "shape-fields"),
        (f"APOINT/{A}/{B}", "shape-fields"),
        (f"AORBIT/{A}/{B}/10KM/X", "orbit-alignment"),
        (f"AORBIT/{A}/10KM/C", "position-malformed"),
        (f"AORBIT/{A}/{A}/10KM/C", "line-short"),
        (f"AORBIT/{A}/{A}/10KM/L", "line-short"),
        (f"RADARC/{A}/010M/020M/5KM/10KM", "bearing-magnetic"),
        (f"RADARC/{A}/010/020/5KM/10KM", "bearing-north"),
        (f"RADARC/{A}/-/020T/5KM/10KM", "bearing-malformed"),
        (f"RADARC/{A}/010T/380T/5KM/10KM", "bearing-malformed"),
        (f"RADARC/{A}/010T/020T/10KM/5KM", "radarc-radii"),
        (f"RADARC/{A}/010T/020T/5KM", "shape-fields"),
        (f"RADARC/{A}/010T/020T/5KM/2000KM", "radius-range"),
        (f"POLYARC/{A}/010M/020T/5KM/{B}", "bearing-magnetic"),
        (f"POLYARC/{A}/010T/5KM/{B}", "polyarc-fields"),
        (f"POLYARC/{A}/010T/020T/5KM", "polyarc-fields"),
        (f"POLYARC/{A}/010T/020T/5KM/6KM/{B}", "polyarc-fields"),
        (f"POLYARC/{A}/010T/020T/5KM/LATS:580000S1700000E", "footprint-large"),
        (f"1TRACK/{A}/{B}", "track-fields"),
        (f"1TRACK/{A}/5KM/6KM", "track-fields"),
        (f"1TRACK/{A}/{B}/5KM/6KM/7KM", "track-fields"),
        (f"1TRACK/1/{A}/{B}/5KM/6KM", "quantity-unit"),
    ],
)
def test_what_is_no_shape_is_refused(text: str, code: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        shape(text)
    assert caught.value.code == code
    assert caught.value.at.startswith("line 1")
    assert caught.value.wanted
