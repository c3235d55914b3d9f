"""How high the ground lies: a grid of heights above sea level."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

import numpy as np
import numpy.typing as npt

from wellclear.errors import MalformedInput
from wellclear.geo.box import LonLatBox
from wellclear.geo.quantity import TERRAIN_LIMITS_M

EDGE_CELLS: Final = 1e-6
"""Share of a cell by which a box may overrun a grid: the error of its corner's decimals."""


@dataclass(frozen=True, slots=True, eq=False)
class TerrainGrid:
    """Heights above mean sea level (EGM96) in square cells of longitude and latitude (WGS 84).

    A height is that of a cell's middle; the ground between the middles lies between their heights.

    Attributes:
        west_deg: western edge of the first column, -180 to 360.
        south_deg: southern edge of the last row.
        cell_deg: side of a cell.
        heights_m: (rows, columns) north first, NaN where the height is not known.

    Raises:
        MalformedInput: no cells, a side that is not positive, more than the whole Earth, or a height out of range.
    """

    west_deg: float
    south_deg: float
    cell_deg: float
    heights_m: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        rows, columns = self.heights_m.shape
        # A grid whose outermost middles lie on the poles or all around overruns them by half a cell.
        fits = (
            rows * columns > 0
            and 0 < self.cell_deg <= 180
            and -180 - self.cell_deg <= self.west_deg <= 360
            and columns * self.cell_deg <= 360 + 1.01 * self.cell_deg
            and self.south_deg >= -90 - 0.51 * self.cell_deg
            and self.south_deg + rows * self.cell_deg <= 90 + 0.51 * self.cell_deg
        )
        if not fits:
            raise MalformedInput(
                "the terrain grid does not lie on the Earth",
                code="terrain-place",
                wanted="longitude and latitude in degrees, WGS 84",
            )
        wrong = (self.heights_m < TERRAIN_LIMITS_M[0]) | (self.heights_m > TERRAIN_LIMITS_M[1])
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise MalformedInput(
                f"a terrain height of {self.heights_m[row, column]:g} m",
                code="terrain-height",
                at=f"row {row + 1}, column {column + 1}",
                wanted="metres above sea level, from -500 to 9,000",
            )

    def extremes_m(self, box: LonLatBox) -> tuple[float, float] | None:
        """Lowest and highest ground within a box; None where the grid does not cover it or a height is not known.

        All cells that the box touches count, and the cells beside them as far as there are any: the ground in a cell
        lies between its own height and theirs.
        """
        rows, columns = self.heights_m.shape
        north_deg = self.south_deg + rows * self.cell_deg
        top = floor((north_deg - box.north_deg) / self.cell_deg + EDGE_CELLS)
        bottom = ceil((north_deg - box.south_deg) / self.cell_deg - EDGE_CELLS)
        eastward_deg = (box.west_deg - self.west_deg + EDGE_CELLS * self.cell_deg) % 360.0
        first = floor(eastward_deg / self.cell_deg)
        last = ceil((eastward_deg + box.width_deg) / self.cell_deg - 2 * EDGE_CELLS)
        if top < 0 or bottom > rows or (last > columns and not self._goes_round()):
            return None
        top, first = min(top, rows - 1), first if self._goes_round() else min(first, columns - 1)
        bottom, last = max(bottom, top + 1), max(last, first + 1)
        inner = self._cells(top, bottom, first, last)
        if np.isnan(inner).any():
            return None
        outer = self._cells(top - 1, bottom + 1, first - 1, last + 1)
        return float(np.nanmin(outer)), float(np.nanmax(outer))

    def _cells(self, top: int, bottom: int, first: int, last: int) -> npt.NDArray[np.float32]:
        """Rows and columns half open, cut to the grid; columns go on round the Earth where it does."""
        slab = self.heights_m[max(top, 0) : bottom]
        if not self._goes_round():
            return slab[:, max(first, 0) : last]
        turn = round(360.0 / self.cell_deg)
        if abs(turn * self.cell_deg - 360.0) > EDGE_CELLS * self.cell_deg or last - first >= turn:
            return slab
        return slab[:, np.arange(first, last) % turn]

    def _goes_round(self) -> bool:
        columns: int = self.heights_m.shape[1]
        return columns * self.cell_deg >= 360.0 - EDGE_CELLS * self.cell_deg
