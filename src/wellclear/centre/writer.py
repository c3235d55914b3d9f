"""The one writer of a centre: it takes inputs in turn, and releases nothing before the batch is on disk.

Within a batch each input is decided over the state after the one before it. A flush that fails ends the writer for
good: whether the batch is on disk is unknown, so that only a replay may go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wellclear.centre.apply.entry import apply_entry
from wellclear.centre.decide.decide import decide
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.text import parse_entry, print_entry
from wellclear.centre.inputs import Input
from wellclear.centre.means import Means
from wellclear.centre.ports.store import Batch, Reader, Record, Store
from wellclear.centre.snapshot import Log, load_snapshot
from wellclear.centre.state.state import State
from wellclear.centre.tree import grown
from wellclear.errors import RuleViolated, WellclearError
from wellclear.trust.key_statement import Place
from wellclear.trust.leaf import SALT_BYTES, salted_leaf
from wellclear.trust.merkle import EMPTY

MAX_BATCH: Final = 64
"""Inputs of one batch: more would make the first wait for the last."""

BATCH_MS: Final = 5
"""How long a batch stays open for more inputs, which is how much a flush to disk takes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input, once its batch is on disk.

    Attributes:
        entries: what it made of the log; none where it changed nothing.
        start: place of the first of them.
        refused: why it was refused, if so; it changed nothing.
    """

    entries: tuple[Entry, ...]
    start: Place
    refused: WellclearError | None = None

    @property
    def end(self) -> Place:
        """How far the log must be on disk for it: what was refused, or was known, rests on what went before."""
        return Place(self.start.epoch, self.start.index + len(self.entries))


def replay(reader: Reader) -> Log:
    """The log as it is on disk: from the newest snapshot that holds, else from the first entry, to the last.

    Args:
        reader: of the store.

    Raises:
        MalformedInput: an entry cannot be read.
    """
    return read_on(reader, load_snapshot(reader) or Log())


def read_on(reader: Reader, log: Log) -> Log:
    """The log from one state on to the last entry.

    Args:
        reader: of the store.
        log: what was read so far; an empty one for all.

    Raises:
        MalformedInput: an entry cannot be read.
    """
    state, frontier, end = log.state, log.frontier, reader.end()
    for epoch in range(state.epoch, end.epoch + 1):
        first = state.index if epoch == state.epoch else 0
        leaves: list[bytes] = []
        for record in reader.records(Place(epoch, first), reader.size(epoch)):
            state = apply_entry(state, parse_entry(record.content))
            leaves.append(record.leaf)
        frontier = (frontier if first else EMPTY).extend(leaves)
    return Log(state, frontier)


class Writer:
    """Takes inputs in batches, and keeps the log.

    Attributes:
        log: as far as it is on disk; whoever reads may keep it while the writer goes on.
    """

    def __init__(self, store: Store, term: int, log: Log) -> None:
        self._store = store
        self._term = term
        self._failed = False
        self.log = log

    def take(self, inputs: Iterable[Input], means: Callable[[], Means]) -> list[Outcome]:
        """Decide a batch and write it.

        Args:
            inputs: in the order in which they are decided, at most `MAX_BATCH`; each is asked for when its turn comes.
            means: time, chance and keys, asked for anew for each input.

        Returns:
            What became of each, in their order.

        Raises:
            RuleViolated: another writer leads, or this one has failed.
            OSError: the flush failed; the writer takes nothing more.
        """
        state, made, outcomes = self.log.state, list[Entry](), list[Outcome]()
        for taken in inputs:
            start = Place(state.epoch, state.index)
            try:
                decision = decide(state, taken, means())
            except WellclearError as refused:
                outcomes.append(Outcome((), start, refused))
                continue
            state = decision.state
            made.extend(decision.entries)
            outcomes.append(Outcome(decision.entries, start))
        if made:
            self._write(made, state, means().random)
        return outcomes

    def append(self, entries: Sequence[Entry], random: Callable[[int], bytes]) -> None:
        """Write entries that no input made: the first ones of a log, and of a new epoch."""
        state = self.log.state
        for entry in entries:
            state = apply_entry(state, entry)
        self._write(entries, state, random)

    def keep(self, beside: Mapping[str, bytes]) -> None:
        """Keep something beside the log, durable on return; the newest wins.

        Raises:
            RuleViolated: another writer leads, or this one has failed.
            OSError: the flush failed; the writer takes nothing more.
        """
        self._store_batch(Batch(Place(self.log.state.epoch, self.log.state.index), beside=beside))

    def _write(self, entries: Sequence[Entry], state: State, random: Callable[[int], bytes]) -> None:
        before = self.log
        start = Place(state.epoch, state.index - len(entries))
        frontier = before.frontier if start.index else EMPTY
        records = []
        for entry in entries:
            content, salt = print_entry(entry), random(SALT_BYTES)
            records.append(Record(content, salt, salted_leaf(salt, content)))
        nodes, frontier = grown(frontier, [record.leaf for record in records])
        self._store_batch(Batch(start, tuple(records), nodes))
        self.log = Log(state, frontier)

    def _store_batch(self, batch: Batch) -> None:
        """One flush; one that fails is the last."""
        if self._failed:
            raise RuleViolated("the writer has failed and must be replayed", code="writer-failed")
        try:
            self._store.write(self._term, batch)
        except BaseException:
            self._failed = True
            raise
