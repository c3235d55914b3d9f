"""Being a witness: a counterparty's checkpoint is co-signed only if its log grew from the one co-signed before.

The rules are those of C2SP tlog-witness. Remembering and co-signing are one: the cosignature may leave only once
what it is remembered by is durable, in one write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wellclear.centre.log.origin import WITNESSED, origin_of, witness_name
from wellclear.errors import RuleViolated, VerificationFailed
from wellclear.trust.checkpoint import (
    Checkpoint,
    cosign_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    verify_consistent,
)
from wellclear.trust.merkle import EMPTY_ROOT
from wellclear.trust.note import parse_note, print_note
from wellclear.trust.note_key import NoteKey
from wellclear.trust.signing import SigningKey


@dataclass(frozen=True, slots=True)
class Offer:
    """A checkpoint to be co-signed.

    Attributes:
        epoch: of the log.
        note: the checkpoint's exact bytes, signed by the log.
        older_size: the size from which the proof leads; the one that the witness co-signed last.
        proof: consistency proof, hashes of 32 bytes.
    """

    epoch: int
    note: bytes
    older_size: int
    proof: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosignature that may leave once what stands beside the log is durable.

    Attributes:
        note: the checkpoint with it.
        beside: to be kept first.
    """

    note: bytes
    beside: dict[str, bytes]


class Fork(VerificationFailed):
    """Two checkpoints of one size, both signed by the log, with different roots: proof of a lie.

    Attributes:
        one: exact bytes of the one held.
        other: exact bytes of the one offered.
    """

    def __init__(self, one: bytes, other: bytes) -> None:
        super().__init__("the log signed two different trees of one size", code="log-forked")
        self.one = one
        self.other = other


@dataclass(frozen=True, slots=True)
class Witness:
    """Who co-signs.

    Attributes:
        party: the own party.
        signer: its log key.
    """

    party: str
    signer: SigningKey


def cosign(  # noqa: PLR0913 - keys of both sides, and the time
    offer: Offer, held: bytes | None, party: str, log_key: NoteKey, by: Witness, *, time_s: int
) -> Cosigned:
    """Co-sign a counterparty's checkpoint.

    Args:
        offer: what is offered.
        held: the newest note of this log that was co-signed; nothing for none.
        party: whose log it is.
        log_key: its log key.
        by: who co-signs.
        time_s: now, in seconds of POSIX.

    Raises:
        VerificationFailed: the log did not sign it, or the proof does not hold.
        Fork: it is a proof of a lie.
        RuleViolated: `witness-size`: the proof leads from another size than the one held; ``wanted`` is that size.
    """
    origin = origin_of(party, offer.epoch)
    newer = open_checkpoint(offer.note, log_key, origin)
    older = held_checkpoint(held, origin)
    if held is not None and newer.size == older.size and newer.root != older.root:
        raise Fork(held, offer.note)
    if offer.older_size != older.size or newer.size < older.size:
        raise RuleViolated(
            "the proof leads from another size", code="witness-size", at="older_size", wanted=str(older.size)
        )
    verify_consistent(older, newer, offer.proof)
    note = print_note(cosign_checkpoint(parse_note(offer.note), witness_name(by.party), by.signer, time_s))
    return Cosigned(note, {f"{WITNESSED}{party}/{offer.epoch}": note})


def held_checkpoint(held: bytes | None, origin: str) -> Checkpoint:
    """The checkpoint of a note that was verified when it was kept; the empty log for none."""
    return Checkpoint(origin, 0, EMPTY_ROOT) if held is None else parse_checkpoint(parse_note(held).text)


def compare_views(held: bytes | None, heard: Sequence[bytes], log_key: NoteKey, origin: str) -> None:
    """Compare what other witnesses hold of a log with what the own centre holds.

    Args:
        held: the newest note that was co-signed; nothing for none.
        heard: notes of the same log that other witnesses sent.
        log_key: the log's key.
        origin: the log's name.

    Raises:
        Fork: one of them has the held one's size and another root.
        VerificationFailed: one of them is not the log's.
    """
    if held is None:
        return
    own = held_checkpoint(held, origin)
    for note in heard:
        other = open_checkpoint(note, log_key, origin)
        if other.size == own.size and other.root != own.root:
            raise Fork(held, note)
