"""Proofs of the own log, made from what is on disk: of an entry, of growth, of all about an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wellclear.centre.log.gathering import Gathered
from wellclear.centre.log.origin import COSIGNED, COSIGNED_BEFORE
from wellclear.centre.ports.store import Reader
from wellclear.errors import NotFound, WellclearError
from wellclear.trust.checkpoint import Checkpoint, parse_checkpoint
from wellclear.trust.evidence import (
    MANIFEST,
    Evidence,
    LogProof,
    Manifest,
    PartyKeys,
    ProofStep,
    ShownEntry,
    ShownTree,
    Witnessed,
    print_evidence,
    proofs_digest,
)
from wellclear.trust.key_statement import Place
from wellclear.trust.keys import KeyRing
from wellclear.trust.note import parse_note
from wellclear.trust.proofs import Subtrees, consistency_proof, inclusion_proof, tree_root
from wellclear.trust.signing import SigningKey
from wellclear.trust.typed import sign_typed
from wellclear.verifier.logs import cosignatures, signed_checkpoint, stated_rings
from wellclear.verifier.report import Report


@dataclass(frozen=True, slots=True)
class Exporter:
    """Who shows its log.

    Attributes:
        keys: of the own party.
        signer: its message key.
        signed_at: place of the log at which that signs.
        now_ms: by the own clock.
        notes: the newest checkpoint of each epoch that is shown.
    """

    keys: PartyKeys
    signer: SigningKey
    signed_at: Place
    now_ms: int
    notes: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class _Cosigned:
    """A checkpoint, and when each witness co-signed it."""

    checkpoint: Checkpoint
    note: bytes
    witnesses: Mapping[str, int]


def prove_entry(reader: Reader, keys: PartyKeys, note: bytes, place: Place, size: int = 0) -> LogProof:
    """Prove that an entry stands in the log.

    Args:
        reader: of the store.
        keys: of the own party.
        note: the newest checkpoint of that epoch.
        place: of the entry.
        size: of the log in which it is proven; 0 for that of the checkpoint, which continues every smaller one.

    Raises:
        NotFound: `proof-leaf`: the log of this size has no such entry; `proof-size`.
    """
    subtrees, newest = _subtrees(reader, place.epoch), _checkpoint(note)
    first = size or newest.size
    steps = _steps(subtrees, newest.size, (first,))
    inclusion = inclusion_proof(place.index, first, subtrees)
    return LogProof(keys, place.epoch, place.index, subtrees(0, place.index), inclusion, steps, note)


def prove_grown(reader: Reader, keys: PartyKeys, note: bytes, epoch: int, sizes: tuple[int, int]) -> LogProof:
    """Prove that the log of one size continues that of another; arguments and errors as `prove_entry`."""
    subtrees, newest = _subtrees(reader, epoch), _checkpoint(note)
    return LogProof(keys, epoch, None, b"", (), _steps(subtrees, newest.size, sizes), note)


def prove_incident(reader: Reader, by: Exporter, about: str, found: Gathered) -> Evidence:
    """The evidence of an incident: its entries with proofs, and what proves the keys, places and times.

    Args:
        reader: of the store.
        by: who shows its log.
        about: what was asked for.
        found: what the log holds about it.
    """
    own, places, notes = by.keys.party, sorted(found.places), by.notes
    rings = stated_rings(Report(own, about), list({**found.keys, own: by.keys}.values()), {})
    cosigned = _cosigned(reader, own, found.notes, rings)
    trees, witnesses = [], set[str]()
    for epoch in sorted({place.epoch for place in places}):
        newest = _checkpoint(notes[epoch])
        chosen = _chosen([one for one in cosigned if one.checkpoint.origin == newest.origin], newest, places, epoch)
        witnesses |= {name for one in chosen for name in one.witnesses}
        witnesses |= {name for _, _, name in cosignatures(notes[epoch], rings, own)}
        subtrees = _subtrees(reader, epoch)
        shown = [Witnessed(one.note, consistency_proof(one.checkpoint.size, newest.size, subtrees)) for one in chosen]
        trees.append(ShownTree(epoch, notes[epoch], tuple(shown)))
    concerned = sorted((found.parties | witnesses) & found.keys.keys() - {own})
    keys = (by.keys, *(found.keys[party] for party in concerned))
    manifest = print_evidence(
        Manifest(
            own,
            about,
            by.now_ms,
            (by.signed_at.epoch, by.signed_at.index),
            tuple((place.epoch, place.index) for place in places),
            proofs_digest(keys, tuple(trees)),
        )
    )
    return Evidence(
        manifest,
        by.signer.verifier.public,
        sign_typed(MANIFEST, manifest, by.signer).signature,
        keys,
        tuple(trees),
        tuple(_shown(reader, place, _checkpoint(notes[place.epoch]).size) for place in places),
    )


def _shown(reader: Reader, place: Place, size: int) -> ShownEntry:
    (record,) = reader.records(place, place.index + 1)
    proof = inclusion_proof(place.index, size, _subtrees(reader, place.epoch))
    return ShownEntry(place.epoch, place.index, record.content, record.salt, proof)


def _cosigned(reader: Reader, own: str, enclosed: Iterable[bytes], rings: Mapping[str, KeyRing]) -> list[_Cosigned]:
    """Every checkpoint of the own log that a witness's cosignature is known of, and that holds."""
    kept = [reader.beside(name) for name in (*reader.names(COSIGNED), *reader.names(COSIGNED_BEFORE))]
    found = []
    for note in sorted({note for note in (*kept, *enclosed) if note is not None}):
        try:
            epoch = int(parse_note(note).text.partition("\n")[0].rpartition("/")[2])
            checkpoint = signed_checkpoint(note, own, epoch, rings)
            witnesses = {name: time_s for _, time_s, name in cosignatures(note, rings, own)}
        except (WellclearError, ValueError):
            continue  # a counterparty may enclose anything
        if witnesses:
            found.append(_Cosigned(checkpoint, note, witnesses))
    return found


