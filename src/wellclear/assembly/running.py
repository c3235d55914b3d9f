"""A running centre: the writer in its thread, the links to all counterparties, the ticks; what is shown is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from wellclear.assembly.clock import Clock, steady_ms, wall_ms
from wellclear.assembly.high_water import HighWater, Marking
from wellclear.assembly.intake import Beginning, Intake, Keeping, Waiting, is_urgent
from wellclear.assembly.means import real_means, stated
from wellclear.assembly.own_keys import OwnKeys
from wellclear.assembly.prejudging import Prejudging
from wellclear.assembly.recomputing import Recomputing
from wellclear.assembly.restoring import Begins, found_in
from wellclear.assembly.settings import Settings
from wellclear.assembly.snapshots import keep_snapshots
from wellclear.assembly.speaking import Speaking
from wellclear.assembly.witnessing import Witnessing
from wellclear.assembly.writing import Writing
from wellclear.centre.agreeing import liveness
from wellclear.centre.commands import Command
from wellclear.centre.decide.recalling import Loss
from wellclear.centre.inputs import Act, Arrived, Input, Tick
from wellclear.centre.means import Means
from wellclear.centre.ports.store import Reader, Store
from wellclear.centre.snapshot import Log
from wellclear.centre.state.state import State
from wellclear.centre.writer import Outcome
from wellclear.errors import PeerUnavailable, WellclearError
from wellclear.model.card import Card
from wellclear.transport.heart import Heart
from wellclear.transport.liveness import Links
from wellclear.transport.recalling import Recalling
from wellclear.transport.receiving import Rates, Receiving
from wellclear.transport.refusals import Refusals
from wellclear.transport.witnessing import Answering
from wellclear.trust.key_statement import KeyPurpose, Place
from wellclear.trust.signing import SigningKey

TICK_S: Final = 0.2
"""How often time is looked at: a link is stale, a message late, within so long of its time."""

TELL_S: Final = 1.0
"""How often refusals become an entry, one for each party."""

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
        high_water: the mark outside the store; a store that is forgotten with the process has none.
        wall: the machine's clock, see `Clock`.
        steady: a clock that only goes forward.
    """

    settings: Settings
    keys: OwnKeys
    store: Store
    term: int
    shared: bool = False
    rates: Rates = field(default_factory=Rates)
    high_water: HighWater | None = None
    wall: Callable[[], int] = wall_ms
    steady: Callable[[], int] = steady_ms


