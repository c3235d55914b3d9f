"""What goes to one counterparty: each lane by a task and connection of its own, and a heartbeat each second.

The outbox is the log: what is sent is what the state holds as unacknowledged. It is sent again until the peer says, in
a signed heartbeat, that it holds it. One batch of each lane is under way at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from wellclear.centre.agreeing import liveness
from wellclear.errors import MalformedInput, PeerUnavailable, VerificationFailed
from wellclear.model.card import parse_card
from wellclear.protocol.envelope import Held, Lane
from wellclear.transport.calling import Connection, Context, Unreached
from wellclear.transport.desk import Desk
from wellclear.transport.framing import MAX_BATCH_BYTES, MAX_BATCH_ENVELOPES
from wellclear.transport.framing import print_batch as print_envelopes
from wellclear.transport.heart import HEARTBEAT_MEDIA, Heart
from wellclear.transport.liveness import Cause, Links
from wellclear.transport.receiving import MAX_SAFETY_BYTES
from wellclear.transport.routes import ENVELOPES_PATH, HEARTBEAT_PATH, KEY_HEADER, SAFETY_PATH
from wellclear.transport.witnessing import Offering, Witnesses

FIRST_RETRY_S: Final = 0.1
"""After the first failure a lane waits so long, and twice as long after each further one."""

RETRY_AT_MOST_S: Final[dict[Lane, float]] = {Lane.SAFETY: 1.0, Lane.ORDINARY: 15.0}
"""Longest wait of each lane; a peer that is heard again ends it at once."""

JITTER: Final = 0.25
"""Share by which a wait is shortened by chance, so that centres do not knock in step."""

_PATHS: Final = {Lane.SAFETY: SAFETY_PATH, Lane.ORDINARY: ENVELOPES_PATH}
_ROOM_BYTES: Final = {Lane.SAFETY: MAX_SAFETY_BYTES, Lane.ORDINARY: MAX_BATCH_BYTES}
_FRAME_BYTES: Final = 4

log = structlog.get_logger("wellclear.links")


@dataclass(frozen=True, slots=True)
class Line:
    """What sending needs besides the centre.

    Attributes:
        heart: signs and hears heartbeats.
        links: where it is noted how attempts end.
        context: TLS context for a party, by its name.
        chance: a number from 0 to 1.
        witnesses: knows what is to be said and asked about logs.
    """

    heart: Heart
    links: Links
    context: Callable[[str], Context]
    chance: Callable[[], float]
    witnesses: Witnesses


class Sending:
    """Sends to one counterparty until it is cancelled.

    Args:
        desk: the centre.
        line: what sending needs besides.
        party: the counterparty.

    Attributes:
        offering: offers checkpoints to it, and asks for proofs.
    """

    def __init__(self, desk: Desk, line: Line, party: str) -> None:
        self._desk, self._line, self._party = desk, line, party
        self._more = {lane: asyncio.Event() for lane in Lane}
        self._newest = dict.fromkeys(Lane, 0)
        self._back = asyncio.Event()
        self._held = Held()
        self.offering = Offering(desk, line.witnesses, party, lambda: connection_to(desk, line, party))

    def wake(self) -> None:
        """The state changed: there may be more to send."""
        out = self._desk.state.peers[self._party].out
        for lane in Lane:
            if out[lane].newest != self._newest[lane]:
                self._newest[lane] = out[lane].newest
                self._more[lane].set()

    def nudge(self) -> None:
        """What waited until the counterparty was asked may go."""
        for more in self._more.values():
            more.set()

    async def run(self) -> None:
        """Send, until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for lane in Lane:
                tasks.create_task(self._lane(lane))
            tasks.create_task(self._beats())
            tasks.create_task(self.offering.run())

    async def _lane(self, lane: Lane) -> None:
        connection, failures = connection_to(self._desk, self._line, self._party), 0
        try:
            while True:
                if not self._desk.leads:
                    await asyncio.sleep(FIRST_RETRY_S)
                    continue
                self._more[lane].clear()
                batch = self._batch(lane)
                if not batch or not (lane is Lane.SAFETY or self._desk.may_say(self._party)):
                    await self._more[lane].wait()
                    continue
                before = self._held.of(lane)
                cause = await self._attempt(connection, _PATHS[lane], print_envelopes(batch))
                moved = cause is Cause.NONE and self._held.of(lane) > before
                failures = 0 if moved else failures + 1
                if failures:
                    await self._pause(lane, failures)
        finally:
            await connection.close()

    async def _beats(self) -> None:
        connection = connection_to(self._desk, self._line, self._party)
        try:
            while True:
                pause_s = liveness(self._desk.state, self._party).heartbeat_ms / 1_000
                try:
                    beat = self._line.heart.beat(self._party)
                except PeerUnavailable:
                    await asyncio.sleep(pause_s)
                    continue
                before = self._line.links.of(self._party).cause
                cause = await self._attempt(connection, HEARTBEAT_PATH, beat)
                self._line.links.attempt(self._party, cause)
                if before and not cause:
                    self._come_back()
                await asyncio.sleep(pause_s)
        finally:
            await connection.close()

    def _come_back(self) -> None:
        """The peer is reached again: nothing waits any longer."""
        self._back.set()
        self._back = asyncio.Event()
        self.offering.wake()

    async def _attempt(self, connection: Connection, path: str, body: bytes) -> Cause:
        """One request, and what came of it."""
        try:
            self._held = self._hear(await connection.post(path, body))
        except Unreached as error:
            log.debug("not reached", party=self._party, path=path, cause=error.cause.value, why=error.message)
            return error.cause
        except (MalformedInput, VerificationFailed) as error:
            log.warning("answer refused", party=self._party, path=path, code=error.code, why=error.message)
            return Cause.REFUSED
        return Cause.NONE

    def _hear(self, answer: bytes) -> Held:
        """What the peer holds, by its answer."""
        heard = self._line.heart.hear(answer)
        if heard.party != self._party:
            raise VerificationFailed(f"{heard.party} answers for {self._party}", code="key-other")
        return heard.holds

    async def _pause(self, lane: Lane, failures: int) -> None:
        """Wait before the next try, or until the peer is back; what is new in the safety lane is tried at once."""
        longest_s = min(FIRST_RETRY_S * 2 ** min(failures - 1, 16), RETRY_AT_MOST_S[lane])
        pause_s = longest_s * (1.0 - JITTER * self._line.chance())
        waits = [self._back.wait(), *([self._more[lane].wait()] if lane is Lane.SAFETY else [])]
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        try:
            await asyncio.wait(tasks, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    def _batch(self, lane: Lane) -> list[bytes]:
        """The oldest envelopes of a lane that the peer does not hold, as many as one request takes."""
        state = self._desk.state
        peer = state.peers[self._party]
        held = self._held.of(lane) if self._held.epoch == state.epoch else 0
        waiting = peer.out[lane].unacknowledged
        room_bytes = _ROOM_BYTES[lane]
        batch: list[bytes] = []
        for sequence in sorted(sequence for sequence in waiting if sequence > held)[:MAX_BATCH_ENVELOPES]:
            room_bytes -= len(waiting[sequence]) + _FRAME_BYTES
            if room_bytes < 0:
                break
            batch.append(waiting[sequence])
        return batch


def connection_to(desk: Desk, line: Line, party: str) -> Connection:
    """A connection to a counterparty, not yet made.

    Args:
        desk: the centre.
        line: what a connection needs besides.
        party: the counterparty.
    """
    card = parse_card(desk.state.peers[party].card)
    headers = {KEY_HEADER: desk.signer.verifier.public.hex(), "content-type": HEARTBEAT_MEDIA}
    return Connection(card.urls, line.context(party), headers)
