from __future__ import annotations

import pytest
import shapely
from pyproj import Geod

from unit.detect.plans import band_ft, circle, operation
from wellclear import check
from wellclear.detect.results import Conflict
from wellclear.detect.shared_piece import shared_piece
from wellclear.geo.footprint import Footprint
from wellclear.geo.position import Position
from wellclear.model.minima import Minima

LOW = band_ft(1_000, 3_000)
WGS84 = Geod(ellps="WGS84")


def _conflict(a: Footprint, b: Footprint, minima: Minima | None = None) -> Conflict:
    return check([operation("A", "1", a, LOW)], [operation("B", "1", b, LOW)], minima=minima or Minima()).conflicts[0]


def _area_m2(ring: tuple[tuple[float, float], ...]) -> float:
    return abs(float(WGS84.geometry_area_perimeter(shapely.Polygon(ring))[0]))


@pytest.mark.parametrize("lat_deg", [0.0, 50.0, 89.0])
def test_a_disc_inside_another_is_shared_whole(lat_deg: float) -> None:
    (ring,) = shared_piece(_conflict(circle(10, lat_deg, 1_000), circle(10, lat_deg, 5_000)), Minima())
    assert _area_m2(ring) == pytest.approx(3.14159265e6, rel=0.002)
    assert ring[0] == ring[-1]


def test_a_pair_that_only_comes_close_shares_what_both_reach_with_half_the_minimum() -> None:
    minima = Minima(lateral_dmm=20_000_000)
    conflict = _conflict(circle(0, 0, 1_000), circle(0, 0.03, 1_000), minima)
    assert conflict.lateral_m > 0
    (ring,) = shared_piece(conflict, minima)
    assert shapely.Polygon(ring).covers(shapely.Point(conflict.where.lon_deg, conflict.where.lat_deg))


def test_a_touch_is_shown_as_a_small_disc() -> None:
    square = [Position.from_degrees(lon, lat) for lon, lat in ((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1))]
    beside = [Position.from_degrees(lon, lat) for lon, lat in ((0.1, 0.1), (0.2, 0.1), (0.2, 0.2), (0.1, 0.2))]
    rings = shared_piece(_conflict(Footprint.area(tuple(square)), Footprint.area(tuple(beside))), Minima())
    assert len(rings) == 1
    assert 0 < _area_m2(rings[0]) < 10


def test_longitudes_run_on_across_180_degrees() -> None:
    (ring,) = shared_piece(_conflict(circle(179.99, 0, 5_000), circle(-179.99, 0, 5_000)), Minima())
    longitudes = [lon for lon, _ in ring]
    assert max(longitudes) - min(longitudes) < 1


def test_the_lens_of_two_large_discs_is_drawn_as_long_as_it_is() -> None:
    """Two discs of 1,000 km that overlap by 5 km share a lens about 141 km long: 2 sqrt(2 * 1,000 * 2.5)."""
    lon_deg, lat_deg, _ = WGS84.fwd(0, 0, 45, 1_995_000)
    (ring,) = shared_piece(_conflict(circle(0, 0, 1_000_000), circle(lon_deg, lat_deg, 1_000_000)), Minima())
    longitudes, latitudes = zip(*ring, strict=True)
    across_m = WGS84.inv(min(longitudes), max(latitudes), max(longitudes), min(latitudes))[2]
    assert across_m == pytest.approx(141_000, rel=0.15)
