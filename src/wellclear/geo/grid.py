"""How coarsely a plan is shown: the level of its cells on the ground, and bins of height and of time.

Everything is rounded outward, so that what is shown contains what is meant. Cells are those of S2 (s2geometry.io):
each level has a quarter of the area of the one above it; a cell is about 10 km wide at level 10 and 2.5 km at level 12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.height import Band, Height
from wellclear.geo.limits import DMM_PER_M, MAX_HEIGHT_DMM, MAX_TIME_MS
from wellclear.geo.span import Span

MIN_CELL_LEVEL: Final = 4
"""Coarsest: a cell is at most 980 km across, so that distances from it are proven."""

MAX_CELL_LEVEL: Final = 16
"""Finest: a cell is about 150 m wide; a finer one hides nothing of an aircraft's plan."""

MIN_HEIGHT_BIN_DMM: Final = 10 * DMM_PER_M
"""Smallest bin of height: finer than an altimeter is read."""

MIN_TIME_BIN_MS: Final = 1_000
"""Smallest bin of time: finer than a clock is read."""

MAX_TIME_BIN_MS: Final = 86_400_000
"""Largest bin of time: a day."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Level of the cells, width of the bins of height and of time.

    Bins of height begin at zero of each height reference, bins of time at 1970-01-01Z.

    Attributes:
        level: level of S2 cells, 4 to 16.
        height_bin_dmm: 10 m to 1,000 km, in 0.1 mm.
        time_bin_ms: a second to a day.

    Raises:
        MalformedInput: `grid-range`: not integers, or out of range.
    """

    level: int
    height_bin_dmm: int
    time_bin_ms: int

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("level of cells", self.level, MIN_CELL_LEVEL, MAX_CELL_LEVEL),
            ("bin of height in 0.1 mm", self.height_bin_dmm, MIN_HEIGHT_BIN_DMM, MAX_HEIGHT_DMM),
            ("bin of time in milliseconds", self.time_bin_ms, MIN_TIME_BIN_MS, MAX_TIME_BIN_MS),
        ):
            if type(value) is not int or not least <= value <= most:
                raise MalformedInput(
                    f"the {name} {value!r} is out of range", code="grid-range", wanted=f"{least:,} to {most:,}"
                )

    def covering_span(self, span: Span) -> Span:
        """The bins of time that a span meets; the last ends in 2200 at the latest."""
        width_ms = self.time_bin_ms
        end_ms = -(-span.end_ms // width_ms) * width_ms
        return Span(span.start_ms // width_ms * width_ms, min(end_ms, MAX_TIME_MS))

    def covering_band(self, band: Band) -> Band:
        """The bins of height that a band meets, each end in its own reference; an open end stays open.

        A level on the edge between two bins is shown as the one above, so that every closed band has a thickness.
        """
        floor = band.floor and Height(self._down_dmm(band.floor.value_dmm), band.floor.reference)
        ceiling = band.ceiling and Height(self._up_dmm(band.ceiling.value_dmm), band.ceiling.reference)
        if floor and floor == ceiling:
            ceiling = Height(self._up_dmm(floor.value_dmm + 1), floor.reference)
        return Band(floor, ceiling)

    def _down_dmm(self, value_dmm: int) -> int:
        return max(value_dmm // self.height_bin_dmm * self.height_bin_dmm, -MAX_HEIGHT_DMM)

    def _up_dmm(self, value_dmm: int) -> int:
        return min(-(-value_dmm // self.height_bin_dmm) * self.height_bin_dmm, MAX_HEIGHT_DMM)
