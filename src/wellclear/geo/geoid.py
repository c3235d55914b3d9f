"""The EGM96 geoid: how far mean sea level lies above the WGS 84 ellipsoid.

The grid is NGA's WW15MGH, every 15 minutes, in centimetres; it ships with the package, so that no height depends on
what a projection library finds installed. Its source and licence stand in ``egm96-15.txt`` beside it, and
``tools/make_geoid.py`` makes it.
"""

from __future__ import annotations

import zlib
from functools import cache, lru_cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from wellclear.geo.box import LonLatBox

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

ROWS: Final = 721
COLUMNS: Final = 1_440
CELLS_PER_DEGREE: Final = 4
PACKED: Final = "egm96-15.zlib"

BESIDE: Final = (6, -11, 6)
STRAIGHT: Final = (4, -18, 28)
"""Sixteenths of the values in the three rows above, farthest first, one column to each side and in the same one: a fit
by least squares, which makes the packed form a fifth smaller."""

INTERPOLATION_RESERVE_M: Final = 1.2
"""Farthest that EGM96 itself leaves bilinear interpolation in a grid of 15 minutes: 1.152 m (Karney, GeographicLib,
"Geoid height", table of interpolation errors)."""


def geoid_m(lon_deg: npt.ArrayLike, lat_deg: npt.ArrayLike) -> Floats:
    """Height of the geoid above the ellipsoid, bilinear in the grid.

    lon_deg, lat_deg  any equal shape; any longitude, latitudes within -90 and 90
    returns           the same shape, metres
    """
    grid_cm = _grid_cm()
    x = np.mod(np.asarray(lon_deg, dtype=np.float64), 360.0) * CELLS_PER_DEGREE
    y = (90.0 - np.asarray(lat_deg, dtype=np.float64)) * CELLS_PER_DEGREE
    column = np.minimum(np.floor(x).astype(np.int64), COLUMNS - 1)
    row = np.clip(np.floor(y).astype(np.int64), 0, ROWS - 2)
    east, south = x - column, y - row
    upper = grid_cm[row, column] * (1 - east) + grid_cm[row, column + 1] * east
    lower = grid_cm[row + 1, column] * (1 - east) + grid_cm[row + 1, column + 1] * east
    return np.asarray((upper * (1 - south) + lower * south) / 100.0, dtype=np.float64)


@lru_cache(maxsize=16_384)
def extremes_m(box: LonLatBox) -> tuple[float, float]:
    """Lowest and highest that the geoid can lie within a box, in metres.

    A bilinear surface stays between the nodes of its cell, so the extremes over all nodes of the cells touched bound
    it; `INTERPOLATION_RESERVE_M` bounds what EGM96 does between them.
    """
    top = int(np.floor((90.0 - box.north_deg) * CELLS_PER_DEGREE))
    bottom = int(np.ceil((90.0 - box.south_deg) * CELLS_PER_DEGREE))
    rows = _grid_cm()[max(top, 0) : bottom + 1]
    first = int(np.floor(box.west_deg * CELLS_PER_DEGREE))
    last = int(np.ceil((box.west_deg + box.width_deg) * CELLS_PER_DEGREE))
    if last - first >= COLUMNS:
        pieces = [rows]
    else:
        begin, end = first % COLUMNS, first % COLUMNS + last - first
        pieces = [rows[:, begin : end + 1]] + ([rows[:, : end - COLUMNS + 1]] if end > COLUMNS else [])
    low_cm = min(int(piece.min()) for piece in pieces)
    high_cm = max(int(piece.max()) for piece in pieces)
    return low_cm / 100.0 - INTERPOLATION_RESERVE_M, high_cm / 100.0 + INTERPOLATION_RESERVE_M


def expected(above: Integers) -> Integers:
    """What the next row is expected to be.

    above    (3, n) the three rows above it, nearest last
    returns  (n,)
    """
    beside = BESIDE[0] * above[0] + BESIDE[1] * above[1] + BESIDE[2] * above[2]
    straight = STRAIGHT[0] * above[0] + STRAIGHT[1] * above[1] + STRAIGHT[2] * above[2]
    return np.asarray((straight + np.roll(beside, 1) + np.roll(beside, -1) + 8) >> 4, dtype=np.int64)


def unpacked_cm(content: bytes) -> Integers:
    """The grid from its packed form: (ROWS, COLUMNS) centimetres, 90 N first, from 0 E."""
    planes = np.frombuffer(zlib.decompress(content), dtype=np.uint8).reshape(2, ROWS, COLUMNS).astype(np.int64)
    zigzag = planes[0] + (planes[1] << 8)
    left = (zigzag >> 1) ^ -(zigzag & 1)
    bends = np.zeros((ROWS + 3, COLUMNS), dtype=np.int64)
    for row in range(ROWS):
        bends[row + 3] = left[row] + expected(bends[row : row + 3])
    return np.asarray(bends[3:].cumsum(axis=1).cumsum(axis=1), dtype=np.int64)


@cache
def _grid_cm() -> npt.NDArray[np.int16]:
    """The grid with its first column again at the end: (ROWS, COLUMNS + 1) centimetres, read once."""
    content = resources.files("wellclear.geo").joinpath(PACKED).read_bytes()
    grid_cm = unpacked_cm(content).astype(np.int16)
    return np.hstack((grid_cm, grid_cm[:, :1]))
