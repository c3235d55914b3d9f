from math import inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.atmosphere import STANDARD_HPA, geometric_m, height_of_pressure_m, pressure_hpa
from wellclear.geo.box import LonLatBox
from wellclear.geo.envelope import Missing, Ranges, altitude_range_m, level_range_m, widest_band_m
from wellclear.geo.geoid import extremes_m, geoid_m
from wellclear.geo.height import Height, Reference
from wellclear.geo.terrain import TerrainGrid

ALPS = LonLatBox(7.0, 1.0, 45.5, 46.5)
WORLD = LonLatBox(-180.0, 360.0, -90.0, 90.0)
WINTER = Ranges((980.0, 1040.0), (-30.0, 20.0), (200.0, 4_810.0))

ordered = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)
pressures_hpa = ordered.map(lambda ends: (950 + 100 * ends[0], 950 + 100 * ends[1]))
deviations_k = ordered.map(lambda ends: (-40 + 80 * ends[0], -40 + 80 * ends[1]))
boxes = st.builds(
    lambda west_deg, width_deg, south_deg, tall_deg: LonLatBox(
        west_deg, width_deg, south_deg, min(south_deg + tall_deg, 90.0)
    ),
    st.floats(-180, 180),
    st.floats(0, 10),
    st.floats(-90, 90),
    st.floats(0, 10),
)


def within(ends: tuple[float, float], share: float) -> float:
    return min(max(ends[0] + share * (ends[1] - ends[0]), ends[0]), ends[1])


def band_m(height: Height, box: LonLatBox, ranges: Ranges) -> tuple[float, float]:
    band = widest_band_m(height, box, ranges)
    assert isinstance(band, tuple)
    return band


def test_flight_level_350_from_deep_winter_low_to_summer_high():
    low_m, high_m = level_range_m(10_668.0, (980.0, 1040.0), (-30.0, 20.0))
    assert low_m == pytest.approx(9_365, abs=1)
    # 11,586 m with the lapse of the troposphere continued; the standard atmosphere's ends at 11 km.
    assert high_m == pytest.approx(11_591, abs=1)


def test_above_the_ellipsoid_gravity_and_geoid_come_on_top():
    low_m, high_m = band_m(Height.flight_level(350), ALPS, WINTER)
    geoid_low_m, geoid_high_m = extremes_m(ALPS)
    assert low_m - geoid_low_m == pytest.approx(geometric_m(9_365.27, 46.5) * 0.9995, abs=1)
    assert high_m - geoid_high_m == pytest.approx(geometric_m(11_591.26, 45.5) * 1.0005, abs=1)


def test_the_standard_day_leaves_a_level_where_it_is():
    standard = (STANDARD_HPA, STANDARD_HPA), (0.0, 0.0)
    for level_m in (-100.0, 0.0, 3_048.0, 10_668.0, 30_000.0):
        assert level_range_m(level_m, *standard) == pytest.approx((level_m, level_m), abs=1e-6)
        assert altitude_range_m(level_m, *standard) == pytest.approx((level_m, level_m), abs=1e-6)


def test_cold_temperature_corrections_of_the_procedures_manual():
    # ICAO Doc 8168, table of temperature corrections: with -20 C at an aerodrome at sea level, 35 K below standard,
    # 140 ft are added to 1,000 ft, 420 ft to 3,000 ft and 710 ft to 5,000 ft, so as to be truly that high.
    for true_ft, added_ft in ((1_000, 140), (3_000, 420), (5_000, 710)):
        shown_m = (true_ft + added_ft) * 0.3048
        low_m, high_m = altitude_range_m(shown_m, (STANDARD_HPA, STANDARD_HPA), (-35.0, -35.0))
        assert low_m / 0.3048 == pytest.approx(true_ft, rel=0.01)
        assert high_m == pytest.approx(shown_m)  # right at a station of that height


def test_ellipsoid_and_true_heights_need_no_ranges():
    assert widest_band_m(Height.metres(120.0, Reference.ELLIPSOID), ALPS, Ranges()) == (120.0, 120.0)
    low_m, high_m = band_m(Height.metres(120.0, Reference.AMSL), ALPS, Ranges())
    geoid_low_m, geoid_high_m = extremes_m(ALPS)
    assert (low_m, high_m) == pytest.approx((120 + geoid_low_m, 120 + geoid_high_m), abs=0.01)


