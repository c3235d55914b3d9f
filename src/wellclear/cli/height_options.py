"""The options that say what heights of different references can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from wellclear.cli.options import given
from wellclear.cli.source_files import encodable, read_source
from wellclear.errors import WellclearError
from wellclear.formats.terrain_asc import parse_terrain_asc
from wellclear.geo.envelope import Ranges
from wellclear.geo.quantity import parse_pressure_range_hpa, parse_temperature_range_k, parse_terrain_range_m
from wellclear.geo.terrain import TerrainGrid

RANGE_FORM: Final = re.compile(r"\s*[+-]?[0-9]\S*\s*\.\.")
"""What is read as a range of terrain; everything else is the name of a file."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class HeightOptions:
    """What heights of different references can mean; without a range that is needed a pair is NOT ASSESSED."""

    pressure: Annotated[
        str | None, Parameter(metavar="LOW..HIGH", help="Range of pressure at sea level, such as 980..1040 (hPa).")
    ] = None
    temperature: Annotated[
        str | None,
        Parameter(
            metavar="LOW..HIGH",
            allow_leading_hyphen=True,
            help="Range of deviation from the standard atmosphere, such as -20..+15 (kelvin).",
        ),
    ] = None
    terrain: Annotated[
        str | None,
        Parameter(
            metavar="LOW..HIGH|GRID",
            allow_leading_hyphen=True,
            help="Range of terrain heights, such as 0m..4421m, or the file of a grid.",
        ),
    ] = None

    def ranges(self, max_bytes: int) -> Ranges:
        """The ranges for detection.

        Raises:
            WellclearError: a range or the terrain grid cannot be read.
        """
        pressure, temperature = self.pressure, self.temperature
        return Ranges(
            pressure_hpa=given("--pressure", parse_pressure_range_hpa, pressure) if pressure else None,
            temperature_k=given("--temperature", parse_temperature_range_k, temperature) if temperature else None,
            terrain=_terrain(self.terrain, max_bytes) if self.terrain else None,
        )

    def paths(self) -> tuple[Path, ...]:
        """The files that are read for the ranges."""
        return (Path(self.terrain),) if self.terrain and not RANGE_FORM.match(self.terrain) else ()

    def words(self) -> tuple[tuple[str, str], ...]:
        """Each range that was given, by option, as it was given."""
        named = (("--pressure", self.pressure), ("--temperature", self.temperature), ("--terrain", self.terrain))
        return tuple((option, encodable(text)) for option, text in named if text)


def _terrain(text: str, max_bytes: int) -> tuple[float, float] | TerrainGrid:
    """A range where the text has two dots between numbers, else the grid in the file of that name."""
    if RANGE_FORM.match(text):
        return given("--terrain", parse_terrain_range_m, text)
    path = Path(text)
    try:
        return parse_terrain_asc(read_source(path, max_bytes))
    except WellclearError as error:
        raise (
            error if error.at.startswith(text) else error.placed(f"--terrain {text}{',' if error.at else ''}")
        ) from error


NO_RANGES: Final = HeightOptions()
