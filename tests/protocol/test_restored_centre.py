"""A centre whose store is an old copy finds out and begins a new epoch; counterparties give back what it said."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from live.centres import Live, Time, agreement_of, introduce, make_centre, serving
from rig.plans import HOUR_MS, circle
from wellclear.api.views.inbox import inbox
from wellclear.assembly.running import RunningCentre
from wellclear.centre.commands import (
    AnswerNotice,
    DeclareHazard,
    DraftAgreement,
    EndHazard,
    File,
    SayStop,
    StepAgreement,
    Withdraw,
)
from wellclear.centre.entries.link import Began, Condition, Equivocated
from wellclear.centre.entries.recalling import Confirmed, TakenBack
from wellclear.centre.entries.text import AnyEntry, parse_entry
from wellclear.centre.settlement import settlement
from wellclear.centre.state.state import key
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest
from wellclear.protocol.envelope import Lane
from wellclear.store.opening import open_store
from wellclear.trust.key_statement import Place

GRACE_MS = 61_000
"""Nothing settles in the first minute of an agreement: clocks may differ by so much."""

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class World:
    """Two centres over files; north's may be put back to what they were."""

    folder: Path
    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        for party in ("north", "south"):
            make_centre(party, self.folder)

    def store(self, party: str) -> Path:
        return self.folder / party / "log.sqlite"

    def mark(self, party: str) -> Path:
        return self.folder / party / "high-water"

    @asynccontextmanager
    async def up(self, party: str) -> AsyncIterator[Live]:
        store = open_store(self.store(party))
        try:
            async with serving(self.folder / party, store, time=self.time, mark=self.mark(party)) as live:
                yield live
        finally:
            store.close()

    def copy(self) -> None:
        """North's store, as a backup would have it."""
        shutil.copy(self.store("north"), self.folder / "copy.sqlite")
        assert not self.store("north").with_suffix(".sqlite-wal").exists()

    def restore(self) -> None:
        self.store("north").unlink()
        shutil.copy(self.folder / "copy.sqlite", self.store("north"))

    def content(self, party: str, name: str, lon_e7: int) -> bytes:
        start_ms = self.time.wall() + 2 * HOUR_MS
        return circle(party, name, lon_e7, 450_000_000, start_ms, start_ms + HOUR_MS)


async def agree(*lives: Live) -> None:
    text = agreement_of(*(live.centre.parts.keys.card for live in lives))
    digest = agreement_digest(text)
    await lives[0].centre.act("ada", "authority", DraftAgreement(text=text))
    await lives[0].centre.act("ada", "authority", StepAgreement(step=StepKind.PROPOSE, digest=digest))
    for live in lives:
        await live.until(lambda centre: digest.hex() in centre.state.agreements)
        await live.centre.act("ada", "authority", StepAgreement(step=StepKind.SIGN, digest=digest))
    for live in lives:
        await live.until(lambda centre: centre.state.agreements[digest.hex()].phase == "in force")


def entries(live: Live, epoch: int) -> list[AnyEntry]:
    reader = live.centre.reader()
    try:
        return [parse_entry(record.content) for record in reader.records(Place(epoch, 0), reader.size(epoch))]
    finally:
        reader.close()


def rings(centre: RunningCentre, party: str) -> bool:
    return any(alarm.kind == "new-epoch" and alarm.party == party for alarm in centre.state.alarms.values())


def nothing_waits(centre: RunningCentre) -> bool:
    return not any(peer.out[lane].unacknowledged for peer in centre.state.peers.values() for lane in Lane)


async def live_on(world: World, south: Live) -> None:
    """North has a settled operation; then a copy is made, and north says a lot that the copy does not hold."""
    async with world.up("north") as north:
        await introduce(north, south)
        await agree(north, south)
        world.time.ahead_ms += GRACE_MS
        for live in (north, south):
            await live.until(lambda centre: all(held.settles for held in centre.state.agreements.values()))
        await north.centre.act("ada", "duty-officer", File(content=world.content("north", "n1", 100_000_000)))
        await north.until(lambda centre: settlement(centre.state, "n1").settled)
        await south.centre.act("eve", "duty-officer", File(content=world.content("south", "s1", 200_000_000)))
        await south.until(lambda centre: settlement(centre.state, "s1").settled)
        await north.until(nothing_waits)
    world.copy()
    async with world.up("north") as north:
        await north.until(lambda centre: not centre.state.unconfirmed)
        await north.centre.act("ada", "duty-officer", File(content=world.content("north", "n2", 300_000_000)))
        await north.centre.act("ada", "duty-officer", SayStop(to=("south",), text="drones"))
        await north.centre.act("ada", "duty-officer", hazard(world))
        await south.centre.act("eve", "duty-officer", File(content=world.content("south", "s2", 400_000_000)))
        await north.until(lambda centre: key("south", "s2") in centre.state.notices)
        whole = north.centre.state.notices[key("south", "s2")].notice.whole
        answer = AnswerNotice(party="south", identifier="s2", whole=whole, accept=True)
        await north.centre.act("ada", "duty-officer", answer)
        await south.until(lambda centre: centre.state.own["s2"].deliveries["north"].answer == "accepted")
        await north.until(lambda centre: settlement(centre.state, "n2").settled)
        await south.until(lambda centre: settlement(centre.state, "s2").settled)
        await north.until(nothing_waits)
        assert north.centre.state.epoch == 0


