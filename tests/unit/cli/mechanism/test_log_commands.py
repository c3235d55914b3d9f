"""`wellclear log verify` on a centre's directory, while the centre serves from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from live.centres import make_centre, serving
from wellclear.cli.main import main
from wellclear.store.opening import open_store


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def served(folder: Path, meanwhile: Callable[[Path], None]) -> Path:
    """A centre whose log is in a file; something is done while it serves."""
    directory = make_centre("north", folder)
    async with serving(directory, open_store(directory / "log.sqlite")):
        meanwhile(directory)
    return directory


@pytest.mark.anyio
async def test_a_log_is_verified_while_its_centre_serves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def verify(directory: Path) -> None:
        capsys.readouterr()
        assert main(["log", "verify", str(directory)]) == 0
        assert "HOLDS" in capsys.readouterr().out

    await served(tmp_path, verify)


@pytest.mark.anyio
async def test_the_first_bad_entry_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = await served(tmp_path, lambda _directory: None)
    path = directory / "log.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("UPDATE record SET salt = zeroblob(32) WHERE place = 1")
    connection.commit()
    connection.close()
    capsys.readouterr()
    assert main(["log", "verify", "--store", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "FIRST BAD" in shown
    assert "epoch 0, entry 1" in shown
    assert "[log-leaf]" in shown
    assert main(["log", "verify", str(directory), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["first_bad"]["at"] == "epoch 0, entry 1"


def test_what_is_no_store_is_refused_and_none_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, code in (
        (["--store", str(tmp_path / "none.sqlite")], "store-missing"),
        ([], "log-which"),
        ([str(tmp_path), "--store", "x"], "log-which"),
        ([str(tmp_path)], "centre-missing"),
    ):
        assert main(["log", "verify", *words]) == 2
        assert f"[{code}]" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
