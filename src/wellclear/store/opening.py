"""The store that an address names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from wellclear.centre.ports.store import ArchivableStore, Reader
from wellclear.errors import MalformedInput, NotFound
from wellclear.store.archived import ArchivedStore
from wellclear.store.sqlite import SqliteStore

_POSTGRESQL: Final = ("postgresql://", "postgres://")


def open_store(address: str | Path, archive: Path | None = None) -> ArchivableStore:
    """Open a centre's store; an empty one is made where there is none.

    Args:
        address: ``postgresql://USER@HOST/DATABASE``, or the path of an SQLite file.
        archive: folder with the files to which the bodies of old entries were moved, which readers then find; without
            it those are missing.

    Raises:
        MalformedInput: the address, or what is found there, is no store: `store-address`, `store-format`,
            `store-version`.
        RuleViolated: what is found there may not be used: `store-permissions`, `store-not-durable`, `sqlite-version`.
        PeerUnavailable: `store-unreachable`: the database does not answer.
        OSError: storage failed.
    """
    store = _opened(address)
    return store if archive is None else ArchivedStore(store, archive)


@contextmanager
def reading(address: str | Path, archive: Path | None = None) -> Iterator[Reader]:
    """A reader of a store that is there, while a centre may serve from it; nothing is made or changed.

    Args:
        address: as for `open_store`.
        archive: likewise.

    Raises:
        NotFound: `store-missing`: there is no such file.
        MalformedInput, RuleViolated, PeerUnavailable, OSError: as `open_store`.
    """
    if not str(address).startswith(_POSTGRESQL) and not _file(address).is_file():
        raise NotFound("there is no such store", code="store-missing", at=str(address), wanted="the file of a store")
    with closing(open_store(address, archive)) as store, closing(store.reader()) as reader:
        yield reader


def _opened(address: str | Path) -> ArchivableStore:
    text = str(address)
    if text.startswith(_POSTGRESQL):
        # psycopg takes 50 ms to load and needs libpq: only who uses PostgreSQL pays for it
        from wellclear.store.postgresql import PostgresqlStore  # noqa: PLC0415 - as said above

        return PostgresqlStore(text)
    return SqliteStore(_file(address))


def _file(address: str | Path) -> Path:
    text, path = str(address), Path(address)
    if not text or path.is_dir() or "://" in text:
        raise MalformedInput(
            "this is not the address of a store",
            code="store-address",
            at=text.partition("?")[0] if "@" not in text else "",
            wanted="the path of a file, or postgresql://USER@HOST/DATABASE",
        )
    return path
