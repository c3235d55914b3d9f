"""What the benchmark measures: parts, worlds, sizes, minima and solvers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OVERLAP: Final = {"lateral_dmm": 0, "vertical_dmm": 0, "time_ms": 0}
FIVE_MILES: Final = {"lateral_dmm": 92_600_000, "vertical_dmm": 3_048_000, "time_ms": 0}
"""5 NM and 1,000 ft."""

ALL: Final = ("wellclear", "wellclear-shapely", "careful", "pushed", "rtree")
WITHOUT_RTREE: Final = ("wellclear", "wellclear-shapely", "careful", "pushed")
GLOBE: Final = ("wellclear", "wellclear-shapely", "careful-globe")
INDEXES: Final = ("wellclear", "trees", "rtree")

PARTS: Final = {
    "a": "All pairs, minima zero",
    "b": "All pairs, 5 NM and 1,000 ft",
    "c": "One volume at a time against an index",
    "d": "All pairs in other worlds, minima zero",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One world and those who are measured on it.

    Attributes:
        part: a, b, c or d.
        of: how many volumes are drawn, of which the first `count` are used.
        solvers: all that run; the first is what the others are compared with.
        yardstick: the solver that ratios are given for.
    """

    part: str
    world: str
    count: int
    of: int
    minima: dict[str, int]
    solvers: tuple[str, ...]
    yardstick: str = "careful"

    @property
    def online(self) -> bool:
        """Whether single volumes are asked, not all pairs."""
        return self.part == "c"

    @property
    def title(self) -> str:
        """World and size."""
        return f"{self.world}, {self.count:,}"


def cases(*, quick: bool) -> tuple[Case, ...]:
    """All cases, or small ones that show in seconds that everything runs."""
    if quick:
        return _cases(sizes=(10_000,), thinned=(10_000, 10_000), resident=(10_000,), other=10_000)
    return _cases(
        sizes=(10_000, 100_000, 1_000_000), thinned=(THINNED, 1_000_000), resident=(100_000, 1_000_000), other=100_000
    )


THINNED: Final = 193_000
"""So many of the first of a million volumes have about 2 million pairs at 5 NM and 1,000 ft."""

RTREE_FINISHES: Final = 200_000
"""Volumes up to which rtree is waited for when it looks for all pairs."""


def _cases(
    *, sizes: tuple[int, ...], thinned: tuple[int, int], resident: tuple[int, ...], other: int
) -> tuple[Case, ...]:
    found = [
        Case("a", "regional", size, size, OVERLAP, ALL if size <= RTREE_FINISHES else WITHOUT_RTREE) for size in sizes
    ]
    found.append(Case("b", "regional", *thinned, FIVE_MILES, ALL))
    found += [Case("c", "regional", size, size, OVERLAP, INDEXES, "trees") for size in resident]
    found.append(Case("d", "worldwide", other, other, OVERLAP, GLOBE, "careful-globe"))
    found += [Case("d", name, other, other, OVERLAP, WITHOUT_RTREE) for name in ("one-cluster", "giants", "at-once")]
    return tuple(found)
