import numpy as np
import pytest

from wellclear.cli.land import land_near
from wellclear.cli.surroundings import middle_and_reach_deg, steps_of, surroundings


def test_steps_add_up_to_the_points():
    ring = [(179.5, -10.0), (180.5, 0.25), (181.0, 3.0)]
    steps = np.array(steps_of(ring, 0.01)).reshape(-1, 2)
    assert (np.cumsum(steps, axis=0) * 0.01).round(2).tolist() == [list(point) for point in ring]


@pytest.mark.parametrize(
    ("points", "middle", "reach_deg"),
    [
        ([(0.0, -1.0), (0.0, 1.0)], (0.0, 0.0), 1.0),
        ([(179.0, 0.0), (-179.0, 0.0)], (180.0, 0.0), 1.0),
        ([(0.0, 89.0), (180.0, 89.0), (90.0, 89.0), (-90.0, 89.0)], (0.0, 90.0), 1.0),
    ],
)
def test_the_middle_is_found_over_180_degrees_and_the_pole(
    points: list[tuple[float, float]], middle: tuple[float, float], reach_deg: float
):
    found, reach = middle_and_reach_deg(points)
    assert found[1] == pytest.approx(middle[1], abs=1e-6)
    assert middle[1] == 90.0 or abs(found[0]) == pytest.approx(middle[0], abs=1e-6)
    assert reach == pytest.approx(reach_deg, abs=1e-6)


@pytest.mark.parametrize(
    ("box", "has_land"),
    [((10, 46, 11, 47), True), ((-140, 0, -139, 1), False), ((178, -20, 182, -16), True), ((0, -90, 360, -89), True)],
)
def test_land_is_where_it_is(box: tuple[float, float, float, float], *, has_land: bool):
    parts = land_near(*box)
    assert bool(parts) is has_land
    west, south, east, north = box
    for part in parts:
        assert west <= part.bounds[0] <= part.bounds[2] <= east
        assert south <= part.bounds[1] <= part.bounds[3] <= north


def test_nothing_drawn_still_has_a_place():
    assert surroundings([])["reach_deg"] > 0
