"""Terrain grids in Esri's ASCII raster format (``.asc``), heights in metres above mean sea level (EGM96).

The format (Esri, "Esri ASCII raster format"): a header of ncols, nrows, xllcorner or xllcenter, yllcorner or yllcenter,
cellsize and, if there is one, nodata_value (else -9999); then the heights, north first, separated by white space, each
row from the west. Coordinates must be longitude and latitude in degrees, WGS 84: the format does not say what they are,
so others are refused where they cannot be degrees.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np
import numpy.typing as npt

from wellclear.errors import MalformedInput
from wellclear.geo.terrain import TerrainGrid

MAX_TERRAIN_CELLS: Final = 16_000_000
"""Cells of one grid: 4,000 by 4,000, which is 110 km of 1 second of arc; 64 MB when read."""

MAX_HEADER_BYTES: Final = 1_000
"""Bytes of the header; six short lines need less than 200."""

NO_HEIGHT: Final = -9999.0
"""What the format says stands for an unknown height where the header names nothing else."""

_ENTRY: Final = re.compile(rb"[ \t]*([A-Za-z_]+)[ \t]+([^\s]+)[ \t]*(\r\n|\r|\n)")
_NUMBER: Final = re.compile(rb"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")
_KNOWN: Final = frozenset(
    {"ncols", "nrows", "xllcorner", "xllcenter", "yllcorner", "yllcenter", "cellsize", "nodata_value"}
)
_WANTED: Final = "ncols, nrows, xllcorner, yllcorner, cellsize and perhaps nodata_value, each with a number"
_NUMERALS: Final = b"0123456789+-.eE \t\r\n"


@dataclass(frozen=True, slots=True)
class _Header:
    columns: int
    rows: int
    west_deg: float
    south_deg: float
    cell_deg: float
    no_height: float


def parse_terrain_asc(content: bytes) -> TerrainGrid:
    """Read a terrain grid.

    Raises:
        MalformedInput: not such a raster, not in degrees, too large, or with other than as many heights as it claims.
    """
    entries, end = _entries(content)
    header = _header(entries)
    heights_m = _heights_m(content, end, header.rows * header.columns).reshape(header.rows, header.columns)
    heights_m[heights_m == np.float32(header.no_height)] = np.nan
    return TerrainGrid(header.west_deg, header.south_deg, header.cell_deg, heights_m)


def _entries(content: bytes) -> tuple[dict[str, float], int]:
    """The header's numbers by name, and where it ends."""
    entries: dict[str, float] = {}
    start = content[:MAX_HEADER_BYTES]
    end = 0
    while match := _ENTRY.match(start, end):
        name = match[1].decode("ascii").lower()
        place = f"line {len(entries) + 1}"
        if name not in _KNOWN:
            raise MalformedInput(f"the header names {name[:40]!r}", code="terrain-header", at=place, wanted=_WANTED)
        if name in entries:
            raise MalformedInput(f"the header names {name} twice", code="terrain-header", at=place, wanted=_WANTED)
        if not _NUMBER.fullmatch(match[2]) or not isfinite(float(match[2])):
            raise MalformedInput(f"{name} is not a number", code="terrain-header", at=place, wanted=_WANTED)
        entries[name] = float(match[2])
        end = match.end()
    return entries, end


def _header(entries: dict[str, float]) -> _Header:
    centred = "xllcenter" in entries
    x_name, y_name = ("xllcenter", "yllcenter") if centred else ("xllcorner", "yllcorner")
    needed = {"ncols", "nrows", x_name, y_name, "cellsize"}
    if not needed <= set(entries) <= needed | {"nodata_value"}:
        lacks = ", ".join(sorted(needed - set(entries))) or "one kind of corner"
        raise MalformedInput(
            f"not a terrain grid: the header lacks {lacks}", code="terrain-header", at="line 1", wanted=_WANTED
        )
    columns, rows, cell_deg = entries["ncols"], entries["nrows"], entries["cellsize"]
    if not (columns.is_integer() and rows.is_integer() and columns >= 1 and rows >= 1 and cell_deg > 0):
        raise MalformedInput(
            "columns, rows or the size of a cell make no grid",
            code="terrain-header",
            at="line 1",
            wanted="whole numbers of columns and rows, and a side over 0",
        )
    if columns * rows > MAX_TERRAIN_CELLS:
        raise MalformedInput(
            f"the grid has {columns * rows:,.0f} cells",
            code="terrain-limit",
            at="line 1",
            wanted=f"at most {MAX_TERRAIN_CELLS:,}: cut out the area of the plans, or take coarser cells",
        )
    half_deg = cell_deg / 2 if centred else 0.0
    west_deg, south_deg = entries[x_name] - half_deg, entries[y_name] - half_deg
    return _Header(int(columns), int(rows), west_deg, south_deg, cell_deg, entries.get("nodata_value", NO_HEIGHT))


def _heights_m(content: bytes, header_bytes: int, claimed: int) -> npt.NDArray[np.float32]:
    """As many heights as the header claims: (rows * columns,) metres."""
    body = content[header_bytes:]
    foreign = body.translate(None, _NUMERALS)
    if foreign:
        line = content.count(b"\n", 0, header_bytes + body.index(foreign[:1])) + 1
        raise MalformedInput(
            f"{foreign[:1]!r} among the heights",
            code="terrain-values",
            at=f"line {line}",
            wanted="numbers separated by spaces",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # An empty text would be read as one number.
            heights_m = np.fromstring(body.decode("ascii") if body.strip() else "", dtype=np.float32, sep=" ")
    except (DeprecationWarning, RuntimeWarning, ValueError) as error:
        raise MalformedInput(
            "a height is not a number", code="terrain-values", wanted="numbers separated by spaces"
        ) from error
    if len(heights_m) != claimed:
        raise MalformedInput(
            f"the grid has {len(heights_m):,} heights and claims {claimed:,}",
            code="terrain-count",
            wanted="as many as columns times rows; the file may be cut off",
        )
    if not np.isfinite(heights_m).all():
        raise MalformedInput("a height is not finite", code="terrain-values", wanted="metres above sea level")
    return heights_m
