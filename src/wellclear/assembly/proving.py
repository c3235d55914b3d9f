"""Asking counterparties for proofs about their logs, and proving what they ask of the own one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec

from wellclear.assembly.comparing import LOOK_S, Comparing
from wellclear.assembly.known_logs import House, Kept, is_live, read_store
from wellclear.assembly.receipts import Receipted, Receipts
from wellclear.centre.entries.link import Said
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.inputs import LogDoubted
from wellclear.centre.log.comparing import Other
from wellclear.centre.log.known import held_checkpoint
from wellclear.centre.log.offering import show_included, subtrees_in, verify_included
from wellclear.centre.ports.store import Reader
from wellclear.errors import NotFound, RuleViolated, VerificationFailed
from wellclear.protocol.envelope import envelope_digest
from wellclear.protocol.witnessing import Ask, Included, Proof
from wellclear.trust.checkpoint import Checkpoint
from wellclear.trust.key_statement import Place
from wellclear.trust.proofs import consistency_proof


@dataclass(frozen=True, slots=True)
class _Question:
    """What an ASK is about: views to be reconciled, or receipts to be proven, under a checkpoint co-signed here."""

    held: Checkpoint
    other: Other | None = None
    receipts: tuple[Receipted, ...] = ()


class Proving:
    """Asks and proves.

    Args:
        house: the centre.
        kept: what stands beside the log.
        comparing: knows which views are to be reconciled.

    Attributes:
        receipts: whether what was receipted is proven.
    """

    def __init__(self, house: House, kept: Kept, comparing: Comparing) -> None:
        self._house, self._kept, self._comparing = house, kept, comparing
        self._asked: dict[str, _Question] = {}
        self.receipts = Receipts()

    def ask(self, party: str) -> Ask | None:
        """What is to be asked of a counterparty's log now."""
        views, state = self._comparing.views, self._house.state
        for other in views.unreconciled(self._house.now_ms()):
            if other.log.party == party != state.party:
                held = views.newest(other.log)
                self._asked[party] = _Question(held, other)
                older_size, size = sorted((held.size, other.checkpoint.size))
                return self._asking(party, other.log.epoch, size, older_size=older_size)
        epoch, due = self.receipts.due(party, lambda epoch: self._held(party, epoch).size)
        if not due:
            return None
        held = self._held(party, epoch)
        self._asked[party] = _Question(held, receipts=due)
        return self._asking(party, epoch, held.size, indexes=tuple(one.place[1] for one in due))

    def _held(self, party: str, epoch: int) -> Checkpoint:
        return held_checkpoint(self._kept.witnessed.get((party, epoch)))

    def _asking(self, party: str, epoch: int, size: int, **asked: Any) -> Ask:  # noqa: ANN401 - fields of the question
        return Ask(party=self._house.state.party, recipient=party, epoch=epoch, size=size, **asked)

    async def take_proof(self, ask: Ask, answer: Proof) -> None:
        """Take what a counterparty's log answered.

        Raises:
            VerificationFailed, MalformedInput: what was shown proves nothing.
            RuleViolated: `proof-refused`.
            NotFound: it names an own envelope that was never said.
        """
        question = self._asked.pop(ask.recipient)
        if question.other is not None:
            self._take_consistency(question.other, question.held, answer)
            return
        if answer.refused:
            raise RuleViolated(f"{ask.recipient} proves nothing: {answer.refused}", code="proof-refused")
        shown = {included.index: included for included in answer.included}
        for one in question.receipts:
            if one.place[1] in shown:
                await self._take_included(one, question.held, shown[one.place[1]])

    def _take_consistency(self, other: Other, held: Checkpoint, answer: Proof) -> None:
        """Views are reconciled, or an officer is told that they are not."""
        if answer.refused:
            self._comparing.say_unreconciled(other, f"it refused: {answer.refused}")
            return
        try:
            self._comparing.views.reconcile(other, held, answer.consistency)
        except VerificationFailed as error:
            self._comparing.say_unreconciled(other, error.message)

    async def _take_included(self, one: Receipted, held: Checkpoint, included: Included) -> None:
        """An own envelope stands in the other log, if the proof holds under the checkpoint co-signed here."""
        said = Place(included.said_epoch, included.said_index)
        raw = await read_store(self._house, lambda reader: _said_at(reader, said))
        if envelope_digest(raw) != one.covers:
            raise VerificationFailed("the entry shown took another envelope", code="entry-other")
        verify_included(included, raw, held)
        self.receipts.prove(one, held.size)

    async def prove(self, ask: Ask) -> Proof:
        """Prove something of the own log, or say why not."""
        answer = Proof(party=self._house.state.party, recipient=ask.party, answers=b"")
        try:
            return await read_store(self._house, lambda reader: _proven(reader, ask, answer))
        except (RuleViolated, NotFound) as error:
            return msgspec.structs.replace(answer, refused=error.code)

    async def look(self) -> None:
        """Tell an officer of receipts whose proof does not come, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            state = self._house.state
            for party in state.peers:
                if self.receipts.overdue(party, self._house.now_ms()) and is_live(state, party):
                    words = f"{party} has not proven that what it receipted stands in its log. Call {party}."
                    self._house.tell(LogDoubted("inclusion", party, "", words))


def _said_at(reader: Reader, place: Place) -> bytes:
    """Exact bytes of the envelope that the own log says at a place.

    Raises:
        NotFound: there is no such entry.
        VerificationFailed: it says nothing to anyone.
    """
    record = next(iter(reader.records(place, place.index + 1)))
    entry = parse_entry(record.content)
    if not isinstance(entry, Said):
        raise VerificationFailed("the own log says nothing at that place", code="entry-other")
    return entry.raw


def _proven(reader: Reader, ask: Ask, answer: Proof) -> Proof:
    """What is asked, from the store.

    Raises:
        RuleViolated, NotFound: it cannot be proven, or not to who asks.
    """
    if ask.size > reader.size(ask.epoch) or ask.older_size > ask.size:
        raise RuleViolated("the log has no trees of these sizes", code="proof-sizes", at="size")
    older_size, subtrees = ask.older_size, subtrees_in(reader, ask.epoch)
    consistency = consistency_proof(older_size, ask.size, subtrees) if older_size else ()
    places = [Place(ask.epoch, index) for index in ask.indexes]
    included = tuple(show_included(reader, ask.party, place, ask.size) for place in places)
    return msgspec.structs.replace(answer, consistency=consistency, included=included)
