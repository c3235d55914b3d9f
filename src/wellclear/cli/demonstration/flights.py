"""The recorded flights of the demonstration, shared out among three agencies and moved to the next hours."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import Final

from wellclear.errors import NotFound
from wellclear.formats import registry
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Context

SAMPLES: Final = "wellclear.formats.tracks.samples"
"""Package that holds the recorded flights."""

CALFIRE, USFS, COUNTY = "calfire", "usfs", "county"
AGENCIES: Final = (CALFIRE, USFS, COUNTY)

PREFIXES: Final = (
    ("T72", USFS, "tanker"),
    ("T71", USFS, "tanker"),
    ("T", CALFIRE, "tanker"),
    ("N", COUNTY, "helicopter"),
)
"""Who flies what in this story, by the start of the call sign; in truth all were of one agency or another."""

AHEAD_MS: Final = 45 * 60_000
"""How long after now the first flight begins: more than every lead time, so that nothing is late by chance."""

_MINUTE_MS: Final = 60_000
_DAY: Final = Span(0, 86_400_000)


def sample_name() -> str:
    """Name of the file with the recorded flights."""
    return next(entry.name for entry in files(SAMPLES).iterdir() if entry.name.startswith("calfire"))


def recorded_flights() -> dict[str, Operation]:
    """All flights as they were recorded, by name, each as an operation of its agency."""
    content = files(SAMPLES).joinpath(sample_name()).read_bytes()
    reading = registry.read(content, Context(sample_name(), CALFIRE, _DAY))
    return {operation.identifier: _shared_out(operation) for operation in reading.operations}


def moved(operations: dict[str, Operation], now_ms: int) -> dict[str, Operation]:
    """The flights as plans for the next hours, as far from each other in time as they were."""
    first_ms = min(volume.span.start_ms for operation in operations.values() for volume in operation.volumes)
    return {name: _later(operation, now_ms + AHEAD_MS - first_ms) for name, operation in operations.items()}


def starting(operation: Operation, start_ms: int, identifier: str) -> Operation:
    """A flight once more, under another name and from another time on."""
    first_ms = min(volume.span.start_ms for volume in operation.volumes)
    return replace(_later(operation, start_ms - first_ms), identifier=identifier)


def _later(operation: Operation, by_ms: int) -> Operation:
    shift_ms = by_ms - by_ms % _MINUTE_MS
    volumes = tuple(
        replace(volume, span=Span(volume.span.start_ms + shift_ms, volume.span.end_ms + shift_ms))
        for volume in operation.volumes
    )
    return replace(operation, volumes=volumes)


def _shared_out(operation: Operation) -> Operation:
    for start, party, category in PREFIXES:
        if operation.identifier.startswith(start):
            return replace(operation, party=party, category=category)
    return replace(operation, party=COUNTY, category="helicopter")


def flight(operations: dict[str, Operation], name: str) -> Operation:
    """One flight.

    Raises:
        NotFound: the sample does not hold it.
    """
    if name not in operations:
        raise NotFound(f"the sample holds no flight {name}", code="demo-sample", wanted="the sample as it was shipped")
    return operations[name]
