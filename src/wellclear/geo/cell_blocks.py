"""Cells put together to blocks, and footprints that contain them.

The sides of S2 cells lie on great circles that run along the rows and the columns of a face of S2's cube. So a whole
rectangle of cells is bounded by four great circles, like one cell: a cover becomes some blocks instead of hundreds of
cells. Why a footprint contains its block: see `wellclear.geo.cells`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import s2geometry as s2

from wellclear.errors import MalformedInput
from wellclear.geo.cells import LEAVE, Cell, check_level, level_of, vector
from wellclear.geo.footprint import Footprint
from wellclear.geo.frame import Floats
from wellclear.geo.grid import MIN_S2_LEVEL
from wellclear.geo.limits import DMM_PER_M, MAX_EDGE_M
from wellclear.geo.position import Position

MAX_RADIUS_M: Final = 6_399_594.0
"""Largest radius of curvature of the ellipsoid: at a pole, a2 / b."""

MAX_SIDE_RAD: Final = 1.704897179199218
"""Longest side of a cell of level 0; half as long at each level (S2's `kMaxEdge`)."""

ROUNDING_M: Final = 0.012
"""Rounding a corner to 1e-7 degree moves it by at most 7.9 mm; the rest is for the sides between two such corners."""

PIECE_M: Final = 0.8 * MAX_EDGE_M
"""Longest piece of a side: the pieces are even in the chord, so some are longer than others."""

Place = tuple[int, int]
"""Column and row of a cell on its face."""

Run = tuple[int, int]
"""First and last column of cells that lie side by side."""


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """A rectangle of cells of one level on one face, within one cell of level 4.

    Attributes:
        corners: the cells at its corners, in order round it; four times the same cell is a block too.
    """

    corners: tuple[Cell, Cell, Cell, Cell]


def blocks(cells: Iterable[Cell]) -> tuple[Block, ...]:
    """Few blocks that together are exactly these cells; which ones depends on the cells alone.

    Args:
        cells: of one level, 4 to 16.

    Returns:
        Ascending; no two overlap. Rows of cells put together where they are alike, or columns if that gives fewer.
    """
    regions: dict[tuple[int, ...], dict[Place, Cell]] = defaultdict(dict)
    for cell in cells:
        face, column, row, above = _place(cell)
        regions[face, *above][column, row] = cell
    found: list[Block] = []
    for region in regions.values():
        turned = {(row, column): cell for (column, row), cell in region.items()}
        across = [_corners(region, *rectangle) for rectangle in _rectangles(region)]
        down = [_corners(turned, *rectangle) for rectangle in _rectangles(turned)]
        found += (
            [Block(corners) for corners in across]
            if len(across) <= len(down)
            else [Block((low, second, high, first)) for low, first, high, second in down]
        )
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def block_footprint(block: Block) -> Footprint:
    """An area with a buffer that contains a block; the buffer is at most 1.3 m, for small blocks some centimetres.

    Returns:
        An area whose sides are geodesics between points of the block's sides, and a buffer for what they leave.

    Raises:
        MalformedInput: `cell-malformed` or `cell-level`.
    """
    for cell in block.corners:
        check_cell(cell)
    corners = [vector(s2.S2Cell(s2.S2CellId(cell)).GetVertex(side)) for side, cell in enumerate(block.corners)]
    cells_aside = max(_apart(block.corners[0], block.corners[2])) + 1
    side_rad = cells_aside * MAX_SIDE_RAD / (1 << level_of(block.corners[0]))
    parts = math.ceil(side_rad * MAX_RADIUS_M / PIECE_M)
    ring = tuple(
        _position(start * (parts - step) + end * step)
        for start, end in pairwise([*corners, corners[0]])
        for step in range(parts)
    )
    leave_m = LEAVE * (1.1 * side_rad / parts) ** 2 * MAX_RADIUS_M
    return Footprint.area(ring, math.ceil((leave_m + ROUNDING_M) * DMM_PER_M))


def cell_footprint(cell: Cell) -> Footprint:
    """An area with a buffer that contains a cell of level 4 to 16.

    Raises:
        MalformedInput: `cell-malformed` or `cell-level`.
    """
    return block_footprint(Block((cell, cell, cell, cell)))


def check_cell(cell: Cell) -> None:
    """Hold only if a number is that of a cell which covers may have.

    Raises:
        MalformedInput: `cell-malformed` or `cell-level`.
    """
    if type(cell) is not int or not 0 < cell < 1 << 64 or not s2.S2CellId(cell).is_valid():
        raise MalformedInput(f"{cell!r} is no S2 cell", code="cell-malformed", wanted="a valid 64-bit number")
    check_level(level_of(cell))


def _place(cell: Cell) -> tuple[int, int, int, Place]:
    """Face, column and row of a cell, and column and row of the cell of level 4 above it."""
    level = level_of(cell)
    face, column, row, _ = s2.S2CellId(cell).ToFaceIJOrientation()
    column, row = column >> 30 - level, row >> 30 - level
    return face, column, row, (column >> level - MIN_S2_LEVEL, row >> level - MIN_S2_LEVEL)


def _apart(one: Cell, other: Cell) -> Place:
    """How many columns and rows one cell lies from another on the same face."""
    (_, column, row, _), (_, other_column, other_row, _) = _place(one), _place(other)
    return abs(column - other_column), abs(row - other_row)


def _rectangles(region: Iterable[Place]) -> list[tuple[Run, Run]]:
    """First and last column, and first and last row, of rectangles that together are these places.

    Each is a run of columns, with the rows after it put together that have the same run.
    """
    columns: dict[int, list[int]] = defaultdict(list)
    for column, row in sorted(region):
        columns[row].append(column)
    found: list[tuple[Run, Run]] = []
    growing: dict[Run, int] = {}
    before = -2
    for row in sorted(columns):
        above = growing if row == before + 1 else {}
        continued = {run: above.get(run, row) for run in _runs(columns[row])}
        found += [(run, (first, before)) for run, first in growing.items() if continued.get(run) != first]
        growing, before = continued, row
    return found + [(run, (first, before)) for run, first in growing.items()]


def _runs(columns: list[int]) -> list[Run]:
    """Ascending columns as runs without a gap."""
    starts = [column for before, column in pairwise([columns[0] - 2, *columns]) if column != before + 1]
    ends = [column for column, after in pairwise([*columns, columns[-1] + 2]) if after != column + 1]
    return list(zip(starts, ends, strict=True))


def _corners(region: dict[Place, Cell], columns: Run, rows: Run) -> tuple[Cell, Cell, Cell, Cell]:
    (left, right), (low, high) = columns, rows
    return region[left, low], region[right, low], region[right, high], region[left, high]


def _position(direction: Floats) -> Position:
    x, y, z = (float(part) for part in direction)
    return Position.from_degrees(math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y))))
