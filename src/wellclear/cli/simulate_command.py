"""`wellclear simulate`: centres on a virtual clock, network and disk, under faults, with every rule watched."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.screen import DANGER, grid, open_screen, print_labelled, print_line, print_table
from wellclear.cli.visible import visible
from wellclear.cli.watch import Watch
from wellclear.errors import MalformedInput, NotFound, RuleViolated
from wellclear.geo.quantity import print_duration
from wellclear.simulation.campaign import Asked, campaign, run_schedule
from wellclear.simulation.mutants import mutant_named
from wellclear.simulation.report import command_of, fault_rows, mutant_rows, never_tried, rule_rows, trace_lines
from wellclear.simulation.scenario import MAX_SCENARIO_BYTES, packaged, parse_scenario
from wellclear.simulation.shrink import shortest
from wellclear.simulation.world import Broken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from wellclear.simulation.campaign import Failure, Tally
    from wellclear.simulation.schedule import Schedule

CENTRES: Final = (2, 5)
"""Fewest and most centres of a run."""

MAX_SCHEDULES: Final = 10_000_000
"""Schedules of one run: two weeks."""

MAX_JOBS: Final = 256
"""Processes of one run."""


def simulate(  # noqa: PLR0913 - options of a command
    *,
    centres: Annotated[int, Parameter(metavar="COUNT", help="How many centres, 2 to 5.")] = 3,
    schedules: Annotated[int, Parameter(metavar="COUNT", help="How many schedules, one seed each.")] = 1_000,
    seed: Annotated[int, Parameter(metavar="NUMBER", help="Seed of the first schedule; the others follow.")] = 1,
    liar: Annotated[bool, Parameter(help="Let one centre lie; the rules are watched among the others.")] = False,
    mutant: Annotated[str, Parameter(metavar="NAME", help="Put a known fault into the core; see --list-mutants.")] = "",
    list_mutants: Annotated[bool, Parameter(help="Print the name of each mutant and what it breaks.")] = False,
    scenario: Annotated[
        str,
        Parameter(metavar="FILE", help="Run a scenario, a TOML file or latakia-2018, instead of seeds."),
    ] = "",
    parameter: Annotated[
        tuple[str, ...], Parameter(metavar="NAME=VALUE", help="A parameter of the scenario; may be given again.")
    ] = (),
    jobs: Annotated[int, Parameter(metavar="COUNT", help="Processes; 0 for one a processor.")] = 0,
) -> int:
    """Run centres under faults on a virtual clock, network and disk, and watch that no rule breaks."""
    screen = open_screen()
    if list_mutants:
        _print_rows(screen, ("mutant", "breaks", "what it does"), mutant_rows())
        return ExitCode.NONE
    _verify("--centres", centres, *CENTRES)
    _verify("--schedules", schedules, 1, MAX_SCHEDULES)
    _verify("--jobs", jobs, 0, MAX_JOBS)
    if mutant:
        mutant_named(mutant)
    if scenario:
        return _scenario(screen, scenario, seed, parameter)
    return _campaign(screen, Asked(centres, seed, schedules, liar, mutant), jobs)


def _campaign(screen: Console, asked: Asked, jobs: int) -> int:
    """Run the schedules and print what they showed."""
    started_s = time.perf_counter()
    with Watch() as watch:
        counted = campaign(
            asked, jobs=jobs, progress=lambda done: watch(done, asked.schedules, f"{done:,} of {asked.schedules:,}")
        )
    elapsed_s = time.perf_counter() - started_s
    who = f"{asked.centres} centres, one of which lies" if asked.liar else f"{asked.centres} centres"
    print_labelled(screen, "ran", f"{counted.schedules:,} schedules of {who}, seeds from {asked.first_seed}")
    rate = f"{counted.schedules / elapsed_s:.1f} schedules a second, {counted.inputs:,} inputs decided"
    print_labelled(screen, "speed", rate)
    if counted.failure is not None:
        _print_failure(screen, asked, counted.failure)
        return ExitCode.CONFLICTS
    return _print_tally(screen, asked, counted)


def _print_tally(screen: Console, asked: Asked, counted: Tally) -> int:
    _print_rows(screen, ("fault", "injected", "what it is"), fault_rows(counted))
    if asked.mutant:
        print_line(screen, f"the mutant {asked.mutant} was not caught", DANGER)
        return ExitCode.NONE
    _print_rows(screen, ("rule", "could break", "what it says"), rule_rows(counted, liar=asked.liar))
    idle = never_tried(counted, liar=asked.liar)
    if idle:
        print_line(screen, f"never put to the test: {', '.join(idle)}; run more schedules", DANGER)
        return ExitCode.NOT_ASSESSED
    print_line(screen, "no rule was broken", "bold")
    return ExitCode.NONE


def _print_failure(screen: Console, asked: Asked, failure: Failure) -> None:
    print_line(screen, f"BROKEN {failure.rule} at seed {failure.seed}: {visible(failure.words)}", DANGER)
    print_labelled(screen, "repeat", command_of(asked, failure.seed))
    mutant = mutant_named(asked.mutant) if asked.mutant else None
    print_line(screen, "the shortest trace that was found:")
    for line in trace_lines(shortest(asked.schedule(failure.seed), failure.rule, mutant)):
        print_line(screen, visible(line))


def _scenario(screen: Console, name: str, seed: int, parameters: tuple[str, ...]) -> int:
    """Run one scenario and tell what happened."""
    text = packaged(name) or _file(name)
    planned = parse_scenario(text, seed, dict(_named_value(each) for each in parameters))
    broken = _broken_in(planned.schedule)
    print_labelled(screen, "scenario", visible(planned.title))
    for known, value_ms in planned.parameters.items():
        print_labelled(screen, known, f"{print_duration(value_ms)} (a parameter; nobody's fact)")
    for at_ms, party, words in broken[1]:
        print_line(screen, f"{planned.clock(at_ms)}  {party:<10} {visible(words)}")
    if broken[0]:
        print_line(screen, f"BROKEN {visible(broken[0])}", DANGER)
    return ExitCode.CONFLICTS if broken[0] else ExitCode.NONE


def _broken_in(planned: Schedule) -> tuple[str, list[tuple[int, str, str]]]:
    """The rule that a schedule broke, empty for none; and its trace."""
    try:
        world, _ = run_schedule(planned, tracing=True)
    except Broken as broken:
        return str(broken), broken.world.trace if broken.world is not None else []
    return "", world.trace


def _file(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_SCENARIO_BYTES + 1)
    except OSError as error:
        raise NotFound(f"{name} cannot be read: {error.strerror}", code="scenario-file", at="--scenario") from error


def _named_value(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise MalformedInput(
            f"{text!r} gives no value", code="option-form", at="--parameter", wanted="such as lead_time=20min"
        )
    return name, value


def _verify(option: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise RuleViolated(
            f"{value:,} is out of range", code="option-range", at=option, wanted=f"from {least:,} to {most:,}"
        )


def _print_rows(screen: Console, headers: tuple[str, str, str], rows: Iterable[tuple[str, str, str]]) -> None:
    table = grid(screen, *headers)
    table.columns[1].justify = "right"
    for row in rows:
        table.add_row(*row)
    print_table(screen, table)
