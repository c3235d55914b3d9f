"""Bands whose ends cannot be in that order, and bands whose ends may."""

from __future__ import annotations

import pytest

from wellclear.errors import MalformedInput
from wellclear.geo.height import Band, Height, Reference


@pytest.mark.parametrize(
    ("floor", "ceiling"),
    [
        (Height.feet(2_000, Reference.AGL), Height.feet(1_000, Reference.AGL)),
        (Height.flight_level(200), Height.metres(1_000, Reference.AMSL)),
        (Height.metres(5_000, Reference.AGL), Height.metres(1_000, Reference.AMSL)),
    ],
)
def test_a_reversed_band_is_refused(floor: Height, ceiling: Height) -> None:
    with pytest.raises(MalformedInput, match="below the floor"):
        Band(floor, ceiling)


@pytest.mark.parametrize(
    ("floor", "ceiling"),
    [
        (Height.flight_level(100), Height.flight_level(100)),
        (Height.metres(3_000, Reference.AMSL), Height.flight_level(90)),
        (Height.flight_level(100), Height.feet(500, Reference.AGL)),
        (None, Height.feet(-100, Reference.AMSL)),
    ],
)
def test_a_band_that_may_stand_is_taken(floor: Height | None, ceiling: Height) -> None:
    assert Band(floor, ceiling).ceiling == ceiling
