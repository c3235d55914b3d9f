"""Many random pairs of footprints at once, each named by a seed and a number, and what detection says of them.

Row i and row i + n of the columns are the i-th pair. Every pair has a time of its own, so nothing else can conflict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oracle.geodesic_oracle import overlap_depth_m
from oracle.paths import Path
from oracle.shapes import (
    KINDS,
    LATERAL_DMM,
    SIZES_M,
    STRATA,
    Pair,
    offset_m,
    pair_anywhere,
    pair_near,
    random_shape,
    random_spot,
)
from oracle.slow_rules import footprints_too_close, tolerance_m
from wellclear.detect.pairs import find_pairs
from wellclear.geo.footprint import Footprint
from wellclear.geo.limits import DMM_PER_M
from wellclear.model.columns import Columns
from wellclear.model.minima import Minima

TURN_MS = 1_000
"""How long each pair has the airspace for itself."""


@dataclass(frozen=True)
class Case:
    """One pair, and how it came about."""

    seed: int
    index: int
    stratum: str
    kinds: tuple[str, str]
    sizes_m: tuple[float, float]
    minimum_dmm: int
    near: bool
    pair: Pair

    @property
    def off_m(self) -> float:
        """How far the gap lies over the minimum."""
        return self.pair.gap_m - self.minimum_dmm / DMM_PER_M

    @property
    def near_by(self) -> bool:
        """Whether the gap lies within 2 m or 0.2 % of the minimum."""
        return abs(self.off_m) <= max(2.0, 0.002 * self.minimum_dmm / DMM_PER_M)

    @property
    def close(self) -> bool:
        return footprints_too_close(self.pair.gap_m, self.minimum_dmm)

    def decided(self) -> bool:
        """Whether the gap lies so far from the minimum that a verdict may not err."""
        allowed_m = tolerance_m(self.minimum_dmm)
        bare = self.pair.a.buffer_dmm + self.pair.b.buffer_dmm == 0
        if self.minimum_dmm == 0 and bare and self.pair.gap_m == 0:
            return overlap_depth_m(self.pair.a, self.pair.b) > allowed_m
        return abs(self.off_m) > allowed_m


def case(seed: int, index: int) -> Case:
    """The same pair for the same numbers; minima, strata and nearness come in turn."""
    rng = np.random.default_rng((seed, index))
    minimum_dmm = LATERAL_DMM[index % 5]
    stratum = STRATA[index // 5 % 7]
    near = index // 35 % 2 == 0
    kinds = (str(rng.choice(KINDS)), str(rng.choice(KINDS)))
    sizes_m = (float(rng.choice(SIZES_M) * rng.uniform(0.3, 1)), float(rng.choice(SIZES_M) * rng.uniform(0.3, 1)))
    shapes = (random_shape(rng, kinds[0], sizes_m[0]), random_shape(rng, kinds[1], sizes_m[1]))
    spot = random_spot(rng, stratum, max(sizes_m))
    minimum_m = minimum_dmm / DMM_PER_M
    if near:
        pair = pair_near(rng, shapes, spot, minimum_m + offset_m(rng, minimum_dmm))
    else:
        pair = pair_anywhere(rng, shapes, spot, minimum_m)
    return Case(seed, index, stratum, kinds, sizes_m, minimum_dmm, near, pair)


def in_turn(firsts: Sequence[Footprint], seconds: Sequence[Footprint]) -> Columns:
    """Columns in which only row i and row i + n share a time."""
    count = len(firsts)
    start_ms = [TURN_MS * (i % count) for i in range(2 * count)]
    return Columns.of(
        [*firsts, *seconds],
        floor_dmm=[0] * 2 * count,
        ceiling_dmm=[0] * 2 * count,
        start_ms=start_ms,
        end_ms=[start + TURN_MS for start in start_ms],
        group=list(range(2 * count)),
    )


def found(
    firsts: Sequence[Footprint], seconds: Sequence[Footprint], minimum_dmm: int, path: Path
) -> npt.NDArray[np.bool_]:
    """For each pair whether detection calls it too close; nothing else may be found."""
    pairs = find_pairs(in_turn(firsts, seconds), Minima(lateral_dmm=minimum_dmm), path=path)
    assert (pairs[:, 1] - pairs[:, 0] == len(firsts)).all(), "a pair without a common time was found"
    verdicts = np.zeros(len(firsts), dtype=np.bool_)
    verdicts[pairs[:, 0]] = True
    return verdicts


def verdicts(cases: Sequence[Case], path: Path) -> npt.NDArray[np.bool_]:
    """The same for cases of several minima, in their order."""
    out = np.zeros(len(cases), dtype=np.bool_)
    for minimum_dmm in LATERAL_DMM:
        rows = [k for k, each in enumerate(cases) if each.minimum_dmm == minimum_dmm]
        out[rows] = found([cases[k].pair.a for k in rows], [cases[k].pair.b for k in rows], minimum_dmm, path)
    return out


def wrong(cases: Sequence[Case], said: npt.NDArray[np.bool_]) -> list[Case]:
    """Cases in which detection missed a conflict or invented one, outside the tolerance."""
    return [each for each, close in zip(cases, said, strict=True) if close != each.close and each.decided()]
