"""Two instances of one USS on one PostgreSQL: a flight planned at one is flown, served and closed at the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from live.uss_process import Process
from live.utm import identifier, in_use, request, volume
from wellclear.assembly.clock import wall_ms


@pytest.fixture
def instances(tmp_path: Path, postgresql_address: str) -> Iterator[tuple[Process, Process]]:
    names = (tmp_path / "a", tmp_path / "b")
    for folder in names:
        folder.mkdir()
    one, two = (Process(folder, "uss1", "--store", postgresql_address) for folder in names)
    yield one, two
    for process in (one, two):
        process.end()


def test_a_flight_is_everywhere_the_same(instances: tuple[Process, Process]) -> None:
    one, two = instances
    plan, area = identifier(), volume(wall_ms())
    assert one.plan(plan, request(area))["planning_result"] == "Completed"
    assert two.plan(plan, in_use(area))["flight_plan_status"] == "OkToFly"
    (flight,) = one.flights()
    path = f"/uss/v1/operational_intents/{flight['intent']}"
    told = [each.ask("GET", path, "utm.strategic_coordination", "uss2").json() for each in (one, two)]
    assert told[0] == told[1]
    assert told[0]["operational_intent"]["reference"]["state"] == "Activated"
    assert two.plan(identifier(), request(area))["planning_result"] == "Rejected"
    two.kill()
    assert one.plan(plan, request(usage="Closed"))["flight_plan_status"] == "Closed"
    assert one.flights() == []
