"""Something that is done again and again, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import structlog

log = structlog.get_logger("wellclear.utm")


class Repeating:
    """Does something, rests, and does it again, from `start` to `stop`.

    Args:
        name: of the thread.
        work: that is done; what it raises is logged, and it is done again all the same.
        rest_s: between two times.
    """

    def __init__(self, name: str, work: Callable[[], None], rest_s: float) -> None:
        self._work, self._rest_s, self._ended = work, rest_s, Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once what is under way is done."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._rest_s):
            try:
                self._work()
            except OSError as error:
                # a database may be away for hours, and each round fails: its text says all
                log.error("the store failed", thread=self._thread.name, reason=str(error))  # noqa: TRY400 - as said
            except Exception:  # the loop's boundary: what failed is tried again
                log.exception("a round failed", thread=self._thread.name)
