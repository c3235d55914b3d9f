"""After a start each counterparty is asked what it holds of the own centre, before anything ordinary is said to it.

It shows that the store is the newest, or that it is an old copy: then a new epoch begins, and what had been said comes
back. Only what the own centre signed counts; a number alone claims nothing. The safety lane waits for none of this.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import structlog

from wellclear.assembly.intake import is_urgent
from wellclear.assembly.own_signed import NO_PLACE, open_own, place_of_checkpoint
from wellclear.centre.decide.recalling import Loss
from wellclear.centre.inputs import Arrived, Confirmation, Input, ReturnedEnvelope
from wellclear.centre.state.link import Peer
from wellclear.centre.state.state import State
from wellclear.centre.writer import Outcome
from wellclear.errors import MalformedInput, PeerUnavailable, RuleViolated, VerificationFailed, WellclearError
from wellclear.model.card import Card
from wellclear.protocol.envelope import Held, Lane, open_envelope
from wellclear.protocol.recall import MAX_ANSWER_BYTES, Answer, Question, open_answer, print_question
from wellclear.transport.calling import Connection
from wellclear.transport.enrolled import key_of
from wellclear.transport.routes import NEWEST_PATH, RECALL_PATH
from wellclear.trust.key_statement import Place
from wellclear.trust.signing import SigningKey

RETRY_S: Final = 0.5
"""When a counterparty that did not answer is asked again: what is said to it waits for that."""

PAGE_S: Final = 0.2
"""Between two pages: no faster than a counterparty answers questions."""

CHUNK: Final = 32
"""Envelopes that are put before the writer at a time: they leave room for what the counterparty sends itself."""

MAX_PAGES: Final = 10_000
"""Pages that one counterparty may make the centre read: a log of 20 million entries."""

log = structlog.get_logger("wellclear.restoring")


class Desk(Protocol):
    """A running centre, as confirming sees it. Everything is called from one event loop."""

    @property
    def state(self) -> State:
        """What is on disk."""

    @property
    def card(self) -> Card:
        """The own card."""

    @property
    def signer(self) -> SigningKey:
        """The message key that holds now."""

    def now_ms(self) -> int:
        """UTC by the centre's clock."""

    async def submit(self, inputs: Sequence[Input]) -> Sequence[Outcome]:
        """What became of inputs, once that is on disk."""

    async def begin_epoch(self, loss: Loss) -> None:
        """Begin a new epoch, unless the log has begun a later one than the loss names; it is on disk on return."""

    def asked(self, party: str) -> None:
        """A counterparty was asked, in the epoch that goes on: what waits for it may be said."""

    def may_say(self, party: str) -> bool:
        """Whether it was."""

    def reaches(self, party: str) -> bool:
        """Whether the newest heartbeat to a counterparty came through, or none was tried."""


