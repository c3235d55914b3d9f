"""One request after the other, in a thread of its own; those that wait for each other's turn share a transaction.

Nothing is answered until the transaction that it was decided in is on disk, reads included: whoever is told of a change
finds it again, also at another instance, and also after a loss of power.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Any, Final, TypeVar

import structlog

from wellclear.api.utm.dss.acts import Act
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.figures import Figures
from wellclear.api.utm.dss.moment import CHANCE_BYTES, Moment
from wellclear.api.utm.dss.ports import READS, Registry, Scope
from wellclear.errors import RuleViolated, WellclearError

MAX_ACTS_AT_ONCE: Final = 64
"""Requests that share a transaction: as many as a centre's writer takes in one batch."""

MAX_ACTS_WAITING: Final = 2_000
"""Requests that wait: some seconds of work. More are refused at once, so that nobody waits in vain."""

Answer = TypeVar("Answer")

log = structlog.get_logger("wellclear.utm")


@dataclass(frozen=True, slots=True)
class _Turn:
    act: Act[Any]
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    since_s: float


class Turns:
    """Decides requests in turn.

    Args:
        registry: used by this object's thread alone from now on.
        now_ms: tells the time, UTC.
        failed: called in that thread when the registry failed, with the reason.
    """

    def __init__(
        self, registry: Registry, now_ms: Callable[[], int], failed: Callable[[OSError], None] = lambda _: None
    ) -> None:
        self.figures = Figures()
        self._registry, self._now_ms, self._failed = registry, now_ms, failed
        self._waiting: deque[_Turn] = deque()
        self._news = Condition()
        self._ends = False
        self._thread = Thread(target=self._run, name="utm-turns", daemon=True)
        self._thread.start()

    async def take(self, act: Act[Answer]) -> Answer:
        """Decide a request; returns when what it changed is on disk.

        Raises:
            WellclearError: it is refused; `utm-busy`: too many wait.
            OSError: the store failed.
        """
        loop = asyncio.get_running_loop()
        turn = _Turn(act, loop.create_future(), loop, time.perf_counter())
        with self._news:
            if self._ends or len(self._waiting) >= MAX_ACTS_WAITING:
                raise RuleViolated("too many requests wait", code="utm-busy", wanted="ask again in a second")
            self._waiting.append(turn)
            self._news.notify()
        answer: Answer = await turn.answer
        return answer

    def close(self) -> None:
        """Decide what waits, and end the thread and the registry."""
        with self._news:
            self._ends = True
            self._news.notify()
        self._thread.join()

    def _run(self) -> None:
        while turns := self._next():
            self._decide(turns)
        self._registry.close()

    def _next(self) -> list[_Turn]:
        """The next ones; none at the end."""
        with self._news:
            while not self._waiting and not self._ends:
                self._news.wait()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_ACTS_AT_ONCE))]

    def _decide(self, turns: Sequence[_Turn]) -> None:
        begun_s = time.perf_counter()
        try:
            answers = self._answers([turn.act for turn in turns])
        except OSError as error:
            log.error("the store failed", reason=str(error))  # noqa: TRY400 - its text says all; no traceback helps
            answers = [error] * len(turns)
            self._failed(error)
        except Exception as slip:
            log.exception("a fault of the program")
            answers = [slip] * len(turns)
        self.figures.took(len(turns), time.perf_counter() - begun_s)
        for loop in {turn.loop for turn in turns}:
            mine = [(turn, answer) for turn, answer in zip(turns, answers, strict=True) if turn.loop is loop]
            if not loop.is_closed():
                loop.call_soon_threadsafe(_release, mine)

    def _answers(self, acts: Sequence[Act[Any]]) -> list[Any]:
        """Answers, or what was raised instead; all that was changed is on disk."""
        with self._registry.transaction(lambda airspace: _together(acts, airspace)) as airspace:
            return [self._answer(act, airspace) for act in acts]

    def _answer(self, act: Act[Any], airspace: Airspace) -> Any:  # noqa: ANN401 - each act's own
        moment = Moment(self._now_ms(), secrets.token_bytes(CHANCE_BYTES))
        try:
            with airspace.attempt():
                return act.decide(airspace, moment)
        except WellclearError as refused:
            return refused


def _together(acts: Sequence[Act[Any]], airspace: Airspace) -> Scope:
    scope = READS
    for act in acts:
        scope |= act.scope(airspace)
    return scope


def _release(turns: Sequence[tuple[_Turn, Any]]) -> None:
    for turn, answer in turns:
        if turn.answer.done():
            continue
        if isinstance(answer, Exception):
            turn.answer.set_exception(answer)
        else:
            turn.answer.set_result(answer)
