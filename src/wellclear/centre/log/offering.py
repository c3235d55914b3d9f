"""Offering the own log to witnesses, and proving from what is stored that it only grew and what stands in it."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from typing import Final

import msgspec

from wellclear.centre.entries.link import Took
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.log.known import held_checkpoint
from wellclear.centre.log.origin import COSIGNED, origin_of
from wellclear.centre.log.witnessing import Offer
from wellclear.centre.ports.store import Reader
from wellclear.errors import MalformedInput, RuleViolated, VerificationFailed
from wellclear.protocol.envelope import parse_own
from wellclear.protocol.witnessing import Included
from wellclear.trust.checkpoint import Checkpoint
from wellclear.trust.key_statement import Place
from wellclear.trust.leaf import salted_leaf
from wellclear.trust.proofs import Subtrees, consistency_proof, inclusion_proof, verify_inclusion


class _Taken(msgspec.Struct, frozen=True):
    """What must stand in an opened entry; a newer version of its centre may say more in it."""

    entry: str
    raw: bytes
    refused: str = ""


_TAKEN: Final = msgspec.json.Decoder(_Taken)


def subtrees_in(reader: Reader, epoch: int) -> Subtrees:
    """The stored hashes of an epoch's tree."""
    return partial(reader.node, epoch)


def cosigned_size(reader: Reader, party: str, epoch: int, witness: str) -> int:
    """How many entries of an epoch of the own log a witness has co-signed, as far as is kept."""
    note = reader.beside(f"{COSIGNED}{witness}")
    if note is None:
        return 0
    checkpoint = held_checkpoint(note)
    return checkpoint.size if checkpoint.origin == origin_of(party, epoch) else 0


def offer_from(subtrees: Subtrees, epoch: int, note: bytes, older_size: int) -> Offer:
    """A checkpoint with the proof that a witness needs.

    Args:
        subtrees: of the tree that the checkpoint is of.
        epoch: of the log.
        note: the own checkpoint.
        older_size: what the witness holds.

    Raises:
        RuleViolated: `proof-sizes`: the witness holds more than the checkpoint covers.
        NotFound: a hash is not stored.
    """
    size = held_checkpoint(note).size
    if older_size > size:
        raise RuleViolated(
            f"the witness holds {older_size} entries and the checkpoint covers {size}", code="proof-sizes"
        )
    proof = consistency_proof(older_size, size, subtrees) if older_size else ()
    return Offer(epoch, note, older_size, proof)


def show_included(reader: Reader, party: str, place: Place, size: int) -> Included:
    """Open the entry that took an envelope of a party, and prove that it stands in the own log.

    What is opened holds the party's own envelope and what the RECEIPT told of it (when it was taken, how late, marks):
    nothing that the party may not see. Every other entry stays closed.

    Args:
        reader: of the store.
        party: who asks.
        place: of the entry.
        size: of the tree to whose root the proof leads.

    Raises:
        RuleViolated: `entry-withheld`: the entry is of something else.
        NotFound: it is not there.
    """
    record = next(iter(reader.records(place, place.index + 1)))
    entry = parse_entry(record.content)
    said = parse_own(entry.raw).envelope if isinstance(entry, Took) else None
    if not isinstance(entry, Took) or said is None or said.sender != party:
        raise RuleViolated("that entry took no envelope of the party that asks", code="entry-withheld", at="indexes")
    before, _, after = record.content.partition(b64encode(entry.raw))
    proof = inclusion_proof(place.index, size, subtrees_in(reader, place.epoch))
    return Included(place.index, said.epoch, said.index, record.salt, before, after, proof)


def verify_included(included: Included, raw: bytes, checkpoint: Checkpoint) -> None:
    """Hold only if the entry that took an envelope stands in a log.

    Args:
        included: what the log showed.
        raw: exact bytes of the envelope.
        checkpoint: a verified one of the log.

    Raises:
        VerificationFailed: it does not.
        MalformedInput: what was shown is no entry.
    """
    content = included.before + b64encode(raw) + included.after
    leaf = salted_leaf(included.salt, content)
    verify_inclusion(leaf, included.index, checkpoint.size, included.proof, checkpoint.root)
    try:
        taken = _TAKEN.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise MalformedInput(f"what was opened is no entry: {problem}", code="entry-opened") from problem
    if taken.entry != "took" or taken.raw != raw or taken.refused:
        raise VerificationFailed("the entry at that place took no such envelope", code="entry-other")
