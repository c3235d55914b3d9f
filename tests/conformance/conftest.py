"""The stores that are tested, and the PostgreSQL server that one of them is on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from postgresql_server import postgresql_address, postgresql_programs, postgresql_server, stopped_server
from wellclear.centre.ports.store import ArchivableStore
from wellclear.store.memory import MemoryStore
from wellclear.store.opening import open_store

__all__ = ("postgresql_address", "postgresql_programs", "postgresql_server", "stopped_server")

ADAPTERS = ("memory", "sqlite", "postgresql")


@pytest.fixture(params=ADAPTERS)
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], ArchivableStore]:
    """Opens the test's store; each time anew, except in memory, where there is but one."""
    if request.param == "memory":
        kept = MemoryStore()
        return lambda: kept
    if request.param == "sqlite":
        return partial(open_store, tmp_path / "centre" / "log.sqlite")
    return partial(open_store, request.getfixturevalue("postgresql_address"))
