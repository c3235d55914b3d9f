"""What goes and comes about logs: checkpoints offered and co-signed, proofs asked for and given.

It has a route, a connection, an allowance and places of its own, so that no witness delays a message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Final, Protocol, TypeVar

import msgspec
import structlog

from wellclear.errors import VerificationFailed, WellclearError
from wellclear.protocol.spoken import Form
from wellclear.protocol.witnessing import (
    ASK_FORM,
    CHECKPOINT_FORM,
    COSIGN_FORM,
    MAX_WITNESSING_BYTES,
    PROOF_FORM,
    Ask,
    CheckpointOffer,
    Cosign,
    Proof,
)
from wellclear.transport.calling import Connection, Unreached
from wellclear.transport.desk import Desk
from wellclear.transport.enrolled import key_of
from wellclear.transport.receiving import Caller, Receiving

CHECKPOINT_PATH: Final = "/peer/v1/checkpoint"
"""Where checkpoints are offered."""

PROOF_PATH: Final = "/peer/v1/proof"
"""Where proofs are asked for."""

WITNESSING_MEDIA: Final = "application/vnd.wellclear.witnessing"
"""Media type of these messages."""

LOOK_S: Final = 0.25
"""How often it is looked whether something is to be asked of a counterparty."""

GAP_S: Final = 0.05
"""Least time between two exchanges with one counterparty, whatever it answers."""

RETRY_AT_MOST_S: Final = 2.0
"""Longest pause after failures: a log must be co-signed within 10 s of the line's return."""

_Answer = TypeVar("_Answer", Cosign, Proof)
_Question = TypeVar("_Question", CheckpointOffer, Ask)

log = structlog.get_logger("wellclear.links")


class Witnesses(Protocol):
    """What the links need of the part of a centre that witnesses and is witnessed."""

    async def offer(self, witness: str) -> CheckpointOffer | None:
        """What is to be offered to a witness now; nothing where it has co-signed all."""

    async def take_cosign(self, offer: CheckpointOffer, answer: Cosign) -> None:
        """A witness answered; errors if that does not hold."""

    async def take_offer(self, offer: CheckpointOffer) -> Cosign:
        """Co-sign, or say why not; ``answers`` is filled in by the caller."""

    def ask(self, party: str) -> Ask | None:
        """What is to be asked of a counterparty's log now."""

    async def take_proof(self, ask: Ask, answer: Proof) -> None:
        """A counterparty's log answered; errors if that does not hold."""

    async def prove(self, ask: Ask) -> Proof:
        """Prove something of the own log, or say why not; ``answers`` is filled in by the caller."""


class Answering:
    """Answers what counterparties say and ask about logs.

    Args:
        desk: the centre.
        receiving: admits requests.
        witnesses: knows the logs.
    """

    def __init__(self, desk: Desk, receiving: Receiving, witnesses: Witnesses) -> None:
        self._desk, self._receiving, self._witnesses = desk, receiving, witnesses

    async def checkpoint(self, caller: Caller) -> bytes:
        """Take an offered checkpoint and answer COSIGN.

        Raises:
            WellclearError: nothing of it was taken.
        """
        async with self._receiving.asked("witnessing", caller, MAX_WITNESSING_BYTES) as (party, raw):
            offer = self._opened(CHECKPOINT_FORM, raw, party)
            cosign = await self._witnesses.take_offer(offer)
            return COSIGN_FORM.print(_answering(cosign, raw), self._desk.signer)

    async def proof(self, caller: Caller) -> bytes:
        """Take a question about the own log and answer PROOF; errors as `checkpoint`."""
        async with self._receiving.asked("witnessing", caller, MAX_WITNESSING_BYTES) as (party, raw):
            ask = self._opened(ASK_FORM, raw, party)
            return PROOF_FORM.print(_answering(await self._witnesses.prove(ask), raw), self._desk.signer)

    def _opened(self, form: Form[_Question], raw: bytes, party: str) -> _Question:
        state = self._desk.state
        message = form.open(raw, state.party, lambda public: key_of(state, public))
        if message.party != party:
            raise VerificationFailed(f"{message.party} signed what {party} sent", code="key-other")
        return message


class Offering:
    """Offers to one counterparty, and asks it, until it is cancelled.

    Args:
        desk: the centre.
        witnesses: knows the logs.
        party: the counterparty.
        connect: makes a connection to it.
    """

    def __init__(self, desk: Desk, witnesses: Witnesses, party: str, connect: Callable[[], Connection]) -> None:
        self._desk, self._witnesses, self._party, self._connect = desk, witnesses, party, connect
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There may be something to offer, or the counterparty is reached again."""
        self._news.set()

    async def run(self) -> None:
        """Offer and ask, until it is cancelled."""
        connection, failures = self._connect(), 0
        try:
            while True:
                self._news.clear()
                failures = 0 if not self._desk.leads or await self._once(connection) else failures + 1
                pause_s = min(LOOK_S * 2 ** min(failures, 8), RETRY_AT_MOST_S)
                await asyncio.sleep(GAP_S)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause_s):  # wait_for of Python 3.11 may swallow a cancellation
                        await self._news.wait()
        finally:
            await connection.close()

    async def _once(self, connection: Connection) -> bool:
        """Whether what was to be said and asked was answered."""
        try:
            offer = await self._witnesses.offer(self._party)
            if offer is not None:
                body = CHECKPOINT_FORM.print(offer, self._desk.signer)
                cosign = await self._exchange(connection, CHECKPOINT_PATH, body, COSIGN_FORM)
                await self._witnesses.take_cosign(offer, cosign)
                if cosign.wanted >= 0:
                    self._news.set()
            ask = self._witnesses.ask(self._party)
            if ask is not None:
                body = ASK_FORM.print(ask, self._desk.signer)
                await self._witnesses.take_proof(ask, await self._exchange(connection, PROOF_PATH, body, PROOF_FORM))
        except Unreached as error:
            log.debug("not reached", party=self._party, cause=error.cause.value, why=error.message)
            return False
        except WellclearError as error:
            log.warning("answer about logs refused", party=self._party, code=error.code, why=error.message)
            return False
        return True

    async def _exchange(self, connection: Connection, path: str, body: bytes, form: Form[_Answer]) -> _Answer:
        """Ask, and open the answer once it was verified to answer exactly this.

        Raises:
            Unreached: there is none.
            VerificationFailed, MalformedInput: it does not hold.
        """
        state = self._desk.state
        answer = form.open(await connection.post(path, body), state.party, lambda public: key_of(state, public))
        if answer.party != self._party:
            raise VerificationFailed(f"{answer.party} answers for {self._party}", code="key-other")
        if answer.answers != sha256(body).digest():
            raise VerificationFailed("the answer is to another question", code="answer-other")
        return answer


def _answering(answer: _Answer, raw: bytes) -> _Answer:
    return msgspec.structs.replace(answer, answers=sha256(raw).digest())
