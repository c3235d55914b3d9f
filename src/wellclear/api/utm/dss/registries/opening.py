"""The registry that an address names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wellclear.api.utm.dss.ports import Registry
from wellclear.api.utm.dss.registries.memory import MemoryRegistry
from wellclear.api.utm.dss.registries.sqlite import SqliteRegistry
from wellclear.errors import MalformedInput

_SQLITE: Final = "sqlite:///"
_POSTGRESQL: Final = ("postgresql://", "postgres://")
_MEMORY: Final = "memory:"


def open_registry(address: str) -> Registry:
    """Open a registry; an empty one is made where there is none.

    Args:
        address: ``sqlite:///PATH`` (``sqlite:////PATH`` from the root), ``postgresql://USER@HOST/DATABASE``, or
            ``memory:``, which is lost at the end.

    Raises:
        MalformedInput: the address, or what is found there, is no registry: `store-address`, `store-format`,
            `store-version`.
        RuleViolated: what is found there may not be used: `store-permissions`, `store-not-durable`, `store-in-use`.
        PeerUnavailable: `store-unreachable`: the database does not answer.
        OSError: storage failed.
    """
    if address == _MEMORY:
        return MemoryRegistry()
    if address.startswith(_SQLITE) and len(address) > len(_SQLITE):
        return SqliteRegistry(Path(address.removeprefix(_SQLITE)))
    if address.startswith(_POSTGRESQL):
        # psycopg takes 50 ms to load and needs libpq: only who uses PostgreSQL pays for it
        from wellclear.api.utm.dss.registries.postgresql import PostgresqlRegistry  # noqa: PLC0415 - as said above

        return PostgresqlRegistry(address)
    raise MalformedInput(
        "this is not the address of a registry",
        code="store-address",
        wanted="sqlite:///PATH, or postgresql://USER@HOST/DATABASE",
    )
