"""The slow, obvious oracle of lateral distance: nothing but geodesics between two points (Karney 2013, in PROJ).

A core is a set of geodesic edges (a point is one edge of no length), and for an area what they enclose.

* Two edges that do not cross are closest at an end of one of them: the surface is curved like a ball, so a stretch
  on which both run abreast has no smallest distance inside it.
* Two edges cross where each has the other's ends on either side, by the sign of an azimuth difference.
* A point lies inside a ring when the azimuths to the ring's points, seen from it, turn through a whole circle.
* Pairs of edges are left out only by the triangle inequality between their middles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from wellclear.geo.footprint import Core, Footprint

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GEOD: Final = Geod(ellps="WGS84")
MEAN_RADIUS_M: Final = 6_371_000.0
"""Only to guess the next place to look at; what is returned is a length by GEOD."""

TOUCH_M: Final = 1e-6
"""Shorter is touching: a hundred times the noise of a geodesic length, a thousandth of the accuracy asked for."""

REACH_M: Final = 8_000_000.0
"""Farther than this a ring winds around the antipode of a point, not around the point."""

RUN: Final = 8
"""Edges weighed together when far ones are left out."""


@dataclass(frozen=True)
class Edges:
    """Geodesic edges: first point, azimuth and length, last point; all (n,), degrees and metres."""

    lon: Floats
    lat: Floats
    azimuth: Floats
    length_m: Floats
    end_lon: Floats
    end_lat: Floats

    def take(self, index: Ints) -> Edges:
        return Edges(
            self.lon[index],
            self.lat[index],
            self.azimuth[index],
            self.length_m[index],
            self.end_lon[index],
            self.end_lat[index],
        )

    def at(self, along_m: Floats) -> tuple[Floats, Floats, Floats]:
        """Longitude, latitude and direction of travel at lengths along the edges."""
        lon, lat, azimuth = GEOD.fwd(self.lon, self.lat, self.azimuth, along_m, return_back_azimuth=False)
        return lon, lat, azimuth


@dataclass(frozen=True)
class Closest:
    """The smallest distance between two cores, and where (longitude, latitude in degrees) on each."""

    distance_m: float
    on_a: tuple[float, float]
    on_b: tuple[float, float]


def edges_of(footprint: Footprint) -> Edges:
    lon = np.array([p.lon_e7 for p in footprint.points]) / 1e7
    lat = np.array([p.lat_e7 for p in footprint.points]) / 1e7
    if footprint.core is Core.POINT:
        start, end = np.array([0]), np.array([0])
    elif footprint.core is Core.LINE:
        start, end = np.arange(len(lon) - 1), np.arange(1, len(lon))
    else:
        start, end = np.arange(len(lon)), np.roll(np.arange(len(lon)), -1)
    azimuth, _, length_m = GEOD.inv(lon[start], lat[start], lon[end], lat[end])
    return Edges(lon[start], lat[start], azimuth, length_m, lon[end], lat[end])


def core_distance_m(a: Footprint, b: Footprint) -> float:
    """Smallest distance between two cores; 0 when they meet or one contains the other."""
    return closest(a, b).distance_m


def lateral_gap_m(a: Footprint, b: Footprint) -> float:
    """Distance of the cores less both buffers: negative by as much as the buffers overlap."""
    return core_distance_m(a, b) - (a.buffer_dmm + b.buffer_dmm) / 10_000


def closest(a: Footprint, b: Footprint) -> Closest:
    edges_a, edges_b = edges_of(a), edges_of(b)
    found = closest_edges(edges_a, edges_b)
    if found.distance_m == 0:
        return found
    if inside(b, edges_a.lon[0], edges_a.lat[0]) or inside(a, edges_b.lon[0], edges_b.lat[0]):
        return Closest(0.0, found.on_a, found.on_b)
    return found


def closest_edges(edges_a: Edges, edges_b: Edges) -> Closest:
    """The same between outlines only."""
    i, j = _near_pairs(edges_a, edges_b)
    near_a, near_b = edges_a.take(i), edges_b.take(j)
    trials = []
    for points, edges, points_of_a in ((near_a, near_b, True), (near_b, near_a, False)):
        for lon, lat in ((points.lon, points.lat), (points.end_lon, points.end_lat)):
            distance_m, along_m = nearest_on(edges, lon, lat)
            best = int(np.argmin(distance_m))
            foot_lon, foot_lat, _ = edges.at(along_m)
            ends = (float(lon[best]), float(lat[best])), (float(foot_lon[best]), float(foot_lat[best]))
            trials.append((float(distance_m[best]), ends if points_of_a else ends[::-1]))
    distance_m, (on_a, on_b) = min(trials)
    if distance_m < TOUCH_M or crossing(near_a, near_b).any():
        distance_m = 0.0
    return Closest(distance_m, on_a, on_b)


def nearest_on(edges: Edges, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Distance of each point from the edge beside it, and how far along the edge the nearest place lies.

    Begins at the closest of nine places on the edge and walks to the foot of the perpendicular, as on a sphere, until
    there is nothing left to walk; an assertion says if there is.
    """
    places = np.linspace(0, 1, 9)[:, None] * edges.length_m
    distances_m = np.stack([_reach(edges, place, lon, lat)[0] for place in places])
    first = distances_m.argmin(axis=0)
    column = np.arange(len(first))
    along_m = places[first, column]
    for _ in range(12):
        distance_m, turn = _reach(edges, along_m, lon, lat)
        angle = distance_m / MEAN_RADIUS_M
        step_m = MEAN_RADIUS_M * np.arctan2(np.sin(angle) * np.cos(turn), np.cos(angle))
        walked = np.clip(along_m + step_m, 0, edges.length_m) - along_m
        along_m = along_m + walked
        if np.abs(walked).max(initial=0.0) < 1e-6:
            break
    else:
        raise AssertionError(f"no foot found, {np.abs(walked).max()} m left to walk")
    distance_m = _reach(edges, along_m, lon, lat)[0]
    better = distance_m <= distances_m[first, column]
    return (
        np.where(better, distance_m, distances_m[first, column]),
        np.where(better, along_m, places[first, column]),
    )


