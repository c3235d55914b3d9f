"""A conflict from the terminal: found by both, settled by a procedure that both signed."""

from __future__ import annotations

import json

from live.offices import Plan, Terminal


def test_a_conflict_is_settled_by_what_both_signed(north: Terminal, south: Terminal, plan: Plan) -> None:
    assert north("notify", plan("north", "n/c", 0.0, hours=3.0), "--yes") == 0
    assert south("notify", plan("south", "s/c", 0.01, hours=3.5), "--yes") == 1
    assert "CONFLICT with operation north n/c" in south.shown
    assert "OPEN" in south.shown
    assert north("conflicts") == 1
    assert "found by" in north.shown
    assert north("resolve", "n/c", "south", "s/c") == 2
    assert "[resolution-text]" in north.error
    assert north("resolve", "n/c", "south", "s/c", "--procedure", "n/c not below 6,000 ft") == 0
    assert "PROPOSED" in north.shown
    resolution = wait_for_proposal(south)
    assert south("agree", resolution[:8]) == 2
    assert "[not-confirmed]" in south.error
    assert "not below 6,000 ft" in south.shown
    assert south("agree", "ffff") == 2
    assert south("agree", resolution[:8], "--yes") == 0
    assert south("operations", "s/c") == 0
    assert "SETTLED" in south.shown
    assert south("conflicts") == 0
    assert "signed by both" in south.shown


def wait_for_proposal(terminal: Terminal) -> str:
    for _ in range(200):
        terminal("conflicts", "--json")
        found = [one for view in json.loads(terminal.shown) for one in view["resolutions"]]
        if found:
            state = terminal.offices.lives[terminal.party].centre.state
            return next(iter(state.resolutions))
    raise AssertionError("no proposal came")


def test_a_move_settles_nothing_by_itself(north: Terminal, south: Terminal, plan: Plan) -> None:
    assert north("notify", plan("north", "n/m", 4.0, hours=3.0), "--yes") == 0
    assert south("notify", plan("south", "s/m", 4.01, hours=3.5), "--yes") == 1
    assert south("resolve", "s/m", "north", "n/m", "--move", "s/m starts at 5", "--mover", "south") == 0
    assert "only the amendment, assessed anew, settles" in south.shown
    assert south("amend", "s/m", plan("south", "s/m", 4.01, hours=6.0), "--yes") == 0
    assert south("operations", "s/m") == 0
