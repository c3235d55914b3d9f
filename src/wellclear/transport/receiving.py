"""What comes from counterparties: admitted by source and rate, verified off the writer, and put before it.

A source is the address that a request comes from together with the party whose key it names. What one source spends no
other lacks: whoever names another's key from elsewhere has an allowance of its own. Bodies are read only for keys that
are enrolled. The safety lane has its own route, allowance, places and thread, so that nothing ordinary delays it.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Final

from wellclear.centre.inputs import Arrived
from wellclear.centre.state.state import State
from wellclear.errors import MalformedInput, RuleViolated, VerificationFailed, WellclearError
from wellclear.protocol.envelope import Lane, Opened, open_envelope
from wellclear.protocol.heartbeat import MAX_HEARTBEAT_BYTES
from wellclear.transport.allowance import Allowances, Rate
from wellclear.transport.body import Receive, read_body
from wellclear.transport.desk import Desk
from wellclear.transport.enrolled import key_of, party_of
from wellclear.transport.framing import MAX_BATCH_BYTES, parse_batch
from wellclear.transport.heart import Heart
from wellclear.transport.refusals import Refusals

MAX_SAFETY_BYTES: Final = 2_097_152
"""Bytes of one request in the safety lane: two of the largest envelopes."""

MAX_UNDER_WAY: Final = 2
"""Requests of one source and lane at a time: one that is read while the one before is written."""

BYTES_PER_TOKEN: Final = 65_536
"""So many bytes of an envelope cost one token more: what is hashed and parsed in the time of one signature."""

PAUSE_S: Final = 0.5
"""How long who asks too much waits for the refusal: a flood becomes two requests a second for each connection."""

FINE_TOKENS: Final = 10.0
"""What an envelope costs besides, whose signature does not hold."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What one source may send.

    Attributes:
        ordinary: envelopes in the ordinary lane: ten thousand that a partition held back are taken in 40 s, and one
            peer's flood, at some 1.5 ms of processor time each, leaves more than half a core free.
        safety: envelopes in the safety lane: more calls a second no officer can say or hear.
        heartbeats: heartbeats; one a second is usual.
        witnessing: checkpoints and questions about logs; a busy log offers four a second.
        questions: questions after what is held: a centre that was restored asks for a page of a million entries' log
            after the other in two minutes, and costs a fifth of a thread meanwhile.
    """

    ordinary: Rate = field(default_factory=lambda: Rate(250.0, 1_000.0))
    safety: Rate = field(default_factory=lambda: Rate(20.0, 64.0))
    heartbeats: Rate = field(default_factory=lambda: Rate(10.0, 30.0))
    witnessing: Rate = field(default_factory=lambda: Rate(16.0, 48.0))
    questions: Rate = field(default_factory=lambda: Rate(5.0, 20.0))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, as far as that is known before it is read.

    Attributes:
        address: that it comes from.
        key: public key that it names in the header ``wellclear-key``, hexadecimal; it must have signed the content.
        receive: its body, by ASGI.
    """

    address: str
    key: str
    receive: Receive


