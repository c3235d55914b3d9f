from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from wellclear.api.utm.uss.assembling import keeping_address
from wellclear.api.utm.uss.flight import Flight, Flights
from wellclear.api.utm.uss.flight_wire import BasicFlightPlan, FlightPlan, UsageState
from wellclear.api.utm.uss.journal import Journal
from wellclear.api.utm.uss.sql_keeping import open_keeping
from wellclear.api.utm.uss.users import Users
from wellclear.cli.main import main

NOW_MS = 1_800_000_000_000
INTENT = "03e5572a-f733-49af-bc14-8a18bd53ee39"


@pytest.fixture
def store(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path}/utm.sqlite"
    keeping = open_keeping(keeping_address(address))
    plan = FlightPlan(BasicFlightPlan(UsageState.PLANNED))
    Flights(keeping, lambda: NOW_MS).put(Flight("plan-1", "ada\x1b[31m", INTENT, plan), 0)
    journal = Journal(keeping, lambda: NOW_MS)
    Users(keeping, journal, lambda: NOW_MS).tell("ada", "plan-1", "In conflict.", "SCD0095", "Single")
    keeping.close()
    return address


def test_flights_are_shown(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["utm", "flights", "--store", store]) == 0
    shown = capsys.readouterr().out
    assert "plan-1" in shown
    assert "not acknowledged" in shown
    assert "\x1b[31m" not in shown
    assert main(["utm", "flights", "--store", store, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["intent"] == INTENT


def test_logs_are_those_of_a_time(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    times = ("2027-01-15T08:00:00Z", "2027-01-15T08:00:01Z", "2027-01-15T08:00:02Z")
    found = []
    for since, until in pairwise(times):
        assert main(["utm", "logs", "--store", store, "--since", since, "--until", until]) == 0
        found.append(len(json.loads(capsys.readouterr().out)["operator_notifications"]))
    assert found == [1, 0]


def test_nothing_is_published_yet(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["utm", "constraints", "--store", store, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("words", [("flights",), ("constraints",), ("logs", "--since", "2027-01-15T08:00:00Z")])
def test_a_store_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert main(["utm", *words, "--store", f"sqlite:///{tmp_path}/none.sqlite"]) == 2
    assert "utm-store-missing" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
