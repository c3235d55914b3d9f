"""Small worlds of volumes, for Hypothesis, and every pair of one judged by the slow rules."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from oracle.geodesic_oracle import lateral_gap_m
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
from oracle.slow_rules import bands_too_close, footprints_too_close, spans_too_close, tolerance_m
from wellclear.geo.footprint import Footprint
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position
from wellclear.model.columns import OPEN_ABOVE, OPEN_BELOW, Columns
from wellclear.model.minima import Minima


@dataclass(frozen=True)
class Row:
    """A volume as a row of columns; None is an open end."""

    footprint: Footprint
    floor_dmm: int | None
    ceiling_dmm: int | None
    start_ms: int
    end_ms: int
    group: int


@dataclass(frozen=True)
class PlacedPair:
    """Two footprints and the lateral minimum that they were placed for."""

    pair: Pair
    minimum_dmm: int


def columns_of(rows: Sequence[Row]) -> Columns:
    return Columns.of(
        [row.footprint for row in rows],
        floor_dmm=[OPEN_BELOW if row.floor_dmm is None else row.floor_dmm for row in rows],
        ceiling_dmm=[OPEN_ABOVE if row.ceiling_dmm is None else row.ceiling_dmm for row in rows],
        start_ms=[row.start_ms for row in rows],
        end_ms=[row.end_ms for row in rows],
        group=[row.group for row in rows],
    )


def judged(a: Row, b: Row, minima: Minima) -> bool | None:
    """Whether two rows are in conflict; None where their places are so near the minimum that either may be said."""
    bands = (a.floor_dmm, a.ceiling_dmm), (b.floor_dmm, b.ceiling_dmm)
    if a.group == b.group or not bands_too_close(*bands, minima.vertical_dmm):
        return False
    if not spans_too_close((a.start_ms, a.end_ms), (b.start_ms, b.end_ms), minima.time_ms):
        return False
    gap_m = lateral_gap_m(a.footprint, b.footprint)
    if gap_m > 0 and abs(gap_m - minima.lateral_dmm / DMM_PER_M) <= tolerance_m(minima.lateral_dmm):
        return None
    return footprints_too_close(gap_m, minima.lateral_dmm)


def pairs_by_trying_all(rows: Sequence[Row], minima: Minima) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Pairs that must be found, and pairs that may be."""
    verdicts = {(i, j): judged(rows[i], rows[j], minima) for i, j in itertools.combinations(range(len(rows)), 2)}
    must = {pair for pair, verdict in verdicts.items() if verdict}
    return must, must | {pair for pair, verdict in verdicts.items() if verdict is None}


def _ground(lon_deg: float, lat_deg: float) -> list[Footprint]:
    """Footprints of every kind within a few kilometres, some of which touch, contain or just miss each other."""

    def at(east: float, north: float) -> Position:
        return Position.from_degrees((lon_deg + east + 180) % 360 - 180, lat_deg + north)

    square = (at(0, 0), at(0.02, 0), at(0.02, 0.02), at(0, 0.02))
    return [
        Footprint.circle(at(0.01, 0.01), 0),
        Footprint.circle(at(0.01, 0.01), 5_000_000),
        Footprint.circle(at(0.05, 0.01), 20_000_000),
        Footprint.corridor((at(-0.03, 0.01), at(0.03, 0.01)), 0),
        Footprint.corridor((at(0.03, -0.03), at(0.03, 0.0), at(0.06, 0.03)), 1_000_000),
        Footprint.area(square),
        Footprint.area((at(0.02, 0.02), at(0.04, 0.02), at(0.02, 0.04))),
        Footprint.area((at(0.025, 0), at(0.03, 0), at(0.03, 0.02), at(0.025, 0.02)), 500_000),
    ]


GROUND = {place: _ground(*place) for place in ((10.0, 50.0), (179.985, -60.0), (33.0, 0.0), (-90.0, 88.97))}


@st.composite
def rows(draw: st.DrawFn, ground: list[Footprint]) -> Row:
    floor, ceiling = sorted(draw(st.tuples(st.integers(0, 5), st.integers(0, 5))))
    start_ms = draw(st.integers(0, 5))
    return Row(
        draw(st.sampled_from(ground)),
        None if draw(st.booleans()) and floor == 0 else floor * 3_048_000,
        None if draw(st.booleans()) and ceiling == 5 else ceiling * 3_048_000,
        start_ms * 60_000,
        (start_ms + draw(st.integers(1, 3))) * 60_000,
        draw(st.integers(0, 9)),
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Row], Minima]:
    """Up to 12 volumes on one patch of ground whose ends often meet exactly, and minima that they often meet."""
    ground = GROUND[draw(st.sampled_from(sorted(GROUND)))]
    minima = Minima(
        lateral_dmm=draw(st.sampled_from((0, 10_000_000, 92_600_000))),
        vertical_dmm=draw(st.sampled_from((0, 3_048_000, 3_048_001))),
        time_ms=draw(st.sampled_from((0, 60_000, 60_001))),
    )
    return draw(st.lists(rows(ground), max_size=12)), minima


@st.composite
def placed_pairs(draw: st.DrawFn) -> PlacedPair:
    """Two footprints of any kind, size and stratum; half of them lie close to a lateral minimum."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes_m = draw(st.sampled_from(SIZES_M)), draw(st.sampled_from(SIZES_M))
    kinds = draw(st.sampled_from(KINDS)), draw(st.sampled_from(KINDS))
    shapes = random_shape(rng, kinds[0], sizes_m[0]), random_shape(rng, kinds[1], sizes_m[1])
    spot = random_spot(rng, draw(st.sampled_from(STRATA)), max(sizes_m))
    minimum_dmm = draw(st.sampled_from(LATERAL_DMM))
    minimum_m = minimum_dmm / DMM_PER_M
    if draw(st.booleans()):
        return PlacedPair(pair_near(rng, shapes, spot, minimum_m + offset_m(rng, minimum_dmm)), minimum_dmm)
    return PlacedPair(pair_anywhere(rng, shapes, spot, minimum_m), minimum_dmm)
