"""Covers contain their footprints, and coarser covers tell nothing that finer ones do not."""

from __future__ import annotations

import numpy as np
import pytest
import s2geometry as s2
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.geodesic_oracle import GEOD, Floats, core_distance_m, edges_of, inside
from oracle.shapes import KINDS, STRATA, laid, random_shape, random_spot
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.cell_blocks import MAX_SIDE_RAD, cell_footprint
from wellclear.geo.cells import (
    LEAVE,
    MAX_COVER_CELLS,
    MAX_DIAGONAL_RAD,
    MIN_WIDTH_RAD,
    Cover,
    children,
    cover_footprint,
    fitting_cover,
    level_of,
    parent,
)
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.frame import MIN_RADIUS_M
from wellclear.geo.position import Position

SEEDS = st.integers(0, 2**32)
SIZES_M = (0.1, 300.0, 5_000.0, 60_000.0, 1_000_000.0)


def cell_at(lon_deg: float, lat_deg: float, s2_level: int) -> int:
    return int(s2.S2CellId(s2.S2LatLng.FromDegrees(lat_deg, lon_deg)).parent(s2_level).id())


def random_footprint(rng: np.random.Generator) -> Footprint:
    while True:
        size_m = float(rng.choice(SIZES_M))
        kind, stratum = str(rng.choice(KINDS)), str(rng.choice(STRATA))
        try:
            return laid(random_shape(rng, kind, size_m), random_spot(rng, stratum, size_m))
        except MalformedInput:
            continue


def samples(rng: np.random.Generator, footprint: Footprint, count: int) -> tuple[Floats, Floats]:
    """Longitudes and latitudes (k,) of points of a footprint: most on the border of its buffer, some within."""
    edges = edges_of(footprint)
    row = rng.integers(0, len(edges.lon), count)
    lon, lat, _ = edges.take(row).at(edges.length_m[row] * rng.uniform(0, 1, count))
    away_m = footprint.buffer_dmm / 10_000 * rng.choice([0.0, 0.5, 1.0, 1.0, 1.0], count)
    lon, lat, _ = GEOD.fwd(lon, lat, rng.uniform(0, 360, count), away_m)
    if footprint.core is not Core.AREA:
        return lon, lat
    to = rng.integers(0, count, count)
    azimuth, _, length_m = GEOD.inv(lon, lat, lon[to], lat[to])
    between_lon, between_lat, _ = GEOD.fwd(lon, lat, azimuth, length_m * rng.uniform(0, 1, count))
    kept = np.array([inside(footprint, x, y) for x, y in zip(between_lon[:40], between_lat[:40], strict=True)])
    return np.append(lon, between_lon[:40][kept]), np.append(lat, between_lat[:40][kept])


@settings(max_examples=150)
@given(SEEDS, st.integers(4, 16))
def test_a_cover_contains_its_footprint(seed: int, s2_level: int) -> None:
    rng = np.random.default_rng(seed)
    footprint = random_footprint(rng)
    cover = fitting_cover(footprint, s2_level)
    lon, lat = samples(rng, footprint, 300)
    met = {cell_at(float(x), float(y), cover.s2_level) for x, y in zip(lon, lat, strict=True)}
    assert met <= set(cover.cells)


@settings(max_examples=60)
@given(SEEDS, st.integers(4, 16))
def test_each_cell_of_a_cover_is_met_or_nearly(seed: int, s2_level: int) -> None:
    rng = np.random.default_rng(seed)
    footprint = random_footprint(rng)
    cover = fitting_cover(footprint, s2_level)
    for cell in rng.choice(np.array(cover.cells, dtype=np.uint64), min(5, len(cover.cells)), replace=False):
        shape = cell_footprint(int(cell))
        apart_m = core_distance_m(shape, footprint)
        assert apart_m <= footprint.buffer_dmm / 10_000 * 1.011 + 10


@settings(max_examples=80)
@given(SEEDS, st.integers(5, 16))
def test_the_coarser_cover_is_the_finer_one_seen_coarsely(seed: int, s2_level: int) -> None:
    footprint = random_footprint(np.random.default_rng(seed))
    finer = fitting_cover(footprint, s2_level)
    assert fitting_cover(footprint, finer.s2_level) == finer
    if finer.s2_level > 4:
        coarser = fitting_cover(footprint, finer.s2_level - 1)
        assert coarser == Cover(finer.s2_level - 1, tuple(sorted({parent(cell) for cell in finer.cells})))


@settings(max_examples=60)
@given(SEEDS, st.integers(1, 10))
def test_the_same_ground_has_the_same_cover(seed: int, turn: int) -> None:
    rng = np.random.default_rng(seed)
    footprint = random_footprint(rng)
    points = footprint.points
    other = points[turn % len(points) :] + points[: turn % len(points)] if footprint.core is Core.AREA else points
    again = Footprint(footprint.core, other[::-1], footprint.buffer_dmm)
    assert fitting_cover(again, 12) == fitting_cover(footprint, 12)


