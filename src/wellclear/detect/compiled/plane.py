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

limit_m = kernel(bounds.limit_m)
seen_m = kernel(bounds.seen_m)
bow_m = kernel(bounds.bow_m)
sure_m = kernel(bounds.sure_m)
clear_m = kernel(bounds.clear_m)
arc_m = kernel(bounds.arc_m)
arc_error_m = kernel(bounds.arc_error_m)


@kernel
def points_verdict(one: Floats, other: Floats, most_m: float) -> int:
    """Verdict on two points, given by their records, by the arc over their chord."""
    dx, dy, dz = one[CENTRE] - other[CENTRE], one[CENTRE + 1] - other[CENTRE + 1], one[CENTRE + 2] - other[CENTRE + 2]
    chord = np.sqrt(dx * dx + dy * dy + dz * dz)
    if chord > most_m:
        return CLEAR
    mx, my, mz = (
        one[CENTRE] + other[CENTRE],
        one[CENTRE + 1] + other[CENTRE + 1],
        (one[CENTRE + 2] + other[CENTRE + 2]) * W,
    )
    radius = B_M / (1.0 - E2 * mz * mz / (mx * mx + my * my + mz * mz))
    arc = arc_m(chord, radius)
    error = arc_error_m(chord)
    if arc + error <= most_m:
        return CLOSE
    if arc - error > most_m:
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
def project(volumes: Volumes, record: Floats, frame: Frame, plane: Floats) -> Box:
    """Project the points of a record into plane (m, 2); returns the box: low x, low y, high x, high y.

    The same as `wellclear.geo.frame.project_m`.
    """
    touch, u, v, n, radius = frame
    first = int(record[FROM])
    low_x, low_y, high_x, high_y = np.inf, np.inf, -np.inf, -np.inf
    for k in range(int(record[COUNT])):
        point = volumes.xyz_m[first + k]
        dx, dy, dz = point[0] - touch[0], point[1] - touch[1], point[2] - touch[2]
        factor = radius / (radius + dx * n[0] + dy * n[1] + dz * n[2])
        x = (u[0] * dx + u[1] * dy + u[2] * dz) * factor
        y = (v[0] * dx + v[1] * dy + v[2] * dz) * factor
        plane[k, 0] = x
        plane[k, 1] = y
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
def inside(p: Place, chain: Chain) -> bool:
    """Whether a point lies in a ring: even-odd. Never in a chain that does not close."""
    ring, count, closed = chain
    within = False
    if not closed:
        return within
    previous = count - 1
    for k in range(count):
        if (ring[k, 1] > p[1]) != (ring[previous, 1] > p[1]):
            slope = (ring[previous, 0] - ring[k, 0]) / (ring[previous, 1] - ring[k, 1])
            if p[0] < ring[k, 0] + (p[1] - ring[k, 1]) * slope:
                within = not within
        previous = k
    return within


@kernel
def point_square(p: Place, b: Chain, enough: float) -> float:
    """Squared distance of a point to a chain, or any value at most `enough` once one is found."""
    points, count, closed = b
    best = np.inf
    for j in range(count if closed or count == 1 else count - 1):
        k = j + 1 if j + 1 < count else 0
        best = min(best, to_segment(p, (points[j, 0], points[j, 1]), (points[k, 0], points[k, 1])))
        if best <= enough:
            return best
    return best


@kernel
def edges_near(chain: Chain, box: Box, most: float, near: Floats) -> int:
    """Write the edges whose boxes come within `most` of a box into near (edges, 4); returns how many."""
    points, count, closed = chain
    kept = 0
    for j in range(count if closed else count - 1):
        k = j + 1 if j + 1 < count else 0
        ax, ay, bx, by = points[j, 0], points[j, 1], points[k, 0], points[k, 1]
        if not apart((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)), box, most):
            near[kept, 0], near[kept, 1], near[kept, 2], near[kept, 3] = ax, ay, bx, by
            kept += 1
    return kept


@kernel
def edges_square(a: Chain, box_a: Box, b: Chain, box_b: Box, enough: float, most: float, near: Floats) -> float:
    """Squared distance of two chains of edges in the plane, or any value at most `enough` once one is found.

    a, b   points (count, 2), how many of them count, and whether the last leads back to the first
    most   no distance over this matters: edges farther than it from the other's box are passed over
    near   scratch (edges of both, 4)
    """
    best = np.inf
    kept = edges_near(b, box_a, most, near)
    count = edges_near(a, box_b, most, near[kept:])
    for i in range(kept, kept + count):
        p, q = (near[i, 0], near[i, 1]), (near[i, 2], near[i, 3])
        box = (min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1]))
        for j in range(kept):
            r, s = (near[j, 0], near[j, 1]), (near[j, 2], near[j, 3])
            if apart(box, (min(r[0], s[0]), min(r[1], s[1]), max(r[0], s[0]), max(r[1], s[1])), most):
                continue
            best = min(best, between_segments(p, q, r, s))
            if best <= enough:
                return best
    return best


@kernel
def cores_verdict(volumes: Volumes, i: int, j: int, most_m: float, scratch: Floats) -> int:
    """Verdict on the cores of volumes i and j. scratch (6 * most, 2), where no core has more points than `most`."""
    if volumes.record[i, REACH] <= volumes.record[j, REACH]:
        small, large = volumes.record[i], volumes.record[j]
    else:
        small, large = volumes.record[j], volumes.record[i]
    if large[CORE] == POINT:
        return points_verdict(small, large, most_m)
    seen = seen_m(small[REACH], most_m)
    if seen + 2.0 * large[REACH] >= bounds.PLANE_REACH_M:
        return DOUBTFUL
    bow = bow_m(seen, small[EDGE]) + bow_m(seen, large[EDGE])
    sure, clear = sure_m(most_m, seen, bow), clear_m(most_m, seen, bow)
    enough = sure * sure if sure >= 0.0 else -1.0
    most = len(scratch) // 6
    plane_a, plane_b = scratch[:most], scratch[most : 2 * most]
    frame = touching(small[CENTRE], small[CENTRE + 1], small[CENTRE + 2])
    box_a = project(volumes, small, frame, plane_a)
    box_b = project(volumes, large, frame, plane_b)
    if apart(box_a, box_b, clear):
        return CLEAR
    chain_a = (plane_a, int(small[COUNT]), small[CORE] == AREA)
    chain_b = (plane_b, int(large[COUNT]), large[CORE] == AREA)
    within = inside((plane_a[0, 0], plane_a[0, 1]), chain_b) or inside((plane_b[0, 0], plane_b[0, 1]), chain_a)
    if within and enough >= 0.0:
        return CLOSE
    if chain_a[1] == 1:
        square = point_square((plane_a[0, 0], plane_a[0, 1]), chain_b, enough)
    else:
        square = edges_square(chain_a, box_a, chain_b, box_b, enough, clear, scratch[2 * most :].reshape(-1, 4))
    surely = square <= enough if enough >= 0.0 else within and square > 4.0 * bow * bow
    if surely or within:
        return CLOSE if surely else DOUBTFUL
    return CLEAR if square > clear * clear else DOUBTFUL
