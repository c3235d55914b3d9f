"""Two running centres with officers, and the terminals at which they give commands."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from live.centres import PATIENCE_S, Live, Time, make_centre, serving
from live.office import PASSWORD
from wellclear.assembly.enrolling import enrol_party
from wellclear.assembly.officers import add_officer
from wellclear.assembly.running import RunningCentre
from wellclear.centre.entries.link import Condition, Said
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.ports.store import Reader
from wellclear.cli.main import main
from wellclear.model.agreement.ladder import Role
from wellclear.trust.key_statement import Place

Plan = Callable[..., str]
"""Writes a plan; see the fixture ``plan``."""

GRACE_MS = 61_000
ROLES = (Role.DUTY_OFFICER, Role.SUPERVISOR, Role.AUTHORITY)


class Offices:
    """Two centres in a thread of their own; north speaks https, south plain http."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.time = folder, Time()
        self.directories = {"north": make_centre("north", folder), "south": make_centre("south", folder, secured=False)}
        self.lives: dict[str, Live] = {}
        self._serving, self._stop = threading.Event(), asyncio.Event()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_until_complete, args=(self._run(),))

    def start(self) -> None:
        self._thread.start()
        assert self._serving.wait(PATIENCE_S)

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self.loop.close()

    def url(self, party: str) -> str:
        return self.lives[party].centre.parts.settings.listen.url

    def card(self, party: str) -> str:
        return str(self.directories[party] / f"{party}.card")

    def until_settling(self) -> None:
        """Once both centres hold it in force, let the grace of clocks pass, and wait until both saw it."""
        self.until(lambda centre: all(held.phase == "in force" for held in centre.state.agreements.values()))
        self.time.ahead_ms += GRACE_MS
        self.until(lambda centre: all(held.settles for held in centre.state.agreements.values()))
        self.until(lambda centre: all(peer.condition is Condition.LIVE for peer in centre.state.peers.values()))

    def now_ms(self) -> int:
        return self.time.wall()

    def until(self, holds: Callable[[RunningCentre], object]) -> None:
        """Wait until something holds at both centres."""
        for live in self.lives.values():
            asyncio.run_coroutine_threadsafe(live.until(holds), self.loop).result(PATIENCE_S)

    @staticmethod
    def said(reader: Reader) -> list[bytes]:
        """Exact bytes of all that a centre said."""
        records = reader.records(Place(0, 0), reader.size(0))
        entries = (parse_entry(record.content) for record in records)
        return [entry.raw for entry in entries if isinstance(entry, Said)]

    async def _run(self) -> None:
        async with AsyncExitStack() as stack:
            for party, directory in self.directories.items():
                self.lives[party] = await stack.enter_async_context(serving(directory, time=self.time))
            for party, live in self.lives.items():
                reader = live.centre.reader()
                await live.centre.keep(add_officer(reader, "ada", ROLES, PASSWORD, os.urandom(16)))
                reader.close()
                for other, its in self.lives.items():
                    if other != party:
                        await live.centre.act("ada", "supervisor", enrol_party(its.centre.parts.keys.card))
            self._serving.set()
            await self._stop.wait()


class Terminal:
    """One officer's terminal."""

    def __init__(self, offices: Offices, party: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.offices, self.party, self.capsys = offices, party, capsys
        self.shown, self.error = "", ""

    def __call__(self, *words: str) -> int:
        """Give a command in the session with the own centre; what it printed is in `shown` and `error`."""
        self.capsys.readouterr()
        code = main([*words, "--centre", self.offices.url(self.party)])
        taken = self.capsys.readouterr()
        self.shown, self.error = taken.out, taken.err
        return code
