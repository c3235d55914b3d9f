"""`wellclear check`: read, compare, print, write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from wellclear.cli.beyond_horizon import print_beyond_horizon, volumes_beyond_horizon
from wellclear.cli.checked import Checked, Plans
from wellclear.cli.conflict_table import print_conflicts
from wellclear.cli.encounters import encounters, one_by_one
from wellclear.cli.exit_codes import exit_code
from wellclear.cli.explanation import print_explanations, sides_called
from wellclear.cli.height_options import NO_RANGES, HeightOptions
from wellclear.cli.map_page import map_page
from wellclear.cli.options import (
    DEFAULT_QUESTION,
    DEFAULT_READING,
    NO_OUTPUTS,
    STANDARD_OUTPUT,
    OutputOptions,
    QuestionOptions,
    ReadingOptions,
)
from wellclear.cli.picture import picture, require_plotting
from wellclear.cli.plans import named, read_plans
from wellclear.cli.report_json import report_json
from wellclear.cli.screen import open_screen, print_labelled, write_document
from wellclear.cli.shared_geojson import shared_geojson
from wellclear.cli.summary import print_summary
from wellclear.cli.visible import visible
from wellclear.cli.watch import Watch
from wellclear.detect.check import check_operations
from wellclear.detect.shared_piece import shared_piece
from wellclear.errors import RuleViolated

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.cli.explanation import Asked
    from wellclear.cli.output_files import OutputFiles
    from wellclear.detect.results import Conflict
    from wellclear.geo.envelope import Ranges

    Rings = tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that a check was asked for."""

    files: tuple[str, ...]
    question: QuestionOptions
    reading: ReadingOptions
    heights: HeightOptions
    outputs: OutputOptions


def check(
    *plan: Annotated[str, Parameter(help="Files of plans, in any format; each is recognised by its content.")],
    question: QuestionOptions = DEFAULT_QUESTION,
    reading: ReadingOptions = DEFAULT_READING,
    heights: HeightOptions = NO_RANGES,
    outputs: OutputOptions = NO_OUTPUTS,
) -> int:
    """Find the conflicts within or between files of plans.

    Every operation is compared with every other one, or with those of the files after --against only. What cannot be
    compared is NOT ASSESSED, what cannot be read is REFUSED; both are listed.
    """
    if not plan:
        raise RuleViolated("no file of plans is named", code="usage", at="check", wanted="wellclear check PLAN...")
    return run_check(Job(plan, question, reading, heights, outputs))


def run_check(job: Job) -> int:
    """Do all that a check was asked for and return its exit code.

    Raises:
        WellclearError: an option, a whole file or an output was refused.
    """
    own = named(job.files + job.question.against, job.reading)
    outputs = job.outputs.claimed((*(file.path for file in own), *job.heights.paths()))
    if job.outputs.png is not None:
        require_plotting()
    minima, horizon = job.question.parsed_minima(), job.reading.bounds()
    ranges = job.heights.ranges(job.reading.max_bytes())
    with Watch() as watch:
        plans = read_plans(own[: len(job.files)], job.reading, horizon, watch)
        against = read_plans(own[len(job.files) :], job.reading, horizon, watch) if job.question.against else None
        asked = _explained_sides(job.question.explain, plans, against)
        findings = check_operations(
            plans.operations,
            against.operations if against else None,
            minima=minima,
            ranges=ranges,
            path=job.question.path,
            progress=watch,
        )
        checked = Checked(plans, against, findings, minima, horizon, job.heights.words())
        _fill(outputs, checked, watch)
    failure = outputs.commit()
    _print_all(job, checked, asked, ranges)
    if failure is not None:
        raise failure
    _print_written(open_screen(stderr=job.outputs.json == STANDARD_OUTPUT), outputs)
    return exit_code(findings, checked.refusals, whole=not volumes_beyond_horizon(checked))


def _explained_sides(explain: tuple[str, str] | None, plans: Plans, against: Plans | None) -> Asked | None:
    if explain is None:
        return None
    operations = plans.operations + (against.operations if against else ())
    return sides_called(explain[0], operations), sides_called(explain[1], operations)


def _fill(outputs: OutputFiles, checked: Checked, watch: Watch) -> None:
    pieces: dict[int, Rings] = {}

    def piece_of(conflict: Conflict) -> Rings:
        if id(conflict) not in pieces:
            watch(len(pieces), len(checked.findings.conflicts), "shared pieces")
            pieces[id(conflict)] = shared_piece(conflict, checked.minima)
        return pieces[id(conflict)]

    if outputs.claimed("--json"):
        outputs.put("--json", report_json(checked))
    if outputs.claimed("--geojson"):
        outputs.put("--geojson", shared_geojson(checked.findings.conflicts, piece_of))
    if outputs.claimed("--map"):
        outputs.put("--map", map_page(checked, piece_of))
    if outputs.claimed("--png"):
        outputs.put("--png", picture(checked, piece_of))


def _print_all(job: Job, checked: Checked, asked: Asked | None, ranges: Ranges) -> None:
    """The table and the summary; on standard error where standard output carries JSON."""
    as_json = job.outputs.json == STANDARD_OUTPUT
    if as_json:
        write_document(report_json(checked))
    screen = open_screen(stderr=as_json)
    if asked is None:
        found = checked.findings.conflicts
        print_conflicts(screen, one_by_one(found) if job.question.each else encounters(found))
    else:
        print_explanations(screen, asked, checked.minima, ranges)
    print_beyond_horizon(screen, checked)
    print_summary(screen, checked, notes=job.question.notes)


def _print_written(screen: Console, outputs: OutputFiles) -> None:
    for option, path in outputs.written():
        print_labelled(screen, "wrote", f"{visible(str(path))} ({option.removeprefix('--')})")
