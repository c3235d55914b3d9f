"""The store in a PostgreSQL database: plain SQL, no extension, each batch one transaction.

One row holds the term and the end of the log. Whoever writes locks that row first, so that term, place and batch are
compared and written in one transaction, and a writer that was overtaken while it stood still changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from wellclear.centre.ports.store import ArchivableStore, Batch, Reader, Record
from wellclear.store.admission import (
    NO_BODY,
    end_after,
    no_record,
    record_archived,
    verify_place,
    verify_removal,
    verify_term,
)
from wellclear.store.postgresql_session import (
    Patience,
    Session,
    Tables,
    one_row,
    open_to_read,
    open_to_write,
    storage_errors,
)
from wellclear.store.subtrees import completed_hashes, completing_place, hash_of_level, no_node
from wellclear.trust.key_statement import Place

RECORDS_AT_ONCE: Final = 256
"""Records that a reader holds in memory: no transaction stays open between two portions."""

FORMAT_VERSION: Final = 1
"""Version of the tables."""

ARCHIVED_VERSION: Final = 2
"""Version once bodies were moved to archive files: the same tables, unreadable for whoever knows of no such files."""

IDLE_TIMEOUT_MS: Final = 2_000
"""After so long the server ends the transaction of a writer that stands still, and with it its lock on the lead: a
centre that could commit nothing for 2 s has stopped speaking anyway."""

TRANSACTION_TIMEOUT_MS: Final = 5_000
"""After so long the server ends any transaction; a batch takes milliseconds."""

_PATIENCE: Final = Patience(IDLE_TIMEOUT_MS, TRANSACTION_TIMEOUT_MS)

_TABLES: Final = Tables(
    "store",
    making=(
        """CREATE TABLE wellclear_record (
            epoch bigint NOT NULL, index bigint NOT NULL,
            content bytea NOT NULL, salt bytea NOT NULL, leaf bytea NOT NULL, completed bytea NOT NULL,
            PRIMARY KEY (epoch, index))""",
        """CREATE TABLE wellclear_beside (name text COLLATE "C" PRIMARY KEY, content bytea NOT NULL)""",
        """CREATE TABLE wellclear_lead (
            one integer PRIMARY KEY CHECK (one = 1), format integer NOT NULL,
            term bigint NOT NULL, epoch bigint NOT NULL, size bigint NOT NULL)""",
    ),
    marked="wellclear_lead",
    marking="INSERT INTO wellclear_lead VALUES (1, %s, 0, 0, 0)",
    versions=(FORMAT_VERSION, ARCHIVED_VERSION),
    lock=0x57434C47,  # the letters WCLG
)


class PostgresqlStore(ArchivableStore):
    """A log in one database, or in one schema of it. Tables are made where they are missing.

    One thread writes; readers may be made and used in any thread and process.

    Args:
        address: ``postgresql://...`` as libpq reads it.

    Raises:
        MalformedInput, RuleViolated, PeerUnavailable: see `open_to_write`.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._session = open_to_write(address, _TABLES, _PATIENCE)
        self._failure: OSError | None = None

    def lead(self) -> int:
        """As in the port. Waits for the leader's transaction, if one is under way."""
        with self._transaction() as session:
            (term,) = one_row(session, "UPDATE wellclear_lead SET term = term + 1 RETURNING term")
            return int(term)

    def write(self, term: int, batch: Batch) -> None:
        """As in the port; also refuses `batch-hash` and `batch-nodes`, see `completed_hashes`."""
        completed = completed_hashes(batch)
        epoch, first = batch.start.epoch, batch.start.index
        rows = [
            (epoch, index, record.content, record.salt, record.leaf, hashes)
            for index, (record, hashes) in enumerate(zip(batch.records, completed, strict=True), start=first)
        ]
        with self._transaction() as session:
            newest, *end = one_row(session, "SELECT term, epoch, size FROM wellclear_lead FOR UPDATE")
            verify_term(term, newest)
            verify_place(batch, Place(*end))
            with session.cursor() as cursor:
                cursor.executemany("INSERT INTO wellclear_record VALUES (%b, %b, %b, %b, %b, %b)", rows)
            _put_beside(session, batch.beside)
            after = end_after(batch, Place(*end))
            session.execute("UPDATE wellclear_lead SET epoch = %s, size = %s", (after.epoch, after.index))

    def remove_bodies(self, term: int, start: Place, stop: int, beside: Mapping[str, bytes]) -> None:
        """As in the port."""
        with self._transaction() as session:

            def salt(index: int) -> bytes | None:
                query = "SELECT salt FROM wellclear_record WHERE epoch = %s AND index = %s"
                row = session.execute(query, (start.epoch, index), binary=True).fetchone()
                return None if row is None else bytes(row[0])

            (newest,) = one_row(session, "SELECT term FROM wellclear_lead FOR UPDATE")
            verify_term(term, newest)
            verify_removal(start, stop, salt)
            change = (
                "UPDATE wellclear_record SET content = %b, salt = %b WHERE epoch = %s AND index >= %s AND index < %s"
            )
            session.execute(change, (NO_BODY, NO_BODY, start.epoch, start.index, stop))
            _put_beside(session, beside)
            session.execute("UPDATE wellclear_lead SET format = %s", (ARCHIVED_VERSION,))

    def reader(self) -> Reader:
        """As in the port.

        Raises:
            PeerUnavailable: `store-unreachable`: the server does not answer.
        """
        return _PostgresqlReader(open_to_read(self._address, _PATIENCE))

    def close(self) -> None:
        """As in the port."""
        self._session.close()

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """All of it or nothing, on disk at the end; a failure is the last thing that this store does."""
        if self._failure is not None:
            raise OSError("the store failed before; the process must end and replay") from self._failure
        try:
            with storage_errors(), self._session.transaction():
                yield self._session
        except OSError as error:
            self._failure = error
            raise


