import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.box import LonLatBox
from wellclear.geo.terrain import TerrainGrid

SLOPE = np.arange(48, dtype=np.float32).reshape(6, 8)  # 8 columns from 10 E, 6 rows from 46 N down to 43 N


def slope() -> TerrainGrid:
    return TerrainGrid(10.0, 43.0, 0.5, SLOPE)


def test_the_cells_touched_and_those_beside_them_count():
    # 11.1 to 11.2 E lies in column 2 (16 to 20 counted from 0), 44.6 to 44.7 N in row 2: cell 18, its ring 9 to 27.
    assert slope().extremes_m(LonLatBox(11.1, 0.1, 44.6, 0.1 + 44.6)) == (9.0, 27.0)


def test_the_whole_grid_and_its_edges():
    assert slope().extremes_m(LonLatBox(10.0, 4.0, 43.0, 46.0)) == (0.0, 47.0)
    assert slope().extremes_m(LonLatBox(10.0, 0.0, 46.0, 46.0)) == (0.0, 9.0)
    assert slope().extremes_m(LonLatBox(14.0, 0.0, 43.0, 43.0)) == (38.0, 47.0)


@pytest.mark.parametrize(
    "box",
    [
        LonLatBox(9.9, 0.2, 44.0, 44.1),
        LonLatBox(13.9, 0.2, 44.0, 44.1),
        LonLatBox(11.0, 0.2, 42.9, 43.1),
        LonLatBox(11.0, 0.2, 45.9, 46.1),
        LonLatBox(-170.0, 0.2, 44.0, 44.1),
        LonLatBox(-180.0, 360.0, 44.0, 44.1),
    ],
)
def test_what_reaches_out_of_the_grid_has_no_extremes(box: LonLatBox):
    assert slope().extremes_m(box) is None


def test_a_height_that_is_not_known_has_no_extremes():
    heights_m = SLOPE.copy()
    heights_m[2, 2] = np.nan
    grid = TerrainGrid(10.0, 43.0, 0.5, heights_m)
    assert grid.extremes_m(LonLatBox(11.1, 0.1, 44.6, 44.7)) is None
    assert grid.extremes_m(LonLatBox(11.6, 0.1, 44.6, 44.7)) == (10.0, 28.0)


def test_180_degrees_and_the_whole_turn():
    ring = TerrainGrid(-180.0, -90.0, 10.0, np.tile(np.arange(36, dtype=np.float32), (18, 1)))
    assert ring.extremes_m(LonLatBox(178.0, 4.0, 0.0, 1.0)) == (0.0, 35.0)
    assert ring.extremes_m(LonLatBox(-180.0, 360.0, -90.0, 90.0)) == (0.0, 35.0)
    assert ring.extremes_m(LonLatBox(5.0, 1.0, 0.0, 1.0)) == (17.0, 19.0)
    eastward = TerrainGrid(170.0, 0.0, 5.0, np.arange(4, dtype=np.float32).reshape(1, 4))
    assert eastward.extremes_m(LonLatBox(-180.0, 1.0, 0.0, 5.0)) == (1.0, 3.0)


@given(st.floats(10, 14), st.floats(43, 46), st.floats(0, 1), st.floats(0, 1))
def test_extremes_bound_the_ground_between_the_middles(west: float, south: float, width: float, tall: float):
    box = LonLatBox(west, min(width, 14 - west), south, min(south + tall, 46.0))
    extremes = slope().extremes_m(box)
    assert extremes is not None
    for lon_deg in np.linspace(box.west_deg, box.west_deg + box.width_deg, 5):
        for lat_deg in np.linspace(box.south_deg, box.north_deg, 5):
            # The slope is a plane, so bilinear between the middles, held at the outermost ones.
            column = np.clip((lon_deg - 10.0) / 0.5 - 0.5, 0, 7)
            row = np.clip((46.0 - lat_deg) / 0.5 - 0.5, 0, 5)
            assert extremes[0] - 1e-6 <= 8 * row + column <= extremes[1] + 1e-6


@pytest.mark.parametrize(
    ("west_deg", "south_deg", "cell_deg", "shape"),
    [
        (378923.0, 4072345.0, 30.0, (4, 4)),
        (0.0, 89.0, 1.0, (4, 4)),
        (0.0, -92.0, 1.0, (4, 4)),
        (0.0, 0.0, 100.0, (1, 5)),
        (0.0, 0.0, float("nan"), (4, 4)),
        (float("nan"), 0.0, 1.0, (4, 4)),
        (0.0, 0.0, 1.0, (0, 4)),
    ],
)
def test_a_grid_that_does_not_lie_on_the_earth(
    west_deg: float, south_deg: float, cell_deg: float, shape: tuple[int, int]
):
    with pytest.raises(MalformedInput) as refusal:
        TerrainGrid(west_deg, south_deg, cell_deg, np.zeros(shape, dtype=np.float32))
    assert refusal.value.code == "terrain-place"


def test_heights_in_feet_or_of_other_planets_are_refused():
    heights_m = SLOPE.copy()
    heights_m[1, 3] = 29_032
    with pytest.raises(MalformedInput) as refusal:
        TerrainGrid(10.0, 43.0, 0.5, heights_m)
    assert (refusal.value.code, refusal.value.at) == ("terrain-height", "row 2, column 4")
