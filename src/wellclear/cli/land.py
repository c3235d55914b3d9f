"""Coasts for orientation on the map and in the picture; no part of any check. See assets/LAND.md for their source."""

from __future__ import annotations

import gzip
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np
import shapely


def land_near(west_deg: float, south_deg: float, east_deg: float, north_deg: float) -> list[shapely.Polygon]:
    """The land inside a box of degrees, cut at its edges.

    west_deg, east_deg  may run past 180; 360 apart for the whole Earth
    """
    wanted = shapely.box(west_deg, south_deg, east_deg, north_deg)
    polygons = _polygons()
    kept: list[shapely.Polygon] = []
    west, south, east, north = shapely.bounds(polygons).T
    for turn in (-360.0, 0.0, 360.0):
        beside = (west + turn > east_deg) | (east + turn < west_deg) | (south > north_deg) | (north < south_deg)
        if beside.all():
            continue
        moved = shapely.transform(polygons[~beside], lambda lon_lat, turn=turn: np.add(lon_lat, (turn, 0.0)))
        parts = shapely.get_parts(shapely.intersection(shapely.make_valid(moved), wanted))
        kept += [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return kept


def _polygons() -> Any:  # noqa: ANN401 - shapely ships no types for arrays of its shapes
    packed = files("wellclear.cli").joinpath("assets", "land.json.gz").read_bytes()
    document = msgspec.json.decode(gzip.decompress(packed))
    unit_deg = document["unit_deg"]
    rings = [[_ring(steps, unit_deg) for steps in polygon] for polygon in document["polygons"]]
    return np.array([shapely.Polygon(polygon[0], polygon[1:]) for polygon in rings])


def _ring(steps: list[int], unit_deg: float) -> Any:  # noqa: ANN401 - (n, 2) degrees, as shapely takes it
    return np.cumsum(np.array(steps, dtype=np.int64).reshape(-1, 2), axis=0) * unit_deg
