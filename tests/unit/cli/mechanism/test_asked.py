"""What officers are asked at the terminal."""

from __future__ import annotations

import io

import pytest

from live.offices import Offices, Plan, Terminal
from wellclear.cli.main import main
from wellclear.cli.mechanism.kept_sessions import read_sessions
from wellclear.model.operation_text import parse_operation
from wellclear.protocol.readback.entered import readback_form


class Keyboard(io.StringIO):
    """Lines that an officer types."""

    def isatty(self) -> bool:
        return True


def types(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard("".join(f"{line}\n" for line in lines)))


def test_a_plan_that_looks_wrong_is_sent_after_a_yes_alone(
    north: Terminal, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = plan("north", "n/k", -1.0, hours=40.0)
    types(monkeypatch, "no")
    assert north("notify", file) == 2
    assert "nothing was sent" in north.error
    types(monkeypatch, "yes")
    assert north("notify", file) == 0


def test_an_amendment_is_sent_once_its_fields_were_typed_again(
    north: Terminal, offices: Offices, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert north("notify", plan("north", "n/k2", -1.3, hours=6.0), "--yes") == 0
    held = parse_operation(offices.lives["north"].centre.state.own["n/k2"].filed.content)
    lines = [field.shown for field in readback_form(held).fields]
    moved = plan("north", "n/k2", -1.3, hours=6.0, radius_m=7_000)
    types(monkeypatch, *lines)
    assert north("amend", "n/k2", moved) == 2
    assert "volumes[0].buffer: 7km, entered 5km" in north.shown
    types(monkeypatch, *("7 km" if line == "5km" else line for line in lines))
    assert north("amend", "n/k2", moved) == 0
    assert "version 2" in north.shown


def test_a_sheet_is_typed_line_by_line_and_a_slip_is_heard_at_its_line(
    north: Terminal, south: Terminal, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert north("notify", plan("north", "n/k3", -1.7), "--yes") == 0
    assert north("dictation", "n/k3", "--to", "south") == 0
    lines = [line for line in north.shown.splitlines() if line.strip() and not line.startswith("#")]
    types(monkeypatch, lines[0], "3 NOTICE *00", *lines[1:], "")
    assert south("dictation", "enter") == 0
    assert "ask for this line again" in south.shown
    assert "a page is complete" in south.shown
    assert "The same as version 1" in south.shown


def test_an_agreement_is_ended_after_a_yes_alone(south: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    types(monkeypatch, "maybe")
    assert south("agreement", "end", "simulated") == 2
    assert "[not-confirmed]" in south.error


def test_a_session_ends_at_the_centre_too(offices: Offices, capsys: pytest.CaptureFixture[str]) -> None:
    kept = read_sessions()
    assert main(["login", "--card", offices.card("north"), "--officer", "ada"]) == 0
    assert main(["logout", "--centre", offices.url("north")]) == 0
    assert main(["links", "--centre", offices.url("north")]) == 2
    assert "[session-none]" in capsys.readouterr().err
    assert main(["login", "--card", offices.card("north"), "--officer", "ada"]) == 0
    assert len(read_sessions()) == len(kept)
