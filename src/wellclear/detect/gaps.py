"""Gaps in time and height, and when they are too small."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from wellclear.model.columns import Columns, Ints
from wellclear.model.minima import Minima

Truths = npt.NDArray[np.bool_]


def time_gap_ms(start_a: Ints, end_a: Ints, start_b: Ints, end_b: Ints) -> Ints:
    """Time between two spans; negative by how long they overlap. Shapes broadcast."""
    gap_ms: Ints = np.maximum(start_b - end_a, start_a - end_b)
    return gap_ms


def close_in_time(gap_ms: Ints, minima: Minima) -> Truths:
    """Spans are half open: they overlap when the gap is negative; a gap of exactly the minimum is separation."""
    return gap_ms < minima.time_ms


def close_in_height(gap_dmm: Ints, minima: Minima) -> Truths:
    """Bands are closed: touching overlaps; a gap of exactly a minimum that is not zero is separation."""
    return (gap_dmm < minima.vertical_dmm) | (gap_dmm <= 0)


def close_but_in_place(columns: Columns, i: Ints, j: Ints, minima: Minima) -> Truths:
    """Whether each pair is of two groups, and close in time and height. i, j (k,) row numbers."""
    gap_ms = time_gap_ms(columns.start_ms[i], columns.end_ms[i], columns.start_ms[j], columns.end_ms[j])
    above, below = columns.floor_dmm[j] - columns.ceiling_dmm[i], columns.floor_dmm[i] - columns.ceiling_dmm[j]
    close: Truths = columns.group[i] != columns.group[j]
    close &= close_in_time(gap_ms, minima)
    close &= close_in_height(np.maximum(above, below), minima)
    return close
