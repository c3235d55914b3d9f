"""A centre as a process of its own."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import pytest

from live.office import PASSWORD
from rig.plans import HOUR_MS, circle
from wellclear.api.client import CentreClient
from wellclear.assembly.own_keys import read_settings
from wellclear.centre.commands import DeclareHazard
from wellclear.errors import PeerUnavailable

START_MS = 1_795_000_000_000


class Process:
    """``wellclear centre serve`` of one directory; with `most_bytes` no file of it may grow beyond."""

    def __init__(self, directory: Path, store: str, most_bytes: int | None = None) -> None:
        settings = read_settings(directory).listen
        self.url = f"http://{settings.address}:{settings.port}"
        program = "import sys; from wellclear.cli.main import main; sys.exit(main())"
        command = [sys.executable, "-c", program, "centre", "serve", str(directory), "--store", store]
        limit = None if most_bytes is None else partial(_limit_files, most_bytes)
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=limit,  # noqa: PLW1509 - the test has one thread when it starts the process
        )

    def hear(self, words: str) -> None:
        """Read until a line holds these words."""
        stream: IO[str] | None = self.process.stdout
        assert stream is not None
        heard = []
        for line in stream:
            heard.append(line)
            if words in line:
                return
        pytest.fail(f"ended before it said {words!r}: {''.join(heard)}")

    @contextmanager
    def office(self) -> Iterator[CentreClient]:
        """Its interface, logged in."""
        with CentreClient(self.url) as client:
            client.log_in("ada", PASSWORD)
            yield client

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def declare(client: CentreClient, name: str) -> None:
    """Give one command that needs no counterparty."""
    content = circle("north", name, 100_000_000, 450_000_000, START_MS, START_MS + HOUR_MS)
    client.give(DeclareHazard(identifier=name, content=content, cause="fire"))


def load(process: Process, begun: Callable[[], None] = lambda: None) -> list[str]:
    """Give commands until the process answers no more; those that it acknowledged. After the first, call `begun`."""
    done: list[str] = []
    with process.office() as client:
        try:
            while True:
                declare(client, f"h{len(done)}")
                done.append(f"h{len(done)}")
                if len(done) == 1:
                    begun()
        except PeerUnavailable:
            return done


def _limit_files(most_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
