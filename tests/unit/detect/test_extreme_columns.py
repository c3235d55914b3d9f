"""Columns at the ends of their ranges: one unit of height or time, long edges, the largest minima, many volumes."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from oracle.campaign import found
from oracle.geodesic_oracle import GEOD, lateral_gap_m
from oracle.paths import PATHS, Path, needs_numba
from oracle.shapes import KINDS, Spot, laid, random_shape
from oracle.slow_rules import footprints_too_close, tolerance_m
from oracle.worlds import Row, columns_of
from wellclear.detect.pairs import find_pairs
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.limits import DMM_PER_M, MAX_BUFFER_DMM, MAX_HEIGHT_DMM, MAX_TIME_MS
from wellclear.geo.position import Position
from wellclear.model.columns import MAX_GROUP, Columns
from wellclear.model.minima import MAX_TIME_GAP_MS, Minima

HERE = Footprint.circle(Position.from_degrees(10, 50), 1_000)


def listed(volumes: list[Row], minima: Minima, path: Path) -> set[tuple[int, int]]:
    return {(int(i), int(j)) for i, j in find_pairs(columns_of(volumes), minima, path=path)}


STEPS_DMM = [
    (ceiling_dmm, minimum_dmm)
    for ceiling_dmm in (-MAX_HEIGHT_DMM, -1, 0, 123_456_789)
    for minimum_dmm in (0, 1, 3_048_000, MAX_HEIGHT_DMM)
    if ceiling_dmm + minimum_dmm <= MAX_HEIGHT_DMM
]


@PATHS
@pytest.mark.parametrize(("ceiling_dmm", "minimum_dmm"), STEPS_DMM)
def test_one_unit_of_height(path: Path, minimum_dmm: int, ceiling_dmm: int) -> None:
    at_the_minimum_dmm = ceiling_dmm + max(minimum_dmm, 1)
    low = Row(HERE, None, ceiling_dmm, 0, 1, 0)
    clear, close = (Row(HERE, dmm, None, 0, 1, 1) for dmm in (at_the_minimum_dmm, at_the_minimum_dmm - 1))
    minima = Minima(vertical_dmm=minimum_dmm)
    assert listed([low, clear], minima, path) == listed([clear, low], minima, path) == set()
    assert listed([low, close], minima, path) == listed([close, low], minima, path) == {(0, 1)}


@PATHS
@pytest.mark.parametrize("minimum_ms", [0, 1, 60_000, MAX_TIME_GAP_MS])
@pytest.mark.parametrize("end_ms", [1, 1_537_228_800_001, MAX_TIME_MS - MAX_TIME_GAP_MS - 2])
def test_one_millisecond(path: Path, minimum_ms: int, end_ms: int) -> None:
    start_ms = end_ms + minimum_ms
    early, clear = Row(HERE, 0, 0, 0, end_ms, 0), Row(HERE, 0, 0, start_ms, start_ms + 1, 1)
    close = replace(clear, start_ms=start_ms - 1)
    minima = Minima(time_ms=minimum_ms)
    assert listed([early, clear], minima, path) == listed([clear, early], minima, path) == set()
    assert listed([early, close], minima, path) == listed([close, early], minima, path) == {(0, 1)}


@PATHS
def test_groups_are_names_and_not_numbers_in_a_row(path: Path) -> None:
    groups = [-MAX_GROUP, -1, -1, 0, MAX_GROUP - 1, MAX_GROUP, MAX_GROUP]
    volumes = [Row(HERE, 0, 0, 0, 1, group) for group in groups]
    apart = {(i, j) for i, j in itertools.combinations(range(7), 2) if groups[i] != groups[j]}
    assert listed(volumes, Minima(), path) == apart


@PATHS
@pytest.mark.parametrize("lat_deg", [0.0, 45.0, -60.0, 88.0])
def test_the_largest_buffers_and_minima(path: Path, lat_deg: float) -> None:
    """Discs of 1,000 km whose edges should be 1,000 km apart: centres 3,000 km, in every direction."""
    for azimuth_deg, share in itertools.product((0.0, 45.0, 90.0, 200.0), (0.9989, 1.0011)):
        lon, lat, _ = GEOD.fwd(170.0, lat_deg, azimuth_deg, 3e6 * share)
        one = Footprint.circle(Position.from_degrees(170.0, lat_deg), MAX_BUFFER_DMM)
        other = Footprint.circle(Position.from_degrees(lon, lat), MAX_BUFFER_DMM)
        assert found([one], [other], MAX_BUFFER_DMM, path)[0] == (share < 1)


@PATHS
@pytest.mark.parametrize("lat_deg", [0.0, 60.0, -85.0])
def test_edges_that_were_not_split_are_geodesics(path: Path, lat_deg: float) -> None:
    """Arrays may bring edges of 1,000 km: the same place is found beside them as beside the split ones."""
    start = (175.0, lat_deg)
    lon, lat, _ = GEOD.fwd(*start, 80.0, 1e6)
    azimuth_deg = GEOD.inv(*start, lon, lat)[0]
    middle = GEOD.fwd(*start, azimuth_deg, 5e5, return_back_azimuth=False)
    ends = (Position.from_degrees(*start), Position.from_degrees(lon, lat))
    whole = Footprint(Core.LINE, ends, 0)
    split = Footprint.corridor(ends, 0)
    for off_m in (9_000.0, 9_500.0, 100_000.0):
        place = GEOD.fwd(middle[0], middle[1], middle[2] + 90, off_m)
        disc = Footprint.circle(Position.from_degrees(place[0], place[1]), 1_000 * DMM_PER_M)
        for edge in (whole, split):
            assert found([edge], [disc], 8_260 * DMM_PER_M, path)[0] == (off_m < 9_260)


def crowd(seed: int, count: int, spread_m: float, most_m: float) -> Columns:
    """Volumes of all kinds and sizes around a place near 180 degrees and the pole, at many heights and times."""
    rng = np.random.default_rng(seed)
    middle = Spot(179.5, 84.0, 0.0)
    volumes = []
    for k in range(count):
        size_m = float(np.exp(rng.uniform(np.log(10), np.log(most_m))))
        place = middle.moved(float(rng.uniform(0, 360)), spread_m * float(rng.uniform(0, 1)))
        shape = random_shape(rng, str(rng.choice(KINDS)), size_m)
        floor_dmm, start_ms = int(rng.integers(0, 6)) * 1_524_000, int(rng.integers(0, 12)) * 900_000
        span_ms = int(rng.integers(1, 9)) * 900_000
        volumes.append(Row(laid(shape, place), floor_dmm, floor_dmm + 3_048_000, start_ms, start_ms + span_ms, k // 2))
    return columns_of(volumes)


def footprint_of(columns: Columns, row: int) -> Footprint:
    points = range(columns.first[row], columns.first[row + 1])
    positions = tuple(Position(int(columns.lon_e7[p]), int(columns.lat_e7[p])) for p in points)
    return Footprint(Core(int(columns.core[row])), positions, int(columns.buffer_dmm[row]))


@pytest.mark.compiled
@needs_numba
@pytest.mark.parametrize(("spread_m", "most_m"), [(30_000.0, 3_000.0), (1_500_000.0, 300_000.0)])
@pytest.mark.parametrize("minima", [Minima(), Minima(lateral_dmm=92_600_000, vertical_dmm=3_048_000, time_ms=60_000)])
def test_both_paths_find_the_same_in_a_crowd(spread_m: float, most_m: float, minima: Minima) -> None:
    """And what they find, and what they leave out nearby, is what the oracle says."""
    columns = crowd(31, 1_500, spread_m, most_m)
    by_shapely, by_numba = (find_pairs(columns, minima, path=path) for path in ("shapely", "compiled"))
    assert by_shapely.tolist() == by_numba.tolist()
    assert len(by_numba) > 100
    timeless = replace(
        columns,
        start_ms=np.zeros_like(columns.start_ms),
        end_ms=np.ones_like(columns.end_ms),
        floor_dmm=np.zeros_like(columns.floor_dmm),
        ceiling_dmm=np.zeros_like(columns.ceiling_dmm),
    )
    rng = np.random.default_rng(32)
    rows = rng.choice(len(columns), size=30, replace=False)
    small = timeless.take(rows.astype(np.int64))
    conflicts = {(int(i), int(j)) for i, j in find_pairs(small, minima, path="compiled")}
    footprints = [footprint_of(small, row) for row in range(30)]
    for i, j in itertools.combinations(range(30), 2):
        gap_m = lateral_gap_m(footprints[i], footprints[j])
        doubtful = abs(gap_m - minima.lateral_dmm / DMM_PER_M) <= tolerance_m(minima.lateral_dmm)
        if not doubtful and small.group[i] != small.group[j]:
            assert ((i, j) in conflicts) == footprints_too_close(gap_m, minima.lateral_dmm)
