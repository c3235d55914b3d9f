"""Volumes made to go wrong: on top of each other, touching, a centimetre apart, folded, at a pole, over 180 degrees."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest

from oracle.campaign import found
from oracle.geodesic_oracle import GEOD, core_distance_m, lateral_gap_m, overlap_depth_m
from oracle.paths import PATHS, Path
from oracle.shapes import KINDS, STRATA, Pair, Shape, Spot, laid, pair_near, random_shape, random_spot
from oracle.worlds import Row, columns_of, pairs_by_trying_all
from wellclear.detect.pairs import find_pairs
from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M, MAX_RING_POINTS
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.minima import Minima

FT = DMM_PER_FT
AT = Position.from_degrees
NONE = Minima()

Verdicts = tuple[set[tuple[int, int]], set[tuple[int, int]]]


def point(lon_deg: float, lat_deg: float, radius_dmm: int = 0) -> Footprint:
    return Footprint.circle(AT(lon_deg, lat_deg), radius_dmm)


def line(*lon_lat_deg: tuple[float, float], half_width_dmm: int = 0) -> Footprint:
    return Footprint.corridor(tuple(AT(*each) for each in lon_lat_deg), half_width_dmm)


def area(*lon_lat_deg: tuple[float, float], buffer_dmm: int = 0) -> Footprint:
    return Footprint.area(tuple(AT(*each) for each in lon_lat_deg), buffer_dmm)


def box(west_deg: float, south_deg: float, east_deg: float, north_deg: float) -> Footprint:
    return area((west_deg, south_deg), (east_deg, south_deg), (east_deg, north_deg), (west_deg, north_deg))


def rows(*footprints: Footprint) -> list[Row]:
    """Volumes at one height and time, each an operation of its own."""
    return [Row(footprint, 0, 1000, 0, 1000, k) for k, footprint in enumerate(footprints)]


def listed(volumes: list[Row], minima: Minima, path: Path) -> set[tuple[int, int]]:
    return {(int(i), int(j)) for i, j in find_pairs(columns_of(volumes), minima, path=path)}


def close(a: Footprint, b: Footprint, path: Path, minimum_dmm: int = 0) -> bool:
    """What detection says of two footprints, the same either way round."""
    there, back = (found([one], [other], minimum_dmm, path)[0] for one, other in ((a, b), (b, a)))
    assert there == back
    return bool(there)


def away(lon_deg: float, lat_deg: float, azimuth_deg: float, distance_m: float) -> tuple[float, float]:
    lon, lat, _ = GEOD.fwd(lon_deg, lat_deg, azimuth_deg, distance_m)
    return lon, lat


EVERY_KIND = [
    laid(random_shape(np.random.default_rng(3), kind, size_m), random_spot(np.random.default_rng(4), stratum, size_m))
    for kind, size_m, stratum in itertools.product(KINDS, (10.0, 1_000_000.0), STRATA)
]


@PATHS
def test_nothing_and_one_thing(path: Path) -> None:
    for volumes in ([], rows(point(0, 0))):
        pairs = find_pairs(columns_of(volumes), Minima(1, 1, 1), path=path)
        assert pairs.shape == (0, 2)
        assert pairs.dtype == np.int64


@PATHS
def test_identical_volumes_conflict(path: Path) -> None:
    assert found(EVERY_KIND, EVERY_KIND, 0, path).all()


@PATHS
def test_many_identical_volumes(path: Path) -> None:
    volumes = rows(*[area((10, 50), (10.1, 50), (10, 50.1))] * 150, *[point(10.01, 50.01)] * 150)
    assert listed(volumes, NONE, path) == set(itertools.combinations(range(300), 2))


@PATHS
def test_identical_volumes_of_one_group_do_not(path: Path) -> None:
    volumes = [Row(point(1, 1, 5), 0, 0, 0, 1, 7)] * 3
    assert listed(volumes, Minima(10, 10, 10), path) == set()


@cache
def one_cell(minima: Minima) -> tuple[list[Row], Verdicts]:
    """Sixty volumes of all kinds within a kilometre, and the oracle's verdicts."""
    rng = np.random.default_rng(11)
    volumes = []
    for k in range(60):
        shape = random_shape(rng, str(rng.choice(KINDS)), float(rng.choice([10.0, 80.0, 300.0])))
        place = Spot(-0.01, 60.0, float(rng.uniform(0, 360)))
        footprint = laid(shape, place.moved(float(rng.uniform(0, 360)), float(rng.uniform(0, 400))))
        floor_ft, start_ms = int(rng.integers(0, 5)) * 500, int(rng.integers(0, 5)) * 30_000
        volumes.append(Row(footprint, floor_ft * FT, (floor_ft + 1_000) * FT, start_ms, start_ms + 90_000, k))
    return volumes, pairs_by_trying_all(volumes, minima)


