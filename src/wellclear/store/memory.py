"""A store in memory, for tests and simulation: as durable as the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from wellclear.centre.ports.store import ArchivableStore, Batch, Reader, Record
from wellclear.store.admission import (
    NO_BODY,
    START,
    end_after,
    no_record,
    record_archived,
    verify_place,
    verify_removal,
    verify_term,
)
from wellclear.store.subtrees import completed_hashes, completing_place, hash_of_level, no_node
from wellclear.trust.key_statement import Place


@dataclass(slots=True)
class _Kept:
    """What is in the store; `lock` is held while it changes, so that no reader sees half a batch."""

    term: int = 0
    end: Place = START
    sizes: dict[int, int] = field(default_factory=dict)
    records: dict[tuple[int, int], tuple[Record, bytes]] = field(default_factory=dict)
    beside: dict[str, bytes] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


class MemoryStore(ArchivableStore):
    """The plainest form of the port. Other threads may read while one writes."""

    def __init__(self) -> None:
        self._kept = _Kept()

    def lead(self) -> int:
        """As in the port."""
        with self._kept.lock:
            self._kept.term += 1
            return self._kept.term

    def write(self, term: int, batch: Batch) -> None:
        """As in the port; also refuses `batch-hash` and `batch-nodes`, see `completed_hashes`."""
        completed = completed_hashes(batch)
        kept = self._kept
        with kept.lock:
            verify_term(term, kept.term)
            verify_place(batch, kept.end)
            for index, row in enumerate(zip(batch.records, completed, strict=True), start=batch.start.index):
                kept.records[batch.start.epoch, index] = row
            kept.beside.update(batch.beside)
            kept.end = end_after(batch, kept.end)
            kept.sizes[kept.end.epoch] = kept.end.index

    def remove_bodies(self, term: int, start: Place, stop: int, beside: Mapping[str, bytes]) -> None:
        """As in the port."""
        kept = self._kept

        def salt(index: int) -> bytes | None:
            row = kept.records.get((start.epoch, index))
            return None if row is None else row[0].salt

        with kept.lock:
            verify_term(term, kept.term)
            verify_removal(start, stop, salt)
            for index in range(start.index, stop):
                record, completed = kept.records[start.epoch, index]
                kept.records[start.epoch, index] = replace(record, content=NO_BODY, salt=NO_BODY), completed
            kept.beside.update(beside)

    def reader(self) -> Reader:
        """As in the port."""
        return _MemoryReader(self._kept)

    def close(self) -> None:
        """Nothing is held open."""


class _MemoryReader(Reader):
    def __init__(self, kept: _Kept) -> None:
        self._kept = kept

    def end(self) -> Place:
        with self._kept.lock:
            return self._kept.end

    def size(self, epoch: int) -> int:
        with self._kept.lock:
            return self._kept.sizes.get(epoch, 0)

    def records(self, start: Place, stop: int) -> Iterator[Record]:
        for index in range(start.index, stop):
            with self._kept.lock:
                row = self._kept.records.get((start.epoch, index))
            if row is None:
                raise no_record(start.epoch, index)
            if row[0].salt == NO_BODY:
                raise record_archived(start.epoch, index)
            yield row[0]

    def node(self, epoch: int, level: int, index: int) -> bytes:
        place = completing_place(epoch, level, index)
        with self._kept.lock:
            row = self._kept.records.get((place.epoch, place.index))
        if row is None:
            raise no_node(epoch, level, index)
        return hash_of_level(level, row[0].leaf, row[1])

    def beside(self, name: str) -> bytes | None:
        with self._kept.lock:
            return self._kept.beside.get(name)

    def names(self, prefix: str) -> Sequence[str]:
        with self._kept.lock:
            return sorted(name for name in self._kept.beside if name.startswith(prefix))

    def close(self) -> None:
        """Nothing is held open."""
