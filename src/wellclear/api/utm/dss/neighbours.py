"""Which entities are near: volumes that meet in place, height and time, found and decided as everywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from typing import Final

import numpy as np

from wellclear.api.utm.dss.records import Block
from wellclear.detect.index import Index
from wellclear.model.columns import Columns, joined
from wellclear.model.minima import Minima

OVERLAP: Final = Minima(0, 0, 0)
"""Volumes conflict exactly if they meet."""

_ASKED: Final = np.zeros(1, dtype=np.int64)
_RESIDENT: Final = np.ones(1, dtype=np.int64)
"""Groups: an index compares volumes of different groups only."""


class Neighbours:
    """Extents of entities, by identifier. Answers are exact: by the index of `wellclear.detect`."""

    def __init__(self) -> None:
        self._index: Index | None = None
        self._numbers: dict[str, list[int]] = {}
        self._owners: dict[int, str] = {}

    def fill(self, extents: Iterable[tuple[str, Sequence[Block]]]) -> None:
        """Bring in many at once; none was there before."""
        columns, owners = [], []
        for identifier, blocks in extents:
            columns += [_resident(block) for block in blocks]
            owners += [identifier] * len(blocks)
        if not columns:
            return
        self._index = _index(joined(columns))
        for number, identifier in enumerate(owners, 1):
            self._numbers.setdefault(identifier, []).append(number)
            self._owners[number] = identifier

    def put(self, identifier: str, blocks: Sequence[Block]) -> None:
        """Bring in an entity, or give it another extent."""
        self.remove(identifier)
        numbers = []
        for block in blocks:
            columns = _resident(block)
            if self._index is None:
                self._index = _index(columns)
                number = 1
            else:
                number = self._index.insert(columns)
            numbers.append(number)
            self._owners[number] = identifier
        self._numbers[identifier] = numbers

    def remove(self, identifier: str) -> None:
        """Take an entity out, if it is there."""
        for number in self._numbers.pop(identifier, ()):
            del self._owners[number]
            if self._index is not None:
                self._index.remove(number)

    def near(self, blocks: Iterable[Block]) -> set[str]:
        """Identifiers of all entities whose extents meet some volumes in place, height and time."""
        if self._index is None:
            return set()
        return {self._owners[number] for block in blocks for number in self._index.query(_asked(block)).tolist()}


def _index(columns: Columns) -> Index:
    return Index(columns, OVERLAP, path="compiled" if find_spec("numba") else "shapely")


def _resident(block: Block) -> Columns:
    return replace(_asked(block), group=_RESIDENT)


@lru_cache(maxsize=1_024)
def _asked(block: Block) -> Columns:
    """One row, not checked again: blocks are made of checked volumes alone. A request needs the same several times."""
    return Columns(
        core=np.array((block.core,), dtype=np.uint8),
        first=np.array((0, len(block.lon_e7)), dtype=np.int64),
        lon_e7=np.array(block.lon_e7, dtype=np.int32),
        lat_e7=np.array(block.lat_e7, dtype=np.int32),
        buffer_dmm=np.array((block.buffer_dmm,), dtype=np.int64),
        floor_dmm=np.array((block.floor_dmm,), dtype=np.int64),
        ceiling_dmm=np.array((block.ceiling_dmm,), dtype=np.int64),
        start_ms=np.array((block.start_ms,), dtype=np.int64),
        end_ms=np.array((block.end_ms,), dtype=np.int64),
        group=_ASKED,
    )
