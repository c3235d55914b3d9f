"""All pairs of volumes that are too close: arrays in, index pairs out."""

from __future__ import annotations

from importlib import import_module
from typing import Final, Literal, get_args

import numpy as np

from wellclear.detect import shapely_path
from wellclear.detect.shapely_path import Progress
from wellclear.errors import NotFound
from wellclear.model.columns import Columns, Ints, SmallInts
from wellclear.model.minima import Minima

Path = Literal["auto", "compiled", "shapely"]

COMPILED_FROM: Final = 20_000
"""Below this many volumes the shapely path ends before compiled code is even loaded."""


def unheard(_done: int, _total: int, _what: str) -> None:
    """Progress that no one listens to."""


def takes_compiled(path: Path, count: int) -> bool:
    """Whether so many volumes go the compiled path.

    Raises:
        NotFound: the compiled path was asked for and numba does not load; or there is no such path.
    """
    if path not in get_args(Path):
        raise NotFound(f"there is no path {path!r}", code="path-unknown", wanted=", ".join(get_args(Path)))
    if path == "shapely" or (path == "auto" and count < COMPILED_FROM):
        return False
    try:
        import_module("numba")
    except ImportError:
        if path == "auto":
            return False
        raise NotFound(
            "the compiled path needs numba", code="extra-missing", wanted="pip install 'wellclear[fast]'"
        ) from None
    return True


def find_pairs(columns: Columns, minima: Minima, *, path: Path = "auto", progress: Progress = unheard) -> Ints:
    """All pairs of volumes of different groups that are closer than the minima in place, height and time.

    Args:
        columns: n volumes; their heights all have one reference.
        minima: all zero for overlap.
        path: "compiled" needs the extra ``fast``; "auto" takes it where it is there and n is large. Both find the same.
        progress: told of volumes done, volumes in all, and a word for them.

    Returns:
        (k, 2) int64 row numbers, i < j, sorted.

    Raises:
        NotFound: the compiled path was asked for and numba is not installed.
    """
    if len(columns) < 2:
        return np.empty((0, 2), dtype=np.int64)
    if takes_compiled(path, len(columns)):
        from wellclear.detect.compiled import search  # noqa: PLC0415 - loading numba takes a second

        pairs: Ints | SmallInts = search.find(columns, minima, progress)
    else:
        pairs = shapely_path.find(columns, minima, progress)
    keys = np.sort(pairs[:, 0].astype(np.int64) << 32 | pairs[:, 1])
    return np.stack((keys >> 32, keys & 0xFFFF_FFFF), axis=-1)
