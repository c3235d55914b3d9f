"""Curves that are not geodesics, covered from outside by polylines that are.

Lines straight in longitude and latitude (RFC 7946), circles of latitude (which are a case of them) and arcs of circles
are replaced by geodesic polylines that leave them by at most `MAX_LEAVE_M`, on the outer side only. Points that were
given are kept; new ones stand between them.

Why the cover holds. Let a piece of curve of length h have geodesic curvature of one sign and at most k. Over its chord
it rises by at most b(x) = k x (h - x) / 2 at distance x along it, s = k h2 / 8 in the middle. That is in the plane; on
the ellipsoid the rise follows y'' + K y = k with K <= 1/M2, which for h <= 500 km is at most 1.001 times as much.

* Where the curve bulges inward of its chord, points on the curve suffice: the chord lies outside, by at most s.
* Where it bulges outward, new points are pushed out by p >= s, so that between two of them the chord still lies
  p - s >= 0 outside. A given point cannot be pushed. Its step is half as long, and the chord from it to the first
  pushed point lies at 2 p x / h, where the curve rises by k x (h / 2 - x) / 2 <= k h x / 4 = 2 s x / h <= 2 p x / h.

Rounding to 1e-7 degree moves a point by at most 7.9 mm, so new points are pushed out by `ROUNDING_M` more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Final

import numpy as np

from wellclear.errors import MalformedInput
from wellclear.geo.frame import A_M, E2
from wellclear.geo.geodesic import WGS84
from wellclear.geo.limits import DMM_PER_M, E7_PER_DEGREE, MAX_BUFFER_DMM, MAX_RING_POINTS
from wellclear.geo.position import MAX_LAT_E7, Position
from wellclear.geo.ring import refuse_crossing_straight

MAX_LEAVE_M: Final = 0.5
"""Farthest that a cover leaves its curve."""

SAME_M: Final = 0.001
"""A curve within a millimetre of its geodesic is taken for it: a tenth of what overlap is decided to."""

RISE_M: Final = 0.4
"""Largest rise of a curve over one step: 1.05 times it, the push against rounding and rounding make 0.44 m."""

ROUNDING_M: Final = 0.01
"""Push against rounding to 1e-7 degree."""

RESERVE: Final = 1.05
"""Reserve on the rise: 2 % for curvature between the ends, 1.1 % squared for speed, 0.1 % for the ellipsoid."""

MAX_STEP_M: Final = 500_000.0
"""Longest piece for which the rise in the plane is within 0.1 % of the ellipsoid's."""

MAX_ARC_STEP_DEG: Final = 20.0
"""Longest step of a small arc, so that its tangent turns little."""


