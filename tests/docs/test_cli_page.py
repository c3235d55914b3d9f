"""Every command and option is documented, and help shows by example."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout

import pytest

from wellclear.cli.main import main

GROUPS = {
    "centre": ("init", "officer", "enrol", "serve", "keys", "rotate", "revoke", "tell", "archive"),
    "agreement": ("new", "show", "diff", "propose", "sign", "suspend", "resume", "end", "coverage"),
    "log": ("show", "verify", "prove", "witnesses"),
    "evidence": ("export", "verify"),
    "dictation": ("enter",),
    "utm": ("serve", "reports", "flights", "logs", "constraints"),
}
"""Commands that hold others."""

PLAIN = (
    *("check", "convert", "show", "simulate", "demo", "login", "logout"),
    *("notify", "amend", "withdraw", "operations", "notices", "conflicts", "resolve", "agree"),
    *(
        "read-back",
        "accept",
        "object",
        "stop",
        "emergency",
        "hazard",
        "hazards",
        "all-clear",
        "relay",
        "test-call",
        "calls",
    ),
    *("frequencies", "radio-check", "sites", "links", "inbox"),
)
COMMANDS = (*PLAIN, *GROUPS)
WITHIN = tuple(f"{group} {name}" for group, names in GROUPS.items() for name in names)


SHOWN: dict[str, str] = {}
"""Help texts that were printed: several tests ask for each."""


def help_text(command: str, surroundings: dict[str, str]) -> str:
    if command not in SHOWN:
        SHOWN[command] = _printed(command, surroundings)
    return SHOWN[command]


def _printed(command: str, surroundings: dict[str, str]) -> str:
    """What the program prints; in this process, since one of its own takes a second for each command."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        for name, value in surroundings.items():
            patch.setenv(name, value)
        assert main([*command.split(), "--help"]) == 0
    return printed.getvalue()


def test_every_command_is_tested_here(surroundings: dict[str, str]) -> None:
    shown = help_text("", surroundings)
    listed = re.findall(r"^[^\w\n]*([a-z]+(?:-[a-z]+)?)\s{2,}\S", shown, flags=re.MULTILINE)
    assert set(listed) - {"help", "version"} == set(COMMANDS), shown


@pytest.mark.parametrize("group", GROUPS)
def test_every_command_of_a_group_is_tested_here(group: str, surroundings: dict[str, str]) -> None:
    shown = help_text(group, surroundings)
    listed = re.findall(r"^[^\w\n]*([a-z]+(?:-[a-z]+)?)\s{2,}\S", shown, flags=re.MULTILINE)
    assert set(listed) - {"help", "version"} == set(GROUPS[group]), shown


@pytest.mark.parametrize("command", [*COMMANDS, *WITHIN])
def test_every_option_is_on_the_page(command: str, surroundings: dict[str, str], pages: dict[str, str]) -> None:
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", help_text(command, surroundings)))
    page = pages["docs/cli.md"]
    assert options
    assert [option for option in sorted(options) if not re.search(rf"{option}(?![\w-])", page)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_by_example(command: str, surroundings: dict[str, str]) -> None:
    assert re.search(rf"^\W*wellclear {command}\b", help_text(command, surroundings), flags=re.MULTILINE)


def test_the_exit_codes_are_on_the_page(pages: dict[str, str]) -> None:
    rows = re.findall(r"^\| `?(\d)`? \|", pages["docs/cli.md"], flags=re.MULTILINE)
    assert {"0", "1", "2", "3"} <= set(rows)
