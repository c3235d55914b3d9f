"""A running centre: the writer in its thread, the links to all counterparties, the ticks; what is shown is on disk."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from wellclear.assembly.clock import Clock, steady_ms, wall_ms
from wellclear.assembly.intake import Intake, Keeping, Waiting, is_urgent
from wellclear.assembly.means import Witnessed, real_means, stated
from wellclear.assembly.own_keys import OwnKeys
from wellclear.assembly.prejudging import Prejudging
from wellclear.assembly.settings import Settings
from wellclear.assembly.snapshots import keep_at_once, keep_snapshots, replayed_from
from wellclear.assembly.writing import Writing
from wellclear.centre.agreeing import liveness
from wellclear.centre.commands import Command
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Began, Enrolled
from wellclear.centre.inputs import Act, Arrived, Input, Tick
from wellclear.centre.means import Means
from wellclear.centre.ports.store import Reader, Store
from wellclear.centre.state.state import State
from wellclear.centre.writer import Outcome, Writer
from wellclear.errors import PeerUnavailable, WellclearError
from wellclear.model.card import Card, print_card
from wellclear.transport.calling import Context
from wellclear.transport.heart import Heart
from wellclear.transport.liveness import Links
from wellclear.transport.pins import pins_of
from wellclear.transport.receiving import Rates, Receiving
from wellclear.transport.refusals import Refusals
from wellclear.transport.sending import Line, Sending
from wellclear.transport.tls import client_context
from wellclear.trust.key_statement import KeyPurpose, Place
from wellclear.trust.signing import SigningKey

TICK_S: Final = 0.2
"""How often time is looked at: a link is stale, a message late, within so long of its time."""

TELL_S: Final = 1.0
"""How often refusals become an entry, one for each party."""

REST_S: Final = 1.0
"""How long sending to a party rests after a fault of our own, before it begins anew."""

log = structlog.get_logger("wellclear.centre")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a centre runs with.

    Attributes:
        settings: from its directory.
        keys: from its directory.
        store: where its log is.
        term: in which it leads.
        shared: whether another process may take the lead.
        rates: what one counterparty may send.
        witnessed: checkpoints and co-signatures.
        wall: the machine's clock, see `Clock`.
        steady: a clock that only goes forward.
    """

    settings: Settings
    keys: OwnKeys
    store: Store
    term: int
    shared: bool = False
    rates: Rates = field(default_factory=Rates)
    witnessed: Witnessed = field(default_factory=Witnessed)
    wall: Callable[[], int] = wall_ms
    steady: Callable[[], int] = steady_ms


