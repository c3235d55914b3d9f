"""`wellclear show`: what one file holds, what of it was refused, and what a reader should know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter
from rich.text import Text

from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.options import DEFAULT_READING, STANDARD_OUTPUT, ReadingOptions
from wellclear.cli.output_files import OutputFiles
from wellclear.cli.plans import named, read_file
from wellclear.cli.report_json import Members, band_members, plain_members, print_json, span_members
from wellclear.cli.summary import print_notes, print_refusals
from wellclear.cli.visible import visible, visible_name
from wellclear.cli.wording import print_band, print_span
from wellclear.geo.footprint import Core
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position_text import print_degrees_minutes
from wellclear.geo.quantity import print_distance

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.geo.footprint import Footprint
    from wellclear.model.operation import Operation
    from wellclear.model.reading import Reading
    from wellclear.model.volume import Volume

VERSION: Final = 1
MAX_ROWS: Final = 200
"""Volumes printed; more cannot be read from a screen. The JSON carries all of them."""

CORE_WORDS: Final = {Core.POINT: "point", Core.LINE: "line", Core.AREA: "area"}


def show(
    file: Annotated[str, Parameter(help="A file of plans, in any format.")],
    /,
    *,
    json: Annotated[
        str | None,
        Parameter(name="--json", metavar="FILE", allow_leading_hyphen=True, help="Write it all as JSON; - for stdout."),
    ] = None,
    reading: ReadingOptions = DEFAULT_READING,
) -> int:
    """Show the volumes, refusals and notes of one file."""
    source = named((file,), reading)[0]
    outputs = OutputFiles((Path(file),))
    if json is not None and json != STANDARD_OUTPUT:
        outputs.claim("--json", json)
    taken = read_file(source, reading, reading.bounds())
    document = print_json(_document(source.name, taken))
    if json == STANDARD_OUTPUT:
        look.write_document(document)
    elif json is not None:
        outputs.put("--json", document)
    failure = outputs.commit()
    _print(look.open_screen(stderr=json == STANDARD_OUTPUT), source.name, taken)
    if failure is not None:
        raise failure
    return ExitCode.REFUSED if taken.refusals else ExitCode.NONE


def _print(screen: Console, file: str, taken: Reading) -> None:
    rows = [(operation, volume) for operation in taken.operations for volume in operation.volumes]
    table = look.grid(screen, "operation", "volume", "ground", "band", "from / until (UTC)")
    for operation, volume in rows[:MAX_ROWS]:
        category = f" ({visible_name(operation.category, 24)})" if operation.category else ""
        who = f"{visible_name(operation.party, 40)} / {visible_name(operation.identifier, 40)}{category}"
        when = print_span(volume.span.start_ms, volume.span.end_ms)
        ground = print_ground(volume.footprint)
        cells = (who, visible_name(volume.name, 24), ground, print_band(volume.band), when)
        table.add_row(*(Text(cell) for cell in cells))
    look.print_table(screen, table)
    if len(rows) > MAX_ROWS:
        look.print_line(screen, f"and {len(rows) - MAX_ROWS:,} more volumes: all of them are in --json FILE")
    print_refusals(screen, taken.refusals)
    print_notes(screen, taken.notes, listed=True)
    refused = f"{len(taken.refusals):,} REFUSED"
    counts = f"{look.counted(len(taken.operations), 'operation')}, {look.counted(len(rows), 'volume')}, {refused}"
    style = look.WARNING if taken.refusals else "bold"
    look.print_line(
        screen, f"{visible(file)}: {taken.format}, {counts}, {look.counted(len(taken.notes), 'note')}", style
    )


def print_ground(footprint: Footprint) -> str:
    """A footprint in words: ``circle 10NM around 36-30.0000N 121-30.0000W``."""
    first = print_degrees_minutes(footprint.points[0])
    buffer = print_distance(footprint.buffer_dmm)
    if footprint.core is Core.POINT:
        return f"circle {buffer} around {first}" if footprint.buffer_dmm else f"point {first}"
    if footprint.core is Core.LINE:
        last = print_degrees_minutes(footprint.points[-1])
        return f"corridor {buffer} either side of {len(footprint.points)} points, {first} to {last}"
    grown = f", {buffer} around it" if footprint.buffer_dmm else ""
    return f"area of {len(footprint.points)} points from {first}{grown}"


def _document(file: str, taken: Reading) -> Members:
    return {
        "version": VERSION,
        "source": file,
        "format": taken.format,
        "operations": [_operation(operation) for operation in taken.operations],
        "refused": [plain_members(refusal) for refusal in taken.refusals],
        "notes": [plain_members(note) for note in taken.notes],
    }


def _operation(operation: Operation) -> Members:
    return {
        "party": operation.party,
        "operation": operation.identifier,
        "category": operation.category,
        "priority": operation.priority,
        "volumes": [_volume(volume) for volume in operation.volumes],
    }


def _volume(volume: Volume) -> Members:
    return {
        "volume": volume.name,
        "core": CORE_WORDS[volume.footprint.core],
        "points": [[point.lon_deg, point.lat_deg] for point in volume.footprint.points],
        "buffer_m": volume.footprint.buffer_dmm / DMM_PER_M,
        **band_members(volume.band),
        **span_members(volume.span),
    }
