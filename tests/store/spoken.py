"""What the logs of two centres say of each other, read as they grow, and whether one has lost what it said or held."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from wellclear.centre.entries.link import Acked, Said, Took
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.ports.store import Record
from wellclear.protocol.bodies import Receipt, parse_body
from wellclear.protocol.envelope import Held, Kind, Lane, parse_own
from wellclear.store.opening import open_store
from wellclear.trust.key_statement import Place

Number = tuple[str, Lane, int]
"""Counterparty, lane and sequence of an envelope."""


class Forgotten(Exception):  # noqa: N818 - it says what happened
    """A centre that was killed found that its log had lost something, and began a new epoch."""


@dataclass
class Spoken:
    """One centre's log as far as it was read.

    Attributes:
        path: of its store.
        leaves: of all entries.
        said: digest of each envelope that it sent, by number.
        took: digest of each envelope that it took, by number.
        held: the same digests, by the place of the entry that holds the envelope.
        receipts: that it took: digest of what is covered, and its place in the other log.
        acked: how far its counterparty said to hold what it sent.
        numbers_used_twice: envelopes that have the number of another one.
    """

    path: Path
    leaves: list[bytes] = field(default_factory=list)
    said: dict[Number, bytes] = field(default_factory=dict)
    took: dict[Number, bytes] = field(default_factory=dict)
    held: dict[int, bytes] = field(default_factory=dict)
    receipts: list[tuple[bytes, int]] = field(default_factory=list)
    acked: Held = field(default_factory=Held)
    numbers_used_twice: int = 0

    def read_on(self) -> int:
        """Read what was written since; how many entries that were there before are there no more, or are others.

        Raises:
            Forgotten: the centre began a new epoch.
        """
        with closing(open_store(self.path)) as store, closing(store.reader()) as reader:
            end = reader.end()
            if end.epoch:
                raise Forgotten
            records = list(reader.records(Place(0, 0), end.index))
        known = [record.leaf for record in records[: len(self.leaves)]]
        lost = sum(one != other for one, other in zip(self.leaves, known, strict=False)) + len(self.leaves) - len(known)
        for record in records[len(self.leaves) :]:
            self._read(len(self.leaves), record)
            self.leaves.append(record.leaf)
        return lost

    def entries(self, start: int, stop: int) -> list[Any]:
        """Some entries as the HTTP interface shows them."""
        with closing(open_store(self.path)) as store, closing(store.reader()) as reader:
            last = min(stop, reader.end().index)
            return [msgspec.json.decode(record.content) for record in reader.records(Place(0, start), max(start, last))]

    def _read(self, index: int, record: Record) -> None:
        entry = parse_entry(record.content)
        if isinstance(entry, Acked):
            self.acked = Held(0, entry.safety, entry.ordinary)
        if not isinstance(entry, Said | Took):
            return
        opened = parse_own(entry.raw)
        envelope = opened.envelope
        if isinstance(entry, Said):
            number = (envelope.recipient, envelope.lane, envelope.sequence)
            self.numbers_used_twice += number in self.said
            self.said[number] = opened.digest
            return
        self.took[envelope.sender, envelope.lane, envelope.sequence] = opened.digest
        self.held[index] = opened.digest
        if envelope.kind is Kind.RECEIPT:
            body = parse_body(envelope)
            assert isinstance(body, Receipt)
            self.receipts.append((body.covers, body.index))


def lost_of(own: Spoken, other: Spoken, own_party: str, other_party: str) -> int:
    """How much of what `other` has on disk `own` has lost: what it said, what it receipted, what it acknowledged.

    Args:
        own: log of the centre that was killed.
        other: its counterparty's.
        own_party: name of the first.
        other_party: name of the second.
    """
    said = {(own_party, lane, sequence): digest for (_, lane, sequence), digest in own.said.items()}
    lost = sum(said.get(number) != digest for number, digest in other.took.items())
    lost += sum(own.held.get(index) != covered for covered, index in other.receipts)
    for lane in Lane:
        for sequence in range(1, other.acked.of(lane) + 1):
            sent = other.said[own_party, lane, sequence]
            lost += own.took.get((other_party, lane, sequence)) != sent
    return lost