class RunningCentre:
    """A centre from its start to its end. Everything but `__init__` is called from one event loop.

    Attributes:
        parts: what it runs with.
        clock: its clock.
        links: what is known of its links.
        refusals: what was refused, of whom.
        witnessing: signs the log, offers it to witnesses, and witnesses others'.
        receiving: takes what counterparties send.
        answering: answers what they say and ask about logs.
        recalling: answers what they ask of what is held.
        speaking: says to counterparties what is to be said.
        intake: what waits for the writer.
        writing: the writer's thread.
        prejudging: works on geometry before an input's turn.
        ended: set when the writer has ended.
        begun: why a new epoch began at this start; empty where none did.

    Args:
        parts: what it runs with; the log is replayed at once.

    Raises:
        MalformedInput: the log cannot be read.
        RuleViolated: another process leads.
        OSError: storage failed.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        found = found_in(parts.store, parts.high_water)
        self.begun = "" if found.loss is None else found.loss.reason
        self.clock = Clock(parts.settings.clock.error_ms, found.log.state.now_ms, parts.wall, parts.steady)
        self.witnessing = Witnessing(self, found.kept, stated(parts.keys.card.ring))
        self._begins = Begins(parts.keys, self.clock, self.witnessing.witnessed)
        writer = self._begins.writer(parts.store, parts.term, found)
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
        marked = parts.high_water
        self.marking = None if marked is None else Marking(marked, lambda: self.writing.log, self._marked_in_thread)
        self.prejudging = Prejudging(lambda: self.state)
        self.heart = Heart(self, self.links)
        self.receiving = Receiving(self, self.heart, self.refusals, parts.rates)
        self.answering = Answering(self, self.receiving, self.witnessing)
        self.recalling = Recalling(self, self.heart, self.receiving, self.reader)
        self.ended = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.speaking = Speaking(self, self.heart, self.links, self.witnessing)
        self._moved = asyncio.Event()

    async def start(self) -> None:
        """Start the writer, the ticks and the links."""
        self._loop = asyncio.get_running_loop()
        self.writing.start()
        if self.marking is not None:
            self.marking.start()
        snapshots = keep_snapshots(lambda: self.writing.log, self.reader, self.keep)
        ends = self.witnessing.signing.end
        recomputing = Recomputing(self.reader, self.keep, ends, self.tell, self.now_ms).run()
        works = (self._tick(), self._tell_refusals(), snapshots, recomputing, *self.witnessing.works())
        self._tasks = [asyncio.create_task(work) for work in works]
        for task in self._tasks:
            task.add_done_callback(_report_end)
        self._changed()
        log.info("started", party=self.state.party, epoch=self.state.epoch, entries=self.state.total)

    async def stop(self) -> None:
        """Take in no more, write what waits, and end. What was accepted is on disk."""
        self.intake.close()
        tasks = [*self._tasks, *self.speaking.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self.writing.join)
        if self.marking is not None:
            self.marking.close()
            await asyncio.to_thread(self.marking.join)
        self.receiving.close()
        self.prejudging.close()
        log.info("stopped", party=self.state.party, entries=self.state.total)

    @property
    def state(self) -> State:
        """What is on disk, as far as the mark outside the store covers it: nothing else is shown or sent."""
        return self.log.state

    @property
    def card(self) -> Card:
        """The own card."""
        return self.parts.keys.card

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
        return self.witnessing.own

    @property
    def log(self) -> Log:
        """The log as far as it is on disk, and marked outside the store."""
        return self.writing.log if self.marking is None else self.marking.released

    def log_signer(self, place: Place) -> SigningKey:
        """The log key that holds at a place of the own log.

        Raises:
            RuleViolated: `key-none`: none holds there.
            NotFound: `key-file-missing`: its secret was destroyed.
        """
        return self.parts.keys.signer(KeyPurpose.LOG, place)

    def shown(self) -> tuple[str, ...]:
        """As in `Desk`."""
        return self.witnessing.shown()

    def compare(self, party: str, notes: Sequence[str]) -> None:
        """As in `Desk`."""
        self.witnessing.comparing.compare(party, notes)

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
        (outcome,) = await self.submit((Act(officer, role, command),))
        if outcome.refused is not None:
            raise outcome.refused
        return outcome

    async def take(self, arrived: Sequence[Arrived]) -> Sequence[Outcome]:
        """As in `Desk`."""
        before = self.state
        outcomes = await self.submit(arrived)
        self.witnessing.took(before, arrived, outcomes)
        return outcomes

    async def submit(self, inputs: Sequence[Input]) -> Sequence[Outcome]:
        """What became of inputs of one source, once that is on disk and marked.

        Raises:
            RuleViolated: `queue-full`; or an officer's geometry is refused, as by `MalformedInput`.
            PeerUnavailable: `centre-stopping`, `centre-stopped`.
        """
        judged = await self.prejudging.prejudged(inputs, urgent=all(map(is_urgent, inputs)))
        waiting = [self._put(one) for one in judged]
        outcomes = [await asyncio.wrap_future(one.outcome) for one in waiting]
        await self._until_released(max((outcome.end for outcome in outcomes), default=Place(0, 0)))
        return outcomes

    async def begin_epoch(self, loss: Loss) -> None:
        """Begin a new epoch, unless the log has begun a later one than the loss names; it is on disk on return."""
        beginning = Beginning(lambda state: self._begins.entries(loss, state))
        self.intake.keep(beginning)
        await asyncio.wrap_future(beginning.kept)
        state = self.writing.log.state
        await self._until_released(Place(state.epoch, state.index))

    def may_say(self, party: str) -> bool:
        """Whether a counterparty was asked what it holds, in the epoch that goes on."""
        return self.speaking.may_say(party)

    def reaches(self, party: str) -> bool:
        """Whether the newest heartbeat to a counterparty came through, or none was tried."""
        return not self.links.of(party).cause

    def asked(self, party: str) -> None:
        """It was: what waits for it may be said."""
        self.speaking.asked(party)

    def announce(self) -> None:
        """There is something to say to counterparties about logs."""
        self.speaking.announce()

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

    async def _until_released(self, end: Place) -> None:
        """Wait until the log is marked as far as a place where it is on disk; not for what was written after it."""
        while Place(self.state.epoch, self.state.index) < end:
            await self._moved.wait()

    def _means(self) -> Means:
        return real_means(self.clock, self.signer, self.witnessing.witnessed)

    async def _tick(self) -> None:
        while True:
            state = self.state
            heard = {
                party: self.links.since_start(party, liveness(state, party).stale_ms) for party in sorted(state.peers)
            }
            marked = self.marking is None or self.marking.keeps_up
            if not marked:
                self._changed()  # what waits for the mark waits no longer; the tick itself never does
            outcome = await asyncio.wrap_future(self._put(Tick(heard, self.error_ms(), marked)).outcome)
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
        if self.marking is not None:
            self.marking.wake()
        if self.marking is None or self.writing.failure is not None or not self.marking.keeps_up:
            self._marked_in_thread()

    def _marked_in_thread(self) -> None:
        """The thread of the mark says that it covers more."""
        self._loop.call_soon_threadsafe(self._changed)

    def _changed(self) -> None:
        """Wake what waits for news."""
        if not self.writing.is_alive() or self.writing.failure is not None:
            self.ended.set()
        self._moved.set()
        self._moved = asyncio.Event()
        self.witnessing.signing.wake()
        self.speaking.wake()


def serving_files(centre: RunningCentre) -> tuple[Path, Path] | None:
    """Files of the certificate and secret that a centre shows; nothing where it speaks plain http on loopback.

    Raises:
        RuleViolated: `key-none`: none holds.
    """
    state = centre.state
    if not centre.parts.settings.secured:
        return None
    return centre.parts.keys.certificate(Place(state.epoch, state.index))


def _report_end(task: asyncio.Task[None]) -> None:
    """Say that work which should go on until the centre stops has ended by itself."""
    failure = None if task.cancelled() else task.exception()
    if failure is not None:
        log.error("work ended", work=str(task.get_coro()), why=str(failure), family=type(failure).__name__)
