"""The forms of evidence: what a party shows of its log to a third one, and proofs alone. Nothing here verifies.

Each is one JSON text in its one form: members in the order of the fields, no blanks, bytes in base64. So no key can
stand twice, and what is read is what was written.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from wellclear.errors import MalformedInput

MAX_EVIDENCE_BYTES: Final = 268_435_456
"""Bytes of one file: 10,000 entries with proofs have a tenth of it, unless many are as large as they may be."""

MAX_EVIDENCE_ENTRIES: Final = 10_000
"""Entries of one file: an incident of days; a judge reads no more, and a verifier checks them in a minute."""

MAX_EVIDENCE_PARTIES: Final = 65
"""Parties whose keys one file holds: those that one notice names, and its sender. Also the epochs of the log."""

MAX_EVIDENCE_CHECKPOINTS: Final = 1_000
"""Further checkpoints of one epoch in one file: sixteen of each of 64 witnesses."""

MANIFEST: Final = "application/vnd.wellclear.evidence.v1+json"
"""Type under which an exporter signs what its file holds."""

_F = TypeVar("_F")


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a file."""


class PartyKeys(Form, frozen=True):
    """A party's root key, and all that it stated of the party's keys: payload and signature of each, in order."""

    party: str
    root: bytes
    statements: tuple[tuple[bytes, bytes], ...]


class Witnessed(Form, frozen=True):
    """A checkpoint with cosignatures, and the proof that the tree under which entries are shown continues it."""

    note: bytes
    proof: tuple[bytes, ...]


class ShownTree(Form, frozen=True):
    """One epoch of the log: the checkpoint under which its entries are proven, and those that witnesses co-signed."""

    epoch: int
    checkpoint: bytes
    witnessed: tuple[Witnessed, ...]


class ShownEntry(Form, frozen=True):
    """An entry: its place, exact bytes and salt, and the hashes that lead from its leaf to the root of its tree."""

    epoch: int
    index: int
    content: bytes
    salt: bytes
    proof: tuple[bytes, ...]


class Manifest(Form, frozen=True):
    """What an exporter says that its file holds.

    Attributes:
        party: whose log it is.
        about: what was asked for, in words.
        exported_ms: when, by the exporter's clock.
        signed_at: epoch and index: place of the log at which the exporter's message key signs this.
        places: epoch and index of each entry, in order.
        proven_by: `proofs_digest` of keys and trees: nobody on the way may drop the end of a key, or a cosignature.
    """

    party: str
    about: str
    exported_ms: int
    signed_at: tuple[int, int]
    places: tuple[tuple[int, int], ...]
    proven_by: bytes


class Evidence(Form, frozen=True, tag_field="format", tag="wellclear-evidence/v1"):
    """The entries of an incident.

    Attributes:
        manifest: JSON of `Manifest`.
        key: the message key of the exporter, 32 bytes.
        signature: over the manifest as a message of the type `MANIFEST`, 64 bytes.
        keys: of all parties concerned.
        trees: of all epochs concerned.
        entries: in the order of the log.
    """

    manifest: bytes
    key: bytes
    signature: bytes
    keys: tuple[PartyKeys, ...]
    trees: tuple[ShownTree, ...]
    entries: tuple[ShownEntry, ...]


class ProofStep(Form, frozen=True):
    """A size of the log, its root, and the proof that the next size continues it; the last one has none."""

    size: int
    root: bytes
    proof: tuple[bytes, ...] = ()


class LogProof(Form, frozen=True, tag_field="format", tag="wellclear-proof/v1"):
    """That an entry stands in a log, that the log only grew, or both.

    Attributes:
        keys: of the log's party.
        epoch: of the log.
        index: of the entry; nothing where none is shown.
        leaf: hash of its leaf; empty for none. It tells nothing of what the entry says.
        inclusion: hashes from the leaf to the root of the first step.
        steps: sizes in order; the last is that of the checkpoint.
        checkpoint: signed note.
    """

    keys: PartyKeys
    epoch: int
    index: int | None
    leaf: bytes
    inclusion: tuple[bytes, ...]
    steps: tuple[ProofStep, ...]
    checkpoint: bytes


_ENCODER: Final = msgspec.json.Encoder()
_EVIDENCE: Final[msgspec.json.Decoder[Evidence | LogProof]] = msgspec.json.Decoder(Evidence | LogProof)
_MANIFEST: Final = msgspec.json.Decoder(Manifest)


def print_evidence(form: Evidence | LogProof | Manifest) -> bytes:
    """The exact bytes."""
    return _ENCODER.encode(form)


def proofs_digest(keys: tuple[PartyKeys, ...], trees: tuple[ShownTree, ...]) -> bytes:
    """SHA-256 of the JSON of keys and trees, as an array of both."""
    return sha256(_ENCODER.encode((keys, trees))).digest()


def parse_evidence(encoded: bytes) -> Evidence | LogProof:
    """Evidence, or a proof, from its bytes.

    Raises:
        MalformedInput: `evidence-size`, `evidence-form` or `evidence-many`.
    """
    if len(encoded) > MAX_EVIDENCE_BYTES:
        raise MalformedInput(
            f"evidence of {len(encoded):,} bytes", code="evidence-size", wanted=f"at most {MAX_EVIDENCE_BYTES:,} bytes"
        )
    found = parse_one_form(encoded, _EVIDENCE)
    if isinstance(found, Evidence):
        _verify_many("entries", len(found.entries), MAX_EVIDENCE_ENTRIES)
        _verify_many("keys", len(found.keys), MAX_EVIDENCE_PARTIES)
        _verify_many("trees", len(found.trees), MAX_EVIDENCE_PARTIES)
        for tree in found.trees:
            _verify_many("witnessed", len(tree.witnessed), MAX_EVIDENCE_CHECKPOINTS)
    elif len(found.steps) > MAX_EVIDENCE_CHECKPOINTS or not found.steps:
        raise MalformedInput("the proof leads nowhere", code="evidence-many", at="steps", wanted="1 to 1,000 steps")
    return found


def parse_manifest(encoded: bytes) -> Manifest:
    """A manifest from its bytes.

    Raises:
        MalformedInput: `evidence-form`.
    """
    return parse_one_form(encoded, _MANIFEST)


def parse_one_form(encoded: bytes, decoder: msgspec.json.Decoder[_F]) -> _F:
    """A value from the one JSON text that prints it.

    Raises:
        MalformedInput: `evidence-form`: it is another one, or none.
    """
    try:
        found = decoder.decode(encoded)
        same = _ENCODER.encode(found) == encoded
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as problem:
        raise MalformedInput(f"this cannot be read: {problem}", code="evidence-form") from None
    if not same:
        raise MalformedInput("this is not in its one form", code="evidence-form", wanted="JSON as it was written")
    return found


def _verify_many(what: str, count: int, most: int) -> None:
    if count > most:
        raise MalformedInput(f"{count:,} {what}", code="evidence-many", at=what, wanted=f"at most {most:,}")
