"""Threads that all peers share, and of which none has more than its part: who does not answer holds up itself alone."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TypeVar

from wellclear.errors import PeerUnavailable

MAX_AT_ONCE: Final = 32
"""Requests to peers at a time."""

MAX_OF_ONE: Final = 4
"""Of them to one peer, which has no more of the others' time than that, however long it is silent."""

SILENT_S: Final = 1.5
"""A peer that did not answer for so long is not asked for what waited meanwhile: all would wait for nothing."""

Result = TypeVar("Result")


@dataclass(slots=True)
class _Lane:
    waiting: deque[tuple[Future[Any], Callable[[], Any]]] = field(default_factory=deque)
    busy: int = 0


class Lanes:
    """Does work for many, at most `MAX_OF_ONE` at a time for each; what waits is taken in turn, peer by peer.

    Args:
        name: of the threads.
        now_s: a clock that only goes forward.
    """

    def __init__(self, name: str, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._threads = ThreadPoolExecutor(MAX_AT_ONCE, thread_name_prefix=name)
        self._lock, self._lanes, self._ends = Lock(), dict[str, _Lane](), False

    def submit(self, whose: str, work: Callable[[], Result]) -> Future[Result]:
        """Have something done.

        Args:
            whose: the peer that it waits for.
            work: that is done; what it raises, the result raises. It is dropped where the result is cancelled before;
                where other work for this peer raised PeerUnavailable after a long silence, the result raises the same.
        """
        done: Future[Result] = Future()
        with self._lock:
            if self._ends:
                done.cancel()
                return done
            lane = self._lanes.setdefault(whose, _Lane())
            lane.waiting.append((done, work))
            if lane.busy < MAX_OF_ONE:
                lane.busy += 1
                self._threads.submit(self._next, whose)
        return done

    def close(self) -> None:
        """Drop what waits, and end when what is under way is done."""
        with self._lock:
            self._ends = True
            waiting = [done for lane in self._lanes.values() for done, _ in lane.waiting]
            self._lanes.clear()
        for done in waiting:
            done.cancel()
        self._threads.shutdown(cancel_futures=True)

    def _next(self, whose: str) -> None:
        """Do the next work for a peer, and then stand behind the others with what follows."""
        while (taken := self._taken(whose)) is not None:
            done, work = taken
            if not done.set_running_or_notify_cancel():
                continue
            self._do(whose, done, work)
            break
        with self._lock:
            lane = self._lanes.get(whose)
            if lane is None:
                return
            if lane.waiting:
                self._threads.submit(self._next, whose)
                return
            lane.busy -= 1
            if not lane.busy:
                del self._lanes[whose]

    def _do(self, whose: str, done: Future[Any], work: Callable[[], Any]) -> None:
        begun_s = self._now_s()
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001 - whoever waits for the result gets it
            if isinstance(error, PeerUnavailable) and self._now_s() - begun_s >= SILENT_S:
                while (other := self._taken(whose)) is not None:
                    if other[0].set_running_or_notify_cancel():
                        other[0].set_exception(error)
            done.set_exception(error)

    def _taken(self, whose: str) -> tuple[Future[Any], Callable[[], Any]] | None:
        with self._lock:
            lane = self._lanes.get(whose)
            return lane.waiting.popleft() if lane is not None and lane.waiting else None
