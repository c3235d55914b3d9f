"""What a counterparty that was restored lacks: the envelopes between both, as the own log has them, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wellclear.centre.entries.link import Said, Took
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.ports.store import Reader
from wellclear.protocol.envelope import Envelope, Held, Opened, parse_own
from wellclear.protocol.recall import MAX_PAGE_BYTES, Question
from wellclear.trust.key_statement import Place

MAX_SCANNED: Final = 2_048
"""Entries that one answer looks through: some tens of milliseconds of one thread."""

MAX_PAGE_ENVELOPES: Final = 256
"""Envelopes of one answer: four batches of who takes them back."""


def lacking(reader: Reader, question: Question) -> tuple[tuple[bytes, ...], tuple[int, int] | None]:
    """A page of what the asking centre lacks of the envelopes between both.

    Args:
        reader: of the own log.
        question: names the counterparty, what it has, and from which place of the own log on it asks.

    Returns:
        Exact bytes, in the order of the log; and the place at which to go on, nothing at the end.
    """
    found, room_bytes, left = list[bytes](), MAX_PAGE_BYTES, MAX_SCANNED
    for place, opened in _between(reader, question):
        left -= 1
        if opened is not None and _is_lacking(opened.envelope, question):
            room_bytes -= len(opened.raw)
            if room_bytes < 0:
                return tuple(found), (place.epoch, place.index)
            found.append(opened.raw)
        if not left or len(found) == MAX_PAGE_ENVELOPES:
            return tuple(found), (place.epoch, place.index + 1)
    return tuple(found), None


def _between(reader: Reader, question: Question) -> Iterator[tuple[Place, Opened | None]]:
    """Each entry's place, with the envelope that it took or said, if any."""
    start, end = question.start, reader.end()
    for epoch in range(start[0], end.epoch + 1):
        first = start[1] if epoch == start[0] else 0
        size = reader.size(epoch)
        for index, record in enumerate(reader.records(Place(epoch, first), size) if first < size else (), first):
            entry = parse_entry(record.content)
            opened = parse_own(entry.raw) if isinstance(entry, Took | Said) else None
            yield Place(epoch, index), opened


def _is_lacking(envelope: Envelope, question: Question) -> bool:
    """Whether an envelope goes between both, and the asking centre does not say that it has it."""
    if envelope.sender == question.party:
        return not any(_covers(held, envelope) for held in question.said)
    return envelope.recipient == question.party and not (
        envelope.epoch < question.holds.epoch or _covers(question.holds, envelope)
    )


def _covers(held: Held, envelope: Envelope) -> bool:
    return held.epoch == envelope.epoch and envelope.sequence <= held.of(envelope.lane)