def hazard(world: World) -> DeclareHazard:
    return DeclareHazard(identifier="fire", content=world.content("north", "fire", 500_000_000), cause="fire")


async def verify_begun_anew(world: World, north: Live, south: Live) -> None:
    """Both know of it, nothing is settled, all is back, and from there it goes on."""
    await north.until(lambda centre: centre.state.epoch == 1 and rings(centre, ""))
    await south.until(lambda centre: rings(centre, "north"))
    await north.until(lambda centre: centre.state.peers["south"].recalled == 1 and not centre.state.unconfirmed)
    assert "receipt-missing" in {one.code for one in settlement(north.centre.state, "n1").open}
    state = north.centre.state
    assert set(state.recalled) == {"n2"}
    assert any(item.kind == "taken-back" and item.subject == "n2" for item in inbox(state))
    assert not state.hazards[key("north", "fire")].ended
    assert [(call.text, set(call.answered)) for call in state.calls.values()] == [("drones", {"south"})]
    await north.until(lambda centre: key("south", "s2") in centre.state.notices)
    assert north.centre.state.notices[key("south", "s2")].answer == "accepted"
    written = entries(north, 1)
    assert isinstance(written[0], Began)
    assert written[0].reason
    assert len([entry for entry in written if isinstance(entry, TakenBack)]) >= 4
    held = south.centre.state
    assert {name for name in held.notices if not held.notices[name].ended} == {key("north", "n1"), key("north", "n2")}
    assert not held.peers["north"].lied
    assert not any(isinstance(entry, Equivocated) for entry in entries(south, 0))
    assert {settlement(held, name).settled for name in ("s1", "s2")} == {False}
    await restate(world, north, south)


async def restate(world: World, north: Live, south: Live) -> None:
    whole = north.centre.state.own["n1"].filed.whole
    amended = File(content=world.content("north", "n1", 100_000_000), amends=whole)
    await north.centre.act("ada", "duty-officer", amended)
    await north.until(lambda centre: centre.state.own["n1"].deliveries["south"].received)
    await north.until(lambda centre: centre.state.peers["south"].condition is Condition.LIVE)
    assert {one.code for one in settlement(north.centre.state, "n1").open} == {"not-assessed"}
    await north.centre.act("ada", "duty-officer", Withdraw(identifier="n2", reason="lost"))
    await south.until(lambda centre: centre.state.notices[key("north", "n2")].ended == "withdrawn")
    await north.until(lambda centre: settlement(centre.state, "n1").settled)
    await south.until(lambda centre: settlement(centre.state, "s1").settled and settlement(centre.state, "s2").settled)
    assert not north.centre.state.recalled
    await north.centre.act("ada", "duty-officer", EndHazard(identifier="fire", reason="out"))
    await south.until(lambda centre: centre.state.hazards[key("north", "fire")].ended)
    await north.until(nothing_waits)
    await south.until(nothing_waits)
    assert south.centre.state.peers["north"].epoch == 1
    assert not north.centre.refusals.total


async def test_the_mark_tells_and_counterparties_give_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.up("south") as south:
        await live_on(world, south)
        world.restore()
        async with world.up("north") as north:
            assert north.centre.state.epoch == 1
            await verify_begun_anew(world, north, south)
        async with world.up("north") as north:
            await north.until(lambda centre: not centre.state.unconfirmed)
            assert north.centre.state.epoch == 1


async def test_without_a_mark_a_counterparty_tells(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.up("south") as south:
        await live_on(world, south)
        world.restore()
        world.mark("north").unlink()
        async with world.up("north") as north:
            await verify_begun_anew(world, north, south)


async def test_the_mark_tells_while_nobody_is_reached(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.up("south") as south:
        await live_on(world, south)
    world.restore()
    async with world.up("north") as north:
        assert north.centre.state.epoch == 1
        assert north.centre.state.unconfirmed
        assert inbox(north.centre.state)[0].kind == "unconfirmed"
        async with world.up("south") as south:
            await verify_begun_anew(world, north, south)


async def test_with_neither_it_goes_on_unconfirmed_until_a_counterparty_comes(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.up("south") as south:
        await live_on(world, south)
    world.restore()
    world.mark("north").unlink()
    async with world.up("north") as north:
        assert (north.centre.state.epoch, north.centre.state.unconfirmed) == (0, True)
        await north.centre.act("ada", "duty-officer", SayStop(to=("south",), text="cease"))
        async with world.up("south") as south:
            await north.until(lambda centre: centre.state.epoch == 1)
            await south.until(lambda centre: any(call.text == "cease" for call in centre.state.calls.values()))


async def test_an_intact_store_is_confirmed_and_goes_on(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.up("south") as south:
        await live_on(world, south)
        async with world.up("north") as north:
            assert north.centre.state.unconfirmed
            await north.until(lambda centre: not centre.state.unconfirmed)
            await north.until(lambda centre: settlement(centre.state, "n2").settled)
            assert north.centre.state.epoch == 0
            assert isinstance([one for one in entries(north, 0) if isinstance(one, Confirmed)][-1], Confirmed)
            assert not any(isinstance(one, TakenBack) for one in entries(north, 0))
            assert not rings(south.centre, "north")
