from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from rig.centres import Centre, Rig
from wellclear.assembly import high_water
from wellclear.assembly.high_water import SLOT_BYTES, HighWater, Mark, Marking, behind
from wellclear.centre.commands import SayStop
from wellclear.centre.snapshot import Log
from wellclear.trust.merkle import EMPTY

PATIENCE_S = 20.0


@pytest.fixture
def north() -> Centre:
    return Rig("north", "south")["north"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "high-water"


def grow(centre: Centre) -> Log:
    centre.act(SayStop(to=("south",), text="cease"))
    return centre.log


def why_behind(centre: Centre, path: Path) -> str:
    return behind(HighWater(path).newest, centre.store.reader())


def test_a_mark_is_read_back_and_the_newer_slot_counts(north: Centre, path: Path) -> None:
    file = HighWater(path)
    assert file.newest is None
    for count in range(5):
        log = grow(north)
        file.write(log)
        assert HighWater(path).newest == Mark(0, log.frontier.size, log.frontier.root.hex(), count)
    assert path.stat().st_mode & 0o777 == 0o600
    file.close()
    again = HighWater(path)
    again.write(grow(north))
    assert HighWater(path).newest == again.newest
    assert len(path.read_bytes()) == 2 * SLOT_BYTES


@pytest.mark.parametrize("torn", range(0, SLOT_BYTES - 1, 37))
def test_a_torn_slot_leaves_the_mark_before(north: Centre, path: Path, torn: int) -> None:
    file = HighWater(path)
    file.write(grow(north))
    before = file.newest
    file.write(grow(north))
    content = bytearray(path.read_bytes())
    content[SLOT_BYTES + torn : 2 * SLOT_BYTES] = os.urandom(SLOT_BYTES - torn)
    path.write_bytes(bytes(content))
    assert HighWater(path).newest == before


@pytest.mark.parametrize("content", [b"", b"\n", b"x" * 2 * SLOT_BYTES, b"{}".ljust(SLOT_BYTES)])
def test_a_file_that_holds_no_mark_is_none(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert HighWater(path).newest is None


def test_a_mark_that_lags_is_no_trouble_and_one_ahead_is(north: Centre, path: Path) -> None:
    file = HighWater(path)
    file.write(grow(north))
    assert not why_behind(north, path)
    grow(north)
    assert not why_behind(north, path)
    file.write(north.log)
    older = Rig("north", "south")["north"]
    assert "the store ends at" in why_behind(older, path)


def test_a_store_with_other_entries_under_the_mark_is_behind(north: Centre, path: Path) -> None:
    file = HighWater(path)
    file.write(grow(north))
    other = Rig("north", "south")["north"]
    other.random.seed("another life")
    grow(other)
    grow(other)
    assert "others than the store's" in why_behind(other, path)


def test_an_empty_log_is_marked_too(path: Path) -> None:
    HighWater(path).write(Log(frontier=EMPTY))
    assert HighWater(path).newest == Mark(0, 0, EMPTY.root.hex())


def test_nothing_is_released_before_it_is_marked(north: Centre, path: Path) -> None:
    moved = threading.Event()
    marking = Marking(HighWater(path), lambda: north.log, moved.set)
    first = marking.released
    newest = grow(north)
    assert marking.released is first
    marking.start()
    marking.wake()
    assert moved.wait(PATIENCE_S)
    assert marking.released is newest
    mark = HighWater(path).newest
    assert mark is not None
    assert mark.size == newest.frontier.size
    marking.close()
    marking.join(PATIENCE_S)


def test_a_mark_that_fails_holds_nothing_back_and_is_told(north: Centre, path: Path) -> None:
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        HighWater(path)
    path.rmdir()
    file = HighWater(path)
    path.mkdir()
    marking = Marking(file, lambda: north.log, lambda: None)
    assert isinstance(marking.failure, OSError)
    assert not marking.keeps_up
    newest = grow(north)
    assert marking.released is newest


def test_a_mark_that_hangs_holds_nothing_back_for_long(
    north: Centre, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, leave = threading.Event(), threading.Event()

    class Hanging(HighWater):
        def write(self, at: Log) -> None:
            if self.newest is not None:
                entered.set()
                assert leave.wait(PATIENCE_S)
            super().write(at)

    marking = Marking(Hanging(path), lambda: north.log, lambda: None)
    marking.start()
    newest = grow(north)
    marking.wake()
    assert entered.wait(PATIENCE_S)
    monkeypatch.setattr(high_water, "PATIENCE_S", 0.0)
    assert not marking.keeps_up
    assert marking.released is newest
    monkeypatch.setattr(high_water, "PATIENCE_S", PATIENCE_S)
    assert marking.released is newest
    leave.set()
    marking.close()
    marking.join(PATIENCE_S)