def crossing(edges_a: Edges, edges_b: Edges) -> npt.NDArray[np.bool_]:
    """Whether edges with the same index cross; edges that only touch, or cross each other's antipodes, do not."""
    meet = _middle_gap_m(edges_a, edges_b) < TOUCH_M
    return meet & (_sides(edges_a, edges_b) < 0) & (_sides(edges_b, edges_a) < 0)


def inside(footprint: Footprint, lon_deg: float, lat_deg: float) -> bool:
    """Whether a point lies in an area; not meant for points on its outline."""
    if footprint.core is not Core.AREA:
        return False
    lon = np.array([p.lon_e7 for p in footprint.points]) / 1e7
    lat = np.array([p.lat_e7 for p in footprint.points]) / 1e7
    azimuth, _, distance_m = GEOD.inv(np.full_like(lon, lon_deg), np.full_like(lat, lat_deg), lon, lat)
    if distance_m.min() > REACH_M:
        return False
    turned = np.radians(np.roll(azimuth, -1) - azimuth)
    return bool(abs(np.arctan2(np.sin(turned), np.cos(turned)).sum()) > np.pi)


def overlap_depth_m(a: Footprint, b: Footprint) -> float:
    """How deep two overlapping cores certainly reach into each other; 0 when they only touch or do not meet.

    The deepest of: a point of one inside the other, by its distance from the outline; a crossing of two edges, by the
    nearest of its four ends to the other edge.
    """
    edges_a, edges_b = edges_of(a), edges_of(b)
    i, j = (index.ravel() for index in np.meshgrid(np.arange(len(edges_a.lon)), np.arange(len(edges_b.lon))))
    all_a, all_b = edges_a.take(i), edges_b.take(j)
    crossed = np.flatnonzero(crossing(all_a, all_b))
    depth_m = 0.0
    if crossed.size:
        one, other = all_a.take(crossed), all_b.take(crossed)
        depth_m = float(np.min([nearest_on(*each)[0] for each in _ends(one, other)], axis=0).max())
    for area, edges, points in ((b, edges_b, edges_a), (a, edges_a, edges_b)):
        contained = [k for k in range(len(points.lon)) if inside(area, points.lon[k], points.lat[k])]
        for k in contained:
            away_m, _ = nearest_on(
                edges, np.full_like(edges.lon, points.lon[k]), np.full_like(edges.lat, points.lat[k])
            )
            depth_m = max(depth_m, float(away_m.min()))
    return depth_m


