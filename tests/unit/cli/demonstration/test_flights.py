"""The flights of the demonstration."""

from __future__ import annotations

import pytest

from wellclear.cli.demonstration.flights import AGENCIES, AHEAD_MS, flight, moved, recorded_flights, starting
from wellclear.errors import NotFound

NOW_MS = 1_795_000_000_000
MINUTE_MS = 60_000


def test_each_flight_belongs_to_one_agency() -> None:
    operations = recorded_flights()
    assert len(operations) == 19
    assert {operation.party for operation in operations.values()} == set(AGENCIES)
    assert all(operation.category for operation in operations.values())


def test_all_are_moved_alike_and_nothing_but_time_changes() -> None:
    before = recorded_flights()
    after = moved(before, NOW_MS)
    first_ms = min(volume.span.start_ms for operation in after.values() for volume in operation.volumes)
    assert NOW_MS + AHEAD_MS - MINUTE_MS < first_ms <= NOW_MS + AHEAD_MS
    shifts = set()
    for name, operation in before.items():
        for old, new in zip(operation.volumes, after[name].volumes, strict=True):
            assert (new.footprint, new.band) == (old.footprint, old.band)
            assert new.span.end_ms - new.span.start_ms == old.span.end_ms - old.span.start_ms
            shifts.add(new.span.start_ms - old.span.start_ms)
    (shift_ms,) = shifts
    assert shift_ms % MINUTE_MS == 0


def test_a_flight_flies_again_under_another_name() -> None:
    again = starting(flight(recorded_flights(), "T71_124"), NOW_MS, "T71_124-again")
    assert again.identifier == "T71_124-again"
    assert NOW_MS - MINUTE_MS < again.volumes[0].span.start_ms <= NOW_MS


def test_what_the_sample_does_not_hold_is_missed() -> None:
    with pytest.raises(NotFound, match="T1"):
        flight({}, "T1")
