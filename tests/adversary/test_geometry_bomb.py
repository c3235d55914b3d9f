"""Geometry that takes minutes to compare is given up and refused, its sender is told, and nobody else waits for it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from live.centres import make_centre, running
from rig.plans import bomb
from wellclear.assembly.enrolling import enrol_party
from wellclear.assembly.prejudging import Prejudging
from wellclear.assembly.running import RunningCentre
from wellclear.centre.commands import File
from wellclear.centre.entries.link import Said, Took
from wellclear.centre.inputs import Arrived
from wellclear.model.agreement.ladder import Urgency
from wellclear.protocol.bodies import Body, Notice, Stop, print_body
from wellclear.protocol.envelope import Envelope, Held, Kind, open_envelope, print_envelope
from wellclear.store.memory import MemoryStore

pytestmark = pytest.mark.anyio
HOUR_MS = 3_600_000


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def says(sender: RunningCentre, kind: Kind, body: Body) -> Arrived:
    """The first envelope of a lane from a centre that does not run, as north verified it."""
    envelope = Envelope(
        kind=kind,
        sender=sender.parts.settings.party,
        epoch=0,
        recipient="north",
        lane=kind.lane,
        sequence=1,
        previous=bytes(32),
        other_lane=0,
        holds=Held(),
        at_ms=sender.now_ms(),
        error_ms=100,
        index=1,
        body=print_body(body),
    )
    raw = print_envelope(envelope, sender.signer)
    return Arrived(open_envelope(raw, lambda _key: (envelope.sender, sender.signer.verifier)))


def notice(content: bytes, start_ms: int) -> Notice:
    return Notice(
        identifier="bomb",
        number=1,
        whole=bytes(32),
        supersedes=b"",
        disclosed="full",
        operation=content,
        place_name="",
        urgency=Urgency.ROUTINE,
        remarks="",
        name_alone=False,
        starts_ms=start_ms,
        ends_ms=start_ms + HOUR_MS,
        hazard_tail_ms=0,
        category="",
        addressees=("north",),
    )


async def test_a_geometry_bomb_is_refused_and_delays_no_stop(tmp_path: Path) -> None:
    north, west, south = (running(make_centre(party, tmp_path), MemoryStore()) for party in ("north", "west", "south"))
    north.prejudging = Prejudging(lambda: north.state, most_s=1)
    start_ms = north.now_ms() + 2 * HOUR_MS
    heavy = says(west, Kind.NOTICE, notice(bomb("west", "bomb", start_ms), start_ms))
    stop = says(south, Kind.STOP, Stop(identifier="s", about="", text="cease", relayed=b""))
    await north.start()
    try:
        for other in (west, south):
            await north.act("ada", "supervisor", enrol_party(other.parts.keys.card))
        await north.act("ada", "duty-officer", File(content=bomb("north", "own", start_ms)))
        given_up = asyncio.create_task(north.take([heavy]))
        await asyncio.sleep(0)
        await north.take([stop])
        assert not given_up.done()
        ((outcome,),) = (await given_up,)
        took, said = outcome.entries
        assert isinstance(took, Took)
        assert took.refused == "geometry-costly"
        assert isinstance(said, Said)
        assert b"geometry-costly" in said.raw
        assert "west\nbomb" not in north.state.notices
        assert north.state.peers["west"].holds.ordinary == 1
    finally:
        await north.stop()
