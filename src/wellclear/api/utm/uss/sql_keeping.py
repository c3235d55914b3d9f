"""The documents of a USS in SQL: one table, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final, LiteralString, Protocol, cast

import psycopg

from wellclear.api.utm.uss.keeping import ANY, MAX_LISTED, MAX_PAGE_DOCUMENTS, Held, Keeping, Kept, Kind, changed
from wellclear.errors import RuleViolated, WellclearError
from wellclear.store.postgresql_session import Patience, Session, Tables, open_to_write

BUSY_S: Final = 10.0
"""How long another process may hold SQLite's lock; a change takes milliseconds."""

LAST_MS: Final = 1 << 62
"""Later than every time."""

_POSTGRESQL: Final = ("postgresql://", "postgres://")
_SQLITE_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS utm_kept (kind TEXT NOT NULL, name TEXT NOT NULL, revision BIGINT NOT NULL,"
    " at_ms BIGINT NOT NULL, content BLOB NOT NULL, owner TEXT NOT NULL DEFAULT '', PRIMARY KEY (kind, name))"
)
_SQLITE_OWNER: Final = "ALTER TABLE utm_kept ADD COLUMN owner TEXT NOT NULL DEFAULT ''"
"""For a table that was made when nobody's share was counted."""

_INDEXES: Final[tuple[LiteralString, ...]] = (
    "CREATE INDEX IF NOT EXISTS utm_kept_time ON utm_kept (kind, at_ms, name)",
    "CREATE INDEX IF NOT EXISTS utm_kept_owner ON utm_kept (kind, owner)",
)
_POSTGRESQL_TABLES: Final = Tables(
    "documents of the USS",
    making=(
        """CREATE TABLE IF NOT EXISTS utm_kept (
            kind text NOT NULL, name text NOT NULL, revision bigint NOT NULL, at_ms bigint NOT NULL,
            content bytea NOT NULL, owner text NOT NULL DEFAULT '', PRIMARY KEY (kind, name))""",
        "ALTER TABLE utm_kept ADD COLUMN IF NOT EXISTS owner text NOT NULL DEFAULT ''",
        *_INDEXES,
        "CREATE TABLE utm_kept_format (one integer PRIMARY KEY CHECK (one = 1), format integer NOT NULL)",
    ),
    marked="utm_kept_format",
    marking="INSERT INTO utm_kept_format VALUES (1, %s)",
    versions=(1,),
    lock=0x57434B50,
)
_PATIENCE: Final = Patience(idle_ms=10_000, transaction_ms=20_000)
_INSERT: Final = "INSERT INTO utm_kept (kind, name, revision, at_ms, content, owner) VALUES (?, ?, 1, ?, ?, ?)"

Row = tuple[Any, ...]


class _Session(Protocol):
    """One connection, used by one thread at a time."""

    def run(self, statement: str, values: Sequence[object]) -> tuple[list[Row], int]:
        """Rows that a statement gives, and how many it changed; durable on return."""

    def close(self) -> None:
        """Give it up."""


