"""Kill a writing process at random moments, again and again, and look whether anything acknowledged is lost.

    python kill_campaign.py FOLDER --kills 200 --seed 1

A worker writes batches through the port and acknowledges each on a pipe after `write` returned. This process reads
along, kills it with SIGKILL, and reads the store anew, half of the times only after further kills. Prints its figures.
With `--early` the worker acknowledges before it writes: a campaign that then finds nothing lost would prove nothing.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from contextlib import closing
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from struct import Struct
from typing import Final

from log_growth import batch_by_chance, leaves_digest, verify_tree
from store.campaigns import asked_of
from wellclear.store.opening import open_store
from wellclear.trust.key_statement import Place

ACK: Final = Struct(">QQQ32s")
"""Term, first record, record after the last, SHA-256 of the leaves; less than a pipe writes at once."""

KILLS_A_FILE: Final = 50
"""After so many the next file is begun, so that its making is killed too."""

PATIENCE_S: Final = 60
"""A worker that says nothing for so long has stopped: the campaign fails."""

Ack = tuple[int, int, int, bytes]


@dataclass
class Figures:
    """What a campaign counted."""

    kills: int = 0
    while_opening: int = 0
    acknowledged: int = 0
    kept_unacknowledged: int = 0
    hashes_compared: int = 0
    lost: int = 0
    numbers_used_twice: int = 0
    terms_used_twice: int = 0


@dataclass
class Life:
    """One file and all that was acknowledged of it."""

    path: Path
    acks: list[Ack] = field(default_factory=list)
    checked: int = 0
    compared: int = 0


def work(path: Path, seed: str, pipe: int, *, early: bool) -> None:
    """Write batches until killed; acknowledge each when `write` has returned, or wrongly before."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable load, no secret
    store = open_store(path)
    term = store.lead()
    reader = store.reader()
    end = reader.end().index
    os.write(pipe, ACK.pack(term, end, end, leaves_digest([])))
    while True:
        batch = batch_by_chance(reader, chance, (1, 1, 1, 2, 5, 16, 64), 2_000)
        first = batch.start.index
        ack = ACK.pack(term, first, first + len(batch.records), leaves_digest(batch.records))
        if early:
            os.write(pipe, ack)
        store.write(term, batch)
        if not early:
            os.write(pipe, ack)


def kill_one(life: Life, seed: str, chance: random.Random, *, early: bool) -> int:
    """Start a worker, kill it after some acknowledgements and a moment, keep what it acknowledged; returns how many."""
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        os.close(reading)
        try:
            work(life.path, seed, writing, early=early)
        finally:
            os._exit(1)
    os.close(writing)
    wanted, moment_s = chance.choice((0, 1, 1, 2, 3, 5, 8)), chance.uniform(0, 0.012)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        said = b""
        while len(said) < wanted * ACK.size and select.select([pipe], [], [], PATIENCE_S)[0]:
            said += os.read(reading, ACK.size) or sys.exit("the worker ended by itself")
        killed_s = time.monotonic() + moment_s
        while (left_s := killed_s - time.monotonic()) > 0 and select.select([pipe], [], [], left_s)[0]:
            said += os.read(reading, ACK.size) or sys.exit("the worker ended by itself")
        os.kill(worker, signal.SIGKILL)
        _, status = os.waitpid(worker, 0)
        said += pipe.read()
    if not os.WIFSIGNALED(status):
        sys.exit(f"the worker ended by itself, with {status}")
    acks = list(ACK.iter_unpack(said))
    life.acks += acks
    return len(acks)


def check(life: Life, figures: Figures) -> None:
    """Read the store anew and compare it with every acknowledgement since the last time."""
    with closing(open_store(life.path)) as store, closing(store.reader()) as reader:
        end = reader.end().index
        for _, first, stop, told in life.acks[life.checked :]:
            kept = reader.records(Place(0, first), min(stop, end))
            figures.acknowledged += stop - first
            figures.lost += stop - first if leaves_digest(kept) != told else 0
        life.checked = len(life.acks)
        figures.hashes_compared += verify_tree(reader, 0, life.compared, end)
        figures.kept_unacknowledged += end > max((stop for _, _, stop, _ in life.acks), default=0)
        life.compared = end


def close_book(life: Life, figures: Figures) -> None:
    """At the end of a file: all of it once more, and whether a number or a term was given twice."""
    check(life, figures)
    with closing(open_store(life.path)) as store, closing(store.reader()) as reader:
        end = reader.end().index
        verify_tree(reader, 0, 0, end)
        for _, first, stop, told in life.acks:
            kept = reader.records(Place(0, first), min(stop, end))
            figures.lost += stop - first if leaves_digest(kept) != told else 0
    grown = [(first, stop) for _, first, stop, _ in life.acks if stop > first]
    figures.numbers_used_twice += sum(later < stop for (_, stop), (later, _) in pairwise(grown))
    terms = [term for term, first, stop, _ in life.acks if first == stop]
    figures.terms_used_twice += len(terms) - len(set(terms))
    for name in ("", "-wal", "-shm"):
        life.path.with_name(life.path.name + name).unlink(missing_ok=True)


def main() -> int:
    """Run the campaign; 1 when something was lost or given twice."""
    asked = asked_of(__doc__)
    chance, figures = random.Random(asked.seed), Figures()  # noqa: S311 - repeatable moments, no secret
    life = Life(asked.folder / "centre" / "0.sqlite")
    for number in range(asked.kills):
        if number and number % KILLS_A_FILE == 0:
            close_book(life, figures)
            life = Life(asked.folder / "centre" / f"{number}.sqlite")
        said = kill_one(life, f"{asked.seed} {number}", chance, early=asked.early)
        figures.while_opening += said == 0
        figures.kills += 1
        if chance.random() < 0.5:
            check(life, figures)
    close_book(life, figures)
    sys.stdout.write(json.dumps({"seed": asked.seed, **asdict(figures)}) + "\n")
    return 1 if figures.lost or figures.numbers_used_twice or figures.terms_used_twice else 0


if __name__ == "__main__":
    sys.exit(main())
