"""The pages as the tests of the documentation see them."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^```$", flags=re.MULTILINE | re.DOTALL)
SHELLS = ("console", "sh", "bash", "shell")


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    place: str
    language: str
    body: str


@dataclass(frozen=True)
class Command:
    """One command of a page, what the page shows of its output, and its exit code where ``echo $?`` shows it."""

    line: str
    shown: tuple[str, ...] = ()
    exit_code: int | None = None


def blocks(*languages: str) -> list[Block]:
    """All fenced blocks in these languages, in the order of the pages."""
    found = []
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            place = f"{path.relative_to(ROOT).as_posix()}:{line}"
            found.append(Block(place, match["language"], match["body"]))
    return [block for block in found if block.language in languages]


def commands(block: Block) -> list[Command]:
    """The commands of a block: lines after ``$`` where it shows a console, otherwise all lines."""
    lines = [line for line in block.body.replace("\\\n", " ").splitlines() if line.strip()]
    if block.language != "console":
        return [Command(squeezed(line)) for line in lines if not line.startswith("#")]
    found: list[Command] = []
    for line in lines:
        if line.startswith("$ "):
            found.append(Command(squeezed(line.removeprefix("$ "))))
        elif found:
            found[-1] = replace(found[-1], shown=(*found[-1].shown, squeezed(line)))
    return [with_exit_code(command, after) for command, after in pairwise([*found, None]) if command is not None]


def with_exit_code(command: Command, after: Command | None) -> Command:
    """The command with the exit code that the one after it shows."""
    return replace(command, exit_code=int(after.shown[0])) if after and after.line == "echo $?" else command


def squeezed(line: str) -> str:
    return " ".join(line.split())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each block in a shell, and one for each block of Python."""
    if "shell_block" in metafunc.fixturenames:
        cases = [block for block in blocks(*SHELLS) if commands(block)]
        metafunc.parametrize("shell_block", [(block, commands(block)) for block in cases], ids=[b.place for b in cases])
    if "python_block" in metafunc.fixturenames:
        metafunc.parametrize("python_block", blocks("python"), ids=lambda block: block.place)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the samples that the pages name."""
    shutil.copytree(ROOT / "docs" / "samples", tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a user who has this environment's programs and no terminal of his own."""
    home = tmp_path_factory.mktemp("home")
    path = f"{Path(sys.executable).parent}{os.pathsep}/usr/bin{os.pathsep}/bin"
    return {"PATH": path, "HOME": str(home), "LC_ALL": "C.UTF-8", "COLUMNS": "120", "TERM": "dumb"}


@pytest.fixture(scope="session")
def text_blocks() -> list[Block]:
    """All blocks that are neither a shell's nor Python."""
    return [block for block in blocks("", "text", "json", "toml") if block.body]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def pages() -> dict[str, str]:
    """Text of each page by its path from the root."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
