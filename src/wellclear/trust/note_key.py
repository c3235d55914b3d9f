"""Keys of signed notes, and their signatures: plain Ed25519 ones, and the timed cosignatures of witnesses.

C2SP signed-note for the first, C2SP tlog-cosignature for the second. One key may serve for both: what is signed differs
in its first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.canonical import parse_octets, print_octets, verify_name
from wellclear.trust.ed25519 import SIGNATURE_BYTES, Verifier
from wellclear.trust.note import KEY_ID_BYTES, Note, SignatureLine
from wellclear.trust.signing import SigningKey, VerifyingKey

MAX_COSIGNED_S: Final = 2**63 - 1
"""Latest time of a cosignature, in seconds of POSIX: the bound of C2SP tlog-cosignature."""

_TIME_BYTES: Final = 8
_KEY_TEXT: Final = re.compile(r"(?P<name>[^+]+)\+(?P<key_id>[0-9a-f]{8})\+(?P<octets>.+)")


class SignatureKind(IntEnum):
    """What a key's signatures are over; the number is the byte that C2SP signed-note assigns."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key by which signatures of notes are verified.

    Attributes:
        name: as it stands in the signature line.
        kind: what the key signs.
        verifier: the enrolled public key.

    Raises:
        MalformedInput: the name is none.
    """

    name: str
    kind: SignatureKind
    verifier: VerifyingKey

    def __post_init__(self) -> None:
        verify_name(self.name)

    @property
    def key_id(self) -> bytes:
        """The key's short name, 4 bytes."""
        return _key_id(self.name, bytes((self.kind,)) + self.verifier.public)


def print_note_key(key: NoteKey) -> str:
    """The key as C2SP signed-note writes a verifier key: ``name+c74f20a3+ARpc...``."""
    return f"{key.name}+{key.key_id.hex()}+{print_octets(bytes((key.kind,)) + key.verifier.public)}"


def parse_note_key(text: str) -> NoteKey:
    """A key from its one form.

    Raises:
        MalformedInput: it is not of that form, its short name is not its own, its kind is not known, or the public key
            may not be enrolled.
    """
    parts = _KEY_TEXT.fullmatch(text)
    if parts is None:
        raise MalformedInput("this is no key of a note", code="note-key", wanted="name+8 hexadecimal digits+octets")
    verify_name(parts["name"])
    typed = parse_octets(parts["octets"])
    if _key_id(parts["name"], typed).hex() != parts["key_id"]:
        raise MalformedInput("the short name is not that of the key", code="note-key-id")
    if typed[0] not in set(SignatureKind):
        raise MalformedInput(f"kind {typed[0]} of a key is not known", code="note-key-kind", wanted="1 or 4")
    return NoteKey(parts["name"], SignatureKind(typed[0]), Verifier(typed[1:]))


def sign_note(text: str, name: str, signer: SigningKey) -> SignatureLine:
    """A signature over the text of a note.

    Args:
        text: the whole text, its last end of line included.
        name: the key's name.
        signer: the key.

    Raises:
        MalformedInput: the name is none.
    """
    key = NoteKey(name, SignatureKind.ED25519, signer.verifier)
    return SignatureLine(name, key.key_id, signer.sign(text.encode()))


def cosign_note(text: str, name: str, signer: SigningKey, time_s: int) -> SignatureLine:
    """A witness's cosignature over the text of a checkpoint.

    It says: at this time this was the largest tree of this log that I had seen, and it is consistent with all before.

    Args:
        text: the checkpoint's whole text.
        name: the witness's name; it is not signed, so that one key must not have two.
        signer: its key.
        time_s: when, in seconds of POSIX.

    Raises:
        MalformedInput: the name is none, or the time is out of range.
    """
    key = NoteKey(name, SignatureKind.COSIGNATURE, signer.verifier)
    if not 0 <= time_s <= MAX_COSIGNED_S:
        raise MalformedInput("the time of the cosignature is out of range", code="cosignature-time")
    return SignatureLine(name, key.key_id, time_s.to_bytes(_TIME_BYTES) + signer.sign(_cosigned(text, time_s)))


def verify_note(note: Note, by: NoteKey, others: Iterable[NoteKey] = ()) -> None:
    """Hold only if a key signed the note, and nothing in it pretends to be signed by a known key.

    Args:
        note: the note.
        by: the key that must have signed.
        others: further known keys: they need not have signed, but a signature in their name must hold.

    Raises:
        VerificationFailed: `note-not-signed` by the key, or a signature by a known key does not hold.
    """
    if not _lines(note, by):
        raise VerificationFailed(f"the note is not signed by {by.name}", code="note-not-signed")
    for key in (by, *others):
        for line in _lines(note, key):
            _verify_line(note.text, line, key)


def cosigned_s(note: Note, by: NoteKey) -> tuple[int, ...]:
    """When a witness cosigned, in seconds of POSIX by its own clock, once the cosignatures were verified.

    Args:
        note: the checkpoint's note.
        by: the witness's key, of the kind COSIGNATURE.

    Returns:
        The time of each of its cosignatures, the earliest first; at least one.

    Raises:
        VerificationFailed: it did not cosign, or one of its cosignatures does not hold.
    """
    if by.kind is not SignatureKind.COSIGNATURE:
        raise VerificationFailed(f"{by.name} is no key of a witness", code="note-not-signed")
    verify_note(note, by)
    return tuple(sorted(int.from_bytes(line.signature[:_TIME_BYTES]) for line in _lines(note, by)))


def _lines(note: Note, key: NoteKey) -> list[SignatureLine]:
    key_id = key.key_id
    return [line for line in note.signatures if (line.name, line.key_id) == (key.name, key_id)]


def _verify_line(text: str, line: SignatureLine, key: NoteKey) -> None:
    message, signature = text.encode(), line.signature
    if key.kind is SignatureKind.COSIGNATURE:
        time_s = int.from_bytes(signature[:_TIME_BYTES])
        if len(signature) != _TIME_BYTES + SIGNATURE_BYTES or time_s > MAX_COSIGNED_S:
            raise VerificationFailed(f"the cosignature of {key.name} has no time", code="cosignature-time")
        message, signature = _cosigned(text, time_s), signature[_TIME_BYTES:]
    try:
        key.verifier.verify(message, signature)
    except VerificationFailed as error:
        raise error.placed(f"signature of {key.name}") from None


def _cosigned(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def _key_id(name: str, typed: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + typed).digest()[:KEY_ID_BYTES]
