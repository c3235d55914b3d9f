"""Whether two solvers found the same pairs, and if not, whose fault it is.

wellclear measures on the ellipsoid. A baseline on one plane may differ from it by the plane's error, so every pair that
only one of them found is judged:

* footprints within 100 km: measured again in a plane of the pair's own (`careful_globe.nearby`). Where that sides with
  the first solver, or finds the pair within 2 cm of the minimum, the difference is explained;
* larger ones: explained where the gap in the baseline's plane is within that plane's error of the pair's size.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from careful_globe import gaps_m, nearby
from careful_shapely import Floats, Ints, Plane, flattened, plane_error, projected_m
from wellclear.model.columns import Columns
from wellclear.model.minima import Minima

OWN_PLANE_M: Final = 100_000.0
DOUBT_M: Final = 0.02
MOST_JUDGED: Final = 50_000


def compared(columns: Columns, minima: Minima, first: Ints, other: Ints, *, other_on_plane: bool) -> dict[str, int]:
    """Count pairs that only one found, and those of them that nothing explains.

    first, other  (k, 2) sorted pairs
    """
    count = len(columns)
    a, b = first[:, 0] * count + first[:, 1], other[:, 0] * count + other[:, 1]
    only_first, only_other = np.setdiff1d(a, b, assume_unique=True), np.setdiff1d(b, a, assume_unique=True)
    differing = np.concatenate((only_first, only_other))
    close_by_first = np.arange(len(differing)) < len(only_first)
    result = {"only_first": len(only_first), "only_other": len(only_other), "unexplained": len(differing)}
    if other_on_plane and 0 < len(differing) <= MOST_JUDGED:
        pairs = np.stack((differing // count, differing % count), axis=-1)
        result["unexplained"] = int((~explained(columns, minima, pairs, close_by_first)).sum())
    return result


def explained(columns: Columns, minima: Minima, pairs: Ints, close: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which of the pairs (k, 2), found (`close`) or not found on the ellipsoid, the plane's error explains."""
    lateral_m = minima.lateral_dmm / 1e4
    plane = flattened(columns, projected_m(columns))
    size_m = _size_m(plane, pairs, lateral_m)
    allowed_m = plane_error(columns) * size_m + DOUBT_M
    fine = np.abs(gaps_m(plane, pairs[:, 0], pairs[:, 1], lateral_m)) <= allowed_m
    small = np.flatnonzero(size_m <= OWN_PLANE_M)
    own_gap_m = gaps_m(*nearby(columns, pairs[small]), lateral_m)
    fine[small] = (np.abs(own_gap_m) <= DOUBT_M) | ((own_gap_m < 0) == close[small])
    return fine


def _size_m(plane: Plane, pairs: Ints, lateral_m: float) -> Floats:
    """Diagonal of the box around both footprints and the minimum."""
    i, j = pairs[:, 0], pairs[:, 1]
    box_m = np.maximum(plane.high_m[i], plane.high_m[j]) - np.minimum(plane.low_m[i], plane.low_m[j])
    return np.asarray(np.hypot(box_m[:, 0], box_m[:, 1]) + lateral_m, dtype=np.float64)
