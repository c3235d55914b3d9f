"""The worlds that benchmarks draw are what they claim to be, and the baselines agree with a slow, obvious search."""

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.limits import MAX_EDGE_M
from wellclear.geo.position import Position
from wellclear.model.columns import Columns
from wellclear.model.minima import Minima

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
FIVE_MILES = Minima(92_600_000, 3_048_000, 60_000)


@pytest.fixture
def worlds(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import worlds  # noqa: PLC0415 - scripts beside the package, found only by the fixture

    return worlds


@pytest.fixture
def solvers(worlds: ModuleType) -> dict[str, Any]:  # noqa: ARG001 - makes the scripts importable
    pytest.importorskip("rtree")
    import solvers  # noqa: PLC0415 - as above

    return solvers.SOLVERS


def test_a_world_is_the_same_for_the_same_seed_and_another_for_another(worlds: ModuleType):
    first, again, other = (worlds.draw(worlds.REGIONAL, 500, seed) for seed in (1, 1, 2))
    for name in (*worlds.ROW_COLUMNS, "first", "lon_e7", "lat_e7"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.lon_e7[:10], other.lon_e7[:10])


def test_the_regional_world_has_the_shapes_times_and_heights_it_names(worlds: ModuleType):
    drawn = worlds.draw(worlds.REGIONAL, 20_000)
    counts = np.diff(drawn.first)
    assert [int((drawn.core == kind).sum()) for kind in range(3)] == [9_000, 5_000, 6_000]
    for kind, low, high in ((Core.POINT, 1, 1), (Core.LINE, 2, 5), (Core.AREA, 4, 20)):
        assert (counts[drawn.core == kind].min(), counts[drawn.core == kind].max()) == (low, high)
    radius_m = drawn.buffer_dmm[drawn.core == Core.POINT] / 1e4
    assert radius_m.min() >= 500
    assert radius_m.max() <= 5_000
    assert radius_m.mean() == pytest.approx(2_750, rel=0.03)
    assert not drawn.buffer_dmm[drawn.core == Core.AREA].any()
    minutes = (drawn.end_ms - drawn.start_ms) / 60_000
    assert minutes.min() >= 5
    assert minutes.max() <= 90
    assert drawn.start_ms.min() >= worlds.DAY_START_MS
    assert drawn.end_ms.max() <= worlds.DAY_START_MS + worlds.DAY_MS
    assert (drawn.floor_dmm < drawn.ceiling_dmm).all()
    assert drawn.floor_dmm.min() >= 1_000_000
    assert drawn.ceiling_dmm.max() <= 30_000_000


def test_half_of_the_regional_world_is_clustered(worlds: ModuleType):
    drawn = worlds.draw(worlds.REGIONAL, 20_000)
    first = drawn.first[:-1]
    column = np.floor(drawn.lon_e7[first] / 1e7 * 4)
    row = np.floor(drawn.lat_e7[first] / 1e7 * 4)
    in_cell = np.sort(np.unique(np.stack((column, row)), axis=1, return_counts=True)[1])
    assert in_cell[-40:].sum() > 0.3 * len(drawn)
    assert np.median(in_cell) < 100


@pytest.mark.parametrize("name", ["regional", "worldwide", "one-cluster", "giants", "at-once"])
def test_every_footprint_of_every_world_is_a_valid_one(worlds: ModuleType, name: str):
    drawn = worlds.draw(worlds.WORLDS[name], 400, 3)
    for row in range(len(drawn)):
        points = _positions(drawn, row)
        if drawn.core[row] == Core.AREA:
            kept = Footprint.area(points)
        elif drawn.core[row] == Core.LINE:
            kept = Footprint.corridor(points, int(drawn.buffer_dmm[row]))
        else:
            kept = Footprint.circle(points[0], int(drawn.buffer_dmm[row]))
        assert kept.points == points, f"an edge over {MAX_EDGE_M} m was split, or a repeated point dropped"


def _positions(drawn: Columns, row: int) -> tuple[Position, ...]:
    cut = slice(drawn.first[row], drawn.first[row + 1])
    return tuple(Position(int(x), int(y)) for x, y in zip(drawn.lon_e7[cut], drawn.lat_e7[cut], strict=True))


def test_all_at_one_time_is(worlds: ModuleType):
    drawn = worlds.draw(worlds.AT_ONCE, 100)
    assert len(set(drawn.start_ms.tolist())) == len(set(drawn.end_ms.tolist())) == 1


def test_taken_rows_keep_their_points(worlds: ModuleType):
    drawn = worlds.draw(worlds.REGIONAL, 50)
    ids = np.array([40, 3, 3])
    some = worlds.taken(drawn, ids)
    assert [_positions(some, k) for k in range(3)] == [_positions(drawn, int(row)) for row in ids]
    assert some.start_ms.tolist() == drawn.start_ms[ids].tolist()


@pytest.mark.parametrize("name", ["careful", "pushed", "rtree", "careful-globe"])
@pytest.mark.parametrize("minima", [Minima(), FIVE_MILES], ids=["overlap", "five miles"])
def test_a_baseline_finds_what_comparing_every_pair_finds(
    worlds: ModuleType, solvers: dict[str, Any], name: str, minima: Minima
):
    drawn = worlds.draw(worlds.ONE_CLUSTER, 400, 5)
    expected = _every_close_pair(drawn, minima)
    assert len(expected) > 40
    assert [tuple(pair) for pair in solvers[name].find(drawn, minima).tolist()] == expected


def _every_close_pair(drawn: Columns, minima: Minima) -> list[tuple[int, int]]:
    """Each pair by itself, in the plane of the pair's own."""
    from careful_globe import nearby  # noqa: PLC0415 - as above
    from careful_shapely import touching  # noqa: PLC0415 - as above

    i, j = np.triu_indices(len(drawn), 1)
    height_gap = np.maximum(drawn.floor_dmm[i], drawn.floor_dmm[j]) - np.minimum(
        drawn.ceiling_dmm[i], drawn.ceiling_dmm[j]
    )
    time_gap = np.maximum(drawn.start_ms[i], drawn.start_ms[j]) - np.minimum(drawn.end_ms[i], drawn.end_ms[j])
    kept = ((height_gap <= 0) | (height_gap < minima.vertical_dmm)) & (time_gap < minima.time_ms)
    pairs = np.stack((i[kept], j[kept]), axis=-1)
    close = touching(*nearby(drawn, pairs), minima.lateral_dmm / 1e4)
    return [tuple(pair) for pair in pairs[close].tolist()]
