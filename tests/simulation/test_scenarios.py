from __future__ import annotations

import pytest

from wellclear.errors import MalformedInput, NotFound
from wellclear.simulation.campaign import run_schedule
from wellclear.simulation.scenario import MAX_SCENARIO_BYTES, packaged, parse_scenario

LATAKIA = packaged("latakia-2018") or b""
SMALL = b"""format = "wellclear-scenario/v1"
title = "a crash"
parties = ["north", "south"]
start = "2026-12-01T06:00:00Z"
end = "2026-12-01T06:00:40Z"
[area]
centre = "450000N0100000E"
radius = "300 NM"
[[event]]
at = "2026-12-01T06:00:02Z"
party = "north"
do = "crash"
for = "2 s"
[[event]]
at = "2026-12-01T06:00:10Z"
party = "south"
do = "stop"
other = "north"
text = "cease"
"""


def told(text: bytes, **parameters: str) -> list[tuple[int, str, str]]:
    world, _ = run_schedule(parse_scenario(text, parameters=parameters).schedule, tracing=True)
    return world.trace


def test_off_latakia_the_notice_is_late_unbounded_and_a_conflict_at_once():
    scenario = parse_scenario(LATAKIA)
    trace = told(LATAKIA)
    called = [(at_ms, words) for at_ms, party, words in trace if party == "russia" and "UNBOUNDED" in words]
    at_ms, words = called[0]
    assert scenario.clock(at_ms).startswith("2018-09-17T18:39:00")
    assert "no direction is safe" in words
    assert "LATE by 30 min" in words
    assert "CONFLICT" in words
    assert "IL-20" in words


def test_the_disputed_lead_time_is_a_parameter():
    scenario = parse_scenario(LATAKIA, parameters={"lead_time": "45min"})
    filed = next(event for event in scenario.schedule.events if event.do == "name-alone")
    assert scenario.clock(filed.at_ms) == "2018-09-17T17:55:00Z"
    assert scenario.parameters == {"lead_time": 45 * 60_000}
    with pytest.raises(NotFound) as refused:
        parse_scenario(LATAKIA, parameters={"wind": "1 min"})
    assert refused.value.code == "scenario-parameter"


def test_a_scenario_has_faults_and_acts_like_any_schedule():
    words = [words for _, _, words in told(SMALL)]
    assert any("FAULT" in each and "crash" in each for each in words)
    assert any("ALARM (stop)" in each for each in words)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"v1", b"v2", "scenario-word"),
        (b'do = "crash"', b'do = "explode"', "scenario-word"),
        (b'party = "north"', b'party = "west"', "scenario-word"),
        (b'["north", "south"]', b'["north", "north"]', "scenario-parties"),
        (b"06:00:40Z", b"05:00:00Z", "scenario-span"),
        (b"06:00:10Z", b"07:00:10Z", "scenario-time"),
        (b'other = "north"', b'earlier_by = "wind"', "scenario-parameter"),
        (b'text = "cease"', b'colour = "red"', "toml-key"),
        (b'text = "cease"', b'text = "' + b"x" * 600 + b'"', "toml-line"),
    ],
)
def test_what_is_no_scenario_is_refused_with_the_place(old: bytes, new: bytes, code: str):
    with pytest.raises(MalformedInput) as refused:
        parse_scenario(SMALL.replace(old, new))
    assert refused.value.code == code


def test_a_scenario_that_is_too_long_is_refused():
    with pytest.raises(MalformedInput) as refused:
        parse_scenario(b"#" * (MAX_SCENARIO_BYTES + 1))
    assert refused.value.code == "scenario-size"
