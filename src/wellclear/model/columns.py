"""Volumes as columns of numbers: what detection works on, and what a program with numpy arrays hands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.limits import (
    MAX_BUFFER_DMM,
    MAX_FOOTPRINT_POINTS,
    MAX_HEIGHT_DMM,
    MAX_TIME_MS,
    MIN_TIME_MS,
)
from wellclear.geo.position import MAX_LAT_E7, MAX_LON_E7

Ints = npt.NDArray[np.int64]
SmallInts = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]

OPEN_BELOW: Final = -(2**62)
"""Floor of a band that reaches the surface."""

OPEN_ABOVE: Final = 2**62
"""Ceiling of an unlimited band."""


@dataclass(frozen=True, slots=True)
class Columns:
    """n volumes; row i owns points ``first[i]`` up to ``first[i + 1]``.

    core        (n,) uint8    0 point, 1 line, 2 area (ring without its closing point), see `Core`
    first       (n + 1,) int64, beginning with 0
    lon_e7      (k,) int32    1e-7 degree
    lat_e7      (k,) int32    1e-7 degree
    buffer_dmm  (n,) int64    0.1 mm
    floor_dmm   (n,) int64    all heights in one reference; OPEN_BELOW for the surface
    ceiling_dmm (n,) int64    OPEN_ABOVE for unlimited
    start_ms    (n,) int64    UTC
    end_ms      (n,) int64    UTC, not owned
    group       (n,) int64    volumes of one group (an operation) are not compared with each other

    `Columns.checked` makes one from arrays and refuses what is out of range.
    """

    core: Bytes
    first: Ints
    lon_e7: SmallInts
    lat_e7: SmallInts
    buffer_dmm: Ints
    floor_dmm: Ints
    ceiling_dmm: Ints
    start_ms: Ints
    end_ms: Ints
    group: Ints

    def __len__(self) -> int:
        return len(self.core)
