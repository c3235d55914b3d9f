"""A local plane in which geodesics are straight: central projection of the ellipsoid onto a tangent plane.

The plane touches the ellipsoid at a point c; the eye is O' = c - R n, with n the normal at c and R the Gaussian radius
sqrt(MN) = b / (1 - e2 sin2(latitude)) there. On a sphere of radius R this is the gnomonic projection, in which every
great circle is straight and a length is stretched by a factor between 1 and 1/cos2(theta), theta = r / R, at distance
r from c. The ellipsoid differs from that sphere by these amounts, with k = max |R/M - 1|, |1 - R/N| <= 0.0034:

* its height over the sphere at distance r is at most k r2 / 2R, so lengths are scaled by 1 +- k (r/R)2 / 2 (the slope,
  k r / R, acts in its square);
* its normal differs from the sphere's by at most k r / R, so a plane section through O' has a geodesic curvature of at
  most k r / R2, and leaves the geodesic between its ends by at most k r L2 / 8 R2 over an edge of length L.

`wellclear.detect.bounds` has these bounds with a reserve; tests compare them with Karney's geodesics.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, radians, sin, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Vector = tuple[float, float, float]

A_M: Final = 6_378_137.0
"""Equatorial radius of WGS 84 (NGA.STND.0036)."""

FLATTENING: Final = 1 / 298.257223563
E2: Final = FLATTENING * (2 - FLATTENING)
B_M: Final = A_M * (1 - FLATTENING)

MIN_RADIUS_M: Final = 6_335_439.0
"""Smallest radius of curvature of the ellipsoid: M at the equator, a (1 - e2)."""

FIGURE: Final = 0.0036
"""Bound of |R/M - 1| and |1 - R/N| (0.00337 at the equator), with a reserve for the change of M and N nearby."""


def ecef_m(lon_deg: Floats, lat_deg: Floats) -> Floats:
    """Earth-centred coordinates of points on the ellipsoid.

    lon_deg, lat_deg  (n,)
    returns           (n, 3) metres
    """
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    sin_lat, cos_lat = np.sin(lat), np.cos(lat)
    n_m = A_M / np.sqrt(1 - E2 * sin_lat**2)
    return np.stack((n_m * cos_lat * np.cos(lon), n_m * cos_lat * np.sin(lon), n_m * (1 - E2) * sin_lat), axis=-1)


def lon_lat_deg(xyz_m: Floats) -> Floats:
    """Longitude and latitude of points on the ellipsoid.

    xyz_m    (n, 3) earth-centred
    returns  (n, 2) degrees
    """
    x, y, z = xyz_m[..., 0], xyz_m[..., 1], xyz_m[..., 2]
    return np.stack((np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, (1 - E2) * np.hypot(x, y)))), axis=-1)


def frames(centres_m: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Frames touching the ellipsoid below or above each centre.

    centres_m  (n, 3) earth-centred, within some kilometres of the surface
    returns    touch (n, 3), the points of contact; axes (n, 2, 3), unit vectors of the plane;
               normal (n, 3); radius_m (n,), the Gaussian radius
    """
    weights = np.array([1.0, 1.0, 1 / (1 - E2)])
    on_m = centres_m / np.sqrt((centres_m**2 * weights).sum(axis=-1, keepdims=True)) * A_M
    normal = on_m * weights
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    radius_m = B_M / (1 - E2 * normal[..., 2] ** 2)
    # Duff et al., Building an Orthonormal Basis, Revisited, JCGT 6 (2017): no case near any axis.
    sign = np.where(normal[..., 2] < 0, -1.0, 1.0)
    a = -1 / (sign + normal[..., 2])
    b = normal[..., 0] * normal[..., 1] * a
    first = np.stack((1 + sign * normal[..., 0] ** 2 * a, sign * b, -sign * normal[..., 0]), axis=-1)
    second = np.stack((b, sign + normal[..., 1] ** 2 * a, -normal[..., 1]), axis=-1)
    return on_m, np.stack((first, second), axis=-2), normal, radius_m


def local_plane_m(points_deg: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A few points in a frame over their middle: as `frames` and `project_m` of their mean, without arrays.

    points_deg  longitude and latitude of each
    returns     plane coordinates of each, in metres
    """
    xyz_m = [_ecef_m(radians(lon_deg), radians(lat_deg)) for lon_deg, lat_deg in points_deg]
    x, y, z = (sum(part) / len(xyz_m) for part in zip(*xyz_m, strict=True))
    weight = 1 / (1 - E2)
    scale = A_M / sqrt(x * x + y * y + z * z * weight)
    touch = (x * scale, y * scale, z * scale)
    length = hypot(touch[0], touch[1], touch[2] * weight)
    normal = (touch[0] / length, touch[1] / length, touch[2] * weight / length)
    radius_m = B_M / (1 - E2 * normal[2] ** 2)
    sign = -1.0 if normal[2] < 0 else 1.0
    a = -1 / (sign + normal[2])
    b = normal[0] * normal[1] * a
    first = (1 + sign * normal[0] ** 2 * a, sign * b, -sign * normal[0])
    second = (b, sign + normal[1] ** 2 * a, -normal[1])
    plane_m = []
    for point in xyz_m:
        away = (point[0] - touch[0], point[1] - touch[1], point[2] - touch[2])
        stretch = radius_m / (radius_m + _dot(away, normal))
        plane_m.append((_dot(first, away) * stretch, _dot(second, away) * stretch))
    return plane_m


def _ecef_m(lon: float, lat: float) -> Vector:
    """As `ecef_m`, for one point in radians."""
    n_m = A_M / sqrt(1 - E2 * sin(lat) ** 2)
    return n_m * cos(lat) * cos(lon), n_m * cos(lat) * sin(lon), n_m * (1 - E2) * sin(lat)


def _dot(one: Vector, other: Vector) -> float:
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def project_m(points_m: Floats, touch: Floats, axes: Floats, normal: Floats, radius_m: Floats) -> Floats:
    """Plane coordinates of points, each in its own frame; all must lie within 90 degrees of the point of contact.

    points_m  (n, 3) earth-centred; the frame's arrays as from `frames`, broadcast against it
    returns   (n, 2) metres
    """
    away = points_m - touch
    depth = radius_m + (away * normal).sum(axis=-1)
    plane_m: Floats = (axes * away[..., None, :]).sum(axis=-1) * (radius_m / depth)[..., None]
    return plane_m


def surface_deg(plane_m: Floats, touch: Floats, axes: Floats, normal: Floats, radius_m: Floats) -> Floats:
    """Longitude and latitude of plane points: where the ray from the eye meets the ellipsoid; undoes `project_m`.

    plane_m  (n, 2), each point in its own frame as from `frames`
    returns  (n, 2) degrees
    """
    weights = np.array([1.0, 1.0, 1 / (1 - E2)])
    eye = touch - radius_m[..., None] * normal
    ray = touch + (axes * plane_m[..., None]).sum(axis=-2) - eye
    a = (ray**2 * weights).sum(axis=-1)
    b = (ray * eye * weights).sum(axis=-1)
    c = (eye**2 * weights).sum(axis=-1) - A_M**2
    step = (-b + np.sqrt(b**2 - a * c)) / a
    return lon_lat_deg(eye + step[..., None] * ray)
