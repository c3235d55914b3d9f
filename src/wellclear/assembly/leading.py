"""Who may write: one process for each directory, and of several on one database the one that leads."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from wellclear.assembly.clock import steady_ms
from wellclear.assembly.settings import POSTGRESQL
from wellclear.assembly.writing import LEAD, RELEASED
from wellclear.centre.ports.store import Store
from wellclear.errors import PeerUnavailable, RuleViolated

SILENT_MS: Final = 5_000
"""After so long without a sign of the leader the one that stands by takes the lead: by then the leader has been silent
toward everyone for 3 s, and what it still commits the store refuses."""

LOOK_S: Final = 0.5
"""How often the one that stands by looks."""

LOCK_FILE: Final = "serving.lock"
"""File in a centre's directory that the one process which uses it holds locked."""

log = structlog.get_logger("wellclear.centre")


@contextmanager
def only_process(directory: Path) -> Iterator[None]:
    """Hold a centre's directory: nobody else serves from it, or changes its accounts, meanwhile.

    Raises:
        RuleViolated: `centre-running`: another process has it.
        OSError: it cannot be written to.
    """
    opened = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuleViolated(
                "another process uses this centre",
                code="centre-running",
                at=str(directory),
                wanted="stop it first, or ask it over its HTTP interface",
            ) from None
        yield
    finally:
        os.close(opened)


def is_shared(address: str) -> bool:
    """Whether the processes of several directories may use a store, so that one leads and others stand by."""
    return address.startswith((POSTGRESQL, "postgres://"))


async def stand_by(store: Store, now_ms: Callable[[], int] = steady_ms) -> None:
    """Wait until nobody leads a shared store: the leader released it, or gave no sign for `SILENT_MS`.

    Args:
        store: that is shared.
        now_ms: time that only goes forward.
    """
    seen, since_ms, told = await _sign(store), now_ms(), False
    while seen not in {b"", RELEASED} and now_ms() - since_ms < SILENT_MS:
        if not told:
            log.info("standing by: another process leads")
            told = True
        await asyncio.sleep(LOOK_S)
        sign = await _sign(store)
        if sign != seen:
            seen, since_ms = sign, now_ms()


async def _sign(store: Store) -> bytes:
    """The newest sign of the leader; none where nobody ever led. A database that does not answer is waited for."""
    while True:
        try:
            return await asyncio.to_thread(_read_sign, store)
        except (PeerUnavailable, OSError) as error:
            log.warning("the store does not answer", why=str(error))
            await asyncio.sleep(LOOK_S)


def _read_sign(store: Store) -> bytes:
    reader = store.reader()
    try:
        return reader.beside(LEAD) or b""
    finally:
        reader.close()
