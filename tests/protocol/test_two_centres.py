"""Two real centres over loopback with TLS: a notice comes to its receipt and settles, and a STOP crosses at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from live.centres import Live, Time, agreement_of, introduce, make_centre, serving
from rig.plans import HOUR_MS, circle
from wellclear.api.views.operations import operation_view
from wellclear.centre.commands import DraftAgreement, File, SayStop, StepAgreement
from wellclear.centre.entries.link import Condition
from wellclear.centre.ports.store import Store
from wellclear.centre.settlement import settlement
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest
from wellclear.store.memory import MemoryStore
from wellclear.store.opening import open_store

GRACE_MS = 61_000
"""Nothing settles in the first minute of an agreement: clocks may differ by so much."""

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("centres")
    return make_centre("north", folder), make_centre("south", folder)


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


def is_live(live: Live) -> bool:
    return all(peer.condition is Condition.LIVE for peer in live.centre.state.peers.values())


@pytest.mark.parametrize("kept", ["memory", "sqlite"])
async def test_a_notice_settles_and_a_stop_is_acknowledged(
    folders: tuple[Path, Path], tmp_path: Path, kept: str
) -> None:
    def store(party: str) -> Store:
        return MemoryStore() if kept == "memory" else open_store(tmp_path / f"{party}.sqlite")

    time = Time()
    first = serving(folders[0], store("north"), time=time)
    async with first as north, serving(folders[1], store("south"), time=time) as south:
        await introduce(north, south)
        await agree(north, south)
        time.ahead_ms += GRACE_MS
        for live in (north, south):
            await live.until(lambda centre: all(held.settles for held in centre.state.agreements.values()))
        start_ms = north.centre.now_ms() + 2 * HOUR_MS
        content = circle("north", "n1", 100_000_000, 450_000_000, start_ms, start_ms + HOUR_MS)
        await north.centre.act("ada", "duty-officer", File(content=content))
        await north.until(lambda centre: settlement(centre.state, "n1").settled)
        view = operation_view(north.centre.state, north.centre.state.own["n1"], lambda _party, _delivery: "")
        assert [(part.party, part.stage, part.assessment.words) for part in view.deliveries] == [
            ("south", "received", "CLEAR")
        ]
        await south.centre.act("eve", "duty-officer", SayStop(to=("north",), about="n1", text="drones in the area"))
        await north.until(lambda centre: centre.state.calls)
        await south.until(lambda centre: not centre.state.awaited)
        assert not north.centre.refusals.total
        assert not south.centre.refusals.total


async def test_what_was_said_while_a_line_was_down_comes_when_it_is_back(folders: tuple[Path, Path]) -> None:
    kept = {"north": MemoryStore(), "south": MemoryStore()}
    async with serving(folders[0], kept["north"]) as north:
        async with serving(folders[1], kept["south"]) as south:
            await introduce(north, south)
            await north.until(lambda _: is_live(north))
        await north.centre.act("ada", "duty-officer", SayStop(to=("south",), text="said while you were away"))
        await north.until(lambda centre: centre.links.of("south").cause == "unreachable")
        async with serving(folders[1], kept["south"]) as south:
            await south.until(lambda centre: centre.state.calls)
            await north.until(lambda centre: not centre.state.awaited)
            assert len(south.centre.state.calls) == 1


async def test_a_stranger_at_the_address_of_a_counterparty_is_told_nothing(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    """The server shows a certificate that south's root never stated."""
    impostor = make_centre("west", tmp_path)
    async with serving(folders[0]) as north, serving(folders[1]) as south:
        await introduce(north, south)
        await north.until(lambda _: is_live(north))
        await south.listener.stop()
        other = serving(impostor, port=south.centre.parts.settings.listen.port)
        async with other as west:
            await north.centre.act("ada", "duty-officer", SayStop(to=("south",), text="only for south"))
            await north.until(lambda centre: centre.links.of("south").cause == "refused")
            assert not west.centre.refusals.total
