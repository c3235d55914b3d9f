"""The rules of closeness, each with the neighbour on the other side."""

from __future__ import annotations

import pytest

from oracle.slow_rules import bands_too_close, footprints_too_close, spans_too_close, tolerance_m

FT = 3_048


@pytest.mark.parametrize(
    ("floor_dmm", "minimum_dmm", "close"),
    [
        (4_001 * FT, 0, True),
        (4_001 * FT + 1, 0, False),
        (5_001 * FT, 1_000 * FT, False),
        (5_000 * FT, 1_000 * FT, True),
        (5_001 * FT - 1, 1_000 * FT, True),
        (None, 1_000 * FT, True),
    ],
)
def test_bands(floor_dmm: int | None, minimum_dmm: int, *, close: bool) -> None:
    below, above = (None, 4_001 * FT), (floor_dmm, None)
    assert bands_too_close(below, above, minimum_dmm) is close
    assert bands_too_close(above, below, minimum_dmm) is close


def test_a_single_level_overlaps_itself() -> None:
    assert bands_too_close((5, 5), (5, 5), 0)
    assert not bands_too_close((5, 5), (6, 6), 0)


@pytest.mark.parametrize(
    ("start_ms", "minimum_ms", "close"),
    [(99, 0, True), (100, 0, False), (100, 1, True), (101, 1, False), (159, 60, True), (160, 60, False)],
)
def test_spans(start_ms: int, minimum_ms: int, *, close: bool) -> None:
    early, late = (0, 100), (start_ms, 200)
    assert spans_too_close(early, late, minimum_ms) is close
    assert spans_too_close(late, early, minimum_ms) is close


@pytest.mark.parametrize(
    ("gap_m", "minimum_dmm", "close"),
    [(-1.0, 0, True), (0.0, 0, True), (0.001, 0, False), (29.9, 300_000, True), (30.0, 300_000, False)],
)
def test_footprints(gap_m: float, minimum_dmm: int, *, close: bool) -> None:
    assert footprints_too_close(gap_m, minimum_dmm) is close


def test_tolerance() -> None:
    assert tolerance_m(0) == 0.01
    assert tolerance_m(300_000) == 1.0
    assert tolerance_m(50 * 18_520_000) == pytest.approx(92.6)
