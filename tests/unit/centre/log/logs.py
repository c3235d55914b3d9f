"""A log in memory, with its keys: what its owner may sign of it, and what a liar may."""

from __future__ import annotations

from wellclear.centre.entries.link import StatedKey, StatedRing
from wellclear.centre.log.known import KnownLog, known_log
from wellclear.centre.log.origin import origin_of
from wellclear.trust.checkpoint import Checkpoint, sign_checkpoint
from wellclear.trust.ed25519 import Signer, Verifier
from wellclear.trust.merkle import EMPTY, leaf_hash
from wellclear.trust.note import print_note

LOG, OTHER, WITNESS = (Signer(bytes((number,)) * 32) for number in (1, 2, 3))
COMMON = [leaf_hash(b"entry %d" % number) for number in range(10)]
TRUE = [*COMMON, *(leaf_hash(b"true %d" % number) for number in range(10))]
FALSE = [*COMMON, *(leaf_hash(b"false %d" % number) for number in range(10))]


def ring(party: str, signer: Signer, **ended: tuple[int, int]) -> StatedRing:
    record = StatedKey("log", signer.verifier.public, (0, 0), **ended)
    return StatedRing(party, (record,), 1, bytes(32))


def log(epoch: int = 0) -> KnownLog:
    """The log of west, as others know it."""
    return known_log(ring("west", LOG), epoch, Verifier)


def note(
    leaves: list[bytes], size: int, *, epoch: int = 0, signer: Signer = LOG, extensions: tuple[str, ...] = ()
) -> bytes:
    """A checkpoint of the first leaves."""
    origin = origin_of("west", epoch)
    checkpoint = Checkpoint(origin, size, EMPTY.extend(leaves[:size]).root, extensions)
    return print_note(sign_checkpoint(checkpoint, origin, signer))
