from __future__ import annotations

import msgspec
import pytest

from rig.centres import Rig
from rig.plans import HOUR_MS, agreement, circle
from wellclear.centre.commands import File, SayStop
from wellclear.centre.snapshot import FORMAT, NAME, Log, load_snapshot, pieces_of
from wellclear.centre.writer import read_on, replay


@pytest.fixture
def rig() -> Rig:
    made = Rig("north", "south")
    made.agree(agreement("north", "south"))
    start_ms = made.now_ms + 2 * HOUR_MS
    made["north"].act(File(content=circle("north", "n1", 100_000_000, 450_000_000, start_ms, start_ms + HOUR_MS)))
    made.deliver()
    made["north"].act(SayStop(to=("south",), text="cease"))
    made.deliver()
    return made


def keep(rig: Rig, party: str) -> None:
    centre = rig[party]
    for beside in pieces_of(centre.log, centre.store.reader()):
        centre.writer.keep(beside)


def test_snapshot_is_the_state(rig: Rig) -> None:
    for party in ("north", "south"):
        keep(rig, party)
        assert load_snapshot(rig[party].store.reader()) == rig[party].log


def test_start_reads_on_from_the_snapshot(rig: Rig) -> None:
    keep(rig, "south")
    rig["north"].act(SayStop(to=("south",), text="again"))
    rig.deliver()
    reader = rig["south"].store.reader()
    assert replay(reader) == read_on(reader, Log()) == rig["south"].log


def test_newer_snapshot_takes_the_other_slot(rig: Rig) -> None:
    keep(rig, "south")
    rig["north"].act(SayStop(to=("south",), text="again"))
    rig.deliver()
    keep(rig, "south")
    assert load_snapshot(rig["south"].store.reader()) == rig["south"].log
    assert rig["south"].store.reader().names(f"{NAME}/") == [f"{NAME}/0/0", f"{NAME}/1/0"]


@pytest.mark.parametrize("spoiled", [f"{NAME}/0/0", NAME])
def test_spoiled_snapshot_is_left_aside(rig: Rig, spoiled: str) -> None:
    keep(rig, "south")
    rig["south"].writer.keep({spoiled: b"\x00spoiled"})
    assert load_snapshot(rig["south"].store.reader()) is None
    assert replay(rig["south"].store.reader()) == rig["south"].log


def test_snapshot_of_another_log_is_left_aside(rig: Rig) -> None:
    for beside in pieces_of(rig["north"].log, rig["north"].store.reader()):
        rig["south"].writer.keep(beside)
    assert load_snapshot(rig["south"].store.reader()) is None


def test_a_snapshot_names_epoch_size_root_and_format(rig: Rig) -> None:
    keep(rig, "south")
    described = msgspec.msgpack.decode(rig["south"].store.reader().beside(NAME) or b"")
    log = rig["south"].log
    named = (described["format"], described["epoch"], described["size"], described["root"])
    assert named == (FORMAT, 0, log.frontier.size, log.frontier.root)


def test_one_of_another_format_is_left_aside(rig: Rig) -> None:
    keep(rig, "south")
    reader = rig["south"].store.reader()
    assert load_snapshot(reader) == rig["south"].log
    described = msgspec.msgpack.decode(reader.beside(NAME) or b"")
    rig["south"].writer.keep({NAME: msgspec.msgpack.encode({**described, "format": FORMAT - 1})})
    assert load_snapshot(reader) is None
