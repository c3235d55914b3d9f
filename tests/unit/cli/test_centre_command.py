"""`wellclear centre` without a network: what it makes, and what it refuses. Serving is shown by real processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from wellclear.assembly.leading import only_process
from wellclear.assembly.officers import officers
from wellclear.assembly.own_keys import read_own_keys, read_settings
from wellclear.cli.main import main
from wellclear.model.agreement.ladder import Role
from wellclear.store.opening import open_store

URL = "https://127.0.0.1:18999"


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WELLCLEAR_PASSPHRASE", "a root passphrase")
    monkeypatch.setenv("WELLCLEAR_PASSWORD", "an officer's password")


@pytest.fixture
def directory(tmp_path: Path, secrets: None) -> Path:  # noqa: ARG001 - sets the environment
    made = tmp_path / "north"
    assert main(["centre", "init", str(made), "--party", "north", "--url", URL]) == 0
    return made


def test_init_makes_a_centre_and_shows_its_card(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    shown = capsys.readouterr().out
    assert read_own_keys(directory).card.party == "north"
    assert read_settings(directory).listen.url == URL
    assert "check words" in shown
    assert "a root passphrase" not in shown
    assert main(["centre", "init", str(directory), "--party", "north"]) == 2
    assert "[centre-exists]" in capsys.readouterr().err


def test_the_root_key_may_go_elsewhere(tmp_path: Path, secrets: None) -> None:  # noqa: ARG001 - as above
    apart, made = tmp_path / "medium", tmp_path / "west"
    options = ["--party", "west", "--url", URL, "--root-directory", str(apart)]
    assert main(["centre", "init", str(made), *options]) == 0
    assert list(apart.iterdir())
    assert not (made / "root").exists()


def test_officers_are_added_once_and_only_while_nobody_serves(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add = ["centre", "officer", str(directory), "a.cohen", "--role", "supervisor", "--role", "duty-officer"]
    with only_process(directory):
        assert main(add) == 2
    assert "[centre-running]" in capsys.readouterr().err
    assert main(add) == 0
    assert main(add) == 2
    shown = capsys.readouterr()
    assert "[officer-exists]" in shown.err
    assert "an officer's password" not in shown.out + shown.err
    store = open_store(directory / "log.sqlite")
    (officer,) = officers(store.reader())
    store.close()
    assert officer.roles == (Role.DUTY_OFFICER, Role.SUPERVISOR)


def test_nobody_is_enrolled_without_a_yes_or_a_running_centre(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = str(directory / "north.card")
    ask = ["centre", "enrol", card, "--centre", str(directory), "--officer", "a.cohen"]
    assert main(ask) == 2
    shown = capsys.readouterr()
    assert "check words" in shown.out
    assert "[not-agreed]" in shown.err
    assert main([*ask, "--words-match"]) == 2
    assert "[centre-unreachable]" in capsys.readouterr().err
    assert main(["centre", "enrol", card + ".gone", "--centre", str(directory), "--officer", "a"]) == 2
    assert "[card-missing]" in capsys.readouterr().err
    assert main(["centre", "enrol", str(directory / "wellclear.toml"), "--centre", "x", "--officer", "a"]) == 2
    assert "[card-malformed]" in capsys.readouterr().err


def test_a_password_that_nobody_can_be_asked_for_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("WELLCLEAR_PASSPHRASE", raising=False)
    assert main(["centre", "init", str(tmp_path / "north"), "--party", "north"]) == 2
    assert "[password-missing]" in capsys.readouterr().err
    assert not (tmp_path / "north").exists()


def test_what_is_no_centre_is_not_served(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["centre", "serve", str(tmp_path)]) == 2
    assert "[centre-missing]" in capsys.readouterr().err


def root_of(directory: Path) -> str:
    (file,) = (directory / "root").iterdir()
    return str(file)


def test_a_key_is_rotated_by_the_root_and_shown(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read_own_keys(directory).card
    rotate = ["centre", "rotate", str(directory), "message", "--root-key", root_of(directory), "--ahead", "40"]
    assert main(rotate) == 0
    assert "start the centre again before" in " ".join(capsys.readouterr().out.split())
    after = read_own_keys(directory).card
    assert len(after.statements) == len(before.statements) + 2
    assert main(["centre", "keys", str(directory)]) == 0
    shown = capsys.readouterr().out
    assert shown.count("message") == 2
    assert "retired at 0/40" in shown


def test_a_key_is_revoked_by_the_root_alone(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (record,) = [one for one in read_own_keys(directory).card.ring.records if one.purpose.value == "message"]
    revoke = ["centre", "revoke", str(directory), record.key.hex()[:10], "--yes", "--root-key"]
    assert main(["centre", "init", str(tmp_path / "west"), "--party", "west", "--url", URL]) == 0
    assert main([*revoke, root_of(tmp_path / "west"), "--since", "0/7"]) == 2
    assert "[root-key-party]" in capsys.readouterr().err
    assert main([*revoke, root_of(directory), "--since", "seven"]) == 2
    assert "[place-form]" in capsys.readouterr().err
    assert main([*revoke, root_of(directory), "--since", "0/7"]) == 0
    assert "by voice NOW" in " ".join(capsys.readouterr().out.split())
    assert read_own_keys(directory).card.ring.record(record.key).compromised is not None  # type: ignore[union-attr]
    revoke[3] = "ffff"
    assert main([*revoke, root_of(directory), "--since", "0/7"]) == 2
    assert "[key-unknown]" in capsys.readouterr().err
