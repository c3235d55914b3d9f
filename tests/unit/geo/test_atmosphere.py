from math import inf, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.geo.atmosphere import STANDARD_HPA, TOP_M, geometric_m, height_of_pressure_m, pressure_hpa

# US Standard Atmosphere 1976, table III, by geopotential height: metres, hectopascal.
TABLE = [
    (-1_000, 1139.29),
    (0, 1013.25),
    (1_000, 898.745),
    (5_000, 540.199),
    (11_000, 226.321),
    (15_000, 120.446),
    (20_000, 54.7489),
    (32_000, 8.68019),
    (47_000, 1.10906),
    (51_000, 0.669389),
    (71_000, 0.0395642),
    (80_000, 0.00886280),
]


@pytest.mark.parametrize(("height_m", "tabled_hpa"), TABLE)
def test_the_standard_atmosphere(height_m: float, tabled_hpa: float):
    assert pressure_hpa(height_m) == pytest.approx(tabled_hpa, rel=3e-5)
    assert height_of_pressure_m(pressure_hpa(height_m)) == pytest.approx(height_m, abs=1e-6)


@given(st.floats(-2_000, TOP_M), st.floats(850, 1100), st.floats(-100, 100))
def test_height_and_pressure_are_inverse(height_m: float, sea_level_hpa: float, deviation_k: float):
    at_hpa = pressure_hpa(height_m, sea_level_hpa, deviation_k)
    assert height_of_pressure_m(at_hpa, sea_level_hpa, deviation_k) == pytest.approx(height_m, abs=1e-5)


@given(st.floats(-2_000, TOP_M - 2_000), st.floats(850, 1100), st.floats(-100, 99), st.floats(0.1, 1))
def test_heights_of_a_pressure_grow_with_sea_level_pressure_and_warmth(
    height_m: float, sea_level_hpa: float, deviation_k: float, step: float
):
    at_hpa = pressure_hpa(height_m)
    here_m = height_of_pressure_m(at_hpa, sea_level_hpa, deviation_k)
    assert height_of_pressure_m(at_hpa, sea_level_hpa + step, deviation_k) > here_m
    warmer_m = height_of_pressure_m(at_hpa, sea_level_hpa, deviation_k + step)
    assert (warmer_m - here_m) * (sea_level_hpa - at_hpa) >= 0


def integrated_m(at_hpa: float, sea_level_hpa: float, deviation_k: float) -> float:
    """The same by small steps of the hydrostatic equation, upward from the sea."""
    height_m, now_hpa, step_m = 0.0, sea_level_hpa, 1.0
    while True:
        middle_m = height_m + step_m / 2
        kelvin = max(288.15 - 0.0065 * middle_m, 216.65) + deviation_k
        following_hpa = now_hpa * (1 - 9.80665 * step_m / (287.05287 * kelvin) + (0.0342 / kelvin) ** 2 / 2)
        if following_hpa <= at_hpa:
            return height_m + step_m * (now_hpa - at_hpa) / (now_hpa - following_hpa)
        height_m, now_hpa = height_m + step_m, following_hpa


@pytest.mark.parametrize(("sea_level_hpa", "deviation_k"), [(980.0, -30.0), (1040.0, 20.0), (1013.25, 0.0)])
def test_against_integration_by_small_steps(sea_level_hpa: float, deviation_k: float):
    at_hpa = pressure_hpa(10_668.0)
    closed_m = height_of_pressure_m(at_hpa, sea_level_hpa, deviation_k)
    assert closed_m == pytest.approx(integrated_m(at_hpa, sea_level_hpa, deviation_k), abs=0.5)


def test_geometric_heights_in_the_tables():
    # US Standard Atmosphere 1976, table I, whose gravity is that of 45.54 degrees: 10,000 m is 9,984 m geopotential.
    assert geometric_m(9_984.29, 45.5425) == pytest.approx(10_000, abs=1)
    assert geometric_m(19_937.0, 45.5425) == pytest.approx(20_000, abs=2)
    assert geometric_m(0.0, 30.0) == 0.0


def normal_gravity(lat_deg: float, height_m: float) -> float:
    """NGA.STND.0036, equations 4-1 and 4-3 (second order)."""
    sin2 = sin(radians(lat_deg)) ** 2
    surface = 9.7803253359 * (1 + 0.00193185265241 * sin2) / sqrt(1 - 6.69437999014e-3 * sin2)
    f, m, a = 1 / 298.257223563, 0.00344978650684, 6_378_137.0
    return surface * (1 - 2 / a * (1 + f + m - 2 * f * sin2) * height_m + 3 * height_m**2 / a**2)


@pytest.mark.parametrize("lat_deg", [0.0, 30.0, 45.0, 60.0, 90.0])
@pytest.mark.parametrize("height_m", [-500.0, 3_000.0, 12_000.0, 30_000.0])
def test_geometric_height_against_integrated_gravity(lat_deg: float, height_m: float):
    steps = 100
    mean = sum(normal_gravity(lat_deg, height_m * (i + 0.5) / steps) for i in range(steps)) / steps
    assert geometric_m(mean * height_m / 9.80665, lat_deg) == pytest.approx(height_m, abs=0.05)


def test_the_same_geopotential_lies_lower_towards_the_poles():
    heights_m = [geometric_m(10_000, lat_deg) for lat_deg in range(0, 91, 5)]
    assert heights_m == sorted(heights_m, reverse=True)


def test_standard_sea_level():
    assert height_of_pressure_m(STANDARD_HPA) == 0.0
    assert height_of_pressure_m(1e-9) < inf
