"""A store that could not write or flush does nothing more; and who leads after it loses nothing that is acknowledged.

The system forgets what a failed flush should have brought to disk, and still reads it back. Without flushing it again
entries must be lost, or the test would prove nothing.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from store.load import SEED, load, lost, seeded
from store.sqlite_disk import Disk, Recording, Step, recorded
from wellclear.store import sqlite
from wellclear.store.sqlite import SqliteStore


@pytest.mark.parametrize("kind", ["sync", "write"])
def test_a_failed_flush_or_write_is_the_last_thing_a_store_does(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "FOLD_BYTES", 100_000)
    for after in range(0, 60, 3):
        with recorded() as recording, closing(SqliteStore(tmp_path / f"{after}" / "log.sqlite")) as store:
            recording.counted.clear()
            recording.failing[kind] = after
            with pytest.raises(OSError, match="the store failed"):
                load(store, recording, 100, seeded(after))
            asked = recording.counted.total()
            with pytest.raises(OSError, match="failed before"):
                load(store, recording, 1, seeded(after))
            store.close()
            assert recording.counted.total() == asked


def fail_then_lead(folder: Path, recording: Recording, succeeding: int) -> None:
    """A store fails after some flushes; another process takes the lead, goes on, and loses power."""
    with closing(SqliteStore(folder / "first" / "log.sqlite")) as first:
        recording.counted.clear()
        recording.failing["sync"] = succeeding
        with pytest.raises(OSError, match="the store failed"):
            load(first, recording, 100, seeded(succeeding))
    recording.failing.clear()
    # another process sees the same files and nothing of the first one's memory
    (folder / "second").mkdir(mode=0o700)
    for name in ("log.sqlite", "log.sqlite-wal"):
        shutil.copy(folder / "first" / name, folder / "second" / name)
    second = SqliteStore(folder / "second" / "log.sqlite")
    load(second, recording, 5, seeded(succeeding))
    steps = list(recording.steps)
    second.close()
    recording.steps = steps


def lost_after_failures(folder: Path, monkeypatch: pytest.MonkeyPatch, *, flushing_again: bool) -> list[int]:
    """Acknowledged records lost at the end, for each of some moments of the failure."""
    flush = sqlite._flush_again

    def flush_again(path: Path) -> None:
        if flushing_again:
            flush(path)
            recording.steps += [Step("write", path.name, 0, path.read_bytes()), Step("sync", path.name)]

    monkeypatch.setattr(sqlite, "_flush_again", flush_again)
    found = []
    for succeeding in range(2, 14):
        with recorded() as recording:
            fail_then_lead(folder / str(succeeding), recording, succeeding)
        disk = Disk()
        for step in recording.steps:
            disk.take(step)
        found.append(lost(disk, folder / f"found-{succeeding}", seeded(SEED)))
    return found


def test_who_leads_after_a_failed_flush_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost_after_failures(tmp_path, monkeypatch, flushing_again=True) == [0] * 12


def test_without_flushing_again_entries_are_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(lost_after_failures(tmp_path, monkeypatch, flushing_again=False)) > 0
