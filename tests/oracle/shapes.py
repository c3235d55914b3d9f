"""Footprints apart from where they lie, and pairs of them placed at a wanted distance.

A shape is a list of directions and distances from its middle, so it can be laid down anywhere on the ellipsoid, at a
pole and over 180 degrees as elsewhere. The second of a pair is moved along the geodesic that joins the two until the
oracle measures the wanted gap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from oracle.geodesic_oracle import GEOD, Closest, Floats, closest
from oracle.slow_rules import tolerance_m
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position

KINDS: Final = ("point", "circle", "line", "corridor", "area", "sliver", "area with buffer")
LATITUDES_DEG: Final = (0.0, 30.0, 60.0, 80.0, 89.0)
STRATA: Final = (*(f"{latitude:g} degrees" for latitude in LATITUDES_DEG), "180 degrees", "pole")
SIZES_M: Final = (10.0, 100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0)

NM_DMM: Final = 18_520_000
LATERAL_DMM: Final = (0, 30 * DMM_PER_M, NM_DMM, 5 * NM_DMM, 50 * NM_DMM)


@dataclass(frozen=True)
class Shape:
    """Directions (degrees) and distances (m) from a middle, each (n,), and a buffer."""

    core: Core
    azimuth_deg: Floats
    away_m: Floats
    buffer_dmm: int

    @property
    def reach_m(self) -> float:
        return float(self.away_m.max()) + self.buffer_dmm / DMM_PER_M


@dataclass(frozen=True)
class Spot:
    """Where a shape lies: its middle, and how it is turned."""

    lon_deg: float
    lat_deg: float
    turn_deg: float

    def moved(self, azimuth_deg: float, away_m: float) -> Spot:
        """Along a geodesic, turned with it as a vehicle would be."""
        lon, lat, heading_deg = GEOD.fwd(self.lon_deg, self.lat_deg, azimuth_deg, away_m, return_back_azimuth=False)
        return Spot(lon, lat, self.turn_deg + heading_deg - azimuth_deg)


@dataclass(frozen=True)
class Pair:
    """Two footprints, and the distance of their cores less both buffers, by the oracle."""

    a: Footprint
    b: Footprint
    gap_m: float


def laid(shape: Shape, spot: Spot) -> Footprint:
    count = len(shape.azimuth_deg)
    lon, lat, _ = GEOD.fwd(
        np.full(count, spot.lon_deg), np.full(count, spot.lat_deg), shape.azimuth_deg + spot.turn_deg, shape.away_m
    )
    points = tuple(Position.from_degrees(float(x), float(y)) for x, y in zip(lon, lat, strict=True))
    if shape.core is Core.POINT:
        return Footprint.circle(points[0], shape.buffer_dmm)
    if shape.core is Core.LINE:
        return Footprint.corridor(points, shape.buffer_dmm)
    return Footprint.area(points, shape.buffer_dmm)


def random_shape(rng: np.random.Generator, kind: str, size_m: float) -> Shape:
    """A shape about as wide as its size."""
    buffer_dmm = int(size_m * rng.uniform(0.02, 0.2) * DMM_PER_M)
    if kind in ("point", "circle"):
        radius_dmm = int(size_m / 2 * DMM_PER_M) if kind == "circle" else 0
        return Shape(Core.POINT, np.zeros(1), np.zeros(1), radius_dmm)
    if kind in ("line", "corridor"):
        count = int(rng.integers(2, 6))
        away_m = size_m / 2 * np.sqrt(rng.uniform(0, 1, count))
        azimuth_deg = rng.uniform(0, 360, count)
        if rng.random() < 0.5:
            away_m[:2], azimuth_deg[1] = size_m / 2, azimuth_deg[0] + 180
        return Shape(Core.LINE, azimuth_deg, away_m, buffer_dmm if kind == "corridor" else 0)
    if kind == "sliver":
        width_deg = rng.uniform(0.2, 3)
        azimuth_deg = np.array([0, 180 - width_deg, 180 + width_deg])
        return Shape(Core.AREA, azimuth_deg, np.full(3, size_m / 2), 0)
    return _star(rng, size_m, buffer_dmm if kind == "area with buffer" else 0)


def _star(rng: np.random.Generator, size_m: float, buffer_dmm: int) -> Shape:
    """A ring that its middle sees all of: directions in order, less than half a turn apart; often not convex."""
    count = int(rng.integers(3, 13))
    azimuth_deg = (np.arange(count) + rng.uniform(0, 0.45, count)) * 360 / count
    return Shape(Core.AREA, azimuth_deg, size_m / 2 * rng.uniform(0.3, 1, count), buffer_dmm)


def random_spot(rng: np.random.Generator, stratum: str, size_m: float) -> Spot:
    """A place for the middle of a shape in a stratum, in either hemisphere."""
    sign = rng.choice([-1.0, 1.0])
    turn_deg = float(rng.uniform(0, 360))
    if stratum == "pole":
        away_m = size_m / 2 * rng.uniform(0, 1)
        lon, lat, _ = GEOD.fwd(0.0, sign * 90.0, rng.uniform(-180, 180), away_m)
        return Spot(lon, lat, turn_deg)
    if stratum == "180 degrees":
        lat_deg = float(rng.uniform(-85, 85))
        narrow = max(np.cos(np.radians(lat_deg)), 0.05) * 111_000
        return Spot(float(sign * (180 - rng.uniform(0, min(size_m / narrow, 20.0)))), lat_deg, turn_deg)
    latitude_deg = float(stratum.split(maxsplit=1)[0])
    lat_deg = float(np.clip(latitude_deg + rng.uniform(-0.5, 0.5), -89.0, 89.0))
    return Spot(float(rng.uniform(-180, 180)), sign * lat_deg, turn_deg)


def pair_near(rng: np.random.Generator, shapes: tuple[Shape, Shape], spot: Spot, want_m: float) -> Pair:
    """Two shapes whose gap comes out close to the wanted one; a negative gap is an overlap by as much.

    Where a buffer is to be had it is trimmed to take up what rounding to 1e-7 degree leaves.
    """
    one, other = shapes
    buffers_m = (one.buffer_dmm + other.buffer_dmm) / DMM_PER_M
    a = laid(one, spot)
    place = spot.moved(float(rng.uniform(0, 360)), one.reach_m + other.reach_m + abs(want_m) + 1)
    apart_m = want_m + buffers_m
    inward_m = max(0.01 - apart_m, 0.0)
    step_m, found = 0.0, Closest(0.0, (0.0, 0.0), (0.0, 0.0))
    for _ in range(8):
        b = laid(other, place)
        found = closest(a, b)
        step_m = apart_m + inward_m - found.distance_m if found.distance_m else abs(step_m) / 2
        if abs(step_m) < 0.008:
            break
        place = _away(place, found, step_m)
    if inward_m:
        b = laid(other, _away(place, found, -inward_m))
        found = closest(a, b)
    gap_m = found.distance_m - buffers_m
    return _trimmed(Pair(a, b, gap_m), want_m)


def _away(place: Spot, found: Closest, step_m: float) -> Spot:
    """The place moved so that the closest point of its shape goes straight away from the other shape."""
    _, back_deg, length_m = GEOD.inv(*found.on_a, *found.on_b)
    toward_deg, arrival_deg, middle_m = GEOD.inv(*found.on_b, place.lon_deg, place.lat_deg)
    outward_deg = back_deg + 180 if length_m else toward_deg
    if middle_m < 1e-6:
        return place.moved(outward_deg, step_m)
    return place.moved(arrival_deg + 180 + outward_deg - toward_deg, step_m)


def _trimmed(pair: Pair, want_m: float) -> Pair:
    """The pair with one buffer changed by less than a tenth (or 2 cm), so that the gap is the wanted one to 0.1 mm."""
    excess_dmm = round((pair.gap_m - want_m) * DMM_PER_M)
    for name in ("b", "a"):
        footprint: Footprint = getattr(pair, name)
        if footprint.buffer_dmm > 0 and abs(excess_dmm) <= max(footprint.buffer_dmm // 10, 200):
            trimmed = replace(footprint, buffer_dmm=footprint.buffer_dmm + excess_dmm)
            return replace(pair, **{name: trimmed}, gap_m=pair.gap_m - excess_dmm / DMM_PER_M)
    return pair


def pair_anywhere(rng: np.random.Generator, shapes: tuple[Shape, Shape], spot: Spot, minimum_m: float) -> Pair:
    """Two shapes whose middles lie somewhere between coinciding and twice as far as they can matter to each other."""
    one, other = shapes
    a = laid(one, spot)
    away_m = rng.uniform(0, 2 * (one.reach_m + other.reach_m + minimum_m))
    b = laid(other, spot.moved(float(rng.uniform(0, 360)), float(away_m)))
    return Pair(a, b, closest(a, b).distance_m - (a.buffer_dmm + b.buffer_dmm) / DMM_PER_M)


def offset_m(rng: np.random.Generator, minimum_dmm: int) -> float:
    """How far from the minimum a pair near it lies: up to 2 m or 0.2 %.

    At a minimum of zero from 1.2 cm, by logarithm. Else in two of three where a verdict may not err, and in one of
    three closer, down to a thousandth of that.
    """
    sign = rng.choice([-1.0, 1.0])
    most_m = max(2.0, 0.002 * minimum_dmm / DMM_PER_M)
    allowed_m = tolerance_m(minimum_dmm)
    if minimum_dmm == 0:
        return float(sign * np.exp(rng.uniform(np.log(1.2 * allowed_m), np.log(most_m))))
    if rng.random() < 2 / 3:
        return float(sign * rng.uniform(1.001 * allowed_m, most_m))
    return float(sign * np.exp(rng.uniform(np.log(1e-3 * allowed_m), np.log(allowed_m))))
