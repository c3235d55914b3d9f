"""The telephone: a sheet printed at one side and entered at the other."""

from __future__ import annotations

from pathlib import Path

from live.offices import Plan, Terminal


def test_a_sheet_is_entered_and_compared_with_what_is_held(
    north: Terminal, south: Terminal, plan: Plan, tmp_path: Path
) -> None:
    assert north("notify", plan("north", "n/d", 6.0), "--yes") == 0
    assert north("dictation", "n/d", "--to", "south", "--language", "ru") == 0
    sheet = tmp_path / "heard.txt"
    sheet.write_text(north.shown, encoding="utf-8")
    out = tmp_path / "heard.geojson"
    assert south("dictation", "enter", str(sheet), "--language", "ru", "--out", str(out)) == 0
    assert "The same as version 1" in south.shown
    assert out.is_file()
    assert south("dictation", "enter", str(sheet), "--language", "en") == 2
    assert "[check-words]" in south.error


def test_an_older_sheet_differs(north: Terminal, south: Terminal, plan: Plan, tmp_path: Path) -> None:
    assert north("notify", plan("north", "n/d2", 6.5), "--yes") == 0
    assert north("dictation", "n/d2") == 0
    sheet = tmp_path / "heard.txt"
    sheet.write_text(north.shown, encoding="utf-8")
    assert north("amend", "n/d2", plan("north", "n/d2", 6.6), "--yes") == 0
    assert south("dictation", "enter", str(sheet)) == 1
    assert "DIFFERS" in south.shown


def test_a_sheet_of_nothing_is_refused(north: Terminal) -> None:
    assert north("dictation", "nowhere") == 2
    assert "[operation-unknown]" in north.error
