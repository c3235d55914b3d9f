"""Whether two cores are too close, by their distance in the plane; the compiled twin of the shapely path's measure."""

from __future__ import annotations

import numpy as np

from wellclear.detect import bounds
from wellclear.detect.compiled.kernel import kernel
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
def project(xyz_m, low, high, centre_m, plane):
    """Project rows low to high of xyz_m (k, 3) onto the plane below centre_m (3,), into plane (m, 2).

    The same projection as `wellclear.geo.frame.project_m`. Returns the box of the projected points.
    """
    cx, cy, cz = centre_m[0], centre_m[1], centre_m[2]
    scale = A_M / np.sqrt(cx * cx + cy * cy + cz * cz * W)
    cx, cy, cz = cx * scale, cy * scale, cz * scale
    length = np.sqrt(cx * cx + cy * cy + cz * cz * W * W)
    nx, ny, nz = cx / length, cy / length, cz * W / length
    radius = B_M / (1.0 - E2 * nz * nz)
    sign = -1.0 if nz < 0 else 1.0
    a = -1.0 / (sign + nz)
    b = nx * ny * a
    ux, uy, uz = 1.0 + sign * nx * nx * a, sign * b, -sign * nx
    vx, vy, vz = b, sign + ny * ny * a, -ny
    low_x, low_y, high_x, high_y = np.inf, np.inf, -np.inf, -np.inf
    for k in range(low, high):
        dx, dy, dz = xyz_m[k, 0] - cx, xyz_m[k, 1] - cy, xyz_m[k, 2] - cz
        factor = radius / (radius + dx * nx + dy * ny + dz * nz)
        x = (ux * dx + uy * dy + uz * dz) * factor
        y = (vx * dx + vy * dy + vz * dz) * factor
        plane[k - low, 0] = x
        plane[k - low, 1] = y
        low_x, high_x = min(low_x, x), max(high_x, x)
        low_y, high_y = min(low_y, y), max(high_y, y)
    return low_x, low_y, high_x, high_y


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
def cores_verdict(i, j, core, first, xyz_m, centre_m, reach_m, edge_m, limit_m, plane_a, plane_b):
    """Verdict on the cores of rows i and j. plane_a, plane_b are scratch (points, 2)."""
    if core[i] == 0 and core[j] == 0:
        return points_verdict(xyz_m, first[i], first[j], limit_m)
    small, large = (i, j) if reach_m[i] <= reach_m[j] else (j, i)
    seen = seen_m(reach_m[small], limit_m)
    if seen + 2.0 * reach_m[large] >= bounds.PLANE_REACH_M:
        return DOUBTFUL
    bow = bow_m(seen, edge_m[i]) + bow_m(seen, edge_m[j])
    sure, clear = sure_m(limit_m, seen, bow), clear_m(limit_m, seen, bow)
    count_a, count_b = first[small + 1] - first[small], first[large + 1] - first[large]
    centre = centre_m[small]
    box_a = project(xyz_m, first[small], first[small + 1], centre, plane_a)
    box_b = project(xyz_m, first[large], first[large + 1], centre, plane_b)
    if (
        box_a[0] - clear > box_b[2]
        or box_a[2] + clear < box_b[0]
        or box_a[1] - clear > box_b[3]
        or box_a[3] + clear < box_b[1]
    ):
        return CLEAR
    enough = sure * sure if sure >= 0.0 else -1.0
    within = (core[large] == 2 and inside(plane_a[0, 0], plane_a[0, 1], plane_b, count_b)) or (
        core[small] == 2 and inside(plane_b[0, 0], plane_b[0, 1], plane_a, count_a)
    )
    if within and enough >= 0.0:
        return CLOSE
    square = edges_square(
        plane_a, count_a, core[small] == 2, plane_b, count_b, core[large] == 2, box_b, enough, clear
    )
    if enough >= 0.0 and square <= enough:
        return CLOSE
    if within:
        return CLOSE if square > 4.0 * bow * bow else DOUBTFUL
    return CLEAR if square > clear * clear else DOUBTFUL
