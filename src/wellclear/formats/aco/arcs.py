"""RADARC and POLYARC: shapes with an arc of a circle, covered from outside.

Bearings are true. The arc runs clockwise from the first bearing to the second: JC3IEDM measures a POLYARC-AREA's
begin bearing clockwise from true north to the left side of its sector, and its end bearing to the right side.
"""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np
import shapely

from wellclear.errors import MalformedInput
from wellclear.formats.aco.fields import NO_DATA, Field, distance_dmm, looks_like_position, position, positions
from wellclear.geo.footprint import Footprint
from wellclear.geo.frame import FIGURE, MIN_RADIUS_M, ecef_m, frames, project_m
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.outward import arc
from wellclear.geo.position import Position

MAX_REACH_M: Final = 2_000_000.0
"""Farthest that a point of a POLYARC may lie from their middle: the plane shows no more than this well."""

ROUNDING_M: Final = 0.01
"""Rounding to 1e-7 degree moves a point by at most 7.9 mm."""

_BEARING: Final = re.compile(r"(\d{3}(?:\.\d+)?)([TM]?)")


def read_radarc(fields: tuple[Field, ...]) -> tuple[Footprint, tuple[str, ...]]:
    """A sector of a ring: origin, two bearings, inner and outer radius.

    An inner radius that was left out is 0. Equal bearings make a whole circle; a hole in it is not carried, and a
    remark says so.

    Raises:
        MalformedInput: a field that is wrong, a magnetic bearing, or radii in the wrong order.
    """
    if len(fields) != 5:
        raise MalformedInput(f"{len(fields)} fields with content", code="shape-fields")
    centre = position(fields[0])
    begin_deg, end_deg = _bearing_deg(fields[1]), _bearing_deg(fields[2])
    missing = fields[3].text in NO_DATA
    inner_dmm = 0 if missing else distance_dmm(fields[3])
    outer_dmm = distance_dmm(fields[4])
    if inner_dmm >= outer_dmm:
        raise MalformedInput(
            f"the inner radius {fields[3].shown} is not smaller than the outer {fields[4].shown}",
            code="radarc-radii",
            at=fields[3].at,
            wanted="the inner radius before the outer",
        )
    remarks = ("inferred: no inner radius is stated; it was read as 0",) if missing else ()
    if begin_deg % 360 == end_deg % 360:
        hole = ("inferred: the bearings are equal; the whole circle was read, without the hole inside",)
        return Footprint.circle(centre, outer_dmm), remarks + hole
    outer = arc(centre, outer_dmm / DMM_PER_M, begin_deg, end_deg, clockwise=True)
    inner: tuple[Position, ...] = (centre,)
    if inner_dmm:
        inner = arc(centre, inner_dmm / DMM_PER_M, end_deg, begin_deg, clockwise=False, outward=False)
    return Footprint.area(outer + inner), remarks


def read_polyarc(fields: tuple[Field, ...]) -> tuple[Footprint, tuple[str, ...]]:
    """An arc and the line that joins its ends, read as all that can be meant: their convex hull.

    Fields are told apart by what they are: positions, true bearings, one radius. The first position is the origin of
    the bearings. Whether the line runs on from the arc's end or from its beginning is not known; both lie in the hull.

    Raises:
        MalformedInput: a field that is wrong, a magnetic bearing, or one too many or too few.
    """
    points: list[Field] = []
    bearings: list[Field] = []
    radii: list[Field] = []
    for field in fields:
        if looks_like_position(field):
            points.append(field)
        elif _BEARING.fullmatch(field.text.upper()):
            bearings.append(field)
        else:
            radii.append(field)
    if len(points) < 2 or len(bearings) != 2 or len(radii) != 1:
        raise MalformedInput(
            f"{len(points)} positions, {len(bearings)} bearings and {len(radii)} other fields do not make a POLYARC",
            code="polyarc-fields",
            at=radii[1].at if len(radii) > 1 else "",
        )
    begin_deg, end_deg = _bearing_deg(bearings[0]), _bearing_deg(bearings[1])
    radius_dmm = distance_dmm(radii[0])
    centre, *line = positions(tuple(points))
    curve = arc(centre, radius_dmm / DMM_PER_M, begin_deg, end_deg, clockwise=True)
    remark = (
        "inferred: no public source gives the order of the fields of POLYARC; read as everything between its arc, "
        "clockwise from the first bearing to the second, and its line (their convex hull)"
    )
    return _hull((*curve, *line)), (remark,)


def _hull(points: tuple[Position, ...]) -> Footprint:
    """The convex hull, with a buffer for how far geodesics bow from straight lines in the plane it is found in.

    The bow of an edge of length L within distance r of the plane's point of contact is at most k r L2 / 8 R2; see
    `wellclear.geo.frame`.
    """
    lon_deg, lat_deg = (np.array(values) for values in zip(*((p.lon_deg, p.lat_deg) for p in points), strict=True))
    xyz_m = ecef_m(lon_deg, lat_deg)
    middle_m = xyz_m.mean(axis=0)
    if np.linalg.norm(xyz_m - middle_m, axis=1).max() > MAX_REACH_M:
        raise MalformedInput("the points of a POLYARC lie over 2,000 km apart", code="footprint-large")
    plane_m = project_m(xyz_m, *(part[None] for part in frames(middle_m)))
    hull = shapely.convex_hull(shapely.multipoints(plane_m))
    if hull.geom_type != "Polygon":
        raise MalformedInput("an area needs three different points", code="ring-short")
    corners_m = shapely.get_coordinates(hull)[:-1]
    index = {(x, y): i for i, (x, y) in enumerate(plane_m.tolist())}
    ring = tuple(points[index[x, y]] for x, y in corners_m.tolist())
    edge_m = np.linalg.norm(corners_m - np.roll(corners_m, 1, axis=0), axis=1).max()
    reach_m = np.linalg.norm(plane_m, axis=1).max()
    bow_m = float(FIGURE * reach_m * edge_m**2 / (8 * MIN_RADIUS_M**2)) + ROUNDING_M
    return Footprint.area(ring, math.ceil(bow_m * DMM_PER_M))


def _bearing_deg(field: Field) -> float:
    match = _BEARING.fullmatch(field.text.upper())
    if not match or float(match[1]) > 360:
        raise MalformedInput(
            f"{field.shown} is not a bearing", code="bearing-malformed", at=field.at, wanted="three digits and T: 050T"
        )
    if match[2] == "M":
        raise MalformedInput(
            f"{field.shown} is a magnetic bearing", code="bearing-magnetic", at=field.at, wanted="a true bearing: 050T"
        )
    if not match[2]:
        raise MalformedInput(
            f"{field.shown} does not say what its north is", code="bearing-north", at=field.at, wanted="050T"
        )
    return float(match[1])
