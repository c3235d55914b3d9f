"""What the own centre signed, as others show it: only by that does a counterparty know more than the own log."""

from __future__ import annotations

from typing import Final

from wellclear.centre.log.origin import COSIGNED, origin_of
from wellclear.centre.ports.store import Reader
from wellclear.errors import VerificationFailed, WellclearError
from wellclear.model.card import Card
from wellclear.protocol.envelope import Opened, open_envelope
from wellclear.trust.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from wellclear.trust.ed25519 import Verifier
from wellclear.trust.key_statement import MAX_EPOCH, KeyPurpose, Place
from wellclear.trust.note import parse_note
from wellclear.trust.note_key import NoteKey, SignatureKind

NO_PLACE: Final = Place(0, 0)


def open_own(raw: bytes, card: Card) -> Opened:
    """An envelope that the own centre signed, by a key that counts at the place that it names.

    Raises:
        MalformedInput: no envelope.
        VerificationFailed: not the own centre's.
    """
    opened = open_envelope(raw, lambda public: (card.party, Verifier(public)))
    place = Place(opened.envelope.epoch, opened.envelope.index)
    card.ring.verify_key(KeyPurpose.MESSAGE, opened.key, place)
    return opened


def place_of_checkpoint(encoded: str, card: Card) -> Place:
    """How far a checkpoint of the own log says that it was: (0, 0) if the own centre did not sign it.

    Args:
        encoded: a signed note from outside; empty for none.
        card: the own one.
    """
    if not encoded:
        return NO_PLACE
    try:
        claimed = parse_checkpoint(parse_note(encoded.encode()).text)
        epoch = _epoch(claimed.origin, card.party)
        return Place(epoch, _verified(encoded.encode(), claimed, epoch, card).size)
    except WellclearError:
        return NO_PLACE


def newest_cosigned(reader: Reader, party: str, epoch: int) -> str:
    """The largest own checkpoint of an epoch that a witness co-signed, as the store has it; empty for none."""
    found: list[tuple[int, str]] = []
    for name in reader.names(COSIGNED):
        note = reader.beside(name)
        if note is None:
            continue
        checkpoint = parse_checkpoint(parse_note(note).text)
        if checkpoint.origin == origin_of(party, epoch):
            found.append((checkpoint.size, note.decode()))
    return max(found)[1] if found else ""


def _epoch(origin: str, party: str) -> int:
    epoch = origin.rpartition("/")[2]
    if not epoch.isascii() or not epoch.isdigit() or len(epoch) > len(str(MAX_EPOCH)):
        raise VerificationFailed("the checkpoint is of another log", code="checkpoint-origin", wanted=party)
    return int(epoch)


def _verified(encoded: bytes, claimed: Checkpoint, epoch: int, card: Card) -> Checkpoint:
    """The checkpoint, once one of the own log keys that count at its end was found to have signed it."""
    origin, last = origin_of(card.party, epoch), Place(epoch, max(claimed.size - 1, 0))
    for key in card.ring.holding(KeyPurpose.LOG, last):
        try:
            return open_checkpoint(encoded, NoteKey(origin, SignatureKind.ED25519, Verifier(key)), origin)
        except VerificationFailed:
            continue
    raise VerificationFailed("the own centre did not sign it", code="note-not-signed")
