"""The exact distance between two cores: the one routine that decides whatever may lie on either side of a minimum.

Edges are divided along their geodesics until none is longer than 25 km. Which pieces can be nearest is found by chords
through the Earth, which are never longer than the geodesic. For those, the foot of a point on a piece is found in the
plane that touches the ellipsoid at the point, where the piece is straight to 0.2 mm within 25 km; the distance itself
is Karney's geodesic to that foot, in which an error of the foot counts only in its square.

On a surface of positive curvature two geodesic pieces that do not meet are nearest at an end of one of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.frame import MIN_RADIUS_M, Floats, ecef_m, frames, project_m, surface_deg
from wellclear.geo.geodesic import WGS84
from wellclear.model.columns import Ints

PIECE_M: Final = 25_000.0
ERROR_M: Final = 0.001
"""Bound of the error of `core_distance_m` for what is within 50 km; beyond it, 1e-6 of the distance."""

TOUCH_M: Final = 0.005
"""At a lateral minimum of zero, footprints nearer than this overlap: positions themselves are good to 0.6 cm."""

PIECE_RESERVE: Final = 1.001
"""Length of a piece over its chord is below this (1 + x^2 / 6 at x = 25 km / 2R)."""

FAR_M: Final = 3_000_000.0
"""Beyond this only ends of pieces are compared: no foot on a piece is nearer by more than 25 km^2 / 8 d, 26 m."""

HOLDS_M: Final = 4_300_000.0
"""A point farther than this from an area's first point is outside: areas reach 2,000 km; the plane shows this far."""

BLOCK: Final = 1 << 20
"""Pairs of pieces looked at in one go, to bound memory."""


def core_distance_m(a: Footprint, b: Footprint) -> float:
    """Smallest geodesic distance between two cores in metres; 0 where they meet or one holds the other."""
    return distance_m(Pieces.of(a), Pieces.of(b))[0]


def nearest_deg(a: Footprint, b: Footprint) -> tuple[float, Floats, Floats]:
    """Distance in metres, and the longitude and latitude, (2,) degrees, of a nearest point of each core.

    Where the cores meet, both points are one that they share.
    """
    return distance_m(Pieces.of(a), Pieces.of(b))


class Pieces:
    """A core as geodesic pieces of at most 25 km.

    start, end  (n, 3) earth-centred metres of each piece's ends; a point core is one piece of length zero
    deg         (n, 2) longitude and latitude of each start
    half_m      (n,) half of each piece's length, rounded up
    """

    def __init__(self, core: Core, lon_deg: Floats, lat_deg: Floats) -> None:
        self.core = core
        if core is not Core.POINT:
            lon_deg, lat_deg = _divided(lon_deg, lat_deg, closed=core is Core.AREA)
        self.deg = np.stack((lon_deg, lat_deg), axis=-1)
        xyz_m = ecef_m(lon_deg, lat_deg)
        if core is Core.LINE:
            self.start, self.end = xyz_m[:-1], xyz_m[1:]
        else:
            self.start, self.end = xyz_m, np.roll(xyz_m, -1, axis=0)
        self.points = xyz_m
        chord_m = np.linalg.norm(self.end - self.start, axis=-1)
        self.half_m = chord_m / 2 * PIECE_RESERVE + 1e-6
        self.middle = (self.start + self.end) / 2

    @classmethod
    def of(cls, footprint: Footprint) -> Pieces:
        """The core of a footprint."""
        e7 = np.array([(p.lon_e7, p.lat_e7) for p in footprint.points], dtype=np.float64)
        return cls(footprint.core, e7[:, 0] / 1e7, e7[:, 1] / 1e7)


def pieces(core: int, lon_deg: Floats, lat_deg: Floats) -> Pieces:
    """A core, given by its kind and points (n,), made ready for `distance_m`."""
    return Pieces(Core(core), lon_deg, lat_deg)


