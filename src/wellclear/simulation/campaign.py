"""Many schedules, one after the other or in several processes, and what came of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from typing import Final

from wellclear.simulation.engine import Engine
from wellclear.simulation.founding import founded
from wellclear.simulation.mutants import Mutant, applied, mutant_named
from wellclear.simulation.rules import all_rules
from wellclear.simulation.schedule import LEAST_INPUTS, Schedule, schedule
from wellclear.simulation.world import Broken, Rule, World

AT_ONCE: Final = 20
"""Schedules that a process is given at a time: enough that asking costs nothing, few enough to end soon."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a campaign runs.

    Attributes:
        centres: of each schedule, 2 to 5.
        first_seed: of the first schedule; the others follow.
        schedules: how many.
        liar: whether one centre lies.
        mutant: name of a mutant, or empty.
    """

    centres: int = 3
    first_seed: int = 1
    schedules: int = 1_000
    liar: bool = False
    mutant: str = ""

    def schedule(self, seed: int) -> Schedule:
        """One of them."""
        favours = mutant_named(self.mutant).favours if self.mutant else ""
        liar = self.liar or (bool(self.mutant) and mutant_named(self.mutant).liar)
        return schedule(seed, self.centres, liar=liar, favours=favours)


@dataclass(frozen=True, slots=True)
class Failure:
    """A schedule in which a rule broke.

    Attributes:
        seed: that repeats it.
        rule: which.
        words: how.
    """

    seed: int
    rule: str
    words: str


@dataclass(slots=True)
class Tally:
    """What came of schedules.

    Attributes:
        schedules: how many ran.
        inputs: how many were decided.
        chances: by rule, how often it could have been broken.
        faults: by kind, how often it was injected.
        failure: the first that broke a rule, by seed.
    """

    schedules: int = 0
    inputs: int = 0
    chances: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    failure: Failure | None = None

    def add(self, other: Tally) -> None:
        """Count what another one counted."""
        self.schedules += other.schedules
        self.inputs += other.inputs
        self.chances.update(other.chances)
        self.faults.update(other.faults)
        self.failure = self.failure or other.failure


def run_schedule(planned: Schedule, mutant: Mutant | None = None, *, tracing: bool = False) -> tuple[World, list[Rule]]:
    """Run one schedule.

    Args:
        planned: what is run.
        mutant: a fault of the core, which only the rule that it breaks looks for; None for the core as it is.
        tracing: whether a trace in words is kept.

    Raises:
        Broken: a rule does not hold.
    """
    founded(planned.parties, planned.disclosure, planned.start_ms, planned.area, real=planned.real_keys)
    rules = [rule for rule in all_rules() if mutant is None or rule.name in {"", mutant.breaks}]
    engine = Engine(planned, rules, tracing=tracing)
    with applied(mutant):
        try:
            return engine.run(), rules
        except Broken as broken:
            broken.world = engine.world
            raise


def tally(asked: Asked, seeds: range) -> Tally:
    """Run some of a campaign's schedules, up to the first in which a rule breaks."""
    mutant = mutant_named(asked.mutant) if asked.mutant else None
    counted = Tally()
    for seed in seeds:
        counted.schedules += 1
        try:
            world, rules = run_schedule(asked.schedule(seed), mutant)
        except Broken as broken:
            counted.failure = Failure(seed, broken.rule, broken.words)
            return counted
        counted.inputs += world.inputs
        counted.faults.update(world.faults)
        counted.chances.update({rule.name: rule.chances for rule in rules if rule.name})
        if mutant is None and world.inputs < LEAST_INPUTS:
            counted.failure = Failure(seed, "schedule", f"only {world.inputs} inputs")
    return counted


def campaign(asked: Asked, *, jobs: int = 0, progress: Callable[[int], None] = lambda _done: None) -> Tally:
    """Run all schedules, or those up to a failure.

    Args:
        asked: which.
        jobs: processes; 0 for as many as there are processors.
        progress: told how many are done.
    """
    counted = Tally()
    for part in _parts(asked, jobs or os.cpu_count() or 1):
        counted.add(part)
        progress(counted.schedules)
        if counted.failure is not None:
            break
    return counted


def _parts(asked: Asked, jobs: int) -> Iterator[Tally]:
    """Tallies in the order of seeds."""
    end = asked.first_seed + asked.schedules
    chunks = [range(start, min(start + AT_ONCE, end)) for start in range(asked.first_seed, end, AT_ONCE)]
    if jobs == 1 or len(chunks) < 2:
        yield from (tally(asked, chunk) for chunk in chunks)
        return
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    try:
        waiting = iter(chunks)
        running = [pool.submit(tally, asked, chunk) for chunk in islice(waiting, 2 * jobs)]
        while running:
            yield running.pop(0).result()
            running += [pool.submit(tally, asked, chunk) for chunk in islice(waiting, 1)]
    finally:
        pool.shutdown(cancel_futures=True)
