"""Two processes of one centre on PostgreSQL: one stands by, and serves when the leader is killed or stands still."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

import pytest

from live.centres import make_centre
from live.office import PASSWORD
from rig.plans import HOUR_MS, circle
from wellclear.api.client import CentreClient
from wellclear.api.serving import Ended
from wellclear.assembly.officers import add_officer, keep_accounts
from wellclear.assembly.own_keys import read_settings
from wellclear.centre.commands import DeclareHazard
from wellclear.errors import PeerUnavailable
from wellclear.model.agreement.ladder import Role
from wellclear.store.opening import open_store

LOAD_S = 1.0
"""How long the leader works before it is struck: some hundred batches."""

PATIENCE_S = 40.0
AT = 1_795_000_000_000


class Process:
    """``wellclear centre serve`` of one directory."""

    def __init__(self, directory: Path, store: str) -> None:
        settings = read_settings(directory).listen
        self.url = f"http://{settings.address}:{settings.port}"
        program = "import sys; from wellclear.cli.main import main; sys.exit(main())"
        command = [sys.executable, "-c", program, "centre", "serve", str(directory), "--store", store]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

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


@pytest.fixture
def pair(tmp_path: Path, postgresql_address: str) -> Iterator[tuple[Process, Process]]:
    """Two directories with the same keys; the second listens at another address of this machine."""
    first = make_centre("north", tmp_path, secured=False)
    second = tmp_path / "copy"
    shutil.copytree(first, second)
    settings = second / "wellclear.toml"
    settings.write_text(settings.read_text().replace('address = "127.0.0.1"', 'address = "127.0.0.2"'))
    with closing(open_store(postgresql_address)) as store:
        salt = os.urandom(16)
        roles = [Role.DUTY_OFFICER]
        keep_accounts(store, store.lead(), lambda reader: add_officer(reader, "ada", roles, PASSWORD, salt))
    leader = Process(first, postgresql_address)
    try:
        leader.hear("serving")
        waiting = Process(second, postgresql_address)
        try:
            waiting.hear("standing by")
            yield leader, waiting
        finally:
            waiting.end()
    finally:
        leader.end()


def declare(client: CentreClient, name: str) -> None:
    content = circle("north", name, 100_000_000, 450_000_000, AT, AT + HOUR_MS)
    client.give(DeclareHazard(identifier=name, content=content, cause="fire"))


def load(leader: Process, prefix: str) -> list[str]:
    """Give commands until the leader answers no more; those that it acknowledged."""
    done: list[str] = []
    with leader.office() as client:
        try:
            while True:
                declare(client, f"{prefix}-{len(done)}")
                done.append(f"{prefix}-{len(done)}")
        except PeerUnavailable:
            return done


def verify_taken_over(waiting: Process, done: list[str]) -> None:
    waiting.hear("serving")
    with waiting.office() as client:
        held = [view.identifier for view in client.hazards()]
        assert set(done) <= set(held)
        assert len(held) <= len(done) + 1
        declare(client, "after")
        page = client.log(start=0, count=200)
        assert page.newest_epoch == 0
        assert [entry.index for entry in page.entries] == list(range(min(200, page.size)))


def strike(leader: Process, number: signal.Signals) -> None:
    threading.Timer(LOAD_S, leader.process.send_signal, [number]).start()


def test_a_killed_leader_is_followed_and_loses_nothing(pair: tuple[Process, Process]) -> None:
    leader, waiting = pair
    strike(leader, signal.SIGKILL)
    done = load(leader, "before")
    assert done
    verify_taken_over(waiting, done)


def test_a_leader_that_stood_still_speaks_no_more_and_ends(pair: tuple[Process, Process]) -> None:
    leader, waiting = pair
    strike(leader, signal.SIGSTOP)
    done = load(leader, "before")
    assert done
    verify_taken_over(waiting, done)
    leader.process.send_signal(signal.SIGCONT)
    with CentreClient(leader.url) as client, suppress(PeerUnavailable):  # it may have ended already
        assert not client.health().leads
    assert leader.process.wait(PATIENCE_S) == Ended.SUPERSEDED
    with waiting.office() as client:
        assert "after" in {view.identifier for view in client.hazards()}


def test_a_leader_that_stops_on_request_is_followed_at_once(pair: tuple[Process, Process]) -> None:
    leader, waiting = pair
    with leader.office() as client:
        declare(client, "before-0")
    leader.process.terminate()
    assert leader.process.wait(PATIENCE_S) == Ended.STOPPED
    verify_taken_over(waiting, ["before-0"])
