"""The lie: the machine's clock jumps by an hour under a centre that runs, or was set back before it was started."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from live.centres import PATIENCE_S, Live, Time, introduce, make_centre, serving
from wellclear.assembly.clock import wall_ms
from wellclear.assembly.running import RunningCentre
from wellclear.centre.commands import SayStop
from wellclear.centre.entries.link import Condition
from wellclear.store.memory import MemoryStore

pytestmark = pytest.mark.anyio
HOUR_MS = 3_600_000


@dataclass
class SetAnew(Time):
    """The machine's time of day, which someone sets; the time since it was switched on goes on as it does."""

    off_ms: int = 0

    def wall(self) -> int:
        return wall_ms() + self.off_ms


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("centres")
    return {party: make_centre(party, folder) for party in ("north", "south")}


async def stop_crosses(said_by: Live, heard_by: Live, text: str) -> None:
    to = heard_by.centre.parts.settings.party
    async with asyncio.timeout(PATIENCE_S):
        await said_by.centre.act("eve", "duty-officer", SayStop(to=(to,), text=text))
        await heard_by.until(lambda centre: any(call.text == text for call in centre.state.calls.values()))


def alarmed(centre: RunningCentre) -> bool:
    return any(alarm.kind == "clock" and not alarm.acknowledged_by for alarm in centre.state.alarms.values())


@pytest.mark.parametrize("off_ms", [HOUR_MS, -HOUR_MS])
async def test_an_hour_is_doubted_and_alarmed_and_a_stop_crosses_both_ways(
    folders: dict[str, Path], off_ms: int
) -> None:
    time = SetAnew()
    async with serving(folders["north"], time=time) as north, serving(folders["south"]) as south:
        await introduce(north, south)
        await north.until(lambda centre: centre.state.peers["south"].condition is Condition.LIVE)
        assert not north.centre.state.clock_doubted
        before_ms = north.centre.now_ms()

        time.off_ms = off_ms
        await north.until(lambda centre: centre.state.clock_doubted and alarmed(centre))
        assert 0 <= north.centre.now_ms() - before_ms < HOUR_MS / 2
        assert north.centre.error_ms() > HOUR_MS
        await stop_crosses(north, south, "from the centre that doubts its clock")
        await stop_crosses(south, north, "to the centre that doubts its clock")
        assert north.centre.state.peers["south"].condition is Condition.LIVE
        assert not south.centre.state.clock_doubted

        time.off_ms = 0
        await north.until(lambda centre: not centre.state.clock_doubted)
        assert alarmed(north.centre), "it stands until an officer acknowledges it"


async def test_a_clock_behind_its_own_log_is_doubted_from_the_start(folders: dict[str, Path]) -> None:
    store = MemoryStore()
    async with serving(folders["north"], store) as north:
        await north.until(lambda centre: centre.leads)
        newest_ms = north.centre.state.now_ms
    async with serving(folders["north"], store, time=SetAnew(off_ms=-HOUR_MS)) as north:
        await north.until(lambda centre: centre.state.clock_doubted and alarmed(centre))
        assert north.centre.now_ms() + north.centre.error_ms() >= newest_ms
