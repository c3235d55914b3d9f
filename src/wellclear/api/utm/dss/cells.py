"""Cells of a grid: what touches no common cell cannot meet. Locks and the limit of intents in one place go by them.

Whether volumes meet is never decided by cells.
"""

from __future__ import annotations

from math import floor
from typing import Final

from wellclear.geo.box import LonLatBox
from wellclear.geo.footprint import Footprint

CELLS_PER_DEGREE: Final = 32
"""A cell is 3.5 km high, and at 45 degrees 2.5 km wide."""

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
    if columns * (north - south + 1) > MAX_UTM_CELLS:
        return None
    return frozenset(
        (row + _HEAPED) * _AROUND + (west + step) % _AROUND
        for row in range(south, north + 1)
        for step in range(columns)
    )
