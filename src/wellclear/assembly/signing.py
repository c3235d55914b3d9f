"""Signing the own log: within a quarter of a second of a change, off the writer's thread, after reading it again.

What is signed is read through a connection of its own and folded by a second algorithm. Where that does not lead to
the writer's tree nothing more is signed, and an officer is told: the disk, or someone, changed the log.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from wellclear.assembly.known_logs import House, Kept
from wellclear.centre.inputs import LogDoubted
from wellclear.centre.log.checkpointing import Signed, sign_next
from wellclear.centre.snapshot import Log
from wellclear.errors import (
    MalformedInput,
    NotFound,
    PeerUnavailable,
    RuleViolated,
    VerificationFailed,
    WellclearError,
)
from wellclear.trust.key_statement import Place
from wellclear.trust.signing import SigningKey

EVERY_S: Final = 0.2
"""Least time between two checkpoints: one follows each change within 250 ms, the flush included."""

LOOK_S: Final = 1.0
"""How often it is looked without news."""

log = structlog.get_logger("wellclear.log")


class Signing:
    """Signs checkpoints of the own log.

    Args:
        house: the centre.
        kept: what stands beside the log.

    Attributes:
        stopped: why nothing is signed any more; empty while all is well.
    """

    def __init__(self, house: House, kept: Kept) -> None:
        self._house, self._kept = house, kept
        self._news = asyncio.Event()
        self._later: dict[str, bytes] = {}
        self.stopped = ""

    def wake(self) -> None:
        """The log grew."""
        self._news.set()

    def keep_later(self, beside: dict[str, bytes]) -> None:
        """Keep something beside the log with the next checkpoint, or within a second: what can be asked for again."""
        self._later.update(beside)

    async def run(self) -> None:
        """Sign, until it is cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):  # wait_for of Python 3.11 may swallow a cancellation
                    await self._news.wait()
            self._news.clear()
            if self._house.leads:
                await self._sign()
            await asyncio.sleep(EVERY_S)

    async def _sign(self) -> None:
        signed = None if self.stopped else await self._next()
        later, self._later = self._later, {}
        beside = later if signed is None else {**later, **signed.beside}
        if not beside:
            return
        try:
            await self._house.keep(beside)
        except PeerUnavailable as error:  # the centre is stopping
            log.debug("not kept", code=error.code)
            return
        if signed is not None:
            self._kept.own = signed.note
            self._house.announce()

    async def _next(self) -> Signed | None:
        """The next checkpoint; nothing where the newest one covers all, or where nothing may be signed."""
        seen = self._house.log
        if not seen.frontier.size:
            return None
        try:
            signer = self._house.log_signer(Place(seen.state.epoch, seen.frontier.size - 1))
        except (RuleViolated, NotFound) as error:
            log.warning("there is no key to sign the log with", code=error.code, why=error.message)
            return None
        try:
            return await asyncio.to_thread(self._read_again, seen, signer)
        except (VerificationFailed, NotFound, MalformedInput) as error:
            self.end(error)
        except (OSError, PeerUnavailable) as error:
            log.warning("the log could not be read again", why=str(error))
        return None

    def end(self, fault: WellclearError) -> None:
        """Sign nothing more, since the log on disk is not what was written; officers hear of it.

        Args:
            fault: what was found, and where.
        """
        self.stopped = f"{fault} [{fault.code}]"
        log.critical("nothing more is signed", why=self.stopped)
        words = (
            f"the log on disk is not what was written: {self.stopped}. NOTHING MORE IS SIGNED: no counterparty can hold"
            " you to it, or itself. Keep the disk as it is, call all, and begin anew from a copy that holds."
        )
        self._house.tell(LogDoubted("log-damaged", "", fault.at, words))

    def _read_again(self, seen: Log, signer: SigningKey) -> Signed | None:
        state, reader = seen.state, self._house.reader()
        try:
            return sign_next(reader, state.party, seen.frontier, state.epoch, signer)
        finally:
            reader.close()