def distance_m(a: Pieces, b: Pieces) -> tuple[float, Floats, Floats]:
    """As `nearest_deg`, on cores made ready."""
    if a.core is Core.POINT and b.core is Core.POINT:
        return float(WGS84.inv(*a.deg[0], *b.deg[0])[2]), a.deg[0], b.deg[0]
    for inner, outer in ((a, b), (b, a)):
        if outer.core is Core.AREA and _holds(outer, inner.points[0]):
            return 0.0, inner.deg[0], inner.deg[0]
    i, j, least_m = _near_pieces(a, b)
    if least_m.min() > FAR_M:
        return _nearest_ends(a, b, np.unique(i), np.unique(j))
    touching = least_m <= 0
    if a.core is not Core.POINT and b.core is not Core.POINT and touching.any():
        met = _crossing_deg(a, b, i[touching], j[touching])
        if met is not None:
            return 0.0, met, met
    on_b = _nearest_of_points(a, b, np.unique(np.concatenate((i, _next(a, i)))), np.unique(j))
    on_a = _nearest_of_points(b, a, np.unique(np.concatenate((j, _next(b, j)))), np.unique(i))
    if on_b[0] <= on_a[0]:
        return on_b
    return on_a[0], on_a[2], on_a[1]


def _divided(lon_deg: Floats, lat_deg: Floats, *, closed: bool) -> tuple[Floats, Floats]:
    following = np.roll(np.arange(len(lon_deg)), -1)
    edges = len(lon_deg) if closed else len(lon_deg) - 1
    length_m = np.asarray(WGS84.inv(lon_deg, lat_deg, lon_deg[following], lat_deg[following])[2])[:edges]
    parts = np.maximum(np.ceil(length_m / PIECE_M), 1).astype(int)
    if (parts == 1).all():
        return lon_deg, lat_deg
    out: list[tuple[float, float]] = []
    for k in range(edges):
        here, there = (lon_deg[k], lat_deg[k]), (lon_deg[following[k]], lat_deg[following[k]])
        out.append(here)
        if parts[k] > 1:
            out.extend(WGS84.npts(*here, *there, int(parts[k]) - 1))
    if not closed:
        out.append((lon_deg[-1], lat_deg[-1]))
    divided = np.array(out)
    return divided[:, 0], divided[:, 1]


def _next(of: Pieces, i: Ints) -> Ints:
    """Number of the point at the end of each piece."""
    return (i + 1) % len(of.points)


