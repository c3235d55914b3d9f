"""STOP, EMERGENCY, hazards and test calls from the terminal."""

from __future__ import annotations

import json

from live.offices import Plan, Terminal


def test_a_stop_is_held_there_and_rings_until_it_is_acknowledged(north: Terminal, south: Terminal) -> None:
    assert north("stop", "south", "--text", "aircraft in distress", "--about", "s/9") == 0
    assert "its centre has it after" in north.shown
    assert "Telephone as well" in north.shown
    assert south("inbox") == 1
    assert "STOP from north s/9: aircraft in distress" in south.shown
    shown = south.shown
    assert south("inbox", "--json") == 1
    alarm = next(item["subject"] for item in json.loads(south.shown) if "STOP from north s/9" in item["words"])
    assert f"--acknowledge '{' '.join(alarm.split())}'" in shown
    assert south("inbox", "--acknowledge", " ".join(alarm.split())[:-2], "--remark", "crew told") in {0, 1, 3}
    assert "ACKNOWLEDGED" in south.shown
    assert south("inbox", "--acknowledge", alarm) == 2
    assert "[alarm-unknown]" in south.error
    assert north("calls") == 0
    assert "STOP" in north.shown


def test_an_emergency_and_a_test_call_reach_all(north: Terminal, south: Terminal) -> None:
    assert north("emergency", "--text", "aircraft down", "--position", "451500N0101500E") == 0
    assert north("emergency", "--position", "somewhere") == 2
    assert south("calls", "--json") == 0
    assert "EMERGENCY" in [call["kind"] for call in json.loads(south.shown)]
    assert south("test-call", "--json") == 0
    assert json.loads(south.shown)["missing"] == []
    assert south("test-call", "nowhere") == 2
    assert "[party-unknown]" in south.error


def test_a_hazard_stands_until_its_all_clear_and_shows_who_was_told(
    north: Terminal, south: Terminal, plan: Plan
) -> None:
    assert north("hazard", plan("north", "DANGER 1", -3.0), "--cause", "rockets") == 0
    assert "stands until its ALL-CLEAR" in north.shown
    assert "Whoever is no counterparty has NOT been told" in north.shown
    assert north("hazards", "--json") == 0
    assert json.loads(north.shown)[0]["told"] == ["south"]
    assert north("all-clear", "DANGER 1", "--reason", "range closed") == 0
    assert "south" in north.shown
    assert north("all-clear", "DANGER 1", "--reason", "range closed") == 2
    assert north("hazards", "--all") == 0
    assert "over: range closed" in north.shown
    assert south("links") == 0
    assert "LIVE" in south.shown


def test_frequencies_are_shown_and_a_check_is_recorded(north: Terminal) -> None:
    assert north("frequencies") == 0
    assert "121.500 MHz" in north.shown
    assert north("radio-check", "south", "guard", "--remark", "5 by 5") == 0
    assert "on the record" in north.shown
    assert north("radio-check", "south", "guard", "--not-heard") == 3
    assert north("radio-check", "south", "tower") == 2
    assert "[frequency-unknown]" in north.error
