"""Whether a ring crosses itself.

A ring is refused when two of its edges cross, also in a point of the ring itself, or run over each other (out and back
between the same two points). A ring that only touches itself in a point encloses a clear area and is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from wellclear.errors import MalformedInput
from wellclear.geo.frame import ecef_m, frames, local_plane_m, project_m
from wellclear.geo.position import Position

Point = tuple[float, float]

Points = npt.NDArray[Any]
"""Coordinates in a plane, integers or floats."""

BLOCK: Final = 64
"""Edges compared with all others in one go: bounds memory where the boxes of all edges meet."""

FEW: Final = 16
"""Up to so many edges all pairs are compared: a tree of boxes takes longer to build."""


def refuse_crossing(ring: tuple[Position, ...]) -> None:
    """Check the ring's edges, as geodesics, against each other.

    ring  without its closing point, no two neighbours equal

    Raises:
        MalformedInput: two edges cross or run over each other; names them by their first points, from 1.
    """
    if len(ring) <= FEW and len(set(ring)) == len(ring):
        _refuse_crossing_of_few(local_plane_m([(p.lon_deg, p.lat_deg) for p in ring]))
        return
    e7 = np.array([(p.lon_e7, p.lat_e7) for p in ring], dtype=np.int64)
    xyz_m = ecef_m(e7[:, 0] / 1e7, e7[:, 1] / 1e7)
    plane_m = project_m(xyz_m, *(part[None] for part in frames(xyz_m.mean(axis=0))))
    _refuse_crossing(e7, _side, plane_m)


def refuse_crossing_straight(ring: Sequence[Position]) -> None:
    """Check the ring's edges, as straight in longitude and latitude, against each other; exact.

    ring  as in `refuse_crossing`

    Raises:
        MalformedInput: as `refuse_crossing`.
    """
    e7 = np.array([(p.lon_e7, p.lat_e7) for p in ring], dtype=np.int64)
    _refuse_crossing(e7, _exact_side, e7)


def _refuse_crossing_of_few(plane_m: Sequence[Point]) -> None:
    """Check all pairs of edges of different points, which can but cross. Arrays take ten times as long for so few."""
    edges = list(zip(plane_m, [*plane_m[1:], plane_m[0]], strict=True))
    for i, (a, b) in enumerate(edges):
        for j, (c, d) in enumerate(edges[i + 1 :], i + 1):
            if _left(a, b, c) * _left(a, b, d) < 0 and _left(c, d, a) * _left(c, d, b) < 0:
                raise _crossed(i + 1, j + 1, "cross")


def _left(a: Point, b: Point, p: Point) -> int:
    """As `_side`, of one triangle."""
    area = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    return (area > 0) - (area < 0)


def _refuse_crossing(e7: Points, side: Callable[[Points, Points, Points], Points], plane: Points) -> None:
    """Check straight edges in a plane.

    e7     (n, 2) the ring
    side   tells on which side of a line points lie
    plane  (n, 2) the ring in the plane
    """
    following = np.roll(np.arange(len(e7)), -1)
    start, end = plane, plane[following]
    for i, j in _near_edges(start, end):
        crossing = (side(start[i], end[i], start[j]) * side(start[i], end[i], end[j]) < 0) & (
            side(start[j], end[j], start[i]) * side(start[j], end[j], end[i]) < 0
        )
        retraced = (e7[i] == e7[following[j]]).all(axis=1) & (e7[following[i]] == e7[j]).all(axis=1)
        same = (e7[i] == e7[j]).all(axis=1) & (e7[following[i]] == e7[following[j]]).all(axis=1)
        bad = np.flatnonzero(crossing | retraced | same)
        if bad.size:
            first = bad[np.lexsort((j[bad], i[bad]))[0]]
            raise _crossed(int(i[first]) + 1, int(j[first]) + 1, "cross" if crossing[first] else "run over each other")
    _refuse_crossing_in_a_point(e7, plane.astype(np.float64))


def _near_edges(start: Points, end: Points) -> Iterator[tuple[Points, Points]]:
    """Pairs i < j of edges whose boxes meet, in portions; of few edges simply all pairs."""
    if len(start) <= FEW:
        yield _all_pairs(len(start))
        return
    boxes = shapely.box(*np.minimum(start, end).T, *np.maximum(start, end).T)
    tree = shapely.STRtree(boxes)
    for low in range(0, len(boxes), BLOCK):
        i, j = tree.query(boxes[low : low + BLOCK])
        yield (i + low)[i + low < j], j[i + low < j]


@lru_cache(maxsize=FEW)
def _all_pairs(count: int) -> tuple[Points, Points]:
    i, j = np.triu_indices(count, 1)
    return i, j


def _refuse_crossing_in_a_point(e7: Points, plane: Points) -> None:
    """Check the ring where it comes back to one of its own points.

    It crosses itself there when, seen from the point, the way in and the way out of one pass lie on different sides of
    the other pass.
    """
    if len(set(map(tuple, e7.tolist()))) == len(e7):
        return
    _, named = np.unique(e7, axis=0, return_inverse=True)
    for point in np.flatnonzero(np.bincount(named.ravel()) > 1):
        at = np.flatnonzero(named.ravel() == point)
        before, after = plane[at - 1] - plane[at], plane[(at + 1) % len(plane)] - plane[at]
        way_in, way_out = np.arctan2(before[:, 1], before[:, 0]), np.arctan2(after[:, 1], after[:, 0])
        width = (way_out - way_in) % (2 * np.pi)
        left_in, left_out = ((way[None] - way_in[:, None]) % (2 * np.pi) < width[:, None] for way in (way_in, way_out))
        crossing = left_in != left_out
        np.fill_diagonal(crossing, val=False)
        crossing &= crossing.T
        if crossing.any():
            first, second = np.argwhere(crossing)[0]
            raise _crossed(int(at[first]) + 1, int(at[second]) + 1, "cross in their first point")


def _crossed(first: int, second: int, does: str) -> MalformedInput:
    return MalformedInput(
        f"the ring crosses itself: the edges from points {first} and {second} {does}",
        code="ring-crosses-itself",
        wanted="a ring whose edges meet only at their ends",
    )


def _exact_side(a: Points, b: Points, p: Points) -> Points:
    """As `_side`, exact for integers of 1e-7 degree: a product (under 6.5e18) fits 64 bits, a difference may not."""
    left = (b[:, 0] - a[:, 0]) * (p[:, 1] - a[:, 1])
    right = (b[:, 1] - a[:, 1]) * (p[:, 0] - a[:, 0])
    return np.asarray((left > right).astype(np.int64) - (left < right))


def _side(a: Points, b: Points, p: Points) -> Points:
    """Twice the signed area of triangles a, b, p: (n,) positive where p lies left of a to b."""
    return np.asarray(np.sign((b[:, 0] - a[:, 0]) * (p[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (p[:, 0] - a[:, 0])))
