"""When the plane is enough, and when the exact routine must decide.

Every function here takes numbers or arrays, and is compiled as it stands by the compiled path: both paths draw the line
between sure and doubtful in the same place. The bounds of the plane are those of `wellclear.geo.frame`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from wellclear.detect.separation import ERROR_M, TOUCH_M
from wellclear.geo.frame import FIGURE, MIN_RADIUS_M
from wellclear.geo.limits import DMM_PER_M
from wellclear.model.minima import Minima

Number = Any
"""A float or an array of them: the functions are compiled for floats and called with arrays."""

CHORD_RESERVE: Final = 1.05
"""Geodesic over chord, and the centre of a footprint against its foot on the surface, up to 3,000 km."""

FAR_ERROR: Final = 2e-8
"""Error of the exact routine for the distance of large cores far apart, as a share of it; measured: under 6e-9."""

PLANE_REACH_M: Final = 3_500_000.0
"""Beyond this from the point of contact the plane is not used."""


def margin_m(minima: Minima) -> float:
    """What two cores may be apart beyond their buffers and still conflict, but for the error that grows with distance.

    At a lateral minimum of zero, footprints that come within 5 mm overlap. A gap of exactly a minimum that is not zero
    is separation: a millimetre, the error of the exact routine nearby, falls on the side of CONFLICT.
    """
    return minima.lateral_dmm / DMM_PER_M + (TOUCH_M if minima.lateral_dmm == 0 else ERROR_M)


def far_share(minima: Minima) -> float:
    """Share of a distance by which the exact routine may err far off, where it falls on the side of CONFLICT.

    At a lateral minimum of zero the 5 mm of `margin_m` cover it: overlap is decided to 1 cm either way.
    """
    return 0.0 if minima.lateral_dmm == 0 else FAR_ERROR


def limit_m(buffers_m: Number, margin: Number, far: Number) -> Number:
    """Largest distance of two cores at which they conflict.

    buffers_m  both buffers together
    margin     as from `margin_m`
    far        as from `far_share`
    """
    return (buffers_m + margin) * (1.0 + far)


def seen_m(reach_m: Number, limit_m: Number) -> Number:
    """How far from the point of contact the nearest points of a conflicting pair can lie.

    reach_m  chord from the point of contact to the farthest point of the core that it belongs to
    limit_m  largest distance at which the two cores still conflict
    """
    return (reach_m + limit_m) * CHORD_RESERVE + 1.0


def bow_m(seen: Number, edge_m: Number) -> Number:
    """Farthest that an edge of this length leaves its straight line, within `seen` of the contact.

    See `wellclear.geo.frame`.
    """
    return FIGURE * (seen + edge_m) * edge_m * edge_m / (8.0 * MIN_RADIUS_M * MIN_RADIUS_M) + 1e-6


def sure_m(limit_m: Number, seen: Number, bow: Number) -> Number:
    """Cores whose plane distance is at most this conflict.

    The plane shortens a distance by at most FIGURE theta^2; both edges may bow away.
    """
    theta = seen / MIN_RADIUS_M
    return limit_m * (1.0 - FIGURE * theta * theta - 1e-9) - 2.0 * bow


def clear_m(limit_m: Number, seen: Number, bow: Number) -> Number:
    """Cores whose plane distance is over this do not conflict.

    Were their distance at most the limit, the nearest points would lie within `seen`, where the plane stretches by at
    most (1 + FIGURE theta^2) / cos^2 theta.
    """
    theta = seen / MIN_RADIUS_M
    cosine = np.cos(theta)
    return (limit_m + 2.0 * bow) * ((1.0 + FIGURE * theta * theta) / (cosine * cosine) + 1e-9)


def arc_m(chord_m: Number, radius_m: Number) -> Number:
    """Distance of two points from the chord between them: an arc of the Gaussian radius midway."""
    return 2.0 * radius_m * np.arcsin(chord_m / (2.0 * radius_m))


def arc_error_m(chord_m: Number) -> Number:
    """Bound of the error of `arc_m`.

    A chord c under an arc of curvature k has the length c + k^2 c^3 / 24; k^2 lies within 0.7 % of 1 / R^2, R being
    the Gaussian radius. Half as much again covers the change of R along the arc.
    """
    return 0.0105 * chord_m * chord_m * chord_m / (24.0 * MIN_RADIUS_M * MIN_RADIUS_M) + 1e-6
