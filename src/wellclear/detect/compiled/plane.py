"""Whether two cores are too close, by their distance in the plane; the compiled twin of the shapely path's measure."""

from __future__ import annotations

import numpy as np

from wellclear.detect import bounds
from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.compiled.volumes import AREA, CENTRE, CORE, COUNT, EDGE, FROM, POINT, REACH, Volumes
from wellclear.geo.frame import A_M, B_M, E2, Floats

CLEAR = 0
CLOSE = 1
DOUBTFUL = 2

W = 1.0 / (1.0 - E2)

Place = tuple[float, float]
Box = tuple[float, float, float, float]
"""low x, low y, high x, high y"""
Triple = tuple[float, float, float]
Frame = tuple[Triple, Triple, Triple, Triple, float]
Chain = tuple[Floats, int, bool]

seen_m = kernel(bounds.seen_m)
bow_m = kernel(bounds.bow_m)
sure_m = kernel(bounds.sure_m)
clear_m = kernel(bounds.clear_m)
arc_m = kernel(bounds.arc_m)
arc_error_m = kernel(bounds.arc_error_m)


@kernel
def points_verdict(xyz_m: Floats, p: int, q: int, limit_m: float) -> int:
    """Verdict on two points by the arc over their chord. p, q are rows of xyz_m (k, 3)."""
    dx, dy, dz = xyz_m[p, 0] - xyz_m[q, 0], xyz_m[p, 1] - xyz_m[q, 1], xyz_m[p, 2] - xyz_m[q, 2]
    chord = np.sqrt(dx * dx + dy * dy + dz * dz)
    if chord > limit_m:
        return CLEAR
    mx, my, mz = xyz_m[p, 0] + xyz_m[q, 0], xyz_m[p, 1] + xyz_m[q, 1], (xyz_m[p, 2] + xyz_m[q, 2]) * W
    radius = B_M / (1.0 - E2 * mz * mz / (mx * mx + my * my + mz * mz))
    arc = arc_m(chord, radius)
    error = arc_error_m(chord)
    if arc + error <= limit_m:
        return CLOSE
    if arc - error > limit_m:
        return CLEAR
    return DOUBTFUL


@kernel
def touching(cx: float, cy: float, cz: float) -> Frame:
    """The frame that touches the ellipsoid below a point: touch, two axes, normal (three numbers each), radius.

    The same as `wellclear.geo.frame.frames`.
    """
    scale = A_M / np.sqrt(cx * cx + cy * cy + cz * cz * W)
    cx, cy, cz = cx * scale, cy * scale, cz * scale
    length = np.sqrt(cx * cx + cy * cy + cz * cz * W * W)
    nx, ny, nz = cx / length, cy / length, cz * W / length
    sign = -1.0 if nz < 0 else 1.0
    a = -1.0 / (sign + nz)
    b = nx * ny * a
    first = (1.0 + sign * nx * nx * a, sign * b, -sign * nx)
    second = (b, sign + ny * ny * a, -ny)
    return (cx, cy, cz), first, second, (nx, ny, nz), B_M / (1.0 - E2 * nz * nz)


@kernel
def project(xyz_m: Floats, low: int, high: int, frame: Frame, plane: Floats) -> Box:
    """Project rows low to high of xyz_m (k, 3) into plane (m, 2); returns the box: low x, low y, high x, high y.

    The same as `wellclear.geo.frame.project_m`.
    """
    touch, u, v, n, radius = frame
    low_x, low_y, high_x, high_y = np.inf, np.inf, -np.inf, -np.inf
    for k in range(low, high):
        dx, dy, dz = xyz_m[k, 0] - touch[0], xyz_m[k, 1] - touch[1], xyz_m[k, 2] - touch[2]
        factor = radius / (radius + dx * n[0] + dy * n[1] + dz * n[2])
        x = (u[0] * dx + u[1] * dy + u[2] * dz) * factor
        y = (v[0] * dx + v[1] * dy + v[2] * dz) * factor
        plane[k - low, 0] = x
        plane[k - low, 1] = y
        low_x, high_x = min(low_x, x), max(high_x, x)
        low_y, high_y = min(low_y, y), max(high_y, y)
    return low_x, low_y, high_x, high_y


@kernel
def apart(one: Box, other: Box, clear: float) -> bool:
    """Whether two boxes in the plane are farther apart than this along an axis."""
    return (
        one[0] - clear > other[2] or one[2] + clear < other[0] or one[1] - clear > other[3] or one[3] + clear < other[1]
    )


@kernel
def to_segment(p: Place, a: Place, b: Place) -> float:
    """Squared distance of a point to a segment."""
    wx, wy = b[0] - a[0], b[1] - a[1]
    square = wx * wx + wy * wy
    share = 0.0
    if square > 0.0:
        share = min(1.0, max(0.0, ((p[0] - a[0]) * wx + (p[1] - a[1]) * wy) / square))
    dx, dy = p[0] - a[0] - share * wx, p[1] - a[1] - share * wy
    return dx * dx + dy * dy


