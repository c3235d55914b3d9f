"""A virtual disk: what was flushed survives; what a crash meets on its way is torn and never read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from wellclear.centre.ports.store import Batch, Record
from wellclear.errors import NotFound, RuleViolated
from wellclear.trust.key_statement import Place


class PowerLost(OSError):  # noqa: N818 - it says what happened, as the core's errors do
    """The power failed during a write; whether the batch is on disk is unknown to who asked for it."""


class Cut(Enum):
    """When within the next write the power fails."""

    BEFORE = "nothing of the batch is on disk"
    TORN = "half of the batch is on disk, without its end"
    AFTER = "the whole batch is on disk, and nobody was told"


@dataclass(slots=True)
class Kept:
    """What is on the disk.

    Attributes:
        epochs: records of each life of the log.
        nodes: hashes of perfect subtrees by epoch, level and index.
        names: what stands beside the log.
        term: of the newest writer.
    """

    epochs: dict[int, list[Record]] = field(default_factory=dict)
    nodes: dict[tuple[int, int, int], bytes] = field(default_factory=dict)
    names: dict[str, bytes] = field(default_factory=dict)
    term: int = 0

    def copy(self) -> Kept:
        """A backup of all of it."""
        return Kept(
            {epoch: list(own) for epoch, own in self.epochs.items()}, dict(self.nodes), dict(self.names), self.term
        )


class Disk:
    """The port `Store` on a disk that fails when told to.

    Attributes:
        kept: what is durable.
        cut: when the power fails within the next write; None while it does not.
        torn: batches of which a part was left without its end.
    """

    def __init__(self, kept: Kept | None = None) -> None:
        self.kept = kept or Kept()
        self.cut: Cut | None = None
        self.torn = 0

    def lead(self) -> int:
        """As in the port."""
        self.kept.term += 1
        return self.kept.term

    def write(self, term: int, batch: Batch) -> None:
        """As in the port.

        Raises:
            PowerLost: a cut was set.
            RuleViolated: `term-superseded` or `batch-place`.
        """
        if term != self.kept.term:
            raise RuleViolated("another writer leads", code="term-superseded")
        end = self.end()
        if batch.start != end and (batch.start.epoch <= end.epoch or batch.start.index):
            raise RuleViolated("the batch does not continue the log", code="batch-place")
        cut, self.cut = self.cut, None
        if cut in (Cut.BEFORE, Cut.TORN):
            self.torn += cut is Cut.TORN
            raise PowerLost(cut.value)
        self._flush(batch)
        if cut is Cut.AFTER:
            raise PowerLost(cut.value)

    def _flush(self, batch: Batch) -> None:
        if batch.records:
            self.kept.epochs.setdefault(batch.start.epoch, []).extend(batch.records)
        for level, index, node in batch.nodes:
            self.kept.nodes[batch.start.epoch, level, index] = node
        self.kept.names.update(batch.beside)

    def end(self) -> Place:
        """Newest epoch, and the number of records in it."""
        epoch = max(self.kept.epochs, default=0)
        return Place(epoch, len(self.kept.epochs.get(epoch, ())))

    def reader(self) -> DiskReader:
        """As in the port."""
        return DiskReader(self)

    def close(self) -> None:
        """Nothing is held open."""


class DiskReader:
    """Reads what is durable."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def end(self) -> Place:
        """As in the port."""
        return self._disk.end()

    def size(self, epoch: int) -> int:
        """As in the port."""
        return len(self._disk.kept.epochs.get(epoch, ()))

    def records(self, start: Place, stop: int) -> Iterator[Record]:
        """As in the port.

        Raises:
            NotFound: one of them is not there.
        """
        own = self._disk.kept.epochs.get(start.epoch, [])
        if stop > len(own):
            raise NotFound(f"the log has no record {len(own)}", code="no-record")
        yield from own[start.index : stop]

    def node(self, epoch: int, level: int, index: int) -> bytes:
        """As in the port.

        Raises:
            NotFound: it is not there.
        """
        if level == 0 and index < self.size(epoch):
            return self._disk.kept.epochs[epoch][index].leaf
        node = self._disk.kept.nodes.get((epoch, level, index))
        if node is None:
            raise NotFound(f"the log has no subtree {index} of level {level}", code="no-node")
        return node

    def beside(self, name: str) -> bytes | None:
        """As in the port."""
        return self._disk.kept.names.get(name)

    def names(self, prefix: str) -> Sequence[str]:
        """As in the port."""
        return sorted(name for name in self._disk.kept.names if name.startswith(prefix))

    def close(self) -> None:
        """Nothing is held open."""
