"""Agreements from the terminal."""

from __future__ import annotations

import json
from pathlib import Path

from live.offices import Offices, Terminal
from wellclear.cli.main import main


def test_an_agreement_is_shown_with_its_state_and_coverage(north: Terminal) -> None:
    assert north("agreement", "show") == 0
    assert "IN FORCE" in north.shown
    assert north("agreement", "show", "--json") == 0
    (view,) = json.loads(north.shown)
    name = view["identifier"]
    assert north("agreement", "show", f"{name}@1") == 0
    assert "heartbeat every" in north.shown
    assert north("agreement", "show", name, "--text") == 0
    assert "wellclear-agreement/v1" in north.shown
    assert north("agreement", "show", f"{name}@2") == 2
    assert "[agreement-unknown]" in north.error
    assert north("agreement", "coverage", "--category", "balloon") == 0
    assert "BY DEFAULT" in north.shown
    assert north("agreement", "coverage", "--json") == 0
    assert {row["cover"] for row in json.loads(north.shown)} <= {"named", "by default"}
    assert north("sites") == 0
    assert "nothing on the ground is compared" in north.shown


def test_the_next_version_differs_in_what_was_edited(north: Terminal, offices: Offices, tmp_path: Path) -> None:
    after = tmp_path / "second.toml"
    before = str(offices.folder / "agreement.toml")
    assert main(["agreement", "new", "same", "--after", before, "--out", str(after)]) == 0
    edited = after.read_text(encoding="utf-8").replace('stale = "6 s"', 'stale = "7 s"')
    after.write_text(edited, encoding="utf-8")
    assert north("agreement", "diff", before, str(after)) == 1
    assert "silent peer stale after: 6s -> 7s" in north.shown
    assert north("agreement", "diff", before, before) == 0
    assert north("agreement", "sign", "nothing-like-it", "--yes") == 2


def test_a_new_text_names_the_parties_of_the_cards(offices: Offices, tmp_path: Path) -> None:
    out = tmp_path / "new.toml"
    cards = ["--card", offices.card("north"), "--card", offices.card("south")]
    assert main(["agreement", "new", "harbour", *cards, "--out", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert offices.lives["south"].centre.parts.keys.card.root.hex() in text
    assert "FILL IN" in text
    assert main(["agreement", "new", "harbour", "--card", offices.card("north")]) == 2
    assert main(["agreement", "new", "harbour", *cards, "--out", str(out)]) == 2
