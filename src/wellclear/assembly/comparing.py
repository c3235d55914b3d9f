"""Comparing what other centres were shown of logs, and keeping the proofs of lies that this brings to light."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Final

import structlog

from wellclear.assembly.known_logs import House, Kept, is_live, log_named, log_of, read_store
from wellclear.centre.entries.link import StatedRing
from wellclear.centre.inputs import LieProven, LogDoubted
from wellclear.centre.log.comparing import Other, Views
from wellclear.centre.log.known import held_checkpoint
from wellclear.centre.log.lies import Fork, print_lie, verify_lie, verify_one_history
from wellclear.centre.log.offering import subtrees_in
from wellclear.centre.log.origin import LIE, placed
from wellclear.errors import MalformedInput, NotFound, PeerUnavailable, VerificationFailed, WellclearError
from wellclear.protocol.witnessing import Lie

UNRECONCILED_MS: Final = 10_000
"""After this, on a good line, a log that did not show that two views of it are one is an alarm."""

LOOK_S: Final = 1.0
"""How often it is looked what is to be compared and what is overdue."""

log = structlog.get_logger("wellclear.log")


class Comparing:
    """Compares views of logs.

    Args:
        house: the centre.
        kept: what stands beside the log.
        own_ring: the own keys.

    Attributes:
        views: what was shown to whom.
    """

    def __init__(self, house: House, kept: Kept, own_ring: StatedRing) -> None:
        self._house, self._kept, self._own_ring = house, kept, own_ring
        self._under_way: set[asyncio.Task[None]] = set()
        self.views = Views()

    def begin(self) -> None:
        """Take up where the last process ended."""
        for (party, epoch), note in self._kept.witnessed.items():
            known = log_of(self._house.state, self._own_ring, party, epoch)
            if known is not None:
                self.views.hold(known, note)
        for lie in self._kept.lies.values():
            self._house.tell(LieProven(lie))

    def compare(self, party: str, notes: Sequence[str]) -> None:
        """Compare what another witness was shown with what was shown here; what cannot be verified is left."""
        for note in notes:
            try:
                self._hear(party, note.encode())
            except Fork as fork:
                self._begin(self.keep_lie(fork.lie))
            except WellclearError as error:
                log.debug("a note cannot be compared", party=party, code=error.code, why=error.message)

    def _hear(self, party: str, note: bytes) -> None:
        known = log_of(self._house.state, self._own_ring, *log_named(note))
        if known is None:
            return
        own = self._kept.own
        if own and held_checkpoint(own).origin == known.origin:
            self.views.hold(known, own)
        self.views.hear(known, party, note, self._house.now_ms())

    def take_lies(self, lies: Sequence[Lie], told_by: str) -> None:
        """Keep what another witness proves; what proves nothing is left."""
        for lie in lies:
            known = log_of(self._house.state, self._own_ring, lie.party, lie.epoch)
            if known is None or (lie.party, lie.epoch) in self._kept.lies:
                continue
            try:
                verify_lie(lie, known)
            except (VerificationFailed, MalformedInput) as error:
                log.warning("a proof of a lie proves nothing", party=told_by, of=lie.party, code=error.code)
                continue
            self._begin(self.keep_lie(lie))

    async def keep_lie(self, lie: Lie) -> None:
        """Keep a proof, tell the officers, and tell the other witnesses."""
        place = (lie.party, lie.epoch)
        if place in self._kept.lies:
            return
        self._kept.lies = {**self._kept.lies, place: lie}
        await self._house.keep({placed(LIE, *place): print_lie(lie)})
        log.critical("a log signed two histories", party=lie.party, epoch=lie.epoch)
        self._house.tell(LieProven(lie))
        self._house.announce()

    async def look(self) -> None:
        """Compare what others hold of the own log with the disk, and say what a log does not reconcile."""
        while True:
            await asyncio.sleep(LOOK_S)
            now_ms, state = self._house.now_ms(), self._house.state
            for other in self.views.unreconciled(now_ms):
                if other.log.party == state.party:
                    await self._look_at_own(other)
                elif now_ms - other.since_ms > UNRECONCILED_MS and is_live(state, other.log.party):
                    self.say_unreconciled(other, "it does not answer")

    async def _look_at_own(self, other: Other) -> None:
        """Compare a checkpoint of the own log, that a witness holds, with the disk."""
        own, known = self._kept.own, other.log
        size = held_checkpoint(own).size
        self.views.drop(other)
        if other.checkpoint.size > size:
            self.say_behind(other.witness, other.checkpoint.size, size)
            return
        try:
            await read_store(
                self._house,
                lambda reader: verify_one_history(known, own, other.note, subtrees_in(reader, known.epoch)),
            )
        except Fork as fork:
            await self.keep_lie(fork.lie)
        except (NotFound, VerificationFailed, PeerUnavailable, OSError) as error:
            log.warning("a checkpoint of the own log cannot be compared", why=str(error))

    def say_unreconciled(self, other: Other, why: str) -> None:
        """Tell an officer that a log did not show that two views of it are one."""
        self.views.drop(other)
        words = (
            f"{other.log.party} did not show that the log it shows {other.witness} is the one it shows here ({why}):"
            f" it may keep two. Call {other.log.party} and {other.witness}."
        )
        self._house.tell(LogDoubted("views", other.log.party, f"log {other.log.epoch} {other.witness}", words))

    def say_behind(self, witness: str, theirs: int, own: int) -> None:
        """Tell an officer that a witness holds more of the own log than the store has."""
        words = (
            f"{witness} holds {theirs} entries of the own log and the store has {own}: the store is an OLD COPY."
            " Nothing of it is co-signed. Call all."
        )
        self._house.tell(LogDoubted("log-behind", witness, "", words))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
