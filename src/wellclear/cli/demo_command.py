"""`wellclear demo`: an excerpt of real recorded flights, taken through the same steps as any other file."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from wellclear.cli.check_command import Job, run_check
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.height_options import NO_RANGES
from wellclear.cli.options import OutputOptions, QuestionOptions, ReadingOptions
from wellclear.cli.screen import open_screen, print_labelled, print_line
from wellclear.cli.visible import visible
from wellclear.errors import RuleViolated

SAMPLES: Final = "wellclear.formats.tracks.samples"
ATTRIBUTION: Final = "SOURCE.md"
DEMO_MINIMA: Final = "lateral=0.5NM,vertical=500ft,time=0s"


def demo(
    *,
    out: Annotated[str, Parameter(metavar="DIR", help="Where the map and the other files go.")] = "demo-out",
) -> int:
    """Find which of some recorded fire-fighting flights would have been in conflict, and draw the map."""
    directory = Path(out)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{out} cannot be made: {error.strerror}"
        raise RuleViolated(message, code="output-directory", at="--out", wanted="the name of a directory") from error
    sample = next(entry for entry in files(SAMPLES).iterdir() if entry.name.startswith("calfire"))
    screen = open_screen()
    print_labelled(
        screen, "flights", f"{sample.name}: recorded fire-fighting aircraft, each flight taken as an operation"
    )
    for line in files(SAMPLES).joinpath(ATTRIBUTION).read_text(encoding="utf-8").splitlines():
        print_line(screen, f"  {visible(line)}".rstrip(), "dim")
    outputs = OutputOptions(
        json=str(directory / "demo.json"),
        geojson=str(directory / "demo-conflicts.geojson"),
        map=str(directory / "demo-map.html"),
    )
    with as_file(sample) as path:
        question = QuestionOptions(minima=DEMO_MINIMA)
        run_check(Job((str(path),), question, ReadingOptions(party="fire aviation"), NO_RANGES, outputs))
    print_line(
        screen,
        f"Open {visible(str((directory / 'demo-map.html').resolve()))} in a browser; it needs no network.",
        "bold",
    )
    return ExitCode.NONE
