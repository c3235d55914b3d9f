"""Online indexes side by side: one volume at a time against many resident ones.

`Trees` is what a user of shapely has: a tree can only be built whole, so an insert is a rebuild. `Rtree` is
libspatialindex in four dimensions. Both project the volume, ask, compare times and heights, and measure
what is left with `dwithin`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import shapely

from careful_shapely import SLOT_MS, Floats, Ints, cores_of, diagonals, flattened, plane_around
from rtree_4d import boxes_4d, grown, loaded
from wellclear.model.columns import Columns
from wellclear.model.minima import Minima

SPARE: Final = 20_000
"""Rows kept free for volumes that come later."""


class Online(Protocol):
    """What is measured: rows of one volume in, ids out."""

    def query(self, one: Columns) -> Ints:
        """Ids of resident volumes closer to it than the minima."""

    def insert(self, one: Columns) -> int:
        """Make it resident and return its id."""

    def remove(self, resident: int) -> None:
        """Make an id resident no longer."""


class Resident:
    """Plane, cores and numbers of all that is resident."""

    def __init__(self, columns: Columns, minima: Minima) -> None:
        lon_deg, lat_deg = columns.lon_e7 / 1e7, columns.lat_e7 / 1e7
        self._to_plane = plane_around(lon_deg, lat_deg)
        self._lateral_m = minima.lateral_dmm / 1e4
        self.count = len(columns)
        self.plane = flattened(columns, np.stack(self._to_plane(lon_deg, lat_deg), axis=-1))
        spare = np.zeros(SPARE, dtype=np.int64)
        everyone = np.arange(self.count)
        self._cores = np.concatenate((cores_of(columns, self.plane.xy_m, everyone), np.empty(SPARE, dtype=np.object_)))
        self._buffer_m = np.concatenate((self.plane.buffer_m, spare))
        self._group = np.concatenate((columns.group, spare))

    def flattened(self, one: Columns) -> tuple[Floats, Floats, Floats]:
        """Points, and low and high corner of the box of one volume."""
        xy_m = np.stack(self._to_plane(one.lon_e7 / 1e7, one.lat_e7 / 1e7), axis=-1)
        buffer_m = one.buffer_dmm[0] / 1e4
        return xy_m, xy_m.min(axis=0) - buffer_m, xy_m.max(axis=0) + buffer_m

    def keep(self, one: Columns, xy_m: Floats) -> int:
        """Store core and numbers of one more."""
        number = self.count
        self._cores[number] = _core(one.core[0], xy_m)
        self._buffer_m[number] = one.buffer_dmm[0] / 1e4
        self._group[number] = one.group[0]
        self.count += 1
        return number

    def measured(self, one: Columns, xy_m: Floats, ids: Ints) -> Ints:
        """Those of the ids whose footprints are close."""
        ids = ids[self._group[ids] != one.group[0]]
        within_m = self._buffer_m[ids] + (one.buffer_dmm[0] / 1e4 + self._lateral_m)
        close = shapely.dwithin(_core(one.core[0], xy_m), self._cores[ids], within_m)
        return np.sort(ids[close])


def _core(kind: int, xy_m: Floats) -> shapely.Geometry:
    if kind == 0:
        return shapely.points(xy_m[0])
    return shapely.linestrings(xy_m) if kind == 1 else shapely.polygons(xy_m)


class Trees:
    """One STRtree for each half hour."""

    numbered_from = 0

    def __init__(self, columns: Columns, minima: Minima) -> None:
        self._minima = minima
        self._columns = columns
        self._resident = Resident(columns, minima)
        plane = self._resident.plane
        self._earliest_ms = int(columns.start_ms.min())
        self._opening = (columns.start_ms - self._earliest_ms) // SLOT_MS
        closing = (columns.end_ms - 1 - self._earliest_ms) // SLOT_MS
        boxes = diagonals(plane.low_m, plane.high_m)
        self._trees: list[tuple[shapely.STRtree, Ints]] = []
        for slot in range(int(closing.max()) + 1):
            ids = np.flatnonzero((self._opening <= slot) & (slot <= closing))
            self._trees.append((shapely.STRtree(boxes[ids]), ids))

    def query(self, one: Columns) -> Ints:
        """As in `Online`."""
        xy_m, low_m, high_m = self._resident.flattened(one)
        reach_m = self._minima.lateral_dmm / 1e4
        asking = shapely.linestrings([low_m - reach_m, high_m + reach_m])
        start_ms, end_ms = one.start_ms[0] - self._minima.time_ms, one.end_ms[0] + self._minima.time_ms
        opening = max(int(start_ms - self._earliest_ms) // SLOT_MS, 0)
        closing = min(int(end_ms - 1 - self._earliest_ms) // SLOT_MS, len(self._trees) - 1)
        found = [self._active(slot, opening, asking) for slot in range(opening, closing + 1)]
        ids = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
        held = self._columns
        gap_dmm = np.maximum(held.floor_dmm[ids], one.floor_dmm[0]) - np.minimum(
            held.ceiling_dmm[ids], one.ceiling_dmm[0]
        )
        near = gap_dmm <= max(self._minima.vertical_dmm - 1, 0)
        near &= (held.start_ms[ids] < end_ms) & (start_ms < held.end_ms[ids])
        return self._resident.measured(one, xy_m, ids[near])

    def _active(self, slot: int, opening: int, asking: shapely.Geometry) -> Ints:
        """Boxes met in a half hour; each volume only in the first of those asked in which it is active."""
        tree, members = self._trees[slot]
        ids = members[tree.query(asking)]
        here: Ints = ids[np.maximum(self._opening[ids], opening) == slot]
        return here


class Rtree:
    """libspatialindex in four dimensions."""

    numbered_from = 0

    def __init__(self, columns: Columns, minima: Minima) -> None:
        self._minima = minima
        self._resident = Resident(columns, minima)
        low, high = boxes_4d(self._resident.plane)
        self._tree = loaded(low, high)
        self._boxes: dict[int, npt.NDArray[np.float64]] = {}

    def query(self, one: Columns) -> Ints:
        """As in `Online`."""
        xy_m, low, high = self._box(one)
        low, high = grown(low, high, self._minima)
        ids = np.fromiter(self._tree.intersection(np.concatenate((low, high))), dtype=np.int64)
        return self._resident.measured(one, xy_m, ids)

    def insert(self, one: Columns) -> int:
        """As in `Online`."""
        xy_m, low, high = self._box(one)
        number = self._resident.keep(one, xy_m)
        self._boxes[number] = np.concatenate((low, high))
        self._tree.insert(number, self._boxes[number])
        return number

    def remove(self, resident: int) -> None:
        """As in `Online`, for what was inserted."""
        self._tree.delete(resident, self._boxes.pop(resident))

    def _box(self, one: Columns) -> tuple[Floats, Floats, Floats]:
        xy_m, low_m, high_m = self._resident.flattened(one)
        low = np.array([*low_m, one.floor_dmm[0], one.start_ms[0]], dtype=np.float64)
        return xy_m, low, np.array([*high_m, one.ceiling_dmm[0], one.end_ms[0] - 1], dtype=np.float64)


class Wellclear:
    """wellclear's own index, its calls not wrapped."""

    numbered_from = 1

    def __init__(self, columns: Columns, minima: Minima) -> None:
        index: Online = import_module("wellclear.detect.index").Index(columns, minima)
        self.query = index.query
        self.insert = index.insert
        self.remove = index.remove


INDEXES: Final[dict[str, type[Wellclear | Trees | Rtree]]] = {"wellclear": Wellclear, "trees": Trees, "rtree": Rtree}
