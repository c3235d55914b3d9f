"""Resident volumes kept as a list, for the index where there is no compiler: a query looks at every box."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from wellclear.detect import bounds
from wellclear.detect.gaps import close_but_in_place
from wellclear.detect.prepared import prepare, turn
from wellclear.detect.shapely_path import judged
from wellclear.geo.frame import Floats, ecef_m
from wellclear.model.columns import Columns, Ints, joined
from wellclear.model.minima import Minima

RECENT_SHARE: Final = 8
"""Newcomers are made ready again at each query after a change, until they are this share of the rest."""


class _Block(NamedTuple):
    """Some residents: their columns, their boxes (n, 6) of three lows and three highs in metres, their numbers."""

    columns: Columns
    box_m: Floats
    numbers: Ints


class Listed:
    """The uncompiled side of `wellclear.detect.index.Index`: two blocks of rows, the settled and the recent ones."""

    def __init__(self, columns: Columns, minima: Minima) -> None:
        self._minima = minima
        self._margin_m = bounds.margin_m(minima)
        self._axes = turn(ecef_m(columns.lon_e7 / 1e7, columns.lat_e7 / 1e7))
        self._settled = self._block(columns, np.arange(1, len(columns) + 1))
        self._recent: dict[int, Columns] = {}
        self._ready: _Block | None = None
        self._held = set(range(1, len(columns) + 1))
        self._last = len(columns)

    def insert(self, volume: Columns) -> int:
        """Bring in one volume; returns its number."""
        self._last += 1
        self._recent[self._last] = volume
        self._held.add(self._last)
        self._ready = None
        if len(self._recent) * RECENT_SHARE > len(self._held) + 64:
            self._settle()
        return self._last

    def remove(self, number: int) -> None:
        """Take out a volume that is held."""
        self._held.discard(number)
        if self._recent.pop(number, None) is not None:
            self._ready = None

    def holds(self, number: int) -> bool:
        """Whether a volume of this number is resident."""
        return number in self._held

    def query(self, volume: Columns) -> tuple[Ints, Ints]:
        """Numbers of the residents that are too close to a volume; none is left in doubt."""
        none = np.empty(0, dtype=np.int64)
        near = self._near(volume)
        if near is None:
            return none, none
        both = joined((volume, near[0]))
        i, j = np.zeros(len(near[1]), dtype=np.int64), np.arange(1, len(near[1]) + 1)
        held = close_but_in_place(both, i, j, self._minima)
        if not held.any():
            return none, none
        close = judged(both, self._minima, prepare(both, self._margin_m), i[held], j[held])
        return near[1][held][close], none

    def columns_of(self, numbers: Ints) -> Columns:
        """The volumes of these numbers, which are held."""
        rows = np.searchsorted(self._settled.numbers, numbers)
        return joined(
            [
                self._recent[number] if number in self._recent else self._settled.columns.take(rows[at : at + 1])
                for at, number in enumerate(numbers.tolist())
            ]
        )

    def _near(self, volume: Columns) -> tuple[Columns, Ints] | None:
        """The residents whose boxes meet a volume's, and their numbers."""
        if self._recent and self._ready is None:
            self._ready = self._block(joined(list(self._recent.values())), np.array(list(self._recent)))
        box_m = self._block(volume, np.zeros(1, dtype=np.int64)).box_m[0]
        found: list[tuple[Columns, Ints]] = []
        for block in (self._settled, self._ready):
            if block is not None:
                meets = (block.box_m[:, :3] <= box_m[3:]).all(axis=1) & (block.box_m[:, 3:] >= box_m[:3]).all(axis=1)
                rows = np.array(
                    [row for row in np.flatnonzero(meets) if int(block.numbers[row]) in self._held], dtype=int
                )
                if rows.size:
                    found.append((block.columns.take(rows), block.numbers[rows]))
        if not found:
            return None
        return joined([one[0] for one in found]), np.concatenate([one[1] for one in found])

    def _settle(self) -> None:
        """One block of all that is held; what left is forgotten."""
        kept = np.flatnonzero([number in self._held for number in self._settled.numbers.tolist()])
        parts = [self._settled.columns.take(kept), *self._recent.values()]
        numbers = np.concatenate((self._settled.numbers[kept], np.array(list(self._recent), dtype=np.int64)))
        self._settled = self._block(joined(parts), numbers)
        self._recent, self._ready = {}, None

    def _block(self, columns: Columns, numbers: Ints) -> _Block:
        prepared = prepare(columns, self._margin_m, self._axes)
        return _Block(columns, np.concatenate((prepared.low_m, prepared.high_m), axis=1), numbers)
