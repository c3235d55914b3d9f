"""The port for what a centre keeps: its log, the log's tree, and the few things that stand beside the log.

Everything that changes the store carries the term of the writer that asks for it, and is durable when the call returns.
A writer whose term is no longer the newest changes nothing, ever: term and change are compared in one transaction.

Storage that fails raises `OSError`. Whether the batch is on disk is then unknown, so that nothing may go on: the
process ends and replays; it never tries the same flush again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from wellclear.trust.key_statement import Place


@dataclass(frozen=True, slots=True)
class Record:
    """One entry as it is kept: the leaf of the log's tree is `salted_leaf(salt, content)`.

    Attributes:
        content: the entry's exact bytes.
        salt: 32 random bytes of its own.
        leaf: hash of the leaf, 32 bytes.
    """

    content: bytes
    salt: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written in one transaction: all of it or nothing.

    Attributes:
        start: where the first record stands; the store's `end`, or index 0 of the next epoch.
        records: in the order of the log; may be empty where only `beside` changes.
        nodes: hashes of the perfect subtrees that these records complete: level, index within the level, 32 bytes.
            Level 0 is the leaves themselves and is not repeated here.
        beside: what stands beside the log, by name; replaces what was there: ``checkpoint``, ``cosigned/NAME``.
    """

    start: Place
    records: tuple[Record, ...] = ()
    nodes: tuple[tuple[int, int, bytes], ...] = ()
    beside: Mapping[str, bytes] = field(default_factory=dict)


class Reader(Protocol):
    """Reads what is durable, over a connection of its own: the disk, and no writer's memory."""

    def end(self) -> Place:
        """Newest epoch, and the number of records in it: where the next record goes. (0, 0) when empty."""

    def size(self, epoch: int) -> int:
        """Number of records in an epoch; 0 where there are none."""

    def records(self, start: Place, stop: int) -> Iterator[Record]:
        """Records `start.index` to `stop` (excluded) of one epoch, in order.

        Raises:
            NotFound: one of them is not there; `record-archived`: its body was moved to an archive file.
        """

    def node(self, epoch: int, level: int, index: int) -> bytes:
        """Hash of a perfect subtree; level 0 is the leaves.

        Raises:
            NotFound: it is not there.
        """

    def beside(self, name: str) -> bytes | None:
        """What stands beside the log under a name, or nothing."""

    def names(self, prefix: str) -> Sequence[str]:
        """Names beside the log that begin so, in order."""

    def close(self) -> None:
        """Give the connection back."""


class Store(Protocol):
    """Where a centre keeps its log."""

    def lead(self) -> int:
        """Become the writer: a term greater than every term before, durable on return.

        Writers of older terms can change nothing from then on.
        """

    def write(self, term: int, batch: Batch) -> None:
        """Write a batch, all of it or nothing, durable on return.

        Raises:
            RuleViolated: `term-superseded`: another writer leads; `batch-place`: the batch does not start at the end.
            OSError: storage failed; see the module.
        """

    def reader(self) -> Reader:
        """A new reader on a connection of its own."""

    def close(self) -> None:
        """Release what is held open."""


class ArchivableStore(Store, Protocol):
    """A store whose oldest bodies can be moved out of it; the leaves, the tree and what stands beside the log stay."""

    def remove_bodies(self, term: int, start: Place, stop: int, beside: Mapping[str, bytes]) -> None:
        """Remove content and salt of records that are kept elsewhere, all of it or nothing, durable on return.

        Args:
            term: of the writer that asks.
            start: the oldest record of its epoch that has a body.
            stop: the first one whose body stays, or the epoch's size.
            beside: what stands beside the log from then on: where the bodies are.

        Raises:
            RuleViolated: `term-superseded`: another writer leads; `archive-place`: bodies before are still there, or
                one of these is not.
            OSError: storage failed; see the module.
        """
