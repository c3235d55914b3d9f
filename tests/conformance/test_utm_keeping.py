"""The port to what a USS keeps, on every adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wellclear.api.utm.uss.keeping import Keeping, Kind
from wellclear.api.utm.uss.sql_keeping import open_keeping
from wellclear.errors import RuleViolated

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


def test_a_file_that_is_missing_is_made_only_where_that_is_meant(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_keeping(tmp_path / "none.sqlite", make=False)
    open_keeping(tmp_path / "none.sqlite").close()
    assert (tmp_path / "none.sqlite").stat().st_mode & 0o077 == 0
    (tmp_path / "spoiled.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(OSError, match="the store failed"):
        open_keeping(tmp_path / "spoiled.sqlite")
