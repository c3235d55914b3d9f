"""Sessions with the PostgreSQL server that keeps a store: opened, checked for durability, their failures named.

A server is asked what it does with a commit, and refused where that may be lost. No message shows the address, which
may hold a password.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from wellclear.errors import MalformedInput, PeerUnavailable, RuleViolated

Session = psycopg.Connection[tuple[Any, ...]]

FORMAT_VERSION: Final = 1
"""Version of the tables; another one is refused, never guessed at."""

ARCHIVED_VERSION: Final = 2
"""Version once bodies were moved to archive files: the same tables, unreadable for whoever knows of no such files."""

CONNECT_TIMEOUT_S: Final = 5
"""How long a server may take to answer at all: as long as a peer may be silent before it is stale."""

IDLE_TIMEOUT_MS: Final = 2_000
"""After so long the server ends the transaction of a writer that stands still, and with it its lock on the lead: a
centre that could commit nothing for 2 s has stopped speaking anyway."""

TRANSACTION_TIMEOUT_MS: Final = 5_000
"""After so long the server ends any transaction; a batch takes milliseconds."""

_LINK: Final[dict[str, str | int]] = {
    "application_name": "wellclear",
    "connect_timeout": CONNECT_TIMEOUT_S,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": CONNECT_TIMEOUT_S * 1_000,
}
"""How a dead line is noticed; the address may say otherwise."""

_DURABLE: Final[tuple[tuple[LiteralString, tuple[str, ...]], ...]] = (
    ("synchronous_commit", ("on", "remote_apply")),
    ("fsync", ("on",)),
    ("full_page_writes", ("on",)),
)
"""Settings of the server without which a commit that was answered can be lost, and their values."""

_MAKING_LOCK: Final = 0x57434C47
"""Of two processes that open an empty database at once, one makes the tables: the key of the lock between them."""

TRANSACTION_TIMEOUT_SINCE: Final = 170_000
"""Version of PostgreSQL that first knows `transaction_timeout`."""

_TABLES: Final[tuple[LiteralString, ...]] = (
    """CREATE TABLE wellclear_record (
        epoch bigint NOT NULL, index bigint NOT NULL,
        content bytea NOT NULL, salt bytea NOT NULL, leaf bytea NOT NULL, completed bytea NOT NULL,
        PRIMARY KEY (epoch, index))""",
    """CREATE TABLE wellclear_beside (name text COLLATE "C" PRIMARY KEY, content bytea NOT NULL)""",
    """CREATE TABLE wellclear_lead (
        one integer PRIMARY KEY CHECK (one = 1), format integer NOT NULL,
        term bigint NOT NULL, epoch bigint NOT NULL, size bigint NOT NULL)""",
)


def open_database(address: str) -> Session:
    """A session that may write, on tables that are made where they are missing.

    Args:
        address: ``postgresql://...`` as libpq reads it.

    Raises:
        MalformedInput: `store-address`: it cannot be read; `store-version`: a store of an unknown version.
        PeerUnavailable: `store-unreachable`: the server does not answer or does not let this user in.
        RuleViolated: `store-not-durable`: the server may lose commits; `store-refused`: it does not let this user make
            the tables.
    """
    with opening_errors(), ExitStack() as unless_opened:
        session = connected(address)
        unless_opened.callback(session.close)
        verify_all_durable(session)
        _make_tables(session)
        _verify_format(session)
        unless_opened.pop_all()
        return session


def open_to_read(address: str) -> Session:
    """A session that can change nothing.

    Raises:
        PeerUnavailable: `store-unreachable`: the server does not answer.
    """
    with opening_errors():
        session = connected(address)
        session.execute("SET default_transaction_read_only = on")
        return session


@contextmanager
def storage_errors() -> Iterator[None]:
    """Say the failures of an open session as the port does.

    Raises:
        OSError: the server or the line to it failed, or the server refused.
    """
    try:
        yield
    except psycopg.Error as error:
        raise OSError(f"the store failed: {error}") from error


def one_row(session: Session, query: LiteralString) -> tuple[Any, ...]:
    """The row of a query that always has one.

    Raises:
        OSError: it has none.
    """
    row = session.execute(query).fetchone()
    if row is None:
        raise OSError("the store failed: its row of the lead is missing")
    return row


@contextmanager
def opening_errors() -> Iterator[None]:
    """Say the failures of opening a session as `open_database` does.

    Raises:
        PeerUnavailable: `store-unreachable`.
        RuleViolated: `store-refused`.
    """
    try:
        yield
    except psycopg.OperationalError as error:
        raise PeerUnavailable(
            f"the store's database does not let us in: {error}",
            code="store-unreachable",
            wanted="a PostgreSQL server that runs at this address and admits this user",
        ) from error
    except psycopg.Error as error:
        raise RuleViolated(f"the store's database refused: {error}", code="store-refused") from error


def connected(address: str) -> Session:
    """A session, whatever is in the database; it commits by itself what is not in a transaction.

    Raises:
        MalformedInput: `store-address`: the address cannot be read.
    """
    try:
        given = conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        raise MalformedInput(
            "the address of the database cannot be read",
            code="store-address",
            wanted="postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
        ) from None  # libpq's own message quotes the address, and with it the password
    session = psycopg.connect(make_conninfo("", **(_LINK | given)), autocommit=True)
    session.execute(f"SET idle_in_transaction_session_timeout = {IDLE_TIMEOUT_MS:d}")
    if session.info.server_version >= TRANSACTION_TIMEOUT_SINCE:
        session.execute(f"SET transaction_timeout = {TRANSACTION_TIMEOUT_MS:d}")
    return session


def verify_all_durable(session: Session) -> None:
    """Hold only if the server keeps what it has committed.

    Raises:
        RuleViolated: `store-not-durable`.
    """
    for setting, values in _DURABLE:
        _verify_durable(session, setting, values)


def _verify_durable(session: Session, setting: LiteralString, values: tuple[str, ...]) -> None:
    (value,) = one_row(session, f"SHOW {setting}")
    if value not in values:
        raise RuleViolated(
            f"the database may lose what it has committed: {setting} is {value}",
            code="store-not-durable",
            wanted=f"{setting} = {values[0]}",
        )


def _make_tables(session: Session) -> None:
    if _is_made(session):
        return
    with session.transaction():
        session.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING_LOCK,))
        if _is_made(session):
            return
        for table in _TABLES:
            session.execute(table)
        session.execute("INSERT INTO wellclear_lead VALUES (1, %s, 0, 0, 0)", (FORMAT_VERSION,))


def _is_made(session: Session) -> bool:
    return one_row(session, "SELECT to_regclass('wellclear_lead')") != (None,)


def _verify_format(session: Session) -> None:
    (version,) = one_row(session, "SELECT format FROM wellclear_lead")
    if version not in {FORMAT_VERSION, ARCHIVED_VERSION}:
        raise MalformedInput(
            f"the store has format version {version}",
            code="store-version",
            wanted=f"version {FORMAT_VERSION} or {ARCHIVED_VERSION}; a newer wellclear reads newer formats",
        )
