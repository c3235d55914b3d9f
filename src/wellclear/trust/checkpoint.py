"""Checkpoints as C2SP tlog-checkpoint writes them: a log's name, its size and its root, as a signed note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.canonical import parse_number, parse_octets, print_octets, verify_line
from wellclear.trust.merkle import EMPTY_ROOT, HASH_BYTES, MAX_TREE_SIZE, Frontier, split_root
from wellclear.trust.note import Note, parse_note
from wellclear.trust.note_key import NoteKey, SignatureKind, cosign_note, sign_note, verify_note
from wellclear.trust.proofs import verify_consistency
from wellclear.trust.signing import SigningKey

MAX_EXTENSIONS: Final = 16
"""Lines of one checkpoint after the root. C2SP advises against any; wellclear writes none and reads a few."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A statement of a log's size and root.

    Attributes:
        origin: the log's name, one for each epoch.
        size: its entries.
        root: the root over them, 32 bytes.
        extensions: further lines, which no witness vouches for.

    Raises:
        MalformedInput: one of them is not of its form, or the root of no entries is not that of the empty tree.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.extensions) > MAX_EXTENSIONS:
            raise MalformedInput("too many further lines", code="checkpoint-lines", wanted=f"at most {MAX_EXTENSIONS}")
        for line in (self.origin, *self.extensions):
            verify_line(line)
        if not 0 <= self.size <= MAX_TREE_SIZE:
            raise MalformedInput(f"no log has {self.size} entries", code="checkpoint-size", wanted="0 to 2^63 - 1")
        if len(self.root) != HASH_BYTES or (self.size == 0 and self.root != EMPTY_ROOT):
            raise MalformedInput("this is no root of such a tree", code="checkpoint-root", wanted="32 bytes")


def print_checkpoint(checkpoint: Checkpoint) -> str:
    """The text of a checkpoint's note."""
    lines = (checkpoint.origin, str(checkpoint.size), print_octets(checkpoint.root), *checkpoint.extensions)
    return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from the text of its note.

    Raises:
        MalformedInput: it is not what `print_checkpoint` writes.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "":
        raise MalformedInput("this is no checkpoint", code="checkpoint-lines", wanted="name, size and root in lines")
    return Checkpoint(lines[0], parse_number(lines[1], MAX_TREE_SIZE), parse_octets(lines[2]), tuple(lines[3:]))


def sign_checkpoint(checkpoint: Checkpoint, name: str, signer: SigningKey) -> Note:
    """A checkpoint signed by its log.

    A log must sign nothing that is inconsistent with what it signed before: `verify_appended` comes first.

    Args:
        checkpoint: what is stated.
        name: the name of the log's key.
        signer: the log's key.

    Raises:
        MalformedInput: the name is none.
    """
    text = print_checkpoint(checkpoint)
    return Note(text, (sign_note(text, name, signer),))


def cosign_checkpoint(note: Note, name: str, signer: SigningKey, time_s: int) -> Note:
    """The same note with a witness's cosignature after the signatures that it has.

    Args:
        note: a checkpoint's note, verified by the log's key and consistent with all that the witness saw.
        name: the witness's name.
        signer: its key.
        time_s: when, in seconds of POSIX.

    Raises:
        MalformedInput: the text is no checkpoint, or has as many signatures as it may.
    """
    parse_checkpoint(note.text)
    return replace(note, signatures=(*note.signatures, cosign_note(note.text, name, signer, time_s)))


def verify_checkpoint(note: Note, by: NoteKey, origin: str, witnesses: Sequence[NoteKey] = ()) -> None:
    """Hold only if a log signed this checkpoint of itself.

    Args:
        note: the signed note.
        by: the log's key, of the kind ED25519.
        origin: the name of the log that is expected: one key may sign for several epochs.
        witnesses: known witnesses, whose cosignatures must hold where they are present.

    Raises:
        VerificationFailed: the log did not sign it, a cosignature does not hold, or it is of another log.
        MalformedInput: what the log signed is no checkpoint.
    """
    if by.kind is not SignatureKind.ED25519:
        raise VerificationFailed(f"{by.name} is no key of a log", code="note-not-signed")
    verify_note(note, by, witnesses)
    if parse_checkpoint(note.text).origin != origin:
        raise VerificationFailed("the checkpoint is of another log", code="checkpoint-origin", wanted=origin)


def open_checkpoint(encoded: bytes, by: NoteKey, origin: str, witnesses: Sequence[NoteKey] = ()) -> Checkpoint:
    """A checkpoint from the bytes of its note, once they were verified; arguments and errors as `verify_checkpoint`.

    Raises:
        MalformedInput: the bytes are no note, or what the log signed is no checkpoint.
        VerificationFailed: it does not hold.
    """
    note = parse_note(encoded)
    verify_checkpoint(note, by, origin, witnesses)
    return parse_checkpoint(note.text)


def verify_consistent(older: Checkpoint, newer: Checkpoint, proof: Sequence[bytes]) -> None:
    """Hold only if the newer checkpoint is of the same log, grown and not rewritten.

    Args:
        older: a verified checkpoint.
        newer: a verified checkpoint of the same size or larger.
        proof: as `consistency_proof` makes it; empty if the older log is empty, which every log continues.

    Raises:
        VerificationFailed: it is not, or this proof does not show it. A proof that fails is no evidence against the
            log: whoever brought it may have spoiled it.
    """
    if older.origin != newer.origin:
        raise VerificationFailed("the checkpoints are of two logs", code="checkpoint-origin", wanted=older.origin)
    if older.size > 0:
        verify_consistency(older.size, older.root, newer.size, newer.root, proof)
    elif proof:
        raise VerificationFailed("nothing is to be proven of an empty log", code="proof-length", wanted="no hash")


def verify_appended(older: Checkpoint, frontier: Frontier, leaves: Sequence[bytes], newer: Checkpoint) -> None:
    """Hold only if a log may sign the newer checkpoint after the older: what it signs itself, it recomputes.

    Args:
        older: the newest checkpoint that it signed.
        frontier: the frontier stored with it.
        leaves: hashes of the entries since, read again from the store.
        newer: what is to be signed, folded by `Frontier`; found again here by `split_root`.

    Raises:
        VerificationFailed: `append-frontier`: the frontier is not the older checkpoint's; `append-root`: another log,
            another size or another root than the leaves give.
    """
    if (frontier.size, frontier.root) != (older.size, older.root):
        raise VerificationFailed("the stored frontier is not that of the last checkpoint", code="append-frontier")
    grown = older.origin, older.size + len(leaves), split_root(leaves, frontier)
    if (newer.origin, newer.size, newer.root) != grown:
        raise VerificationFailed("the entries do not lead to this checkpoint", code="append-root")