def test_above_ground_is_above_the_lowest_and_the_highest_ground():
    low_m, high_m = band_m(Height.metres(100.0, Reference.AGL), ALPS, WINTER)
    geoid_low_m, geoid_high_m = extremes_m(ALPS)
    assert (low_m, high_m) == pytest.approx((300 + geoid_low_m, 4_910 + geoid_high_m), abs=0.01)


def test_above_ground_by_a_grid():
    heights_m = np.array([[4_000, 100], [500, 3_000]], dtype=np.float32)
    grid = TerrainGrid(7.0, 45.5, 0.5, heights_m)
    low_m, high_m = band_m(Height.metres(100.0, Reference.AGL), ALPS, Ranges(terrain=grid))
    geoid_low_m, geoid_high_m = extremes_m(ALPS)
    assert (low_m, high_m) == pytest.approx((200 + geoid_low_m, 4_100 + geoid_high_m), abs=0.01)
    outside = widest_band_m(Height.metres(100.0, Reference.AGL), WORLD, Ranges(terrain=grid))
    assert outside == frozenset({Missing.TERRAIN_OUTSIDE})


@pytest.mark.parametrize(
    ("reference", "ranges", "missing"),
    [
        (Reference.FLIGHT_LEVEL, Ranges(), {Missing.PRESSURE, Missing.TEMPERATURE}),
        (Reference.FLIGHT_LEVEL, Ranges(pressure_hpa=(980, 1040)), {Missing.TEMPERATURE}),
        (Reference.FLIGHT_LEVEL, Ranges(temperature_k=(-20, 15)), {Missing.PRESSURE}),
        (Reference.AMSL_BARO, Ranges(pressure_hpa=(980, 1040)), {Missing.TEMPERATURE}),
        (Reference.AGL, Ranges(pressure_hpa=(980, 1040), temperature_k=(-20, 15)), {Missing.TERRAIN}),
    ],
)
def test_what_is_missing_is_named(reference: Reference, ranges: Ranges, missing: set[Missing]):
    assert widest_band_m(Height.metres(1_000, reference), ALPS, ranges) == missing


def test_an_altitude_needs_no_pressure_and_is_surer_with_it():
    height = Height.feet(3_000, Reference.AMSL_BARO)
    low_m, high_m = band_m(height, ALPS, Ranges(temperature_k=(-20, 15)))
    nearer_low_m, nearer_high_m = band_m(height, ALPS, Ranges((1_000, 1_020), (-20, 15)))
    assert low_m < nearer_low_m < nearer_high_m < high_m


def test_above_the_standard_atmosphere_the_upper_end_is_open():
    low_m, high_m = band_m(Height.metres(500_000, Reference.FLIGHT_LEVEL), ALPS, WINTER)
    assert high_m == inf
    assert 50_000 < low_m < 85_000
    assert band_m(Height.metres(90_000, Reference.AMSL_BARO), ALPS, WINTER)[1] == inf


@pytest.mark.parametrize(
    "ends",
    [
        {"pressure_hpa": (1_040.0, 980.0)},
        {"pressure_hpa": (float("nan"), 1_040.0)},
        {"pressure_hpa": (29.0, 31.0)},
        {"temperature_k": (-20.0, inf)},
        {"terrain": (0.0, 14_505.0)},
        {"terrain": (0.0, float("nan"))},
    ],
)
def test_ranges_that_are_none_are_refused(ends: dict[str, tuple[float, float]]):
    with pytest.raises(MalformedInput, match="range"):
        Ranges(**ends)  # type: ignore[arg-type] # the names are those of the fields


@given(
    st.floats(-300, 18_000),
    boxes,
    pressures_hpa,
    deviations_k,
    *(st.floats(0, 1) for _ in range(4)),
)
def test_every_atmosphere_within_the_ranges_lies_within_the_band(  # noqa: PLR0917 - drawn one by one
    level_m: float,
    box: LonLatBox,
    pressure: tuple[float, float],
    deviation: tuple[float, float],
    a: float,
    b: float,
    c: float,
    d: float,
):
    low_m, high_m = band_m(Height.metres(level_m, Reference.FLIGHT_LEVEL), box, Ranges(pressure, deviation))
    lon_deg = box.west_deg + c * box.width_deg
    lat_deg = within((box.south_deg, box.north_deg), d)
    height_m = height_of_pressure_m(pressure_hpa(level_m), within(pressure, a), within(deviation, b))
    placed_m = geometric_m(height_m, lat_deg) + float(geoid_m(lon_deg, lat_deg))
    assert low_m <= placed_m <= high_m


