"""One request, decided: what it touches, and what comes of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from typing import Final, Generic, TypeVar
from zlib import crc32

from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.ports import MAX_CELLS_APART, READS, STRIPES, WHOLE, Scope

Answer_co = TypeVar("Answer_co", covariant=True)

_SPREAD: Final = 0x9E3779B97F4A7C15


class Act(ABC, Generic[Answer_co]):
    """A request. It raises before it changes anything, or not at all."""

    def scope(self, airspace: Airspace) -> Scope:  # noqa: ARG002 - those that change something look at it
        """What must not be changed by others meanwhile; nothing for one that only reads."""
        return READS

    @abstractmethod
    def decide(self, airspace: Airspace, moment: Moment) -> Answer_co:
        """Do it.

        Raises:
            WellclearError: it is refused, and why.
        """


def scope_of(cells: Collection[int], names: Iterable[str]) -> Scope:
    """The scope of what touches some cells, and depends on what some identifiers name."""
    if len(cells) > MAX_CELLS_APART:
        return WHOLE
    stripes = {(cell * _SPREAD >> 32) % STRIPES for cell in cells}
    stripes |= {crc32(name.encode()) % STRIPES for name in names if name}
    return Scope(frozenset(stripes))
