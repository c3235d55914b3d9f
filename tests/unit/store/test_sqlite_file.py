from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from log_growth import batch_at
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.store.sqlite import SqliteStore
from wellclear.store.sqlite_file import (
    APPLICATION_ID,
    ARCHIVED_VERSION,
    FORMAT_VERSION,
    INDEX_BITS,
    MAX_RECORDS,
    write_ahead_log,
)
from wellclear.trust.key_statement import MAX_EPOCH, Place


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "centre" / "log.sqlite"


def written(path: Path) -> None:
    with closing(SqliteStore(path)) as store, closing(store.reader()) as reader:
        store.write(store.lead(), batch_at(reader, [b"one", b"two"], epoch=1))


def asked(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(query).fetchall()


def refused(path: Path) -> str:
    with pytest.raises((MalformedInput, RuleViolated)) as error:
        SqliteStore(path)
    assert error.value.at in (str(path), str(path.parent))
    return error.value.code


def test_folder_and_files_are_for_their_user_alone(path: Path) -> None:
    store = SqliteStore(path)
    store.lead()
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (path.parent, *path.parent.iterdir())}
    store.close()
    private = {"log.sqlite": 0o600, "log.sqlite-wal": 0o600, "log.sqlite-shm": 0o600}
    assert modes == {"centre": 0o700, **private}


def test_the_file_says_what_it_is_and_can_be_read_by_other_tools(path: Path) -> None:
    written(path)
    assert asked(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert asked(path, "PRAGMA user_version") == [(FORMAT_VERSION,)]
    assert asked(path, "PRAGMA journal_mode") == [("wal",)]
    rows = asked(path, 'SELECT epoch, "index", content, length(completed) FROM record ORDER BY place')
    assert rows == [(1, 0, b"one", 0), (1, 1, b"two", 32)]
    assert asked(path, "SELECT one, term FROM lead") == [(1, 1)]


def test_commits_are_flushed_and_only_to_the_store(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        settings = ("synchronous", "fullfsync", "trusted_schema", "wal_autocheckpoint")
        found = [store._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in settings]
        assert found == [2, 1, 0, 0]


def test_a_reader_can_change_nothing(path: Path) -> None:
    with (
        closing(SqliteStore(path)) as store,
        closing(store.reader()) as reader,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reader._connection.execute("UPDATE lead SET term = 9")


@pytest.mark.parametrize("version", [0, ARCHIVED_VERSION + 1, 99])
def test_an_unknown_version_is_refused_and_left_alone(path: Path, version: int) -> None:
    written(path)
    asked(path, f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    assert refused(path) == "store-version"
    assert path.read_bytes() == before


def test_the_version_says_that_bodies_were_moved(path: Path) -> None:
    with closing(SqliteStore(path)) as store, closing(store.reader()) as reader:
        term = store.lead()
        store.write(term, batch_at(reader, [b"one", b"two"]))
        assert asked(path, "PRAGMA user_version") == [(FORMAT_VERSION,)]
        store.remove_bodies(term, Place(0, 0), 1, {})
    assert asked(path, "PRAGMA user_version") == [(ARCHIVED_VERSION,)]
    assert asked(path, "SELECT length(content), length(salt), length(leaf) FROM record ORDER BY place") == [
        (0, 0, 32),
        (3, 32, 32),
    ]
    SqliteStore(path).close()


def test_what_is_no_store_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.touch(mode=0o600)
    asked(path, "CREATE TABLE other (thing)")
    before = path.read_bytes()
    assert refused(path) == "store-format"
    assert path.read_bytes() == before
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    assert refused(path) == "store-format"


def test_a_file_whose_making_was_cut_short_is_made_anew(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.touch(mode=0o600)
    asked(path, "PRAGMA journal_mode = WAL")
    assert path.stat().st_size > 0
    written(path)


@pytest.mark.parametrize(("which", "mode"), [("file", 0o640), ("file", 0o604), ("folder", 0o720), ("folder", 0o702)])
def test_what_others_may_read_or_change_is_refused(path: Path, which: str, mode: int) -> None:
    written(path)
    (path if which == "file" else path.parent).chmod(mode)
    assert refused(path) == "store-permissions"


def test_a_damaged_file_is_a_failure_of_storage(path: Path) -> None:
    written(path)
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)
    with closing(SqliteStore(path)) as store, pytest.raises(OSError, match="the store failed"):
        store.lead()


def test_a_second_leader_waits_for_the_lock_and_then_fails(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wellclear.store.sqlite_file.BUSY_TIMEOUT_S", 0.01)
    with closing(SqliteStore(path)) as first, closing(SqliteStore(path)) as second:
        first._connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(OSError, match="SQLITE_BUSY"):
            second.lead()
        first._connection.execute("ROLLBACK")
        assert first.lead() == 1


def test_opening_a_store_again_keeps_the_locks_of_the_first(path: Path) -> None:
    """POSIX drops a process's locks on a file when any of its descriptors is closed; others then remove the log."""
    with closing(SqliteStore(path)) as store:
        term = store.lead()
        SqliteStore(path).close()
        reading = "c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM lead').fetchall(); c.close()"
        subprocess.run([sys.executable, "-c", f"import sqlite3, sys; {reading}", str(path)], check=True)
        assert write_ahead_log(path).exists()
        with closing(store.reader()) as reader:
            store.write(term, batch_at(reader, [b"one"]))
            assert reader.end() == Place(0, 1)


def test_the_greatest_place_fits_into_one_integer() -> None:
    greatest = Place(MAX_EPOCH, MAX_RECORDS - 1)
    assert (greatest.epoch << INDEX_BITS | greatest.index) < 2**63
