"""Two real centres after an incident: each exports what it holds, and anybody verifies it without either."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from live.offices import Offices, Plan, Terminal
from wellclear.cli.main import main
from wellclear.model.card import parse_card
from wellclear.trust.evidence import Evidence, ShownEntry, parse_evidence


@pytest.fixture
def roots(offices: Offices) -> dict[str, bytes]:
    cards = {party: parse_card(Path(offices.card(party)).read_bytes()) for party in offices.lives}
    return {party: card.root for party, card in cards.items()}


@pytest.fixture
def options(roots: dict[str, bytes]) -> list[str]:
    return [word for party, root in roots.items() for word in ("--root", f"{party}={root.hex()}")]


@pytest.fixture
def incident(offices: Offices, north: Terminal, south: Terminal, plan: Plan) -> str:
    """An operation of north, told to south, accepted there, and a STOP about it; another one that is not about it."""
    if "EV 1" not in offices.lives["north"].centre.state.own:
        assert north("notify", plan("north", "EV 1", -6.0), "--yes") in {0, 3}
        assert north("notify", plan("north", "EV 2", -8.0), "--yes") in {0, 3}
        assert south("accept", "north", "EV 1") in {0, 3}
        assert south("stop", "north", "--about", "EV 1", "--text", "cease") == 0
        offices.until(lambda centre: not centre.state.awaited)
        assert "EV 1" in offices.lives["north"].centre.state.own
    return "EV 1"


def shown(path: Path) -> tuple[ShownEntry, ...]:
    evidence = parse_evidence(path.read_bytes())
    assert isinstance(evidence, Evidence)
    return evidence.entries


def kinds(path: Path) -> list[str]:
    return [msgspec.json.decode(entry.content)["entry"] for entry in shown(path)]


def test_both_sides_export_and_both_files_hold(
    north: Terminal, south: Terminal, incident: str, options: list[str], tmp_path: Path
) -> None:
    for terminal, name in ((north, incident), (south, f"north/{incident}")):
        path = tmp_path / f"{terminal.party}.evidence"
        assert terminal("evidence", "export", name, "--out", str(path)) == 0, terminal.shown + terminal.error
        code = subprocess.run(
            [sys.executable, "-m", "wellclear.verifier", str(path), *options, "--json"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert code.returncode == 0, code.stdout + code.stderr
        found = json.loads(code.stdout)
        assert found["verdict"] == "HOLDS"
        said = " | ".join(item["what"] for item in found["items"])
        for words in ("NOTICE north to south", "RECEIPT south to north", "ACCEPT south to north", "STOP south to north",
                      "drafted", "stepped", "acted evidence"):  # fmt: skip
            assert words in said, said
        assert b"EV 2" not in path.read_bytes()
    assert "raised" in kinds(tmp_path / "north.evidence")


def test_a_cosigned_log_gives_each_entry_a_bracket_of_time(
    north: Terminal, incident: str, options: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "cosigned.evidence"
    assert north("evidence", "export", incident, "--out", str(path)) == 0
    assert "NOT CO-SIGNED" not in north.shown
    assert main(["evidence", "verify", str(path), *options, "--json"]) == 0
    found = json.loads(north.capsys.readouterr().out)
    assert found["not_cosigned"] == 0
    entries = [item for item in found["items"] if item["at"].startswith("entry ")]
    assert {item["witness"] for item in entries} == {"south"}
    written_s = [msgspec.json.decode(entry.content)["at_ms"] // 1_000 for entry in shown(path)]
    assert all(item["not_after_s"] >= at_s for item, at_s in zip(entries, written_s, strict=True))
    assert all((item["not_before_s"] or 0) <= at_s + 1 for item, at_s in zip(entries, written_s, strict=True))


def test_a_time_an_agreement_and_an_alarm_are_exported(
    offices: Offices, north: Terminal, incident: str, options: list[str], tmp_path: Path
) -> None:
    assert incident
    state = offices.lives["north"].centre.state
    (digest,) = state.agreements
    alarm = next(name for name in state.alarms if name.startswith("stop"))
    times = ["--from", "2020-01-01T00:00:00Z", "--until", "2199-01-01T00:00:00Z"]
    for number, asked in enumerate(([digest[:12]], [" ".join(alarm.split())], times)):
        path = tmp_path / f"{number}.evidence"
        assert north("evidence", "export", *asked, "--out", str(path)) == 0, north.error
        assert main(["evidence", "verify", str(path), *options]) == 0
    assert "raised" in kinds(tmp_path / "1.evidence")
    assert {"drafted", "stepped"} <= set(kinds(tmp_path / "0.evidence"))
    assert "filed" not in kinds(tmp_path / "0.evidence")


def test_what_cannot_be_exported_is_refused_and_nothing_is_written(
    north: Terminal, incident: str, tmp_path: Path
) -> None:
    path = str(tmp_path / "none.evidence")
    for asked, code in (
        (["nothing"], "incident-unknown"),
        ([], "incident-both"),
        ([incident, "--until", "2026-01-01T00:00:00Z"], "incident-both"),
        (["--from", "2026-01-02T00:00:00Z", "--until", "2026-01-01T00:00:00Z"], "incident-window"),
        ([incident, "--role", "duty-officer"], "role-low"),
    ):
        assert north("evidence", "export", *asked, "--out", path) == 2
        assert f"[{code}]" in north.error
    assert not Path(path).exists()


def test_a_file_without_roots_or_changed_is_not_taken_for_proof(
    north: Terminal, incident: str, options: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "north.evidence"
    assert north("evidence", "export", incident, "--out", str(path)) == 0
    assert main(["evidence", "verify", str(path)]) == 3
    assert "KEYS NOT ESTABLISHED" in north.capsys.readouterr().out
    evidence = parse_evidence(path.read_bytes())
    assert isinstance(evidence, Evidence)
    bad = msgspec.structs.replace(evidence.entries[3], salt=bytes(32))
    entries = (*evidence.entries[:3], bad, *evidence.entries[4:])
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(evidence, entries=entries)))
    assert main(["evidence", "verify", str(path), *options]) == 1
    assert f"FIRST FAULT: entry {bad.index} of epoch 0" in north.capsys.readouterr().out
    path.write_bytes(b"{}")
    assert main(["evidence", "verify", str(path), *options]) == 2
    assert main(["evidence", "verify", str(path), "--root", "north=12"]) == 2
    assert main(["evidence", "verify", str(tmp_path / "missing")]) == 2


def test_the_log_is_shown_by_kind_and_by_what_it_is_about(north: Terminal, incident: str) -> None:
    assert north("log", "show", "--about", incident) == 0
    assert "filed" in north.shown
    assert "EV 2" not in north.shown
    assert north("log", "show", "--kind", "notice", "--json") == 0
    says = [entry["says"]["kind"] for entry in json.loads(north.shown)]
    assert set(says) == {"NOTICE"}
    assert north("log", "show", "--from", "0", "--count", "1") == 0
    assert "began" in north.shown
    assert north("log", "show", "--epoch", "7") == 2
    assert "[log-epoch]" in north.error
    assert north("log", "show", "--count", "0") == 2


def test_proofs_are_printed_and_verified(north: Terminal, options: list[str], tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    for words in (["3"], ["3", "--to", "5"], ["--consistency", "4", "9"]):
        assert north("log", "prove", *words) == 0, north.error
        path.write_text(north.shown)
        assert main(["evidence", "verify", str(path), *options]) == 0, north.capsys.readouterr().out
        proof = json.loads(path.read_text())
        proof["steps"][0]["size"] += 1
        path.write_bytes(msgspec.json.encode(proof))
        assert main(["evidence", "verify", str(path), *options]) == 1
    for words, code in (
        (["900000"], "proof-leaf"),
        (["3", "--to", "900000"], "proof-size"),
        (["--consistency", "9", "4"], "proof-size"),
        ([], "proof-which"),
    ):
        assert north("log", "prove", *words) == 2
        assert f"[{code}]" in north.error
