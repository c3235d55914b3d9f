"""The store in one SQLite file: write-ahead log, each batch one transaction, flushed before it is seen.

A failed flush may leave pages that the system believes written and that are not on the disk. So a store that failed
once touches its file no more; and whoever takes the lead first writes the write-ahead log's own bytes again and flushes
them, so that nothing is read from memory that the disk does not hold.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from wellclear.centre.ports.store import ArchivableStore, Batch, Reader, Record
from wellclear.store.admission import (
    NO_BODY,
    START,
    no_record,
    record_archived,
    verify_place,
    verify_removal,
    verify_term,
)
from wellclear.store.sqlite_file import (
    ARCHIVED_VERSION,
    INDEX_BITS,
    MAX_RECORDS,
    connect_to_read,
    open_file,
    storage_errors,
    write_ahead_log,
)
from wellclear.store.subtrees import completed_hashes, completing_place, hash_of_level, no_node
from wellclear.trust.key_statement import MAX_EPOCH, Place

RECORDS_AT_ONCE: Final = 256
"""Records that a reader holds in memory: no read stays open between two portions, which would keep the log growing."""

FOLD_BYTES: Final = 4 << 20
"""After so much has been written, the write-ahead log is folded into the file, so that it begins anew: a pause of some
milliseconds each few hundred batches."""

_PAGE_BYTES: Final = 4096
_PAGES_A_BATCH: Final = 3
"""Pages that a batch touches besides its own bytes: the last of the records, of their tree, of what stands beside."""

_CHUNK_BYTES: Final = 1 << 20
_failed: Final[list[sqlite3.Connection]] = []
"""Connections after a failure. Closing one would flush again, so they are kept until the process ends."""


class SqliteStore(ArchivableStore):
    """A log in one file. Its folder and file are made where missing, for this user alone.

    One thread writes; readers may be made and used in any thread, and by other processes over stores of their own.

    Args:
        path: the file.

    Raises:
        MalformedInput, RuleViolated, OSError: see `open_file`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_file(path)
        self._failure: OSError | None = None
        self._unfolded_bytes = 0

    def lead(self) -> int:
        """As in the port."""
        with self._transaction() as connection:
            _flush_again(write_ahead_log(self._path))
            connection.execute("UPDATE lead SET term = term + 1")
            (term,) = connection.execute("SELECT term FROM lead").fetchone()
            return int(term)

    def write(self, term: int, batch: Batch) -> None:
        """As in the port; also refuses `batch-hash` and `batch-nodes`, see `completed_hashes`."""
        completed = completed_hashes(batch)
        first = _row(batch.start)
        rows = [
            (first + offset, record.content, record.salt, record.leaf, hashes)
            for offset, (record, hashes) in enumerate(zip(batch.records, completed, strict=True))
        ]
        with self._transaction() as connection:
            newest, place = connection.execute("SELECT term, (SELECT max(place) FROM record) FROM lead").fetchone()
            verify_term(term, newest)
            verify_place(batch, _end_after(place))
            connection.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?)", rows)
            if batch.beside:
                connection.executemany("REPLACE INTO beside VALUES (?, ?)", batch.beside.items())
        self._fold(sum(len(row[1]) + len(row[4]) for row in rows) + sum(map(len, batch.beside.values())))

    def remove_bodies(self, term: int, start: Place, stop: int, beside: Mapping[str, bytes]) -> None:
        """As in the port. The file keeps its size: what is written next uses the room."""
        with self._transaction() as connection:

            def salt(index: int) -> bytes | None:
                place = (_row(Place(start.epoch, index)),)
                row = connection.execute("SELECT salt FROM record WHERE place = ?", place).fetchone()
                return None if row is None else bytes(row[0])

            (newest,) = connection.execute("SELECT term FROM lead").fetchone()
            verify_term(term, newest)
            verify_removal(start, stop, salt)
            change = "UPDATE record SET content = ?, salt = ? WHERE place >= ? AND place < ?"
            low = _row(start)
            connection.execute(change, (NO_BODY, NO_BODY, low, low + stop - start.index))
            connection.executemany("REPLACE INTO beside VALUES (?, ?)", beside.items())
            connection.execute(f"PRAGMA user_version = {ARCHIVED_VERSION}")
        self._fold(FOLD_BYTES)

    def reader(self) -> Reader:
        """As in the port.

        Raises:
            OSError: storage failed.
        """
        return _SqliteReader(connect_to_read(self._path))

    def close(self) -> None:
        """As in the port; after a failure the file is left as it is, and the process must end with `os._exit`."""
        if self._failure is None:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, on disk at the end; a failure is the last thing that this store does."""
        if self._failure is not None:
            raise OSError("the store failed before; the process must end and replay") from self._failure
        connection = self._connection
        try:
            with self._failing():
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
        finally:
            if self._failure is None and connection.in_transaction:
                connection.execute("ROLLBACK")

    def _fold(self, written_bytes: int) -> None:
        """Fold the write-ahead log into the file now and then: here, where a failure is seen, and not in SQLite."""
        self._unfolded_bytes += written_bytes + _PAGES_A_BATCH * _PAGE_BYTES
        if self._unfolded_bytes >= FOLD_BYTES:
            with self._failing():
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self._unfolded_bytes = 0

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            with storage_errors():
                yield
        except OSError as error:
            self._failure = error
            _failed.append(self._connection)
            raise


class _SqliteReader(Reader):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def end(self) -> Place:
        with storage_errors():
            (place,) = self._connection.execute("SELECT max(place) FROM record").fetchone()
        return _end_after(place)

    def size(self, epoch: int) -> int:
        if not 0 <= epoch <= MAX_EPOCH:
            return 0
        low = _row(Place(epoch, 0))
        query = "SELECT max(place) FROM record WHERE place >= ? AND place < ?"
        with storage_errors():
            (newest,) = self._connection.execute(query, (low, low + MAX_RECORDS)).fetchone()
        return 0 if newest is None else int(newest) - low + 1

    def records(self, start: Place, stop: int) -> Iterator[Record]:
        query = "SELECT content, salt, leaf FROM record WHERE place >= ? AND place < ? ORDER BY place"
        for first in range(start.index, stop, RECORDS_AT_ONCE):
            last = min(first + RECORDS_AT_ONCE, stop)
            if last > MAX_RECORDS:
                raise no_record(start.epoch, last - 1)
            low = _row(Place(start.epoch, first))
            with storage_errors():
                rows = self._connection.execute(query, (low, low + last - first)).fetchall()
            if len(rows) != last - first:
                raise no_record(start.epoch, first + len(rows))
            if rows[0][1] == NO_BODY:  # bodies are removed from the oldest on: then no later one is either
                raise record_archived(start.epoch, first)
            for row in rows:
                yield Record(*row)

    def node(self, epoch: int, level: int, index: int) -> bytes:
        place = completing_place(epoch, level, index)
        query = "SELECT leaf, completed FROM record WHERE place = ?"
        if place.index >= MAX_RECORDS:
            raise no_node(epoch, level, index)
        with storage_errors():
            row = self._connection.execute(query, (_row(place),)).fetchone()
        if row is None:
            raise no_node(epoch, level, index)
        return hash_of_level(level, *row)

    def beside(self, name: str) -> bytes | None:
        with storage_errors():
            row = self._connection.execute("SELECT content FROM beside WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def names(self, prefix: str) -> Sequence[str]:
        query = "SELECT name FROM beside WHERE substr(name, 1, ?) = ? ORDER BY name"
        with storage_errors():
            return [name for (name,) in self._connection.execute(query, (len(prefix), prefix))]

    def close(self) -> None:
        self._connection.close()


def _row(place: Place) -> int:
    """The one integer under which a record is kept."""
    return place.epoch << INDEX_BITS | place.index


def _end_after(newest: int | None) -> Place:
    """The end of the log, from the one integer of its newest record."""
    return START if newest is None else Place(newest >> INDEX_BITS, newest % MAX_RECORDS + 1)


def _flush_again(path: Path) -> None:
    """Write a file's own bytes over themselves and flush them: what could be read is then also on the disk.

    No other process appends meanwhile: the writer's lock is held.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        for offset in range(0, os.fstat(descriptor).st_size, _CHUNK_BYTES):
            os.pwrite(descriptor, os.pread(descriptor, _CHUNK_BYTES, offset), offset)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
