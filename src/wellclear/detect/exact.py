"""Pairs that the plane leaves in doubt, decided by the exact routine."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from wellclear.detect.bounds import far_share, limit_m, margin_m
from wellclear.detect.gaps import Truths
from wellclear.detect.separation import Pieces, distance_m, pieces
from wellclear.geo.limits import DMM_PER_M
from wellclear.model.columns import Columns, Ints
from wellclear.model.minima import Minima


def close_in_place(columns: Columns, i: Ints, j: Ints, minima: Minima) -> Truths:
    """Whether the footprints of each pair are too close. i, j (k,) row numbers; returns (k,)."""

    @lru_cache(maxsize=4096)
    def core(row: int) -> Pieces:
        part = slice(int(columns.first[row]), int(columns.first[row + 1]))
        return pieces(int(columns.core[row]), columns.lon_e7[part] / 1e7, columns.lat_e7[part] / 1e7)

    buffers_m = (columns.buffer_dmm[i] + columns.buffer_dmm[j]) / DMM_PER_M
    most = limit_m(buffers_m, margin_m(minima), far_share(minima))
    return np.fromiter(
        (distance_m(core(int(a)), core(int(b)))[0] <= most_m for a, b, most_m in zip(i, j, most, strict=True)),
        dtype=np.bool_,
        count=len(i),
    )
