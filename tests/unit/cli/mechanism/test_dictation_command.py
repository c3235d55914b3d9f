"""The telephone: a sheet printed at one side and entered at the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from live.offices import Plan, Terminal
from rig.centres import Rig
from rig.plans import HOUR_MS, agreement, circle
from wellclear.api.views.operations import operation_detail
from wellclear.centre.commands import File
from wellclear.cli.mechanism.dictation_command import message_to
from wellclear.errors import RuleViolated
from wellclear.model.agreement.text import parse_agreement
from wellclear.model.operation_text import parse_operation
from wellclear.protocol.voice.dictated import Dictated


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


def told_by_voice(disclosure: str) -> tuple[Dictated, bytes]:
    rig = Rig("north", "south")
    text = agreement("north", "south", disclosure=disclosure)
    rig.agree(text)
    content = circle("north", "n1", 100_000_000, 450_000_000, rig.now_ms + 2 * HOUR_MS, rig.now_ms + 3 * HOUR_MS)
    rig["north"].act(File(content=content, remarks="for our own eyes"))
    detail = operation_detail(rig["north"].state, rig["north"].state.own["n1"], lambda _party, _delivery: "")
    return message_to(detail, parse_agreement(text.encode()), "north", "south"), content


def test_by_voice_too_a_peer_hears_the_cover_alone() -> None:
    heard, content = told_by_voice("coarse")
    exact = parse_operation(content)
    assert heard.volumes != exact.volumes
    assert heard.remarks == ""
    assert exact.volumes[0].footprint.points[0] not in [p for volume in heard.volumes for p in volume.footprint.points]
    heard, content = told_by_voice("full")
    assert heard.volumes == parse_operation(content).volumes
    assert heard.remarks == "for our own eyes"


def test_what_is_shown_on_conflict_is_not_read_out_before() -> None:
    with pytest.raises(RuleViolated, match="only once it conflicts"):
        told_by_voice("on-conflict")
