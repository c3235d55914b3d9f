"""No conflict is missed and none invented, against the slow oracle of geodesics; and what may not change a verdict.

2,000 pairs by a fixed seed in every run. The campaign (marked torture) takes WELLCLEAR_TORTURE_PAIRS, 100,000 unless
said, and the seed that Hypothesis is given; its figures are a property of each share in the JUnit report, from which
tools/exactness_table.py makes a table.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from oracle.campaign import TURN_MS, Case, case, found, in_turn, verdicts, wrong
from oracle.figures import Figures
from oracle.geodesic_oracle import core_distance_m as slow_core_distance_m
from oracle.paths import NUMBA, PATHS, Path, needs_numba
from oracle.shapes import KINDS, LATERAL_DMM, STRATA, laid, pair_near, random_shape, random_spot
from oracle.shapes import Shape as Outline
from oracle.slow_rules import tolerance_m
from oracle.worlds import PlacedPair, Row, columns_of, pairs_by_trying_all, placed_pairs, worlds
from wellclear.detect.pairs import find_pairs
from wellclear.detect.separation import core_distance_m
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.limits import DMM_PER_M
from wellclear.model.minima import Minima

SEED = 2018
PAIRS = 2_000
SHARES = 20
SPHERE = Geod(a=6_371_008.8, f=0)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [case(SEED, index) for index in range(PAIRS)]


def described(cases: list[Case]) -> str:
    return "\n".join(
        f"case({each.seed}, {each.index}): {each.kinds} at {each.stratum}, {each.sizes_m} m, minimum "
        f"{each.minimum_dmm / DMM_PER_M:g} m, off by {each.off_m:g} m, in truth {'close' if each.close else 'clear'}"
        for each in cases
    )


def reordered(footprint: Footprint, turn: int) -> Footprint:
    """The same footprint with its points the other way round, and a ring begun elsewhere."""
    points = footprint.points[::-1]
    if footprint.core is Core.AREA:
        cut = turn % len(points)
        points = points[cut:] + points[:cut]
    return replace(footprint, points=points)


def test_the_campaign_reaches_what_it_is_for(cases: list[Case]) -> None:
    close_by = [each for each in cases if each.near_by]
    decided = Counter((each.stratum, each.minimum_dmm, each.close) for each in close_by if each.decided())
    assert 0.48 < len(close_by) / PAIRS < 0.65
    assert all(
        decided[stratum, minimum_dmm, close] >= 2
        for stratum in STRATA
        for minimum_dmm in LATERAL_DMM
        for close in (True, False)
    )
    assert sum(each.decided() for each in cases) > 0.7 * PAIRS
    edges_m = max(slow_core_distance_m(*ends) for ends in corner_circles(cases))
    assert edges_m > 900_000


def corner_circles(cases: list[Case]) -> list[tuple[Footprint, Footprint]]:
    """First and last point of every core, as bare points."""
    cores = [each.pair.a for each in cases if each.pair.a.core is Core.LINE]
    return [(Footprint.circle(core.points[0], 0), Footprint.circle(core.points[-1], 0)) for core in cores]


@PATHS
def test_no_conflict_is_missed_and_none_invented(cases: list[Case], path: Path) -> None:
    failures = wrong(cases, verdicts(cases, path))
    assert not failures, described(failures)


@PATHS
def test_inside_the_tolerance_the_answer_leans_to_conflict(path: Path) -> None:
    """Pairs from 10 micrometres to 1 cm under their minimum, where a verdict may err, are called conflicts."""
    rng = np.random.default_rng(99)
    for minimum_dmm in LATERAL_DMM:
        pairs = []
        for k in range(70):
            size_m = (1e4, 3e5, 1e6)[k % 3]
            shapes = random_shape(rng, "circle", size_m), random_shape(rng, str(rng.choice(KINDS)), size_m)
            under_m = 10 ** rng.uniform(-5, -2)
            spot = random_spot(rng, STRATA[k % 7], size_m)
            pairs.append(pair_near(rng, shapes, spot, minimum_dmm / DMM_PER_M - under_m))
        said = found([pair.a for pair in pairs], [pair.b for pair in pairs], minimum_dmm, path)
        under = np.array([pair.gap_m < minimum_dmm / DMM_PER_M - 5e-6 for pair in pairs])
        assert under.sum() > 50
        assert said[under].all()


def test_the_checks_can_fail(cases: list[Case]) -> None:
    """Verdicts by a sphere of the mean radius, and by a minimum 1.2 m too small or too large, are caught."""
    round_ones = [each for each in cases if each.pair.a.core is each.pair.b.core is Core.POINT]
    sphere = np.array([on_a_sphere_m(each) < each.minimum_dmm / DMM_PER_M for each in round_ones])
    truth = np.array([each.close for each in round_ones])
    assert len(wrong(round_ones, sphere)) > 5
    assert wrong(round_ones, truth) == []
    for late_m in (-1.2, 1.2):
        shifted = np.array([each.off_m + late_m < 0 for each in cases])
        assert len(wrong(cases, shifted)) > 20


def on_a_sphere_m(each: Case) -> float:
    """The gap of two circles as a careless program has it."""
    a, b = each.pair.a, each.pair.b
    places = (a.points[0].lon_deg, a.points[0].lat_deg, b.points[0].lon_deg, b.points[0].lat_deg)
    return float(SPHERE.inv(*places)[2]) - (a.buffer_dmm + b.buffer_dmm) / DMM_PER_M


@pytest.mark.compiled
@needs_numba
def test_both_paths_say_the_same(cases: list[Case]) -> None:
    by_shapely, by_numba = verdicts(cases, "shapely"), verdicts(cases, "compiled")
    differing = [each for each, same in zip(cases, by_shapely == by_numba, strict=True) if not same]
    assert not differing, described(differing)


@PATHS
def test_order_of_the_pair_and_of_points_do_not_matter(cases: list[Case], path: Path) -> None:
    swapped = [replace(each, pair=replace(each.pair, a=each.pair.b, b=each.pair.a)) for each in cases]
    turned = [
        replace(each, pair=replace(each.pair, a=reordered(each.pair.a, each.index), b=reordered(each.pair.b, 1)))
        for each in cases
    ]
    said = verdicts(cases, path)
    for others in (swapped, turned):
        differing = [each for each, same in zip(cases, said == verdicts(others, path), strict=True) if not same]
        assert not differing, described(differing)


@PATHS
def test_time_shifted_changes_nothing(cases: list[Case], path: Path) -> None:
    some = [each for each in cases if each.minimum_dmm == LATERAL_DMM[3]]
    columns = in_turn([each.pair.a for each in some], [each.pair.b for each in some])
    minima = Minima(lateral_dmm=LATERAL_DMM[3])
    shift_ms = 1_537_228_800_123
    later = replace(columns, start_ms=columns.start_ms + shift_ms, end_ms=columns.end_ms + shift_ms)
    assert (find_pairs(columns, minima, path=path) == find_pairs(later, minima, path=path)).all()


def test_distance_of_cores_is_exact_and_symmetric(cases: list[Case]) -> None:
    for each in cases[:600]:
        a, b = each.pair.a, each.pair.b
        true_m = each.pair.gap_m + (a.buffer_dmm + b.buffer_dmm) / DMM_PER_M
        there_m, back_m = core_distance_m(a, b), core_distance_m(b, a)
        allowed_m = 0.01 if true_m < 10 else max(1.0, 0.001 * true_m)
        assert abs(there_m - true_m) < allowed_m, described([each])
        assert abs(there_m - back_m) < 0.001, described([each])


def test_an_area_cut_along_a_chord_is_found_as_the_whole() -> None:
    """Convex rings cut between two corners; what the whole conflicts with, one of its halves does, and no more."""
    rng = np.random.default_rng(7)
    wholes, halves, others = [], ([], []), []
    for index in range(400):
        count, size_m = int(rng.integers(4, 12)), float(10 ** rng.uniform(2, 5.9))
        corners_deg = (np.arange(count) + rng.uniform(0, 0.4, count)) * 360 / count
        spot = random_spot(rng, STRATA[index % 7], size_m)
        cut = int(rng.integers(2, count - 1))
        outlines = [corners_deg, corners_deg[: cut + 1], np.append(corners_deg[cut:], corners_deg[0])]
        whole, *parts = (laid(Outline(Core.AREA, c, np.full(len(c), size_m / 2), 0), spot) for c in outlines)
        wholes.append(whole)
        halves[0].append(parts[0])
        halves[1].append(parts[1])
        place = spot.moved(float(rng.uniform(0, 360)), float(rng.uniform(0, size_m)))
        others.append(laid(Outline(Core.POINT, np.zeros(1), np.zeros(1), int(rng.uniform(0, 5e3 * size_m))), place))
    minimum_dmm = LATERAL_DMM[1]
    said = found(wholes, others, minimum_dmm, "shapely")
    in_parts = found(halves[0], others, minimum_dmm, "shapely") | found(halves[1], others, minimum_dmm, "shapely")
    assert 100 < said.sum() < 380
    assert np.flatnonzero(said != in_parts).size == 0


@PATHS
@given(world=worlds())
@settings(max_examples=150)
def test_place_height_time_and_group_by_trying_all_pairs(path: Path, world: tuple[list[Row], Minima]) -> None:
    rows, minima = world
    must, may = pairs_by_trying_all(rows, minima)
    pairs = find_pairs(columns_of(rows), minima, path=path)
    assert pairs.dtype == np.int64
    assert pairs.shape == (len(pairs), 2)
    listed = [(int(i), int(j)) for i, j in pairs]
    assert len(set(listed)) == len(listed)
    assert all(i < j for i, j in listed)
    assert must <= set(listed) <= may


@PATHS
@given(world=worlds(), cut=st.integers(0, 11), in_time=st.booleans())
@settings(max_examples=100)
def test_a_volume_cut_in_two_is_found_as_the_whole(
    path: Path, world: tuple[list[Row], Minima], cut: int, *, in_time: bool
) -> None:
    rows, minima = world
    rows = [replace(row, group=k) for k, row in enumerate(rows)]
    parts = [part for k, row in enumerate(rows) for part in (halved(row, in_time=in_time) if k == cut else [row])]
    whole = {(int(i), int(j)) for i, j in find_pairs(columns_of(rows), minima, path=path)}
    cut_pairs = find_pairs(columns_of(parts), minima, path=path)
    assert {tuple(sorted((parts[i].group, parts[j].group))) for i, j in cut_pairs} == whole


def halved(row: Row, *, in_time: bool) -> list[Row]:
    """Two volumes of one group that together are the volume: they share no instant, and one level."""
    if in_time:
        middle_ms = (row.start_ms + row.end_ms) // 2
        return [replace(row, end_ms=middle_ms), replace(row, start_ms=middle_ms)]
    if row.floor_dmm is None or row.ceiling_dmm is None:
        level_dmm = row.floor_dmm or row.ceiling_dmm or 0
    else:
        level_dmm = (row.floor_dmm + row.ceiling_dmm) // 2
    return [replace(row, ceiling_dmm=level_dmm), replace(row, floor_dmm=level_dmm)]


@PATHS
@given(placed=placed_pairs(), turn=st.integers(0, 99))
@settings(max_examples=150)
def test_a_pair_either_way_round(path: Path, placed: PlacedPair, turn: int) -> None:
    a, b, minimum_dmm = placed.pair.a, placed.pair.b, placed.minimum_dmm
    said = found([a], [b], minimum_dmm, path)
    assert (found([b], [a], minimum_dmm, path) == said).all()
    assert (found([reordered(a, turn)], [reordered(b, turn + 1)], minimum_dmm, path) == said).all()
    off_m = placed.pair.gap_m - minimum_dmm / DMM_PER_M
    if abs(off_m) > max(tolerance_m(minimum_dmm), 0.01):
        assert said[0] == (off_m < 0)


@pytest.mark.torture
@pytest.mark.parametrize("share", range(SHARES))
def test_campaign(share: int, request: pytest.FixtureRequest) -> None:
    pairs = int(os.environ.get("WELLCLEAR_TORTURE_PAIRS", "100000"))
    seed = int(request.config.getoption("--hypothesis-seed", None) or SEED)
    paths: tuple[Path, ...] = ("shapely", "compiled") if NUMBA else ("shapely",)
    figures, failures = Figures.none(seed, paths), []
    first, end = pairs * share // SHARES, pairs * (share + 1) // SHARES
    for start in range(first, end, 1_000):
        batch = [case(seed, index) for index in range(start, min(start + 1_000, end))]
        said = {path: verdicts(batch, path) for path in paths}
        figures.count(batch, said)
        failures += [each for path in paths for each in wrong(batch, said[path])]
        failures += [each for k, each in enumerate(batch) if len({bool(said[path][k]) for path in paths}) > 1]
    request.node.user_properties.append(("exactness", figures.as_json()))
    assert not failures, described(failures[:20])


def test_the_turn_of_a_pair_is_its_own() -> None:
    """The campaign's columns give each pair a time that no other has."""
    columns = in_turn(*([case(SEED, index).pair.a for index in range(3)],) * 2)
    assert (columns.end_ms - columns.start_ms == TURN_MS).all()
    assert len(set(columns.start_ms.tolist())) == 3