class Confirming:
    """Asks one counterparty after the start, and in each new epoch, until it is cancelled.

    Args:
        desk: the centre.
        party: the counterparty.
        connect: makes a connection to it.
    """

    def __init__(self, desk: Desk, party: str, connect: Callable[[], Connection]) -> None:
        self._desk, self._party, self._connect = desk, party, connect
        self._more = asyncio.Event()
        self._start = (0, 0)

    def wake(self) -> None:
        """The state changed: a new epoch may have begun."""
        self._more.set()

    async def run(self) -> None:
        """Ask, until cancelled."""
        connection = self._connect()
        try:
            while True:
                self._more.clear()
                if self._desk.may_say(self._party):
                    await self._more.wait()
                else:
                    await self._try(connection)
        finally:
            await connection.close()

    async def _try(self, connection: Connection) -> None:
        if not self._desk.reaches(self._party):
            await asyncio.sleep(RETRY_S)
            return
        try:
            await self._confirm(connection)
        except (PeerUnavailable, RuleViolated, MalformedInput, VerificationFailed) as error:
            log.debug("not confirmed", party=self._party, code=error.code, why=error.message)
            await asyncio.sleep(RETRY_S)

    async def _confirm(self, connection: Connection) -> None:
        desk, party = self._desk, self._party
        newest = await self._ask(connection, NEWEST_PATH, (0, 0))
        await self._look_at_checkpoint(newest)
        if self._claims_more(newest) or self._saw_more(newest) or desk.state.peers[party].recalled < desk.state.epoch:
            await self._recall(connection)
        epoch = desk.state.epoch
        if self._claims_more(newest):
            log.warning("a counterparty claims to hold more, without proof", party=party, holds=str(newest.holds))
        else:
            own = place_of_checkpoint(newest.checkpoint, desk.card)
            await desk.submit([Confirmation(party, epoch, newest.checkpoint if own > NO_PLACE else "")])
            log.info("confirmed", party=party, epoch=epoch)
        if desk.state.epoch == epoch:
            desk.asked(party)

    async def _recall(self, connection: Connection) -> None:
        """Take what is in all pages that the counterparty has; after a failure, from the same page on."""
        count = 0
        for _ in range(MAX_PAGES):
            answer = await self._ask(connection, RECALL_PATH, self._start)
            await self._look_at_checkpoint(answer)
            for first in range(0, len(answer.envelopes), CHUNK):
                count += await self._take(answer.envelopes[first : first + CHUNK])
            if answer.then is None:
                self._start = (0, 0)
                log.info("taken back", party=self._party, envelopes=count)
                return
            if answer.then <= self._start:
                raise VerificationFailed("the pages do not go on", code="recall-pages", at="then")
            self._start = answer.then
            await asyncio.sleep(PAGE_S)
        raise RuleViolated("too many pages", code="recall-pages", wanted=f"at most {MAX_PAGES:,}")

    async def _ask(self, connection: Connection, path: str, start: tuple[int, int]) -> Answer:
        desk, party = self._desk, self._party
        state = desk.state
        peer = state.peers[party]
        question = Question(
            party=state.party,
            recipient=party,
            at_ms=desk.now_ms(),
            nonce=secrets.token_bytes(16),
            said=said_to(peer, state.epoch),
            holds=peer.holds,
            start=start,
        )
        raw = print_question(question, desk.signer)
        content = await connection.post(path, raw, MAX_ANSWER_BYTES)
        answer = open_answer(content, state.party, raw, lambda public: key_of(state, public))
        if answer.party != party:
            raise VerificationFailed(f"{answer.party} answers for {party}", code="key-other")
        return answer

    def _claims_more(self, answer: Answer) -> bool:
        """Whether the numbers of an answer are ahead of the log."""
        state = self._desk.state
        out = state.peers[self._party].out
        if answer.holds.epoch != state.epoch:
            return answer.holds.epoch > state.epoch
        return any(answer.holds.of(lane) > out[lane].newest for lane in Lane)

    def _saw_more(self, answer: Answer) -> bool:
        """Whether it heard of a longer log, of which it need not hold anything."""
        state = self._desk.state
        return answer.holds.epoch == state.epoch and answer.index > state.index

    async def _look_at_checkpoint(self, answer: Answer) -> None:
        """A checkpoint that the own centre signed and that its store does not reach is proof."""
        place, state = place_of_checkpoint(answer.checkpoint, self._desk.card), self._desk.state
        if place > Place(state.epoch, state.index):
            what = f"{self._party} shows a checkpoint over {place.index:,} entries of epoch {place.epoch}"
            await self._desk.begin_epoch(Loss(place.epoch, _words(what, state), answer.checkpoint))

    async def _take(self, envelopes: Sequence[bytes]) -> int:
        """Put envelopes before the writer, own and of the counterparty, each lane in its order; how many held.

        What the counterparty signed with a key that it stated since the copy was made can be opened only once the KEY
        before it was taken.
        """
        count, inputs = 0, list[Input]()
        for raw in envelopes:
            try:
                inputs.append(await self._opened(raw))
            except WellclearError:
                count += await self._submitted(inputs)
                inputs = []
                try:
                    inputs.append(await self._opened(raw))
                except WellclearError as error:
                    log.warning("not taken back", party=self._party, code=error.code, why=error.message)
        return count + await self._submitted(inputs)

    async def _submitted(self, inputs: Sequence[Input]) -> int:
        urgent = [one for one in inputs if is_urgent(one)]  # which waits for no geometry of the others
        for lot in (urgent, [one for one in inputs if not is_urgent(one)]):
            for outcome in await self._desk.submit(lot):
                if outcome.refused is not None:
                    log.warning("not taken back", party=self._party, code=outcome.refused.code)
        return len(inputs)

    async def _opened(self, raw: bytes) -> Input:
        """An envelope of a page, verified; one of the own centre's that the store should have begins a new epoch."""
        desk, party = self._desk, self._party
        try:
            own = open_own(raw, desk.card)
        except VerificationFailed:
            state = desk.state
            return Arrived(open_envelope(raw, lambda public: key_of(state, public)))
        envelope, state = own.envelope, desk.state
        place = Place(envelope.epoch, envelope.index)
        if envelope.recipient == party and place >= Place(state.epoch, state.index):
            what = f"{party} holds {envelope.kind.value} of entry {place.index:,} of epoch {place.epoch}"
            await desk.begin_epoch(Loss(place.epoch, _words(what, state)))
        return ReturnedEnvelope(party, own)


def said_to(peer: Peer, epoch: int) -> tuple[Held, ...]:
    """What the log has of what it said to a counterparty, for each of its epochs."""
    ended = (
        Held(past, lanes[Lane.SAFETY].contiguous, lanes[Lane.ORDINARY].contiguous)
        for past, lanes in sorted(peer.said.items())
    )
    return (*ended, Held(epoch, peer.out[Lane.SAFETY].newest, peer.out[Lane.ORDINARY].newest))


def _words(what: str, state: State) -> str:
    return f"{what}, the store ends at {state.index:,} of epoch {state.epoch}"
