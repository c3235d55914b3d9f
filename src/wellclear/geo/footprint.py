"""What piece of ground lies below: a core (point, line or area) and a buffer radius around it.

A circle is a point with a buffer, a corridor a line with one. Edges are geodesics. Footprints are closed sets:
touching overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from wellclear.errors import MalformedInput
from wellclear.geo.geodesic import WGS84, most_apart_m, split_long_edges
from wellclear.geo.limits import DMM_PER_M, MAX_BUFFER_DMM, MAX_EXTENT_M, MAX_FOOTPRINT_POINTS
from wellclear.geo.position import Position
from wellclear.geo.ring import refuse_crossing


class Core(IntEnum):
    """The kind of a footprint's core."""

    POINT = 0
    LINE = 1
    AREA = 2


@dataclass(frozen=True, slots=True)
class Footprint:
    """A core and a buffer around it. Make one with `circle`, `corridor` or `area`, which check it.

    Attributes:
        core: kind of the core.
        points: one for a point; two or more for a line; the ring of an area, without its closing point.
        buffer_dmm: radius around the core in 0.1 mm; 0 for a bare area.
    """

    core: Core
    points: tuple[Position, ...]
    buffer_dmm: int

    @classmethod
    def circle(cls, centre: Position, radius_dmm: int) -> Footprint:
        """A disc; radius 0 is a bare point.

        Raises:
            MalformedInput: radius negative or over 1,000 km.
        """
        return cls(Core.POINT, (centre,), _checked_buffer(radius_dmm))

    @classmethod
    def corridor(cls, line: tuple[Position, ...], half_width_dmm: int) -> Footprint:
        """Everything within half the width of a line. Repeated points are dropped, long edges split.

        Raises:
            MalformedInput: fewer than two different points, too many points, too large, or a bad width.
        """
        _check_count(line)
        kept = _without_repeats(line, closed=False)
        if len(kept) < 2:
            raise MalformedInput("a line needs two different points", code="line-short")
        _check_extent(kept)
        whole = split_long_edges(kept, closed=False)
        _check_count(whole)
        return cls(Core.LINE, whole, _checked_buffer(half_width_dmm))

    @classmethod
    def area(cls, ring: tuple[Position, ...], buffer_dmm: int = 0) -> Footprint:
        """The inside of a ring, with an optional buffer around it.

        The ring may be given closed (last point equal to the first) or not. Repeated points are dropped and
        long edges split; the shape is never changed.

        Raises:
            MalformedInput: fewer than three different points, too many points, too large, or crossing itself.
        """
        _check_count(ring)
        kept = _without_repeats(ring, closed=True)
        if len(set(kept)) < 3:
            raise MalformedInput("an area needs three different points", code="ring-short")
        _check_extent(kept)
        whole = split_long_edges(kept, closed=True)
        _check_count(whole)
        refuse_crossing(whole)
        return cls(Core.AREA, whole, _checked_buffer(buffer_dmm))


def _checked_buffer(buffer_dmm: int) -> int:
    if type(buffer_dmm) is not int:
        raise MalformedInput("a radius is an integer of 0.1 mm", code="radius-type")
    if not 0 <= buffer_dmm <= MAX_BUFFER_DMM:
        raise MalformedInput(
            f"radius {buffer_dmm / DMM_PER_M:g} m is out of range", code="radius-range", wanted="from 0 to 1,000 km"
        )
    return buffer_dmm


def _without_repeats(points: tuple[Position, ...], *, closed: bool) -> tuple[Position, ...]:
    kept = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
    while closed and len(kept) > 1 and kept[-1] == kept[0]:
        kept.pop()
    return tuple(kept)


def _check_count(points: tuple[Position, ...]) -> None:
    if len(points) > MAX_FOOTPRINT_POINTS:
        raise MalformedInput(
            f"{len(points):,} points in one footprint",
            code="too-many-points",
            wanted=f"at most {MAX_FOOTPRINT_POINTS:,}, those that divide edges over 100 km counted",
        )


def _check_extent(points: tuple[Position, ...]) -> None:
    """Refuse a core that reaches farther than the range over which distances are proven."""
    if most_apart_m(points) <= 2 * MAX_EXTENT_M:
        return
    lon_deg = np.array([p.lon_e7 for p in points]) / 1e7
    lat_deg = np.array([p.lat_e7 for p in points]) / 1e7
    first = np.zeros(len(points), dtype=np.int64)
    reach_m = float(WGS84.inv(lon_deg[first], lat_deg[first], lon_deg, lat_deg)[2].max())
    if reach_m > 2 * MAX_EXTENT_M:
        raise MalformedInput(
            f"the footprint reaches {reach_m / 1000:,.0f} km from its first point",
            code="footprint-large",
            wanted="a footprint within 2,000 km; longer routes are filed as several volumes",
        )
