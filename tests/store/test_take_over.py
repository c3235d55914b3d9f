"""On PostgreSQL a second process takes the lead when the first dies or stands still; nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from log_growth import batch_at, leaves_digest, verify_tree
from postgresql_server import PostgresqlServer
from wellclear.errors import PeerUnavailable
from wellclear.store.opening import open_store
from wellclear.store.postgresql import PostgresqlStore
from wellclear.trust.key_statement import Place

HERE = Path(__file__).parent
SEED = 20261122
TURNS = pytest.mark.parametrize("turns", [6, pytest.param(100, marks=pytest.mark.torture)])


@dataclass
class Leader:
    """A process that leads, and what it said."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def hear(self, lines: int) -> None:
        """Read so many lines more."""
        assert self.process.stdout
        for _ in range(lines):
            line = self.process.stdout.readline()
            assert line, "it ended by itself"
            self.said.append(line.strip())

    def hear_out(self) -> None:
        """Read all that it said until it ended."""
        assert self.process.stdout
        self.said += self.process.stdout.read().splitlines()
        self.process.wait()

    def kill(self) -> None:
        self.process.kill()
        self.hear_out()

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@pytest.fixture
def leading(postgresql_address: str) -> Iterator[Callable[[], Leader]]:
    """Starts processes that lead; none outlives the test."""
    with ExitStack() as ending:

        def start() -> Leader:
            process = subprocess.Popen(
                [sys.executable, str(HERE / "leader.py"), postgresql_address],
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | {"PYTHONPATH": str(HERE.parent)},
            )
            ending.enter_context(process)
            ending.callback(process.kill)
            return Leader(process)

        yield start


def verify_kept(address: str, leaders: list[Leader]) -> int:
    """All that was acknowledged is kept as it was, each number once; returns how many records."""
    acks = [line.split() for leader in leaders for line in leader.said if line.startswith("ack ")]
    spans = sorted((int(first), int(stop), digest) for _, first, stop, digest in acks)
    with closing(open_store(address)) as store, closing(store.reader()) as reader:
        end = reader.end().index
        for first, stop, digest in spans:
            assert leaves_digest(reader.records(Place(0, first), stop)).hex() == digest
        verify_tree(reader, 0, 0, end)
    numbers = [number for first, stop, _ in spans for number in range(first, stop)]
    assert len(numbers) == len(set(numbers))
    terms = [line for leader in leaders for line in leader.said if line.startswith("lead ")]
    assert len(terms) == len(set(terms)) == len(leaders)
    return len(numbers)


@TURNS
def test_a_second_process_leads_when_the_first_is_killed(
    turns: int, postgresql_address: str, leading: Callable[[], Leader], request: pytest.FixtureRequest
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable moments, no secret
    leaders = [leading()]
    for _ in range(turns):
        leaders[-1].hear(chance.randrange(1, 60))
        leaders[-1].kill()
        leaders.append(leading())
    leaders[-1].hear(10)
    leaders[-1].kill()
    kept = verify_kept(postgresql_address, leaders)
    request.node.user_properties.append(
        ("killed leaders", json.dumps({"seed": SEED, "turns": turns, "acknowledged": kept}))
    )
    assert kept > 100


@TURNS
def test_a_leader_that_stood_still_changes_nothing_when_it_goes_on(
    turns: int, postgresql_address: str, leading: Callable[[], Leader], request: pytest.FixtureRequest
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable moments, no secret
    leaders = [leading()]
    for _ in range(turns):
        old = leaders[-1]
        old.hear(chance.randrange(5, 60))
        old.pause()
        leaders.append(leading())
        leaders[-1].hear(10)
        old.resume()
        old.hear_out()
        leaders[-1].hear(10)
        assert old.said[-1] == "term-superseded", old.said[-3:]
    leaders[-1].kill()
    inside = sum("failed" in leader.said for leader in leaders)
    kept = verify_kept(postgresql_address, leaders)
    request.node.user_properties.append(
        ("stopped leaders", json.dumps({"seed": SEED, "turns": turns, "acknowledged": kept, "inside": inside}))
    )
    assert kept > 100


def test_what_was_acknowledged_outlives_the_server(stopped_server: PostgresqlServer) -> None:
    stopped_server.start()
    address = stopped_server.address()
    store = open_store(address)
    term = store.lead()
    with closing(store.reader()) as reader:
        for number in range(50):
            store.write(term, batch_at(reader, [b"%d" % number] * 3))
        unwritten = batch_at(reader, [b"unwritten"])
    stopped_server.stop()
    for _ in range(2):
        with pytest.raises(OSError, match="the store failed"):
            store.write(term, unwritten)
    store.close()
    with pytest.raises(PeerUnavailable) as refused:
        open_store(address)
    assert refused.value.code == "store-unreachable"
    stopped_server.start()
    with closing(open_store(address)) as again, closing(again.reader()) as reader:
        assert reader.end() == Place(0, 150)
        verify_tree(reader, 0, 0, 150)
        assert again.lead() > term


def test_a_leader_that_stands_still_in_the_middle_of_a_batch_does_not_keep_the_lead(postgresql_address: str) -> None:
    with closing(open_store(postgresql_address)) as old, closing(open_store(postgresql_address)) as new:
        term = old.lead()
        with closing(old.reader()) as reader:
            batch = batch_at(reader, [b"never written"])
        assert isinstance(old, PostgresqlStore)
        old._session.execute("BEGIN")
        old._session.execute("SELECT term FROM wellclear_lead FOR UPDATE")
        # waits until the server ends the other's transaction
        assert new.lead() > term
        with pytest.raises(OSError, match="the store failed"):
            old.write(term, batch)
        with closing(new.reader()) as reader:
            assert reader.end() == Place(0, 0)
