"""Whether two cores are too close, by their distance in the plane; the compiled twin of the shapely path's measure."""

from __future__ import annotations

import numpy as np

from wellclear.detect import bounds
from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.compiled.volumes import CENTRE, CORE, EDGE, REACH
from wellclear.geo.frame import A_M, B_M, E2

CLEAR = 0
CLOSE = 1
DOUBTFUL = 2

W = 1.0 / (1.0 - E2)

seen_m = kernel(bounds.seen_m)
bow_m = kernel(bounds.bow_m)
sure_m = kernel(bounds.sure_m)
clear_m = kernel(bounds.clear_m)
arc_m = kernel(bounds.arc_m)
arc_error_m = kernel(bounds.arc_error_m)


@kernel
def points_verdict(xyz_m, p, q, limit_m):
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
def touching(cx, cy, cz):
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
def project(xyz_m, low, high, frame, plane):
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
def apart(one, other, clear):
    """Whether two boxes in the plane are farther apart than this along an axis."""
    return (
        one[0] - clear > other[2] or one[2] + clear < other[0] or one[1] - clear > other[3] or one[3] + clear < other[1]
    )


@kernel
def to_segment(px, py, ax, ay, bx, by):
    """Squared distance of a point to a segment."""
    wx, wy = bx - ax, by - ay
    square = wx * wx + wy * wy
    share = 0.0
    if square > 0.0:
        share = min(1.0, max(0.0, ((px - ax) * wx + (py - ay) * wy) / square))
    dx, dy = px - ax - share * wx, py - ay - share * wy
    return dx * dx + dy * dy


@kernel
def between_segments(ax, ay, bx, by, cx, cy, dx, dy):
    """Squared distance of two segments; 0 where they cross."""
    abx, aby, cdx, cdy = bx - ax, by - ay, dx - cx, dy - cy
    first = abx * (cy - ay) - aby * (cx - ax)
    second = abx * (dy - ay) - aby * (dx - ax)
    if (first > 0) != (second > 0):
        third = cdx * (ay - cy) - cdy * (ax - cx)
        fourth = cdx * (by - cy) - cdy * (bx - cx)
        if (third > 0) != (fourth > 0):
            return 0.0
    best = min(to_segment(ax, ay, cx, cy, dx, dy), to_segment(bx, by, cx, cy, dx, dy))
    return min(best, min(to_segment(cx, cy, ax, ay, bx, by), to_segment(dx, dy, ax, ay, bx, by)))


@kernel
def inside(x, y, ring, count):
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
def edges_square(a, count_a, closed_a, b, count_b, closed_b, box_b, enough, most):
    """Squared distance of two chains of edges in the plane, or any value at most `enough` once one is found.

    a, b      (count, 2); a single point is an edge of no length
    box_b     low x, low y, high x, high y of b
    most      no distance over this matters: edges farther than it from the other's box are passed over
    """
    best = np.inf
    edges_a = count_a if closed_a or count_a == 1 else count_a - 1
    edges_b = count_b if closed_b or count_b == 1 else count_b - 1
    for i in range(edges_a):
        p, q = i, (i + 1) % count_a
        low_x, high_x = min(a[p, 0], a[q, 0]) - most, max(a[p, 0], a[q, 0]) + most
        low_y, high_y = min(a[p, 1], a[q, 1]) - most, max(a[p, 1], a[q, 1]) + most
        if low_x > box_b[2] or high_x < box_b[0] or low_y > box_b[3] or high_y < box_b[1]:
            continue
        for j in range(edges_b):
            r, s = j, (j + 1) % count_b
            if (
                min(b[r, 0], b[s, 0]) > high_x
                or max(b[r, 0], b[s, 0]) < low_x
                or min(b[r, 1], b[s, 1]) > high_y
                or max(b[r, 1], b[s, 1]) < low_y
            ):
                continue
            square = between_segments(a[p, 0], a[p, 1], a[q, 0], a[q, 1], b[r, 0], b[r, 1], b[s, 0], b[s, 1])
            if square < best:
                best = square
                if best <= enough:
                    return best
    return best


@kernel
def cores_verdict(i, j, first, xyz_m, whole, real, limit_m, plane_a, plane_b):
    """Verdict on the cores of rows i and j. plane_a, plane_b are scratch (points, 2)."""
    if whole[i, CORE] == 0 and whole[j, CORE] == 0:
        return points_verdict(xyz_m, first[i], first[j], limit_m)
    small, large = (i, j) if real[i, REACH] <= real[j, REACH] else (j, i)
    seen = seen_m(real[small, REACH], limit_m)
    if seen + 2.0 * real[large, REACH] >= bounds.PLANE_REACH_M:
        return DOUBTFUL
    bow = bow_m(seen, real[i, EDGE]) + bow_m(seen, real[j, EDGE])
    sure, clear = sure_m(limit_m, seen, bow), clear_m(limit_m, seen, bow)
    count_a, count_b = first[small + 1] - first[small], first[large + 1] - first[large]
    area_a, area_b = whole[small, CORE] == 2, whole[large, CORE] == 2
    frame = touching(real[small, CENTRE], real[small, CENTRE + 1], real[small, CENTRE + 2])
    box_a = project(xyz_m, first[small], first[small + 1], frame, plane_a)
    box_b = project(xyz_m, first[large], first[large + 1], frame, plane_b)
    if apart(box_a, box_b, clear):
        return CLEAR
    enough = sure * sure if sure >= 0.0 else -1.0
    within = (area_b and inside(plane_a[0, 0], plane_a[0, 1], plane_b, count_b)) or (
        area_a and inside(plane_b[0, 0], plane_b[0, 1], plane_a, count_a)
    )
    if within and enough >= 0.0:
        return CLOSE
    square = edges_square(plane_a, count_a, area_a, plane_b, count_b, area_b, box_b, enough, clear)
    if enough >= 0.0 and square <= enough:
        return CLOSE
    if within:
        return CLOSE if square > 4.0 * bow * bow else DOUBTFUL
    return CLEAR if square > clear * clear else DOUBTFUL
