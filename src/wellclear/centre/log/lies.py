"""Proofs that a log signed two histories: found, verified, and kept."""

from __future__ import annotations

from typing import Final

import msgspec

from wellclear.centre.log.known import KnownLog, held_checkpoint
from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.protocol.witnessing import Lie
from wellclear.trust.equivocation import Equivocation, find_equivocation, verify_equivocation
from wellclear.trust.note import Note, parse_note, print_note
from wellclear.trust.proofs import Subtrees

_LIE: Final = msgspec.json.Decoder(Lie)


class Fork(VerificationFailed):
    """Two checkpoints, both signed by a log, that cannot both be of one log that only grew.

    Attributes:
        lie: the proof.
    """

    def __init__(self, lie: Lie) -> None:
        super().__init__(f"{lie.party}'s log signed two histories", code="log-forked")
        self.lie = lie


def verify_one_history(log: KnownLog, held: bytes, other: bytes, subtrees: Subtrees | None = None) -> None:
    """Hold unless two verified notes of a log contradict each other, as far as that can be told.

    Args:
        log: whose they are.
        held: exact bytes of one of them.
        other: of the other.
        subtrees: hashes of the larger tree, where they are held; else only two of one size can be told apart.

    Raises:
        Fork: they do.
    """
    one, two = held_checkpoint(held, log.origin), held_checkpoint(other, log.origin)
    if (one.size == two.size and one.root == two.root) or (one.size != two.size and subtrees is None):
        return
    bare_held, bare_other = bare(log, held), bare(log, other)
    by = log.signed_by(parse_note(bare_held))
    found = find_equivocation(bare_held, bare_other, by, log.origin, subtrees)
    if found is not None:
        older, newer = found.older.decode(), found.newer.decode()
        raise Fork(Lie(log.party, log.epoch, older, newer, found.prefix_root, tuple(found.proof)))


def verify_lie(lie: Lie, log: KnownLog) -> None:
    """Hold only if a proof proves that a log lied.

    Args:
        lie: from anyone.
        log: the one that it names.

    Raises:
        VerificationFailed: it proves nothing.
        MalformedInput: what should be a checkpoint is none.
    """
    older, newer = lie.older.encode(), lie.newer.encode()
    log.open(older)
    log.open(newer)
    evidence = Equivocation(older, newer, lie.prefix_root, lie.proof)
    verify_equivocation(evidence, log.origin, log.signed_by(parse_note(older)), log.signed_by(parse_note(newer)))


def bare(log: KnownLog, encoded: bytes) -> bytes:
    """A verified note with the log's signature alone: what a stranger added to it is not carried on.

    Raises:
        VerificationFailed: `note-not-signed`: it has none.
    """
    note = parse_note(encoded)
    by = log.signed_by(note)
    lines = tuple(line for line in note.signatures if (line.name, line.key_id) == (by.name, by.key_id))
    return print_note(Note(note.text, lines[:1]))


def print_lie(lie: Lie) -> bytes:
    """As it is kept beside the log."""
    return msgspec.json.encode(lie)


def parse_lie(content: bytes) -> Lie:
    """A proof as it was kept.

    Raises:
        MalformedInput: it is none.
    """
    try:
        return _LIE.decode(content)
    except msgspec.MsgspecError as problem:
        raise MalformedInput(f"not a proof of a lie: {problem}", code="lie-form") from problem
