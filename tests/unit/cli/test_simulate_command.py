from __future__ import annotations

from pathlib import Path

import pytest

from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.main import main


def test_a_run_prints_speed_faults_and_rules(capsys: pytest.CaptureFixture[str]):
    assert main(["simulate", "--schedules", "40", "--jobs", "1"]) in (ExitCode.NONE, ExitCode.NOT_ASSESSED)
    shown = capsys.readouterr().out
    assert "40 schedules of 3 centres" in shown
    assert "schedules a second" in shown
    assert "repeating" in shown
    assert "a receipt leaves only after what it covers is on disk" in shown


def test_a_broken_rule_prints_seed_and_trace(capsys: pytest.CaptureFixture[str]):
    asked = ["simulate", "--schedules", "20", "--jobs", "1", "--mutant", "number-reused"]
    assert main(asked) == ExitCode.CONFLICTS
    shown = capsys.readouterr().out
    assert "BROKEN S6 at seed 1" in shown
    assert "wellclear simulate --centres 3 --schedules 1 --seed 1 --mutant number-reused" in shown
    assert "given" in shown


def test_a_rule_that_was_never_tried_is_said_and_is_no_success(capsys: pytest.CaptureFixture[str]):
    assert main(["simulate", "--schedules", "1", "--seed", "2", "--centres", "2"]) == ExitCode.NOT_ASSESSED
    assert "never put to the test" in capsys.readouterr().out


def test_the_mutants_are_listed_with_what_they_break(capsys: pytest.CaptureFixture[str]):
    assert main(["simulate", "--list-mutants"]) == ExitCode.NONE
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("receipt-before-disk") and "S2" in line for line in lines)


def test_a_scenario_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    file = tmp_path / "scenario.toml"
    file.write_text(
        'format = "wellclear-scenario/v1"\ntitle = "quiet"\nparties = ["north", "south"]\n'
        'start = "2026-12-01T06:00:00Z"\nend = "2026-12-01T06:00:10Z"\n'
        '[area]\ncentre = "450000N0100000E"\nradius = "300 NM"\n'
        '[[event]]\nat = "2026-12-01T06:00:02Z"\nparty = "north"\ndo = "note"\ntext = "nothing flies"\n',
        encoding="utf-8",
    )
    assert main(["simulate", "--scenario", str(file)]) == ExitCode.NONE
    assert "2026-12-01T06:00:02Z  north      nothing flies" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--centres", "6"], "option-range"),
        (["--schedules", "0"], "option-range"),
        (["--mutant", "none"], "mutant-unknown"),
        (["--scenario", "none.toml"], "scenario-file"),
        (["--scenario", "latakia-2018", "--parameter", "lead_time"], "option-form"),
    ],
)
def test_a_wrong_command_is_refused(words: list[str], code: str, capsys: pytest.CaptureFixture[str]):
    assert main(["simulate", *words]) == ExitCode.REFUSED
    assert f"[{code}]" in capsys.readouterr().err
