"""An index that lives: which resident volumes are too close to a new one, while volumes come and go."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from wellclear.detect.exact import close_in_place
from wellclear.detect.listed import Listed
from wellclear.detect.pairs import Path, takes_compiled
from wellclear.errors import MalformedInput, NotFound
from wellclear.model.columns import Columns, Ints, joined
from wellclear.model.minima import Minima


class Residents(Protocol):
    """What keeps the volumes."""

    def insert(self, volume: Columns) -> int:
        """Bring in one volume; returns its number."""
        ...

    def remove(self, number: int) -> None:
        """Take out a volume that is held."""
        ...

    def holds(self, number: int) -> bool:
        """Whether a volume of this number is resident."""
        ...

    def query(self, volume: Columns) -> tuple[Ints, Ints]:
        """Numbers of those surely too close to a volume, and of those in doubt."""
        ...

    def columns_of(self, numbers: Ints) -> Columns:
        """The volumes of these numbers."""
        ...


class Index:
    """Volumes resident in memory.

    The first ones are numbered from 1 in their order. A number is good until its volume is removed; it may then be
    given again.

    Args:
        columns: the first residents, one or more.
        minima: under which volumes are compared.
        path: "compiled" needs the extra ``fast``; "shapely" looks at every resident's box; both answer the same. "auto"
            compiles for 20,000 residents or more; an index that begins small and will grow is made "compiled".

    It is for one thread at a time.

    Raises:
        MalformedInput: no residents to begin with.
        NotFound: the compiled path was asked for and numba is not installed.
    """

    def __init__(self, columns: Columns, minima: Minima, *, path: Path = "auto") -> None:
        if not len(columns):
            raise MalformedInput("an index begins with at least one volume", code="index-empty")
        self._minima = minima
        self._residents: Residents
        if takes_compiled(path, len(columns)):
            from wellclear.detect.compiled.resident import Resident  # noqa: PLC0415 - loading numba takes a second

            self._residents = Resident(columns, minima)
        else:
            self._residents = Listed(columns, minima)

    def insert(self, volume: Columns) -> int:
        """Bring in one volume, given as columns of one row; returns its number."""
        _check_one(volume)
        return self._residents.insert(volume)

    def remove(self, number: int) -> None:
        """Take a volume out.

        Raises:
            NotFound: no such volume is resident.
        """
        if not self._residents.holds(number):
            raise NotFound(f"no volume {number} is resident", code="volume-unknown")
        self._residents.remove(number)

    def query(self, volume: Columns) -> Ints:
        """Numbers, sorted, of the residents of other groups that are too close to a volume, given as one row."""
        _check_one(volume)
        sure, doubtful = self._residents.query(volume)
        if doubtful.size:
            both = joined((volume, self._residents.columns_of(doubtful)))
            second = np.arange(1, len(doubtful) + 1)
            close = close_in_place(both, np.zeros_like(second), second, self._minima)
            sure = np.concatenate((sure, doubtful[close]))
        if len(sure) > 1:
            sure.sort()
        return sure


def _check_one(volume: Columns) -> None:
    if len(volume.core) != 1:
        raise MalformedInput(f"{len(volume)} volumes", code="index-one", wanted="columns of one row")
