"""The whole log is recomputed once a day, off the writer and slowly; what is found to be wrong becomes an alarm."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Final

import structlog

from wellclear.centre.inputs import Input, LogDoubted
from wellclear.centre.log.recomputing import recompute
from wellclear.centre.ports.store import Reader
from wellclear.errors import WellclearError
from wellclear.store.admission import RECORD_ARCHIVED
from wellclear.store.archived import ARCHIVE_FAULTS

RECOMPUTE_EVERY_S: Final = 86_400.0
"""A day."""

SETTLE_S: Final = 60.0
"""How long after its start a centre waits with it: what must be sent goes first."""

REST_SHARE: Final = 9
"""For each second that it works it rests so many: a tenth of one core at most."""

WORK_S: Final = 0.05
"""How long it works between two rests."""

RECOMPUTED: Final = "recomputed"
"""Beside the log: when it was last recomputed, in milliseconds UTC."""

log = structlog.get_logger("wellclear.recomputing")


class Recomputing:
    """Recomputes the log of a running centre day by day.

    Args:
        reader: makes readers of the store.
        keep: keeps something beside the log, durable on return.
        damaged: is told what is wrong: nothing more is signed, and officers hear of it.
        tell: tells the writer of what officers must hear, where signing goes on.
        now_ms: UTC.
    """

    def __init__(
        self,
        reader: Callable[[], Reader],
        keep: Callable[[Mapping[str, bytes]], Awaitable[None]],
        damaged: Callable[[WellclearError], None],
        tell: Callable[[Input], None],
        now_ms: Callable[[], int],
    ) -> None:
        self._reader, self._keep, self._damaged, self._tell, self._now_ms = reader, keep, damaged, tell, now_ms

    async def run(self, settle_s: float = SETTLE_S) -> None:
        """Recompute whenever a day has passed since it was last done, until cancelled."""
        await asyncio.sleep(settle_s)
        while True:
            await asyncio.sleep(await asyncio.to_thread(self._waits_s))
            await self.once()

    async def once(self) -> None:
        """Recompute the whole log now; a fault is an alarm; a store that cannot be read is asked again after a day."""
        stopped = threading.Event()
        try:
            entries = await asyncio.to_thread(self._recomputed, stopped)
        except OSError as error:
            log.warning("the log could not be read", why=str(error))
        except WellclearError as fault:
            self._doubt(fault)
        else:
            log.info("recomputed", entries=entries)
        finally:
            stopped.set()  # a thread cannot be cancelled: it is asked to end
        await self._keep({RECOMPUTED: str(self._now_ms()).encode()})

    def _doubt(self, fault: WellclearError) -> None:
        """Tell of a fault. One of an archive file stops no signing: the leaves that it must match are in the store."""
        if fault.code == RECORD_ARCHIVED:  # the files may be kept elsewhere
            log.warning("an archive file is not here: the log was recomputed up to it", why=str(fault))
        elif fault.code in ARCHIVE_FAULTS:
            log.critical("an archive file is not as it was written", why=str(fault))
            words = f"{fault} [{fault.code}]. The log goes on. Put the file back from a copy, and run log verify."
            self._tell(LogDoubted("archive-damaged", "", fault.at, words))
        else:
            log.critical("the log is not as it was written", why=str(fault))
            self._damaged(fault)

    def _waits_s(self) -> float:
        reader = self._reader()
        try:
            kept = reader.beside(RECOMPUTED)
        finally:
            reader.close()
        since_s = (self._now_ms() - int(kept)) / 1_000 if kept is not None else RECOMPUTE_EVERY_S
        return max(0.0, RECOMPUTE_EVERY_S - max(0.0, since_s))

    def _recomputed(self, stopped: threading.Event) -> int:
        reader = self._reader()
        try:
            return _paced(recompute(reader), stopped)
        finally:
            reader.close()


def _paced(steps: Iterator[tuple[int, int]], stopped: threading.Event) -> int:
    """Take steps, resting in between; how many entries were taken."""
    taken, began_s = 0, time.monotonic()
    for done, _ in steps:
        taken = done
        worked_s = time.monotonic() - began_s
        if worked_s >= WORK_S:
            if stopped.wait(worked_s * REST_SHARE):
                break
            began_s = time.monotonic()
    return taken
