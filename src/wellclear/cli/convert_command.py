"""`wellclear convert`: one file in another format, and what that could not carry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.options import DEFAULT_READING, ReadingOptions, given
from wellclear.cli.output_files import OutputFiles
from wellclear.cli.plans import named, read_file
from wellclear.cli.summary import note_words, print_notes, print_refusals
from wellclear.cli.visible import visible
from wellclear.errors import RuleViolated
from wellclear.formats import registry
from wellclear.model.reading import Context

FORMAT_OF_ENDING: Final = {".geojson": "geojson", ".aco": "aco", ".air": "openair", ".openair": "openair"}
"""Endings that say which format is meant; ``.json`` does not."""


def convert(
    source: Annotated[str, Parameter(help="A file of plans, in any format that is read.")],
    target: Annotated[str, Parameter(help="The file to write.")],
    /,
    *,
    to: Annotated[
        str | None,
        Parameter(
            metavar="NAME",
            help="The format to write: aco, ed318, f3548, geojson or openair; else the target's ending says.",
        ),
    ] = None,
    force: Annotated[bool, Parameter(negative=(), help="Replace the target if it exists.")] = False,
    reading: ReadingOptions = DEFAULT_READING,
) -> int:
    """Write the plans of one file in another format, and say what could not be carried over.

    Exit code: 2 if a record was refused; else 3 if something could not be carried over; else 0.
    """
    format_name = _written_format(target, to)
    file = named((source,), reading)[0]
    outputs = OutputFiles((Path(source),))
    outputs.claim("TARGET", target, fresh=not force)
    horizon = reading.bounds()
    taken = read_file(file, reading, horizon)
    context = Context(source=file.name, party=file.party, horizon=horizon, tracks=reading.tracks())
    writing = registry.write(taken.operations, format_name, context)
    outputs.put("TARGET", writing.content)
    failure = outputs.commit()
    if failure is not None:
        raise failure
    screen = look.open_screen()
    print_refusals(screen, taken.refusals, "wellclear show FILE --json -")
    print_notes(screen, taken.notes, listed=True)
    for loss in writing.losses:  # all of them: no file carries the others
        look.print_labelled(screen, "LOST", note_words(loss), look.WARNING)
    counts = f"{look.counted(len(taken.operations), 'operation')}, {len(taken.refusals):,} REFUSED"
    lost = look.counted(len(writing.losses), "thing") + " not carried over"
    look.print_labelled(screen, "wrote", f"{visible(target)}: {format_name}, from {counts}, {lost}", "bold")
    if taken.refusals:
        return ExitCode.REFUSED
    return ExitCode.NOT_ASSESSED if writing.losses else ExitCode.NONE


def _written_format(target: str, to: str | None) -> str:
    """The name of a format that can be written.

    Raises:
        NotFound: there is no such format.
        RuleViolated: it is only read, or the target's ending does not say one.
    """
    writable = ", ".join(sorted(name for name, known in registry.FORMATS.items() if known.write is not None))
    name = FORMAT_OF_ENDING.get(Path(target).suffix.lower()) if to is None else to
    if name is None:
        message = f"the ending of {target} does not say which format is meant"
        raise RuleViolated(message, code="format-unstated", at="TARGET", wanted=f"--to with one of {writable}")
    if given("--to", registry.named, name).write is None:
        message = f"{name} is read, not written"
        raise RuleViolated(message, code="format-read-only", at="--to", wanted=f"one of {writable}")
    return name