class _PostgresqlReader(Reader):
    def __init__(self, session: Session) -> None:
        self._session = session

    def end(self) -> Place:
        with storage_errors():
            return Place(*one_row(self._session, "SELECT epoch, size FROM wellclear_lead"))

    def size(self, epoch: int) -> int:
        query = "SELECT coalesce(max(index) + 1, 0) FROM wellclear_record WHERE epoch = %s"
        with storage_errors():
            row = self._session.execute(query, (epoch,)).fetchone()
        return int(row[0]) if row else 0

    def records(self, start: Place, stop: int) -> Iterator[Record]:
        query = (
            "SELECT content, salt, leaf FROM wellclear_record "
            "WHERE epoch = %s AND index >= %s AND index < %s ORDER BY index"
        )
        for first in range(start.index, stop, RECORDS_AT_ONCE):
            last = min(first + RECORDS_AT_ONCE, stop)
            with storage_errors():
                rows = self._session.execute(query, (start.epoch, first, last), binary=True).fetchall()
            if len(rows) != last - first:
                raise no_record(start.epoch, first + len(rows))
            if rows[0][1] == NO_BODY:  # bodies are removed from the oldest on: then no later one is either
                raise record_archived(start.epoch, first)
            for row in rows:
                yield Record(*row)

    def node(self, epoch: int, level: int, index: int) -> bytes:
        place = completing_place(epoch, level, index)
        query = "SELECT leaf, completed FROM wellclear_record WHERE epoch = %s AND index = %s"
        with storage_errors():
            row = self._session.execute(query, (epoch, place.index), binary=True).fetchone()
        if row is None:
            raise no_node(epoch, level, index)
        return hash_of_level(level, *row)

    def beside(self, name: str) -> bytes | None:
        query = "SELECT content FROM wellclear_beside WHERE name = %s"
        with storage_errors():
            row = self._session.execute(query, (name,), binary=True).fetchone()
        return None if row is None else bytes(row[0])

    def names(self, prefix: str) -> Sequence[str]:
        query = "SELECT name FROM wellclear_beside WHERE starts_with(name, %s) ORDER BY name"
        with storage_errors():
            return [name for (name,) in self._session.execute(query, (prefix,))]

    def close(self) -> None:
        self._session.close()


def _put_beside(session: Session, beside: Mapping[str, bytes]) -> None:
    with session.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO wellclear_beside VALUES (%b, %b) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
            list(beside.items()),
        )
