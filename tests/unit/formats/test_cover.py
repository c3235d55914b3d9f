from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from pyproj import Geod

from plans.operations import footprints
from wellclear.formats.cover import geodesic_cover, planar_cover
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position

GEOD = Geod(ellps="WGS84")


def ring_edges(ring: tuple[Position, ...]) -> list[tuple[Position, Position]]:
    return list(pairwise((*ring, ring[0])))


def along_geodesic(a: Position, b: Position) -> list[tuple[float, float]]:
    return [(a.lon_deg, a.lat_deg), *GEOD.npts(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg, 4)]


def along_straight(a: Position, b: Position) -> list[tuple[float, float]]:
    return [
        (a.lon_deg + (b.lon_deg - a.lon_deg) * share, a.lat_deg + (b.lat_deg - a.lat_deg) * share)
        for share in np.linspace(0, 0.8, 5)
    ]


@pytest.mark.parametrize("lat_deg", [0, 52, -75, 88])
@pytest.mark.parametrize("radius_m", [0.001, 50.0, 5_000.0, 300_000.0, 1_000_000.0])
def test_the_cover_of_a_circle_lies_outside_and_near(lat_deg: float, radius_m: float) -> None:
    centre = Position.from_degrees(20, lat_deg)
    ring = geodesic_cover(Footprint.circle(centre, round(radius_m * DMM_PER_M)))
    assert ring is not None
    points = np.array([point for edge in ring_edges(ring) for point in along_geodesic(*edge)])
    count = np.ones(len(points))
    away_m = GEOD.inv(centre.lon_deg * count, centre.lat_deg * count, points[:, 0], points[:, 1])[2]
    assert away_m.min() >= radius_m
    assert away_m.max() <= radius_m * (1.035 if radius_m > 500_000 else 1.008) + 0.1


@pytest.mark.parametrize("lat_deg", [0, 52, -75])
def test_a_planar_cover_of_a_circle_lies_outside_too(lat_deg: float) -> None:
    centre = Position.from_degrees(-100, lat_deg)
    ring = planar_cover(Footprint.circle(centre, 50_000 * DMM_PER_M))
    assert ring is not None
    points = np.array([point for edge in ring_edges(ring) for point in along_straight(*edge)])
    count = np.ones(len(points))
    away_m = GEOD.inv(centre.lon_deg * count, centre.lat_deg * count, points[:, 0], points[:, 1])[2]
    assert away_m.min() >= 50_000
    assert away_m.max() <= 50_500


def test_a_bare_area_is_its_own_geodesic_cover() -> None:
    ring = tuple(Position.from_degrees(*point) for point in ((10, 50), (11, 50), (11, 50.8), (10, 50.8)))
    assert geodesic_cover(Footprint.area(ring)) == ring


def test_a_planar_cover_holds_the_bulge_of_long_geodesics() -> None:
    """At 60 degrees north the geodesic between two points 100 km apart runs 339 m north of the parallel."""
    west, east = Position.from_degrees(0, 60), Position.from_degrees(1.79, 60)
    area = Footprint.area((west, east, Position.from_degrees(1.79, 59.5), Position.from_degrees(0, 59.5)))
    ring = planar_cover(area)
    assert ring is not None
    middle_deg = GEOD.npts(0, 60, 1.79, 60, 1)[0]
    crossings = [
        a.lat_deg + (b.lat_deg - a.lat_deg) * (middle_deg[0] - a.lon_deg) / (b.lon_deg - a.lon_deg)
        for a, b in ring_edges(ring)
        if (a.lon_deg <= middle_deg[0]) != (b.lon_deg <= middle_deg[0])
    ]
    assert len(crossings) == 2
    assert 0 < (max(crossings) - middle_deg[1]) * 111_400 < 2
    southern_deg = GEOD.npts(0, 59.5, 1.79, 59.5, 1)[0][1]
    assert 0 < (southern_deg - min(crossings)) * 111_400 < 2


def test_what_crosses_180_degrees_has_no_planar_cover() -> None:
    assert planar_cover(Footprint.circle(Position.from_degrees(180, 10), 10_000 * DMM_PER_M)) is None
    assert geodesic_cover(Footprint.circle(Position.from_degrees(180, 10), 10_000 * DMM_PER_M)) is not None


def test_what_is_too_large_has_no_cover() -> None:
    line = tuple(Position.from_degrees(lon, 0) for lon in (0, 8, 16))
    huge = Footprint.corridor(line, 1_000_000 * DMM_PER_M)
    assert geodesic_cover(huge) is not None
    assert planar_cover(Footprint.circle(Position.from_degrees(0, 89.9), 900_000 * DMM_PER_M)) is None


def rim_deg(footprint: Footprint) -> np.ndarray:
    """Positions on the rim of a footprint or within it: around points of its core, at its radius; (n, 2)."""
    points = footprint.points
    edges = list(pairwise(points)) if footprint.core is not Core.AREA else ring_edges(points)
    core = [point for edge in edges for point in along_geodesic(*edge)] or [(points[0].lon_deg, points[0].lat_deg)]
    core.append((points[-1].lon_deg, points[-1].lat_deg))
    lon_deg, lat_deg = (np.repeat(column, 24) for column in np.array(core).T)
    bearing_deg = np.tile(np.linspace(0, 345, 24), len(core))
    radius_m = np.full(len(bearing_deg), footprint.buffer_dmm / DMM_PER_M)
    return np.stack(GEOD.fwd(lon_deg, lat_deg, bearing_deg, radius_m)[:2], axis=-1)


@settings(max_examples=60)
@given(footprints())
def test_every_cover_holds_the_rim_of_what_it_covers(footprint: Footprint) -> None:
    rim = rim_deg(footprint)
    planar, geodesic = planar_cover(footprint), geodesic_cover(footprint)
    if planar is not None and planar != footprint.points:
        straight = shapely.Polygon([(point.lon_deg, point.lat_deg) for point in planar])
        assert straight.is_valid
        shapely.prepare(straight)
        assert shapely.intersects_xy(straight, *rim.T).all()
    if geodesic is not None and geodesic != footprint.points and np.ptp([point.lon_deg for point in geodesic]) < 180:
        fine = [
            point
            for a, b in ring_edges(geodesic)
            for point in [(a.lon_deg, a.lat_deg), *GEOD.npts(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg, 40)]
        ]
        assert shapely.intersects_xy(shapely.Polygon(fine), *rim.T).all()


def test_both_lobes_of_a_ring_that_touches_itself_are_covered() -> None:
    """Two triangles that meet in one point, run through in opposite senses: no vertex may stand twice in F3548."""
    corners = ((0, 0), (0.01, 0.01), (0.02, 0), (0.02, 0.02), (0.01, 0.01), (0, 0.02))
    area = Footprint.area(tuple(Position.from_degrees(*corner) for corner in corners))
    for cover in (geodesic_cover(area), planar_cover(area)):
        assert cover is not None
        assert len(set(cover)) == len(cover)
        polygon = shapely.Polygon([(point.lon_deg, point.lat_deg) for point in cover])
        assert polygon.is_valid
        assert shapely.intersects_xy(polygon, [0, 0.02, 0.019, 0.001], [0, 0.02, 0.01, 0.01]).all()