class SqlKeeping:
    """Documents in one table, over one connection that is made anew after a failure.

    Args:
        connect: makes a session.
    """

    def __init__(self, session: _Session) -> None:
        self._session, self._lock = session, Lock()

    def get(self, kind: Kind, name: str) -> Kept | None:
        """As in the port."""
        rows, _ = self._run(
            "SELECT name, revision, at_ms, content FROM utm_kept WHERE kind = ? AND name = ?", kind, name
        )
        return _kept(rows[0]) if rows else None

    def put(  # noqa: PLR0913, PLR0917 - as in the port
        self, kind: Kind, name: str, content: bytes, at_ms: int, revision: int = ANY, owner: str = ""
    ) -> int:
        """As in the port.

        Raises:
            RuleViolated: as in the port.
        """
        if revision == 0:
            _, count = self._run(f"{_INSERT} ON CONFLICT DO NOTHING", kind, name, at_ms, content, owner)
            new = 1
        elif revision == ANY:
            rows, count = self._run(
                f"{_INSERT} ON CONFLICT (kind, name) DO UPDATE SET revision = utm_kept.revision + 1,"
                " at_ms = excluded.at_ms, content = excluded.content, owner = excluded.owner RETURNING revision",
                *(kind, name, at_ms, content, owner),
            )
            count, new = 1, int(rows[0][0])
        else:
            new = revision + 1
            _, count = self._run(
                "UPDATE utm_kept SET revision = ?, at_ms = ?, content = ?, owner = ?"
                " WHERE kind = ? AND name = ? AND revision = ?",
                *(new, at_ms, content, owner, kind, name, revision),
            )
        if not count:
            raise changed()
        return new

    def remove(self, kind: Kind, name: str, revision: int = ANY) -> None:
        """As in the port.

        Raises:
            RuleViolated: as in the port.
        """
        if revision == ANY:
            self._run("DELETE FROM utm_kept WHERE kind = ? AND name = ?", kind, name)
            return
        _, count = self._run("DELETE FROM utm_kept WHERE kind = ? AND name = ? AND revision = ?", kind, name, revision)
        if not count:
            raise changed()

    def listed(self, kind: Kind, start_ms: int = 0, end_ms: int | None = None) -> tuple[Kept, ...]:
        """As in the port.

        Raises:
            RuleViolated: as in the port.
        """
        rows, _ = self._run(
            "SELECT name, revision, at_ms, content FROM utm_kept WHERE kind = ? AND at_ms BETWEEN ? AND ?"
            " ORDER BY at_ms, name LIMIT ?",
            *(kind, start_ms, LAST_MS if end_ms is None else end_ms, MAX_LISTED + 1),
        )
        if len(rows) > MAX_LISTED:
            raise RuleViolated(f"more than {MAX_LISTED:,} {kind}s", code="kept-many", wanted="a shorter time")
        return tuple(map(_kept, rows))

    def each(self, kind: Kind, start_ms: int = 0, end_ms: int | None = None) -> Iterator[Kept]:
        """As in the port."""
        at_ms, name, until_ms = start_ms - 1, "", LAST_MS if end_ms is None else end_ms
        while True:
            rows, _ = self._run(
                "SELECT name, revision, at_ms, content FROM utm_kept WHERE kind = ?"
                " AND at_ms BETWEEN ? AND ? AND (at_ms, name) > (?, ?) ORDER BY at_ms, name LIMIT ?",
                *(kind, start_ms, until_ms, at_ms, name, MAX_PAGE_DOCUMENTS),
            )
            found = list(map(_kept, rows))
            yield from found
            if len(found) < MAX_PAGE_DOCUMENTS:
                return
            at_ms, name = found[-1].at_ms, found[-1].name

    def held(self, kind: Kind, owner: str | None = None) -> Held:
        """As in the port."""
        whose = "" if owner is None else " AND owner = ?"
        rows, _ = self._run(
            f"SELECT COUNT(*), COALESCE(SUM(LENGTH(content)), 0) FROM utm_kept WHERE kind = ?{whose}",  # noqa: S608 - two literals
            *((kind,) if owner is None else (kind, owner)),
        )
        return Held(int(rows[0][0]), int(rows[0][1]))

    def clear(self, kind: Kind, before_ms: int) -> None:
        """As in the port."""
        self._run("DELETE FROM utm_kept WHERE kind = ? AND at_ms < ?", kind, before_ms)

    def close(self) -> None:
        """As in the port."""
        with self._lock:
            self._session.close()

    def _run(self, statement: str, *values: object) -> tuple[list[Row], int]:
        with self._lock, _storage_errors():
            return self._session.run(statement, values)


def open_keeping(address: str | Path, *, make: bool = True) -> Keeping:
    """The documents in a database; the table is made where it is missing.

    Args:
        address: a file of SQLite, or ``postgresql://...``.
        make: whether a file that is missing is made.

    Raises:
        FileNotFoundError: there is no such file, and none is to be made.
        OSError: storage failed.
        WellclearError: as `wellclear.store.postgresql_session.open_to_write`.
    """
    text = str(address)
    if not make and not text.startswith(_POSTGRESQL) and not Path(text).is_file():
        raise FileNotFoundError(text)
    with _storage_errors():
        session: _Session = _Postgresql(text) if text.startswith(_POSTGRESQL) else _Sqlite(text)
        return SqlKeeping(session)


@contextmanager
def _storage_errors() -> Iterator[None]:
    """Say the failures of both databases as the port does; no message shows an address, which may hold a password."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(f"the store failed: {error}") from error
    except psycopg.Error as error:
        raise OSError(f"the store failed: {type(error).__name__}") from error


class _Sqlite:
    def __init__(self, file: str) -> None:
        if file != ":memory:":
            Path(file).touch(mode=0o600)
        self._connection = sqlite3.connect(file, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"):
            self._connection.execute(statement)
        self._connection.execute(_SQLITE_TABLE)
        if "owner" not in {row[1] for row in self._connection.execute("PRAGMA table_info(utm_kept)")}:
            self._connection.execute(_SQLITE_OWNER)
        for statement in _INDEXES:
            self._connection.execute(statement)

    def run(self, statement: str, values: Sequence[object]) -> tuple[list[Row], int]:
        cursor = self._connection.execute(statement, tuple(map(_plain, values)))
        return cursor.fetchall(), cursor.rowcount

    def close(self) -> None:
        self._connection.close()


class _Postgresql:
    """A connection that is made anew once where the server ended it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection = open_to_write(address, _POSTGRESQL_TABLES, _PATIENCE)

    def run(self, statement: str, values: Sequence[object]) -> tuple[list[Row], int]:
        if self._connection.closed or self._connection.broken:
            self._connection = self._opened_again()
        cursor = self._connection.execute(_statement(statement), tuple(map(_plain, values)))
        return (cursor.fetchall() if cursor.description else []), cursor.rowcount

    def close(self) -> None:
        self._connection.close()

    def _opened_again(self) -> Session:
        try:
            return open_to_write(self._address, _POSTGRESQL_TABLES, _PATIENCE)
        except WellclearError as error:
            raise OSError(f"the store failed: {error.code}") from error


def _statement(text: str) -> Any:  # noqa: ANN401 - psycopg wants a literal; these are made of literals of this module
    return cast("Any", text.replace("?", "%s"))


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Kind) else value


def _kept(row: Row) -> Kept:
    name, revision, at_ms, content = row
    return Kept(name, int(revision), int(at_ms), bytes(content))
