from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.position import Position
from wellclear.model.columns import OPEN_ABOVE, OPEN_BELOW, Columns, joined


def _good() -> dict[str, Any]:
    return {
        "core": [0, 2],
        "first": [0, 1, 4],
        "lon_e7": [0, 10, 20, 10],
        "lat_e7": [0, 10, 10, 20],
        "buffer_dmm": [10_000, 0],
        "floor_dmm": [OPEN_BELOW, 0],
        "ceiling_dmm": [5, OPEN_ABOVE],
        "start_ms": [0, 1],
        "end_ms": [1, 2],
        "group": [0, 1],
    }


def test_good_columns_are_taken() -> None:
    columns = Columns.checked(**_good())
    assert len(columns) == 2
    assert columns.lon_e7.dtype == np.int32


@pytest.mark.parametrize(
    ("name", "value", "at"),
    [
        ("core", [0, 3], "core[1]"),
        ("core", [0.0, 2.0], "core"),
        ("core", [0, 300], "core"),
        ("first", [0, 1, 3], "first"),
        ("first", [1, 2, 4], "first"),
        ("first", [0, 2, 4], "first[0]"),
        ("lon_e7", [0, 10, 20, 1_800_000_001], "lon_e7[3]"),
        ("lat_e7", [0, -900_000_001, 10, 20], "lat_e7[1]"),
        ("lat_e7", [0, 10, 10], "lat_e7"),
        ("lon_e7", [0.5, 1.0, 2.0, 3.0], "lon_e7"),
        ("lon_e7", [np.nan, 1, 2, 3], "lon_e7"),
        ("buffer_dmm", [-1, 0], "buffer_dmm[0]"),
        ("buffer_dmm", [10**18, 0], "buffer_dmm[0]"),
        ("floor_dmm", [OPEN_ABOVE, 0], "floor_dmm[0]"),
        ("floor_dmm", [-(2**63), 0], "floor_dmm[0]"),
        ("lon_e7", [0, 10, 1_800_000_000, 10], "first[1]"),
        ("ceiling_dmm", [5, -5], "ceiling_dmm[1]"),
        ("start_ms", [-1, 1], "start_ms[0]"),
        ("end_ms", [1, 1], "end_ms[1]"),
        ("end_ms", [1, 10**15], "end_ms[1]"),
        ("group", [[0], [1]], "group"),
        ("group", [0, 2**60], "group[1]"),
        ("group", [-(2**63), 0], "group[0]"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(name: str, value: list[Any], at: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        Columns.checked(**{**_good(), name: value})
    assert refused.value.at in (at, "lon_e7")


def test_columns_keep_their_own_numbers() -> None:
    taken = _good()
    taken["group"] = np.array([0, 1])
    columns = Columns.checked(**taken)
    taken["group"][1] = 0
    assert columns.group.tolist() == [0, 1]


def test_missing_and_unknown_columns_are_named() -> None:
    columns = _good()
    columns["height"] = columns.pop("group")
    with pytest.raises(MalformedInput, match=r"missing: \['group'\], not known: \['height'\]"):
        Columns.checked(**columns)


def test_rows_are_taken_and_joined_with_their_points() -> None:
    columns = Columns.checked(**_good())
    swapped = columns.take(np.array([1, 0]))
    assert swapped.first.tolist() == [0, 3, 4]
    assert swapped.lon_e7.tolist() == [10, 20, 10, 0]
    again = joined((columns.take(np.array([0])), columns.take(np.array([1]))))
    for name in Columns.__slots__:
        assert np.array_equal(getattr(again, name), getattr(columns, name)), name


def test_footprints_become_rows() -> None:
    ring = tuple(Position(lon, lat) for lon, lat in ((10, 10), (20, 10), (10, 20)))
    columns = Columns.of(
        [Footprint.circle(Position(0, 0), 10_000), Footprint.area(ring)],
        **{name: _good()[name] for name in ("floor_dmm", "ceiling_dmm", "start_ms", "end_ms", "group")},
    )
    for name in Columns.__slots__:
        assert np.array_equal(getattr(columns, name), getattr(Columns.checked(**_good()), name)), name
