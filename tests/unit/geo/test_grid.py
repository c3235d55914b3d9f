"""Bins of height and time contain what they show, and show no more than the bins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.grid import Grid
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.limits import MAX_HEIGHT_DMM, MAX_TIME_MS
from wellclear.geo.span import Span

GRID = Grid(s2_level=12, level_bin_dmm=3_048_000, time_bin_ms=900_000)

grids = st.builds(Grid, st.integers(4, 16), st.integers(100_000, MAX_HEIGHT_DMM), st.integers(60_000, 86_400_000))
heights = st.builds(Height, st.integers(-MAX_HEIGHT_DMM, MAX_HEIGHT_DMM), st.just(Reference.AMSL))


@pytest.mark.parametrize(
    ("s2_level", "level_bin_dmm", "time_bin_ms"),
    [
        (3, 3_048_000, 900_000),
        (17, 3_048_000, 900_000),
        (12, 99_999, 900_000),
        (12, MAX_HEIGHT_DMM + 1, 900_000),
        (12, 3_048_000, 59_999),
        (12, 3_048_000, 86_400_001),
        (True, 3_048_000, 900_000),
        (12, 3_048_000.0, 900_000),
    ],
)
def test_a_grid_out_of_range_is_refused(s2_level: int, level_bin_dmm: int, time_bin_ms: int) -> None:
    with pytest.raises(MalformedInput) as refused:
        Grid(s2_level, level_bin_dmm, time_bin_ms)
    assert refused.value.code == "grid-range"


@given(grids, st.integers(0, MAX_TIME_MS - 1), st.integers(1, 10**9))
def test_the_bins_of_time_contain_the_span_and_no_bin_too_many(grid: Grid, start_ms: int, length_ms: int) -> None:
    span = Span(start_ms, min(start_ms + length_ms, MAX_TIME_MS))
    shown = grid.covering_span(span)
    assert shown.start_ms <= span.start_ms < shown.start_ms + grid.time_bin_ms
    assert shown.end_ms - grid.time_bin_ms < span.end_ms <= shown.end_ms
    assert grid.covering_span(shown) == shown


@given(grids, heights, heights)
def test_the_bins_of_height_contain_the_band_and_no_bin_too_many(grid: Grid, one: Height, other: Height) -> None:
    floor, ceiling = sorted((one, other), key=lambda height: height.value_dmm)
    shown = grid.covering_band(Band(floor, ceiling))
    assert shown.floor is not None
    assert shown.ceiling is not None
    assert shown.floor.value_dmm <= floor.value_dmm < shown.floor.value_dmm + grid.level_bin_dmm
    assert ceiling.value_dmm <= shown.ceiling.value_dmm <= ceiling.value_dmm + grid.level_bin_dmm
    assert grid.covering_band(shown) == shown


def test_a_span_that_ends_with_a_bin_does_not_meet_the_next() -> None:
    assert GRID.covering_span(Span(900_000, 1_800_000)) == Span(900_000, 1_800_000)
    assert GRID.covering_span(Span(899_999, 1_800_001)) == Span(0, 2_700_000)


def test_open_ends_stay_open_and_each_end_keeps_its_reference() -> None:
    assert GRID.covering_band(Band(None, None)) == Band(None, None)
    mixed = Band(Height.feet(500, Reference.AGL), Height.flight_level(65))
    assert GRID.covering_band(mixed) == Band(Height(0, Reference.AGL), Height.flight_level(70))


def test_a_level_on_the_edge_of_two_bins_gets_a_thickness() -> None:
    level = Height.flight_level(100)
    assert GRID.covering_band(Band(level, level)) == Band(level, Height.flight_level(110))