class Outside(IntEnum):
    """Which side of a curve, seen along it, is outside."""

    LEFT = -1
    NEITHER = 0
    RIGHT = 1


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of an edge, from and to a share t of it, and how it is to be stepped.

    steps  0 where the piece is within a millimetre of its chord
    """

    start_t: float
    end_t: float
    steps: int
    rise_m: float
    turn: int


def straight_ring(points_deg: Sequence[tuple[float, float]]) -> tuple[Position, ...]:
    """The ring of geodesics round a ring of edges that are straight in longitude and latitude.

    It contains that ring, to a millimetre, and leaves it by at most `MAX_LEAVE_M`. Given points are kept. An edge along
    the pole line (latitude 90 or -90 at both ends) has no length and may be of any longitude.

    points_deg  (longitude, latitude) in order, closed or not; edges go the way that the numbers go, never over 180
    returns     without the closing point

    Raises:
        MalformedInput: a position out of range, too many points, an edge over 180 degrees of longitude, or a ring that
            crosses itself.
    """
    ring = _positions(points_deg)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    _check_count(ring)
    if len(ring) > 2:
        refuse_crossing_straight(ring)
    outside = Outside.RIGHT if doubled_area_e14(ring) >= 0 else Outside.LEFT
    covered: list[Position] = []
    for i, start in enumerate(ring):
        covered.append(start)
        covered.extend(straight_edge(start, ring[(i + 1) % len(ring)], outside))
    return tuple(covered)


def straight_line(points_deg: Sequence[tuple[float, float]]) -> tuple[tuple[Position, ...], int]:
    """The geodesic line near one that is straight in longitude and latitude, and how far they part.

    points_deg  (longitude, latitude) in order
    returns     the line; the buffer in 0.1 mm that covers what remains between the two, at most 0.5 m, 0 where
                nothing had to be inserted

    Raises:
        MalformedInput: a position out of range, too many points, or an edge over 180 degrees of longitude.
    """
    line = _positions(points_deg)
    _check_count(line)
    near: list[Position] = line[:1]
    leave_m = 0.0
    for start, end in pairwise(line):
        pieces = _pieces(start, end)
        if any(piece.steps for piece in pieces):
            leave_m = max(leave_m, *(piece.rise_m for piece in pieces))
            near.extend(_inserted(start, end, pieces, Outside.NEITHER))
        near.append(end)
    return tuple(near), math.ceil((leave_m + ROUNDING_M) * DMM_PER_M) if leave_m else 0


def straight_edge(start: Position, end: Position, outside: Outside) -> list[Position]:
    """What to insert between two positions so that geodesics cover the line straight in longitude and latitude.

    Between two positions of one latitude this line is the parallel.

    Raises:
        MalformedInput: the edge is over 180 degrees of longitude.
    """
    pieces = _pieces(start, end)
    return _inserted(start, end, pieces, outside) if any(piece.steps for piece in pieces) else []


def doubled_area_e14(ring: Sequence[Position]) -> int:
    """Twice the signed area of a ring in the plane of longitude and latitude, exact; positive if counter-clockwise."""
    following = [*ring[1:], *ring[:1]]
    return sum(a.lon_e7 * b.lat_e7 - b.lon_e7 * a.lat_e7 for a, b in zip(ring, following, strict=True))


def runs_clockwise(ring: Sequence[Position]) -> bool:
    """Whether a ring of geodesics runs clockwise, seen from above; its edges go the short way round the Earth.

    For rings that hold no pole.
    """
    half_e7 = 180 * E7_PER_DEGREE
    away_e7 = [(p.lon_e7 - ring[0].lon_e7 + half_e7) % (2 * half_e7) - half_e7 for p in ring]
    doubled = 0
    for i, (lon_e7, point) in enumerate(zip(away_e7, ring, strict=True)):
        doubled += away_e7[i - 1] * point.lat_e7 - lon_e7 * ring[i - 1].lat_e7
    return doubled < 0


def arc(  # noqa: PLR0913 - an arc has a centre, a radius, two bearings, a direction and a side
    centre: Position, radius_m: float, from_deg: float, to_deg: float, *, clockwise: bool, outward: bool = True
) -> tuple[Position, ...]:
    """A geodesic polyline along an arc of a circle, on its outer side or on its inner side.

    The ends lie on the arc at their bearings; all else leaves the arc by at most `MAX_LEAVE_M` on the side asked for.
    Equal bearings make a whole circle.

    centre    of the circle
    radius_m  geodesic distance from the centre, over 0
    from_deg  bearing from true north at which the arc begins
    to_deg    bearing at which it ends
    outward   whether the polyline lies outside the circle (where the circle bulges out of an area) or inside it
    returns   ends included

    Raises:
        MalformedInput: radius or bearings not finite, or the radius not between 0 and 1,000 km.
    """
    if not (math.isfinite(radius_m) and math.isfinite(from_deg) and math.isfinite(to_deg)):
        raise MalformedInput("an arc's radius and bearings must be finite", code="arc-not-finite")
    if not 0 < radius_m <= MAX_BUFFER_DMM / DMM_PER_M:
        raise MalformedInput(
            f"an arc of radius {radius_m:g} m is out of range", code="radius-range", wanted="over 0, to 1,000 km"
        )
    sweep_deg = ((to_deg - from_deg) if clockwise else (from_deg - to_deg)) % 360 or 360.0
    step_deg = min(MAX_ARC_STEP_DEG, math.degrees(math.sqrt(8 * RISE_M / radius_m)))
    steps = math.ceil(sweep_deg / step_deg)
    # A geodesic circle's curvature is at most 1/r, its length at most r times the angle: the plane's rise bounds it.
    rise_m = radius_m * math.radians(sweep_deg / steps) ** 2 / 8
    shares = (np.arange(steps) + 0.5) / steps if outward else np.arange(1, steps) / steps
    push_m = RESERVE * rise_m + ROUNDING_M if outward else -min(ROUNDING_M, radius_m / 2)
    bearing_deg = from_deg + (sweep_deg if clockwise else -sweep_deg) * np.concatenate(([0.0], shares, [1.0]))
    away_m = np.full(len(bearing_deg), float(radius_m))
    away_m[1:-1] += push_m
    count = np.ones(len(bearing_deg))
    lon_deg, lat_deg, _ = WGS84.fwd(centre.lon_deg * count, centre.lat_deg * count, bearing_deg, away_m)
    return tuple(Position.from_degrees(*point) for point in zip(lon_deg.tolist(), lat_deg.tolist(), strict=True))


def _positions(points_deg: Sequence[tuple[float, float]]) -> list[Position]:
    kept: list[Position] = []
    for index, (lon_deg, lat_deg) in enumerate(points_deg):
        try:
            position = Position.from_degrees(lon_deg, lat_deg)
        except MalformedInput as error:
            raise error.placed(f"[{index}]") from None
        if not kept or kept[-1] != position:
            kept.append(position)
    return kept


def _check_count(points: Sequence[Position]) -> None:
    if len(points) > MAX_RING_POINTS:
        raise MalformedInput(
            f"{len(points):,} points in one footprint", code="too-many-points", wanted=f"at most {MAX_RING_POINTS:,}"
        )


def _speed_and_curvature(lat_deg: float, lon_rad: float, lat_rad: float) -> tuple[float, float]:
    """Metres per share of an edge, and the edge's geodesic curvature in 1/m without its sign, at one latitude.

    With t the angle of the edge to the parallel, Liouville's formula gives t' + cos(t) tan(lat) / N, and
    tan(t) = M dlat / (N cos(lat) dlon) with d(N cos(lat))/dlat = -M sin(lat) gives
    t' = sin2(t) cos(t) (tan(lat) / N + 3 e2 sin(lat) cos(lat) / (M (1 - e2 sin2(lat)))).
    With cos(t) = N cos(lat) dlon / speed nothing grows without bound at the poles. The curvature turns toward the
    pole everywhere, and grows with the latitude but for the growth of M, 1 % from the equator to the pole.
    """
    sin_lat, cos_lat = abs(math.sin(math.radians(lat_deg))), math.cos(math.radians(lat_deg))
    w2 = 1 - E2 * sin_lat**2
    prime_m, meridian_m = A_M / math.sqrt(w2), A_M * (1 - E2) / w2**1.5
    east_m, north_m = prime_m * cos_lat * abs(lon_rad), meridian_m * abs(lat_rad)
    speed_m = math.hypot(east_m, north_m)
    if speed_m < 1e-9:
        return 0.0, 0.0
    sin2 = (north_m / speed_m) ** 2
    figure = 3 * E2 * cos_lat**2 * prime_m / (meridian_m * w2)
    return speed_m, sin_lat * abs(lon_rad) / speed_m * (1 + sin2 * (1 + figure))


def _pieces(start: Position, end: Position) -> list[_Piece]:
    """Cut an edge at the equator, and into pieces over which its curvature and speed change little."""
    lon_e7, lat_e7 = end.lon_e7 - start.lon_e7, end.lat_e7 - start.lat_e7
    if abs(start.lat_e7) == MAX_LAT_E7 and start.lat_e7 == end.lat_e7:
        return []
    if abs(lon_e7) > 180 * E7_PER_DEGREE:
        raise MalformedInput(
            f"the edge from longitude {start.lon_deg} to {end.lon_deg} is over 180 degrees long",
            code="edge-over-180",
            wanted="a shape that crosses 180 degrees is cut there in two, or a long edge is given in parts",
        )
    if lon_e7 == 0:
        return []
    crosses = start.lat_e7 * end.lat_e7 < 0
    ends_t = [0.0, -start.lat_e7 / lat_e7, 1.0] if crosses else [0.0, 1.0]
    waiting = list(pairwise(ends_t))[::-1]
    done: list[_Piece] = []
    while waiting:
        start_t, end_t = waiting.pop()
        piece = _piece(start, end, start_t, end_t)
        if piece is None:
            middle_t = (start_t + end_t) / 2
            waiting += [(middle_t, end_t), (start_t, middle_t)]
        else:
            done.append(piece)
    return done


def _piece(start: Position, end: Position, start_t: float, end_t: float) -> _Piece | None:
    """One piece of an edge, or nothing if it must be cut further."""
    lon_rad, lat_rad = math.radians(end.lon_deg - start.lon_deg), math.radians(end.lat_deg - start.lat_deg)
    lats_deg = [start.lat_deg + (end.lat_deg - start.lat_deg) * t for t in (start_t, end_t)]
    (speed_a, bend_a), (speed_b, bend_b) = (_speed_and_curvature(lat, lon_rad, lat_rad) for lat in lats_deg)
    length_m, bend = max(speed_a, speed_b) * (end_t - start_t), max(bend_a, bend_b)
    rise_m = RESERVE * bend * length_m**2 / 8
    turn = int(math.copysign(1, lon_rad * sum(lats_deg)))
    if rise_m <= SAME_M:
        return _Piece(start_t, end_t, 0, rise_m, turn)
    steps = math.ceil(math.sqrt(rise_m / (RESERVE * RISE_M)))
    uneven = min(bend_a, bend_b) < 0.7 * bend or min(speed_a, speed_b) < 0.7 * max(speed_a, speed_b)
    if (steps > 2 and uneven) or length_m * bend > 0.5 or length_m > MAX_STEP_M:
        return None
    return _Piece(start_t, end_t, steps, rise_m / steps**2, turn)


def _inserted(start: Position, end: Position, pieces: list[_Piece], outside: Outside) -> list[Position]:
    shares: list[float] = []
    pushes_m: list[float] = []
    for piece in pieces:
        outer = piece.turn * outside > 0
        ordinals = np.arange(piece.steps) + 0.5 if outer else np.arange(1, piece.steps)
        inner = piece.start_t + ordinals / max(piece.steps, 1) * (piece.end_t - piece.start_t)
        shares += [*inner.tolist(), piece.end_t]
        pushes_m += [piece.rise_m + ROUNDING_M if outer else ROUNDING_M] * len(inner) + [ROUNDING_M]
    share = np.array(shares[:-1])
    push_m = np.array(pushes_m[:-1]) * abs(outside)
    lon_deg = start.lon_deg + (end.lon_deg - start.lon_deg) * share
    lat_deg = start.lat_deg + (end.lat_deg - start.lat_deg) * share
    w2 = 1 - E2 * np.sin(np.radians(lat_deg)) ** 2
    east = np.cos(np.radians(lat_deg)) * w2 * (end.lon_deg - start.lon_deg)
    along_deg = np.degrees(np.arctan2(east, (1 - E2) * (end.lat_deg - start.lat_deg)))
    lon_deg, lat_deg, _ = WGS84.fwd(lon_deg, lat_deg, along_deg + 90 * outside, push_m)
    return [Position.from_degrees(*point) for point in zip(lon_deg.tolist(), lat_deg.tolist(), strict=True)]
