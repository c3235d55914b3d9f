"""Whether a subscription covers an intent in place, height and time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import shapely
from msgspec.structs import replace

from wellclear.api.utm.dss.records import Block
from wellclear.geo.footprint import Core
from wellclear.geo.frame import Floats, ecef_m, frames, project_m
from wellclear.geo.geodesic import WGS84
from wellclear.geo.limits import DMM_PER_M

SLACK_M: Final = 1.0
"""What may stand out: a client that copies an outline through another notation loses centimetres. A subscription is
about who is told, and whoever flies within a metre of its edge is told of what meets it."""

FARTHEST_M: Final = 2_000_000.0
"""Beyond this the plane is not used: extents are smaller, so nothing so far away is covered."""


def covers(outer: Block, inner: Iterable[Block]) -> bool:
    """Whether every one of some volumes lies in another, to a metre."""
    return all(_holds(outer, block) for block in inner)


def covers_from(outer: Block, inner: Iterable[Block], now_ms: int) -> bool:
    """Whether what is left of some volumes lies in another, to a metre: nobody is told any more of what is over."""
    left = (replace(block, start_ms=max(block.start_ms, now_ms)) for block in inner if block.end_ms > now_ms)
    return covers(outer, left)


def _holds(outer: Block, inner: Block) -> bool:
    in_time = outer.start_ms <= inner.start_ms and inner.end_ms <= outer.end_ms
    in_height = outer.floor_dmm <= inner.floor_dmm and inner.ceiling_dmm <= outer.ceiling_dmm
    return in_time and in_height and _holds_in_place(outer, inner)


def _holds_in_place(outer: Block, inner: Block) -> bool:
    outer_deg, inner_deg = _deg(outer), _deg(inner)
    count = len(inner_deg)
    first = np.repeat(outer_deg[:1], count, axis=0)
    away_m = np.asarray(WGS84.inv(first[:, 0], first[:, 1], inner_deg[:, 0], inner_deg[:, 1])[2])
    beyond_m = (inner.buffer_dmm - outer.buffer_dmm) / DMM_PER_M - SLACK_M
    if outer.core == Core.POINT:
        return float(away_m.max()) + beyond_m <= 0
    if float(away_m.max()) > FARTHEST_M:
        return False
    centre_m = ecef_m(outer_deg[:, 0], outer_deg[:, 1]).mean(axis=0)[None]
    held = _shape(outer, outer_deg, centre_m)
    part = _shape(inner, inner_deg, centre_m)
    if held.covers(part):
        return bool(held.boundary.distance(part) >= beyond_m)
    return beyond_m <= 0 and bool(held.buffer(-beyond_m).covers(part))


def _deg(block: Block) -> Floats:
    return np.array((block.lon_e7, block.lat_e7), dtype=np.float64).T / 1e7


def _shape(block: Block, deg: Floats, centre_m: Floats) -> Any:  # noqa: ANN401 - shapely has no types
    """A core in the plane that touches below a point; geodesics are straight there."""
    plane_m = project_m(ecef_m(deg[:, 0], deg[:, 1]), *frames(centre_m))
    make = {Core.POINT: lambda: shapely.Point(plane_m[0]), Core.LINE: lambda: shapely.LineString(plane_m)}
    return make.get(Core(block.core), lambda: shapely.Polygon(plane_m))()
