"""What a running centre says to its counterparties: to each by a task of its own, begun anew where its card changed."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

import structlog

from wellclear.assembly import confirming
from wellclear.assembly.confirming import Confirming
from wellclear.transport import desk
from wellclear.transport.calling import Context
from wellclear.transport.heart import Heart
from wellclear.transport.liveness import Links
from wellclear.transport.pins import pins_of
from wellclear.transport.sending import Line, Sending, connection_to
from wellclear.transport.tls import client_context
from wellclear.transport.witnessing import Witnesses
from wellclear.trust.key_statement import Place

REST_S: Final = 1.0
"""How long speaking to a party rests after a fault of our own, before it begins anew."""

log = structlog.get_logger("wellclear.centre")


class Desk(desk.Desk, confirming.Desk, Protocol):
    """A running centre, as sending and confirming see it."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What is spoken with one counterparty, by the card that it has."""

    card: bytes
    sending: Sending
    confirming: Confirming
    task: asyncio.Task[None]


class Speaking:
    """Speaks with every counterparty. Everything is called from one event loop.

    Args:
        desk: the centre.
        heart: signs and hears heartbeats.
        links: what is known of the links.
        witnesses: what is said about logs.
    """

    def __init__(self, desk: Desk, heart: Heart, links: Links, witnesses: Witnesses) -> None:
        self._desk, self._heart = desk, heart
        self._line = Line(heart, links, self._context, secrets.SystemRandom().random, witnesses)
        self._spoken: dict[str, _Spoken] = {}
        self._asked: set[tuple[str, int]] = set()

    @property
    def tasks(self) -> Sequence[asyncio.Task[None]]:
        """What is to be cancelled in the end."""
        return [spoken.task for spoken in self._spoken.values()]

    def wake(self) -> None:
        """The state changed: there may be more to say; begin with who was enrolled, anew with who moved."""
        for party, peer in self._desk.state.peers.items():
            known = self._spoken.get(party)
            if known is not None and known.card == peer.card:
                known.sending.wake()
                known.confirming.wake()
                continue
            if known is not None:
                known.task.cancel()
            self._spoken[party] = self._begun(party, peer.card)

    def may_say(self, party: str) -> bool:
        """Whether a counterparty was asked what it holds, in the epoch that goes on."""
        return (party, self._desk.state.epoch) in self._asked

    def asked(self, party: str) -> None:
        """It was: what waits for it may be said."""
        self._asked.add((party, self._desk.state.epoch))
        self._spoken[party].sending.nudge()

    def announce(self) -> None:
        """There is something to say about logs."""
        for spoken in self._spoken.values():
            spoken.sending.offering.wake()

    def _begun(self, party: str, card: bytes) -> _Spoken:
        sending = Sending(self._desk, self._line, party)
        confirming = Confirming(self._desk, party, partial(connection_to, self._desk, self._line, party))
        sending.wake()
        return _Spoken(card, sending, confirming, asyncio.create_task(_keep_speaking(sending, confirming, party)))

    def _context(self, party: str) -> Context:
        def context() -> ssl.SSLContext:
            peer = self._desk.state.peers[party]
            return client_context(pins_of(peer.ring, self._heart.newest.get(party, Place(peer.epoch, 0))))

        return context


async def _keep_speaking(sending: Sending, confirming: Confirming, party: str) -> None:
    """Ask and send until cancelled; after a fault of our own begin anew."""
    while True:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(sending.run())
                tasks.create_task(confirming.run())
        except Exception:  # the sender's loop: one peer's fault must not end what is said to it for good
            log.exception("a fault of the program", party=party)
            await asyncio.sleep(REST_S)