def _ends(one: Edges, other: Edges) -> list[tuple[Edges, Floats, Floats]]:
    return [
        (other, one.lon, one.lat),
        (other, one.end_lon, one.end_lat),
        (one, other.lon, other.lat),
        (one, other.end_lon, other.end_lat),
    ]


def _reach(edges: Edges, along_m: Floats, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Distance of points from places on edges, and the angle (radians) from the edge's direction to the point."""
    at_lon, at_lat, heading = edges.at(along_m)
    azimuth, _, distance_m = GEOD.inv(at_lon, at_lat, lon, lat)
    return distance_m, np.radians(azimuth - heading)


def _sides(edges: Edges, others: Edges) -> Floats:
    """Negative where the ends of the other edge lie on either side of the edge, by more than a touch."""
    offsets = []
    for lon, lat in ((others.lon, others.lat), (others.end_lon, others.end_lat)):
        azimuth, _, distance_m = GEOD.inv(edges.lon, edges.lat, lon, lat)
        offset_m = distance_m * np.sin(np.radians(azimuth - edges.azimuth))
        offsets.append(np.where(np.abs(offset_m) < TOUCH_M, 0.0, offset_m))
    return np.sign(offsets[0]) * np.sign(offsets[1])


def _middle_gap_m(edges_a: Edges, edges_b: Edges) -> Floats:
    """Less than this two edges cannot be apart."""
    lon_a, lat_a, _ = edges_a.at(edges_a.length_m / 2)
    lon_b, lat_b, _ = edges_b.at(edges_b.length_m / 2)
    return GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2] - (edges_a.length_m + edges_b.length_m) / 2


def _near_pairs(edges_a: Edges, edges_b: Edges) -> tuple[Ints, Ints]:
    """Pairs of edges that may be the closest: first runs of edges are weighed, then edges."""
    runs_a, runs_b = _runs(edges_a), _runs(edges_b)
    i, j = (index.ravel() for index in np.meshgrid(np.arange(len(runs_a[0])), np.arange(len(runs_b[0]))))
    apart_m = GEOD.inv(runs_a[0][i], runs_a[1][i], runs_b[0][j], runs_b[1][j])[2]
    kept = apart_m - runs_a[2][i] - runs_b[2][j] <= apart_m.min() + 1
    i, j = _members(i[kept], j[kept], len(edges_a.lon), len(edges_b.lon))
    lon_a, lat_a, _ = edges_a.at(edges_a.length_m / 2)
    lon_b, lat_b, _ = edges_b.at(edges_b.length_m / 2)
    apart_m = GEOD.inv(lon_a[i], lat_a[i], lon_b[j], lat_b[j])[2]
    kept = apart_m - (edges_a.length_m[i] + edges_b.length_m[j]) / 2 <= apart_m.min() + 1
    return i[kept], j[kept]


def _runs(edges: Edges) -> tuple[Floats, Floats, Floats]:
    """For each run of edges: a point on it (longitude, latitude) and a radius around that which holds it all."""
    count = len(edges.lon)
    run = np.arange(count) // RUN
    lon, lat, _ = edges.at(edges.length_m / 2)
    centre = np.minimum(np.arange(run[-1] + 1) * RUN + RUN // 2, count - 1)
    away_m = GEOD.inv(lon[centre][run], lat[centre][run], lon, lat)[2] + edges.length_m / 2
    radius_m = np.zeros(len(centre))
    np.maximum.at(radius_m, run, away_m)
    return lon[centre], lat[centre], radius_m


def _members(run_a: Ints, run_b: Ints, count_a: int, count_b: int) -> tuple[Ints, Ints]:
    """All pairs of edges in pairs of runs."""
    step_a, step_b = (step.ravel() for step in np.meshgrid(np.arange(RUN), np.arange(RUN)))
    i = (run_a[:, None] * RUN + step_a).ravel()
    j = (run_b[:, None] * RUN + step_b).ravel()
    real = (i < count_a) & (j < count_b)
    return i[real], j[real]
