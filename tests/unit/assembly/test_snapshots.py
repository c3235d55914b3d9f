from __future__ import annotations

import asyncio
from collections.abc import Mapping

import msgspec
import pytest

from rig.centres import Rig
from rig.plans import agreement
from wellclear.assembly import snapshots
from wellclear.assembly.snapshots import keep_at_once, keep_snapshots, replayed_from
from wellclear.centre.commands import DraftAgreement
from wellclear.centre.snapshot import FORMAT, NAME, load_snapshot


def test_a_snapshot_is_kept_when_enough_was_written_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "LOOK_S", 0.0)
    rig = Rig("north", "south")
    centre = rig["north"]
    kept: list[str] = []

    async def keep(beside: Mapping[str, bytes]) -> None:
        kept.extend(beside)
        centre.writer.keep(beside)

    async def run(every: int, looks: int) -> None:
        task = asyncio.create_task(keep_snapshots(lambda: centre.log, centre.store.reader, keep, every))
        for _ in range(looks):
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run(centre.state.total + 1, 50))
    assert kept == []
    asyncio.run(run(centre.state.total, 200))
    assert kept.count("snapshot") == 1
    loaded = load_snapshot(centre.store.reader())
    assert loaded is not None
    assert loaded.state == centre.state
    centre.act(DraftAgreement(text=agreement("north", "south").encode()))
    assert load_snapshot(centre.store.reader()) == loaded


def test_where_replaying_took_long_one_is_kept_before_anything_is_served() -> None:
    centre = Rig("north", "south")["north"]
    reader, total = centre.store.reader(), centre.state.total
    assert replayed_from(reader, total - 1) == (centre.log, True)
    assert replayed_from(reader, total) == (centre.log, False)
    keep_at_once(centre.store, centre.writer)
    assert load_snapshot(reader) == centre.log
    assert replayed_from(reader, 0) == (centre.log, False)
    centre.act(DraftAgreement(text=agreement("north", "south").encode()))
    assert replayed_from(reader, 0) == (centre.log, True)


def test_a_snapshot_of_another_version_counts_as_none() -> None:
    centre = Rig("north", "south")["north"]
    keep_at_once(centre.store, centre.writer)
    reader = centre.store.reader()
    described = msgspec.msgpack.decode(reader.beside(NAME) or b"")
    centre.writer.keep({NAME: msgspec.msgpack.encode({**described, "format": FORMAT - 1})})
    assert replayed_from(reader, 0) == (centre.log, True)
    keep_at_once(centre.store, centre.writer)
    assert replayed_from(reader, 0) == (centre.log, False)
