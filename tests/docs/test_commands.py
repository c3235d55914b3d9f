"""Every command and every example in README and docs runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Block, Command

FOUND_NOTHING_OR_CONFLICTS = {0, 1}
NOT_RUN_HERE = re.compile(r"git clone |cd |(python3? -m )?pip install |python3? -m venv |\. |source ")
"""Commands of a page that bring the product onto a machine: shown by the test of the wheel and by every set-up."""


def run_line(command: Command, desk: Path, surroundings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", command.line], cwd=desk, env=surroundings, capture_output=True, text=True, check=False
    )


def test_commands_run(
    shell_block: tuple[Block, list[Command]], desk: Path, surroundings: dict[str, str], root: Path
) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    for command in shell_block[1]:
        if made := re.match(r"make (?:\w+=\S+ )*(\w+)", command.line):
            assert re.search(rf"^{made[1]}:", makefile, flags=re.MULTILINE), command.line
            continue
        if command.line == "echo $?" or NOT_RUN_HERE.match(command.line):
            continue
        done = run_line(command, desk, surroundings)
        allowed = FOUND_NOTHING_OR_CONFLICTS if command.exit_code is None else {command.exit_code}
        assert done.returncode in allowed, f"{command.line}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr, command.line
        printed = {" ".join(line.split()) for line in (done.stdout + done.stderr).splitlines()}
        assert [line for line in command.shown if line != "..." and line not in printed] == [], done.stdout


def test_examples_run(python_block: Block, desk: Path, surroundings: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", python_block.body],
        cwd=desk,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_commands_stand_where_they_are_run(text_blocks: list[Block]) -> None:
    """A command in a block that is not a shell's would not be run, and could be wrong unseen."""
    command = re.compile(r"^\s*(\$ )?wellclear (check|convert|show|demo)\b", flags=re.MULTILINE)
    assert [block.place for block in text_blocks if command.search(block.body)] == []
