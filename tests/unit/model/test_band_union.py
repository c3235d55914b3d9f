"""Bands put together use the heights that they used apart, whatever their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.operations import bands
from wellclear.geo.height import Band, Height, Reference
from wellclear.model.band_union import band_order, hull, united

ANY = st.lists(bands(tuple(Reference)), min_size=1, max_size=5)
AMSL = st.lists(bands((Reference.AMSL,)), min_size=1, max_size=5)


def amsl(low: int | None, high: int | None) -> Band:
    floor, ceiling = (None if end is None else Height(end, Reference.AMSL) for end in (low, high))
    return Band(floor, ceiling)


def uses(band: Band, value_dmm: int) -> bool:
    above = band.floor is None or band.floor.value_dmm <= value_dmm
    return above and (band.ceiling is None or value_dmm <= band.ceiling.value_dmm)


@given(AMSL, st.data())
def test_the_same_heights_are_used(listed: list[Band], data: st.DataObject) -> None:
    ends = [end.value_dmm for band in listed for end in (band.floor, band.ceiling) if end]
    value_dmm = data.draw(st.integers(-2_000_000, 310_000_000) | st.sampled_from(ends or [0]))
    joined = united(listed)
    assert any(uses(band, value_dmm) for band in joined) is any(uses(band, value_dmm) for band in listed)
    assert uses(hull(listed), value_dmm) or not any(uses(band, value_dmm) for band in listed)


@given(ANY, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(listed: list[Band], order: object) -> None:
    joined = united(listed)
    again = [*listed, *listed[:2]]
    order.shuffle(again)  # type: ignore[attr-defined] - Hypothesis gives a Random
    assert united(again) == joined == united(joined)
    assert list(joined) == sorted(joined, key=band_order)
    assert hull(again) == hull(listed)


@pytest.mark.parametrize(
    ("listed", "joined"),
    [
        ([amsl(0, 5), amsl(5, 9)], (amsl(0, 9),)),
        ([amsl(0, 5), amsl(6, 9)], (amsl(0, 5), amsl(6, 9))),
        ([amsl(None, 5), amsl(3, None)], (Band(None, None),)),
        ([amsl(None, 5), amsl(7, None)], (amsl(None, 5), amsl(7, None))),
        ([amsl(1, 2), Band(None, None)], (Band(None, None),)),
        ([amsl(1, 9), amsl(2, 3)], (amsl(1, 9),)),
    ],
)
def test_bands_that_touch_are_put_together(listed: list[Band], joined: tuple[Band, ...]) -> None:
    assert united(listed) == joined


def test_a_band_between_references_stands_for_itself_unless_another_contains_it() -> None:
    ground, level = Height(0, Reference.AGL), Height.flight_level(100)
    wide, narrow = Band(ground, level), Band(Height(100, Reference.AGL), Height.flight_level(90))
    assert united([narrow, wide, wide]) == (wide,)
    apart = Band(Height(100, Reference.AGL), Height.flight_level(110))
    assert set(united([apart, wide])) == {apart, wide}


def test_the_hull_of_different_references_is_open() -> None:
    low, high = (
        Band(Height(0, Reference.AGL), Height(5, Reference.AGL)),
        Band(Height(2, Reference.AGL), Height(9, Reference.AMSL)),
    )
    assert hull([low, high]) == Band(Height(0, Reference.AGL), None)
    assert hull([amsl(0, 1), amsl(None, 7)]) == amsl(None, 7)
