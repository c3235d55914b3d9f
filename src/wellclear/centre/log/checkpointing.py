"""Signing a checkpoint: what is signed is read again from the disk and folded by a second algorithm first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from wellclear.centre.log.origin import CHECKPOINT, FRONTIER, origin_of
from wellclear.centre.ports.store import Reader
from wellclear.errors import VerificationFailed
from wellclear.trust.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint, verify_appended
from wellclear.trust.key_statement import Place
from wellclear.trust.leaf import verify_opened
from wellclear.trust.merkle import EMPTY, Frontier
from wellclear.trust.note import parse_note, print_note
from wellclear.trust.signing import SigningKey


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A frontier as it is kept."""

    size: int
    nodes: tuple[bytes, ...]


_KEPT: Final = msgspec.json.Decoder(_Kept)


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that may leave once what stands beside the log is durable.

    Attributes:
        note: its exact bytes.
        beside: to be kept first.
    """

    note: bytes
    beside: dict[str, bytes]


def sign_next(reader: Reader, party: str, frontier: Frontier, epoch: int, signer: SigningKey) -> Signed | None:
    """The next checkpoint of the own log; nothing if the newest one covers all.

    Args:
        reader: over a connection of its own.
        party: whose log it is.
        frontier: of the writer's tree, as far as it is on disk.
        epoch: of the log.
        signer: the log key.

    Raises:
        VerificationFailed: what is on disk does not lead from the last checkpoint to the writer's tree. Nothing more
            may be signed: someone changed the store, or it fails.
        NotFound: an entry is not there.
    """
    origin = origin_of(party, epoch)
    older, kept = newest_signed(reader, origin)
    if frontier.size == older.size:
        return None
    if frontier.size < older.size:
        raise VerificationFailed("the log is shorter than what was signed of it", code="checkpoint-shrunk")
    leaves: list[bytes] = []
    for record in reader.records(Place(epoch, older.size), frontier.size):
        verify_opened(record.leaf, record.salt, record.content)
        leaves.append(record.leaf)
    newer = Checkpoint(origin, frontier.size, frontier.root)
    verify_appended(older, kept, leaves, newer)
    note = print_note(sign_checkpoint(newer, origin, signer))
    return Signed(note, {CHECKPOINT: note, FRONTIER: msgspec.json.encode(_Kept(frontier.size, frontier.nodes))})


def newest_signed(reader: Reader, origin: str) -> tuple[Checkpoint, Frontier]:
    """The newest own checkpoint of this epoch and the frontier kept with it."""
    note, kept = reader.beside(CHECKPOINT), reader.beside(FRONTIER)
    if note is not None and kept is not None:
        checkpoint = parse_checkpoint(parse_note(note).text)
        if checkpoint.origin == origin:
            found = _KEPT.decode(kept)
            return checkpoint, Frontier(found.size, found.nodes)
    return Checkpoint(origin, 0, EMPTY.root), EMPTY
