"""Signed notes as C2SP signed-note writes them: a text, a blank line, and lines of signatures.

Nothing here verifies. `parse_note` takes exactly what `print_note` writes: a note has one form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.trust.canonical import parse_octets, print_octets, verify_name, verify_text

KEY_ID_BYTES: Final = 4
"""Bytes of a key's short name within a note."""

MAX_NOTE_BYTES: Final = 262_144
"""Bytes of one note: room for sixteen signatures of the largest kind that C2SP foresees, twice."""

MAX_NOTE_LINES: Final = 1_000
"""Lines of a note's text; a checkpoint has three."""

MAX_NOTE_SIGNATURES: Final = 100
"""Signatures of one note, as golang.org/x/mod limits them; C2SP asks for at least 16."""

_DASH: Final = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature of a note. It says whose it claims to be, and proves nothing until it is verified.

    Attributes:
        name: the key's name.
        key_id: the key's short name, 4 bytes.
        signature: what follows it: for Ed25519 64 bytes, for a cosignature a time before them.

    Raises:
        MalformedInput: one of them is not of its form.
    """

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        verify_name(self.name)
        if len(self.key_id) != KEY_ID_BYTES or not self.signature:
            raise MalformedInput("a signature is missing", code="note-signature", wanted="4 bytes and a signature")


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures.

    Attributes:
        text: what is signed, its last end of line included.
        signatures: at least one.

    Raises:
        MalformedInput: the text has no end or control characters, or there are too many lines or signatures.
    """

    text: str
    signatures: tuple[SignatureLine, ...]

    def __post_init__(self) -> None:
        verify_text(self.text)
        if not self.text.endswith("\n"):
            raise MalformedInput("the text of the note has no end", code="note-text", wanted="an end of line")
        if self.text.count("\n") > MAX_NOTE_LINES:
            raise MalformedInput("the note has too many lines", code="note-size", wanted=f"at most {MAX_NOTE_LINES:,}")
        if not 0 < len(self.signatures) <= MAX_NOTE_SIGNATURES:
            raise MalformedInput(
                f"a note with {len(self.signatures)} signatures",
                code="note-signatures",
                wanted=f"1 to {MAX_NOTE_SIGNATURES}",
            )


def print_note(note: Note) -> bytes:
    """The bytes of a note.

    Raises:
        MalformedInput: `note-size`: it has become too large.
    """
    lines = (f"{_DASH}{line.name} {print_octets(line.key_id + line.signature)}\n" for line in note.signatures)
    encoded = f"{note.text}\n{''.join(lines)}".encode()
    _verify_size(encoded)
    return encoded


def parse_note(encoded: bytes) -> Note:
    """A note from its bytes.

    Raises:
        MalformedInput: they are not what `print_note` writes; `at` names the line.
    """
    _verify_size(encoded)
    try:
        whole = encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedInput("the note is not UTF-8", code="note-encoding", at=f"byte {error.start}") from None
    text, blank, below = whole.rpartition("\n\n")
    if not blank or not below.endswith("\n"):
        raise MalformedInput("the note has no signatures", code="note-unsigned", wanted="a blank line and signatures")
    first = text.count("\n") + 3
    lines = below.removesuffix("\n").split("\n")
    return Note(f"{text}\n", tuple(_parse_line(line, number) for number, line in enumerate(lines, first)))


def _parse_line(line: str, number: int) -> SignatureLine:
    try:
        return _signature_line(line)
    except MalformedInput as error:
        raise error.placed(f"line {number}") from None


def _signature_line(line: str) -> SignatureLine:
    if not line.startswith(_DASH):
        raise MalformedInput("this is no signature", code="note-signature", wanted="a dash, a name, octets")
    name, _, octets = line.removeprefix(_DASH).partition(" ")
    signed = parse_octets(octets)
    return SignatureLine(name, signed[:KEY_ID_BYTES], signed[KEY_ID_BYTES:])


def _verify_size(encoded: bytes) -> None:
    if len(encoded) > MAX_NOTE_BYTES:
        raise MalformedInput(
            f"a note of {len(encoded):,} bytes", code="note-size", wanted=f"at most {MAX_NOTE_BYTES:,} bytes"
        )
