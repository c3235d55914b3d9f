"""Who is measured: name, what it is, and the call that gives its pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Literal

import numpy as np

import careful_globe
import careful_shapely
import rtree_4d
from careful_shapely import Ints, Settings
from wellclear.model.columns import Columns
from wellclear.model.minima import Minima

PUSHED: Final = Settings(threads=2, layer_dmm=2_500_000)
"""Layers of 250 m: the fastest of 0, 100, 250 and 500 m at a million volumes."""

Find = Callable[[Columns, Minima], Ints]


@dataclass(frozen=True, slots=True)
class Solver:
    """One way to find all pairs.

    Attributes:
        find: columns and minima in, sorted pairs (k, 2) out.
        about: one line for the report.
        on_plane: whether it measures on one plane, and so may differ from the ellipsoid by the plane's error.
    """

    find: Find
    about: str
    on_plane: bool


def _wellclear(path: Literal["auto", "compiled", "shapely"]) -> Find:
    def find(columns: Columns, minima: Minima) -> Ints:
        find_pairs = import_module("wellclear.detect.pairs").find_pairs
        return np.asarray(find_pairs(columns, minima, path=path), dtype=np.int64)

    return find


def _pushed(columns: Columns, minima: Minima) -> Ints:
    return careful_shapely.find_pairs(columns, minima, PUSHED)


SOLVERS: Final = {
    "wellclear": Solver(_wellclear("compiled"), "the compiled path", on_plane=False),
    "wellclear-shapely": Solver(_wellclear("shapely"), "the path without a compiler", on_plane=False),
    "careful": Solver(careful_shapely.find_pairs, "careful shapely, one STRtree for each half hour", on_plane=True),
    "pushed": Solver(_pushed, "the same, trees for layers of 250 m too, two threads", on_plane=True),
    "rtree": Solver(rtree_4d.find_pairs, "rtree in four dimensions, bulk-loaded, asked in batches", on_plane=True),
    "careful-globe": Solver(careful_globe.find_pairs, "careful shapely around the globe", on_plane=False),
}
