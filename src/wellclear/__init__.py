"""wellclear: a deconfliction mechanism. Who plans to use which airspace, when, and what it conflicts with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, overload

from wellclear.detect.check import check_operations
from wellclear.detect.pairs import Path, find_pairs
from wellclear.detect.results import Conflict, Findings, NotAssessed, Side
from wellclear.errors import RuleViolated, WellclearError
from wellclear.geo.envelope import Ranges
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.columns import Columns, Ints
from wellclear.model.minima import Minima
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume

__version__: Final = "0.1.0"

__all__ = [
    "Band",
    "Columns",
    "Conflict",
    "Findings",
    "Footprint",
    "Height",
    "Minima",
    "NotAssessed",
    "Operation",
    "Position",
    "Ranges",
    "Reference",
    "Side",
    "Span",
    "Volume",
    "WellclearError",
    "check",
]

OVERLAP: Final = Minima()
UNKNOWN: Final = Ranges()


@overload
def check(
    plans: Iterable[Operation],
    against: Iterable[Operation] | None = None,
    *,
    minima: Minima = OVERLAP,
    ranges: Ranges = UNKNOWN,
    path: Path = "auto",
) -> Findings: ...


@overload
def check(plans: Columns, against: None = None, *, minima: Minima = OVERLAP, path: Path = "auto") -> Ints: ...


def check(
    plans: Iterable[Operation] | Columns,
    against: Iterable[Operation] | None = None,
    *,
    minima: Minima = OVERLAP,
    ranges: Ranges = UNKNOWN,
    path: Path = "auto",
) -> Findings | Ints:
    """Find every conflict among plans.

    Args:
        plans: operations, or columns of numbers for large inputs (see `Columns.checked`).
        against: other operations; where given, plans are compared with these only.
        minima: lateral, vertical and time minimum; overlap only where left out.
        ranges: sea-level pressure, temperature deviation and terrain, needed where heights are measured from different
            things; pairs that need a missing range are NOT ASSESSED.
        path: "auto", "compiled" (extra ``fast``) or "shapely"; all find the same.

    Returns:
        For operations, the findings: conflicts and what was not assessed; everything else is CLEAR. For columns, the
        row numbers of all pairs too close, (k, 2) int64, i < j, sorted.

    Raises:
        NotFound: the compiled path was asked for and numba is not installed.
        RuleViolated: columns were given together with operations.
    """
    if isinstance(plans, Columns):
        if against is not None:
            raise RuleViolated("columns are not compared with operations", code="columns-against", wanted="two groups")
        return find_pairs(plans, minima, path=path)
    return check_operations(plans, against, minima=minima, ranges=ranges, path=path)
