"""The registry in an SQLite file that one process has for itself: each transaction is flushed before it is answered."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from wellclear.api.utm.dss.airspace import Airspace, Key
from wellclear.api.utm.dss.ports import Registry, Scoped
from wellclear.api.utm.dss.records import Kind, Record, Report, parse_record, print_record
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.store.sqlite_file import storage_errors, sync_folder

APPLICATION_ID: Final = 0x57435554
"""The letters WCUT: a registry of wellclear, as `file` and SQLite's own tools show it."""

FORMAT_VERSION: Final = 1
"""Version of the tables; another one is refused, never guessed at."""

_TABLES: Final = (
    """CREATE TABLE entity (
        kind INTEGER NOT NULL, identifier TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (kind, identifier)
    ) STRICT, WITHOUT ROWID""",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {FORMAT_VERSION}",
)


class SqliteRegistry(Registry):
    """All of it is in memory too; the file is read once, and then only written.

    Args:
        path: of the file, which is made where it is missing, for this user alone.

    Raises:
        MalformedInput: `store-format`, `store-version`.
        RuleViolated: `store-permissions`, `store-in-use`.
        OSError: storage failed.
    """

    recovers = False

    def __init__(self, path: Path) -> None:
        _make(path)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise RuleViolated(
                "the registry may be read or changed by others",
                code="store-permissions",
                at=str(path),
                wanted="chmod 600",
            )
        self._connection = _opened(path)
        self._airspace = self._read()
        self._failure: OSError | None = None

    @contextmanager
    def transaction(self, scoped: Scoped) -> Iterator[Airspace]:  # noqa: ARG002 - no other process changes anything
        """As in the port. After a failure only a new process tells what was kept.

        Raises:
            OSError: storage failed.
        """
        if self._failure is not None:
            raise OSError("the store failed before; the process must end and start again") from self._failure
        try:
            yield self._airspace
            self._write()
        except OSError as error:
            self._failure = error
            raise
        except BaseException:
            self._airspace.taken_back()
            raise
        self._airspace.settled()

    def reports(self) -> Iterator[Report]:
        """As in the port."""
        with storage_errors():
            rows = self._connection.execute("SELECT content FROM entity WHERE kind = ?", (Kind.REPORT,)).fetchall()
        found = [record for (content,) in rows if isinstance(record := parse_record(content), Report)]
        yield from sorted(found, key=lambda report: report.received_ms)

    def close(self) -> None:
        """As in the port."""
        self._connection.close()

    def _write(self) -> None:
        changed = self._airspace.changed
        if not changed:
            return
        with storage_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR REPLACE INTO entity VALUES (?, ?, ?)",
                [(*key, print_record(record)) for key, record in changed.items() if record is not None],
            )
            self._connection.executemany(
                "DELETE FROM entity WHERE kind = ? AND identifier = ?",
                [key for key, record in changed.items() if record is None],
            )
            self._connection.execute("COMMIT")

    def _read(self) -> Airspace:
        with storage_errors():
            rows = self._connection.execute(
                "SELECT kind, identifier, content FROM entity WHERE kind <> ?", (Kind.REPORT,)
            )
            return Airspace(_entry(*row) for row in rows)


def _entry(kind: int, identifier: str, content: bytes) -> tuple[Key, Record]:
    return (Kind(kind), identifier), parse_record(content)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        sync_folder(path.parent)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        # the lock of the whole file is held until the end: no second process can believe that it has it for itself
        for setting in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL", "fullfsync = ON"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN EXCLUSIVE")
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        for statement in _TABLES if (tables, application) == (0, 0) else ():
            connection.execute(statement)
        connection.execute("COMMIT")
        _verify_format(connection, path)
    except sqlite3.OperationalError as error:
        connection.close()
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
            raise RuleViolated(
                "another process has this registry open",
                code="store-in-use",
                at=str(path),
                wanted="one process at a time; several instances share a PostgreSQL database",
            ) from None
        raise OSError(f"the store failed: {error}") from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _no_registry(path) from error
    except MalformedInput:
        connection.close()
        raise
    return connection


def _verify_format(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise _no_registry(path)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != FORMAT_VERSION:
        raise MalformedInput(
            f"the registry has format version {version}",
            code="store-version",
            at=str(path),
            wanted=f"version {FORMAT_VERSION}; a newer wellclear reads newer formats",
        )


def _no_registry(path: Path) -> MalformedInput:
    return MalformedInput(
        "this file is not a registry of wellclear", code="store-format", at=str(path), wanted="one, or a new name"
    )
