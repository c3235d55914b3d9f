"""The options that commands share, with their help; `parsed` values come from the methods, placed at the option."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar

from cyclopts import Parameter

from wellclear.cli.amounts import default_horizon, parse_horizon, parse_size_bytes
from wellclear.cli.output_files import OutputFiles
from wellclear.cli.source_files import DEFAULT_MAX_FILE_BYTES
from wellclear.errors import WellclearError
from wellclear.geo.quantity import parse_distance_dmm, parse_duration_ms
from wellclear.model.minima_text import parse_minima
from wellclear.model.reading import TrackReading

if TYPE_CHECKING:
    from collections.abc import Callable

    from wellclear.geo.span import Span
    from wellclear.model.minima import Minima

Value = TypeVar("Value")

STANDARD_OUTPUT: Final = "-"


def given(option: str, parse: Callable[[str], Value], text: str) -> Value:
    """What the user gave for an option, parsed.

    Raises:
        WellclearError: as ``parse`` raises it, placed at the option.
    """
    try:
        return parse(text)
    except WellclearError as error:
        raise error.placed(option) from error


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How files are read."""

    format: Annotated[
        str | None,
        Parameter(
            metavar="NAME", help="Read as this format, such as openair, instead of recognising it by its content."
        ),
    ] = None
    party: Annotated[
        str | None,
        Parameter(
            metavar="NAME", help="Whose plans these are where a file does not say; else the file's name is used."
        ),
    ] = None
    horizon: Annotated[
        str | None,
        Parameter(
            metavar="START/END",
            help="Where periods without an end are bounded, such as 2018-09-17/2018-10-17; else 30 days from today.",
        ),
    ] = None
    max_file: Annotated[
        str | None, Parameter(metavar="SIZE", help="Largest file that is read, such as 200MiB; else 64MiB.")
    ] = None
    segment: Annotated[
        str, Parameter(metavar="TIME", help="Recorded tracks: length of one corridor segment in time.")
    ] = "5min"
    buffer: Annotated[str, Parameter(metavar="DISTANCE", help="Recorded tracks: half width of the corridor.")] = "0.5NM"
    half_band: Annotated[
        str,
        Parameter(
            metavar="HEIGHT", help="Recorded tracks: how far the band reaches below and above the recorded heights."
        ),
    ] = "500ft"
    time_buffer: Annotated[
        str, Parameter(metavar="TIME", help="Recorded tracks: how far a segment's span reaches beyond it.")
    ] = "1min"
    gap: Annotated[
        str, Parameter(metavar="TIME", help="Recorded tracks: a silence longer than this ends a segment.")
    ] = "10min"

    def bounds(self) -> Span:
        """The horizon; without one, thirty days from the start of today."""
        if self.horizon is None:
            return default_horizon(time.time_ns() // 1_000_000)
        return given("--horizon", parse_horizon, self.horizon)

    def max_bytes(self) -> int:
        """The largest file that is read."""
        if self.max_file is None:
            return DEFAULT_MAX_FILE_BYTES
        return given("--max-file", parse_size_bytes, self.max_file)

    def tracks(self) -> TrackReading:
        """How recorded tracks become operations."""
        return TrackReading(
            segment_ms=given("--segment", parse_duration_ms, self.segment),
            buffer_dmm=given("--buffer", parse_distance_dmm, self.buffer),
            half_band_dmm=given("--half-band", parse_distance_dmm, self.half_band),
            time_buffer_ms=given("--time-buffer", parse_duration_ms, self.time_buffer),
            gap_ms=given("--gap", parse_duration_ms, self.gap),
        )


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class QuestionOptions:
    """What is asked."""

    against: Annotated[
        tuple[str, ...],
        Parameter(
            metavar="FILE...",
            consume_multiple=True,
            show_default=False,
            help="Compare the plans with these files only, not with each other.",
        ),
    ] = ()
    minima: Annotated[
        str,
        Parameter(
            metavar="MINIMA",
            help="Under which distances two operations are in conflict, such as lateral=5NM,vertical=1000ft,time=0s; "
            "what is not named is zero: overlap only.",
        ),
    ] = "lateral=0m,vertical=0ft,time=0s"
    explain: Annotated[
        tuple[str, str] | None,
        Parameter(
            metavar="A B",
            help="Tell for one pair why it is or is not a conflict, number by number; "
            "each is OPERATION, PARTY/OPERATION or PARTY/OPERATION/VOLUME.",
        ),
    ] = None
    path: Annotated[
        Literal["auto", "compiled", "shapely"], Parameter(help="How pairs are sought; all find the same pairs.")
    ] = "auto"
    each: Annotated[
        bool,
        Parameter(
            negative=(), help="List every pair of volumes, not one row for two operations that stay in conflict."
        ),
    ] = False
    notes: Annotated[bool, Parameter(negative=(), help="List the notes on how records were read.")] = False

    def parsed_minima(self) -> Minima:
        """The minima."""
        return given("--minima", parse_minima, self.minima)


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class OutputOptions:
    """Where the findings go besides the screen."""

    json: Annotated[
        str | None,
        Parameter(
            name="--json", metavar="FILE", allow_leading_hyphen=True, help="Write everything as JSON; - for stdout."
        ),
    ] = None
    geojson: Annotated[
        str | None, Parameter(name="--geojson", metavar="FILE", help="Write the shared pieces of airspace as GeoJSON.")
    ] = None
    map: Annotated[
        str | None, Parameter(name="--map", metavar="FILE.html", help="Write a map that needs no network.")
    ] = None
    png: Annotated[str | None, Parameter(name="--png", metavar="FILE", help="Write a picture (extra: plot).")] = None

    def claimed(self, inputs: tuple[Path, ...]) -> OutputFiles:
        """Every file that will be written, checked now.

        Raises:
            RuleViolated: one of them is an input or cannot be written.
        """
        outputs = OutputFiles(inputs)
        names = (("--json", self.json), ("--geojson", self.geojson), ("--map", self.map), ("--png", self.png))
        for option, name in names:
            if name is not None and not (option == "--json" and name == STANDARD_OUTPUT):
                outputs.claim(option, name)
        return outputs


DEFAULT_READING: Final = ReadingOptions()
DEFAULT_QUESTION: Final = QuestionOptions()
NO_OUTPUTS: Final = OutputOptions()
