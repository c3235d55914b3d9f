"""CHECKPOINT, COSIGN, ASK and PROOF: what centres say of their logs. Not numbered, not logged, never retried.

A CHECKPOINT offers the newest checkpoint of the speaker's log to a witness, which answers COSIGN. With ASK a witness
asks the log to prove that one tree continues another, or that what a RECEIPT named stands in it; PROOF is the answer.
Each answer names its question by digest, so that none can be played again to another.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from wellclear.protocol.envelope import PROTOCOL_VERSION
from wellclear.protocol.spoken import Form
from wellclear.trust.merkle import MAX_TREE_SIZE

MAX_WITNESSING_BYTES: Final = 65_536
"""Bytes of one such message: as a heartbeat; sixteen proofs of inclusion in the largest log fit."""

MAX_NOTE_CHARACTERS: Final = 1_024
"""Characters of one checkpoint with the log's signature and a cosignature; the longest names make 520."""

MAX_SHOWN: Final = 64
"""Notes that one heartbeat shows: those of all counterparties of the largest centre."""

MAX_ENCLOSED: Final = 8
"""Notes that one envelope encloses, since it is kept for ever; heartbeats show the rest."""

MAX_LIES: Final = 4
"""Proofs of lies in one message; what is left comes with the next."""

MAX_ASKED: Final = 16
"""Entries whose inclusion one question asks for."""

MAX_HASHES: Final = 64
"""Hashes of one proof: the height of the largest tree."""

MAX_FRAME_BYTES: Final = 1_024
"""Bytes of an entry around the envelope that it holds."""

_Size = Annotated[int, msgspec.Meta(ge=0, le=MAX_TREE_SIZE)]
_Epoch = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
_Proof = Annotated[tuple[bytes, ...], msgspec.Meta(max_length=MAX_HASHES)]
Note = Annotated[str, msgspec.Meta(max_length=MAX_NOTE_CHARACTERS)]
"""A signed note as text; empty for none."""


class Lie(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Proof that a log signed two histories: see `wellclear.trust.equivocation`.

    Attributes:
        party: whose log.
        epoch: of it.
        older: the checkpoint with fewer entries, or either of two of one size, as a note.
        newer: the other.
        prefix_root: the root that the newer tree had at the older one's size.
        proof: from there to the newer root; empty for two of one size.
    """

    party: str
    epoch: _Epoch
    older: Note
    newer: Note
    prefix_root: bytes
    proof: _Proof = ()


class CheckpointOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """CHECKPOINT: the newest one of the speaker's log, to be co-signed.

    Attributes:
        version: of this form.
        party: that speaks.
        recipient: that is to co-sign.
        epoch: of the speaker's log.
        note: the checkpoint, signed by the log.
        older_size: the size from which the proof leads: the one that the recipient co-signed last.
        proof: consistency proof from there.
        lies: proofs of others' lies that the recipient may not have.
    """

    version: int = PROTOCOL_VERSION
    party: str
    recipient: str
    epoch: _Epoch
    note: Note
    older_size: _Size
    proof: _Proof = ()
    lies: Annotated[tuple[Lie, ...], msgspec.Meta(max_length=MAX_LIES)] = ()


class Cosign(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """COSIGN: what a witness answers.

    Attributes:
        version: of this form.
        party: that speaks.
        recipient: that offered.
        answers: SHA-256 of the question's exact bytes.
        note: the checkpoint with the witness's cosignature; empty where it gives none.
        wanted: size from which the proof must lead; -1 where that is not what is wrong.
        refused: code of why not.
    """

    version: int = PROTOCOL_VERSION
    party: str
    recipient: str
    answers: bytes
    note: Note = ""
    wanted: Annotated[int, msgspec.Meta(ge=-1, le=MAX_TREE_SIZE)] = -1
    refused: Annotated[str, msgspec.Meta(max_length=80)] = ""


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """ASK: prove something of your log.

    Attributes:
        version: of this form.
        party: that asks.
        recipient: whose log it is.
        epoch: of it.
        size: of the tree to which all proofs lead.
        older_size: of the tree from which a consistency proof is wanted; 0 for none.
        indexes: entries whose inclusion is to be proven: those that RECEIPTs to the asking party named.
    """

    version: int = PROTOCOL_VERSION
    party: str
    recipient: str
    epoch: _Epoch
    size: _Size
    older_size: _Size = 0
    indexes: Annotated[tuple[_Size, ...], msgspec.Meta(max_length=MAX_ASKED)] = ()


class Included(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That the entry which took an envelope stands in the log: the entry opened, and the proof.

    Attributes:
        index: place of the entry.
        said_epoch: place of the envelope in its sender's own log.
        said_index: as before.
        salt: of the entry.
        before: the entry's exact bytes before the envelope, which is in base64.
        after: those after it.
        proof: from the leaf to the root.
    """

    index: _Size
    said_epoch: _Epoch
    said_index: _Size
    salt: bytes
    before: Annotated[bytes, msgspec.Meta(max_length=MAX_FRAME_BYTES)]
    after: Annotated[bytes, msgspec.Meta(max_length=MAX_FRAME_BYTES)]
    proof: _Proof = ()


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PROOF: what a log answers.

    Attributes:
        version: of this form.
        party: that speaks.
        recipient: that asked.
        answers: SHA-256 of the question's exact bytes.
        consistency: the consistency proof, where one was asked for.
        included: the entries that stand in the log as asked.
        refused: code of why nothing is proven; empty where it is.
    """

    version: int = PROTOCOL_VERSION
    party: str
    recipient: str
    answers: bytes
    consistency: _Proof = ()
    included: Annotated[tuple[Included, ...], msgspec.Meta(max_length=MAX_ASKED)] = ()
    refused: Annotated[str, msgspec.Meta(max_length=80)] = ""


_TYPE: Final = "application/vnd.wellclear.{}.v1+json"

CHECKPOINT_FORM: Final = Form(_TYPE.format("checkpoint"), CheckpointOffer, MAX_WITNESSING_BYTES)
COSIGN_FORM: Final = Form(_TYPE.format("cosign"), Cosign, MAX_WITNESSING_BYTES)
ASK_FORM: Final = Form(_TYPE.format("ask"), Ask, MAX_WITNESSING_BYTES)
PROOF_FORM: Final = Form(_TYPE.format("proof"), Proof, MAX_WITNESSING_BYTES)
