from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from wellclear.simulation.campaign import Asked, campaign, run_schedule, tally
from wellclear.simulation.events import FAULTS, LIES
from wellclear.simulation.report import never_tried
from wellclear.simulation.schedule import LEAST_FAULTS, LEAST_INPUTS, schedule

CHUNK = 100


@pytest.mark.parametrize("first", range(1, 1_001, CHUNK))
def test_no_rule_breaks_and_each_is_put_to_the_test(first: int):
    counted = tally(Asked(first_seed=first, schedules=CHUNK), range(first, first + CHUNK))
    assert counted.failure is None
    assert counted.schedules == CHUNK
    assert never_tried(counted) == ()


@pytest.mark.parametrize("first", [1, 10_001])
def test_no_rule_breaks_among_the_others_when_one_lies(first: int):
    counted = tally(Asked(first_seed=first, schedules=50, liar=True), range(first, first + 50))
    assert counted.failure is None
    assert counted.faults["lie"] > 50
    assert counted.chances["S7"] > 0


@pytest.mark.parametrize("centres", [2, 5])
def test_no_rule_breaks_with_fewer_and_more_centres(centres: int):
    assert tally(Asked(centres=centres, schedules=10), range(1, 11)).failure is None


def test_every_schedule_has_enough_inputs_faults_conflicts_and_an_amendment():
    for seed in range(1, 30):
        planned = schedule(seed, 3)
        assert sum(event.is_fault and event.do != "backup" for event in planned.events) >= LEAST_FAULTS
        crossing = {event.party for event in planned.events if event.do == "file" and event.plan == "crossing"}
        assert len(crossing) >= 2
        assert any(event.do == "amend" for event in planned.events)
        assert max(event.at_ms for event in planned.events if event.is_fault) < planned.heal_ms < planned.end_ms
    world, _ = run_schedule(schedule(7, 3))
    assert world.inputs >= LEAST_INPUTS


def test_every_kind_of_fault_and_lie_is_injected():
    counted = tally(Asked(), range(1, 61))
    assert set(FAULTS) - {"lie", "backup"} <= set(counted.faults)
    told = {event.subject for seed in range(60) for event in schedule(seed, 3, liar=True).events if event.do == "lie"}
    assert told == set(LIES)


def test_a_seed_gives_the_same_run_whatever_ran_before():
    first, _ = run_schedule(schedule(3, 3))
    run_schedule(schedule(4, 3))
    again, _ = run_schedule(schedule(3, 3))
    other, _ = run_schedule(schedule(5, 3))
    assert first.digest == again.digest
    assert first.inputs == again.inputs
    assert first.digest != other.digest


def test_a_seed_gives_the_same_run_in_another_process():
    program = (
        "from wellclear.simulation.campaign import run_schedule\n"
        "from wellclear.simulation.schedule import schedule\n"
        "print(run_schedule(schedule(11, 3, liar=True))[0].digest)"
    )
    surroundings = {**os.environ, "PYTHONHASHSEED": "77"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=surroundings)
    assert done.stdout.strip() == run_schedule(schedule(11, 3, liar=True))[0].digest


def test_one_schedule_of_a_hundred_signs_with_real_keys():
    assert [seed for seed in range(1, 301) if schedule(seed, 3).real_keys] == [100, 200, 300]
    planned = schedule(100, 3)
    real, _ = run_schedule(planned)
    quick, _ = run_schedule(replace(planned, real_keys=False))
    assert real.inputs == quick.inputs


def test_several_processes_count_what_one_counts():
    asked = Asked(schedules=42)
    assert campaign(asked, jobs=2) == campaign(asked, jobs=1)


@pytest.mark.torture
@pytest.mark.parametrize("who", ["all are honest", "one lies"])
def test_a_hundred_thousand_schedules(who: str, request: pytest.FixtureRequest):
    seed = int(request.config.getoption("--hypothesis-seed") or 0)
    counted = campaign(Asked(first_seed=1_000_000 + seed, schedules=100_000, liar=who == "one lies"))
    figures = {"schedules": counted.schedules, "inputs": counted.inputs}
    told = figures | {"faults": dict(counted.faults), "chances": dict(counted.chances)}
    request.node.user_properties.append(("schedules", json.dumps(told)))
    assert counted.failure is None
    assert never_tried(counted, liar=who == "one lies") == ()
