"""The writer's thread over stores that fail, are overtaken or stand still."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest

from rig.plans import HOUR_MS, circle
from wellclear.assembly.clock import Clock
from wellclear.assembly.intake import Intake, Keeping, Waiting
from wellclear.assembly.means import Witnessed, real_means
from wellclear.assembly.writing import LEAD, RELEASED, Writing
from wellclear.centre.commands import AcknowledgeAlarm, DeclareHazard, EndHazard
from wellclear.centre.entries.link import Began
from wellclear.centre.inputs import Act
from wellclear.centre.means import Means
from wellclear.centre.ports.store import Batch
from wellclear.centre.writer import Outcome, Writer, replay
from wellclear.errors import PeerUnavailable
from wellclear.store.memory import MemoryStore
from wellclear.trust.ed25519 import Signer

PATIENCE_S = 20.0
START_MS = 1_795_000_000_000
CONTENT = circle("north", "h", 100_000_000, 450_000_000, START_MS, START_MS + HOUR_MS)


class FailingStore(MemoryStore):
    """Its disk fails from a batch on."""

    def __init__(self) -> None:
        super().__init__()
        self.failure: Exception | None = None
        self.writes = 0

    def write(self, term: int, batch: Batch) -> None:
        self.writes += 1
        if self.failure is not None:
            raise self.failure
        super().write(term, batch)


def writing(store: MemoryStore, means: Callable[[], Means] | None = None, *, shared: bool = False) -> Writing:
    reader = store.reader()
    term = store.lead()
    writer = Writer(store, term, replay(reader))
    if not writer.log.state.party:
        writer.append([Began(at_ms=1, party="north", epoch=0)], os.urandom)
    clock, signer = Clock(100), Signer(bytes(32))
    usual = means or (lambda: real_means(clock, signer, Witnessed()))
    return Writing(writer, term, Intake(), usual, shared=shared, changed=lambda: None)


def put(thread: Writing, taken: Act | None = None) -> Waiting:
    waiting = Waiting(taken or hazard("h"))
    thread._intake.put(waiting)
    return waiting


def hazard(name: str, officer: str = "ada") -> Act:
    return Act(officer, "duty-officer", DeclareHazard(identifier=name, content=CONTENT, cause="fire"))


def outcome(waiting: Waiting) -> Outcome:
    return waiting.outcome.result(PATIENCE_S)


def end(thread: Writing) -> None:
    thread._intake.close()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_what_is_answered_is_in_the_store() -> None:
    store = MemoryStore()
    thread = writing(store)
    thread.start()
    done = outcome(put(thread))
    end(thread)
    assert done.refused is None
    assert thread.failure is None
    assert store.reader().end().index == 1 + len(done.entries)


def test_a_failed_flush_is_the_last_thing_and_nothing_of_it_is_answered() -> None:
    store = FailingStore()
    thread = writing(store)
    store.failure = OSError("no space left")
    tried = store.writes
    first, second = put(thread, hazard("a")), put(thread, hazard("b"))
    thread.start()
    thread.join(PATIENCE_S)
    assert isinstance(thread.failure, OSError)
    assert not thread.leads
    assert store.writes == tried + 1
    for waiting in (first, second):
        with pytest.raises(PeerUnavailable):
            outcome(waiting)
    with pytest.raises(PeerUnavailable):
        put(thread)


def test_who_was_overtaken_ends_and_wrote_nothing() -> None:
    store = MemoryStore()
    thread = writing(store, shared=True)
    store.lead()
    before = store.reader().end()
    waiting = put(thread)
    thread.start()
    thread.join(PATIENCE_S)
    assert getattr(thread.failure, "code", "") == "term-superseded"
    with pytest.raises(PeerUnavailable):
        outcome(waiting)
    assert store.reader().end() == before


def test_the_leader_of_a_shared_store_shows_that_it_lives_and_releases_it() -> None:
    store = MemoryStore()
    thread = writing(store, shared=True)
    thread._committed_s -= 1.0
    thread._step()
    first = store.reader().beside(LEAD)
    thread._committed_s -= 1.0
    thread._step()
    assert first is not None
    assert store.reader().beside(LEAD) not in {None, first}
    thread.start()
    end(thread)
    assert store.reader().beside(LEAD) == RELEASED


def test_who_stood_still_speaks_for_nobody_until_it_commits() -> None:
    thread = writing(MemoryStore(), shared=True)
    assert thread.leads
    thread._committed_s -= 2.5
    assert not thread.leads
    thread._step()
    assert thread.leads


def test_one_input_that_trips_the_program_stops_nobody_else() -> None:
    asked = iter(range(1_000))
    clock, signer = Clock(100), Signer(bytes(32))

    def means() -> Means:
        if next(asked) in {1, 3}:
            raise ZeroDivisionError
        return real_means(clock, signer, Witnessed())

    store = MemoryStore()
    thread = writing(store, means)
    waiting = [put(thread, hazard(name, officer=name)) for name in ("a", "b", "c")]
    thread.start()
    codes = [getattr(outcome(one).refused, "code", "") for one in waiting]
    end(thread)
    assert sorted(codes) == ["", "", "fault"]
    assert thread.failure is None


def test_what_is_kept_beside_the_log_is_kept_in_turn() -> None:
    store = MemoryStore()
    thread = writing(store)
    keeping = Keeping({"officer/ada": b"account"})
    thread._intake.keep(keeping)
    thread.start()
    keeping.kept.result(PATIENCE_S)
    end(thread)
    assert store.reader().beside("officer/ada") == b"account"


def test_what_waits_to_be_kept_goes_in_one_flush_and_of_one_name_the_later_stays() -> None:
    store = FailingStore()
    thread = writing(store)
    writes = store.writes
    keepings = [Keeping({"one": b"older", "two": b"kept"}), Keeping({"one": b"newer"})]
    for keeping in keepings:
        thread._intake.keep(keeping)
    thread.start()
    for keeping in keepings:
        keeping.kept.result(PATIENCE_S)
    end(thread)
    assert store.writes == writes + 1
    assert [store.reader().beside(name) for name in ("one", "two")] == [b"newer", b"kept"]


def test_a_refused_command_changes_nothing() -> None:
    store = MemoryStore()
    thread = writing(store)
    thread.start()
    done = outcome(put(thread, Act("ada", "duty-officer", EndHazard(identifier="other", reason="out"))))
    end(thread)
    assert done.refused is not None
    assert store.reader().end().index == 1


def test_who_gave_up_before_the_turn_is_left_out_and_stops_nobody() -> None:
    store = MemoryStore()
    thread = writing(store)
    gone, stays = put(thread, hazard("a")), put(thread, hazard("b"))
    assert gone.outcome.cancel()
    thread.start()
    assert outcome(stays).refused is None
    end(thread)
    assert thread.failure is None
    assert [hazard.identifier for hazard in thread.log.state.hazards.values()] == ["b"]


def test_a_process_that_stood_still_within_a_commit_does_not_count_it_from_its_end() -> None:
    store = FailingStore()
    thread = writing(store, shared=True)
    write = store.write

    def slow(term: int, batch: Batch) -> None:
        write(term, batch)
        thread_time[0] += 3.0

    thread_time = [time.monotonic()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wellclear.assembly.writing.time.monotonic", lambda: thread_time[0])
        patch.setattr(store, "write", slow)
        put(thread)
        thread._step()
        assert not thread.leads
        thread_time[0] += 1.0
        patch.setattr(store, "write", write)
        thread._step()
        assert thread.leads


def test_what_concerns_life_closes_the_batch_and_is_next() -> None:
    answered: list[str] = []
    urgent: list[Waiting] = []
    clock, signer = Clock(100), Signer(bytes(32))

    def means() -> Means:
        """While the first of the others is decided, a hazard comes."""
        if not urgent:
            urgent.append(put(thread, hazard("h")))
            urgent[0].outcome.add_done_callback(lambda _done: answered.append("hazard"))
        return real_means(clock, signer, Witnessed())

    thread = writing(MemoryStore(), means)
    others = [put(thread, Act("ada", "duty-officer", AcknowledgeAlarm(alarm=str(number)))) for number in range(10)]
    for other in others:
        other.outcome.add_done_callback(lambda _done: answered.append("other"))
    thread.start()
    for waiting in (*others, *urgent):
        outcome(waiting)
    end(thread)
    assert answered == ["other", "hazard", *["other"] * 9]