@PATHS
@pytest.mark.parametrize("minima", [NONE, Minima(lateral_dmm=500_000, vertical_dmm=1_000 * FT, time_ms=60_000)])
def test_everything_in_one_cell(path: Path, minima: Minima) -> None:
    volumes, (must, may) = one_cell(minima)
    assert len(must) > 60
    assert must <= listed(volumes, minima, path) <= may


@PATHS
@pytest.mark.parametrize(
    ("floor_ft", "minimum_ft", "conflict"),
    [(5_001, 1_000, False), (5_000, 1_000, True), (4_001, 0, True), (4_002, 0, False), (4_001, 1, True)],
)
def test_a_gap_of_exactly_the_vertical_minimum_is_separation(
    path: Path, floor_ft: int, minimum_ft: int, *, conflict: bool
) -> None:
    volumes = [Row(point(0, 0), 0, 4_001 * FT, 0, 1, 0), Row(point(0, 0), floor_ft * FT, None, 0, 1, 1)]
    minima = Minima(vertical_dmm=minimum_ft * FT)
    assert listed(volumes, minima, path) == listed(volumes[::-1], minima, path) == ({(0, 1)} if conflict else set())


@PATHS
@pytest.mark.parametrize(
    ("start_ms", "minimum_ms", "conflict"),
    [
        (999, 0, True),
        (1000, 0, False),
        (1000, 1, True),
        (1001, 1, False),
        (60_999, 60_000, True),
        (61_000, 60_000, False),
    ],
)
def test_a_gap_of_exactly_the_time_minimum_is_separation(
    path: Path, start_ms: int, minimum_ms: int, *, conflict: bool
) -> None:
    volumes = [Row(point(0, 0), 0, 0, 0, 1_000, 0), Row(point(0, 0), 0, 0, start_ms, 100_000, 1)]
    minima = Minima(time_ms=minimum_ms)
    assert listed(volumes, minima, path) == listed(volumes[::-1], minima, path) == ({(0, 1)} if conflict else set())


@PATHS
def test_single_levels(path: Path) -> None:
    levels = [Row(point(0, 0), level, level, 0, 1, k) for k, level in enumerate((5_000, 5_000, 5_001, None))]
    assert listed(levels, NONE, path) == {(0, 1), (0, 3), (1, 3), (2, 3)}
    assert listed(levels[:3], Minima(vertical_dmm=1), path) == {(0, 1)}
    assert listed(levels[:3], Minima(vertical_dmm=2), path) == {(0, 1), (0, 2), (1, 2)}


def test_no_duration_is_refused() -> None:
    with pytest.raises(MalformedInput) as refused:
        Span(1_000, 1_000)
    assert refused.value.code == "span-reversed"
    with pytest.raises(MalformedInput):
        columns_of([Row(point(0, 0), 0, 0, 1_000, 1_000, 0)])


@PATHS
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(box(10.1, 50, 10.2, 50.1), id="a whole edge"),
        pytest.param(box(10.1, 50.02, 10.2, 50.05), id="part of an edge, along a meridian"),
        pytest.param(box(10.1, 50.1, 10.2, 50.2), id="a corner"),
        pytest.param(area((10.1, 50.05), (10.2, 50), (10.2, 50.1)), id="a corner in an edge"),
        pytest.param(line((10.1, 50.03), (10.1, 50.07)), id="a line in an edge"),
        pytest.param(line((10.1, 49), (10.1, 50)), id="a line on to a corner"),
        pytest.param(line((10.1, 49), (10.1, 51)), id="a line along an edge and past it"),
        pytest.param(point(10.1, 50.05), id="a point in an edge"),
        pytest.param(point(10.1, 50.1), id="a point in a corner"),
    ],
)
def test_touching_overlaps(path: Path, other: Footprint) -> None:
    field = box(10, 50, 10.1, 50.1)
    assert core_distance_m(field, other) == 0
    assert close(field, other, path)


