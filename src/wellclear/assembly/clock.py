"""The centre's clock: UTC that never goes back, and how far it may be from the truth."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

NS_PER_MS: Final = 1_000_000
"""The system counts nanoseconds."""


def wall_ms() -> int:
    """UTC as the machine has it."""
    return time.time_ns() // NS_PER_MS


def steady_ms() -> int:
    """Time that only goes forward, also while the machine sleeps; its zero says nothing."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // NS_PER_MS


class Clock:
    """Follows the machine's clock as far as that goes steadily.

    A machine's clock that jumps further than its error allows is not followed: the jump is added to the error, so that
    the centre doubts its clock and settles nothing, until the machine's clock is back or the centre is started again.
    Any thread may ask.

    Args:
        error_ms: how far the machine's clock may be from UTC, by the settings.
        newest_ms: time of the log's newest entry; a clock behind it is doubted.
        wall: the machine's clock.
        steady: a clock that only goes forward.
    """

    def __init__(
        self,
        error_ms: int,
        newest_ms: int = 0,
        wall: Callable[[], int] = wall_ms,
        steady: Callable[[], int] = steady_ms,
    ) -> None:
        self._error_ms = error_ms
        self._newest_ms = newest_ms
        self._wall, self._steady = wall, steady
        self._at_ms, self._at_steady_ms = wall(), steady()
        self._jump_ms = 0
        self._lock = Lock()

    def now_ms(self) -> int:
        """UTC, never before what was said last."""
        with self._lock:
            steady_ms = self._steady()
            expected_ms = self._at_ms + steady_ms - self._at_steady_ms
            off_ms = self._wall() - expected_ms
            followed = abs(off_ms) <= self._error_ms
            self._jump_ms = 0 if followed else abs(off_ms)
            self._at_ms = max(self._at_ms, expected_ms + (off_ms if followed else 0))
            self._at_steady_ms = steady_ms
            return self._at_ms

    def error_ms(self) -> int:
        """The largest error that the time may have."""
        now_ms = self.now_ms()
        return self._error_ms + self._jump_ms + max(0, self._newest_ms - now_ms)
