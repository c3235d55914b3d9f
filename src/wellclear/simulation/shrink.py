"""The shortest trace that can be found for a seed in which a rule broke: events are left out while it still breaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from wellclear.simulation.campaign import run_schedule
from wellclear.simulation.events import Event
from wellclear.simulation.mutants import Mutant
from wellclear.simulation.schedule import Schedule
from wellclear.simulation.world import Broken

MOST_RUNS: Final = 250
"""Schedules that are tried: half a minute."""


@dataclass(frozen=True, slots=True)
class Shortest:
    """A schedule in which a rule breaks, and its trace.

    Attributes:
        schedule: with the events that are left.
        rule: which.
        words: how.
        trace: milliseconds since the start, party, words.
    """

    schedule: Schedule
    rule: str
    words: str
    trace: tuple[tuple[int, str, str], ...]


def shortest(planned: Schedule, rule: str, mutant: Mutant | None = None) -> Shortest:
    """Leave out whatever the failure does not need.

    Args:
        planned: a schedule in which the rule breaks.
        rule: which.
        mutant: the fault of the core under which it does.
    """
    events, left = list(planned.events), MOST_RUNS
    size = max(1, len(events) // 2)
    while left > 0:
        start, shrunk = 0, False
        while start < len(events) and left > 0:
            fewer = events[:start] + events[start + size :]
            left -= 1
            if _breaks(planned, fewer, rule, mutant):
                events, shrunk = fewer, True
            else:
                start += size
        if size == 1 and not shrunk:
            break
        size = max(1, size // 2)
    return _told(replace(planned, events=tuple(events)), mutant)


def _breaks(planned: Schedule, events: list[Event], rule: str, mutant: Mutant | None) -> bool:
    try:
        run_schedule(replace(planned, events=tuple(events)), mutant)
    except Broken as broken:
        return broken.rule == rule
    return False


def _told(planned: Schedule, mutant: Mutant | None) -> Shortest:
    try:
        run_schedule(planned, mutant, tracing=True)
    except Broken as broken:
        trace = tuple(broken.world.trace) if broken.world is not None else ()
        return Shortest(planned, broken.rule, broken.words, trace)
    raise AssertionError("a schedule that broke a rule no longer does: it is not deterministic")
