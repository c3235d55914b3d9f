from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from wellclear.assembly import initialising
from wellclear.assembly.initialising import RootKeeping, certificate_hosts, init_centre, root_name
from wellclear.assembly.own_keys import read_own_card, read_own_keys, read_settings
from wellclear.assembly.secret_files import open_root_file
from wellclear.assembly.settings import Settings
from wellclear.errors import MalformedInput, NotFound, RuleViolated, VerificationFailed
from wellclear.trust.certificate import CERTIFICATE_CHANCE_BYTES
from wellclear.trust.key_statement import KeyPurpose, Place

NOW_MS = 1_800_000_000_000
Chance = Callable[[int], bytes]

KILLED_AT_A_FLUSH = """
import os, signal, sys
from pathlib import Path
from wellclear.assembly.initialising import RootKeeping, init_centre
from wellclear.assembly import secret_files
from wellclear.assembly.settings import parse_settings

left = int(sys.argv[3])
flush = os.fsync

def flush_or_die(opened):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    flush(opened)

os.fsync = flush_or_die
settings = parse_settings(Path(sys.argv[2]).read_bytes())
init_centre(Path(sys.argv[1]), settings, RootKeeping("correct horse battery"), 1_800_000_000_000)
"""


def test_a_centre_has_all_it_needs(made_once: Path, settings: Settings, phrase: str):
    card = read_own_card(made_once, "north")
    keys = read_own_keys(made_once)
    assert read_settings(made_once) == settings
    assert (card.party, card.urls, card.languages) == ("north", (settings.listen.url,), ("en",))
    assert [(record.purpose, record.made) for record in card.ring.records] == [
        (purpose, Place(0, 0)) for purpose in KeyPurpose
    ]
    assert keys.signer(KeyPurpose.MESSAGE, Place(0, 0)) != keys.signer(KeyPurpose.LOG, Place(0, 0))
    root = open_root_file(made_once / "root" / root_name("north", card.root), "north", phrase)
    assert root.verifier.public == card.root


def test_everything_secret_is_for_its_owner_alone(made_once: Path):
    open_to_others = [
        path.name for path in made_once.rglob("*") if path.stat().st_mode & 0o077 and path.name != "north.card"
    ]
    assert open_to_others == []
    assert made_once.stat().st_mode & 0o077 == 0


def test_the_root_goes_to_another_medium(tmp_path: Path, settings: Settings, phrase: str, chance: Chance):
    medium = tmp_path / "medium"
    card = init_centre(tmp_path / "north", settings, RootKeeping(phrase, medium), NOW_MS, chance)
    assert [path.name for path in medium.iterdir()] == [root_name("north", card.root)]
    assert not (tmp_path / "north" / "root").exists()
    assert not any(path.suffix == ".root" for path in (tmp_path / "north").rglob("*"))


def test_the_passphrase_and_the_root_are_nowhere_in_clear(made_once: Path, phrase: str):
    card = read_own_card(made_once, "north")
    root = open_root_file(made_once / "root" / root_name("north", card.root), "north", phrase)
    for path in made_once.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert phrase.encode() not in content
        assert root.seed not in content
        assert root.seed.hex().encode() not in content
    assert phrase not in repr(RootKeeping(phrase))


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])
def test_what_is_there_is_never_touched(
    tmp_path: Path, settings: Settings, phrase: str, chance: Chance, make: Callable[[Path], None]
):
    make(tmp_path / "north")
    with pytest.raises(RuleViolated) as refused:
        init_centre(tmp_path / "north", settings, RootKeeping(phrase), NOW_MS, chance)
    assert refused.value.code == "centre-exists"
    assert [path.name for path in tmp_path.iterdir()] == ["north"]


def test_a_centre_that_appears_meanwhile_is_not_touched(tmp_path: Path, settings: Settings, phrase: str):
    directory, medium = tmp_path / "north", tmp_path / "medium"

    def interfering(size: int) -> bytes:
        if size == CERTIFICATE_CHANCE_BYTES:
            directory.mkdir()
            (directory / "theirs").touch()
        return os.urandom(size)

    with pytest.raises(RuleViolated) as refused:
        init_centre(directory, settings, RootKeeping(phrase, medium), NOW_MS, interfering)
    assert refused.value.code == "centre-exists"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["medium", "north", "theirs"]


