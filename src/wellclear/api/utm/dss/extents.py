"""Extents of a request: from the volumes that came to whole numbers, with cells, area and times, within limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wellclear.api.utm.dss.cells import cells_of
from wellclear.api.utm.dss.records import Block, points_of
from wellclear.api.utm.wire.limits import MAX_UTM_VOLUMES
from wellclear.api.utm.wire.volumes import EVER, Volume4D, meant
from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.geodesic import WGS84
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.span import Span
from wellclear.model.columns import OPEN_ABOVE, OPEN_BELOW
from wellclear.model.volume import Volume

MAX_UTM_POINTS: Final = 10_000
"""Points of all volumes of one request: a body near its largest, and a bound on the work of one answer."""

MAX_UTM_AREA_M2: Final = 10_000e6
"""Area of all volumes of one request, 10,000 km2: a country's drone corridor, four times what InterUSS takes."""

MIN_UTM_AREA_M2: Final = 0.01
"""Area of an outline: below it its points lie on a line as far as positions tell, which are good to a centimetre."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Volumes that were checked.

    Attributes:
        blocks: at least one.
        cells: that they may touch.
        area_m2: of all their footprints.
        span: from the first start to the last end.
    """

    blocks: tuple[Block, ...]
    cells: frozenset[int]
    area_m2: float
    span: Span

    @property
    def start_ms(self) -> int:
        """Of the first volume."""
        return self.span.start_ms

    @property
    def end_ms(self) -> int:
        """Of the last volume."""
        return self.span.end_ms

    @property
    def points(self) -> int:
        """Of all outlines."""
        return points_of(self.blocks)


def extent_of(volumes: Sequence[Volume4D], at: str, horizon: Span = EVER) -> Extent:
    """The extent of some volumes.

    Args:
        volumes: as they came, at least one.
        at: where they stand in the body.
        horizon: what an end of time that is not stated extends to.

    Raises:
        MalformedInput: `utm-area`: they are too large; `utm-flat`: one has no inside; `utm-points`; or they are no
            volumes.
    """
    _check_points(volumes, at)
    found = [meant(volume, f"{at}[{number}]", horizon) for number, volume in enumerate(volumes)]
    cells: set[int] = set()
    area_m2 = 0.0
    for volume in found:
        own_m2 = area_m2_of(volume.footprint)
        if own_m2 < MIN_UTM_AREA_M2:
            raise MalformedInput(
                "an outline encloses nothing", code="utm-flat", at=at, wanted="an outline with an inside"
            )
        area_m2 += own_m2
        touched = cells_of(volume.footprint) if area_m2 <= MAX_UTM_AREA_M2 else None
        if touched is None:
            raise MalformedInput(
                "the area is too large",
                code="utm-area",
                at=at,
                wanted=f"at most {MAX_UTM_AREA_M2 / 1e6:,.0f} km2, and no longer than that allows",
            )
        cells |= touched
    span = Span(min(volume.span.start_ms for volume in found), max(volume.span.end_ms for volume in found))
    return Extent(tuple(_block(volume) for volume in found), frozenset(cells), area_m2, span)


def area_m2_of(footprint: Footprint) -> float:
    """Area of a footprint: exact but for the corners of a buffer, where it is not less than the true one."""
    buffer_m = footprint.buffer_dmm / DMM_PER_M
    around_m2 = math.pi * buffer_m**2
    if footprint.core is Core.POINT:
        return around_m2
    deg = np.array([(point.lon_deg, point.lat_deg) for point in footprint.points])
    if footprint.core is Core.LINE:
        return float(WGS84.line_length(deg[:, 0], deg[:, 1])) * 2 * buffer_m + around_m2
    inside_m2, edge_m = WGS84.polygon_area_perimeter(deg[:, 0], deg[:, 1])
    return abs(float(inside_m2)) + float(edge_m) * buffer_m + around_m2


def _check_points(volumes: Sequence[Volume4D], at: str) -> None:
    if len(volumes) > MAX_UTM_VOLUMES:
        raise MalformedInput(
            f"{len(volumes):,} volumes in one request", code="utm-points", at=at, wanted=f"at most {MAX_UTM_VOLUMES:,}"
        )
    outlines = (volume.volume.outline_polygon for volume in volumes)
    points = sum(len(outline.vertices) if outline else 1 for outline in outlines)
    if points > MAX_UTM_POINTS:
        raise MalformedInput(
            f"{points:,} points in one request", code="utm-points", at=at, wanted=f"at most {MAX_UTM_POINTS:,}"
        )


def _block(volume: Volume) -> Block:
    footprint, band = volume.footprint, volume.band
    return Block(
        core=int(footprint.core),
        lon_e7=tuple(point.lon_e7 for point in footprint.points),
        lat_e7=tuple(point.lat_e7 for point in footprint.points),
        buffer_dmm=footprint.buffer_dmm,
        floor_dmm=OPEN_BELOW if band.floor is None else band.floor.value_dmm,
        ceiling_dmm=OPEN_ABOVE if band.ceiling is None else band.ceiling.value_dmm,
        start_ms=volume.span.start_ms,
        end_ms=volume.span.end_ms,
    )
