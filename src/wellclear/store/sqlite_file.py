"""The file of an SQLite store: made, checked, and connected to.

The file says what it is by SQLite's own two fields: `application_id`, and in `user_version` the version of the format.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from wellclear.errors import MalformedInput, RuleViolated

APPLICATION_ID: Final = 0x57434C47
"""The letters WCLG: a wellclear log, as `file` and SQLite's own tools show it."""

FORMAT_VERSION: Final = 1
"""Version of the tables; another one is refused, never guessed at."""

ARCHIVED_VERSION: Final = 2
"""Version once bodies were moved to archive files: the same tables, unreadable for whoever knows of no such files."""

BUSY_TIMEOUT_S: Final = 5.0
"""How long another process may hold the writer's lock: as long as a peer may be silent before it is stale."""

OLDEST_SQLITE: Final = (3, 37, 0)
"""The first with STRICT tables."""

INDEX_BITS: Final = 43
"""A place is one integer, the epoch above so many bits of index: 2^20 epochs of 2^43 records fill SQLite's 63 bits."""

MAX_RECORDS: Final = 1 << INDEX_BITS
"""Records of one epoch: at 1,000 a second, 278 years."""

_TABLES: Final = (
    # place >> 43 and place & (2^43 - 1): INDEX_BITS, written out so that other tools can read the file
    """CREATE TABLE record (
        place     INTEGER PRIMARY KEY,
        content   BLOB NOT NULL,
        salt      BLOB NOT NULL,
        leaf      BLOB NOT NULL,
        completed BLOB NOT NULL,
        epoch     INTEGER GENERATED ALWAYS AS (place >> 43) VIRTUAL,
        "index"   INTEGER GENERATED ALWAYS AS (place & 8796093022207) VIRTUAL
    ) STRICT""",
    "CREATE TABLE beside (name TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE lead (one INTEGER PRIMARY KEY CHECK (one = 1), term INTEGER NOT NULL) STRICT",
    "INSERT INTO lead VALUES (1, 0)",
)
_MARKS: Final = (f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {FORMAT_VERSION}")


def open_file(path: Path) -> sqlite3.Connection:
    """Connect to a store's file; file and folder are made where they are missing, for this user alone.

    Args:
        path: the file; its folder is made too.

    Raises:
        RuleViolated: `store-permissions`: others may read the file, or change its folder; `sqlite-version`: the SQLite
            library is too old.
        MalformedInput: `store-format`: it is no store; `store-version`: a store of an unknown version.
        OSError: storage failed, or does not allow SQLite's write-ahead log.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise RuleViolated(
            f"the SQLite library has version {sqlite3.sqlite_version}",
            code="sqlite-version",
            wanted=".".join(map(str, OLDEST_SQLITE)) + " or newer",
        )
    _make(path)
    _verify_private(path)
    with storage_errors(), _recognised(path), ExitStack() as unless_opened:
        connection = _connect(path)
        unless_opened.callback(connection.close)
        _make_tables(connection, path)
        _verify_format(connection, path)
        sync_folder(path.parent)
        unless_opened.pop_all()
        return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that can change nothing.

    Raises:
        OSError: storage failed.
    """
    with storage_errors():
        connection = _connect(path)
        connection.execute("PRAGMA query_only = ON")
        return connection


@contextmanager
def storage_errors() -> Iterator[None]:
    """Say SQLite's failures as the port does.

    Raises:
        OSError: SQLite failed.
    """
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        raise OSError(f"the store failed: {error} ({name})") from error


def write_ahead_log(path: Path) -> Path:
    """The file beside the store that holds its newest batches."""
    return path.with_name(path.name + "-wal")


def sync_folder(folder: Path) -> None:
    """Flush a folder, so that a file made in it is still there after a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make(path: Path) -> None:
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(path.parent.parent)
    # a file that is there is not opened here: closing it would drop the locks that SQLite holds on it in this process
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _verify_private(path: Path) -> None:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise RuleViolated(
            "the store may be read or changed by others", code="store-permissions", at=str(path), wanted="chmod 600"
        )
    if stat.S_IMODE(path.parent.stat().st_mode) & 0o022:
        raise RuleViolated(
            "the store's folder may be changed by others",
            code="store-permissions",
            at=str(path.parent),
            wanted="chmod 700",
        )


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that commits only when told, and only to the disk.

    `synchronous=FULL` flushes the write-ahead log at each commit, before any other connection can see it.
    """
    place = path.absolute().as_uri() + "?mode=rw"
    connection = sqlite3.connect(place, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, uri=True)
    with ExitStack() as unless_set:
        unless_set.callback(connection.close)
        for setting in ("synchronous = FULL", "fullfsync = ON", "trusted_schema = OFF", "wal_autocheckpoint = 0"):
            connection.execute(f"PRAGMA {setting}")
        unless_set.pop_all()
    return connection


@contextmanager
def _recognised(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
            raise _no_store(path) from error
        raise


def _make_tables(connection: sqlite3.Connection, path: Path) -> None:
    if not _is_new(connection):
        return
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise OSError(f"{path}: this file system does not allow a write-ahead log (journal mode {mode})")
    connection.execute("BEGIN IMMEDIATE")
    if _is_new(connection):
        for statement in (*_TABLES, *_MARKS):
            connection.execute(statement)
    connection.execute("COMMIT")


def _verify_format(connection: sqlite3.Connection, path: Path) -> None:
    application, version = _format(connection)
    if application != APPLICATION_ID:
        raise _no_store(path)
    if version not in {FORMAT_VERSION, ARCHIVED_VERSION}:
        raise MalformedInput(
            f"the store has format version {version}",
            code="store-version",
            at=str(path),
            wanted=f"version {FORMAT_VERSION} or {ARCHIVED_VERSION}; a newer wellclear reads newer formats",
        )


def _format(connection: sqlite3.Connection) -> tuple[int, int]:
    """What the file says that it is, and the version of that."""
    application, version = (
        connection.execute(f"PRAGMA {field}").fetchone()[0] for field in ("application_id", "user_version")
    )
    return application, version


def _is_new(connection: sqlite3.Connection) -> bool:
    """Whether nothing is in the file yet: it was just made, or its making was cut short."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return _format(connection) == (0, 0) and tables == 0


def _no_store(path: Path) -> MalformedInput:
    return MalformedInput(
        "this file is not a store of wellclear", code="store-format", at=str(path), wanted="a store, or a new name"
    )
