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

MIN_S2_LEVEL: Final = 4
"""Coarsest: a cell is at most 980 km across, so that distances from it are proven."""

MAX_S2_LEVEL: Final = 16
"""Finest: a cell is about 150 m wide; a finer one hides nothing of an aircraft's plan."""

MIN_LEVEL_BIN_DMM: Final = 10 * DMM_PER_M
"""Lowest bin of height: a lower one hides nothing."""

MIN_TIME_BIN_MS: Final = 60_000
"""Shortest bin of time, a minute: a shorter one hides nothing."""

MAX_TIME_BIN_MS: Final = 86_400_000
"""Longest bin of time, a day: a longer one is no notice."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Level of the cells, width of the bins of height and of time.

    Bins of height begin at zero of each height reference, bins of time at 1970-01-01Z.

    Attributes:
        s2_level: level of the S2 cells, 4 to 16; the higher, the smaller.
        level_bin_dmm: 10 m to 1,000 km, in 0.1 mm.
        time_bin_ms: a minute to a day.

    Raises:
        MalformedInput: `grid-range`: not integers, or out of range.
    """

    s2_level: int
    level_bin_dmm: int
    time_bin_ms: int

    def __post_init__(self) -> None:
        for name, value, least, most, wanted in (
            ("s2_level", self.s2_level, MIN_S2_LEVEL, MAX_S2_LEVEL, "from 4 to 16"),
            ("level_bin", self.level_bin_dmm, MIN_LEVEL_BIN_DMM, MAX_HEIGHT_DMM, "from 10 m to 1,000 km"),
            ("time_bin", self.time_bin_ms, MIN_TIME_BIN_MS, MAX_TIME_BIN_MS, "from 1 min to 24 h"),
        ):
            if type(value) is not int or not least <= value <= most:
                raise MalformedInput(f"{name} is out of range", code="grid-range", wanted=wanted)

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
        return max(value_dmm // self.level_bin_dmm * self.level_bin_dmm, -MAX_HEIGHT_DMM)

    def _up_dmm(self, value_dmm: int) -> int:
        return min(-(-value_dmm // self.level_bin_dmm) * self.level_bin_dmm, MAX_HEIGHT_DMM)
