"""What has long ended, and old reports, forgotten: so that nothing that its owner left behind stays for ever."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from wellclear.api.utm.dss.acts import Act
from wellclear.api.utm.dss.airspace import Airspace, Key
from wellclear.api.utm.dss.hanging import let_go
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.ports import WHOLE, Scope
from wellclear.api.utm.dss.records import (
    KEPT_AFTER_END_MS,
    KEPT_REPORT_MS,
    Constraint,
    Departed,
    Intent,
    Kind,
    Record,
    Reported,
    Subscription,
    departed_from,
)

MAX_ENDED_OF_USS: Final = 100_000
"""Entities of one USS that are remembered after it ended them, at a kilobyte each: more than one a second for a day."""


@dataclass(frozen=True, slots=True)
class Sweep(Act[int]):
    """End what ended a day ago, and forget what was ended a day ago; returns how much it was."""

    def scope(self, airspace: Airspace) -> Scope:  # noqa: ARG002 - as in Act
        """As in `Act`."""
        return WHOLE

    def decide(self, airspace: Airspace, moment: Moment) -> int:
        """As in `Act`."""
        over = _over(airspace, moment.now_ms)
        for key, record in over:
            if isinstance(record, Departed | Reported):
                airspace.drop(key)
            if isinstance(record, Reported):
                airspace.drop((Kind.REPORT, record.identifier))
            if isinstance(record, Intent | Constraint | Subscription):
                _end(airspace, key, record, moment.now_ms)
        return len(over)


@dataclass(frozen=True, slots=True)
class IsDue(Act[bool]):
    """Whether there is anything to sweep. It locks nothing, so it may be asked often."""

    def decide(self, airspace: Airspace, moment: Moment) -> bool:
        """As in `Act`."""
        return bool(_over(airspace, moment.now_ms))


def _over(airspace: Airspace, now_ms: int) -> list[tuple[Key, Record]]:
    """What is to be forgotten: what is over, and of what one USS ended more than so much, what it ended first."""
    over, ended = list[tuple[Key, Record]](), defaultdict[str, list[tuple[int, Key, Departed]]](list)
    for key, record in airspace.records().items():
        if _is_over(record, now_ms):
            over.append((key, record))
        elif isinstance(record, Departed):
            ended[record.owner].append((record.until_ms, key, record))
    for of_uss in ended.values():
        if len(of_uss) > MAX_ENDED_OF_USS:
            of_uss.sort(key=itemgetter(0))
            over += [(key, record) for _, key, record in of_uss[:-MAX_ENDED_OF_USS]]
    return over


def _is_over(record: Record, now_ms: int) -> bool:
    if isinstance(record, Departed):
        return record.until_ms <= now_ms
    if isinstance(record, Reported):
        return record.received_ms + KEPT_REPORT_MS <= now_ms
    return isinstance(record, Intent | Constraint | Subscription) and record.end_ms + KEPT_AFTER_END_MS <= now_ms


def _end(airspace: Airspace, key: Key, record: Intent | Constraint | Subscription, now_ms: int) -> None:
    if isinstance(record, Subscription) and airspace.dependents(record.identifier):
        return
    airspace.put(key[0], departed_from(record, now_ms))
    if isinstance(record, Intent):
        let_go(airspace, record.subscription, now_ms)