class RunningCentre:
    """A centre from its start to its end. Everything but `__init__` is called from one event loop.

    Attributes:
        parts: what it runs with.
        clock: its clock.
        links: what is known of its links.
        refusals: what was refused, of whom.
        receiving: takes what counterparties send.
        intake: what waits for the writer.
        writing: the writer's thread.
        prejudging: works on geometry before an input's turn.
        ended: set when the writer has ended.

    Args:
        parts: what it runs with; the log is replayed at once.

    Raises:
        MalformedInput: the log cannot be read.
        RuleViolated: another process leads.
        OSError: storage failed.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        replayed, outdated = replayed_from(parts.store)
        self.clock = Clock(parts.settings.clock.error_ms, replayed.state.now_ms, parts.wall, parts.steady)
        writer = Writer(parts.store, parts.term, replayed)
        if outdated:
            keep_at_once(parts.store, writer)
        first = _first_entries(replayed.state, parts.keys.card, self.clock.now_ms())
        if first:
            writer.append(first, secrets.token_bytes)
        self.links = Links(self.clock.now_ms)
        self.refusals = Refusals()
        self.intake = Intake()
        self.writing = Writing(
            writer,
            parts.term,
            self.intake,
            self._means,
            shared=parts.shared,
            changed=self._changed_in_thread,
        )
        self.prejudging = Prejudging(lambda: self.state)
        self.heart = Heart(self, self.links)
        self.receiving = Receiving(self, self.heart, self.refusals, parts.rates)
        self.ended = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._sendings: dict[str, tuple[bytes, Sending, asyncio.Task[None]]] = {}

    async def start(self) -> None:
        """Start the writer, the ticks and the links."""
        self._loop = asyncio.get_running_loop()
        self.writing.start()
        snapshots = keep_snapshots(lambda: self.writing.log, self.reader, self.keep)
        self._tasks = [asyncio.create_task(work) for work in (self._tick(), self._tell_refusals(), snapshots)]
        for task in self._tasks:
            task.add_done_callback(_report_end)
        self._changed()
        log.info("started", party=self.state.party, epoch=self.state.epoch, entries=self.state.total)

    async def stop(self) -> None:
        """Take in no more, write what waits, and end. What was accepted is on disk."""
        self.intake.close()
        for task in [*self._tasks, *(task for _, _, task in self._sendings.values())]:
            task.cancel()
        await asyncio.gather(*self._tasks, *(task for _, _, task in self._sendings.values()), return_exceptions=True)
        await asyncio.to_thread(self.writing.join)
        self.receiving.close()
        self.prejudging.close()
        log.info("stopped", party=self.state.party, entries=self.state.total)

    @property
    def state(self) -> State:
        """What is on disk."""
        return self.writing.log.state

    @property
    def leads(self) -> bool:
        """Whether the writer could commit a moment ago."""
        return self.writing.leads

    @property
    def signer(self) -> SigningKey:
        """The message key that holds at the end of the log."""
        state = self.state
        return self.parts.keys.signer(KeyPurpose.MESSAGE, Place(state.epoch, state.index))

    @property
    def checkpoint(self) -> str:
        """The newest own checkpoint that is stored."""
        return self.parts.witnessed.own()

    def now_ms(self) -> int:
        """UTC by the centre's clock."""
        return self.clock.now_ms()

    def error_ms(self) -> int:
        """The largest error that the clock may have."""
        return self.clock.error_ms()

    def reader(self) -> Reader:
        """A reader of the store, to be closed by who asked for it."""
        return self.parts.store.reader()

    async def act(self, officer: str, role: str, command: Command) -> Outcome:
        """What became of an officer's command, once that is on disk.

        Args:
            officer: who.
            role: as what.
            command: what.

        Raises:
            RuleViolated: `queue-full`.
            PeerUnavailable: `not-leading`, `centre-stopping`, `centre-stopped`.
            WellclearError: the command is refused, and why.
        """
        if not self.leads:
            raise PeerUnavailable("the centre could commit nothing for a while", code="not-leading")
        act = Act(officer, role, command)
        (judged,) = await self.prejudging.prejudged((act,), urgent=is_urgent(act))
        outcome = await self._outcome(judged)
        if outcome.refused is not None:
            raise outcome.refused
        return outcome

    async def take(self, arrived: Sequence[Arrived]) -> Sequence[Outcome]:
        """As in `Desk`."""
        judged = await self.prejudging.prejudged(arrived, urgent=all(map(is_urgent, arrived)))
        waiting = [self._put(one) for one in judged]
        return [await asyncio.wrap_future(one.outcome) for one in waiting]

    def tell(self, taken: Input) -> None:
        """As in `Desk`; a centre that stops is told nothing more."""
        try:
            self._put(taken)
        except WellclearError as error:
            log.debug("not told", input=type(taken).__name__, code=error.code)

    async def keep(self, beside: Mapping[str, bytes]) -> None:
        """Keep something beside the log, in the writer's term; durable on return.

        Raises:
            PeerUnavailable: `centre-stopping`, `centre-stopped`.
        """
        keeping = Keeping(beside)
        self.intake.keep(keeping)
        await asyncio.wrap_future(keeping.kept)

    def _put(self, taken: Input) -> Waiting:
        waiting = Waiting(taken)
        self.intake.put(waiting)
        return waiting

    async def _outcome(self, taken: Input) -> Outcome:
        return await asyncio.wrap_future(self._put(taken).outcome)

    def _means(self) -> Means:
        return real_means(self.clock, self.signer, self.parts.witnessed)

    async def _tick(self) -> None:
        while True:
            state = self.state
            heard = {
                party: self.links.since_start(party, liveness(state, party).stale_ms) for party in sorted(state.peers)
            }
            outcome = await self._outcome(Tick(heard, self.error_ms()))
            if outcome.refused is not None:
                log.error("a tick was refused", code=outcome.refused.code, why=outcome.refused.message)
            await asyncio.sleep(TICK_S)

    async def _tell_refusals(self) -> None:
        while True:
            await asyncio.sleep(TELL_S)
            for turned in self.refusals.tell():
                log.warning("refused", party=turned.party, codes=dict(turned.codes))
                self.tell(turned)

    def _changed_in_thread(self) -> None:
        """The writer's thread says that the state on disk changed, or that it ended."""
        self._loop.call_soon_threadsafe(self._changed)

    def _changed(self) -> None:
        """Wake what waits for news; begin to send to who was enrolled, anew to who moved."""
        if not self.writing.is_alive() or self.writing.failure is not None:
            self.ended.set()
        for party, peer in self.state.peers.items():
            known = self._sendings.get(party)
            if known is not None and known[0] == peer.card:
                known[1].wake()
                continue
            if known is not None:
                known[2].cancel()
            sending = Sending(self, Line(self.heart, self.links, self._context, secrets.SystemRandom().random), party)
            task = asyncio.create_task(_keep_sending(sending, party))
            self._sendings[party] = (peer.card, sending, task)
            sending.wake()

    def _context(self, party: str) -> Context:
        def context() -> ssl.SSLContext:
            peer = self.state.peers[party]
            return client_context(pins_of(peer.ring, self.heart.newest.get(party, Place(peer.epoch, 0))))

        return context


def serving_files(centre: RunningCentre) -> tuple[Path, Path] | None:
    """Files of the certificate and secret that a centre shows; nothing where it speaks plain http on loopback.

    Raises:
        RuleViolated: `key-none`: none holds.
    """
    state = centre.state
    if not centre.parts.settings.secured:
        return None
    return centre.parts.keys.certificate(Place(state.epoch, state.index))


def _first_entries(state: State, card: Card, now_ms: int) -> list[Entry]:
    """What a log begins with, and what it says where the own card has changed since."""
    content = print_card(card)
    entries: list[Entry] = [] if state.party else [Began(at_ms=now_ms, party=card.party, epoch=0)]
    if state.card != content:
        entries.append(
            Enrolled(at_ms=now_ms, officer="", party=card.party, root=card.root, card=content, ring=stated(card.ring))
        )
    return entries


def _report_end(task: asyncio.Task[None]) -> None:
    """Say that work which should go on until the centre stops has ended by itself."""
    failure = None if task.cancelled() else task.exception()
    if failure is not None:
        log.error("work ended", work=str(task.get_coro()), why=str(failure), family=type(failure).__name__)


async def _keep_sending(sending: Sending, party: str) -> None:
    """Send until cancelled; after a fault of our own begin anew."""
    while True:
        try:
            await sending.run()
        except Exception:  # the sender's loop: one peer's fault must not end what is said to it for good
            log.exception("a fault of the program", party=party)
            await asyncio.sleep(REST_S)
