"""A centre that was made once, and copies of it to spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from wellclear.assembly.initialising import RootKeeping, init_centre
from wellclear.assembly.settings import Listen, Settings

NORTH = Settings("north", "log.sqlite", Listen("127.0.0.1", 8443, "https://north.example:8443"))
PHRASE = "correct horse battery"
NOW_MS = 1_800_000_000_000


def seeded(name: str) -> Callable[[int], bytes]:
    """Bytes that look like chance and are the same each time."""
    drawn = 0

    def draw(size: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return (sha256(f"{name} {drawn}".encode()).digest() * 2)[:size]

    return draw


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("centres") / "north"
    init_centre(directory, NORTH, RootKeeping(PHRASE), NOW_MS, seeded("north"))
    return directory


@pytest.fixture
def north(made_once: Path, tmp_path: Path) -> Path:
    """A directory with a whole centre."""
    return Path(shutil.copytree(made_once, tmp_path / "copied"))


@pytest.fixture
def settings() -> Settings:
    return NORTH


@pytest.fixture
def phrase() -> str:
    """What opens the root key."""
    return PHRASE


@pytest.fixture
def chance() -> Callable[[int], bytes]:
    return seeded("test")
