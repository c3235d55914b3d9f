"""Two processes of one centre on PostgreSQL: one stands by, and serves when the leader is killed or stands still."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest

from live.centres import make_centre
from live.office import PASSWORD
from live.process import Process, declare, load
from wellclear.api.client import CentreClient
from wellclear.api.serving import Ended
from wellclear.assembly.officers import add_officer, keep_accounts
from wellclear.errors import PeerUnavailable
from wellclear.model.agreement.ladder import Role
from wellclear.store.opening import open_store

LOAD_S = 1.0
"""How long the leader works before it is struck: some hundred batches."""

PATIENCE_S = 40.0
AT = 1_795_000_000_000


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
    done = load(leader, partial(strike, leader, signal.SIGKILL))
    verify_taken_over(waiting, done)


def test_a_leader_that_stood_still_speaks_no_more_and_ends(pair: tuple[Process, Process]) -> None:
    leader, waiting = pair
    done = load(leader, partial(strike, leader, signal.SIGSTOP))
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