class Interrupted(BaseException):
    """As a key pressed at the worst moment."""


def test_an_interrupt_after_the_renaming_leaves_the_root_where_it_is(
    tmp_path: Path, settings: Settings, phrase: str, chance: Chance, monkeypatch: pytest.MonkeyPatch
):
    def rename_and_stop(unfinished: Path, directory: Path) -> None:
        unfinished.rename(directory)
        raise Interrupted

    monkeypatch.setattr(initialising, "_rename", rename_and_stop)
    with pytest.raises(Interrupted):
        init_centre(tmp_path / "north", settings, RootKeeping(phrase, tmp_path / "medium"), NOW_MS, chance)
    card = read_own_card(tmp_path / "north", "north")
    assert open_root_file(tmp_path / "medium" / root_name("north", card.root), "north", phrase)


def test_a_directory_is_made_only_within_one_that_is_there(
    tmp_path: Path, settings: Settings, phrase: str, chance: Chance
):
    with pytest.raises(NotFound) as missing:
        init_centre(tmp_path / "nowhere" / "north", settings, RootKeeping(phrase), NOW_MS, chance)
    assert missing.value.code == "centre-parent"


def test_a_medium_that_cannot_be_written_makes_nothing(tmp_path: Path, settings: Settings, phrase: str, chance: Chance):
    (tmp_path / "medium").touch()
    with pytest.raises(FileExistsError):
        init_centre(tmp_path / "north", settings, RootKeeping(phrase, tmp_path / "medium"), NOW_MS, chance)
    assert [path.name for path in tmp_path.iterdir()] == ["medium"]


def test_a_short_passphrase_makes_nothing(tmp_path: Path, settings: Settings, chance: Chance):
    with pytest.raises(RuleViolated):
        init_centre(tmp_path / "north", settings, RootKeeping("short"), NOW_MS, chance)
    assert list(tmp_path.iterdir()) == []


def test_a_party_that_is_none_makes_nothing(tmp_path: Path, settings: Settings, phrase: str, chance: Chance):
    wrong = msgspec.structs.replace(settings, party="../north")
    with pytest.raises(MalformedInput):
        init_centre(tmp_path / "north", wrong, RootKeeping(phrase), NOW_MS, chance)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("flushes", [0, 5, 11, 14, 15])
def test_a_killed_init_leaves_no_half(made_once: Path, tmp_path: Path, flushes: int):
    command = [sys.executable, "-c", KILLED_AT_A_FLUSH, str(tmp_path / "north"), str(made_once / "wellclear.toml")]
    run = subprocess.run([*command, str(flushes)], check=False, capture_output=True, text=True)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert (tmp_path / "north").exists() is (flushes == 15)
    if flushes == 15:
        read_own_keys(tmp_path / "north")
    left = [path.name for path in tmp_path.iterdir() if path.name != "north"]
    assert all(name.startswith(".north.") and name.endswith(".unfinished") for name in left)


def test_the_hosts_of_a_certificate_are_the_address_and_this_machine():
    assert certificate_hosts("https://north.example:8443") == ("north.example", "localhost", "127.0.0.1", "::1")
    assert certificate_hosts("http://[::1]:8443") == ("::1", "localhost", "127.0.0.1")


def test_settings_and_card_name_one_address(north: Path):
    path = north / "wellclear.toml"
    path.write_text(path.read_text().replace("north.example", "moved.example"))
    with pytest.raises(RuleViolated) as refused:
        read_own_keys(north)
    assert refused.value.code == "card-url"


def test_another_partys_card_is_refused(north: Path):
    path = north / "wellclear.toml"
    path.write_text(path.read_text().replace('party = "north"', 'party = "south"'))
    (north / "north.card").rename(north / "south.card")
    with pytest.raises(VerificationFailed) as failed:
        read_own_keys(north)
    assert failed.value.code == "card-party"
