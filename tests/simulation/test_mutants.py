from __future__ import annotations

import pytest

from wellclear.errors import NotFound
from wellclear.simulation import mutants
from wellclear.simulation.campaign import Asked, run_schedule, tally
from wellclear.simulation.mutants import MUTANTS, applied, mutant_named
from wellclear.simulation.report import command_of, trace_lines
from wellclear.simulation.rules import RULES
from wellclear.simulation.schedule import schedule
from wellclear.simulation.shrink import shortest

WITHIN = 1_000


@pytest.mark.parametrize("name", MUTANTS)
def test_each_mutant_is_caught_by_the_rule_that_it_breaks(name: str):
    counted = tally(Asked(mutant=name), range(1, WITHIN + 1))
    assert counted.failure is not None, f"not caught in {WITHIN} schedules"
    assert counted.failure.rule == MUTANTS[name].breaks


def test_every_rule_that_the_simulator_watches_has_a_mutant():
    assert {mutant.breaks for mutant in MUTANTS.values()} == set(RULES)
    assert len(MUTANTS) >= 14


def test_a_mutant_leaves_nothing_behind():
    before = [seam.read() for mutant in MUTANTS.values() for seam in mutant.seams()]
    for mutant in MUTANTS.values():
        with pytest.raises(KeyboardInterrupt), applied(mutant):
            raise KeyboardInterrupt
    after = [seam.read() for mutant in MUTANTS.values() for seam in mutant.seams()]
    assert all(one is other for one, other in zip(before, after, strict=True))


def test_the_core_as_it_is_passes_where_a_mutant_fails():
    planned = Asked(mutant="alarm-lost").schedule(1)
    run_schedule(planned)
    assert tally(Asked(mutant="alarm-lost"), range(1, 2)).failure is not None


def test_an_unknown_mutant_is_refused():
    with pytest.raises(NotFound) as refused:
        mutant_named("none")
    assert refused.value.code == "mutant-unknown"
    assert mutants.mutant_named("alarm-lost").breaks == "S8"


def test_a_failure_is_shortened_and_still_fails():
    asked = Asked(mutant="number-reused")
    planned = asked.schedule(1)
    found = shortest(planned, "S6", mutant_named("number-reused"))
    assert found.rule == "S6"
    assert 0 < len(found.schedule.events) < len(planned.events) / 4
    assert any(event.do == "restore" for event in found.schedule.events)
    lines = list(trace_lines(found))
    assert lines[-1].strip().startswith("S6: ")
    assert command_of(asked, 1) == "wellclear simulate --centres 3 --schedules 1 --seed 1 --mutant number-reused"
    assert schedule(1, 3, favours="restore").events == planned.events