def air_k(height_m: float, profile_k: list[float]) -> float:
    """Temperature where every kilometre deviates from the standard atmosphere by its own amount."""
    layer = min(max(int(height_m // 1_000), 0), len(profile_k) - 1)
    return max(288.15 - 0.0065 * height_m, 216.65) + profile_k[layer]


def met_at_m(level_m: float, sea_level_hpa: float, profile_k: list[float]) -> float:
    """Where the pressure of a level is met, by steps of equal ratio of pressure upward from the sea."""
    steps = 400
    step = log(sea_level_hpa / pressure_hpa(level_m)) / steps
    height_m = 0.0
    for _ in range(steps):
        height_m += step * 287.05287 / 9.80665 * air_k(height_m, profile_k)
    return height_m


@given(st.floats(0, 19_000), pressures_hpa, deviations_k, st.floats(0, 1), st.lists(st.floats(0, 1), min_size=1))
def test_every_profile_within_the_ranges_lies_within_a_levels_band(
    level_m: float, pressure: tuple[float, float], deviation: tuple[float, float], share: float, profile: list[float]
):
    low_m, high_m = level_range_m(level_m, pressure, deviation)
    met_m = met_at_m(level_m, within(pressure, share), [within(deviation, at) for at in profile])
    tolerance_m = 0.5 + 0.001 * level_m  # of the steps
    assert low_m - tolerance_m <= met_m <= high_m + tolerance_m


def shown_at_m(altitude_m: float, station_m: float, setting_hpa: float, profile_k: list[float]) -> float:
    """Where an altimeter that is right at a station shows an altitude, by steps through any profile of deviations."""
    offset_m = height_of_pressure_m(setting_hpa)
    steps = 200
    step_m = (altitude_m - station_m) / steps
    height_m = station_m
    for step in range(steps):
        shown_m = station_m + (step + 0.5) * step_m
        height_m += step_m * air_k(height_m, profile_k) / air_k(shown_m + offset_m, [0.0])
    return height_m


@given(
    st.floats(0, 15_000),
    st.floats(0, 1),
    pressures_hpa,
    deviations_k,
    st.floats(0, 1),
    st.lists(st.floats(0, 1), min_size=1, max_size=16),
)
def test_every_station_and_every_profile_lies_within_an_altitudes_band(  # noqa: PLR0917 - drawn one by one
    altitude_m: float,
    station: float,
    setting: tuple[float, float],
    deviation: tuple[float, float],
    share: float,
    profile: list[float],
):
    low_m, high_m = altitude_range_m(altitude_m, setting, deviation)
    profile_k = [within(deviation, at) for at in profile]
    flown_m = shown_at_m(altitude_m, min(station * altitude_m, 4_500.0), within(setting, share), profile_k)
    tolerance_m = 0.2 + 0.001 * altitude_m  # of the steps
    assert low_m - tolerance_m <= flown_m <= high_m + tolerance_m


@given(boxes, st.floats(0, 1), st.floats(0, 1), st.floats(-300, 8_800))
def test_true_heights_lie_within_their_band_everywhere(box: LonLatBox, a: float, b: float, value_m: float):
    low_m, high_m = band_m(Height.metres(value_m, Reference.AMSL), box, Ranges())
    lon_deg, lat_deg = box.west_deg + a * box.width_deg, within((box.south_deg, box.north_deg), b)
    assert low_m <= value_m + float(geoid_m(lon_deg, lat_deg)) <= high_m


@given(boxes, st.sampled_from(Reference), st.floats(-300, 20_000), pressures_hpa, deviations_k)
def test_wider_ranges_give_wider_bands(
    box: LonLatBox,
    reference: Reference,
    value_m: float,
    pressure: tuple[float, float],
    deviation: tuple[float, float],
):
    height = Height.metres(value_m, reference)
    narrow = band_m(height, box, Ranges(pressure, deviation, (100.0, 200.0)))
    wide = band_m(height, WORLD, Ranges((940.0, 1_060.0), (-45.0, 45.0), (-10.0, 8_849.0)))
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]
