"""The registry in a PostgreSQL database that any number of instances share: plain SQL, no extension.

Each instance holds all of it in memory, where volumes are found and compared, and before each transaction it reads the
rows that others have changed since. A transaction first takes the advisory locks of its scope, in their order, and then
reads the changes: so whatever touches the same places or names comes wholly before or wholly after it, and none can
wait for each other in a circle.

Which rows were changed since: each row has the number of the transaction that wrote it. What a snapshot did not show
was written by a transaction that was under way then or began later, and so has a number of at least the snapshot's
`xmin`; rows from that number on are read again. None is missed, whatever the order of commits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, LiteralString

import psycopg

from wellclear.api.utm.dss.airspace import Airspace, Key
from wellclear.api.utm.dss.ports import READS, STRIPES, Registry, Scope, Scoped
from wellclear.api.utm.dss.records import Kind, Record, Report, parse_record, print_record
from wellclear.store.postgresql_session import Patience, Session, Tables, open_to_write, storage_errors

FORMAT_VERSION: Final = 1
"""Version of the tables."""

IDLE_MS: Final = 10_000
"""After so long the server ends the transaction of an instance that stands still, and with it its locks: others wait no
longer than that for an instance that was stopped in the middle."""

_PATIENCE: Final = Patience(IDLE_MS, 2 * IDLE_MS)

LOCKS: Final = 0x57435554
"""The key of the lock of who makes the tables, and the first key of all other advisory locks: the letters WCUT."""

WHOLE_LOCK: Final = STRIPES
"""The lock of the whole airspace, taken after no other: shared by who takes stripes, alone by who takes everything."""

MAX_UNSEEN_S: Final = 6 * 3_600.0
"""After so long without a transaction all is read anew: rows of what was deleted are kept for 24 h only."""

_ROWS: Final[LiteralString] = """ now.xmin, e.kind, e.identifier, e.content, e.changed::text
    FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin) AS now
    LEFT JOIN wellclear_utm AS e ON e.changed >= %s::xid8 AND e.kind <> 5"""
_CHANGES: Final[LiteralString] = "SELECT" + _ROWS
_NUMBERED: Final[LiteralString] = "SELECT pg_current_xact_id()::text," + _ROWS

_PUT: Final[LiteralString] = """
    INSERT INTO wellclear_utm (kind, identifier, content, changed) VALUES (%b, %b, %b, pg_current_xact_id())
    ON CONFLICT (kind, identifier) DO UPDATE SET content = excluded.content, changed = excluded.changed"""

_DROP: Final[LiteralString] = "DELETE FROM wellclear_utm WHERE kind = %b AND identifier = %b"

_TABLES: Final = Tables(
    "registry",
    making=(
        """CREATE TABLE wellclear_utm (
            kind smallint NOT NULL, identifier text COLLATE "C" NOT NULL, content bytea NOT NULL, changed xid8 NOT NULL,
            PRIMARY KEY (kind, identifier)) WITH (fillfactor = 70)""",
        "CREATE INDEX wellclear_utm_changed ON wellclear_utm (changed)",
        "CREATE TABLE wellclear_utm_format (one integer PRIMARY KEY CHECK (one = 1), format integer NOT NULL)",
    ),
    marked="wellclear_utm_format",
    marking="INSERT INTO wellclear_utm_format VALUES (1, %s)",
    versions=(FORMAT_VERSION,),
    lock=LOCKS,
)


class PostgresqlRegistry(Registry):
    """All of it is in memory too, as of the last transaction.

    Args:
        address: ``postgresql://...`` as libpq reads it.

    Raises:
        MalformedInput, RuleViolated, PeerUnavailable: see `open_to_write`.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._session: Session | None = open_to_write(address, _TABLES, _PATIENCE)
        self._forget()

    @contextmanager
    def transaction(self, scoped: Scoped) -> Iterator[Airspace]:
        """As in the port. After a failure the next transaction connects anew and reads all again."""
        try:
            session = self._living_session()
            if scoped(self._airspace) == READS:
                self._catch_up(session)
                yield self._airspace
            else:
                with storage_errors():
                    self._begin(session, scoped)
                yield self._airspace
                self._commit(session)
        except OSError:
            self._give_up()
            raise
        except BaseException:
            self._airspace.taken_back()
            with suppress(psycopg.Error):
                if self._session is not None:
                    self._session.execute("ROLLBACK")
            raise

    def reports(self) -> Iterator[Report]:
        """As in the port."""
        with storage_errors():
            rows = self._living_session().execute(
                "SELECT content FROM wellclear_utm WHERE kind = %s", (int(Kind.REPORT),), binary=True
            )
            found = [record for (content,) in rows if isinstance(record := parse_record(content), Report)]
        yield from sorted(found, key=lambda report: report.received_ms)

    def close(self) -> None:
        """As in the port."""
        if self._session is not None:
            self._session.close()

    def _forget(self) -> None:
        """Know nothing: the next transaction reads all."""
        self._airspace = Airspace()
        self._is_empty = True
        self._xmin = self._number = "0"
        self._seen: dict[Key, str] = {}
        self._seen_at_s = time.monotonic()

    def _give_up(self) -> None:
        with suppress(psycopg.Error):
            if self._session is not None:
                self._session.close()
        self._session = None

    def _living_session(self) -> Session:
        """The session; after a failure a new one."""
        if self._session is None:
            self._session = open_to_write(self._address, _TABLES, _PATIENCE)
            self._forget()
        elif time.monotonic() - self._seen_at_s > MAX_UNSEEN_S:
            self._forget()
        return self._session

    def _begin(self, session: Session, scoped: Scoped) -> None:
        """Lock and catch up, until what is locked is what is needed."""
        scope = scoped(self._airspace)
        while True:
            session.execute("BEGIN")
            _lock(session, scope)
            self._catch_up(session, _NUMBERED)
            needed = scoped(self._airspace)
            if scope.holds(needed):
                return
            session.execute("ROLLBACK")
            scope |= needed

    def _catch_up(self, session: Session, query: LiteralString = _CHANGES) -> None:
        """Learn what others have changed; where it is asked for, also the number of the own transaction."""
        with storage_errors():
            rows = session.execute(query, (self._xmin,), binary=True).fetchall()
        if query is _NUMBERED:
            self._number = rows[0][0]
            rows = [row[1:] for row in rows]
        self._xmin = rows[0][0]
        self._seen_at_s = time.monotonic()
        seen: dict[Key, str] = {}
        news: list[tuple[Key, Record]] = []
        for _, kind, identifier, content, changed in rows:
            if kind is None:
                continue
            key = (Kind(kind), identifier)
            seen[key] = changed
            if self._seen.get(key) != changed:
                news.append((key, parse_record(content)))
        if self._is_empty:
            self._airspace, self._is_empty = Airspace(news), False
        else:
            self._airspace.learn(news)
        self._seen = seen

    def _commit(self, session: Session) -> None:
        """Write what was changed; on disk when this returns."""
        changed = self._airspace.changed
        with storage_errors():
            if changed:
                _write(session, changed.items())
                session.execute("COMMIT")
                self._seen |= dict.fromkeys(
                    (key for key, record in changed.items() if record is not None), self._number
                )
            else:
                session.execute("ROLLBACK")
        self._airspace.settled()


def _lock(session: Session, scope: Scope) -> None:
    """Take the locks of a scope, in their order; they end with the transaction."""
    if scope.whole:
        session.execute("SELECT pg_advisory_xact_lock(%s, %s)", (LOCKS, WHOLE_LOCK))
        return
    session.execute(
        "SELECT pg_advisory_xact_lock_shared(%s, %s)",
        (LOCKS, WHOLE_LOCK),
    )
    session.execute(
        "SELECT pg_advisory_xact_lock(%s, stripe) FROM unnest(%s::integer[]) AS stripe",
        (LOCKS, sorted(scope.stripes)),
    )


def _write(session: Session, changed: Any) -> None:  # noqa: ANN401 - items of a mapping
    with session.cursor() as cursor:
        put = [(int(kind), name, print_record(record)) for (kind, name), record in changed if record is not None]
        if put:
            cursor.executemany(_PUT, put)
        dropped = [(int(kind), name) for (kind, name), record in changed if record is None]
        if dropped:
            cursor.executemany(_DROP, dropped)
