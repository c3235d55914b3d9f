"""What is done without arrays for few points, held against what is done with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo import ring
from wellclear.geo.frame import ecef_m, frames, local_plane_m, project_m
from wellclear.geo.geodesic import WGS84, most_apart_m
from wellclear.geo.position import Position

lons = st.integers(-1_800_000_000, 1_799_999_999)
lats = st.integers(-900_000_000, 900_000_000)


@st.composite
def near_points(draw: st.DrawFn) -> tuple[Position, ...]:
    """Up to 16 points around a place, from a metre to some hundred kilometres apart."""
    lon_e7, lat_e7 = draw(lons), draw(st.integers(-890_000_000, 890_000_000))
    reach_e7 = draw(st.sampled_from([100, 10_000, 1_000_000, 9_000_000]))
    steps = st.integers(-reach_e7, reach_e7)
    offsets = draw(st.lists(st.tuples(steps, steps), min_size=3, max_size=16, unique=True))
    return tuple(Position((lon_e7 + x + 1_800_000_000) % 3_600_000_000 - 1_800_000_000, lat_e7 + y) for x, y in offsets)


@given(near_points())
def test_the_plane_is_that_of_arrays(points: tuple[Position, ...]) -> None:
    deg = [(point.lon_deg, point.lat_deg) for point in points]
    xyz_m = ecef_m(*np.array(deg).T)
    expected_m = project_m(xyz_m, *(part[None] for part in frames(xyz_m.mean(axis=0))))
    assert np.abs(np.array(local_plane_m(deg)) - expected_m).max() < 1e-6


@given(near_points())
def test_a_ring_of_few_points_is_judged_as_by_arrays(points: tuple[Position, ...]) -> None:
    def judged(few: int) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ring, "FEW", few)
            try:
                ring.refuse_crossing(points)
            except MalformedInput as error:
                return str(error)
        return ""

    assert judged(16) == judged(0)


@given(st.lists(st.tuples(lons, lats), min_size=2, max_size=5))
def test_no_two_points_are_farther_apart_than_said(pairs: list[tuple[int, int]]) -> None:
    points = tuple(Position(lon_e7, lat_e7) for lon_e7, lat_e7 in pairs)
    first, last = points[0], points[-1]
    assert WGS84.inv(first.lon_deg, first.lat_deg, last.lon_deg, last.lat_deg)[2] <= most_apart_m(points) + 1e-6
