from __future__ import annotations

import threading
from pathlib import Path

import anyio
import pytest

from live.centres import TIME, make_centre
from rig.plans import circle
from wellclear.assembly import high_water
from wellclear.assembly.high_water import HighWater
from wellclear.assembly.own_keys import read_own_keys, read_settings
from wellclear.assembly.running import Parts, RunningCentre
from wellclear.centre.commands import DeclareHazard
from wellclear.centre.snapshot import Log
from wellclear.store.memory import MemoryStore

MOST_S = 20.0

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Hanging(HighWater):
    """A mark whose disk hangs while it is told to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.goes_on = threading.Event()
        self.goes_on.set()

    def write(self, at: Log) -> None:
        assert self.goes_on.wait(MOST_S)
        super().write(at)


async def test_a_mark_that_hangs_holds_back_what_concerns_life_no_longer_than_its_patience(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory, mark, store = make_centre("north", tmp_path), Hanging(tmp_path / "mark"), MemoryStore()
    parts = Parts(read_settings(directory), read_own_keys(directory), store, store.lead(), high_water=mark)
    centre = RunningCentre(parts)
    await centre.start()
    try:
        monkeypatch.setattr(high_water, "PATIENCE_S", 0.6)
        mark.goes_on.clear()
        now_ms = TIME.wall()
        content = circle("north", "fire", 100_000_000, 450_000_000, now_ms, now_ms + 1)
        with anyio.fail_after(MOST_S / 2):
            await centre.act("ada", "duty-officer", DeclareHazard(identifier="fire", content=content, cause="fire"))
        assert not mark.goes_on.is_set()
        assert "north\nfire" in centre.state.hazards
        with anyio.fail_after(MOST_S / 2):
            while "mark\t\t" not in centre.state.alarms:  # noqa: ASYNC110 - a tick finds it
                await anyio.sleep(0.01)
    finally:
        mark.goes_on.set()
        await centre.stop()