@kernel
def side(a: Place, b: Place, p: Place) -> bool:
    """Whether p lies strictly left of the line from a to b."""
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0


@kernel
def between_segments(a: Place, b: Place, c: Place, d: Place) -> float:
    """Squared distance of two segments; 0 where they cross."""
    if side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b):
        return 0.0
    return min(to_segment(a, c, d), to_segment(b, c, d), to_segment(c, a, b), to_segment(d, a, b))


@kernel
def inside(x: float, y: float, ring: Floats, count: int) -> bool:
    """Whether a point lies in a ring (count, 2): even-odd."""
    within = False
    previous = count - 1
    for k in range(count):
        if (ring[k, 1] > y) != (ring[previous, 1] > y):
            slope = (ring[previous, 0] - ring[k, 0]) / (ring[previous, 1] - ring[k, 1])
            if x < ring[k, 0] + (y - ring[k, 1]) * slope:
                within = not within
        previous = k
    return within


@kernel
def edges_square(a: Chain, b: Chain, box_b: Box, enough: float, most: float) -> float:
    """Squared distance of two chains of edges in the plane, or any value at most `enough` once one is found.

    a, b   points (count, 2), how many of them count, and whether the last leads back to the first; a single point is
           an edge of no length
    most   no distance over this matters: edges farther than it from the other's box are passed over
    """
    best = np.inf
    points_a, count_a, closed_a = a
    points_b, count_b, closed_b = b
    edges_a = count_a if closed_a or count_a == 1 else count_a - 1
    edges_b = count_b if closed_b or count_b == 1 else count_b - 1
    for i in range(edges_a):
        p = (points_a[i, 0], points_a[i, 1])
        k = i + 1 if i + 1 < count_a else 0
        q = (points_a[k, 0], points_a[k, 1])
        box = (min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1]))
        if apart(box, box_b, most):
            continue
        for j in range(edges_b):
            r = (points_b[j, 0], points_b[j, 1])
            k = j + 1 if j + 1 < count_b else 0
            s = (points_b[k, 0], points_b[k, 1])
            if apart(box, (min(r[0], s[0]), min(r[1], s[1]), max(r[0], s[0]), max(r[1], s[1])), most):
                continue
            square = between_segments(p, q, r, s)
            if square < best:
                best = square
                if best <= enough:
                    return best
    return best


@kernel
def cores_verdict(i: int, j: int, ready: Volumes, limit_m: float, plane_a: Floats, plane_b: Floats) -> int:
    """Verdict on the cores of rows i and j. plane_a, plane_b are scratch (points, 2)."""
    xyz_m, real, whole = ready.xyz_m, ready.real, ready.whole
    if whole[i, CORE] == POINT and whole[j, CORE] == POINT:
        return points_verdict(xyz_m, whole[i, FROM], whole[j, FROM], limit_m)
    small, large = (i, j) if real[i, REACH] <= real[j, REACH] else (j, i)
    seen = seen_m(real[small, REACH], limit_m)
    if seen + 2.0 * real[large, REACH] >= bounds.PLANE_REACH_M:
        return DOUBTFUL
    bow = bow_m(seen, real[i, EDGE]) + bow_m(seen, real[j, EDGE])
    sure, clear = sure_m(limit_m, seen, bow), clear_m(limit_m, seen, bow)
    from_a, from_b = whole[small, FROM], whole[large, FROM]
    count_a, count_b = whole[small, COUNT], whole[large, COUNT]
    area_a, area_b = whole[small, CORE] == AREA, whole[large, CORE] == AREA
    frame = touching(real[small, CENTRE], real[small, CENTRE + 1], real[small, CENTRE + 2])
    box_a = project(xyz_m, from_a, from_a + count_a, frame, plane_a)
    box_b = project(xyz_m, from_b, from_b + count_b, frame, plane_b)
    if apart(box_a, box_b, clear):
        return CLEAR
    enough = sure * sure if sure >= 0.0 else -1.0
    within = (area_b and inside(plane_a[0, 0], plane_a[0, 1], plane_b, count_b)) or (
        area_a and inside(plane_b[0, 0], plane_b[0, 1], plane_a, count_a)
    )
    if within and enough >= 0.0:
        return CLOSE
    square = edges_square((plane_a, count_a, area_a), (plane_b, count_b, area_b), box_b, enough, clear)
    surely = square <= enough if enough >= 0.0 else within and square > 4.0 * bow * bow
    if surely or within:
        return CLOSE if surely else DOUBTFUL
    return CLEAR if square > clear * clear else DOUBTFUL