@cache
def hair_apart(stratum: str) -> list[Pair]:
    """Pairs of all kinds, 1.1 cm into or off each other; 3 cm where only positions, which are rounded, decide."""
    rng = np.random.default_rng(17)
    pairs = []
    for k, (kinds, sign) in enumerate(itertools.product(itertools.combinations_with_replacement(KINDS, 2), (-1, 1))):
        shapes = [random_shape(rng, kind, (30.0, 5_000.0)[k % 4 // 2]) for kind in kinds]
        bare = sum(shape.buffer_dmm for shape in shapes) == 0
        spot = random_spot(rng, stratum, 5_000.0)
        pair = pair_near(rng, (shapes[0], shapes[1]), spot, sign * (0.03 if bare else 0.011))
        deep = not bare or pair.gap_m > 0 or overlap_depth_m(pair.a, pair.b) > 0.01
        pairs += [pair] if deep and (abs(pair.gap_m) > 0.01 or bare) else []
    return pairs


@PATHS
@pytest.mark.parametrize("stratum", STRATA)
def test_a_centimetre_over_and_a_centimetre_under(path: Path, stratum: str) -> None:
    pairs = hair_apart(stratum)
    said = found([pair.a for pair in pairs], [pair.b for pair in pairs], 0, path)
    assert [pair for pair, conflict in zip(pairs, said, strict=True) if conflict != (pair.gap_m <= 0)] == []
    assert 15 < said.sum() < len(pairs) - 15


@PATHS
@pytest.mark.parametrize("minimum_m", [30.0, 1_852.0, 92_600.0, 1_000_000.0])
def test_either_side_of_a_lateral_minimum(path: Path, minimum_m: float) -> None:
    rng = np.random.default_rng(18)
    minimum_dmm, off_m = int(minimum_m * DMM_PER_M), max(1.0, 0.001 * minimum_m) * 1.01
    for kinds in itertools.combinations_with_replacement(KINDS, 2):
        shapes = random_shape(rng, kinds[0], 5_000.0), random_shape(rng, kinds[1], 5_000.0)
        spot = random_spot(rng, "60 degrees", 5_000.0)
        for want_m in (minimum_m - off_m, minimum_m + off_m):
            pair = pair_near(rng, shapes, spot, want_m)
            assert pair.gap_m == pytest.approx(want_m, abs=0.02)
            assert close(pair.a, pair.b, path, minimum_dmm) is (want_m < minimum_m), (kinds, pair)


@PATHS
def test_points_in_a_row(path: Path) -> None:
    """A meridian is a geodesic, so points on it are in a row exactly; more of them change nothing."""
    few = box(20, 60, 20.1, 60.2)
    side = ((20.1, 60 + k / 100) for k in range(21))
    many = area((20, 60), *side, (20, 60.2), (20, 60.1))
    for east_deg, meets in ((20.1, True), (20.100001, False)):
        neighbour = line(*((east_deg, 60.05 + k / 1000) for k in range(40)))
        assert close(few, neighbour, path) is close(many, neighbour, path) is meets
    south, north = line((20, 60), (20, 61)), line((20, 61.0000005), (20, 62))
    assert not close(south, north, path)
    assert close(south, line((20, 61), (20, 62)), path)
    assert close(south, line((20, 60.5), (20, 62)), path)
    assert close(south, north, path, minimum_dmm=10_000)


@PATHS
@pytest.mark.parametrize("half_turn_deg", [0.0, 37.0, 90.0])
def test_slivers(path: Path, half_turn_deg: float) -> None:
    """A triangle 90 km long and 10 cm wide is found where it is, and not beside it."""
    tip = (179.5, 60.0)
    left, right = (away(*away(*tip, half_turn_deg, 90_000), half_turn_deg + side, 0.05) for side in (-90, 90))
    sliver = area(tip, left, right)
    for along_m in (200.0, 45_000.0, 89_990.0):
        middle = away(*tip, half_turn_deg, along_m)
        for side_deg, off_m in itertools.product((-90, 90), (0.02, 0.2)):
            disc = point(*away(*middle, half_turn_deg + side_deg, 5 + off_m), radius_dmm=5 * DMM_PER_M)
            gap_m = lateral_gap_m(sliver, disc)
            if abs(gap_m) > 0.01:
                assert close(sliver, disc, path) is (gap_m < 0)
    assert close(sliver, line(away(*tip, half_turn_deg - 90, 50.0), away(*tip, half_turn_deg + 60, 90.0)), path)
    assert close(sliver, line(away(*left, half_turn_deg - 90, 10.0), away(*right, half_turn_deg + 90, 10.0)), path)


def comb(west_deg: float, south_deg: float, *, up: bool) -> Footprint:
    """A ring of as many points as may be filed: teeth 0.0008 degree wide every 0.002, 0.004 long, on a back."""
    tip_deg, root_deg, back_deg = (0.004, 0.0, -0.001) if up else (-0.004, 0.0, 0.001)
    ring = []
    for k in range(MAX_RING_POINTS // 4):
        left, right = west_deg + k * 0.002, west_deg + k * 0.002 + 0.0008
        ring += [(left, root_deg), (left, tip_deg), (right, tip_deg), (right, root_deg)]
    ring[0] = (west_deg, back_deg)
    ring[-1] = (ring[-1][0], back_deg)
    return area(*((lon, south_deg + lat) for lon, lat in ring))


@cache
def combs() -> tuple[Footprint, Footprint, Footprint, float]:
    """A comb; another between its teeth; another that strikes a tooth; the gap of the first two by the oracle."""
    one = comb(30.0, 60.0, up=True)
    apart, struck = comb(30.001, 60.005, up=False), comb(30.00079, 60.005, up=False)
    assert lateral_gap_m(one, struck) == 0
    return one, apart, struck, lateral_gap_m(one, apart)


@PATHS
def test_rings_of_a_thousand_points(path: Path) -> None:
    one, apart, struck, gap_m = combs()
    assert len(one.points) == MAX_RING_POINTS
    assert gap_m == pytest.approx(0.0002 * 55_800, rel=0.001)
    assert not close(one, apart, path)
    assert not close(one, apart, path, minimum_dmm=int((gap_m - 1.01) * DMM_PER_M))
    assert close(one, apart, path, minimum_dmm=int((gap_m + 1.01) * DMM_PER_M))
    assert close(one, struck, path)


@PATHS
def test_a_ring_of_a_thousand_points_over_a_thousand_kilometres(path: Path) -> None:
    turns_deg = np.arange(MAX_RING_POINTS) * 360 / MAX_RING_POINTS
    radii_m = np.where(np.arange(MAX_RING_POINTS) % 2, 500_000.0, 480_000.0)
    spot = random_spot(np.random.default_rng(5), "80 degrees", 1.0)
    star = laid(Shape(Core.AREA, turns_deg, radii_m, 0), spot)
    tip = spot.moved(turns_deg[1] + spot.turn_deg, 500_000.0)
    notch = spot.moved(turns_deg[2] + spot.turn_deg, 480_010.0)
    assert close(star, point(spot.lon_deg, spot.lat_deg), path)
    assert not close(star, point(notch.lon_deg, notch.lat_deg), path)
    beyond = spot.moved(turns_deg[1] + spot.turn_deg, 500_005.0)
    assert close(star, point(beyond.lon_deg, beyond.lat_deg, 5 * DMM_PER_M + 400), path)
    assert not close(star, point(beyond.lon_deg, beyond.lat_deg, 5 * DMM_PER_M - 400), path)
    assert close(star, point(tip.lon_deg, tip.lat_deg, 200), path)


@PATHS
def test_a_corridor_that_folds_back_on_itself(path: Path) -> None:
    out, turn = (5.0, 45.0), (5.3, 45.2)
    straight = line(out, turn, half_width_dmm=500 * DMM_PER_M)
    folds = [
        line(out, turn, out, half_width_dmm=500 * DMM_PER_M),
        line(turn, out, turn, out, turn, half_width_dmm=500 * DMM_PER_M),
    ]
    heading_deg, _, length_m = GEOD.inv(*out, *turn)
    middle = away(*out, heading_deg, length_m / 2)
    others = [point(*away(*middle, heading_deg + 90, off_m)) for off_m in (0, 499.9, 500.1, 2_000)]
    others += [point(*away(*turn, heading_deg, off_m)) for off_m in (499.9, 500.1)]
    for fold, other in itertools.product(folds, others):
        assert core_distance_m(fold, other) == pytest.approx(core_distance_m(straight, other), abs=1e-6)
        assert close(fold, other, path) is close(straight, other, path)
        assert close(fold, straight, path)
    loop = line((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1), (0, 0))
    crossed = line((0, 0), (0.1, 0.1), (0.1, 0), (0, 0.1))
    for shape in (loop, crossed):
        assert not close(shape, point(0.05, 0.02), path)
        assert close(shape, point(0.1, 0.05), path)


@PATHS
def test_a_pole(path: Path) -> None:
    for sign in (1, -1):
        ring = area(*((lon, sign * 89.0) for lon in (0, 60, 120, 180, -120, -60)))
        over = line((10, sign * 89.5), (-170, sign * 89.5))
        poles = [point(lon, sign * 90) for lon in (0, 77, 180, -180)]
        for one, other in itertools.combinations([ring, over, *poles], 2):
            assert close(one, other, path), (one, other)
        assert not close(ring, point(30, sign * 88.9), path)
        assert not close(ring, point(0, -sign * 90), path)
        assert not close(over, point(100, sign * 89.9999999), path)
        beside = point(100, sign * 89.9)
        gap_m = core_distance_m(over, beside)
        assert gap_m == pytest.approx(11_169.4, abs=0.5)
        assert close(over, beside, path, minimum_dmm=int((gap_m + 12) * DMM_PER_M))
        assert not close(over, beside, path, minimum_dmm=int((gap_m - 12) * DMM_PER_M))


@PATHS
def test_over_180_degrees(path: Path) -> None:
    field = area((179.9, -17), (-179.9, -17), (-179.9, -16.8), (179.9, -16.8))
    mixed = area((179.9, -17), (180, -17), (-180, -17.01), (-179.9, -17), (180, -16.8))
    for lon_deg in (180.0, -180.0, 179.95, -179.95, 179.8, -179.8, 0.0):
        meets = abs(lon_deg) > 179.9
        assert close(field, point(lon_deg, -16.9), path) is meets
        assert close(mixed, point(lon_deg, -16.95), path) is meets
    assert close(point(180, 10), point(-180, 10), path)
    assert close(line((179, 10), (-179, 10)), line((180, 9), (-180, 11)), path)
    near, far = point(179.9999, 0), point(-179.9999, 0)
    gap_m = core_distance_m(near, far)
    assert gap_m == pytest.approx(6_378_137 * np.radians(0.0002), abs=1e-6)
    assert close(near, far, path, minimum_dmm=int((gap_m + 1.01) * DMM_PER_M))
    assert not close(near, far, path, minimum_dmm=int((gap_m - 1.01) * DMM_PER_M))


@PATHS
def test_the_other_side_of_the_earth_is_far(path: Path) -> None:
    here = area((10, 50), (20, 50), (20, 55), (10, 55), buffer_dmm=100_000 * DMM_PER_M)
    for there in (point(-165, -52.5), line((-170, -52), (-160, -53)), area((-170, -50), (-160, -50), (-165, -55))):
        assert not close(here, there, path, minimum_dmm=1_000_000 * DMM_PER_M)


@cache
def five_sizes(minima: Minima) -> tuple[list[Row], Verdicts]:
    """From 10 m to 1,000 km in one place, beside each other and in each other, and the oracle's verdicts."""
    rng = np.random.default_rng(13)
    middle = random_spot(rng, "180 degrees", 1.0)
    footprints = []
    for kind, size_m in itertools.product(KINDS, (10.0, 1_000.0, 20_000.0, 200_000.0, 1_000_000.0)):
        spot = middle.moved(float(rng.uniform(0, 360)), float(rng.uniform(0, 0.7) * size_m))
        footprints.append(laid(random_shape(rng, kind, size_m), spot))
    volumes = rows(*footprints)
    return volumes, pairs_by_trying_all(volumes, minima)


@PATHS
@pytest.mark.parametrize("minima", [NONE, Minima(lateral_dmm=18_520_000)])
def test_five_levels_of_size(path: Path, minima: Minima) -> None:
    volumes, (must, may) = five_sizes(minima)
    assert 100 < len(must) < 550
    assert must <= listed(volumes, minima, path) <= may
