"""Which entries are old enough that their bodies may move to archive files, and the proof that they are the log's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from wellclear.centre.entries.text import parse_entry
from wellclear.centre.log.archives import archives_of
from wellclear.centre.log.origin import CHECKPOINT, COSIGNED, COSIGNED_BEFORE, origin_of
from wellclear.centre.ports.store import Reader, Record
from wellclear.centre.snapshot import load_snapshot
from wellclear.centre.state.state import State
from wellclear.errors import RuleViolated, VerificationFailed, WellclearError
from wellclear.model.agreement.states import Phase
from wellclear.model.agreement.text import parse_agreement
from wellclear.model.agreement.text_values import DAY_MS
from wellclear.model.card import parse_card
from wellclear.trust.checkpoint import Checkpoint, parse_checkpoint
from wellclear.trust.key_statement import Place
from wellclear.trust.leaf import verify_opened
from wellclear.trust.merkle import EMPTY, Frontier
from wellclear.trust.note import parse_note
from wellclear.trust.proofs import consistency_proof, tree_root, verify_consistency
from wellclear.verifier.logs import signed_checkpoint

MAX_ARCHIVED_RECORDS: Final = 20_000
"""Entries of one archive file: their bodies leave the store in one transaction, which a server ends after 5 s."""

MAX_ARCHIVED_BYTES: Final = 67_108_864
"""Bytes of bodies after which an archive file is full: it is made in memory, and checked as a whole."""

_NEVER_GOVERNED: Final = frozenset({Phase.DRAFT, Phase.PROPOSED, Phase.LAPSED})


@dataclass(frozen=True, slots=True)
class OldEntries:
    """Entries whose bodies may move, verified.

    Attributes:
        start: place of the first one.
        records: in order.
        root: of the tree up to the last one.
        note: the newest checkpoint of that epoch that is kept, as a signed note; empty for an ended epoch without one.
    """

    start: Place
    records: tuple[Record, ...]
    root: bytes
    note: bytes

    @property
    def stop(self) -> int:
        """Index after the last one."""
        return self.start.index + len(self.records)


def longest_keeping_ms(state: State) -> int | None:
    """The longest term of keeping of all agreements that govern or ever did; nothing where none has.

    Args:
        state: of the centre.
    """
    held = (one for one in state.agreements.values() if Phase(one.phase) not in _NEVER_GOVERNED)
    return max((parse_agreement(one.text).keep_ms for one in held), default=None)


def archived_before_ms(state: State, wanted_ms: int | None, now_ms: int) -> int:
    """Before which time an entry must have been written so that its body may move.

    Args:
        state: of the centre.
        wanted_ms: what was asked for, if anything.
        now_ms: by the own clock.

    Raises:
        RuleViolated: `archive-term`: no agreement says how long, and nothing was asked for; `archive-young`: what was
            asked for is younger than the agreements' term of keeping, or not past.
    """
    keeping_ms = longest_keeping_ms(state)
    if wanted_ms is None and keeping_ms is None:
        raise RuleViolated(
            "no agreement of this centre says how long its records are kept",
            code="archive-term",
            at="--before",
            wanted="the day before which entries are old",
        )
    latest_ms = now_ms - (keeping_ms or 0)
    if wanted_ms is not None and wanted_ms > latest_ms:
        raise RuleViolated(
            f"entries of that time are younger than the term of keeping, {(keeping_ms or 0) // DAY_MS:,} days",
            code="archive-young",
            at="--before",
            wanted="an earlier day",
        )
    return latest_ms if wanted_ms is None else wanted_ms


def old_entries(reader: Reader, state: State, before_ms: int) -> Iterator[OldEntries]:
    """The oldest entries that still have bodies, in portions of one archive file each, up to the first young one.

    A start must be able to go on without them, so that the newest snapshot covers them all. In the epoch that goes on
    the newest own checkpoint does too.

    Args:
        reader: of the store.
        state: of the log in it.
        before_ms: entries of this time or later are young.

    Raises:
        RuleViolated: `archive-snapshot`: there is no snapshot that holds.
        VerificationFailed: an entry, the tree or the checkpoint is not what was written.
        MalformedInput: an entry cannot be read.
    """
    snapshot = load_snapshot(reader)
    if snapshot is None:
        raise RuleViolated(
            "no snapshot covers the entries that are old",
            code="archive-snapshot",
            wanted="a snapshot: serve the centre once",
        )
    covered = Place(snapshot.state.epoch, snapshot.state.index)
    moved = {archive.epoch: archive.stop for archive in archives_of(reader)}
    for epoch in range(covered.epoch + 1):
        checkpoint, note = _newest_checkpoint(reader, state, epoch)
        size = min(covered.index, checkpoint.size) if epoch == covered.epoch else reader.size(epoch)
        start = Place(epoch, moved.get(epoch, 0))
        for portion in _portions(reader, start, size, before_ms):
            root = _verified_root(reader, start, portion, checkpoint)
            yield OldEntries(start, portion, root, note)
            start = Place(epoch, start.index + len(portion))
        if start.index < size:
            return


def _portions(reader: Reader, start: Place, stop: int, before_ms: int) -> Iterator[tuple[Record, ...]]:
    portion, held_bytes = list[Record](), 0
    for index, record in enumerate(reader.records(start, stop), start=start.index):
        try:
            verify_opened(record.leaf, record.salt, record.content)
            entry = parse_entry(record.content)
        except WellclearError as fault:
            raise fault.placed(f"epoch {start.epoch}, entry {index}") from None
        if entry.at_ms >= before_ms:
            break
        portion.append(record)
        held_bytes += len(record.content)
        if len(portion) == MAX_ARCHIVED_RECORDS or held_bytes >= MAX_ARCHIVED_BYTES:
            yield tuple(portion)
            portion, held_bytes = [], 0
    if portion:
        yield tuple(portion)


def _newest_checkpoint(reader: Reader, state: State, epoch: int) -> tuple[Checkpoint, bytes]:
    """The largest own checkpoint of an epoch that is kept and that the store reaches, with its note; else an empty one.

    Raises:
        VerificationFailed: it is not signed by the own log key.
    """
    size = reader.size(epoch)
    newest, newest_note = Checkpoint(origin_of(state.party, epoch), 0, EMPTY.root), b""
    for name in (CHECKPOINT, *reader.names(COSIGNED), *reader.names(COSIGNED_BEFORE)):
        note = reader.beside(name)
        if note is None:
            continue
        checkpoint = parse_checkpoint(parse_note(note).text)
        if checkpoint.origin == newest.origin and newest.size < checkpoint.size <= size:
            newest, newest_note = checkpoint, note
    if newest_note:
        signed_checkpoint(newest_note, state.party, epoch, {state.party: parse_card(state.card).ring})
    return newest, newest_note


def _verified_root(reader: Reader, start: Place, records: tuple[Record, ...], checkpoint: Checkpoint) -> bytes:
    """Root of the tree up to the last of some records, once it is that of the store and of the checkpoint."""
    subtrees = partial(reader.node, start.epoch)
    before = Frontier(start.index, _peaks(reader, start))
    after = before.extend(record.leaf for record in records)
    if tree_root(after.size, subtrees) != after.root:
        raise VerificationFailed(
            "the tree in the store is not that of its leaves",
            code="archive-tree",
            at=f"epoch {start.epoch}, entries {start.index} to {after.size - 1}",
        )
    if checkpoint.size:
        ends = sorted(((after.size, after.root), (checkpoint.size, checkpoint.root)))
        (older, older_root), (newer, newer_root) = ends
        verify_consistency(older, older_root, newer, newer_root, consistency_proof(older, newer, subtrees))
    return after.root


def _peaks(reader: Reader, end: Place) -> tuple[bytes, ...]:
    """Hashes of the perfect subtrees that make a tree of so many leaves, the largest first."""
    levels = [level for level in range(end.index.bit_length()) if end.index >> level & 1]
    return tuple(reader.node(end.epoch, level, (end.index >> level) - 1) for level in reversed(levels))
