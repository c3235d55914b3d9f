"""Whether what counterparties receipted stands in their logs: asked of them, and proven under what was co-signed here.

Nothing of it is on disk: after a start it is asked for anew, for every operation that is not over.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wellclear.centre.entries.link import Took
from wellclear.centre.inputs import Arrived
from wellclear.centre.state.state import State
from wellclear.centre.writer import Outcome
from wellclear.protocol.bodies import Receipt, parse_body
from wellclear.protocol.envelope import Kind
from wellclear.protocol.witnessing import MAX_ASKED

MAX_AWAITED: Final = 4_096
"""Receipts of one counterparty that are to be proven; beyond that the oldest stay unproven."""

MAX_PROVEN: Final = 20_000
"""Proven receipts that are remembered: those of all operations that a busy centre has under way."""

OVERDUE_MS: Final = 2_000
"""Within this a receipt's proof follows, while the line is good."""

ALARM_MS: Final = 10_000
"""After this without the proof, on a good line, an officer is told."""


class Inclusion(StrEnum):
    """What is known of a receipt's place in its maker's log."""

    NONE = ""
    AWAITED = "awaited"
    PROVEN = "proven"
    OVERDUE = "OVERDUE"


@dataclass(frozen=True, slots=True)
class Receipted:
    """A receipt to be proven.

    Attributes:
        party: that made it.
        covers: digest of the own envelope.
        place: epoch and index where the receipt says that it stands.
        since_ms: when it was heard of.
    """

    party: str
    covers: bytes
    place: tuple[int, int]
    since_ms: int


class Receipts:
    """What is to be proven, and what was."""

    def __init__(self) -> None:
        self._awaited: dict[str, OrderedDict[bytes, Receipted]] = {}
        self._proven: OrderedDict[bytes, int] = OrderedDict()

    def begin(self, state: State, now_ms: int) -> None:
        """After a start: the receipts of all own operations that are not over."""
        for own in state.own.values():
            for party, delivery in () if own.ended else own.deliveries.items():
                if delivery.received:
                    self._expect(Receipted(party, delivery.notice, delivery.covered, now_ms))

    def took(self, before: State, arrived: Sequence[Arrived], outcomes: Iterable[Outcome], now_ms: int) -> None:
        """Envelopes were taken; RECEIPTs among them, of what was waited for, are to be proven.

        Args:
            before: the state when they arrived.
            arrived: the envelopes.
            outcomes: of each.
            now_ms: the time.
        """
        for one, outcome in zip(arrived, outcomes, strict=True):
            envelope = one.opened.envelope
            if envelope.kind is not Kind.RECEIPT or not any(
                isinstance(entry, Took) and not entry.refused for entry in outcome.entries
            ):
                continue
            body = parse_body(envelope)
            if isinstance(body, Receipt) and body.covers.hex() in before.awaited:
                self._expect(Receipted(envelope.sender, body.covers, (body.epoch, body.index), now_ms))

    def due(self, party: str, size_of: Callable[[int], int]) -> tuple[int, tuple[Receipted, ...]]:
        """An epoch of a party's log and receipts to be proven in it now: those that the size co-signed here covers.

        Args:
            party: the counterparty.
            size_of: how many entries of an epoch of its log were co-signed here.
        """
        awaited = self._awaited.get(party, OrderedDict()).values()
        found = [one for one in awaited if one.place[1] < size_of(one.place[0])]
        if not found:
            return 0, ()
        epoch = max(one.place[0] for one in found)
        return epoch, tuple(one for one in found if one.place[0] == epoch)[:MAX_ASKED]

    def prove(self, receipted: Receipted, size: int) -> None:
        """It stands in the log, as of a checkpoint of this size."""
        self._awaited.get(receipted.party, OrderedDict()).pop(receipted.covers, None)
        self._proven[receipted.covers] = size
        while len(self._proven) > MAX_PROVEN:
            self._proven.popitem(last=False)

    def of(self, party: str, covers: bytes, received_ms: int, now_ms: int) -> Inclusion:
        """What is known of the receipt of an own envelope.

        Args:
            party: that made it.
            covers: digest of the envelope.
            received_ms: when the receipt came; 0 for not yet.
            now_ms: the time.
        """
        if not received_ms:
            return Inclusion.NONE
        if covers in self._proven:
            return Inclusion.PROVEN
        one = self._awaited.get(party, OrderedDict()).get(covers)
        since_ms = received_ms if one is None else one.since_ms
        return Inclusion.OVERDUE if now_ms - since_ms > OVERDUE_MS else Inclusion.AWAITED

    def overdue(self, party: str, now_ms: int, after_ms: int = ALARM_MS) -> int:
        """How many receipts of a party are not proven after so long."""
        return sum(1 for one in self._awaited.get(party, OrderedDict()).values() if now_ms - one.since_ms > after_ms)

    def _expect(self, receipted: Receipted) -> None:
        if receipted.covers in self._proven:
            return
        awaited = self._awaited.setdefault(receipted.party, OrderedDict())
        awaited[receipted.covers] = receipted
        while len(awaited) > MAX_AWAITED:
            awaited.popitem(last=False)
