"""Sessions with the PostgreSQL server that keeps a registry, opened and checked as those of a centre's store are."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Final, LiteralString

from wellclear.errors import MalformedInput
from wellclear.store.postgresql_session import (
    TRANSACTION_TIMEOUT_SINCE,
    Session,
    connected,
    one_row,
    opening_errors,
    verify_all_durable,
)

FORMAT_VERSION: Final = 1
"""Version of the tables; another one is refused, never guessed at."""

IDLE_MS: Final = 10_000
"""After so long the server ends the transaction of an instance that stands still, and with it its locks: others wait no
longer than that for an instance that was stopped in the middle."""

_MAKING_LOCK: Final = 0x57435554
"""Of two instances that open an empty database at once, one makes the tables: the key of the lock between them."""

_TABLES: Final[tuple[LiteralString, ...]] = (
    """CREATE TABLE wellclear_utm (
        kind smallint NOT NULL, identifier text COLLATE "C" NOT NULL, content bytea NOT NULL, changed xid8 NOT NULL,
        PRIMARY KEY (kind, identifier)) WITH (fillfactor = 70)""",
    "CREATE INDEX wellclear_utm_changed ON wellclear_utm (changed)",
    "CREATE TABLE wellclear_utm_format (one integer PRIMARY KEY CHECK (one = 1), format integer NOT NULL)",
)


def open_registry_session(address: str) -> Session:
    """A session on tables that are made where they are missing.

    Args:
        address: ``postgresql://...`` as libpq reads it.

    Raises:
        MalformedInput: `store-address`: it cannot be read; `store-version`: a registry of an unknown version.
        PeerUnavailable: `store-unreachable`: the server does not answer or does not let this user in.
        RuleViolated: `store-not-durable`: the server may lose commits; `store-refused`: it does not let this user make
            the tables.
    """
    with opening_errors(), ExitStack() as unless_opened:
        session = connected(address)
        unless_opened.callback(session.close)
        verify_all_durable(session)
        session.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MS:d}")
        if session.info.server_version >= TRANSACTION_TIMEOUT_SINCE:
            session.execute(f"SET transaction_timeout = {2 * IDLE_MS:d}")
        _make_tables(session)
        _verify_format(session)
        unless_opened.pop_all()
        return session


def _make_tables(session: Session) -> None:
    if _is_made(session):
        return
    with session.transaction():
        session.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING_LOCK,))
        if _is_made(session):
            return
        for table in _TABLES:
            session.execute(table)
        session.execute("INSERT INTO wellclear_utm_format VALUES (1, %s)", (FORMAT_VERSION,))


def _is_made(session: Session) -> bool:
    return one_row(session, "SELECT to_regclass('wellclear_utm_format')") != (None,)


def _verify_format(session: Session) -> None:
    (version,) = one_row(session, "SELECT format FROM wellclear_utm_format")
    if version != FORMAT_VERSION:
        raise MalformedInput(
            f"the registry has format version {version}",
            code="store-version",
            wanted=f"version {FORMAT_VERSION}; a newer wellclear reads newer formats",
        )
