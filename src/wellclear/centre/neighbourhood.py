"""Which versions may come close at all, and which are over: an index by tiles of ground and hours that leaves none out.

It decides nothing: what it finds is compared by `wellclear.centre.comparing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import floor
from typing import Final

from immutables import Map

from wellclear.centre.comparing import Compared, effective
from wellclear.geo.box import LonLatBox
from wellclear.geo.limits import MAX_BUFFER_DMM
from wellclear.geo.span import Span
from wellclear.model.minima import Minima
from wellclear.model.volume import Volume

TILE_DEG: Final = 0.5
"""Side of a tile: some 50 km, as far as a busy area's operations reach."""

HOURS_MS: Final = 6 * 3_600_000
"""Length of a stretch of time: as long as most operations."""

MAX_CELLS: Final = 256
"""Cells of one version; one with more is near everything, which costs time and misses nothing."""

MAX_EXTENT_E7: Final = 40_000_000
"""Extent, 4 degrees, beyond which an own version is near everything."""

DMM_PER_E7: Final = 112.0
"""Length of 1e-7 degree of latitude at the pole, rounded up: 111.7 km a degree."""

NO_MINIMA: Final = Minima()

Cell = tuple[int, int, int]
Cells = tuple[Cell, ...] | None
"""The cells of a version, nothing for one that is near everything."""

Ground = frozenset[tuple[int, int]]
"""Tiles of ground."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Names by cell.

    Attributes:
        members: names in each cell.
        everywhere: names that are near everything.
        cells: of each name.
        ends: last end of each name, in milliseconds UTC.
        ending: names by the stretch of time, `HOURS_MS` long, in which they end.
    """

    members: Map[Cell, Map[str, None]] = field(default_factory=Map)
    everywhere: Map[str, None] = field(default_factory=Map)
    cells: Map[str, Cells] = field(default_factory=Map)
    ends: Map[str, int] = field(default_factory=Map)
    ending: Map[int, Map[str, None]] = field(default_factory=Map)

    def having(self, name: str, cells: Cells, ends_ms: int) -> Neighbourhood:
        """With a name at these cells until this end, and nowhere else."""
        known = self.without(name)
        hour = ends_ms // HOURS_MS
        ending = known.ending.set(hour, known.ending.get(hour, Map()).set(name, None))
        known = replace(known, ends=known.ends.set(name, ends_ms), ending=ending)
        if cells is None:
            return replace(known, everywhere=known.everywhere.set(name, None), cells=known.cells.set(name, None))
        with known.members.mutate() as members:
            for cell in cells:
                members[cell] = members.get(cell, Map()).set(name, None)
            grown = members.finish()
        return replace(known, members=grown, cells=known.cells.set(name, cells))

    def without(self, name: str) -> Neighbourhood:
        """Without a name; the same if it is not there."""
        if name not in self.cells:
            return self
        cells, known = self.cells[name], self._unending(name)
        if cells is None:
            return replace(known, everywhere=self.everywhere.delete(name), cells=self.cells.delete(name))
        with self.members.mutate() as members:
            for cell in cells:
                left = members[cell].delete(name)
                if left:
                    members[cell] = left
                else:
                    del members[cell]
            left_over = members.finish()
        return replace(known, members=left_over, cells=self.cells.delete(name))

    def near(self, cells: Cells) -> tuple[str, ...]:
        """Names that share a cell, in order; all for a version that is near everything."""
        if cells is None:
            return tuple(sorted(self.cells))
        found = set(self.everywhere)
        for cell in cells:
            found.update(self.members.get(cell, ()))
        return tuple(sorted(found))

    def on(self, ground: Ground | None) -> tuple[str, ...]:
        """Names on any of these tiles of ground, whenever, in order; all where the ground is everywhere."""
        if ground is None:
            return tuple(sorted(self.cells))
        found = set(self.everywhere)
        for (lon, lat, _), names in self.members.items():
            if (lon, lat) in ground:
                found.update(names)
        return tuple(sorted(found))

    def over(self, now_ms: int) -> tuple[str, ...]:
        """Names whose end has come, in order."""
        hour = now_ms // HOURS_MS
        due = (names for ends, names in self.ending.items() if ends <= hour)
        return tuple(sorted(name for names in due for name in names if self.ends[name] <= now_ms))

    def _unending(self, name: str) -> Neighbourhood:
        """Without the end of a name."""
        hour = self.ends[name] // HOURS_MS
        left = self.ending[hour].delete(name)
        ending = self.ending.set(hour, left) if left else self.ending.delete(hour)
        return replace(self, ends=self.ends.delete(name), ending=ending)


