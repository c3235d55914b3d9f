"""The standard atmosphere, and atmospheres that are everywhere colder or warmer by one amount.

Layers and constants are those of ICAO Doc 7488/3 (equal to the US Standard Atmosphere 1976 up to 80 km). In hydrostatic
balance, over a layer of lapse rate L that begins at height b with temperature T and pressure P (US Standard Atmosphere
1976, equations 33a and 33b, in geopotential metres),

    p(h) = P (1 + L (h - b) / T) ** (-g0 / (R L))        or, where L is zero,        P exp(-g0 (h - b) / (R T))

A deviation d makes T into T + d in every layer and leaves heights and lapse rates of the layers as they are. Heights of
one pressure grow with the sea-level pressure; they grow with d above sea level and fall with it below: dh / d ln p is
-R T(h) / g0, so a profile that is nowhere colder stays above one that begins at the same place.
"""

from __future__ import annotations

from math import exp, log, radians, sin, sqrt
from typing import Final

from wellclear.geo.frame import A_M, E2, FLATTENING

STANDARD_HPA: Final = 1013.25
"""Pressure at sea level in the standard atmosphere."""

TOP_M: Final = 80_000.0
"""Where the standard atmosphere of ICAO Doc 7488/3 ends."""

_G0: Final = 9.80665
_R: Final = 287.05287
_LAYERS: Final = (
    # base in geopotential m, temperature in K, lapse in K/m, top
    (0.0, 288.15, -0.0065, 11_000.0),
    (11_000.0, 216.65, 0.0, 20_000.0),
    (20_000.0, 216.65, 0.001, 32_000.0),
    (32_000.0, 228.65, 0.0028, 47_000.0),
    (47_000.0, 270.65, 0.0, 51_000.0),
    (51_000.0, 270.65, -0.0028, 71_000.0),
    (71_000.0, 214.65, -0.002, float("inf")),
)

# Normal gravity of WGS 84: NGA.STND.0036, table 3.6 and equation 4-1 (Somigliana).
_GRAVITY_EQUATOR: Final = 9.7803253359
_SOMIGLIANA: Final = 0.00193185265241
_M: Final = 0.00344978650684

GRAVITY_RESERVE: Final = 0.0005
"""Share by which gravity, averaged over a column of air, may differ from normal gravity: 490 mGal, more than the
anomalies of EGM96."""


def pressure_hpa(height_m: float, sea_level_hpa: float = STANDARD_HPA, deviation_k: float = 0.0) -> float:
    """Pressure at a geopotential height above sea level."""
    base_hpa = sea_level_hpa
    for base_m, layer_k, lapse, top_m in _LAYERS:
        if height_m <= top_m:
            return _pressure_hpa(height_m - base_m, base_hpa, layer_k + deviation_k, lapse)
        base_hpa = _pressure_hpa(top_m - base_m, base_hpa, layer_k + deviation_k, lapse)
    return base_hpa


def height_of_pressure_m(at_hpa: float, sea_level_hpa: float = STANDARD_HPA, deviation_k: float = 0.0) -> float:
    """Geopotential height above sea level at which a pressure is met; at standard values the pressure altitude."""
    base_hpa = sea_level_hpa
    for base_m, layer_k, lapse, top_m in _LAYERS:
        warm_k = layer_k + deviation_k
        above_hpa = 0.0 if top_m == float("inf") else _pressure_hpa(top_m - base_m, base_hpa, warm_k, lapse)
        if at_hpa < above_hpa:
            base_hpa = above_hpa
            continue
        if lapse == 0.0:
            return base_m + _R * warm_k / _G0 * log(base_hpa / at_hpa)
        return float(base_m + warm_k / lapse * ((at_hpa / base_hpa) ** (-_R * lapse / _G0) - 1.0))
    return TOP_M


def geometric_m(geopotential_m: float, lat_deg: float) -> float:
    """Height above the geoid of a geopotential height, in normal gravity.

    With Somigliana's gravity at the surface and r = a / (1 + f + m - 2 f sin2(latitude)), gravity falls with height as
    1 - 2 z / r (NGA.STND.0036, equation 4-3, first order), and so, to second order, z = r H / (r gravity / g0 - H).
    """
    sin2 = sin(radians(lat_deg)) ** 2
    gravity = _GRAVITY_EQUATOR * (1.0 + _SOMIGLIANA * sin2) / sqrt(1.0 - E2 * sin2)
    radius_m = A_M / (1.0 + FLATTENING + _M - 2.0 * FLATTENING * sin2)
    return radius_m * geopotential_m / (radius_m * gravity / _G0 - geopotential_m)


def _pressure_hpa(above_m: float, base_hpa: float, layer_k: float, lapse: float) -> float:
    if lapse == 0.0:
        return base_hpa * exp(-_G0 * above_m / (_R * layer_k))
    return float(base_hpa * (1.0 + lapse * above_m / layer_k) ** (-_G0 / (_R * lapse)))
