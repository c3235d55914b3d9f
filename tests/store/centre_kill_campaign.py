"""Kill the process of a centre at random moments under load, again and again, and look whether anything is lost.

    python centre_kill_campaign.py FOLDER --kills 10 --seed 1

Two centres run as processes with an agreement in force: north, which is killed, and south, which goes on. Officers of
both give STOPs, hazards and operations over HTTP. North is killed with SIGKILL at a random moment, now and then
while it starts. Then its log must hold every act that was answered, every envelope that south took from it, every
envelope that it receipted or acknowledged to south, and no number twice. Prints its figures. With `--early` north says
that it has written what it has not: a campaign that then finds nothing lost would prove nothing.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console

from live.centres import agreement_of
from rig.plans import HOUR_MS, circle
from store.campaigns import asked_of
from store.spoken import Forgotten, Spoken, lost_of
from wellclear.api.routes.commands import DoneView
from wellclear.assembly.clock import wall_ms
from wellclear.centre.commands import Command, DeclareHazard, File, SayStop
from wellclear.cli.demonstration.agency import STORE, Agency, free_ports, make_agency
from wellclear.cli.demonstration.contract import enrol_all, propose_and_sign
from wellclear.cli.mechanism.desk import Desk
from wellclear.errors import PeerUnavailable, RuleViolated

KILLS_A_PAIR: Final = 50
"""After so many the next two centres are made, so that a log does not grow without end."""

PATIENCE_S: Final = 180
"""A centre that does not serve after so long will not: the campaign fails."""

SERVE: Final = "import sys; from wellclear.cli.main import main; sys.exit(main())"
HASTY: Final = Path(__file__).with_name("hasty_centre.py")
STARTING: Final = 0.2
"""Share of the kills that fall while the centre is started."""

BETWEEN_ACTS_S: Final = 0.005
"""An officer's pause, so that the centre's own work goes on between acts."""


@dataclass
class Figures:
    """What a campaign counted."""

    kills: int = 0
    while_starting: int = 0
    acts_acknowledged: int = 0
    unanswered: int = 0
    envelopes_at_the_peer: int = 0
    receipts_at_the_peer: int = 0
    acknowledged_to_the_peer: int = 0
    lost: int = 0
    numbers_used_twice: int = 0


@dataclass
class Load:
    """An officer who acts until told to stop, or until the centre answers no more."""

    desk: Desk
    other: str
    chance: random.Random
    names: Iterator[int]
    ending: threading.Event = field(default_factory=threading.Event)
    given: int = 0
    done: list[DoneView] = field(default_factory=list)
    failure: BaseException | None = None
    over: bool = False

    def run(self) -> None:
        """Act. What the centre refuses for a full queue is given up; that it is gone ends the load."""
        try:
            with suppress(PeerUnavailable):
                while not self.ending.wait(BETWEEN_ACTS_S):
                    self.given += 1
                    with suppress(RuleViolated):
                        self.done.append(self.desk.give(self._next()))
        except BaseException as failure:  # noqa: BLE001 - it is told in the campaign's thread
            self.failure = failure
        finally:
            self.over = True

    def _next(self) -> Command:
        name, start_ms = f"n{next(self.names)}", wall_ms() + HOUR_MS
        if self.chance.random() < 0.4:
            return SayStop(to=(self.other,), text=name)
        lon_e7, lat_e7 = self.chance.randint(90_000_000, 110_000_000), self.chance.randint(440_000_000, 460_000_000)
        content = circle(self.desk.session.party, name, lon_e7, lat_e7, start_ms, start_ms + HOUR_MS)
        if self.chance.random() < 0.3:
            return DeclareHazard(identifier=name, content=content, cause="fire")
        return File(content=content)


@contextmanager
def served(agency: Agency, *, early: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """A centre's process, killed in the end. It may not serve yet: see `await_serving`."""
    program = [str(HASTY), str(agency.directory)] if early else ["-c", SERVE, "centre", "serve", str(agency.directory)]
    with (agency.directory / "serve.log").open("ab") as output:
        process = subprocess.Popen([sys.executable, *program], stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def at_desk(agency: Agency, process: subprocess.Popen[bytes]) -> Iterator[Desk]:
    """The officer's desk of a centre that was started, once it serves; the campaign fails where it never does."""
    until_s = time.monotonic() + PATIENCE_S
    with ExitStack() as stack:
        while True:
            with suppress(PeerUnavailable):  # on a machine under load it may serve, and answer late
                desk = stack.enter_context(agency.desk())
                break
            if time.monotonic() > until_s:
                sys.exit(f"{agency.party} does not serve")
            let_run(process, 0.02)
        yield desk


def let_run(process: subprocess.Popen[bytes], for_s: float) -> None:
    """Let a process run for a while; that it ends by itself fails the campaign."""
    with suppress(subprocess.TimeoutExpired):
        sys.exit(f"a centre ended by itself, with {process.wait(for_s)}")


def await_answers(loads: list[Load], process: subprocess.Popen[bytes], wanted: int) -> None:
    """Wait until so many acts were answered, or the officers act no more: on a machine under load answers come late."""
    while sum(len(load.done) for load in loads) < wanted and not all(load.over for load in loads):
        let_run(process, 0.002)


@dataclass
class Pair:
    """Two centres with an agreement, and their logs as far as they were read."""

    north: Agency
    south: Agency
    names: Iterator[int]
    north_log: Spoken = field(init=False)
    south_log: Spoken = field(init=False)

    def __post_init__(self) -> None:
        self.north_log = Spoken(self.north.directory / STORE)
        self.south_log = Spoken(self.south.directory / STORE)

    def agree(self, south: Desk) -> None:
        """Enrol, propose, sign: north serves for that, and ends in peace."""
        quiet, agencies = Console(quiet=True), (self.north, self.south)
        with served(self.north) as process, at_desk(self.north, process) as north:
            desks = [north, south]
            enrol_all(quiet, agencies, desks)
            propose_and_sign(quiet, desks, agreement_of(*(agency.card for agency in agencies)))
            process.terminate()
            process.wait()

    def kill_one(self, south: Desk, chance: random.Random, figures: Figures, *, early: bool) -> None:
        """Start north, load both, kill it at a random moment, and compare what is on disk with what was said."""
        loads: list[Load] = []
        with served(self.north, early=early) as process:
            if chance.random() < STARTING:
                figures.while_starting += 1
                let_run(process, chance.uniform(0, 2))
            else:
                with at_desk(self.north, process) as north:
                    loads = [self._load(desk, chance) for desk in (north, north, south)]
                    wanted = chance.choice((1, 2, 3, 5, 8, 13, 21))
                    with loaded(loads):
                        await_answers(loads[:2], process, wanted)
                        let_run(process, chance.uniform(0, 0.2))
                        process.kill()
                        process.wait()
        figures.kills += 1
        try:
            self._check([load for load in loads if load.desk is not south], figures)
        except Forgotten:
            figures.lost += 1
            raise

    def _load(self, desk: Desk, chance: random.Random) -> Load:
        other = "north" if desk.session.party == "south" else "south"
        return Load(desk, other, random.Random(chance.random()), self.names)  # noqa: S311 - a repeatable load, no secret

    def _check(self, loads: list[Load], figures: Figures) -> None:
        """South's log first: what it holds then, north must hold now."""
        figures.lost += self.south_log.read_on()
        figures.lost += self.north_log.read_on()
        figures.lost += lost_of(self.north_log, self.south_log, "north", "south")
        for load in loads:
            for view in load.done:
                made = [entry.entry for entry in view.entries]
                first = view.entries[0].index
                figures.lost += self.north_log.entries(first, first + len(made)) != made
            figures.acts_acknowledged += len(load.done)
            figures.unanswered += load.given - len(load.done)

    def count(self, figures: Figures) -> None:
        """At the end of a pair: what was compared in all."""
        figures.envelopes_at_the_peer += len(self.south_log.took)
        figures.receipts_at_the_peer += len(self.south_log.receipts)
        figures.acknowledged_to_the_peer += self.south_log.acked.safety + self.south_log.acked.ordinary
        figures.numbers_used_twice += self.north_log.numbers_used_twice + self.south_log.numbers_used_twice


@contextmanager
def loaded(loads: list[Load]) -> Iterator[None]:
    """Let officers act at the same time; in the end all have stopped, and none failed."""
    threads = [threading.Thread(target=load.run) for load in loads]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for load, thread in zip(loads, threads, strict=True):
            load.ending.set()
            thread.join()
    for load in loads:
        if load.failure is not None:
            raise load.failure


def main() -> int:
    """Run the campaign; 1 when something was lost or a number given twice."""
    asked = asked_of(__doc__)
    os.environ["OMP_NUM_THREADS"] = "1"
    chance, figures, names = random.Random(asked.seed), Figures(), iter(range(1 << 40))  # noqa: S311 - repeatable moments, no secret
    for first in range(0, asked.kills, KILLS_A_PAIR):
        folder = asked.folder / str(first)
        folder.mkdir(parents=True)
        ports = free_ports(2)
        pair = Pair(make_agency(folder, "north", "ada", ports[0]), make_agency(folder, "south", "bob", ports[1]), names)
        with served(pair.south) as process, at_desk(pair.south, process) as south:
            pair.agree(south)
            with suppress(Forgotten):  # it is counted, and nothing of that pair can be compared any more
                for _ in range(min(KILLS_A_PAIR, asked.kills - first)):
                    pair.kill_one(south, chance, figures, early=asked.early)
        pair.count(figures)
        shutil.rmtree(folder)
    sys.stdout.write(json.dumps({"seed": asked.seed, **asdict(figures)}) + "\n")
    return 1 if figures.lost or figures.numbers_used_twice else 0


if __name__ == "__main__":
    sys.exit(main())
