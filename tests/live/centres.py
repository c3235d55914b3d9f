"""Real centres in one process: their own stores, writers and keys, over loopback with TLS."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from wellclear.api.application import application
from wellclear.assembly.clock import steady_ms, wall_ms
from wellclear.assembly.enrolling import enrol_party
from wellclear.assembly.high_water import HighWater
from wellclear.assembly.initialising import RootKeeping, init_centre
from wellclear.assembly.own_keys import read_own_keys, read_settings
from wellclear.assembly.running import Parts, RunningCentre, serving_files
from wellclear.assembly.settings import Listen, Settings
from wellclear.centre.ports.store import Store
from wellclear.model.card import Card
from wellclear.simulation.agreement import agreement_text
from wellclear.simulation.keys import real_key
from wellclear.store.memory import MemoryStore
from wellclear.transport.listener import Listener
from wellclear.transport.tls import server_context

PASSPHRASE = "a root passphrase for tests"  # noqa: S105 - opens only what a test made
PATIENCE_S = 20.0
"""How long a test waits for what must come: far longer than it takes, so that only what never comes fails."""


@dataclass
class Live:
    """One running centre with what it listens on."""

    centre: RunningCentre
    listener: Listener
    directory: Path

    async def until(self, holds: Callable[[RunningCentre], object]) -> None:
        """Wait until something holds of what is on disk."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds(self.centre):  # noqa: ASYNC110 - the state is written by another thread
                await asyncio.sleep(0.01)


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return int(opened.getsockname()[1])


def make_centre(party: str, folder: Path, *, secured: bool = True) -> Path:
    """A new centre's directory."""
    port = free_port()
    url = f"http{'s' if secured else ''}://127.0.0.1:{port}"
    settings = Settings(party, "log.sqlite", Listen("127.0.0.1", port, url))
    directory = folder / party
    init_centre(directory, settings, RootKeeping(PASSPHRASE), wall_ms())
    return directory


@dataclass
class Time:
    """Real time, which a test may let go on by a leap; all centres that share it leap together."""

    ahead_ms: int = 0

    def wall(self) -> int:
        return wall_ms() + self.ahead_ms

    def steady(self) -> int:
        return steady_ms() + self.ahead_ms


TIME = Time()


def running(directory: Path, store: Store, time: Time = TIME, mark: Path | None = None) -> RunningCentre:
    """A centre over a store, not yet started."""
    settings, keys = read_settings(directory), read_own_keys(directory)
    kept = None if mark is None else HighWater(mark)
    parts = Parts(settings, keys, store, store.lead(), high_water=kept, wall=time.wall, steady=time.steady)
    return RunningCentre(parts)


@asynccontextmanager
async def serving(
    directory: Path, store: Store | None = None, *, port: int = 0, time: Time = TIME, mark: Path | None = None
) -> AsyncIterator[Live]:
    """A centre that serves, at the port of its settings or another one."""
    centre = running(directory, store or MemoryStore(), time, mark)
    files = serving_files(centre)
    context = None if files is None else server_context(*files)
    listen = centre.parts.settings.listen
    listener = Listener(application(centre), listen.address, port or listen.port, context)
    await listener.start()
    await centre.start()
    try:
        yield Live(centre, listener, directory)
    finally:
        await listener.stop()
        await centre.stop()


async def introduce(*lives: Live) -> None:
    """Enrol each with each, once each leads: on a busy machine two seconds may pass without a commit."""
    for one in lives:
        await one.until(lambda centre: centre.leads)
        for other in lives:
            if one is not other:
                await one.centre.act("ada", "supervisor", enrol_party(other.centre.parts.keys.card))


def agreement_of(*cards: Card) -> bytes:
    """Text of an agreement between the parties of these cards.

    These centres live in real time: it is in force from this year on.
    """
    text = agreement_text(tuple(card.party for card in cards), "full").decode()
    for card in cards:
        text = text.replace(real_key(card.party, "root").verifier.public.hex(), card.root.hex())
    text += '\n[[frequency]]\nname = "guard"\nchannel = "121.500 MHz"\n'
    year = datetime.now(UTC).year
    return re.sub(r'(from|until|ratify_by|review_on) = "(\d{4})-', partial(_dated, year), text).encode()


def _dated(year: int, found: re.Match[str]) -> str:
    return f'{found[1]} = "{year if found[1] == "from" else year + 2}-'
