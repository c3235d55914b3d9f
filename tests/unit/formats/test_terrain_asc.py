import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.formats.terrain_asc import MAX_TERRAIN_CELLS, parse_terrain_asc
from wellclear.geo.box import LonLatBox

# The layout is that of Esri's page "Esri ASCII raster format"; places and heights are ours.
CORNER = b"""ncols 3
nrows 2
xllcorner 7.0
yllcorner 45.0
cellsize 0.5
NODATA_value -32768
4421 812.5 -3
100 -32768 0
"""
HEADER = b"NCOLS 2\nNROWS 1\nXLLCENTER 7.25\nYLLCENTER 45.25\nCELLSIZE 0.5\n"


def test_a_grid_by_its_corner():
    grid = parse_terrain_asc(CORNER)
    assert (grid.west_deg, grid.south_deg, grid.cell_deg) == (7.0, 45.0, 0.5)
    expected_m = np.array([[4421, 812.5, -3], [100, np.nan, 0]], dtype=np.float32)
    np.testing.assert_array_equal(grid.heights_m, expected_m)


def test_a_grid_by_the_middle_of_its_corner_cell():
    grid = parse_terrain_asc(HEADER + b"5 -9999")
    assert (grid.west_deg, grid.south_deg) == (7.0, 45.0)
    np.testing.assert_array_equal(grid.heights_m, np.array([[5, np.nan]], dtype=np.float32))
    assert grid.extremes_m(LonLatBox(7.1, 0.1, 45.1, 45.2)) == (5.0, 5.0)


def test_rows_need_not_end_where_lines_do():
    lines = CORNER.replace(b"-3\n100", b"-3 100").replace(b"\n", b"\r\n")
    np.testing.assert_array_equal(parse_terrain_asc(lines).heights_m, parse_terrain_asc(CORNER).heights_m)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "terrain-header"),
        (b"\x00\xff\xfe", "terrain-header"),
        (b"4421 812.5 -3", "terrain-header"),
        (CORNER.replace(b"cellsize 0.5\n", b""), "terrain-header"),
        (CORNER.replace(b"cellsize 0.5\n", b"dx 0.5\ndy 0.5\n"), "terrain-header"),
        (CORNER.replace(b"xllcorner", b"xllcenter"), "terrain-header"),
        (b"ncols 3\n" + CORNER, "terrain-header"),
        (CORNER.replace(b"ncols 3", b"ncols three"), "terrain-header"),
        (CORNER.replace(b"ncols 3", b"ncols nan"), "terrain-header"),
        (CORNER.replace(b"ncols 3", b"ncols 1e999"), "terrain-header"),
        (CORNER.replace(b"ncols 3", b"ncols 1.5"), "terrain-header"),
        (CORNER.replace(b"ncols 3", b"ncols -3"), "terrain-header"),
        (CORNER.replace(b"cellsize 0.5", b"cellsize 0"), "terrain-header"),
        (CORNER.replace(b"ncols 3", b"ncols 1e9"), "terrain-limit"),
        (CORNER.replace(b"ncols 3", b"ncols 4"), "terrain-count"),
        (CORNER[:-4], "terrain-count"),
        (CORNER[: CORNER.index(b"4421")], "terrain-count"),
        (CORNER + b"7", "terrain-count"),
        (CORNER.replace(b"812.5", b"nan"), "terrain-values"),
        (CORNER.replace(b"812.5", b"8-12"), "terrain-values"),
        (CORNER.replace(b"812.5", b"812,5"), "terrain-values"),
        (CORNER.replace(b"812.5", b"1e999"), "terrain-values"),
        (CORNER.replace(b"812.5", b"\xc2\xb2"), "terrain-values"),
        (CORNER.replace(b"4421", b"14505"), "terrain-height"),
        (CORNER.replace(b"7.0", b"378923").replace(b"45.0", b"4072345").replace(b"0.5\n", b"30\n"), "terrain-place"),
    ],
)
def test_refused_with_what_would_be_right(content: bytes, code: str):
    with pytest.raises(MalformedInput) as refusal:
        parse_terrain_asc(content)
    assert refusal.value.code == code
    assert refusal.value.wanted


def test_the_place_of_a_foreign_sign_is_its_line():
    with pytest.raises(MalformedInput) as refusal:
        parse_terrain_asc(CORNER.replace(b"100", b"1OO"))
    assert refusal.value.at == "line 8"


def test_the_limit_is_on_cells_claimed_before_any_is_read():
    claims = HEADER.replace(b"NCOLS 2", b"NCOLS %d" % (MAX_TERRAIN_CELLS + 1))
    with pytest.raises(MalformedInput, match="cells"):
        parse_terrain_asc(claims)


@given(st.binary(max_size=200) | st.binary(max_size=40).map(lambda rest: HEADER + rest))
def test_any_bytes_are_a_grid_or_a_refusal(content: bytes):
    try:
        parse_terrain_asc(content)
    except MalformedInput:
        return


@given(st.text("0123456789+-.eE \n", max_size=30))
def test_any_numerals_are_a_grid_or_a_refusal(body: str):
    try:
        parse_terrain_asc(HEADER + body.encode())
    except MalformedInput:
        return
