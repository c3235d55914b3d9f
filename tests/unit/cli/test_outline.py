import pytest
from geographiclib.geodesic import Geodesic

from wellclear.cli.outline import outline
from wellclear.geo.footprint import Footprint
from wellclear.geo.position import Position


def at(lon_deg: float, lat_deg: float) -> Position:
    return Position.from_degrees(lon_deg, lat_deg)


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    return Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0])["s12"]


@pytest.mark.parametrize("lat_deg", [0.0, 60.0, -88.0, 89.9])
def test_a_circle_is_drawn_at_its_radius(lat_deg: float):
    (ring,) = outline(Footprint.circle(at(179.9, lat_deg), 200_000_000))
    assert all(abs(distance_m(point, (179.9, lat_deg)) - 20_000) < 1 for point in ring)


def test_longitudes_run_on_past_180():
    (ring,) = outline(Footprint.circle(at(179.99, 10.0), 200_000_000))
    assert max(lon for lon, _ in ring) > 180
    assert max(lon for lon, _ in ring) - min(lon for lon, _ in ring) < 1


def test_a_corridor_is_drawn_at_half_its_width():
    (ring,) = outline(Footprint.corridor((at(10, 50), at(11, 50)), 50_000_000))
    ends = [(10.0, 50.0), (11.0, 50.0)]
    assert all(min(distance_m(point, end) for end in ends) >= 4_990 for point in ring)
    assert any(abs(distance_m(point, ends[0]) - 5_000) < 25 for point in ring)


def test_a_corridor_around_a_hole_has_two_rings():
    square = (at(10, 50), at(11, 50), at(11, 51), at(10, 51), at(10, 50))
    assert len(outline(Footprint.corridor(square, 10_000_000))) == 2


def test_bare_cores_are_drawn_as_they_are():
    assert outline(Footprint.circle(at(1, 2), 0)) == (((1.0, 2.0),),)
    assert outline(Footprint.corridor((at(1, 2), at(1.1, 2)), 0)) == (((1.0, 2.0), (1.1, 2.0)),)
    assert outline(Footprint.area((at(0, 0), at(0.1, 0), at(0, 0.1)))) == (((0.0, 0.0), (0.1, 0.0), (0.0, 0.1)),)


def test_a_buffered_area_lies_outside_its_ring():
    ring = (at(0, 0), at(0.1, 0), at(0.1, 0.1), at(0, 0.1))
    (drawn,) = outline(Footprint.area(ring, 100_000_000))
    assert min(lon for lon, _ in drawn) < -0.08
    assert max(lat for _, lat in drawn) > 0.18