def _chosen(known: Sequence[_Cosigned], newest: Checkpoint, places: Iterable[Place], epoch: int) -> list[_Cosigned]:
    """For each entry the earliest cosignature over it; of each witness the newest."""
    usable = [one for one in known if 0 < one.checkpoint.size <= newest.size]
    chosen = set[int]()
    for place in places:
        over = [(min(one.witnesses.values()), n) for n, one in enumerate(usable) if one.checkpoint.size > place.index]
        if place.epoch == epoch and over:
            chosen.add(min(over)[1])
    for name in {name for one in usable for name in one.witnesses}:
        chosen.add(max((one.checkpoint.size, n) for n, one in enumerate(usable) if name in one.witnesses)[1])
    return [usable[number] for number in sorted(chosen)]


def _steps(subtrees: Subtrees, newest: int, sizes: Sequence[int]) -> tuple[ProofStep, ...]:
    """Sizes, each proven to continue the one before, up to the checkpoint's."""
    ordered = (*sizes, *([newest] if sizes[-1] != newest else []))
    if not all(0 < older <= newer <= newest for older, newer in zip((1, *ordered), ordered, strict=False)):
        raise NotFound(
            f"no signed log has these sizes: {', '.join(map(str, sizes))}", code="proof-size", wanted=f"1 to {newest}"
        )
    return tuple(
        ProofStep(size, tree_root(size, subtrees), consistency_proof(size, after, subtrees) if after else ())
        for size, after in zip(ordered, (*ordered[1:], 0), strict=True)
    )


def _subtrees(reader: Reader, epoch: int) -> Subtrees:
    def subtree(level: int, index: int, /) -> bytes:
        return reader.node(epoch, level, index)

    return subtree


def _checkpoint(note: bytes) -> Checkpoint:
    return parse_checkpoint(parse_note(note).text)
