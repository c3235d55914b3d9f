"""The port to what a USS keeps, on every adapter."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from wellclear.api.utm.uss import sql_keeping
from wellclear.api.utm.uss.keeping import Held, Keeping, Kind
from wellclear.api.utm.uss.sql_keeping import open_keeping
from wellclear.errors import MalformedInput, RuleViolated

Open = Callable[[], Keeping]


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same documents again and again."""
    address = str(tmp_path / "uss.sqlite")
    if request.param == "postgresql":
        address = request.getfixturevalue("postgresql_address")
    kept: list[Keeping] = []

    def open_one() -> Keeping:
        kept.append(open_keeping(address))
        return kept[-1]

    yield open_one
    for one in kept:
        one.close()


def test_a_document_is_read_at_every_instance(opened: Open) -> None:
    here, there = opened(), opened()
    assert here.put(Kind.FLIGHT, "a", b"\x00one", 10, 0) == 1
    assert there.put(Kind.FLIGHT, "a", b"two", 20, 1) == 2
    found = here.get(Kind.FLIGHT, "a")
    assert found is not None
    assert (found.name, found.revision, found.at_ms, found.content) == ("a", 2, 20, b"two")
    assert here.get(Kind.INTENT, "a") is None


def test_only_the_newest_revision_is_replaced(opened: Open) -> None:
    keeping = opened()
    keeping.put(Kind.FLIGHT, "a", b"one", 10, 0)
    for revision in (0, 2, 7):
        with pytest.raises(RuleViolated, match="another change came first"):
            keeping.put(Kind.FLIGHT, "a", b"other", 10, revision)
    with pytest.raises(RuleViolated, match="another change came first"):
        keeping.remove(Kind.FLIGHT, "a", 2)
    keeping.put(Kind.FLIGHT, "a", b"any", 10)
    keeping.remove(Kind.FLIGHT, "a", 2)
    keeping.remove(Kind.FLIGHT, "a")
    assert keeping.get(Kind.FLIGHT, "a") is None


def test_of_many_changes_at_once_one_is_made(opened: Open) -> None:
    here, there = opened(), opened()
    here.put(Kind.FLIGHT, "a", b"one", 10, 0)

    def attempt(number: int) -> bool:
        try:
            (here, there)[number % 2].put(Kind.FLIGHT, "a", str(number).encode(), 10, 1)
        except RuleViolated:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(16))) == 1


def test_documents_are_listed_by_time_and_cleared_before_one(opened: Open) -> None:
    keeping = opened()
    for name, at_ms in (("c", 30), ("a", 10), ("b", 20)):
        keeping.put(Kind.RECORD, name, b"", at_ms, 0)
    keeping.put(Kind.FLIGHT, "f", b"", 15, 0)
    assert [kept.name for kept in keeping.listed(Kind.RECORD)] == ["a", "b", "c"]
    assert [kept.name for kept in keeping.listed(Kind.RECORD, 20, 30)] == ["b", "c"]
    assert [kept.name for kept in keeping.listed(Kind.RECORD, 11, 29)] == ["b"]
    keeping.clear(Kind.RECORD, 20)
    assert [kept.name for kept in keeping.listed(Kind.RECORD)] == ["b", "c"]
    assert keeping.get(Kind.FLIGHT, "f") is not None


def test_all_are_gone_through_however_many_there_are(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_keeping, "MAX_LISTED", 3)
    monkeypatch.setattr(sql_keeping, "MAX_PAGE_DOCUMENTS", 2)
    keeping = opened()
    for name, at_ms in (("", 10), ("b", 20), ("a", 20), ("c", 20), ("d", 30)):
        keeping.put(Kind.INTENT, name, b"", at_ms, 0)
    keeping.put(Kind.CONSTRAINT, "x", b"", 20, 0)
    with pytest.raises(RuleViolated, match="more than 3"):
        keeping.listed(Kind.INTENT)
    assert [kept.name for kept in keeping.each(Kind.INTENT)] == ["", "a", "b", "c", "d"]
    assert [kept.name for kept in keeping.each(Kind.INTENT, 10, 20)] == ["", "a", "b", "c"]
    assert [kept.name for kept in keeping.each(Kind.INTENT, 11)] == ["a", "b", "c", "d"]
    assert list(keeping.each(Kind.REPORT)) == []
    found = []
    for kept in keeping.each(Kind.INTENT):
        keeping.remove(Kind.INTENT, kept.name)
        found.append(kept.name)
    assert found == ["", "a", "b", "c", "d"]


