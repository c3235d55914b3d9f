"""Once a day, slowly, off the writer: a fault becomes an alarm."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import anyio
import pytest

from live.centres import make_centre, running
from rig.ledgers import NOW_MS, grown_old, withdrawn_and_answered
from wellclear.assembly.archiving import archive_log
from wellclear.assembly.recomputing import RECOMPUTED, Recomputing, _paced
from wellclear.centre.inputs import Input, LogDoubted
from wellclear.centre.ports.store import Record
from wellclear.store.archived import ArchivedStore
from wellclear.store.memory import MemoryStore

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_running_centre_raises_an_alarm_over_what_was_changed(tmp_path: Path) -> None:
    store = MemoryStore()
    centre = running(make_centre("north", tmp_path), store)
    await centre.start()
    try:
        recomputing = Recomputing(centre.reader, centre.keep, centre.witnessing.signing.end, centre.tell, centre.now_ms)
        await recomputing.once()
        with anyio.fail_after(10):
            while not centre.checkpoint:  # noqa: ASYNC110 - as below; who signs would find the change as well
                await anyio.sleep(0.01)
        assert not centre.state.alarms
        record, nodes = store._kept.records[0, 1]
        store._kept.records[0, 1] = (Record(record.content + b" ", record.salt, record.leaf), nodes)
        await recomputing.once()
        with anyio.fail_after(10):
            while not centre.state.alarms:  # noqa: ASYNC110 - the state is written by another thread
                await anyio.sleep(0.01)
    finally:
        await centre.stop()
    (alarm,) = centre.state.alarms.values()
    assert (alarm.kind, alarm.subject) == ("log-damaged", "epoch 0, entry 1")
    assert "NOTHING MORE IS SIGNED" in alarm.words


async def test_an_archive_file_that_is_damaged_rings_and_one_that_is_elsewhere_does_not(tmp_path: Path) -> None:
    store = ArchivedStore(MemoryStore(), tmp_path / "archive")
    grown_old(9, store)
    (archive,) = archive_log(store, tmp_path / "archive", None, NOW_MS + 9_000, NOW_MS + 60_000)
    path = tmp_path / "archive" / archive.file
    stopped: list[object] = []
    told: list[Input] = []

    async def keep(_beside: Mapping[str, bytes]) -> None:
        pass

    recomputing = Recomputing(store.reader, keep, stopped.append, told.append, lambda: NOW_MS)
    await recomputing.once()
    content = path.read_bytes()
    path.unlink()
    await recomputing.once()
    assert (stopped, told) == ([], [])
    path.write_bytes(content[:-2] + b"  ")
    await recomputing.once()
    (doubted,) = told
    assert isinstance(doubted, LogDoubted)
    assert (doubted.kind, doubted.subject) == ("archive-damaged", f"epoch 0, entry 10 {archive.file}")
    assert stopped == []


async def test_it_waits_a_day_from_the_last_time() -> None:
    north, _ = withdrawn_and_answered()
    kept: dict[str, bytes] = {}
    told: list[object] = []
    now_ms = [1_000_000_000_000]

    async def keep(beside: Mapping[str, bytes]) -> None:
        kept.update(beside)

    recomputing = Recomputing(north.store.reader, keep, told.append, told.append, lambda: now_ms[0])
    assert recomputing._waits_s() == 0
    await recomputing.once()
    assert not told
    north.store._kept.beside |= kept
    assert set(kept) == {RECOMPUTED}
    now_ms[0] += 3_600_000
    assert recomputing._waits_s() == 23 * 3_600
    now_ms[0] += 24 * 3_600_000
    assert recomputing._waits_s() == 0


async def test_it_ends_when_it_is_told_to() -> None:

    stopped = threading.Event()
    stopped.set()

    def slow() -> Iterator[tuple[int, int]]:
        number = 0
        while True:
            number += 1
            yield number, 0

    assert _paced(slow(), stopped) > 0
