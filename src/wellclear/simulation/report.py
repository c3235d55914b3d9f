"""What a campaign showed, as rows of text: speed, faults, rules, and of a failure the seed and the shortest trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wellclear.simulation.campaign import Asked, Tally
from wellclear.simulation.events import FAULTS
from wellclear.simulation.mutants import MUTANTS
from wellclear.simulation.rules import NEEDS_LIAR, RULES
from wellclear.simulation.shrink import Shortest

MOST_LINES: Final = 120
"""Lines of a trace that are shown: the last ones, which lead to the failure."""


def fault_rows(counted: Tally) -> Iterator[tuple[str, str, str]]:
    """Each kind of fault that was injected: name, how often, what it is."""
    for name, words in FAULTS.items():
        if counted.faults[name]:
            yield name, f"{counted.faults[name]:,}", words


def rule_rows(counted: Tally, *, liar: bool = False) -> Iterator[tuple[str, str, str]]:
    """Each rule: name, how often it could have been broken, what it says."""
    for name, words in RULES.items():
        needs = name in NEEDS_LIAR and not liar
        yield name, "with --liar" if needs else f"{counted.chances[name]:,}", words


def never_tried(counted: Tally, *, liar: bool = False) -> tuple[str, ...]:
    """Rules that could not have been broken once: the run shows nothing of them. Some only a liar can try."""
    wanted = [name for name in RULES if liar or name not in NEEDS_LIAR]
    return tuple(name for name in wanted if not counted.chances[name])


def mutant_rows() -> Iterator[tuple[str, str, str]]:
    """Each mutant: name, rule that it breaks, what it does."""
    for mutant in MUTANTS.values():
        yield mutant.name, mutant.breaks, mutant.words


def trace_lines(found: Shortest) -> Iterator[str]:
    """The shortest trace: what is left of the schedule, then what happened."""
    for event in found.schedule.events:
        yield f"  given  {event}"
    left_out = max(0, len(found.trace) - MOST_LINES)
    if left_out:
        yield f"  ... {left_out:,} lines before"
    for at_ms, party, words in found.trace[left_out:]:
        yield f"  {at_ms / 1000:8.3f} s  {party:<8} {words}"
    yield f"  {found.rule}: {found.words}"


def command_of(asked: Asked, seed: int) -> str:
    """The command that repeats one seed."""
    liar = " --liar" if asked.liar else ""
    mutant = f" --mutant {asked.mutant}" if asked.mutant else ""
    return f"wellclear simulate --centres {asked.centres} --schedules 1 --seed {seed}{liar}{mutant}"