def _near_pieces(a: Pieces, b: Pieces) -> tuple[Ints, Ints, Floats]:
    """Pairs of pieces that may hold the nearest points, and a distance in metres that each pair is apart at least.

    A piece lies within half its length of its middle, or its sagitta, which is less. A geodesic is no shorter than its
    chord, and no longer than the arc over it of the smallest radius of curvature.
    """
    rows = max(1, BLOCK // len(b.start))
    kept: list[tuple[Ints, Ints, Floats]] = []
    most_m = np.inf
    for low in range(0, len(a.start), rows):
        part = slice(low, low + rows)
        apart_m = np.linalg.norm(a.middle[part, None] - b.middle[None], axis=-1)
        around_m = a.half_m[part, None] + b.half_m[None]
        half_turn = min(float((apart_m + around_m).min()) / (2 * MIN_RADIUS_M), 1.0)
        most_m = min(most_m, 2 * MIN_RADIUS_M * float(np.arcsin(half_turn)))
        least_m = apart_m - around_m
        i, j = np.nonzero(least_m <= most_m)
        kept.append((i + low, j, least_m[i, j]))
    i, j, least = (np.concatenate(column) for column in zip(*kept, strict=True))
    near = least <= most_m
    return i[near], j[near], least[near]


def _nearest_ends(a: Pieces, b: Pieces, i: Ints, j: Ints) -> tuple[float, Floats, Floats]:
    """As `nearest_deg`, among the starts of some pieces: for cores that are far apart."""
    best = np.inf, a.deg[0], b.deg[0]
    for which in np.array_split(i, max(1, len(i) * len(j) // BLOCK + 1)):
        one, other = np.repeat(a.deg[which], len(j), axis=0), np.tile(b.deg[j], (len(which), 1))
        true_m = np.asarray(WGS84.inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2])
        nearest = int(true_m.argmin())
        if true_m[nearest] < best[0]:
            best = float(true_m[nearest]), one[nearest], other[nearest]
    return best


def _holds(area: Pieces, point: Floats) -> bool:
    """Whether a point lies inside an area: even-odd along a ray, in the plane that touches at the point.

    Edges are straight there to 0.2 mm where they are near; whoever lies nearer to an edge than that is found by
    distance instead.
    """
    if np.linalg.norm(area.start[0] - point) > HOLDS_M:
        return False
    frame = [part[None] for part in frames(point)]
    start, end = project_m(area.start, *frame), project_m(area.end, *frame)
    spans = (start[:, 1] > 0) != (end[:, 1] > 0)
    start, end = start[spans], end[spans]
    at = start[:, 0] - start[:, 1] * (end[:, 0] - start[:, 0]) / (end[:, 1] - start[:, 1])
    return bool(np.count_nonzero(at > 0) % 2)


def _crossing_deg(a: Pieces, b: Pieces, i: Ints, j: Ints) -> Floats | None:
    """A position in which two pieces cross, each pair in the plane that touches midway; None where none do."""
    frame = frames((a.middle[i] + b.middle[j]) / 2)
    p, q = project_m(a.start[i], *frame), project_m(a.end[i], *frame)
    r, s = project_m(b.start[j], *frame), project_m(b.end[j], *frame)
    along = _cross(q - p, r - p), _cross(q - p, s - p), _cross(s - r, p - r), _cross(s - r, q - r)
    hits = np.flatnonzero((np.sign(along[0]) * np.sign(along[1]) < 0) & (np.sign(along[2]) * np.sign(along[3]) < 0))
    if not hits.size:
        return None
    k = hits[0]
    share = along[2][k] / (along[2][k] - along[3][k])
    met: Floats = surface_deg((p[k] + share * (q[k] - p[k]))[None], *(part[k, None] for part in frame))[0]
    return met


def _cross(u: Floats, v: Floats) -> Floats:
    return np.asarray(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0], dtype=np.float64)


def _nearest_of_points(a: Pieces, b: Pieces, points: Ints, on: Ints) -> tuple[float, Floats, Floats]:
    """Smallest geodesic distance from some points of a to some pieces of b, and the two positions."""
    best = np.inf, a.deg[0], b.deg[0]
    rows = max(1, BLOCK // 8 // len(on))
    for low in range(0, len(points), rows):
        which = points[low : low + rows]
        frame = [part[:, None] for part in frames(a.points[which])]
        start, end = project_m(b.start[None, on], *frame), project_m(b.end[None, on], *frame)
        way = end - start
        square = np.maximum((way**2).sum(axis=-1), 1e-18)
        share = np.clip(-(start * way).sum(axis=-1) / square, 0.0, 1.0)
        foot = start + share[..., None] * way
        plane_m = np.linalg.norm(foot, axis=-1)
        n, k = np.nonzero(plane_m <= plane_m.min() * 1.001 + 0.05)
        foot_deg = surface_deg(foot[n, k], *(part[n, 0] for part in frame))
        from_deg = a.deg[which[n]]
        true_m = np.asarray(WGS84.inv(from_deg[:, 0], from_deg[:, 1], foot_deg[:, 0], foot_deg[:, 1])[2])
        nearest = int(true_m.argmin())
        if true_m[nearest] < best[0]:
            best = float(true_m[nearest]), from_deg[nearest], foot_deg[nearest]
    return best
