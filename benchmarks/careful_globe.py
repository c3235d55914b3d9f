"""What `careful_shapely` cannot do on one plane: volumes all around the globe; and a second opinion on single pairs.

Boxes are in degrees, once more on the far side where they reach over 180 degrees; pairs whose boxes meet are measured
in a plane of their own, touching the ellipsoid between the two (orthographic: lengths within 30 km of the middle are
right to 0.0025 %, and lengths of 100 km to 0.02 %).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from careful_shapely import (
    AREA,
    Floats,
    Ints,
    Phases,
    Plane,
    Settings,
    close_boxes,
    cores_of,
    flattened,
    in_order,
    touching,
)
from wellclear.model.columns import Columns
from wellclear.model.minima import Minima
from worlds import taken

A_M: Final = 6_378_137.0
E2: Final = 0.006_694_379_990_14
"""WGS 84 (NGA.STND.0036)."""

DEGREE_M: Final = 110_000.0
"""Less than any degree of latitude, and than one of longitude at the equator, so boxes are not too small."""

BATCH: Final = 200_000


def find_pairs(columns: Columns, minima: Minima, settings: Settings | None = None) -> Ints:
    """Index pairs (k, 2) of volumes closer than the minima, each with i < j, sorted; footprints under 100 km."""
    low_deg, high_deg = boxes_deg(columns, minima.lateral_dmm / 1e4)
    ids, low_deg, high_deg = on_both_sides(low_deg, high_deg)
    boxed = Plane(taken(columns, ids), low_deg, low_deg, high_deg, np.zeros(len(ids)))
    overlap_only = replace(minima, lateral_dmm=0)
    a, b = close_boxes(boxed, overlap_only, settings or Settings(), Phases())
    pairs = np.unique(in_order(ids[a], ids[b]), axis=0)
    kept = [
        touching(*nearby(columns, pairs[k : k + BATCH]), minima.lateral_dmm / 1e4) for k in range(0, len(pairs), BATCH)
    ]
    return pairs[np.concatenate(kept)] if kept else pairs


def boxes_deg(columns: Columns, lateral_m: float) -> tuple[Floats, Floats]:
    """Boxes of longitude from -180 on and latitude, grown by buffer and half of the lateral minimum: (n, 2) each."""
    first, counts = columns.first[:-1], np.diff(columns.first)
    lon_deg, lat_deg = columns.lon_e7 / 1e7, columns.lat_e7 / 1e7
    from_deg = np.repeat(lon_deg[first], counts)
    lon_deg = from_deg + (lon_deg - from_deg + 180) % 360 - 180
    points_deg = np.stack((lon_deg, lat_deg), axis=-1)
    low_deg, high_deg = np.minimum.reduceat(points_deg, first), np.maximum.reduceat(points_deg, first)
    grown_deg = (columns.buffer_dmm / 1e4 + lateral_m / 2) / DEGREE_M
    farthest_deg = np.maximum(np.abs(low_deg[:, 1]), np.abs(high_deg[:, 1])) + grown_deg
    grown = np.stack((grown_deg / np.cos(np.radians(farthest_deg)), grown_deg), axis=-1)
    low_deg, high_deg = low_deg - grown, high_deg + grown
    turn_deg = np.stack((360 * np.floor((low_deg[:, 0] + 180) / 360), np.zeros(len(first))), axis=-1)
    return low_deg - turn_deg, high_deg - turn_deg


def on_both_sides(low_deg: Floats, high_deg: Floats) -> tuple[Ints, Floats, Floats]:
    """All boxes, and those that reach over 180 degrees once more a turn to the west: whose they are, and the boxes."""
    over = np.flatnonzero(high_deg[:, 0] >= 180)
    turn = np.array([360.0, 0.0])
    ids = np.concatenate((np.arange(len(low_deg)), over))
    return ids, np.concatenate((low_deg, low_deg[over] - turn)), np.concatenate((high_deg, high_deg[over] - turn))


def nearby(columns: Columns, pairs: Ints) -> tuple[Plane, Ints, Ints]:
    """Both volumes of each pair (k, 2) in the pair's own plane; rows k and k + len(pairs) belong together."""
    count = len(pairs)
    both = taken(columns, np.concatenate((pairs[:, 0], pairs[:, 1])))
    lon, lat = np.radians(both.lon_e7 / 1e7), np.radians(both.lat_e7 / 1e7)
    xyz_m = _ecef_m(lon, lat)
    first = both.first[:-1]
    middle_m = (xyz_m[first[:count]] + xyz_m[first[count:]]) / 2
    frame = np.tile(np.arange(count), 2).repeat(np.diff(both.first))
    mid_lon = np.arctan2(middle_m[:, 1], middle_m[:, 0])
    mid_lat = np.arctan2(middle_m[:, 2], (1 - E2) * np.hypot(middle_m[:, 0], middle_m[:, 1]))
    east = np.stack((-np.sin(mid_lon), np.cos(mid_lon), np.zeros(count)), axis=-1)
    north = np.stack((-np.sin(mid_lat) * np.cos(mid_lon), -np.sin(mid_lat) * np.sin(mid_lon), np.cos(mid_lat)), axis=-1)
    away_m = xyz_m - middle_m[frame]
    xy_m = np.stack(((away_m * east[frame]).sum(axis=1), (away_m * north[frame]).sum(axis=1)), axis=-1)
    return flattened(both, xy_m), np.arange(count), np.arange(count, 2 * count)


def _ecef_m(lon: Floats, lat: Floats) -> Floats:
    n_m = A_M / np.sqrt(1 - E2 * np.sin(lat) ** 2)
    return np.stack(
        (n_m * np.cos(lat) * np.cos(lon), n_m * np.cos(lat) * np.sin(lon), n_m * (1 - E2) * np.sin(lat)), axis=-1
    )


def gaps_m(plane: Plane, i: Ints, j: Ints, lateral_m: float) -> Floats:
    """By how much pairs miss the lateral minimum (k,); below zero they are too close by that much.

    Where two cores overlap, the radius of the largest circle in what they share is how deep they do.
    """
    cores = cores_of(plane.columns, plane.xy_m, np.concatenate((i, j)))
    gap_m = shapely.distance(cores[i], cores[j])
    areal = (plane.columns.core[i] == AREA) | (plane.columns.core[j] == AREA)
    inside = np.flatnonzero(areal & (gap_m == 0))
    shared = shapely.intersection(cores[i[inside]], cores[j[inside]])
    gap_m[inside] = -_inner_radius_m(shared)
    return np.asarray(gap_m - plane.buffer_m[i] - plane.buffer_m[j] - lateral_m, dtype=np.float64)


def _inner_radius_m(shapes: npt.NDArray[np.object_]) -> Floats:
    flat = shapely.area(shapes) < 1e-6
    radius_m = np.zeros(len(shapes))
    circles = shapely.maximum_inscribed_circle(shapes[~flat], tolerance=1e-3)
    radius_m[~flat] = shapely.length(circles)
    return radius_m
