"""Commands of the pages that need a centre: each is one that the program takes, and the first steps are taken."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from live.centres import PATIENCE_S
from live.office import PASSWORD
from wellclear.cli.demonstration.agency import free_ports
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.main import app, main

LINE = re.compile(r"^(?:    )?wellclear ((?![a-z]+ is |finds |reads )[a-z].*)$", flags=re.MULTILINE)
FENCED = re.compile(r"^```text\n(.*?)^```$|^((?:    .+\n)+)", flags=re.MULTILINE | re.DOTALL)
OFFICERS = {"north": "a.cohen", "south": "b.haddad"}


def lines_of(text: str) -> list[str]:
    """Commands of the fenced and of the indented blocks that are not run as they stand."""
    return [line for fenced, indented in FENCED.findall(text) for line in LINE.findall(fenced + indented)]


def test_every_command_is_one_that_the_program_takes(pages: dict[str, str]) -> None:
    lines = [line for text in pages.values() for line in lines_of(text)]
    assert len(lines) > 30
    for line in lines:
        app.parse_args(shlex.split(line), print_error=False, exit_on_error=False)


def test_a_command_that_the_program_does_not_take_would_be_noticed() -> None:
    (line,) = lines_of("```text\nwellclear notify plans.geojson --loudly\n```\n")
    with pytest.raises(Exception, match="--loudly"):
        app.parse_args(shlex.split(line), print_error=False, exit_on_error=False)


@contextmanager
def served(line: str) -> Iterator[None]:
    """A centre's process, as a line of the page starts it."""
    program = Path(sys.executable).parent / "wellclear"
    process = subprocess.Popen([program, *shlex.split(line)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("serving")
        yield
    finally:
        process.terminate()
        process.communicate()


def for_south(line: str) -> str:
    return line.replace("north", "south").replace(OFFICERS["north"], OFFICERS["south"])


def filled_in(text: str) -> str:
    """What an officer writes where the new agreement says FILL IN."""
    ring = '["453000N0093000E", "453000N0103000E", "443000N0103000E", "443000N0093000E"]'
    return re.sub(r'\["FILL IN: three or more positions.*?"\]', ring, text)


def test_the_first_steps_with_two_centres(
    pages: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = pages["docs/quickstart.md"].partition("## Two centres")[2]
    ports = [str(port) for port in free_ports(2)]
    first, enrolled, agreed, _ = ([*LINE.findall(block)] for block, _ in FENCED.findall(page))
    init, officer, serve = (line.replace("8441", ports[0]) for line in first)
    monkeypatch.chdir(tmp_path)
    for name in ("WELLCLEAR_PASSWORD", "WELLCLEAR_PASSPHRASE"):
        monkeypatch.setenv(name, PASSWORD)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def run(line: str) -> None:
        """Give a command; again while what it needs is still on its way from the other centre."""
        until_s = time.monotonic() + PATIENCE_S
        while (code := main(shlex.split(line))) != 0 and time.monotonic() < until_s:
            continue
        printed = capsys.readouterr()
        assert code == 0, f"{line}\n{printed.out}{printed.err}"

    for line in (init, officer):
        run(line)
        run(for_south(line).replace(ports[0], ports[1]))
    with served(serve), served(for_south(serve)):
        for line in enrolled:
            run(f"{line} --words-match")
        login, new, propose, sign, covered = agreed
        run(login)
        run(new)
        text = Path("harbour.toml")
        text.write_text(filled_in(text.read_text(encoding="utf-8")), encoding="utf-8")
        run(propose)
        run(f"{sign} --yes")
        run(for_south(login))
        run(f"{sign} --yes --officer {OFFICERS['south']}")
        # clocks differ: for a minute both signatures cover nothing yet, and that is told
        assert main(shlex.split(f"{covered} --officer {OFFICERS['north']}")) == ExitCode.NOT_ASSESSED
        assert "GAP" in capsys.readouterr().out
