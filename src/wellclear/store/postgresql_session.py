"""Sessions with a PostgreSQL server: opened, checked for durability, on tables that are made, their failures named.

A server is asked what it does with a commit, and refused where that may be lost. No message shows the address, which
may hold a password.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Composed, Identifier

from wellclear.errors import MalformedInput, PeerUnavailable, RuleViolated

Session = psycopg.Connection[tuple[Any, ...]]

CONNECT_TIMEOUT_S: Final = 5
"""How long a server may take to answer at all: as long as a peer may be silent before it is stale."""

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

_TRANSACTION_TIMEOUT_SINCE: Final = 170_000
"""Version of PostgreSQL that first knows `transaction_timeout`."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the server lets a session keep others waiting.

    Attributes:
        idle_ms: after so long it ends a transaction that stands still, and with it its locks.
        transaction_ms: after so long it ends any transaction.
    """

    idle_ms: int
    transaction_ms: int


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables that a session needs.

    Attributes:
        what: they are, in the words of a refusal.
        making: statements that make them.
        marked: the one that holds their version, in its only row and the column `format`.
        marking: statement that makes this row; its parameter is the version.
        versions: that are understood, and first the one that is made; another one is refused, never guessed at.
        lock: key of the lock between two processes that open an empty database at once: one makes the tables.
    """

    what: str
    making: tuple[LiteralString, ...]
    marked: str
    marking: LiteralString
    versions: tuple[int, ...]
    lock: int


def open_to_write(address: str, tables: Tables, patience: Patience) -> Session:
    """A session that may write, on tables that are made where they are missing.

    Args:
        address: ``postgresql://...`` as libpq reads it.
        tables: that are needed.
        patience: of the server.

    Raises:
        MalformedInput: `store-address`: it cannot be read; `store-version`: tables of an unknown version.
        PeerUnavailable: `store-unreachable`: the server does not answer or does not let this user in.
        RuleViolated: `store-not-durable`: the server may lose commits; `store-refused`: it does not let this user make
            the tables.
    """
    with _opening_errors(), ExitStack() as unless_opened:
        session = _connected(address, patience)
        unless_opened.callback(session.close)
        for setting, values in _DURABLE:
            _verify_durable(session, setting, values)
        _make(session, tables)
        _verify_version(session, tables)
        unless_opened.pop_all()
        return session


def open_to_read(address: str, patience: Patience) -> Session:
    """A session that can change nothing.

    Args:
        address: ``postgresql://...`` as libpq reads it.
        patience: of the server.

    Raises:
        PeerUnavailable: `store-unreachable`: the server does not answer.
    """
    with _opening_errors():
        session = _connected(address, patience)
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


def one_row(session: Session, query: LiteralString | Composed, values: Sequence[object] = ()) -> tuple[Any, ...]:
    """The row of a query that always has one.

    Raises:
        OSError: it has none.
    """
    row = session.execute(query, values).fetchone()
    if row is None:
        raise OSError("the store failed: its row of the lead is missing")
    return row


@contextmanager
def _opening_errors() -> Iterator[None]:
    """Say the failures of opening a session as `open_to_write` does.

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


def _connected(address: str, patience: Patience) -> Session:
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
    session.execute(f"SET idle_in_transaction_session_timeout = {patience.idle_ms:d}")
    if session.info.server_version >= _TRANSACTION_TIMEOUT_SINCE:
        session.execute(f"SET transaction_timeout = {patience.transaction_ms:d}")
    return session


def _verify_durable(session: Session, setting: LiteralString, values: tuple[str, ...]) -> None:
    (value,) = one_row(session, f"SHOW {setting}")
    if value not in values:
        raise RuleViolated(
            f"the database may lose what it has committed: {setting} is {value}",
            code="store-not-durable",
            wanted=f"{setting} = {values[0]}",
        )


def _make(session: Session, tables: Tables) -> None:
    if _are_made(session, tables):
        return
    with session.transaction():
        session.execute("SELECT pg_advisory_xact_lock(%s)", (tables.lock,))
        if _are_made(session, tables):
            return
        for statement in tables.making:
            session.execute(statement)
        session.execute(tables.marking, tables.versions[:1])


def _are_made(session: Session, tables: Tables) -> bool:
    return one_row(session, "SELECT to_regclass(%s)", (tables.marked,)) != (None,)


def _verify_version(session: Session, tables: Tables) -> None:
    (version,) = one_row(session, SQL("SELECT format FROM {}").format(Identifier(tables.marked)))
    if version not in tables.versions:
        raise MalformedInput(
            f"the {tables.what} has format version {version}",
            code="store-version",
            wanted=f"version {' or '.join(map(str, tables.versions))}; a newer wellclear reads newer formats",
        )
