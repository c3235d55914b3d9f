"""Bodies that were moved to archive files are read as if they were in the store, whatever store it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from log_growth import verify_tree
from rig.ledgers import NOW_MS, grown_old
from wellclear.assembly.archiving import archive_log
from wellclear.centre.log import archiving
from wellclear.centre.log.archives import Archive, archives_of
from wellclear.centre.log.recomputing import recompute
from wellclear.centre.ports.store import ArchivableStore, Record
from wellclear.store.archive_file import open_archive
from wellclear.store.archived import ArchivedStore, verify_archives
from wellclear.store.memory import MemoryStore
from wellclear.store.opening import open_store
from wellclear.trust.key_statement import Place

ENTRIES = 12
"""Of which the first three, the begin, are of `NOW_MS`, and each other one a second later."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, folder: Path) -> Iterator[ArchivableStore]:
    """North's log of twelve entries; four are put into one archive file."""
    if request.param == "memory":
        kept: ArchivableStore = MemoryStore()
    elif request.param == "sqlite":
        kept = open_store(tmp_path / "log.sqlite")
    else:
        kept = open_store(request.getfixturevalue("postgresql_address"))
    grown_old(ENTRIES - 3, kept)
    yield ArchivedStore(kept, folder)
    kept.close()


def archive(store: ArchivableStore, folder: Path, before_s: int) -> list[Archive]:
    """Archive what is older than so many seconds after `NOW_MS`, a minute later."""
    return list(archive_log(store, folder, None, NOW_MS + 1_000 * before_s, NOW_MS + 60_000))


def all_of(store: ArchivableStore, first: int = 0) -> list[Record]:
    with closing(store.reader()) as reader:
        return list(reader.records(Place(0, first), reader.size(0)))


def test_old_bodies_move_and_are_read_from_their_files(
    store: ArchivableStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "MAX_ARCHIVED_RECORDS", 4)
    before = all_of(store)
    moved = archive(store, folder, 7)
    assert [(one.first, one.stop) for one in moved] == [(0, 4), (4, 8), (8, 9)]
    assert sorted(path.name for path in folder.iterdir()) == sorted(one.file for one in moved)
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
    assert all_of(store) == before
    assert [all_of(store, first) for first in (3, 4, 8, 9, 11)] == [before[first:] for first in (3, 4, 8, 9, 11)]
    with closing(store.reader()) as reader:
        assert archives_of(reader) == moved
        assert list(reader.records(Place(0, 2), 2)) == []
        assert list(reader.records(Place(0, 2), 6)) == before[2:6]
        assert verify_archives(reader, folder) == 3
        verify_tree(reader, 0, 0, ENTRIES)
        assert len(list(recompute(reader))) == ENTRIES
    assert archive(store, folder, 7) == []
    assert [(one.first, one.stop) for one in archive(store, folder, 9)] == [(9, 11)]
    assert all_of(store) == before
    with open_archive(folder / moved[1].file) as opened:
        assert (opened.header.party, opened.header.epoch) == ("north", 0)
        assert opened.header.checkpoint.startswith("wellclear.log/north/0\n")
