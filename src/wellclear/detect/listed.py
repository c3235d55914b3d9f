"""Resident volumes kept as a list, for the index where there is no compiler: a query looks at every box."""

from __future__ import annotations

from typing import Final

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


class Listed:
    """The uncompiled side of `wellclear.detect.index.Index`: two blocks of rows, the settled and the recent ones."""

    def __init__(self, columns: Columns, minima: Minima) -> None:
        self._minima = minima
        self._margin_m = bounds.margin_m(minima)
        self._axes = turn(ecef_m(columns.lon_e7 / 1e7, columns.lat_e7 / 1e7))
        self._settled = self._block(columns)
        self._recent: list[Columns] = []
        self._ready: tuple[Columns, Floats] | None = None
        self._gone: set[int] = set()
        self._count = len(columns)

    def insert(self, volume: Columns) -> int:
        """Bring in one volume; returns its number."""
        self._recent.append(volume)
        self._ready = None
        self._count += 1
        if len(self._recent) * RECENT_SHARE > len(self._settled[0]) + 64:
            self._settled = self._block(joined((self._settled[0], *self._recent)))
            self._recent = []
        return self._count

    def remove(self, number: int) -> None:
        """Take out a volume that is held."""
        self._gone.add(number)

    def holds(self, number: int) -> bool:
        """Whether a volume of this number is resident."""
        return 0 < number <= self._count and number not in self._gone

    def query(self, volume: Columns) -> tuple[Ints, Ints]:
        """Numbers of the residents that are too close to a volume; none is left in doubt."""
        box = self._block(volume)[1][0]
        if self._recent and self._ready is None:
            self._ready = self._block(joined(self._recent))
        numbers = [self._near(self._settled, box, 1)]
        if self._ready is not None:
            numbers.append(self._near(self._ready, box, 1 + len(self._settled[0])))
        near = np.array([n for n in np.concatenate(numbers).tolist() if n not in self._gone], dtype=np.int64)
        none = np.empty(0, dtype=np.int64)
        if not near.size:
            return near, none
        both = joined((volume, self.columns_of(near)))
        i, j = np.zeros(len(near), dtype=np.int64), np.arange(1, len(near) + 1)
        held = close_but_in_place(both, i, j, self._minima)
        i, j, near = i[held], j[held], near[held]
        if not near.size:
            return near, none
        return near[judged(both, self._minima, prepare(both, self._margin_m), i, j)], none

    def columns_of(self, numbers: Ints) -> Columns:
        """The volumes of these numbers."""
        settled = len(self._settled[0])
        old = self._settled[0].take(numbers[numbers <= settled] - 1)
        new = [self._recent[n - settled - 1] for n in numbers[numbers > settled].tolist()]
        return joined((old, *new))

    def _block(self, columns: Columns) -> tuple[Columns, Floats]:
        """Rows and their boxes (n, 6): three lows, three highs, in metres."""
        prepared = prepare(columns, self._margin_m, self._axes)
        return columns, np.concatenate((prepared.low_m, prepared.high_m), axis=1)

    @staticmethod
    def _near(block: tuple[Columns, Floats], box: Floats, first: int) -> Ints:
        boxes = block[1]
        near = (boxes[:, :3] <= box[3:]).all(axis=1) & (boxes[:, 3:] >= box[:3]).all(axis=1)
        return np.flatnonzero(near) + first
