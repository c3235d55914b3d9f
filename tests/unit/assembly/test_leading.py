from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from wellclear.assembly import leading
from wellclear.assembly.leading import SILENT_MS, is_shared, only_process, stand_by
from wellclear.assembly.writing import DOUBT_S, LEAD, RELEASED
from wellclear.centre.ports.store import Batch, Reader
from wellclear.errors import PeerUnavailable, RuleViolated
from wellclear.store.memory import MemoryStore
from wellclear.trust.key_statement import Place


class Led(MemoryStore):
    """A store whose leader gives a sign at some looks; looking takes a second."""

    def __init__(self, *signs: bytes) -> None:
        super().__init__()
        self.term, self.signs, self.looks = self.lead(), list(signs), 0

    def reader(self) -> Reader:
        self.looks += 1
        if self.signs:
            self.write(self.term, Batch(Place(0, 0), beside={LEAD: self.signs.pop(0)}))
        return super().reader()

    def now_ms(self) -> int:
        return self.looks * 1_000


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "LOOK_S", 0.0)


def test_a_store_that_nobody_led_or_that_was_released_is_taken_at_once() -> None:
    for store in (Led(), Led(RELEASED)):
        asyncio.run(stand_by(store, store.now_ms))
        assert store.looks == 1


def test_a_leader_that_lives_is_waited_for_and_one_that_is_silent_is_not() -> None:
    signs = [b"1 %d" % number for number in range(30)]
    store = Led(*signs)
    asyncio.run(stand_by(store, store.now_ms))
    assert store.looks == len(signs) + SILENT_MS // 1_000


def test_a_leader_that_releases_is_followed_at_once() -> None:
    store = Led(b"1 1", b"1 2", RELEASED)
    asyncio.run(stand_by(store, store.now_ms))
    assert store.looks == 3


def test_a_database_that_does_not_answer_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    store, failures = Led(RELEASED), [PeerUnavailable("no", code="store-unreachable"), OSError("no")]
    read = store.reader

    def reader() -> Reader:
        if failures:
            raise failures.pop()
        return read()

    monkeypatch.setattr(store, "reader", reader)
    asyncio.run(stand_by(store, store.now_ms))
    assert not failures


def test_the_leader_is_silent_before_another_one_leads() -> None:
    assert DOUBT_S * 1_000 < SILENT_MS


def test_one_process_has_a_directory(tmp_path: Path) -> None:
    with only_process(tmp_path):
        with pytest.raises(RuleViolated) as caught, only_process(tmp_path):
            pass
        assert caught.value.code == "centre-running"
    with only_process(tmp_path):
        pass


def test_only_databases_are_shared() -> None:
    assert is_shared("postgresql://user@host/name")
    assert not is_shared("log.sqlite")
