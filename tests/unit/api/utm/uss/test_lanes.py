"""One peer that does not answer holds up itself alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from threading import Barrier, Event

import pytest

from wellclear.api.utm.uss.lanes import MAX_AT_ONCE, MAX_OF_ONE, SILENT_S, Lanes
from wellclear.errors import PeerUnavailable

PATIENCE_S = 20.0


class Clock:
    """Stands still until it is set."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lanes(clock: Clock) -> Iterator[Lanes]:
    made = Lanes("test", clock)
    yield made
    made.close()


def held(lanes: Lanes, whose: str) -> tuple[list[Future[None]], Event]:
    """A peer's whole part in the hands of work that ends with the event; it is under way when this returns."""
    begun, goes_on = Barrier(MAX_OF_ONE + 1), Event()

    def wait() -> None:
        begun.wait(PATIENCE_S)
        if not goes_on.wait(PATIENCE_S):
            raise AssertionError("never released")
        raise PeerUnavailable("it does not answer", code="uss-unreachable")

    futures = [lanes.submit(whose, wait) for _ in range(MAX_OF_ONE)]
    begun.wait(PATIENCE_S)
    return futures, goes_on


def test_a_silent_peer_with_much_that_waits_leaves_threads_to_others(lanes: Lanes) -> None:
    _, goes_on = held(lanes, "silent")
    waiting = [lanes.submit("silent", lambda: 1) for _ in range(10 * MAX_AT_ONCE)]
    assert lanes.submit("other", lambda: 2).result(PATIENCE_S) == 2
    assert not any(future.done() for future in waiting)
    goes_on.set()
    assert {future.result(PATIENCE_S) for future in waiting} == {1}


def test_what_waits_for_a_peer_fails_with_its_long_silence(lanes: Lanes, clock: Clock) -> None:
    futures, goes_on = held(lanes, "silent")
    waiting = [lanes.submit("silent", lambda: 1) for _ in range(100)]
    clock.now_s = SILENT_S
    goes_on.set()
    for future in (*futures, *waiting):
        with pytest.raises(PeerUnavailable):
            future.result(PATIENCE_S)
    assert lanes.submit("silent", lambda: 3).result(PATIENCE_S) == 3


def test_what_is_cancelled_is_not_done(lanes: Lanes) -> None:
    _, goes_on = held(lanes, "silent")
    done = list[int]()
    waiting = [lanes.submit("silent", lambda number=number: done.append(number)) for number in range(10)]
    assert all(future.cancel() for future in waiting[:9])
    goes_on.set()
    waiting[9].result(PATIENCE_S)
    assert done == [9]


def test_what_it_raises_the_result_raises(lanes: Lanes) -> None:
    with pytest.raises(ZeroDivisionError):
        lanes.submit("one", lambda: 1 // 0).result(PATIENCE_S)
    assert lanes.submit("one", lambda: 1).result(PATIENCE_S) == 1


def test_the_end_drops_what_waits_and_takes_no_more() -> None:
    lanes = Lanes("test")
    futures, goes_on = held(lanes, "silent")
    waiting = lanes.submit("silent", lambda: 1)
    goes_on.set()
    for future in futures:
        assert future.exception(PATIENCE_S) is not None
    lanes.close()
    assert waiting.cancelled() or waiting.result() == 1
    assert lanes.submit("silent", lambda: 1).cancelled()
