"""Measure the distances that decide conflicts against geodesics alone, and print docs/accuracy.md's tables.

Nothing is timed: pairs of footprints are placed at a wanted distance in each stratum of latitude, and the smallest
distance of their cores is compared with the tests' slow oracle.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import Geod, Proj

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from oracle.geodesic_oracle import (  # type: ignore[import-not-found]
    Edges,
    core_distance_m,
    nearest_on,
)
from oracle.shapes import (  # type: ignore[import-not-found]
    KINDS,
    Shape,
    pair_near,
    random_shape,
    random_spot,
)
from wellclear.detect import separation

Floats = npt.NDArray[np.float64]

SEED: Final = 1984
PAIRS: Final = 24
WHERE: Final = ("0 degrees", "30 degrees", "60 degrees", "80 degrees", "89 degrees", "180 degrees", "pole")
SIZES_M: Final = (100.0, 10_000.0, 100_000.0, 1_000_000.0)
DISTANCES_M: Final = (1.0, 30.0, 1_852.0, 9_260.0, 92_600.0, 1_000_000.0)
ELLIPSOID: Final = Geod(ellps="WGS84")
SPHERE: Final = Geod(ellps="sphere")
MERCATOR: Final = Proj(proj="merc", ellps="WGS84")


def main() -> None:
    """Print both tables."""
    print(f"Seed {SEED}; {PAIRS} pairs of footprints for each cell, {PAIRS * len(DISTANCES_M)} for each row.\n")
    print(errors_table())
    print()
    print(meanings_table())


def errors_table() -> str:
    """Largest absolute error by place, size and distance, and the largest relative one of distances from 30 m up."""
    heads = [f"at {_metres(distance_m)}" for distance_m in DISTANCES_M]
    lines = ["| where | size | " + " | ".join(heads) + " | relative |", "|---|---|" + "---:|" * (len(heads) + 1)]
    rng = np.random.default_rng(SEED)
    for where in WHERE:
        for size_m in SIZES_M:
            worst = [_errors(rng, where, size_m, distance_m) for distance_m in DISTANCES_M]
            cells = [f"{absolute_m * 1000:.3f} mm" for absolute_m, _ in worst]
            relative = max(share for (_, share), distance_m in zip(worst, DISTANCES_M, strict=True) if distance_m >= 30)
            lines.append(f"| {where} | {_metres(size_m)} | " + " | ".join(cells) + f" | {relative:.1e} |")
    return "\n".join(lines)


def _errors(rng: np.random.Generator, where: str, size_m: float, distance_m: float) -> tuple[float, float]:
    """Largest absolute (metres) and relative error of a cell's pairs."""
    absolute_m, relative = 0.0, 0.0
    for _ in range(PAIRS):
        one, other = (_bare(random_shape(rng, str(rng.choice(KINDS)), size_m)) for _ in range(2))
        pair = pair_near(rng, (one, other), random_spot(rng, where, size_m), distance_m)
        true_m = core_distance_m(pair.a, pair.b)
        error_m = abs(separation.core_distance_m(pair.a, pair.b) - true_m)
        absolute_m, relative = max(absolute_m, error_m), max(relative, error_m / true_m)
    return absolute_m, relative


def _bare(shape: Shape) -> Shape:
    return Shape(shape.core, shape.azimuth_deg, shape.away_m, 0)


def meanings_table() -> str:
    """How far an edge leaves the geodesic when its format means another line."""
    lines = [
        "| latitude | heading | length | straight in longitude and latitude | rhumb line | great circle of a sphere |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for lat_deg in (0.0, 30.0, 60.0, 80.0):
        for heading_deg in (45.0, 90.0):
            for length_m in (10_000.0, 100_000.0, 1_000_000.0):
                apart = " | ".join(f"{away_m:,.1f} m" for away_m in _meanings_m(lat_deg, heading_deg, length_m))
                lines.append(f"| {lat_deg:g} | {heading_deg:g} | {_metres(length_m)} | {apart} |")
    return "\n".join(lines)


def _meanings_m(lat_deg: float, heading_deg: float, length_m: float) -> list[float]:
    """Largest distance from the geodesic of the three other lines; heading 90 joins two points of one latitude."""
    end_lon, end_lat, _ = ELLIPSOID.fwd(0.0, lat_deg, heading_deg, length_m)
    if heading_deg == 90:
        end_lat = lat_deg
        end_lon *= length_m / ELLIPSOID.inv(0.0, lat_deg, end_lon, end_lat)[2]
    shares = np.linspace(0, 1, 401)
    straight = shares * end_lon, lat_deg + shares * (end_lat - lat_deg)
    x_m, y_m = MERCATOR(np.array([0.0, end_lon]), np.array([lat_deg, end_lat]))
    rhumb = MERCATOR(x_m[0] + shares * (x_m[1] - x_m[0]), y_m[0] + shares * (y_m[1] - y_m[0]), inverse=True)
    heading, _, whole_m = SPHERE.inv(0.0, lat_deg, end_lon, end_lat)
    great = SPHERE.fwd(np.zeros(401), np.full(401, lat_deg), np.full(401, heading), shares * whole_m)[:2]
    return [_farthest_m(line, (end_lon, end_lat), lat_deg) for line in (straight, rhumb, great)]


def _farthest_m(line: tuple[Floats, Floats], end: tuple[float, float], lat_deg: float) -> float:
    azimuth_deg, _, length_m = ELLIPSOID.inv(0.0, lat_deg, *end)
    count = len(line[0])
    columns = (0.0, lat_deg, azimuth_deg, length_m, *end)
    edge = Edges(*(np.full(count, value) for value in columns))
    return float(nearest_on(edge, *line)[0].max())


def _metres(length_m: float) -> str:
    return f"{length_m / 1000:,g} km" if length_m >= 1_000 else f"{length_m:g} m"


if __name__ == "__main__":
    main()
