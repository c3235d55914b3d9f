from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.api.utm.dss.cells import MAX_CELL_COLUMNS, MAX_UTM_CELLS, cells_of
from wellclear.geo.footprint import Footprint
from wellclear.geo.geodesic import WGS84
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position


def disc(lon_deg: float, lat_deg: float, radius_m: float) -> Footprint:
    lon_e7, lat_e7 = round(lon_deg * 1e7), round(lat_deg * 1e7)
    return Footprint.circle(Position(lat_e7=lat_e7, lon_e7=lon_e7), round(radius_m * DMM_PER_M))


@given(
    st.floats(-180, 180),
    st.one_of(st.floats(-90, 90), st.floats(88, 90), st.floats(-90, -88)),
    st.floats(0, 360),
    st.floats(10, 20_000),
    st.floats(10, 20_000),
)
def test_what_meets_has_a_cell_in_common(
    lon_deg: float, lat_deg: float, azimuth_deg: float, one_m: float, other_m: float
) -> None:
    away = WGS84.fwd(lon_deg, lat_deg, azimuth_deg, (one_m + other_m) * 0.99)
    first, second = cells_of(disc(lon_deg, lat_deg, one_m)), cells_of(disc(away[0], away[1], other_m))
    assert first is not None
    assert second is not None
    assert first & second


@pytest.mark.parametrize("lat_deg", [0.0, 45.0, 60.0, 80.0, 89.0, 89.9, 90.0, -90.0])
def test_an_area_has_few_cells_wherever_it_is(lat_deg: float) -> None:
    small, large = cells_of(disc(7, lat_deg, 300)), cells_of(disc(7, lat_deg, 56_000))
    assert small is not None
    assert len(small) <= 360 * 32 // MAX_CELL_COLUMNS
    assert large is not None
    assert len(large) <= MAX_UTM_CELLS
