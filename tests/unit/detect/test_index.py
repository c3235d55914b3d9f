from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oracle.paths import PATHS, Path
from unit.detect.plans import scattered
from wellclear.detect.index import Index
from wellclear.detect.pairs import find_pairs
from wellclear.errors import MalformedInput, NotFound
from wellclear.model.columns import Columns
from wellclear.model.minima import Minima

MINIMA = Minima(lateral_dmm=10_000_000, vertical_dmm=1_000_000)


def _rows(columns: Columns) -> list[Columns]:
    return [columns.take(np.array([row])) for row in range(len(columns))]


def _neighbours(columns: Columns) -> dict[int, set[int]]:
    near: dict[int, set[int]] = {row: set() for row in range(len(columns))}
    for a, b in find_pairs(columns, MINIMA, path="shapely").tolist():
        near[a].add(b)
        near[b].add(a)
    return near


@PATHS
def test_what_comes_and_goes_is_found_while_it_is_there(path: Path) -> None:
    columns = scattered(900, seed=11, width_m=40_000)
    rows, near = _rows(columns), _neighbours(columns)
    index = Index(columns.take(np.arange(200)), MINIMA, path=path)
    number = {row: row + 1 for row in range(200)}
    rng = np.random.default_rng(12)
    found = 0
    for _ in range(1_200):
        row = int(rng.integers(900))
        if row not in number:
            number[row] = index.insert(rows[row])
        elif rng.random() < 0.7:
            index.remove(number.pop(row))
        asked = int(rng.integers(900))
        want = {number[other] for other in near[asked] if other in number}
        assert set(index.query(rows[asked]).tolist()) == want
        found += len(want)
    assert found > 200


@PATHS
def test_plans_that_come_later_and_later_stay_quick_to_find(path: Path) -> None:
    columns = scattered(600, seed=13, width_m=5_000)
    start_ms = columns.start_ms[0] + np.arange(600) * 60_000
    later = replace(columns, start_ms=start_ms, end_ms=start_ms + 90_000)
    rows, near = _rows(later), _neighbours(later)
    index = Index(rows[0], MINIMA, path=path)
    for row in range(1, 600):
        assert index.insert(rows[row]) == row + 1
    for row in range(600):
        assert {n - 1 for n in index.query(rows[row]).tolist()} == near[row]
        index.remove(row + 1)
        near = {other: those - {row} for other, those in near.items()}
    assert not index.query(rows[0]).size


@PATHS
def test_the_memory_of_what_left_is_used_again(path: Path) -> None:
    columns = scattered(60, seed=14)
    rows, near = _rows(columns), _neighbours(columns)
    index = Index(columns, MINIMA, path=path)
    numbers = list(range(1, 61))
    for _ in range(60):
        for row in range(60):
            index.remove(numbers[row])
            numbers[row] = index.insert(rows[row])
    assert path == "shapely" or sorted(numbers) == list(range(1, 61)), "numbers are given again"
    for row in range(60):
        assert set(index.query(rows[row]).tolist()) == {numbers[other] for other in near[row]}


@PATHS
def test_an_index_may_run_empty_and_fill_again(path: Path) -> None:
    columns = scattered(40, seed=16)
    rows, near = _rows(columns), _neighbours(columns)
    index = Index(columns, MINIMA, path=path)
    for number in range(1, 41):
        index.remove(number)
    assert not index.query(rows[0]).size
    numbers = [index.insert(row) for row in rows]
    for row in range(40):
        assert set(index.query(rows[row]).tolist()) == {numbers[other] for other in near[row]}


@PATHS
def test_refusals(path: Path) -> None:
    columns = scattered(3, seed=15)
    index = Index(columns, MINIMA, path=path)
    index.remove(2)
    for number in (0, 2, 4, -1):
        with pytest.raises(NotFound, match="no volume"):
            index.remove(number)
    with pytest.raises(MalformedInput, match="3 volumes"):
        index.insert(columns)
    with pytest.raises(MalformedInput, match="3 volumes"):
        index.query(columns)
    with pytest.raises(MalformedInput, match="at least one"):
        Index(columns.take(np.arange(0)), MINIMA, path=path)
