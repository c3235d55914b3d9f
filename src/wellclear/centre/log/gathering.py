"""Gathering what a log holds about an incident: one pass, in the order of the log, and nothing beside the incident.

What answers comes after what it answers, so that a chain of answers is followed as it is read. What comes before an
operation, its agreement and the keys, is kept in mind until it is known whether it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from wellclear.centre.entries.agreements import Drafted, Stepped
from wellclear.centre.entries.alarms import Acknowledged, Climbed, Raised
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Began, Enrolled, KeysStated, StatedRing, Took
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.incident import Incident
from wellclear.centre.log.origin import origin_of
from wellclear.centre.log.tracing import Trace, trace
from wellclear.centre.ports.store import Reader
from wellclear.errors import RuleViolated
from wellclear.model.card import parse_card
from wellclear.protocol.bodies import AgreementStep, Key, body_of
from wellclear.protocol.envelope import Envelope, Kind
from wellclear.trust.evidence import MAX_EVIDENCE_ENTRIES, PartyKeys
from wellclear.trust.key_statement import Place

REPORT_EVERY = 1_000
"""Entries between two reports of progress."""


@dataclass(slots=True)
class Gathered:
    """What was found.

    Attributes:
        places: of the entries, in order.
        parties: concerned.
        keys: of every party that is known, as stated.
        notes: checkpoints of the own log that counterparties enclosed.
    """

    places: set[Place] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    keys: dict[str, PartyKeys] = field(default_factory=dict)
    notes: set[bytes] = field(default_factory=set)


def gather(reader: Reader, own: str, incident: Incident, end: Place, told: Callable[[int], None]) -> Gathered:
    """Find every entry about an incident.

    Args:
        reader: of the store.
        own: the own party.
        incident: what is sought.
        end: how far the log is read: the newest epoch, and entries of it.
        told: called now and then with how many entries were read.

    Raises:
        RuleViolated: `incident-large`: there are more than one file may hold.
        MalformedInput: an entry cannot be read.
    """
    gathering = _Gathering(own, incident)
    for number, (place, entry) in enumerate(entries_until(reader, end)):
        gathering.take(place, entry)
        if number % REPORT_EVERY == 0:
            told(number)
    found = gathering.finish()
    if len(found.places) > MAX_EVIDENCE_ENTRIES:
        raise RuleViolated(
            f"{len(found.places):,} entries are about it",
            code="incident-large",
            at="about",
            wanted=f"at most {MAX_EVIDENCE_ENTRIES:,}: a narrower incident, or a shorter time",
        )
    return found


def entries_until(reader: Reader, end: Place) -> Iterator[tuple[Place, Entry]]:
    """Every entry with its place, oldest first.

    Raises:
        MalformedInput: an entry cannot be read.
    """
    for epoch in range(end.epoch + 1):
        size = end.index if epoch == end.epoch else reader.size(epoch)
        for index, record in enumerate(reader.records(Place(epoch, 0), size)):
            yield Place(epoch, index), parse_entry(record.content)


class _Gathering:
    """One pass over a log."""

    def __init__(self, own: str, incident: Incident) -> None:
        self._own, self._incident = own, incident
        self._found = Gathered(parties={own})
        self._subjects = set(incident.subjects)
        self._digests: set[bytes] = set()
        self._alarms = {incident.alarm} - {""}
        self._agreements = set(incident.agreements)
        self._texts: dict[bytes, set[Place]] = {}
        self._signers: dict[bytes, set[str]] = {}
        self._learned: list[tuple[str, Place]] = []
        self._began: dict[int, Place] = {}

    def take(self, place: Place, entry: Entry) -> None:
        """One entry more."""
        found = trace(self._own, entry)
        self._keep_in_mind(place, entry, found)
        if self._is_sought(found, entry):
            self._found.places.add(place)
            self._digests |= {found.digest} - {b""}
            self._agreements |= found.agreements
            self._subjects |= found.calls
            if isinstance(entry, Raised):
                self._alarms.add(entry.alarm)
            if found.opened is not None:
                self._found.parties |= {found.opened.envelope.sender, found.opened.envelope.recipient}

    def finish(self) -> Gathered:
        """What was found, with the agreements and what was learned of the keys concerned."""
        found = self._found
        for digest in self._agreements:
            found.places |= self._texts.get(digest, set())
            found.parties |= self._signers.get(digest, set())
        found.places |= {place for party, place in self._learned if party in found.parties}
        found.places |= {self._began[place.epoch] for place in found.places if place.epoch in self._began}
        return found

    def _is_sought(self, found: Trace, entry: Entry) -> bool:
        sought = self._incident
        if sought.until_ms:
            return sought.from_ms <= entry.at_ms < sought.until_ms
        if isinstance(entry, Raised | Climbed | Acknowledged) and entry.alarm in self._alarms:
            return True
        return bool(found.subjects & self._subjects or found.follows & self._digests)

    def _keep_in_mind(self, place: Place, entry: Entry, found: Trace) -> None:
        if isinstance(entry, Began):
            self._began[entry.epoch] = place
        elif isinstance(entry, Drafted | Stepped):
            self._texts.setdefault(entry.digest, set()).add(place)
            if isinstance(entry, Stepped):
                self._signers.setdefault(entry.digest, set()).add(entry.party)
        elif isinstance(entry, Enrolled | KeysStated):
            if isinstance(entry, Enrolled) and entry.card:
                card = parse_card(entry.card)
                stated = tuple((one.payload, one.signature) for one in card.statements)
                self._found.keys[entry.party] = PartyKeys(entry.party, entry.root, stated)
            if _tells_of_compromise(entry.ring):
                self._learned.append((entry.party, place))
        elif isinstance(entry, Took) and found.opened is not None and not entry.refused:
            self._keep_taken(place, found.opened.envelope)

    def _keep_taken(self, place: Place, envelope: Envelope) -> None:
        start = origin_of(self._own, 0).removesuffix("0")
        self._found.notes |= {note.encode() for note in envelope.checkpoints if note.startswith(start)}
        if envelope.kind is Kind.AGREEMENT:
            self._texts.setdefault(body_of(envelope, AgreementStep).digest, set()).add(place)
        elif envelope.kind is Kind.KEY and envelope.sender in self._found.keys:
            stated = tuple((one.payload, one.signature) for one in body_of(envelope, Key).statements)
            known = self._found.keys[envelope.sender]
            self._found.keys[envelope.sender] = PartyKeys(known.party, known.root, stated)


def _tells_of_compromise(ring: StatedRing) -> bool:
    return any(record.compromised is not None for record in ring.records)
