"""Reading back and answering from the terminal."""

from __future__ import annotations

import json
from pathlib import Path

from live.offices import Plan, Terminal


def test_a_notice_is_read_back_in_another_notation_and_accepted(
    north: Terminal, south: Terminal, plan: Plan, tmp_path: Path
) -> None:
    assert north("notify", plan("north", "n/r", 5.0), "--yes") == 0
    assert south("read-back", "north", "n/r", "--form") == 0
    shown = {line.split()[0]: line.split("  (")[0].split(maxsplit=1)[1] for line in south.shown.splitlines()}
    assert south("read-back", "north", "n/r", "--form", "--json") == 0
    assert set(json.loads(south.shown)) == set(shown)
    entered = tmp_path / "entered.json"
    wrong = shown | {"volumes[0].ceiling": "9000 m AMSL"}
    entered.write_text(json.dumps(wrong), encoding="utf-8")
    assert south("read-back", "north", "n/r", "--entered", str(entered)) == 2
    assert "DIFFERS" in south.shown
    assert "[not-confirmed]" in south.error
    entered.write_text(json.dumps(shown), encoding="utf-8")
    assert south("read-back", "north", "n/r", "--entered", str(entered)) == 0
    assert south("accept", "north", "n/r") == 0
    assert "no clearance" in south.shown
    until(north, "n/r", "accepted")


def test_an_objection_needs_a_reason_and_opens_the_operation(north: Terminal, south: Terminal, plan: Plan) -> None:
    assert north("notify", plan("north", "n/o", 5.5), "--yes") == 0
    assert south("object", "north", "n/o") == 2
    assert "[usage]" in south.error
    assert south("object", "north", "n/o", "--reason", "our survey flies there") == 0
    until(north, "n/o", "OBJECTED")
    assert north("operations", "n/o") == 3
    assert "our survey flies there" in north.shown


def test_nobody_answers_what_is_not_held(south: Terminal) -> None:
    assert south("accept", "north", "n/none") == 2
    assert "[notice-unknown]" in south.error
    assert south("notices", "north", "n/none") == 2


def until(terminal: Terminal, identifier: str, words: str) -> None:
    for _ in range(200):
        terminal("operations", identifier)
        if words in terminal.shown:
            return
    raise AssertionError(terminal.shown)
