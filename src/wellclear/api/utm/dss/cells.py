"""Cells of a grid: what touches no common cell cannot meet. Locks and the limit of intents in one place go by them.

Whether volumes meet is never decided by cells.
"""

from __future__ import annotations

from math import cos, floor, log2, radians
from typing import Final

from wellclear.geo.box import LonLatBox
from wellclear.geo.footprint import Footprint

CELLS_PER_DEGREE: Final = 32
"""A cell is 3.5 km high, and at 45 degrees 2.5 km wide."""

MAX_CELL_COLUMNS: Final = 256
"""Columns of the equator that one cell spans beside a pole, where they are narrow; a power of two that divides all."""

_AROUND: Final = 360 * CELLS_PER_DEGREE
_HEAPED: Final = 90 * CELLS_PER_DEGREE

MAX_UTM_CELLS: Final = 4_096
"""Cells of one entity or question: 35,000 km2 at 45 degrees."""


def cells_of(footprint: Footprint) -> frozenset[int] | None:
    """Cells that a footprint may touch; None for more than `MAX_UTM_CELLS`."""
    box = LonLatBox.of(footprint)
    west, south = floor(box.west_deg * CELLS_PER_DEGREE), floor(box.south_deg * CELLS_PER_DEGREE)
    east = floor((box.west_deg + box.width_deg) * CELLS_PER_DEGREE)
    north = min(floor(box.north_deg * CELLS_PER_DEGREE), _HEAPED - 1)
    columns = min(east - west + 1, _AROUND)
    wide = {row: _columns_of_cell(row) for row in range(south, north + 1)}
    if sum(columns // width + 2 for width in wide.values()) > MAX_UTM_CELLS:
        return None
    last = west + columns - 1
    return frozenset(
        (row + _HEAPED) * _AROUND + (column % _AROUND) // width
        for row, width in wide.items()
        for column in (*range(west, last, width), last)
    )


def _columns_of_cell(row: int) -> int:
    """How many columns of the equator one cell of a row spans: so many that it is about as wide as elsewhere.

    A power of two: each narrow cell lies in one wide cell.
    """
    nearest_deg = min(abs(row), abs(row + 1)) / CELLS_PER_DEGREE
    fits = 1 / max(cos(radians(nearest_deg)), 1 / MAX_CELL_COLUMNS)
    return min(1 << floor(log2(fits)), MAX_CELL_COLUMNS)
