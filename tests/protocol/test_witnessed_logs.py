"""Running centres hold one another to their logs: signed, co-signed, compared and proven, and what a lie leads to."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from live.centres import Live, Time, introduce, make_centre, serving
from live.liars import SplitView
from wellclear.api.views.witnesses import witnesses_view
from wellclear.assembly.known_logs import verifier_of
from wellclear.assembly.receipts import ALARM_MS
from wellclear.assembly.running import RunningCentre
from wellclear.centre.commands import SayStop
from wellclear.centre.entries.link import Condition, ForkProven, Took
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.log.known import held_checkpoint, known_log
from wellclear.centre.log.lies import verify_lie
from wellclear.protocol.witnessing import Ask, Lie, Proof
from wellclear.store.memory import MemoryStore
from wellclear.store.opening import open_store
from wellclear.trust.key_statement import Place

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("centres")
    return {party: make_centre(party, folder) for party in ("north", "south", "west")}


def cosigned(centre: RunningCentre, *witnesses: str) -> bool:
    """Whether each of them has co-signed all that is in the log."""
    state, kept = centre.state, centre.witnessing.kept
    return all(kept.cosigned_size(state.party, state.epoch, party) == state.index for party in witnesses)


async def say_stop(live: Live, to: str, text: str) -> None:
    await live.centre.act("ada", "duty-officer", SayStop(to=(to,), text=text))


def entries(centre: RunningCentre) -> list[object]:
    reader = centre.reader()
    try:
        return [parse_entry(record.content) for record in reader.records(Place(0, 0), reader.size(0))]
    finally:
        reader.close()


def kinds(centre: RunningCentre) -> set[tuple[str, str]]:
    return {(alarm.kind, alarm.party) for alarm in centre.state.alarms.values()}


async def test_what_is_said_is_cosigned_and_its_receipt_proven(folders: dict[str, Path]) -> None:
    async with serving(folders["north"]) as north, serving(folders["south"]) as south, serving(folders["west"]) as west:
        await introduce(north, south, west)
        await say_stop(north, "south", "cease")
        (covers,) = north.centre.state.awaited
        for live, others in ((north, ("south", "west")), (south, ("north", "west")), (west, ("north", "south"))):
            await live.until(lambda centre, others=others: cosigned(centre, *others))
        receipts = north.centre.witnessing.proving.receipts
        now_ms = north.centre.now_ms()
        await north.until(lambda _: receipts.of("south", bytes.fromhex(covers), 1, now_ms) == "proven")
        assert not receipts.overdue("south", now_ms, 0)
        view = witnesses_view(north.centre.state, north.centre.witnessing, now_ms)
        assert [(one.party, one.size, one.lag) for one in view.witnesses] == [
            ("south", view.entries, 0),
            ("west", view.entries, 0),
        ]
        assert all(one.cosigned_ms for one in view.witnesses)
        assert not view.lies
        assert not view.stopped
        for live in (north, south, west):
            assert not live.centre.refusals.total


async def test_what_others_cosigned_is_enclosed_and_limits_a_compromised_key(folders: dict[str, Path]) -> None:
    async with serving(folders["north"]) as north, serving(folders["south"]) as south, serving(folders["west"]) as west:
        await introduce(north, south, west)
        await north.until(lambda centre: len(centre.witnessing.kept.witnessed) == 2)
        witnessed = north.centre.witnessing.witnessed
        held = {party: note.decode() for (party, _), note in north.centre.witnessing.kept.witnessed.items()}
        assert witnessed.checkpoints("south") == (held["south"], held["west"])
        assert witnessed.checkpoints("west") == (held["west"], held["south"])
        assert witnessed.cosigned("south") == ((0, held_checkpoint(held["south"].encode()).size),)
        await say_stop(north, "south", "cease")
        await south.until(lambda centre: centre.state.calls)
        (raw,) = [entry.raw for entry in entries(south.centre) if isinstance(entry, Took)][-1:]
        assert b"wellclear.log/west/0" in raw


async def test_a_witness_that_was_away_cosigns_when_it_is_back(folders: dict[str, Path], tmp_path: Path) -> None:
    """What both hold about logs survives the restart of either."""
    stores = {party: open_store(tmp_path / f"{party}.sqlite") for party in ("north", "south")}
    async with serving(folders["north"], stores["north"]) as north:
        async with serving(folders["south"], stores["south"]) as south:
            await introduce(north, south)
            await north.until(lambda centre: centre.state.peers["south"].condition is Condition.LIVE)
            await north.until(lambda centre: cosigned(centre, "south"))
        await say_stop(north, "south", "while you were away")
        await north.until(lambda centre: not cosigned(centre, "south") and centre.links.of("south").cause)
        view = witnesses_view(north.centre.state, north.centre.witnessing, north.centre.now_ms())
        assert view.witnesses[0].lag
        async with serving(folders["south"], stores["south"]) as south:
            assert ("north", 0) in south.centre.witnessing.kept.witnessed
            began_s = time.monotonic()
            await north.until(lambda centre: cosigned(centre, "south"))
            assert time.monotonic() - began_s < 10
            await south.until(lambda centre: cosigned(centre, "north"))
        kept = north.centre.witnessing.kept
    async with serving(folders["north"], stores["north"]) as north:
        again = north.centre.witnessing.kept
        assert held_checkpoint(again.own).size >= held_checkpoint(kept.own).size
        assert again.cosigned["south"]
        assert again.witnessed[("south", 0)]
    for store in stores.values():
        store.close()


async def test_two_histories_of_one_size_are_proven_on_both_sides_and_to_others(folders: dict[str, Path]) -> None:
    async with serving(folders["north"]) as north, serving(folders["south"]) as south, serving(folders["west"]) as west:
        await introduce(north, south, west)
        await west.until(lambda centre: cosigned(centre, "north", "south"))
        SplitView(west, "south")
        await say_stop(west, "north", "two histories begin")
        for live in (north, south):
            await live.until(lambda centre: ("equivocation", "west") in kinds(centre))
            assert live.centre.state.peers["west"].lied
            (proven,) = [entry for entry in entries(live.centre) if isinstance(entry, ForkProven)]
            lie = Lie("west", 0, proven.older.decode(), proven.newer.decode(), proven.prefix_root, proven.proof)
            verify_lie(lie, known_log(live.centre.state.peers["west"].ring, 0, verifier_of))
            view = witnesses_view(live.centre.state, live.centre.witnessing, live.centre.now_ms())
            assert [one.party for one in view.lies] == ["west"]


async def test_a_lie_told_before_a_restart_is_proven_after_it_and_stays(folders: dict[str, Path]) -> None:
    kept = {party: MemoryStore() for party in folders}
    async with serving(folders["north"], kept["north"]) as north, serving(folders["west"], kept["west"]) as west:
        await introduce(north, west)
        await west.until(lambda centre: cosigned(centre, "north"))
        SplitView(west, "north")
        await say_stop(west, "north", "north alone is shown this")
        await west.until(lambda centre: cosigned(centre, "north"))
        assert not north.centre.witnessing.kept.lies
    async with (
        serving(folders["north"], kept["north"]) as north,
        serving(folders["south"], kept["south"]) as south,
        serving(folders["west"], kept["west"]) as west,
    ):
        await introduce(north, south, west)
        for live in (north, south):
            await live.until(lambda centre: ("equivocation", "west") in kinds(centre))
    async with serving(folders["south"], kept["south"]) as south:
        assert ("west", 0) in south.centre.witnessing.kept.lies
        assert south.centre.state.peers["west"].lied


async def test_two_histories_of_different_sizes_are_not_reconciled_and_ring(folders: dict[str, Path]) -> None:
    async with serving(folders["north"]) as north, serving(folders["south"]) as south, serving(folders["west"]) as west:
        await introduce(north, south, west)
        await west.until(lambda centre: cosigned(centre, "north", "south"))
        SplitView(west, "south", longer=1_000)
        await say_stop(west, "north", "two histories begin")
        for live in (north, south):
            await live.until(lambda centre: ("views", "west") in kinds(centre))


async def test_a_receipt_that_is_not_proven_is_overdue_and_rings(folders: dict[str, Path]) -> None:
    """South took it, and shows no proof of that: as one would that keeps the notice out of its log."""
    later = Time()
    async with serving(folders["north"], time=later) as north, serving(folders["south"], time=later) as south:
        await introduce(north, south)

        async def prove(ask: Ask) -> Proof:
            return Proof(party="south", recipient=ask.party, answers=b"", refused="entry-withheld")

        south.centre.witnessing.prove = prove  # type: ignore[method-assign] # this is how it lies
        await say_stop(north, "south", "cease")
        (covers,) = north.centre.state.awaited
        await north.until(lambda centre: not centre.state.awaited)
        receipts, at_ms = north.centre.witnessing.proving.receipts, north.centre.now_ms()
        later.ahead_ms += ALARM_MS + 1
        assert receipts.of("south", bytes.fromhex(covers), at_ms, north.centre.now_ms()) == "OVERDUE"
        await north.until(lambda centre: ("inclusion", "south") in kinds(centre))
        view = witnesses_view(north.centre.state, north.centre.witnessing, north.centre.now_ms())
        assert [one.unproven for one in view.witnessed] == [1]


async def test_a_store_that_was_changed_is_signed_no_more(folders: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "north.sqlite"
    store = open_store(path)
    async with serving(folders["north"], store) as north, serving(folders["south"]) as south:
        await introduce(north, south)
        await north.until(lambda centre: cosigned(centre, "south"))
        signing = north.centre.witnessing.signing
        signed = held_checkpoint(north.centre.witnessing.kept.own).size
        with sqlite3.connect(path) as other:
            other.execute(
                "CREATE TRIGGER spoil AFTER INSERT ON record BEGIN UPDATE record SET content = x'7b7d'"
                " WHERE place = NEW.place; END"
            )
        await say_stop(north, "south", "what is on disk is something else")
        await north.until(lambda _: signing.stopped)
        await north.until(lambda centre: ("log-damaged", "") in kinds(centre))
        assert held_checkpoint(north.centre.witnessing.kept.own).size == signed
        view = witnesses_view(north.centre.state, north.centre.witnessing, north.centre.now_ms())
        assert "leaf-opened" in view.stopped
        assert view.signed == signed
        other.close()
    store.close()
