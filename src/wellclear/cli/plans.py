"""Files as the user named them, read into plans."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wellclear.cli.checked import Plans, Source
from wellclear.cli.options import given
from wellclear.cli.source_files import encodable, party_names, read_source, refuse_repeats
from wellclear.errors import MalformedInput, WellclearError
from wellclear.formats import registry
from wellclear.model.reading import Context

if TYPE_CHECKING:
    from collections.abc import Callable

    from wellclear.cli.options import ReadingOptions
    from wellclear.geo.span import Span
    from wellclear.model.reading import Reading

    Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Named:
    """A file, its name as it is shown, and the party whose plans it holds where it does not say."""

    path: Path
    name: str
    party: str


def named(names: tuple[str, ...], options: ReadingOptions) -> tuple[Named, ...]:
    """The files with the party of each.

    Raises:
        RuleViolated: one file given twice.
    """
    paths = tuple(Path(name) for name in names)
    refuse_repeats(paths)
    parties = party_names(paths) if options.party is None else (options.party,) * len(paths)
    shown = [(encodable(name), encodable(party)) for name, party in zip(names, parties, strict=True)]
    return tuple(Named(path, name, party) for path, (name, party) in zip(paths, shown, strict=True))


def read_plans(files: tuple[Named, ...], options: ReadingOptions, horizon: Span, progress: Progress) -> Plans:
    """Read every file.

    Raises:
        WellclearError: a file cannot be read at all, or nothing in it could be taken.
    """
    readings = []
    for done, file in enumerate(files):
        progress(done, len(files), f"reading {file.name}")
        readings.append(read_file(file, options, horizon))
    return Plans(
        sources=tuple(_source(file, reading) for file, reading in zip(files, readings, strict=True)),
        operations=tuple(operation for reading in readings for operation in reading.operations),
        refusals=tuple(refusal for reading in readings for refusal in reading.refusals),
        notes=tuple(note for reading in readings for note in reading.notes),
    )


def read_file(file: Named, options: ReadingOptions, horizon: Span) -> Reading:
    """Read one file.

    Raises:
        WellclearError: it cannot be read at all, or nothing in it could be taken.
    """
    if options.format is not None:
        given("--format", registry.named, options.format)
    content = read_source(file.path, options.max_bytes())
    context = Context(source=file.name, party=file.party, horizon=horizon, tracks=options.tracks())
    try:
        reading = registry.read(content, context, options.format)
    except WellclearError as error:
        raise _in_file(error, file.name) from error
    if not reading.operations:
        raise _nothing_taken(reading, file.name)
    return reading


def _in_file(error: WellclearError, name: str) -> WellclearError:
    if error.at.startswith(name):
        return error
    place = f"{name}, {error.at}" if error.at else name
    return type(error)(error.message, code=error.code, at=place, wanted=error.wanted)


def _nothing_taken(reading: Reading, name: str) -> WellclearError:
    if not reading.refusals:
        why = f": {reading.notes[-1].message}" if reading.notes else ""
        return MalformedInput(
            f"the file holds no volume{why}",
            code="file-without-volumes",
            at=name,
            wanted="at least one within the horizon",
        )
    first = reading.refusals[0]
    subject = f"{first.subject}: " if first.subject else ""
    more = len(reading.refusals) - 1
    others = f"; {more:,} more records were refused and none was taken" if more else ""
    error = MalformedInput(f"{subject}{first.message}{others}", code=first.code, at=first.at, wanted=first.wanted)
    return _in_file(error, name)


def _source(file: Named, reading: Reading) -> Source:
    volumes = sum(len(operation.volumes) for operation in reading.operations)
    return Source(file.name, reading.format, len(reading.operations), volumes, len(reading.refusals))
