"""What was acknowledged is on the disk: SQLite's files, cut and torn after their last flush, hold it all.

The same with flushing switched off must lose entries, or the test would prove nothing.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from store.load import SEED, load, lost, seeded
from store.sqlite_disk import Disk, recorded
from wellclear.store import sqlite
from wellclear.store.sqlite import SqliteStore

SHARES = 5
"""The long campaign in parts, so that all cores work at it."""


@pytest.fixture(autouse=True)
def _folded_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The write-ahead log is folded into the file every few batches, so that cuts fall into that too."""
    monkeypatch.setattr(sqlite, "FOLD_BYTES", 100_000)


@dataclass
class Cuts:
    """What was found at random moments."""

    lost: list[int] = field(default_factory=list)
    between_flushes: int = 0


def campaign(folder: Path, seed: int, batches: int, cuts: int, *, flushing: bool = True) -> Cuts:
    """Load a store, then lose the power at random moments of what it asked of the disk."""
    chance = seeded(seed)
    with recorded() as recording, closing(SqliteStore(folder / "whole" / "log.sqlite")) as store:
        if not flushing:
            store._connection.execute("PRAGMA synchronous = OFF")
        load(store, recording, batches, chance)
    moments = sorted(chance.choices(range(len(recording.steps) + 1), k=cuts))
    disk, taken, found = Disk(), 0, Cuts()
    for number, moment in enumerate(moments):
        for step in recording.steps[taken:moment]:
            disk.take(step)
        taken = moment
        found.between_flushes += any(disk.open.values())
        found.lost.append(lost(disk, folder / f"cut-{number}", chance))
    return found


def test_files_torn_at_any_moment_hold_all_that_was_acknowledged(tmp_path: Path) -> None:
    found = campaign(tmp_path, SEED, batches=40, cuts=200)
    assert (sum(found.lost), len(found.lost)) == (0, 200)
    assert found.between_flushes > 100


def test_without_flushing_entries_are_lost(tmp_path: Path) -> None:
    found = campaign(tmp_path, SEED, batches=20, cuts=30, flushing=False)
    assert sum(found.lost) > 0


def test_a_store_whose_making_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    chance = seeded(SEED)
    with recorded() as recording:
        SqliteStore(tmp_path / "whole" / "log.sqlite").close()
    disk, found = Disk(), []
    for moment, step in enumerate(recording.steps):
        disk.take(step)
        found += [lost(disk, tmp_path / f"cut-{moment}-{turn}", chance) for turn in range(8)]
    assert len(found) > 100
    assert sum(found) == 0


@pytest.mark.torture
@pytest.mark.parametrize("share", range(SHARES))
def test_files_torn_ten_thousand_times(share: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    seed = int(request.config.getoption("--hypothesis-seed", None) or SEED) + 1_000 * share
    found = [campaign(tmp_path / str(run), seed + run, batches=60, cuts=200) for run in range(50 // SHARES)]
    gone, cuts = sum(sum(one.lost) for one in found), sum(len(one.lost) for one in found)
    between = sum(one.between_flushes for one in found)
    figures = {"seed": seed, "cuts": cuts, "between_flushes": between, "lost": gone}
    request.node.user_properties.append(("cuts", json.dumps(figures)))
    assert (gone, cuts) == (0, 10_000 // SHARES)
