"""What the simulator found in the core, each as the shortest schedule that showed it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wellclear.simulation.campaign import run_schedule
from wellclear.simulation.events import Event
from wellclear.simulation.schedule import schedule

NOTHING_GOVERNS_BY_AN_EARLIER_CLOCK = (
    Event(28_577, "file", "east", other="south", subject="BRAVO", plan="brief"),
    Event(29_091, "clock-jump", "east", for_ms=-3_600_000),
)
AN_OLDER_ALL_CLEAR_ENDS_NO_NEWER_HAZARD = (
    Event(1_000, "reordering", "north", other="south", for_ms=20_000),
    Event(1_000, "lossy", "north", other="south", for_ms=20_000),
    *(
        Event(2_000 + 300 * number, "all-clear" if number % 2 else "hazard", "north", subject="ALPHA", plan="crossing")
        for number in range(7)
    ),
)
A_RESTORED_CENTRE_DOUBTS_WHAT_IT_ONCE_CALLED_CLEAR = (
    Event(1_533, "file", "south", subject="ALPHA", plan="crossing"),
    Event(2_616, "file", "east", subject="ALPHA", plan="crossing"),
    Event(11_829, "backup", "south"),
    Event(14_554, "amend", "south", subject="ALPHA", plan="apart"),
    Event(15_327, "restore", "south", for_ms=4_807),
    Event(18_085, "amend", "south", other="north", subject="ALPHA", plan="doubtful"),
)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize(
    "events",
    [
        NOTHING_GOVERNS_BY_AN_EARLIER_CLOCK,
        AN_OLDER_ALL_CLEAR_ENDS_NO_NEWER_HAZARD,
        A_RESTORED_CENTRE_DOUBTS_WHAT_IT_ONCE_CALLED_CLEAR,
    ],
)
def test_what_was_found_stays_mended(seed: int, events: tuple[Event, ...]):
    run_schedule(replace(schedule(seed, 3), events=tuple(sorted(events)), disclosure="full"))
