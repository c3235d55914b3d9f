"""All pairs too close with rtree (libspatialindex) in four dimensions, then the same exact test as `careful_shapely`.

The tree is bulk-loaded from arrays and asked in one vectorised call a batch (`intersection_v`), the fastest that rtree
offers. Ends of time are a millisecond earlier in the tree, because its boxes are closed and spans are half open.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from rtree.index import Index, Property

from careful_shapely import Ints, Plane, flattened, in_order, projected_m, touching
from wellclear.model.columns import Columns
from wellclear.model.minima import Minima

Floats = npt.NDArray[np.float64]

BATCH: Final = 50_000


def find_pairs(columns: Columns, minima: Minima) -> Ints:
    """Index pairs (k, 2) of volumes closer than the minima, each with i < j, sorted."""
    plane = flattened(columns, projected_m(columns))
    low, high = boxes_4d(plane)
    tree = loaded(low, high)
    grown_low, grown_high = grown(low, high, minima)
    found_i, found_j = [], []
    for begin in range(0, len(columns), BATCH):
        asked, answered = _asked(tree, grown_low[begin : begin + BATCH], grown_high[begin : begin + BATCH], begin)
        kept = np.flatnonzero((asked < answered) & (columns.group[asked] != columns.group[answered]))
        found_i.append(asked[kept])
        found_j.append(answered[kept])
    i, j = np.concatenate(found_i), np.concatenate(found_j)
    close = touching(plane, i, j, minima.lateral_dmm / 1e4)
    return in_order(i[close], j[close])


def boxes_4d(plane: Plane) -> tuple[Floats, Floats]:
    """Corners of the volumes' boxes: (n, 4) each, x and y in metres, height in 0.1 mm, time in ms."""
    columns = plane.columns
    low = np.column_stack((plane.low_m, columns.floor_dmm, columns.start_ms)).astype(np.float64)
    high = np.column_stack((plane.high_m, columns.ceiling_dmm, columns.end_ms - 1)).astype(np.float64)
    return low, high


def grown(low: Floats, high: Floats, minima: Minima) -> tuple[Floats, Floats]:
    """Boxes that meet exactly those boxes whose volumes' boxes are closer than the minima."""
    reach = np.array(
        [minima.lateral_dmm / 1e4] * 2 + [max(minima.vertical_dmm - 1, 0), minima.time_ms], dtype=np.float64
    )
    return low - reach, high + reach


def loaded(low: Floats, high: Floats) -> Index:
    """A tree over n boxes, whose ids are their places."""
    shape = Property()
    shape.dimension = low.shape[1]
    return Index((np.arange(len(low), dtype=np.int64), low, high), properties=shape)


def _asked(tree: Index, low: Floats, high: Floats, begin: int) -> tuple[Ints, Ints]:
    answered, counts = tree.intersection_v(low, high)  # type: ignore[no-untyped-call]  # rtree leaves it so
    return np.repeat(np.arange(begin, begin + len(low)), counts.astype(np.int64)), answered
