"""Recomputing a log from its first entry: every leaf, node, checkpoint and signature; it ends at the first that is bad.

It folds by the first algorithm what the store holds, and takes no state of the centre for granted: keys come from the
cards and statements that the log itself holds, each verified by its root.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from wellclear.centre.decide.contracting import AGREEMENT_TYPE
from wellclear.centre.entries.agreements import Drafted, Stepped
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Began, Enrolled, KeysStated, Said, Took
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.log.checkpointing import newest_signed
from wellclear.centre.log.origin import CHECKPOINT, COSIGNED, COSIGNED_BEFORE, origin_of
from wellclear.centre.ports.store import Reader, Record
from wellclear.centre.tree import grown
from wellclear.errors import NotFound, VerificationFailed, WellclearError
from wellclear.model.agreement.steps import StepKind
from wellclear.model.card import parse_card
from wellclear.protocol.bodies import Key, body_of
from wellclear.protocol.envelope import Kind, Lane, Opened, open_envelope
from wellclear.trust.checkpoint import parse_checkpoint
from wellclear.trust.ed25519 import Verifier
from wellclear.trust.key_statement import KEY_STATEMENT, KeyPurpose, Place
from wellclear.trust.keys import KeyRing, key_ring
from wellclear.trust.leaf import salted_leaf
from wellclear.trust.merkle import EMPTY, Frontier
from wellclear.trust.note import parse_note
from wellclear.trust.signing import VerifyingKey
from wellclear.trust.typed import Signed, verify_typed
from wellclear.verifier.logs import cosignatures, signed_checkpoint
from wellclear.verifier.reading import verifying_key

_FIRST: Final = bytes(32)


def recompute(reader: Reader) -> Iterator[tuple[int, int]]:
    """Recompute a log, while a centre may write on.

    Args:
        reader: of the store.

    Yields:
        How many entries were found good, and how many there are; after each one.

    Raises:
        VerificationFailed: the first entry that is not as it must be: ``at`` names it, ``wanted`` what would be right.
        MalformedInput, NotFound, RuleViolated: likewise.
    """
    signed = _signed(reader)  # before the end is read: what was signed was on disk
    end = reader.end()
    sizes = [end.index if epoch == end.epoch else reader.size(epoch) for epoch in range(end.epoch + 1)]
    total, done, recomputed = sum(sizes), 0, _Recomputed()
    for epoch, size in enumerate(sizes):
        recomputed.begin()
        place = Place(epoch, 0)
        try:
            for index, record in enumerate(reader.records(place, size)):
                recomputed.take(reader, place, record)
                for name, note in signed.pop((epoch, index + 1), []):
                    recomputed.verify_note(reader, name, note, epoch)
                done += 1
                yield done, total
                place = Place(epoch, index + 1)
        except WellclearError as fault:
            raise fault.placed(f"epoch {place.epoch}, entry {place.index}") from None
    for (epoch, size), notes in sorted(signed.items()):
        if size:
            raise VerificationFailed(
                f"the log is shorter than {notes[0][0]} says", code="log-shorter", at=f"epoch {epoch}", wanted=str(size)
            )


def _signed(reader: Reader) -> dict[tuple[int, int], list[tuple[str, bytes]]]:
    """The checkpoints beside the log, by epoch and size."""
    found: dict[tuple[int, int], list[tuple[str, bytes]]] = {}
    for name in (CHECKPOINT, *reader.names(COSIGNED), *reader.names(COSIGNED_BEFORE)):
        note = reader.beside(name)
        if note is None:
            continue
        checkpoint = parse_checkpoint(parse_note(note).text)
        epoch = checkpoint.origin.rpartition("/")[2]
        if not epoch.isdecimal():
            raise VerificationFailed("a checkpoint of no log", code="checkpoint-origin", at=name)
        found.setdefault((int(epoch), checkpoint.size), []).append((name, note))
    return found


@dataclass(slots=True)
class _Recomputed:
    """What was found so far."""

    party: str = ""
    frontier: Frontier = EMPTY
    rings: dict[str, KeyRing] = field(default_factory=dict)
    roots: dict[str, Verifier] = field(default_factory=dict)
    cosigned: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    texts: dict[bytes, bytes] = field(default_factory=dict)
    lanes: dict[tuple[str, Lane], tuple[int, bytes]] = field(default_factory=dict)
    brought_by: bytes = b""

    def begin(self) -> None:
        """A new epoch: its tree and its numbers begin again."""
        self.frontier, self.lanes = EMPTY, {}

    def take(self, reader: Reader, place: Place, record: Record) -> None:
        """Hold only if one entry more is as it must be."""
        leaf = salted_leaf(record.salt, record.content)
        if leaf != record.leaf:
            raise VerificationFailed("the leaf is not that of salt and content", code="log-leaf", wanted=leaf.hex())
        nodes, self.frontier = grown(self.frontier, (leaf,))
        for level, index, node in nodes:
            if reader.node(place.epoch, level, index) != node:
                raise VerificationFailed(
                    f"subtree {index} of level {level} is not that of its leaves", code="log-node", wanted=node.hex()
                )
        entry = parse_entry(record.content)
        if isinstance(entry, Began) is not (place.index == 0):
            raise VerificationFailed("an epoch begins here, or does not", code="log-began", wanted="began, once")
        self._read(place, entry)

    def verify_note(self, reader: Reader, name: str, note: bytes, epoch: int) -> None:
        """Hold only if a checkpoint is the log's, and of the tree as it is now."""
        checkpoint = signed_checkpoint(note, self.party, epoch, self.rings)
        tuple(cosignatures(note, self.rings, self.party))
        if checkpoint.root != self.frontier.root:
            raise VerificationFailed(
                f"{name} has another root than the entries", code="log-root", wanted=self.frontier.root.hex()
            )
        if name == CHECKPOINT:
            kept = newest_signed(reader, origin_of(self.party, epoch))
            is_newest = reader.beside(CHECKPOINT) == note  # else the centre signed another one meanwhile
            if is_newest and kept != (checkpoint, self.frontier):
                raise VerificationFailed("the frontier kept beside the checkpoint is another", code="log-frontier")

    def _read(self, place: Place, entry: Entry) -> None:
        if isinstance(entry, Began):
            self._begin(place, entry)
        elif isinstance(entry, Enrolled) and entry.card:
            card = parse_card(entry.card)
            if (card.party, card.root) != (entry.party, entry.root):
                raise VerificationFailed("the card is another party's", code="card-party", wanted=entry.party)
            self.rings[card.party], self.roots[card.party] = card.ring, verifying_key(card.root)
        elif isinstance(entry, KeysStated):
            self.cosigned[entry.party] = tuple(Place(*end) for end in entry.cosigned)
        elif isinstance(entry, Said):
            self._said(place, entry)
        elif isinstance(entry, Took):
            self._took(entry)
        elif isinstance(entry, Drafted):
            self.texts[entry.digest] = entry.text
        elif isinstance(entry, Stepped) and entry.step is StepKind.SIGN:
            self._agreed(place, entry)

    def _begin(self, place: Place, entry: Began) -> None:
        if entry.epoch != place.epoch or (self.party and entry.party != self.party):
            raise VerificationFailed("the epoch of another log", code="log-began", wanted=f"epoch {place.epoch}")
        self.party = entry.party

    def _said(self, place: Place, entry: Said) -> None:
        opened = self._opened(entry.raw)
        envelope = opened.envelope
        if envelope.sender != self.party or (envelope.epoch, envelope.index) != (place.epoch, place.index):
            raise VerificationFailed("the envelope says another place", code="log-place", wanted=f"entry {place.index}")
        number, previous = self.lanes.get((envelope.recipient, envelope.lane), (0, _FIRST))
        if (envelope.sequence, envelope.previous) != (number + 1, previous):
            raise VerificationFailed(
                "it does not follow the envelope before it", code="sequence-chain", wanted=f"number {number + 1}"
            )
        self.lanes[envelope.recipient, envelope.lane] = (envelope.sequence, opened.digest)

    def _took(self, entry: Took) -> None:
        opened = self._opened(entry.raw)
        envelope = opened.envelope
        if envelope.recipient != self.party:
            raise VerificationFailed("an envelope to another", code="envelope-recipient", wanted=self.party)
        self.brought_by = opened.key
        if envelope.kind is Kind.KEY and not entry.refused:
            stated = body_of(envelope, Key).statements
            signed = [Signed(KEY_STATEMENT, one.payload, one.signature) for one in stated]
            self.rings[envelope.sender] = key_ring(envelope.sender, signed, self.roots[envelope.sender])

    def _opened(self, raw: bytes) -> Opened:
        """An envelope, once a key that counts at its place signed it."""

        def key_of(public: bytes) -> tuple[str, VerifyingKey]:
            for party, ring in self.rings.items():
                if ring.record(public) is not None:
                    return party, verifying_key(public)
            raise VerificationFailed("signed by a key that nobody stated", code="key-unknown")

        opened = open_envelope(raw, key_of)
        sender, at = opened.envelope.sender, Place(opened.envelope.epoch, opened.envelope.index)
        self.rings[sender].verify_key(KeyPurpose.MESSAGE, opened.key, at, self.cosigned.get(sender, ()))
        return opened

    def _agreed(self, place: Place, entry: Stepped) -> None:
        text = self.texts.get(entry.digest)
        if text is None:
            raise NotFound("the text that was signed is not in the log before", code="agreement-unknown")
        keys = [self.brought_by]
        if entry.party == self.party:
            keys = list(self.rings[self.party].holding(KeyPurpose.MESSAGE, place))
        if not keys:
            raise VerificationFailed("no message key holds here", code="key-unknown")
        verify_typed(Signed(AGREEMENT_TYPE, text, entry.signature), verifying_key(keys[0]))
