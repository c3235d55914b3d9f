"""Small logs with real keys, written by hand: what a centre would have written, and what only a liar would."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from wellclear.assembly.means import stated
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Began, Enrolled, Said, Took, Turned
from wellclear.centre.entries.text import print_entry
from wellclear.centre.incident import Incident
from wellclear.centre.log.gathering import gather
from wellclear.centre.log.origin import origin_of, witness_name
from wellclear.centre.log.proving import Exporter, prove_incident
from wellclear.centre.ports.store import ArchivableStore, Batch, Record
from wellclear.centre.state.state import key
from wellclear.centre.tree import grown
from wellclear.model.card import Card, print_card, sign_card
from wellclear.protocol.bodies import Answer, Body, Withdraw, print_body
from wellclear.protocol.envelope import Envelope, Held, Kind, envelope_digest, print_envelope
from wellclear.store.memory import MemoryStore
from wellclear.trust.checkpoint import Checkpoint, cosign_checkpoint, sign_checkpoint
from wellclear.trust.ed25519 import Signer
from wellclear.trust.evidence import Evidence, PartyKeys
from wellclear.trust.key_statement import KeyAct, KeyPurpose, Place
from wellclear.trust.keys import key_ring, sign_statement
from wellclear.trust.leaf import salted_leaf
from wellclear.trust.merkle import EMPTY, Frontier
from wellclear.trust.note import print_note
from wellclear.trust.typed import Signed

NOW_MS = 1_796_104_800_000
COSIGNED_S = NOW_MS // 1_000 + 2


def signer(party: str, purpose: str) -> Signer:
    return Signer(sha256(f"{party} {purpose}".encode()).digest())


@dataclass
class Ledger:
    """A party's keys and log. `state` states more of its keys."""

    party: str
    store: ArchivableStore = field(default_factory=MemoryStore)
    frontier: Frontier = EMPTY
    statements: list[Signed] = field(default_factory=list)
    lanes: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)
    enclosed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.root, self.message, self.log = (signer(self.party, name) for name in ("root", "message", "log"))
        self.term = self.store.lead()
        tls = sha256(self.party.encode()).digest()
        keys = ((KeyPurpose.MESSAGE, self.message.verifier.public), (KeyPurpose.LOG, self.log.verifier.public))
        for purpose, public in (*keys, (KeyPurpose.TLS, tls)):
            self.state(KeyAct.MADE, purpose, public, Place(0, 0))

    def state(self, act: KeyAct, purpose: KeyPurpose, public: bytes, place: Place) -> None:
        ring = key_ring(self.party, self.statements, self.root.verifier)
        self.statements.append(sign_statement(ring, ring.next_statement(act, purpose, public, place), self.root))

    @property
    def card(self) -> Card:
        return sign_card(self.party, (f"https://{self.party}.example:8443",), ("en",), self.statements, self.root)

    @property
    def keys(self) -> PartyKeys:
        stated = tuple((one.payload, one.signature) for one in self.statements)
        return PartyKeys(self.party, self.root.verifier.public, stated)

    @property
    def end(self) -> Place:
        return Place(0, self.frontier.size)

    def add(self, entry: Entry) -> Place:
        place = self.end
        content, salt = print_entry(entry), sha256(f"{self.party} {place.index}".encode()).digest()
        leaf = salted_leaf(salt, content)
        nodes, self.frontier = grown(self.frontier, (leaf,))
        self.store.write(self.term, Batch(place, (Record(content, salt, leaf),), nodes))
        return place

    def begin(self, *others: Ledger) -> None:
        self.add(Began(at_ms=NOW_MS, party=self.party, epoch=0))
        for card in (self.card, *(other.card for other in others)):
            ring = stated(card.ring)
            self.add(
                Enrolled(at_ms=NOW_MS, officer="", party=card.party, root=card.root, card=print_card(card), ring=ring)
            )

    def envelope(self, to: Ledger, kind: Kind, body: Body, *, answers: bytes = b"", index: int | None = None) -> bytes:
        number, previous = self.lanes.get((to.party, kind.lane), (0, bytes(32)))
        envelope = Envelope(
            kind=kind,
            sender=self.party,
            epoch=0,
            recipient=to.party,
            lane=kind.lane,
            sequence=number + 1,
            previous=previous,
            other_lane=0,
            holds=Held(),
            answers=answers,
            at_ms=NOW_MS,
            error_ms=1,
            index=self.end.index if index is None else index,
            checkpoints=self.enclosed,
            body=print_body(body),
        )
        raw = print_envelope(envelope, self.message)
        self.lanes[to.party, kind.lane] = (number + 1, envelope_digest(raw))
        return raw

    def say(self, to: Ledger, kind: Kind, body: Body, *, answers: bytes = b"") -> bytes:
        """Say something, which arrives at once; its exact bytes."""
        raw = self.envelope(to, kind, body, answers=answers)
        self.add(Said(at_ms=NOW_MS, raw=raw))
        to.add(Took(at_ms=NOW_MS, raw=raw))
        return raw

    def checkpoint(self) -> bytes:
        origin = origin_of(self.party, 0)
        return print_note(sign_checkpoint(Checkpoint(origin, self.frontier.size, self.frontier.root), origin, self.log))

    def cosign(self, by: Ledger, time_s: int = COSIGNED_S) -> bytes:
        """The newest checkpoint as another party co-signs it; kept beside the log."""
        origin = origin_of(self.party, 0)
        note = sign_checkpoint(Checkpoint(origin, self.frontier.size, self.frontier.root), origin, self.log)
        cosigned = print_note(cosign_checkpoint(note, witness_name(by.party), by.log, time_s))
        self.store.write(self.term, Batch(self.end, beside={f"cosigned/{by.party}": cosigned}))
        return cosigned

    def export(self, incident: Incident) -> Evidence:
        reader = self.store.reader()
        found = gather(reader, self.party, incident, self.end, lambda _read: None)
        signed_at = Place(0, self.end.index - 1)
        by = Exporter(self.keys, self.message, signed_at, NOW_MS, {0: self.checkpoint()})
        return prove_incident(reader, by, incident.words, found)


def about(party: str, identifier: str) -> Incident:
    return Incident(f"{party}/{identifier}", subjects=frozenset({key(party, identifier)}))


def grown_old(entries: int, store: ArchivableStore | None = None) -> Ledger:
    """North's log: three entries of its begin at `NOW_MS`, then so many, one a second; south co-signed all of it."""
    north, south = Ledger("north", store or MemoryStore()), Ledger("south")
    north.begin(south)
    for number in range(1, entries + 1):
        north.add(Turned(at_ms=NOW_MS + 1_000 * number, party="south", codes=(("rate", number),)))
    north.cosign(south)
    return north


def withdrawn_and_answered() -> tuple[Ledger, Ledger]:
    """Two logs: north withdraws two operations, south objects to one; south co-signed north's log after that."""
    north, south = Ledger("north"), Ledger("south")
    north.begin(south)
    south.begin(north)
    for identifier in ("N1", "N2"):
        raw = north.say(south, Kind.WITHDRAW, Withdraw(identifier=identifier, whole=bytes(32), reason="weather"))
        answer = Answer(identifier=identifier, whole=bytes(32), reason="too late")
        south.say(north, Kind.OBJECT, answer, answers=envelope_digest(raw))
    north.cosign(south)
    return north, south