@lru_cache(maxsize=20_000)
def cells_of(side: Compared, minima: Minima = NO_MINIMA) -> Cells:
    """The cells of a version, grown by minima.

    Args:
        side: exact bytes and hazard tail.
        minima: the widest that it can meet; the other side's cells are not grown.

    Raises:
        MalformedInput: the bytes are no operation.
    """
    found: set[Cell] = set()
    for volume in effective(side).volumes:
        for cell in _cells(volume, minima):
            found.add(cell)
            if len(found) > MAX_CELLS:
                return None
    return tuple(sorted(found))


def ground_of(side: Compared, minima: Minima = NO_MINIMA) -> Ground | None:
    """The tiles of ground of a version, grown by minima, whenever it is there; nothing if they are too many.

    Raises:
        MalformedInput: the bytes are no operation.
    """
    found: set[tuple[int, int]] = set()
    for volume in effective(side).volumes:
        for lon, lat, _ in _cells(replace(volume, span=Span(0, 1)), replace(minima, time_ms=0)):
            found.add((lon, lat))
            if len(found) > MAX_CELLS:
                return None
    return frozenset(found)


@lru_cache(maxsize=20_000)
def cells_with_cover(side: Compared) -> Cells:
    """The cells of an own version and of every cover of it: as far again as it reaches, all its time.

    A cover's cells reach beyond the version by the grid's cell, which `widest_reach` adds to what is sought, or, where
    larger cells had to be taken, by a part of the version's own extent (`wellclear.model.disclosure.covered`).
    """
    volumes = effective(side).volumes
    start_ms = min(volume.span.start_ms for volume in volumes)
    end_ms = max(volume.span.end_ms for volume in volumes)
    points = [(point.lon_e7, point.lat_e7) for volume in volumes for point in volume.footprint.points]
    extent_e7 = max(max(ends) - min(ends) for ends in zip(*points, strict=True))
    if extent_e7 > MAX_EXTENT_E7:
        return None
    reach_dmm = int(extent_e7 * DMM_PER_E7) + max(volume.footprint.buffer_dmm for volume in volumes)
    found: set[Cell] = set()
    for volume in volumes:
        grown = replace(volume, span=Span(start_ms, end_ms))
        for cell in _cells(grown, Minima(lateral_dmm=min(reach_dmm, MAX_BUFFER_DMM))):
            found.add(cell)
            if len(found) > MAX_CELLS:
                return None
    return tuple(sorted(found))


def _cells(volume: Volume, minima: Minima) -> Iterator[Cell]:
    footprint = volume.footprint
    reach_dmm = min(footprint.buffer_dmm + minima.lateral_dmm, 2 * MAX_BUFFER_DMM)
    box = LonLatBox.of(replace(footprint, buffer_dmm=reach_dmm))
    first = (volume.span.start_ms - minima.time_ms) // HOURS_MS
    last = (volume.span.end_ms + minima.time_ms) // HOURS_MS
    around = int(360 / TILE_DEG)
    west, south = floor(box.west_deg / TILE_DEG), floor(box.south_deg / TILE_DEG)
    east = min(floor((box.west_deg + box.width_deg) / TILE_DEG), west + around - 1)
    north = floor(box.north_deg / TILE_DEG)
    for time in _counted(first, last):
        for lat in _counted(south, north):
            for lon in _counted(west, east):
                yield lon % around, lat, time


def _counted(first: int, last: int) -> Iterable[int]:
    """Whole numbers from first to last, both included; never more than are looked at."""
    return range(first, min(last, first + MAX_CELLS) + 1)
