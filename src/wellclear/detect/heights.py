"""Whether two bands are too close, when their heights may be measured from different things.

A floor and a ceiling in one reference are compared as they are. Across references each becomes the widest band above
the ellipsoid that it can mean over its footprint; what remains possible counts as close, and a conflict that would
vanish under the most favourable reading says so. An open end compares in every reference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from wellclear.detect.results import Reason, Side
from wellclear.geo.box import LonLatBox
from wellclear.geo.envelope import Missing, Ranges, widest_band_m
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Height
from wellclear.geo.limits import DMM_PER_M
from wellclear.model.minima import Minima


@dataclass(frozen=True, slots=True)
class Clearance:
    """What lies between one side's floor and the other side's ceiling below it.

    Attributes:
        floor: the floor above.
        ceiling: the ceiling below.
        least_m: smallest distance that the two can mean; negative where they overlap, NaN where not assessed.
        most_m: largest distance that they can mean.
        same: whether both are in one reference, so that the distance is certain.
        missing: what would be needed to compare them.
    """

    floor: Height | None
    ceiling: Height | None
    least_m: float
    most_m: float
    same: bool
    missing: frozenset[Missing] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two bands are too close.

    Attributes:
        close: whether they are, or may be.
        least_m: smallest distance between the bands; 0 where they overlap or may.
        by_envelope: they may be, and need not.
        reasons: why they could not be compared; `close` then tells nothing.
    """

    close: bool
    least_m: float
    by_envelope: bool
    reasons: tuple[Reason, ...]


class Heights:
    """Compares bands under given minima and ranges; remembers what each height means over each footprint."""

    def __init__(self, minima: Minima, ranges: Ranges) -> None:
        self._minimum_m = minima.vertical_dmm / DMM_PER_M
        self._ranges = ranges
        self._boxes: dict[int, tuple[Footprint, LonLatBox]] = {}
        self._bands: dict[tuple[LonLatBox, Height], tuple[float, float] | frozenset[Missing]] = {}

    def verdict(self, a: Side, b: Side) -> Verdict:
        """Whether the bands of two sides are too close."""
        both = list(self.clearances(a, b))
        assessed = [c for c in both if not c.missing]
        if any(not self.is_close(c.least_m) for c in assessed):
            return Verdict(close=False, least_m=max(c.least_m for c in assessed), by_envelope=False, reasons=())
        missing = frozenset[Missing]().union(*(c.missing for c in both))
        if missing:
            return Verdict(close=True, least_m=math.nan, by_envelope=True, reasons=_reasons(missing))
        return Verdict(
            close=True,
            least_m=max(0.0, *(c.least_m for c in both)),
            by_envelope=any(not self.is_close(c.most_m) for c in both),
            reasons=(),
        )

    def is_close(self, gap_m: float) -> bool:
        """Bands are closed: touching overlaps; a gap of exactly a minimum that is not zero is separation."""
        return gap_m <= 0 or gap_m < self._minimum_m

    def clearances(self, a: Side, b: Side) -> Iterator[Clearance]:
        """First b above a, then a above b."""
        for above, below in ((b, a), (a, b)):
            yield self._clearance(above, below)

    def _clearance(self, above: Side, below: Side) -> Clearance:
        floor, ceiling = above.volume.band.floor, below.volume.band.ceiling
        if floor is None or ceiling is None:
            return Clearance(floor, ceiling, -math.inf, -math.inf, same=True)
        if floor.reference is ceiling.reference:
            gap_m = (floor.value_dmm - ceiling.value_dmm) / DMM_PER_M
            return Clearance(floor, ceiling, gap_m, gap_m, same=True)
        upper, lower = self.band_m(floor, above), self.band_m(ceiling, below)
        missing = frozenset[Missing]().union(*(part for part in (upper, lower) if isinstance(part, frozenset)))
        if isinstance(upper, frozenset) or isinstance(lower, frozenset):
            return Clearance(floor, ceiling, math.nan, math.nan, same=False, missing=missing)
        return Clearance(floor, ceiling, upper[0] - lower[1], upper[1] - lower[0], same=False)

    def band_m(self, height: Height, side: Side) -> tuple[float, float] | frozenset[Missing]:
        """The widest band above the ellipsoid that a height can mean over a side's footprint, in metres."""
        footprint = side.volume.footprint
        known = self._boxes.get(id(footprint))
        if known is None:
            known = self._boxes[id(footprint)] = (footprint, LonLatBox.of(footprint))
        key = known[1], height
        if key not in self._bands:
            self._bands[key] = widest_band_m(height, known[1], self._ranges)
        return self._bands[key]


def _reasons(missing: frozenset[Missing]) -> tuple[Reason, ...]:
    return tuple(Reason(one.value) for one in sorted(missing, key=lambda one: one.value))