@settings(max_examples=300)
@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(0, 360), st.floats(1_000, 100_001))
def test_geodesics_leave_great_circles_by_less_than_is_allowed(
    lon: float, lat: float, to: float, edge_m: float
) -> None:
    along_m = np.linspace(0, edge_m, 11)
    lons, lats, _ = GEOD.fwd(np.full(11, lon), np.full(11, lat), np.full(11, to), along_m)
    x, y = np.radians(lons), np.radians(lats)
    at = np.stack((np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)), axis=-1)
    normal = np.cross(at[0], at[-1])
    off_rad = np.abs(at @ normal) / np.linalg.norm(normal)
    assert off_rad.max() <= LEAVE * (edge_m / MIN_RADIUS_M / 1.02) ** 2 + 1e-11


def corridor(*points_deg: tuple[float, float]) -> Footprint:
    return Footprint.corridor(tuple(Position.from_degrees(*point) for point in points_deg), 18_520_000)


@pytest.mark.parametrize(
    "footprint",
    [
        corridor((179.5, 10), (-179.5, 10.2)),
        corridor((0, 89.9), (180, 89.9)),
        Footprint.circle(Position.from_degrees(0, -90), 1_000_000),
        Footprint.area(tuple(Position.from_degrees(lon, 89.5) for lon in (-120, 0, 120)), 0),
        Footprint.area(tuple(Position.from_degrees(*at) for at in ((179, -1), (-179, -1), (-179, 1), (179, 1))), 0),
    ],
    ids=["over 180", "over the pole", "at the pole", "round the pole", "area over 180"],
)
def test_poles_and_the_180th_meridian(footprint: Footprint) -> None:
    lon, lat = samples(np.random.default_rng(1), footprint, 500)
    cover = set(cover_footprint(footprint, 9))
    assert {cell_at(float(x), float(y), 9) for x, y in zip(lon, lat, strict=True)} <= cover


def test_an_area_round_the_pole_contains_the_pole() -> None:
    footprint = Footprint.area(tuple(Position.from_degrees(lon, 85) for lon in (-120, 0, 120)), 0)
    assert cell_at(0, 90, 8) in cover_footprint(footprint, 8)
    assert cell_at(0, -90, 8) not in cover_footprint(footprint, 8)


def test_a_hole_that_touches_its_ring_is_outside() -> None:
    ring = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (1, 2), (2, 1)]
    footprint = Footprint.area(tuple(Position.from_degrees(10 + x, 50 + y) for x, y in ring))
    cover = fitting_cover(footprint, 9).cells
    assert cell_at(11.1, 51.1, 9) not in cover
    assert cell_at(13, 53, 9) in cover


def test_a_cover_that_is_too_large_is_refused_with_the_level_that_fits() -> None:
    circle = Footprint.circle(Position(0, 0), 1_000_000_000)
    with pytest.raises(RuleViolated) as refused:
        cover_footprint(circle, 12)
    assert refused.value.code == "cover-large"
    assert refused.value.wanted == "level 11 or lower"
    assert 0 < len(cover_footprint(circle, 11)) <= MAX_COVER_CELLS


def test_the_largest_footprint_has_a_cover() -> None:
    line = corridor((0, 0), (17.5, 0))
    largest = Footprint(line.core, line.points, 10_000_000_000)
    assert fitting_cover(largest, 16).s2_level >= 4


@pytest.mark.parametrize("s2_level", [3, 17, True, 9.0])
def test_a_level_out_of_range_is_refused(s2_level: int) -> None:
    with pytest.raises(MalformedInput) as refused:
        cover_footprint(Footprint.circle(Position(0, 0), 1), s2_level)
    assert refused.value.code == "cell-level"


@given(st.floats(-180, 180), st.floats(-90, 90), st.integers(1, 29))
def test_parents_and_children_are_those_of_s2(lon_deg: float, lat_deg: float, s2_level: int) -> None:
    cell = s2.S2CellId(s2.S2LatLng.FromDegrees(lat_deg, lon_deg)).parent(s2_level)
    number = cell.id()
    assert level_of(number) == s2_level
    assert parent(number) == cell.parent(s2_level - 1).id()
    assert children(number) == tuple(cell.child(place).id() for place in range(4))
    assert all(parent(child) == number for child in children(number))


@given(st.floats(-180, 180), st.floats(-90, 90), st.integers(0, 16))
def test_cells_are_as_wide_as_s2_says(lon_deg: float, lat_deg: float, s2_level: int) -> None:
    shape = s2.S2Cell(s2.S2CellId(s2.S2LatLng.FromDegrees(lat_deg, lon_deg)).parent(s2_level))
    corners = np.array([(v.x(), v.y(), v.z()) for v in map(shape.GetVertex, range(4))])
    angle_rad = 2 * np.arcsin(np.linalg.norm(corners[:, None] - corners[None], axis=-1) / 2) * 2**s2_level
    sides_rad = angle_rad[[0, 1, 2, 3], [1, 2, 3, 0]]
    assert angle_rad.max() <= MAX_DIAGONAL_RAD * (1 + 1e-9)
    assert MIN_WIDTH_RAD * (1 - 1e-9) <= sides_rad.min() <= sides_rad.max() <= MAX_SIDE_RAD * (1 + 1e-9)
