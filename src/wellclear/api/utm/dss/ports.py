"""The port to where intents, constraints, subscriptions and availabilities are kept: transactions over all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.records import Report

STRIPES: Final = 256
"""Locks that places and names are spread over."""

MAX_CELLS_APART: Final = 64
"""What touches more cells than this takes the whole airspace for itself."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a transaction may change, or relies on not being changed until it ends.

    Attributes:
        stripes: numbers of locks, 0 to 255.
        whole: whether it is everything.
    """

    stripes: frozenset[int] = frozenset()
    whole: bool = False

    def __or__(self, other: Scope) -> Scope:
        return Scope(self.stripes | other.stripes, self.whole or other.whole)

    def holds(self, other: Scope) -> bool:
        """Whether all of another scope lies in this one."""
        return self.whole or (not other.whole and other.stripes <= self.stripes)

    @property
    def reads_only(self) -> bool:
        """Whether nothing may be changed."""
        return not self.whole and not self.stripes


READS: Final = Scope()
WHOLE: Final = Scope(whole=True)

Scoped = Callable[[Airspace], Scope]


class Registry(ABC):
    """Where all is kept. For one thread.

    What a transaction sees includes everything that any process had committed before it began. What lies in its scope
    nobody else changes until it ends. What it changes is on disk when it ends, all of it; none if it raises.
    """

    recovers: bool = True
    """Whether it can be used again after a failure; otherwise a new process must begin with what is on disk."""

    @abstractmethod
    def transaction(self, scoped: Scoped) -> AbstractContextManager[Airspace]:
        """Begin a transaction; it ends with the block.

        Args:
            scoped: which scope is needed, judged by the airspace as it is; may be asked again when that was out of
                date.

        Raises:
            OSError: storage failed; whether what was changed is kept is unknown, and the next transaction tells.
        """

    @abstractmethod
    def reports(self) -> Iterator[Report]:
        """All reports that were kept, by the time of their receipt.

        Raises:
            OSError: storage failed.
        """

    @abstractmethod
    def close(self) -> None:
        """End; nothing else may be called then."""
