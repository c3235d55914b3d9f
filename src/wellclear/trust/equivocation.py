"""Proof that a log lied: two checkpoints, both signed by it, that cannot both be of one log that only grew.

Two of one size with different roots speak for themselves. For two of different sizes, the evidence holds the root that
the newer tree had at the older one's size, and the consistency proof from it to the newer root. If that proof holds,
and the root is not the one that the log had signed, then the log signed two histories; whoever brings the evidence
cannot have made it up, for that would take a second tree with the newer root.

A consistency proof that fails is not evidence: anyone can spoil one.
"""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.errors import VerificationFailed
from wellclear.trust.checkpoint import Checkpoint, open_checkpoint
from wellclear.trust.note_key import NoteKey
from wellclear.trust.proofs import Subtrees, consistency_proof, tree_root, verify_consistency


@dataclass(frozen=True, slots=True)
class Equivocation:
    """Evidence; it proves something once `verify_equivocation` held.

    Attributes:
        older: the exact bytes of the checkpoint with fewer entries, or of either of two of one size.
        newer: those of the other.
        prefix_root: the root that the newer tree had at the older one's size.
        proof: consistency proof from there to the newer root; empty for two of one size.
    """

    older: bytes
    newer: bytes
    prefix_root: bytes
    proof: tuple[bytes, ...] = ()


def verify_equivocation(evidence: Equivocation, origin: str, older_by: NoteKey, newer_by: NoteKey) -> None:
    """Hold only if the evidence proves that the log signed two histories.

    Args:
        evidence: what is claimed.
        origin: the log's name.
        older_by: the log's key when it signed the older checkpoint.
        newer_by: its key when it signed the newer one, most often the same.

    Raises:
        VerificationFailed: a checkpoint is not the log's, the proof does not hold, or the two agree.
        MalformedInput: what should be a checkpoint is none.
    """
    older = open_checkpoint(evidence.older, older_by, origin)
    newer = open_checkpoint(evidence.newer, newer_by, origin)
    verify_consistency(older.size, evidence.prefix_root, newer.size, newer.root, evidence.proof)
    if evidence.prefix_root == older.root:
        raise VerificationFailed("the two checkpoints agree", code="equivocation-none")


def find_equivocation(
    one: bytes, other: bytes, by: NoteKey, origin: str, subtrees: Subtrees | None = None
) -> Equivocation | None:
    """Evidence from two checkpoints of a log, if they contradict each other and that can be shown.

    Args:
        one: exact bytes of a checkpoint.
        other: those of another, of any size.
        by: the log's key.
        origin: the log's name.
        subtrees: hashes of the larger tree, where they are held; without them only two of one size can be compared.

    Raises:
        VerificationFailed: one of them is not the log's, or the hashes are not those of the larger tree.
        MalformedInput: one of them is no checkpoint.
    """
    opened = [(open_checkpoint(encoded, by, origin), encoded) for encoded in (one, other)]
    (older, older_bytes), (newer, newer_bytes) = sorted(opened, key=lambda pair: pair[0].size)
    evidence = _evidence(older, newer, subtrees)
    if evidence is None:
        return None
    prefix_root, proof = evidence
    verify_consistency(older.size, prefix_root, newer.size, newer.root, proof)
    return Equivocation(older_bytes, newer_bytes, prefix_root, proof)


def _evidence(
    older: Checkpoint, newer: Checkpoint, subtrees: Subtrees | None
) -> tuple[bytes, tuple[bytes, ...]] | None:
    """The root of the newer tree at the older one's size, and its proof; nothing where they agree or none can tell."""
    if older.size == newer.size:
        return None if older.root == newer.root else (newer.root, ())
    if subtrees is None or older.size == 0:
        return None
    prefix_root = tree_root(older.size, subtrees)
    if prefix_root == older.root:
        return None
    return prefix_root, consistency_proof(older.size, newer.size, subtrees)
