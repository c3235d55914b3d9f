"""Being a witness: a counterparty's checkpoint is co-signed only if its log grew from the one co-signed before.

The rules are those of C2SP tlog-witness. Remembering and co-signing are one: the cosignature may leave only once
what it is remembered by is durable, in one write.
"""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.centre.log.known import KnownLog, held_checkpoint
from wellclear.centre.log.lies import bare, verify_one_history
from wellclear.centre.log.origin import WITNESSED, placed, witness_name
from wellclear.errors import RuleViolated
from wellclear.trust.checkpoint import cosign_checkpoint, verify_consistent
from wellclear.trust.note import parse_note, print_note
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
        beside: to be kept first; nothing where it is kept already.
    """

    note: bytes
    beside: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Witness:
    """Who co-signs.

    Attributes:
        party: the own party.
        signer: its log key.
    """

    party: str
    signer: SigningKey


def cosign(offer: Offer, held: bytes | None, log: KnownLog, by: Witness, *, time_s: int) -> Cosigned:
    """Co-sign a counterparty's checkpoint. What is co-signed already is answered with the same cosignature.

    Args:
        offer: what is offered.
        held: the newest note of this log that was co-signed; nothing for none.
        log: whose it is.
        by: who co-signs.
        time_s: now, in seconds of POSIX.

    Raises:
        VerificationFailed: the log did not sign it, or the proof does not hold.
        Fork: it is a proof of a lie.
        MalformedInput: it is no checkpoint.
        RuleViolated: `witness-size`: the proof leads from another size than the one held; ``wanted`` is that size.
            `checkpoint-extended`: it states more than size and root, for which no witness vouches.
    """
    newer = log.open(offer.note)
    if newer.extensions:
        raise RuleViolated("the checkpoint has further lines", code="checkpoint-extended", wanted="name, size, root")
    older = held_checkpoint(held, log.origin)
    if held is not None:
        verify_one_history(log, held, offer.note)
    if offer.older_size != older.size or newer.size < older.size:
        raise RuleViolated(
            "the proof leads from another size", code="witness-size", at="older_size", wanted=str(older.size)
        )
    verify_consistent(older, newer, offer.proof)
    if held is not None and newer.size == older.size:
        return Cosigned(held, {})
    plain = parse_note(bare(log, offer.note))
    note = print_note(cosign_checkpoint(plain, witness_name(by.party), by.signer, time_s))
    return Cosigned(note, {placed(WITNESSED, log.party, log.epoch): note})
