"""Rings that cross themselves, also in one of their own points, and rings that only touch."""

from __future__ import annotations

import pytest

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.position import Position


def _ring(*points: tuple[float, float]) -> Footprint:
    return Footprint.area(tuple(Position.from_degrees(10 + x / 10, 50 + y / 10) for x, y in points))


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (1, 1), (1, 0), (0, 1)],
        [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (2, 1), (1, 2)],
        [(0, 0), (1, 1), (2, 2), (2, 0), (1, 1), (0, 2)],
        [(0, 0), (1, 0), (2, 0), (1, 0), (1, 1)],
        [(0, 0), (2, 0), (1, 1), (0, 0), (2, 0), (1, -1)],
    ],
    ids=["bow tie", "a loop inside, wound twice", "bow tie through a point", "out and back", "one edge twice"],
)
def test_crossing_rings_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(MalformedInput) as refused:
        _ring(*points)
    assert refused.value.code == "ring-crosses-itself"


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (1, 0), (1, 1), (0, 1)],
        [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (1, 2), (2, 1)],
        [(0, 0), (1, 1), (2, 0), (2, 2), (1, 1), (0, 2)],
    ],
    ids=["square", "a hole that touches", "two lobes side by side"],
)
def test_rings_that_only_touch_are_taken(points: list[tuple[float, float]]) -> None:
    assert len(_ring(*points).points) == len(points)


def test_the_edges_are_named_by_their_first_points() -> None:
    with pytest.raises(MalformedInput, match="edges from points 1 and 3 cross"):
        _ring((0, 0), (1, 1), (1, 0), (0, 1))
