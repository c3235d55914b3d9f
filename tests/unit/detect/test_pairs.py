from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from oracle.paths import needs_numba
from unit.detect.plans import scattered
from wellclear.detect.exact import close_in_place
from wellclear.detect.gaps import close_but_in_place
from wellclear.detect.pairs import find_pairs
from wellclear.errors import NotFound
from wellclear.model.columns import Columns, joined
from wellclear.model.minima import Minima

MINIMA = (Minima(), Minima(lateral_dmm=18_520_000, vertical_dmm=3_048_000), Minima(time_ms=600_000))


def _by_the_exact_routine_alone(columns: Columns, minima: Minima) -> set[tuple[int, int]]:
    i, j = np.triu_indices(len(columns), 1)
    held = close_but_in_place(columns, i, j, minima)
    i, j = i[held], j[held]
    close = close_in_place(columns, i, j, minima)
    return set(zip(i[close].tolist(), j[close].tolist(), strict=True))


@pytest.mark.parametrize("minima", MINIMA)
@pytest.mark.parametrize("lat_deg", [0.0, 45.0, -88.5])
def test_the_filter_changes_nothing(lat_deg: float, minima: Minima) -> None:
    columns = scattered(160, seed=3, lat_deg=lat_deg, width_m=40_000)
    assert {tuple(pair) for pair in find_pairs(columns, minima, path="shapely").tolist()} == (
        _by_the_exact_routine_alone(columns, minima)
    )


@pytest.mark.compiled
@needs_numba
@pytest.mark.parametrize("minima", MINIMA)
@pytest.mark.parametrize("lat_deg", [0.0, 60.0, -89.5])
def test_both_paths_find_the_same(lat_deg: float, minima: Minima) -> None:
    columns = scattered(4_000, seed=4, lat_deg=lat_deg)
    by_shapely = find_pairs(columns, minima, path="shapely")
    assert np.array_equal(by_shapely, find_pairs(columns, minima, path="compiled"))
    assert len(by_shapely) > 100


@pytest.mark.compiled
@needs_numba
def test_sizes_that_differ_by_thousands_are_found_by_both_paths() -> None:
    small = scattered(3_000, seed=5)
    large = scattered(40, seed=6)
    large = replace(large, buffer_dmm=large.buffer_dmm + 2_000_000_000)
    columns = joined((small, large))
    columns = replace(columns, group=np.arange(len(columns)))
    by_shapely = find_pairs(columns, Minima(), path="shapely")
    assert np.array_equal(by_shapely, find_pairs(columns, Minima(), path="compiled"))
    assert (by_shapely[:, 1] >= 3_000).any()


def test_pairs_are_sorted_and_of_two_groups() -> None:
    columns = scattered(2_000, seed=7)
    halved = replace(columns, group=columns.group // 2)
    pairs = find_pairs(halved, Minima(), path="shapely")
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert (np.diff(pairs[:, 0] * len(columns) + pairs[:, 1]) > 0).all()
    assert (halved.group[pairs[:, 0]] != halved.group[pairs[:, 1]]).all()


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int, str]] = []
    find_pairs(scattered(500, seed=8), Minima(), path="shapely", progress=lambda *step: told.append(step))
    assert told[-1] == (500, 500, "volumes")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_without_numba_the_compiled_path_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(NotFound, match="needs numba"):
        find_pairs(scattered(2, seed=1), Minima(), path="compiled")
    assert len(find_pairs(scattered(2, seed=1), Minima())) == 0


def test_numba_that_does_not_load_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr("wellclear.detect.pairs.COMPILED_FROM", 2)
    columns = scattered(400, seed=1, width_m=20_000)
    found = find_pairs(columns, Minima())
    assert len(found) > 10
    assert np.array_equal(found, find_pairs(columns, Minima(), path="shapely"))


def test_a_path_that_there_is_not_is_refused() -> None:
    with pytest.raises(NotFound, match="no path 'fortran'"):
        find_pairs(scattered(2, seed=1), Minima(), path="fortran")  # type: ignore[arg-type] # what a caller may write


def test_many_identical_volumes_are_found_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wellclear.detect.shapely_path.BLOCK_BOXES", 5_000)
    monkeypatch.setattr("wellclear.detect.shapely_path.BLOCK_POINTS", 700)
    same = replace(scattered(1, seed=2).take(np.zeros(120, dtype=np.int64)), group=np.arange(120))
    assert len(find_pairs(same, Minima(), path="shapely")) == 120 * 119 // 2
