"""Conflicts of the same two operations that follow each other without a pause, as one: what an officer acts on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wellclear.detect.results import Conflict


@dataclass(frozen=True, slots=True)
class Encounter:
    """Two operations in conflict over one stretch of time.

    Attributes:
        conflicts: pairs of their volumes, at least one, in the order of time.
        from_ms: start of the first.
        until_ms: end of the last.
    """

    conflicts: tuple[Conflict, ...]
    from_ms: int
    until_ms: int

    @property
    def closest(self) -> Conflict:
        """The pair to look at first: certain before doubtful, then nearest in place, height and time."""
        return min(self.conflicts, key=lambda one: (one.by_envelope, one.lateral_m, one.vertical_m, one.time_s))


def encounters(conflicts: Sequence[Conflict]) -> tuple[Encounter, ...]:
    """The conflicts, given in the order of time, put together by pairs of operations; in the order of time."""
    open_ones: dict[tuple[int, int], int] = {}
    found: list[Encounter] = []
    for conflict in conflicts:
        pair = id(conflict.a.operation), id(conflict.b.operation)
        at = open_ones.get(pair)
        if at is not None and conflict.from_ms <= found[at].until_ms:
            known = found[at]
            until_ms = max(known.until_ms, conflict.until_ms)
            found[at] = Encounter((*known.conflicts, conflict), known.from_ms, until_ms)
        else:
            open_ones[pair] = len(found)
            found.append(Encounter((conflict,), conflict.from_ms, conflict.until_ms))
    return tuple(found)


def one_by_one(conflicts: Sequence[Conflict]) -> tuple[Encounter, ...]:
    """Each conflict by itself."""
    return tuple(Encounter((conflict,), conflict.from_ms, conflict.until_ms) for conflict in conflicts)