class Receiving:
    """Takes what counterparties send.

    Args:
        desk: the centre.
        heart: answers with heartbeats.
        refusals: where refusals are counted.
        rates: what one source may send.
    """

    def __init__(self, desk: Desk, heart: Heart, refusals: Refusals, rates: Rates) -> None:
        self._desk, self._heart, self._refusals = desk, heart, refusals
        self._spent: dict[str, Allowances[tuple[str, str]]] = {
            Lane.ORDINARY: Allowances(rates.ordinary),
            Lane.SAFETY: Allowances(rates.safety),
            "heartbeat": Allowances(rates.heartbeats),
            "witnessing": Allowances(rates.witnessing),
            "question": Allowances(rates.questions),
        }
        self._under_way: Counter[tuple[str, str, str]] = Counter()
        self._threads = {lane: ThreadPoolExecutor(1, f"verify-{lane}") for lane in Lane}

    async def envelopes(self, lane: Lane, caller: Caller) -> bytes:
        """Take a batch of envelopes.

        Args:
            lane: of the route. In the safety route only safety envelopes are taken; in the other one all are.
            caller: who sends it.

        Returns:
            A signed heartbeat that says what is held now, all of it on disk.

        Raises:
            WellclearError: nothing of it was taken; see `http_errors` for what becomes of it.
        """
        async with self._admitted(lane, caller) as party:
            body = await read_body(caller.receive, MAX_SAFETY_BYTES if lane is Lane.SAFETY else MAX_BATCH_BYTES)
            raws = self._affordable(lane, (caller.address, party), parse_batch(body))
            loop = asyncio.get_running_loop()
            opened = await loop.run_in_executor(self._threads[lane], _open_all, self._desk.state, raws)
            await self._take(self._good(opened, lane, (caller.address, party)), party)
            return self._heart.beat(party)

    async def heartbeat(self, caller: Caller) -> bytes:
        """Hear a heartbeat and answer with one; errors as `envelopes`."""
        async with self._admitted("heartbeat", caller) as party:
            self._pay("heartbeat", (caller.address, party), 1.0)
            heard = self._heart.hear(await read_body(caller.receive, MAX_HEARTBEAT_BYTES))
            if heard.party != party:
                raise VerificationFailed(f"{heard.party} signed what {party} sent", code="key-other")
            return self._heart.beat(party)

    @asynccontextmanager
    async def asked(self, kind: str, caller: Caller, most_bytes: int) -> AsyncIterator[tuple[str, bytes]]:
        """The party that asks something, and its question's bytes, not yet verified; errors as `envelopes`."""
        async with self._admitted(kind, caller) as party:
            self._pay(kind, (caller.address, party), 1.0)
            yield party, await read_body(caller.receive, most_bytes)

    def close(self) -> None:
        """End the threads."""
        for thread in self._threads.values():
            thread.shutdown(wait=True, cancel_futures=True)

    @asynccontextmanager
    async def _admitted(self, lane: str, caller: Caller) -> AsyncIterator[str]:
        """The party that the caller claims to be; what is refused is counted for it."""
        party = ""
        try:
            party = party_of(self._desk.state, _parse_key(caller.key))
            async with _slowly("requests-under-way"):
                with self._place(lane, caller, party):
                    async with _slowly("rate"):
                        yield party
        except WellclearError as error:
            self._refusals.count(party, error.code)
            raise

    @contextmanager
    def _place(self, lane: str, caller: Caller, party: str) -> Iterator[None]:
        """One of the few places for requests of a source."""
        source = (lane, caller.address, party)
        if self._under_way[source] >= MAX_UNDER_WAY:
            raise RuleViolated(
                "too many requests at a time", code="requests-under-way", wanted=f"at most {MAX_UNDER_WAY}"
            )
        self._under_way[source] += 1
        try:
            yield
        finally:
            self._under_way[source] -= 1
            if not self._under_way[source]:
                del self._under_way[source]

    def _pay(self, lane: str, source: tuple[str, str], tokens: float) -> None:
        if not self._spent[lane].spend(source, tokens, time.monotonic()):
            raise RuleViolated("more than this source may send", code="rate", wanted="slower")

    def _affordable(self, lane: Lane, source: tuple[str, str], raws: Sequence[bytes]) -> Sequence[bytes]:
        """The first envelopes, as many as the source has tokens for; the others will be sent again."""
        for place, raw in enumerate(raws):
            try:
                self._pay(lane, source, 1.0 + len(raw) / BYTES_PER_TOKEN)
            except RuleViolated as error:
                if not place:
                    raise
                self._refusals.count(source[1], error.code)
                return raws[:place]
        return raws

    def _good(self, opened: Sequence[Opened | WellclearError], lane: Lane, source: tuple[str, str]) -> Sequence[Opened]:
        """The envelopes that may be taken. Who sends none of that kind is told why, and learns nothing else."""
        good: list[Opened] = []
        bad: list[WellclearError] = []
        for one in opened:
            refused = one if isinstance(one, WellclearError) else _misdirected(one, lane, self._desk.state, source[1])
            if refused is not None:
                bad.append(refused)
            elif isinstance(one, Opened):
                good.append(one)
        for _ in bad:
            self._spent[lane].fine(source, FINE_TOKENS, time.monotonic())
        if not good:
            raise bad[0] if bad else MalformedInput("the request holds no envelope", code="batch-form")
        for refused in bad:
            self._refusals.count(source[1], refused.code)
        return good

    async def _take(self, opened: Sequence[Opened], party: str) -> None:
        for outcome in await self._desk.take([Arrived(one) for one in opened]):
            if outcome.refused is not None:
                self._refusals.count(party, outcome.refused.code)


@asynccontextmanager
async def _slowly(code: str) -> AsyncIterator[None]:
    """Refuse with this code only after a pause, in which who floods must wait and costs nothing."""
    try:
        yield
    except RuleViolated as error:
        if error.code == code:
            await asyncio.sleep(PAUSE_S)
        raise


def _open_all(state: State, raws: Sequence[bytes]) -> list[Opened | WellclearError]:
    """Each envelope opened, or why it could not be."""
    opened: list[Opened | WellclearError] = []
    for raw in raws:
        try:
            opened.append(open_envelope(raw, lambda public: key_of(state, public)))
        except WellclearError as error:
            opened.append(error)
    return opened


def _misdirected(opened: Opened, lane: Lane, state: State, party: str) -> WellclearError | None:
    """What is wrong with a verified envelope on this route, if anything."""
    envelope = opened.envelope
    if envelope.sender != party:
        return VerificationFailed(f"{envelope.sender} signed what {party} sent", code="key-other")
    if envelope.recipient != state.party:
        return RuleViolated(f"an envelope to {envelope.recipient}", code="envelope-recipient", wanted=state.party)
    if lane is Lane.SAFETY and envelope.lane is not Lane.SAFETY:
        return RuleViolated("an ordinary envelope in the safety lane", code="lane-other", wanted="the ordinary route")
    return None


def _parse_key(text: str) -> bytes:
    try:
        public = bytes.fromhex(text)
    except ValueError:
        public = b""
    if len(public) != 32:
        raise MalformedInput(
            "the request names no key", code="key-header", at="wellclear-key", wanted="64 hexadecimal digits"
        )
    return public
