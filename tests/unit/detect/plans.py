"""Small plans for the tests of detection."""

from __future__ import annotations

import numpy as np

from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.columns import Columns
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume

NOON_MS = 1_600_000_000_000
HOUR_MS = 3_600_000


def circle(lon_deg: float, lat_deg: float, radius_m: float) -> Footprint:
    return Footprint.circle(Position.from_degrees(lon_deg, lat_deg), round(radius_m * 10_000))


def band_ft(floor_ft: float | None, ceiling_ft: float | None, reference: Reference = Reference.AMSL_BARO) -> Band:
    return Band(
        None if floor_ft is None else Height.feet(floor_ft, reference),
        None if ceiling_ft is None else Height.feet(ceiling_ft, reference),
    )


def operation(
    party: str, identifier: str, footprint: Footprint, band: Band, hours: tuple[float, float] = (0.0, 1.0)
) -> Operation:
    span = Span(NOON_MS + round(hours[0] * HOUR_MS), NOON_MS + round(hours[1] * HOUR_MS))
    return Operation(party, identifier, (Volume(footprint, band, span),))


def scattered(count: int, seed: int, *, lat_deg: float = 45.0, width_m: float = 60_000.0) -> Columns:
    """Circles, corridors and stars over a square, on one day; each its own group."""
    rng = np.random.default_rng(seed)
    core = rng.choice(3, count, p=[0.45, 0.25, 0.3])
    points = np.select([core == 0, core == 1], [1, rng.integers(2, 6, count)], rng.integers(4, 21, count))
    first = np.concatenate([[0], np.cumsum(points)])
    owner = np.repeat(np.arange(count), points)
    angle = 2 * np.pi * (np.arange(first[-1]) - first[owner] + rng.uniform(0, 0.8, first[-1])) / points[owner]
    radius_m = rng.uniform(300, 4000, count)
    reach_m = np.where(core[owner] == 0, 0, radius_m[owner] * rng.uniform(0.5, 1, first[-1]))
    east_m = rng.uniform(-width_m / 2, width_m / 2, count)[owner] + reach_m * np.cos(angle)
    north_m = rng.uniform(-width_m / 2, width_m / 2, count)[owner] + reach_m * np.sin(angle)
    lat = lat_deg + north_m / 111_200
    lon = (10.0 + east_m / (111_320 * np.cos(np.radians(lat))) + 180) % 360 - 180
    floor_dmm = rng.integers(100, 2_900, count) * 10_000
    start_ms = NOON_MS + rng.integers(0, 24 * HOUR_MS, count)
    return Columns.checked(
        core=core,
        first=first,
        lon_e7=np.round(lon * 1e7).astype(np.int64),
        lat_e7=np.round(lat * 1e7).astype(np.int64),
        buffer_dmm=np.select([core == 0, core == 1], [radius_m * 1e4, radius_m * 2e3], 0.0).astype(np.int64),
        floor_dmm=floor_dmm,
        ceiling_dmm=floor_dmm + rng.integers(30, 300, count) * 10_000,
        start_ms=start_ms,
        end_ms=start_ms + rng.integers(300_000, 5_400_000, count),
        group=np.arange(count),
    )
