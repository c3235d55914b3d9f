"""Sessions: kept for their owner alone, chosen by centre and officer, or given by a script."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from live.office import PASSWORD
from live.offices import Offices, Terminal
from wellclear.cli.main import main
from wellclear.cli.mechanism.kept_sessions import SESSIONS_FILE, read_sessions, user_directory


def test_the_file_is_for_its_owner_alone(
    offices: Offices, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["inbox"]) == 2
    assert "[session-none]" in capsys.readouterr().err
    monkeypatch.delenv("WELLCLEAR_PASSWORD")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert main(["login", "--centre", offices.url("south"), "--officer", "ada", "--password-stdin"]) == 0
    shown = capsys.readouterr().out
    (kept,) = read_sessions()
    assert kept.token not in shown
    assert PASSWORD not in shown
    path = user_directory() / SESSIONS_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert main(["links", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["party"] == "north"
    path.chmod(0o644)
    assert main(["links"]) == 2
    assert "[sessions-readable]" in capsys.readouterr().err
    path.chmod(0o600)
    assert main(["logout"]) == 0
    assert read_sessions() == ()
    path.write_text("{}", encoding="utf-8")
    assert main(["links"]) == 2
    assert "[sessions-file]" in capsys.readouterr().err


def test_a_script_gives_centre_and_token(
    offices: Offices, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = next(session for session in read_sessions() if session.url == offices.url("north"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("WELLCLEAR_TOKEN", kept.token)
    assert main(["links"]) == 2
    assert "[session-none]" in capsys.readouterr().err
    monkeypatch.setenv("WELLCLEAR_CENTRE", kept.url)
    assert main(["links"]) == 2
    assert "[card-needed]" in capsys.readouterr().err
    monkeypatch.setenv("WELLCLEAR_CARD", offices.card("north"))
    assert main(["links"]) == 0
    monkeypatch.setenv("WELLCLEAR_CARD", offices.card("north") + ".gone")
    assert main(["links"]) == 2
    assert "[card-missing]" in capsys.readouterr().err


def test_a_wrong_password_and_an_unstated_centre_are_refused(
    offices: Offices, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["login", "--officer", "ada"]) == 2
    assert "[centre-unstated]" in capsys.readouterr().err
    monkeypatch.setenv("WELLCLEAR_PASSWORD", "not the password")
    assert main(["login", "--centre", offices.url("south"), "--officer", "eve"]) == 2
    assert "[login-refused]" in capsys.readouterr().err
    assert main(["login", "--centre", "http://127.0.0.1:9", "--officer", "ada"]) == 2
    assert "[centre-unreachable]" in capsys.readouterr().err


def test_a_role_that_the_officer_has_not_is_refused(north: Terminal) -> None:
    assert north("test-call", "--role", "minister") == 2
    assert north("test-call", "--role", "supervisor") == 0


def test_sessions_that_cannot_be_kept_are_told(
    offices: Offices, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "no-directory"
    file.write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(file))
    assert main(["login", "--centre", offices.url("south"), "--officer", "ada"]) == 2
    assert "[sessions-denied]" in capsys.readouterr().err
