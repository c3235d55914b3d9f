import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.box import LonLatBox
from wellclear.geo.footprint import Footprint
from wellclear.geo.geodesic import WGS84
from wellclear.geo.position import Position

positions = st.builds(Position.from_degrees, st.floats(-180, 180), st.floats(-89.9, 89.9))


def inside(box: LonLatBox, lon_deg: float, lat_deg: float) -> bool:
    east_deg = (lon_deg - box.west_deg) % 360.0
    return box.south_deg <= lat_deg <= box.north_deg and (
        east_deg <= box.width_deg or east_deg - 360 >= -1e-9 or box.width_deg == 360
    )


def around(lon_deg: float, lat_deg: float, radius_m: float) -> list[tuple[float, float]]:
    bearings_deg = np.arange(0.0, 360.0, 5.0)
    count = len(bearings_deg)
    lon, lat, _ = WGS84.fwd([lon_deg] * count, [lat_deg] * count, bearings_deg, [radius_m] * count)
    return list(zip(lon, lat, strict=True))


@given(positions, st.integers(0, 900_000 * 10_000))
def test_a_circle_lies_in_its_box(centre: Position, radius_dmm: int):
    box = LonLatBox.of(Footprint.circle(centre, radius_dmm))
    for lon_deg, lat_deg in around(centre.lon_deg, centre.lat_deg, radius_dmm / 10_000):
        assert inside(box, lon_deg, lat_deg)


@given(positions, st.floats(0, 360), st.floats(1_000, 400_000), st.integers(0, 50_000 * 10_000))
def test_a_corridor_lies_in_its_box(start: Position, bearing_deg: float, length_m: float, width_dmm: int):
    lon, lat, _ = WGS84.fwd(start.lon_deg, start.lat_deg, bearing_deg, length_m)
    end = Position.from_degrees(lon, lat)
    box = LonLatBox.of(Footprint.corridor((start, end), width_dmm))
    for at_lon, at_lat in WGS84.npts(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg, 15):
        for lon_deg, lat_deg in around(at_lon, at_lat, width_dmm / 10_000):
            assert inside(box, lon_deg, lat_deg)


@given(positions, st.floats(5_000, 300_000), st.integers(3, 12))
def test_an_area_lies_in_its_box(centre: Position, radius_m: float, corners: int):
    bearings_deg = np.arange(corners) * 360.0 / corners
    lon, lat, _ = WGS84.fwd([centre.lon_deg] * corners, [centre.lat_deg] * corners, bearings_deg, [radius_m] * corners)
    box = LonLatBox.of(Footprint.area(tuple(map(Position.from_degrees, lon, lat))))
    assert inside(box, centre.lon_deg, centre.lat_deg)
    for corner in range(corners):
        after = (corner + 1) % corners
        for lon_deg, lat_deg in WGS84.npts(lon[corner], lat[corner], lon[after], lat[after], 20):
            assert inside(box, lon_deg, lat_deg)


@given(positions, st.integers(0, 50_000 * 10_000))
def test_a_box_is_not_much_larger_than_its_circle(centre: Position, radius_dmm: int):
    box = LonLatBox.of(Footprint.circle(centre, radius_dmm))
    around_deg = 2 * radius_dmm / 10_000 / 6_335_439 * 57.2958 * 1.02 + 1e-6
    assert box.north_deg - box.south_deg <= around_deg
    if abs(centre.lat_deg) < 80:
        assert box.width_deg <= around_deg / np.cos(np.radians(abs(centre.lat_deg))) * 1.05


def test_a_pole_is_inside_what_turns_round_it():
    ring = tuple(Position.from_degrees(lon_deg, 88.0) for lon_deg in (-120.0, 0.0, 120.0))
    box = LonLatBox.of(Footprint.area(ring))
    assert (box.width_deg, box.north_deg) == (360.0, 90.0)
    south = tuple(Position.from_degrees(lon_deg, -88.0) for lon_deg in (-120.0, 0.0, 120.0))
    assert LonLatBox.of(Footprint.area(south)).south_deg == -90.0


def test_180_degrees_is_crossed_and_not_gone_round():
    ring = tuple(Position.from_degrees(lon, lat) for lon, lat in ((179.5, 10.0), (-179.5, 10.0), (180.0, 11.0)))
    box = LonLatBox.of(Footprint.area(ring))
    assert box.west_deg == pytest.approx(179.5, abs=0.02)
    assert box.width_deg == pytest.approx(1.0, abs=0.04)


@pytest.mark.parametrize(
    "ends",
    [
        (float("nan"), 1, 0, 1),
        (0, float("nan"), 0, 1),
        (0, 1, float("nan"), 1),
        (181, 1, 0, 1),
        (0, 361, 0, 1),
        (0, -1, 0, 1),
        (0, 1, 1, 0),
        (0, 1, -91, 0),
    ],
)
def test_what_is_no_box_is_refused(ends: tuple[float, float, float, float]):
    with pytest.raises(MalformedInput, match="not a box"):
        LonLatBox(*ends)
