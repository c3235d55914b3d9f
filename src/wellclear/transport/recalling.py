"""Answers a counterparty that asks what is held of it, from the log on disk and off the writer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from hashlib import sha256

from wellclear.centre.log.lacking import lacking
from wellclear.centre.log.origin import WITNESSED
from wellclear.centre.ports.store import Reader
from wellclear.errors import PeerUnavailable, VerificationFailed
from wellclear.protocol.recall import MAX_QUESTION_BYTES, Answer, Question, open_question, print_answer
from wellclear.transport.desk import Desk
from wellclear.transport.enrolled import key_of
from wellclear.transport.heart import Heart
from wellclear.transport.receiving import Caller, Receiving
from wellclear.trust.key_statement import Place


class Recalling:
    """Answers questions.

    Args:
        desk: the centre.
        heart: knows how far each counterparty said that its log had come.
        receiving: admits who asks, and counts what is refused.
        reader: makes readers of the store.
    """

    def __init__(self, desk: Desk, heart: Heart, receiving: Receiving, reader: Callable[[], Reader]) -> None:
        self._desk, self._heart, self._receiving, self._reader = desk, heart, receiving, reader

    async def newest(self, caller: Caller) -> bytes:
        """How far what is held of the caller goes, without any envelopes; errors as `Receiving.envelopes`."""
        return await self._answer(caller, paged=False)

    async def recall(self, caller: Caller) -> bytes:
        """A page of envelopes that the caller lacks; errors as `Receiving.envelopes`."""
        return await self._answer(caller, paged=True)

    async def _answer(self, caller: Caller, *, paged: bool) -> bytes:
        desk = self._desk
        async with self._receiving.asked("question", caller, MAX_QUESTION_BYTES) as (party, raw):
            state = desk.state
            question = open_question(
                raw, state.party, desk.now_ms(), desk.error_ms(), lambda public: key_of(state, public)
            )
            if question.party != party:
                raise VerificationFailed(f"{question.party} signed what {party} sent", code="key-other")
            if not desk.leads:
                raise PeerUnavailable("the centre could commit nothing for a while", code="not-leading")
            peer = state.peers[party]
            seen = self._heart.newest.get(party, Place(peer.epoch, 0))
            said = Answer(
                party=state.party,
                recipient=party,
                question=sha256(raw).digest(),
                holds=peer.holds,
                index=seen.index if seen.epoch == peer.epoch else 0,
            )
            answer = await asyncio.to_thread(self._fill, said, question, paged)
            return print_answer(answer, desk.signer)

    def _fill(self, said: Answer, question: Question, paged: bool) -> Answer:  # noqa: FBT001 - called in a thread
        reader = self._reader()
        try:
            note = _newest_note(reader, question.party)
            page, then = lacking(reader, question) if paged else ((), None)
        finally:
            reader.close()
        return Answer(
            party=said.party,
            recipient=said.recipient,
            question=said.question,
            holds=said.holds,
            index=said.index,
            checkpoint=note,
            envelopes=page,
            then=then,
        )


def _newest_note(reader: Reader, party: str) -> str:
    """The newest checkpoint of a party's log that the own centre co-signed."""
    names = reader.names(f"{WITNESSED}{party}/")
    epochs = [(int(name.rpartition("/")[2]), name) for name in names if name.rpartition("/")[2].isdigit()]
    note = reader.beside(max(epochs)[1]) if epochs else None
    return "" if note is None else note.decode()
