"""Two USSs over one DSS, in real processes on loopback: planned, in conflict, flown, off-nominal, killed, ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from live.uss_process import Process
from live.utm import KEY, identifier, in_use, request, token, until, volume
from wellclear.assembly.clock import wall_ms


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Process, Process]]:
    one = Process(tmp_path, "uss1")
    two = Process(tmp_path, "uss2", "--dss", one.url)
    yield one, two
    for process in (two, one):
        process.end()


def state(process: Process, entity: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token('uss2', 'utm.strategic_coordination')}"}
    url = f"{process.url}/dss/v1/operational_intent_references/{entity}"
    found: dict[str, Any] = httpx.get(url, headers=headers, timeout=20).json()["operational_intent_reference"]
    return found


def test_two_processes_coordinate(pair: tuple[Process, Process]) -> None:
    one, two = pair
    area, low, high = volume(wall_ms()), identifier(), identifier()
    assert one.plan(low, request(area, priority=1))["planning_result"] == "Completed"
    assert two.plan(identifier(), request(area, priority=1))["planning_result"] == "Rejected"
    assert two.plan(high, request(area, priority=2))["planning_result"] == "Completed"
    until(one.told)
    assert one.plan(low, in_use(area, priority=1))["planning_result"] == "Rejected"
    assert two.plan(high, in_use(area, priority=2))["flight_plan_status"] == "OkToFly"
    assert two.plan(high, in_use(area, priority=2, uas="OffNominal"))["flight_plan_status"] == "OffNominal"
    until(lambda: any("Nonconforming" in told["message"] for told in one.told()))
    assert two.plan(high, in_use(area, priority=2, uas="Contingent"))["flight_plan_status"] == "OffNominal"
    (flight,) = two.flights()
    assert state(one, flight["intent"])["state"] == "Contingent"
    assert two.plan(high, request(usage="Closed"))["flight_plan_status"] == "Closed"
    assert one.plan(low, in_use(area, priority=1))["flight_plan_status"] == "OkToFly"
    assert one.command("flights").count("Activated") == 1
    logged = json.loads(two.command("logs", "--since", "2020-01-01T00:00:00Z"))
    assert "Client" in {record["recorder_role"] for record in logged["messages"]}
    asked = json.loads(one.command("logs", "--since", "2020-01-01T00:00:00Z"))["messages"]
    assert "Server" in {record["recorder_role"] for record in asked}
    assert logged["planning_attempts"]
    assert KEY.as_pem(private=True).decode() not in json.dumps(logged)


def test_a_killed_uss_comes_back_with_its_flights(pair: tuple[Process, Process]) -> None:
    one, two = pair
    area, plan = volume(wall_ms()), identifier()
    two.plan(plan, request(area))
    two.plan(plan, in_use(area))
    two.kill()
    unheard = one.plan(identifier(), request(area))
    assert unheard["planning_result"] == "Failed", unheard
    two.start()
    assert two.plan(plan, in_use(area, uas="OffNominal"))["flight_plan_status"] == "OffNominal"
    assert two.plan(plan, request(usage="Closed"))["flight_plan_status"] == "Closed"
