"""`wellclear demo`: recorded flights checked as plans, then flown by three agencies that have a centre each."""

from __future__ import annotations

import signal
import tempfile
import threading
import time
from contextlib import ExitStack
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from wellclear.cli.check_command import Job, run_check
from wellclear.cli.demonstration import flights
from wellclear.cli.demonstration.agency import Agency, free_ports, make_agency, serving
from wellclear.cli.demonstration.story import Cast, tell
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.height_options import NO_RANGES
from wellclear.cli.options import OutputOptions, QuestionOptions, ReadingOptions
from wellclear.cli.screen import open_screen, print_labelled, print_line
from wellclear.cli.visible import visible
from wellclear.errors import RuleViolated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from rich.console import Console

ATTRIBUTION: Final = "SOURCE.md"
DEMO_MINIMA: Final = "lateral=0.5NM,vertical=500ft,time=0s"
OFFICERS: Final = {flights.CALFIRE: "ramirez", flights.USFS: "whitehorse", flights.COUNTY: "okafor"}
"""Names of the officers; invented."""


def demo(
    *,
    out: Annotated[str, Parameter(metavar="DIR", help="Where the map and the other files go.")] = "demo-out",
    check_only: Annotated[bool, Parameter(help="Only check the recorded flights; start no centre.")] = False,
    once: Annotated[bool, Parameter(help="End when all was shown, instead of leaving the centres running.")] = False,
) -> int:
    """Check recorded fire-fighting flights, then let three agencies tell each other of them, each with its centre.

    The centres are processes of their own on 127.0.0.1, with stores, keys and officers of their own in a temporary
    directory that is removed in the end. They run until Ctrl-C.
    """
    screen = open_screen()
    _check(screen, out)
    if not check_only:
        _mechanism(screen, once=once)
    return ExitCode.NONE


def _check(screen: Console, out: str) -> None:
    """Find which of the recorded flights would have been in conflict, and draw the map."""
    directory = Path(out)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{out} cannot be made: {error.strerror}"
        raise RuleViolated(message, code="output-directory", at="--out", wanted="the name of a directory") from error
    sample = files(flights.SAMPLES).joinpath(flights.sample_name())
    print_line(screen, "1. Which recorded flights would have been in conflict?", "bold")
    print_labelled(
        screen, "flights", f"{sample.name}: recorded fire-fighting aircraft, each flight taken as an operation"
    )
    for line in files(flights.SAMPLES).joinpath(ATTRIBUTION).read_text(encoding="utf-8").splitlines():
        print_line(screen, f"  {visible(line)}".rstrip(), "dim")
    outputs = OutputOptions(
        json=str(directory / "demo.json"),
        geojson=str(directory / "demo-conflicts.geojson"),
        map=str(directory / "demo-map.html"),
    )
    with as_file(sample) as path:
        question = QuestionOptions(minima=DEMO_MINIMA)
        run_check(Job((str(path),), question, ReadingOptions(party="fire aviation"), NO_RANGES, outputs))
    page = visible(str((directory / "demo-map.html").resolve()))
    print_line(screen, f"Open {page} in a browser; it needs no network.", "bold")


def _mechanism(screen: Console, *, once: bool) -> None:
    """Start three centres, let their officers act, and leave them running."""
    print_line(screen, "")
    print_line(
        screen, "2. The same flights again, as plans for the next hours, by three agencies with a centre each", "bold"
    )
    print_line(
        screen,
        "  Names are of real agencies, the terms invented. The flights are one agency's; here they are shared out.",
    )
    with ExitStack() as stack:
        _end_on_signals(stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wellclear-demo-")))
        ports = free_ports(len(flights.AGENCIES))
        agencies = [
            make_agency(folder, party, OFFICERS[party], port)
            for party, port in zip(flights.AGENCIES, ports, strict=True)
        ]
        stack.enter_context(serving(agencies))
        calfire, usfs, county = (stack.enter_context(agency.desk()) for agency in agencies)
        plans = flights.moved(flights.recorded_flights(), time.time_ns() // 1_000_000)
        tell(Cast(screen, calfire, usfs, county, plans), agencies)
        _print_addresses(screen, agencies)
        if not once:
            _wait(screen)
    print_line(screen, "The centres are stopped and their directory is removed.")


def _print_addresses(screen: Console, agencies: Sequence[Agency]) -> None:
    print_line(screen, "")
    print_line(screen, "The centres", "bold")
    for agency in agencies:
        print_labelled(
            screen, f"  {agency.party}", f"{agency.url}  officer {agency.officer}  password {agency.password}"
        )
        print_labelled(screen, "", f"wellclear login --card {agency.card_path} --officer {agency.officer}", "dim")
    print_line(screen, "  then: wellclear inbox, wellclear operations, wellclear conflicts, wellclear stop --text ...")
    print_line(screen, "Informed, not protected: a centre tells what others told it. It permits nothing.", "bold")


def _wait(screen: Console) -> None:
    """Leave the centres running until Ctrl-C."""
    print_line(screen, "They run until Ctrl-C.", "bold")
    screen.file.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print_line(screen, "")


def _end_on_signals(stack: ExitStack) -> None:
    """Let SIGTERM end the demonstration as Ctrl-C does: with its centres stopped."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    stack.callback(signal.signal, signal.SIGTERM, before)
