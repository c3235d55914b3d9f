"""Whether the clock can be trusted with what cannot be undone: to forget for ever what has ended long ago."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import structlog

JUMP_MS: Final = 60_000
"""How far the time may run from a clock that only goes forward, between two looks, before it has jumped."""

DISTRUST_S: Final = 3_600.0
"""How long after a jump nothing is forgotten: somebody sees it meanwhile, and sets the clock right."""

log = structlog.get_logger("wellclear.utm")


class Steadiness:
    """Compares the time with a clock that only goes forward. For one thread.

    Args:
        now_ms: the time.
        steady_s: the other clock.
    """

    def __init__(self, now_ms: Callable[[], int], steady_s: Callable[[], float] = time.monotonic) -> None:
        self._now_ms, self._steady_s = now_ms, steady_s
        self._offset_ms = self._offset()
        self._trusted_s = steady_s()

    def holds(self) -> bool:
        """Whether the time has not jumped of late."""
        offset_ms = self._offset()
        jumped_ms, self._offset_ms = offset_ms - self._offset_ms, offset_ms
        if abs(jumped_ms) > JUMP_MS:
            self._trusted_s = self._steady_s() + DISTRUST_S
            log.warning("the clock jumped: nothing is forgotten for an hour", by_s=jumped_ms // 1_000)
        return self._steady_s() >= self._trusted_s

    def _offset(self) -> int:
        return self._now_ms() - int(self._steady_s() * 1_000)
