"""The oracle against answers from outside, and against constructions whose distance is known beforehand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from geographiclib.geodesicline import GeodesicLine

from oracle.geodesic_oracle import (
    GEOD,
    Edges,
    closest_edges,
    core_distance_m,
    crossing,
    inside,
    lateral_gap_m,
    nearest_on,
    overlap_depth_m,
)
from wellclear.geo.footprint import Footprint
from wellclear.geo.position import Position

STRATA = ((0.0, 0.0), (12.5, 30.0), (-179.9999, 60.0), (180.0, -80.0), (33.0, 89.0), (-71.0, -90.0))
PLACES = pytest.mark.parametrize(("lon_deg", "lat_deg"), STRATA)


def line(*lon_lat: tuple[float, float]) -> Edges:
    lon, lat = np.array(lon_lat, dtype=np.float64).T
    azimuth, _, length_m = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    return Edges(lon[:-1], lat[:-1], azimuth, length_m, lon[1:], lat[1:])


def at(lon_deg: float, lat_deg: float, azimuth_deg: float, away_m: float) -> tuple[float, float]:
    lon, lat, _ = GEOD.fwd(lon_deg, lat_deg, azimuth_deg, away_m)
    return lon, lat


def ring(lon_deg: float, lat_deg: float, radii_m: list[float]) -> Footprint:
    corners = [at(lon_deg, lat_deg, k * 360 / len(radii_m), r) for k, r in enumerate(radii_m)]
    return Footprint.area(tuple(Position.from_degrees(*corner) for corner in corners))


def edge_through(lon_deg: float, lat_deg: float, heading_deg: float, half_m: float) -> Edges:
    """An edge whose middle lies exactly at a place, by two direct geodesics from there."""
    back = at(lon_deg, lat_deg, heading_deg + 180, half_m)
    return line(back, at(lon_deg, lat_deg, heading_deg, half_m))


def golden_section_m(own: tuple[float, float], edge: GeodesicLine) -> float:
    """Distance of a point (longitude, latitude) from an edge by geographiclib, which shares no code with PROJ."""
    low_m, high_m = 0.0, edge.s13
    for _ in range(60):
        cut_m = (high_m - low_m) * 0.6180339887498949
        one, other = (edge.Position(place) for place in (high_m - cut_m, low_m + cut_m))
        near, far = (
            Geodesic.WGS84.Inverse(own[1], own[0], end["lat2"], end["lon2"], Geodesic.DISTANCE)["s12"]
            for end in (one, other)
        )
        low_m, high_m = (low_m, low_m + cut_m) if near < far else (high_m - cut_m, high_m)
    return float(min(near, far))


def test_closest_point_to_reykjavik_between_istanbul_and_washington() -> None:
    """C. F. F. Karney, GeographicLib discussion 1026621, thread 21aaff9f: 54.92853149711691 N, 21.93729106604878 W."""
    found = closest_edges(line((29, 42), (-77, 39)), line((-22, 64), (-22, 64)))
    assert found.on_a == pytest.approx((-21.93729106604878, 54.92853149711691), abs=1e-8)
    assert found.distance_m == pytest.approx(1_010_585.9988368, abs=1e-6)


def test_istanbul_to_washington_crosses_reykjavik_to_accra() -> None:
    """Same thread: they cross at 54.7170296089477 N, 14.56385574430775 W."""
    one, other = line((29, 42), (-77, 39)), line((-22, 64), (0, 6))
    assert crossing(one, other).all()
    short = line((-14.56385574430775 - 1e-7, 54.7170296089477), (-22, 64))
    assert closest_edges(one, other).distance_m == 0
    assert closest_edges(one, short).distance_m < 0.02


@pytest.mark.parametrize(
    ("lat_a", "lon_a", "lat_b", "lon_b", "length_m"),
    [
        (35.60777, -139.44815, -11.17491, -69.95921, 8_935_244.5604818305),
        (55.52454, 106.05087, 77.03196, 197.18234 - 360, 4_105_086.1713924406),
        (-21.97856, 142.59065, 41.84138, 98.56635, 8_394_328.894657671),
    ],
)
def test_points_by_karneys_test_set(lat_a: float, lon_a: float, lat_b: float, lon_b: float, length_m: float) -> None:
    """Lines of GeodTest (Karney, doi 10.5281/zenodo.32156), as every port of GeographicLib tests itself."""
    a = Footprint.circle(Position.from_degrees(lon_a, lat_a), 0)
    b = Footprint.circle(Position.from_degrees(lon_b, lat_b), 50_000)
    assert core_distance_m(a, b) == pytest.approx(length_m, abs=1e-6)
    assert lateral_gap_m(a, b) == pytest.approx(length_m - 5, abs=1e-6)


@PLACES
def test_a_point_square_off_an_edge(lon_deg: float, lat_deg: float) -> None:
    for half_m, away_m, heading_deg in itertools.product(
        (5.0, 700.0, 50_000.0), (0.001, 9.0, 9_260.0, 900_000.0), (0.0, 37.0, 90.0, 201.0)
    ):
        edge = edge_through(lon_deg, lat_deg, heading_deg, half_m)
        lon, lat = at(lon_deg, lat_deg, heading_deg + 90, away_m)
        distance_m, along_m = nearest_on(edge, np.array([lon]), np.array([lat]))
        assert distance_m[0] == pytest.approx(away_m, abs=1e-7)
        assert along_m[0] == pytest.approx(half_m, abs=1e-3)


@PLACES
def test_a_point_beyond_the_end_of_an_edge(lon_deg: float, lat_deg: float) -> None:
    edge = line((lon_deg, lat_deg), at(lon_deg, lat_deg, 33.0, 80_000.0))
    for away_m, turn_deg in itertools.product((0.01, 50.0, 60_000.0), (180.0, 120.0, -100.0)):
        lon, lat = at(lon_deg, lat_deg, 33.0 + turn_deg, away_m)
        assert nearest_on(edge, np.array([lon]), np.array([lat]))[0][0] == pytest.approx(away_m, abs=1e-7)


def test_points_and_edges_by_golden_section_with_another_library() -> None:
    rng = np.random.default_rng(20)
    for _ in range(25):
        lon_deg, lat_deg = rng.uniform(-180, 180), np.degrees(np.arcsin(rng.uniform(-1, 1)))
        size_m = 10 ** rng.uniform(1, 5)
        end = at(lon_deg, lat_deg, rng.uniform(0, 360), size_m)
        own = at(lon_deg, lat_deg, rng.uniform(0, 360), size_m * 10 ** rng.uniform(-2, 1))
        expected_m = golden_section_m(own, Geodesic.WGS84.InverseLine(lat_deg, lon_deg, end[1], end[0]))
        found_m = nearest_on(line((lon_deg, lat_deg), end), np.array([own[0]]), np.array([own[1]]))[0][0]
        assert found_m == pytest.approx(expected_m, abs=2e-5)


def test_edges_by_trying_every_pair_of_places() -> None:
    """Two edges that do not cross are nowhere closer than at an end: a fine mesh finds nothing closer."""
    rng = np.random.default_rng(21)
    crossings = 0
    for _ in range(60):
        lon_deg, lat_deg = rng.uniform(-180, 180), rng.choice([0, 30, 60, 80, 89, 90])
        own = [at(lon_deg, lat_deg, rng.uniform(0, 360), rng.uniform(0, 60_000)) for _ in range(4)]
        one, other = line(own[0], own[1]), line(own[2], own[3])
        places = np.linspace(0, 1, 201)
        i, j = (index.ravel() for index in np.meshgrid(places, places))
        lon_a, lat_a, _ = one.take(np.zeros(i.size, dtype=np.int64)).at(i * one.length_m)
        lon_b, lat_b, _ = other.take(np.zeros(j.size, dtype=np.int64)).at(j * other.length_m)
        mesh_m = GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2].min()
        step_m = (one.length_m[0] + other.length_m[0]) / 200
        found_m = closest_edges(one, other).distance_m
        assert found_m <= mesh_m + 1e-6
        assert mesh_m <= found_m + step_m
        crossings += found_m == 0
    assert 5 < crossings < 55


@PLACES
def test_edges_that_only_just_cross_and_only_just_do_not(lon_deg: float, lat_deg: float) -> None:
    edge = edge_through(lon_deg, lat_deg, 70.0, 30_000.0)
    far = at(lon_deg, lat_deg, -20.0, 40_000.0)
    for past_m in (0.001, 1.0):
        over = line(far, at(lon_deg, lat_deg, 160.0, past_m))
        short = line(far, at(lon_deg, lat_deg, -20.0, past_m))
        assert closest_edges(edge, over).distance_m == 0
        assert closest_edges(edge, short).distance_m == pytest.approx(past_m, abs=1e-7)


@PLACES
@pytest.mark.parametrize("size_m", [10.0, 30_000.0, 900_000.0])
def test_inside_a_star(lon_deg: float, lat_deg: float, size_m: float) -> None:
    radii_m = [size_m, size_m / 3] * 5
    star = ring(lon_deg, lat_deg, radii_m)
    assert inside(star, lon_deg, lat_deg)
    for k, radius_m in enumerate(radii_m):
        assert inside(star, *at(lon_deg, lat_deg, k * 36.0, 0.98 * radius_m))
        assert not inside(star, *at(lon_deg, lat_deg, k * 36.0, 1.02 * radius_m))
    assert not inside(star, lon_deg - 180 * np.sign(lon_deg or 1), -lat_deg)


def test_a_core_that_contains_the_other_is_at_no_distance() -> None:
    field = ring(180.0, 89.5, [200_000.0] * 6)
    within = Footprint.circle(Position.from_degrees(0.0, 90.0), 0)
    assert core_distance_m(field, within) == 0
    assert core_distance_m(within, field) == 0
    assert core_distance_m(field, ring(-90.0, 89.9, [500.0] * 3)) == 0


def test_the_outline_of_a_long_line_is_not_an_area() -> None:
    corners = [at(10.0, 50.0, k * 90.0, 20_000.0) for k in range(4)]
    loop = Footprint.corridor(tuple(Position.from_degrees(*c) for c in [*corners, corners[0]]), 0)
    centre = Footprint.circle(Position.from_degrees(10.0, 50.0), 0)
    assert core_distance_m(loop, centre) == pytest.approx(20_000 / np.sqrt(2), rel=1e-4)


def test_depth_of_an_overlap() -> None:
    field = ring(10.0, 50.0, [20_000.0] * 4)
    corner = at(10.0, 50.0, 90.0, 20_000.0)
    for depth_m in (0.02, 3.0, 40.0):
        tip, end = at(*corner, -90.0, depth_m), at(*corner, 90.0, 5_000.0)
        spur = Footprint.corridor((Position.from_degrees(*tip), Position.from_degrees(*end)), 0)
        assert overlap_depth_m(field, spur) == pytest.approx(depth_m / np.sqrt(2), rel=0.005, abs=0.02)
    assert overlap_depth_m(field, Footprint.circle(Position.from_degrees(11.0, 50.0), 0)) == 0