def test_what_one_owner_holds_is_counted(opened: Open) -> None:
    keeping = opened()
    keeping.put(Kind.INTENT, "a", b"one", 10, owner="x")
    keeping.put(Kind.INTENT, "b", b"three", 10, 0, owner="x")
    keeping.put(Kind.INTENT, "c", b"", 10, owner="y")
    keeping.put(Kind.CONSTRAINT, "a", b"other", 10, owner="x")
    assert keeping.held(Kind.INTENT, "x") == Held(2, 8)
    assert keeping.held(Kind.INTENT) == Held(3, 8)
    assert keeping.held(Kind.INTENT, "z") == keeping.held(Kind.REPORT) == Held(0, 0)
    keeping.put(Kind.INTENT, "a", b"longer", 10, owner="y")
    keeping.put(Kind.INTENT, "b", b"", 10, 1, owner="y")
    assert (keeping.held(Kind.INTENT, "x"), keeping.held(Kind.INTENT, "y")) == (Held(0, 0), Held(3, 6))


def test_a_table_from_before_owners_were_counted_is_read_on(tmp_path: Path) -> None:
    file = tmp_path / "uss.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "CREATE TABLE utm_kept (kind TEXT NOT NULL, name TEXT NOT NULL, revision BIGINT NOT NULL,"
            " at_ms BIGINT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (kind, name))"
        )
        connection.execute("INSERT INTO utm_kept VALUES ('intent', 'a', 1, 10, x'00')")
    for _ in range(2):
        keeping = open_keeping(file)
        assert [kept.name for kept in keeping.each(Kind.INTENT)] == ["a"]
        assert keeping.held(Kind.INTENT, "") == Held(1, 1)
        keeping.close()


def test_a_server_that_may_lose_what_a_uss_keeps_is_refused(postgresql_address: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        open_keeping(f"{postgresql_address}%20-c%20synchronous_commit%3Doff")
    assert refused.value.code == "store-not-durable"


def test_a_table_of_another_version_is_refused(postgresql_address: str) -> None:
    open_keeping(postgresql_address).close()
    with psycopg.connect(postgresql_address, autocommit=True) as session:
        session.execute("UPDATE utm_kept_format SET format = 2")
    with pytest.raises(MalformedInput) as refused:
        open_keeping(postgresql_address)
    assert refused.value.code == "store-version"


def test_a_session_that_the_server_ended_is_opened_again(postgresql_address: str) -> None:
    with closing(open_keeping(postgresql_address)) as keeping:
        keeping.put(Kind.FLIGHT, "a", b"one", 10)
        with psycopg.connect(postgresql_address, autocommit=True) as session:
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wellclear'"
            )
        with pytest.raises(OSError, match="the store failed"):
            keeping.get(Kind.FLIGHT, "a")
        found = keeping.get(Kind.FLIGHT, "a")
    assert found is not None
    assert found.content == b"one"


def test_a_file_that_is_missing_is_made_only_where_that_is_meant(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_keeping(tmp_path / "none.sqlite", make=False)
    open_keeping(tmp_path / "none.sqlite").close()
    assert (tmp_path / "none.sqlite").stat().st_mode & 0o077 == 0
    (tmp_path / "spoiled.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(OSError, match="the store failed"):
        open_keeping(tmp_path / "spoiled.sqlite")
