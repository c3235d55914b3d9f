"""A party's log as others know it: its name, and the keys by which its checkpoints and cosignatures are verified."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from wellclear.centre.entries.link import StatedKey, StatedRing
from wellclear.centre.log.origin import origin_of, witness_name
from wellclear.errors import VerificationFailed
from wellclear.trust.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from wellclear.trust.key_statement import KeyPurpose
from wellclear.trust.merkle import EMPTY_ROOT
from wellclear.trust.note import Note, parse_note
from wellclear.trust.note_key import NoteKey, SignatureKind, verify_note
from wellclear.trust.signing import VerifyingKey

NO_LOG: Final = "wellclear.log"
"""A name that no log has."""

Verifiers = Callable[[bytes], VerifyingKey]
"""Makes a key that verifies from 32 bytes that were enrolled."""


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of a log, and from where to where it signs: places (epoch, index)."""

    key: NoteKey
    made: tuple[int, int] = (0, 0)
    retired: tuple[int, int] | None = None

    def holds(self, place: tuple[int, int]) -> bool:
        """Whether it signs for a checkpoint whose last entry stands there."""
        return self.made <= place and (self.retired is None or place < self.retired)


@dataclass(frozen=True, slots=True)
class KnownLog:
    """One life of a party's log.

    Attributes:
        party: whose.
        epoch: which life.
        keys: that may have signed for it.
    """

    party: str
    epoch: int
    keys: tuple[LogKey, ...]

    @property
    def origin(self) -> str:
        """Its name."""
        return origin_of(self.party, self.epoch)

    def signed_by(self, note: Note) -> NoteKey:
        """The known key in whose name a note is signed; the signature is not verified.

        Raises:
            VerificationFailed: `note-not-signed`: there is none.
        """
        lines = {(line.name, line.key_id) for line in note.signatures}
        for known in self.keys:
            if (known.key.name, known.key.key_id) in lines:
                return known.key
        raise VerificationFailed(f"no key of {self.party}'s log that counts signed it", code="note-not-signed")

    def open(self, encoded: bytes) -> Checkpoint:
        """A checkpoint of this log, once its signature held by a key that holds at its end.

        Raises:
            MalformedInput: the bytes are no note, or what the log signed is no checkpoint.
            VerificationFailed: the log did not sign it.
        """
        by = self.signed_by(parse_note(encoded))
        checkpoint = open_checkpoint(encoded, by, self.origin)
        place = (self.epoch, max(checkpoint.size - 1, 0))
        if not any(known.key == by and known.holds(place) for known in self.keys):
            raise VerificationFailed("the key does not hold at that place of its log", code="key-ended")
        return checkpoint


def known_log(ring: StatedRing, epoch: int, verifiers: Verifiers) -> KnownLog:
    """A party's log by what its root stated.

    A log key that was ever compromised proves nothing by itself, whatever the place: the log's own signature is what
    proves places.

    Args:
        ring: the party's keys.
        epoch: of the log.
        verifiers: of keys.
    """
    origin = origin_of(ring.party, epoch)
    keys = tuple(
        LogKey(NoteKey(origin, SignatureKind.ED25519, verifiers(record.key)), record.made, record.retired)
        for record in _uncompromised(ring)
    )
    return KnownLog(ring.party, epoch, keys)


def witness_key(note: Note, ring: StatedRing, verifiers: Verifiers) -> NoteKey:
    """The key of a witness by which it co-signed a note, once the cosignature was verified.

    Args:
        note: a checkpoint's note.
        ring: the witness's keys.
        verifiers: of keys.

    Raises:
        VerificationFailed: it did not co-sign it by a key that counts.
    """
    name = witness_name(ring.party)
    lines = {line.key_id for line in note.signatures if line.name == name}
    for record in _uncompromised(ring):
        key = NoteKey(name, SignatureKind.COSIGNATURE, verifiers(record.key))
        if key.key_id in lines:
            verify_note(note, key)
            return key
    raise VerificationFailed(f"{ring.party} did not co-sign it", code="note-not-signed")


def held_checkpoint(held: bytes | None, origin: str = NO_LOG) -> Checkpoint:
    """The checkpoint of a note that was verified when it was kept; that of the empty log of this name for none."""
    return parse_checkpoint(parse_note(held).text) if held else Checkpoint(origin, 0, EMPTY_ROOT)


def _uncompromised(ring: StatedRing) -> Iterable[StatedKey]:
    """Log keys that were never compromised, the newest first."""
    return (
        record for record in reversed(ring.records) if record.purpose == KeyPurpose.LOG and record.compromised is None
    )
