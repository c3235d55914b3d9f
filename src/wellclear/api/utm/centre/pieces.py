"""What one constraint may hold: a day, and an area that every DSS takes. What is larger is divided, never shrunk.

Heights that the standard cannot state become the widest band over the ellipsoid that they can mean, or an open end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import msgspec

from wellclear.api.utm.dss.extents import area_m2_of
from wellclear.api.utm.wire.volumes import Volume4D
from wellclear.detect.separation import core_distance_m
from wellclear.formats import f3548
from wellclear.formats.f3548.volumes import MAX_ALTITUDE_M, MIN_ALTITUDE_M
from wellclear.geo.box import LonLatBox
from wellclear.geo.envelope import Ranges, widest_band_m
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Context
from wellclear.model.volume import Volume

DAY_MS: Final = 86_400_000
"""The longest constraint."""

MAX_PIECE_M2: Final = 2_400e6
"""Area of one constraint: InterUSS takes 2,500 km2, and a cover is a little larger than what it covers."""

TILE_DEG: Final = 0.4
"""Side of the tiles that a larger footprint is covered with: 1,980 km2 at the equator, less elsewhere."""

TILE_MARGIN_DEG: Final = 0.002
"""How far tiles reach beyond the box they cover: a geodesic along a parallel rises 60 m over 0.4 degrees at most."""

MAX_TILES: Final = 5_000
"""Tiles of one footprint: 2,000 km square; one with more is not published, and said so."""

MAX_PIECE_VOLUMES: Final = 200
"""Volumes of one constraint."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One constraint to be.

    Attributes:
        source: what it is a piece of, and which.
        volumes: at least one.
        span: of all of them.
    """

    source: str
    volumes: tuple[Volume4D, ...]
    span: Span


def pieces(source: str, operation: Operation, within: Span, ranges: Ranges) -> tuple[list[Piece], list[str]]:
    """An operation as constraints of at most a day and an area each.

    Args:
        source: name of the operation.
        operation: what is dangerous.
        within: what is published of it.
        ranges: of pressure, temperature and terrain, for heights that are not over the ellipsoid.

    Returns:
        The pieces, and in words what could not be published.
    """
    found, lost = list[Piece](), list[str]()
    for day, span in _days(operation, within):
        today = [
            replace(volume, span=Span(max(volume.span.start_ms, span.start_ms), min(volume.span.end_ms, span.end_ms)))
            for volume in operation.volumes
            if volume.span.start_ms < span.end_ms and volume.span.end_ms > span.start_ms
        ]
        for number, some in enumerate(_parted(today, lost), 1):
            placed = tuple(replace(volume, band=_ellipsoid_band(volume, ranges)) for volume in some)
            volumes = _written(replace(operation, volumes=placed))
            if len(volumes) < len(some):
                lost.append(f"{len(some) - len(volumes)} volumes of {operation.identifier} cannot be stated")
            if volumes:
                ends = Span(min(v.span.start_ms for v in some), max(v.span.end_ms for v in some))
                found.append(Piece(f"{source}\n{day}\n{number}", volumes, ends))
    return found, lost


def _days(operation: Operation, within: Span) -> Iterator[tuple[int, Span]]:
    """Numbers of the days of UTC that an operation touches, and what of each lies within a span."""
    start_ms = max(min(volume.span.start_ms for volume in operation.volumes), within.start_ms)
    end_ms = min(max(volume.span.end_ms for volume in operation.volumes), within.end_ms)
    for day in range(start_ms // DAY_MS, math.ceil(end_ms / DAY_MS)):
        first_ms, last_ms = max(day * DAY_MS, start_ms), min((day + 1) * DAY_MS, end_ms)
        if first_ms < last_ms:
            yield day, Span(first_ms, last_ms)


def _parted(volumes: Iterable[Volume], lost: list[str]) -> Iterator[list[Volume]]:
    """Volumes in groups that one constraint takes."""
    group, area_m2 = list[Volume](), 0.0
    for volume in volumes:
        footprints = _tiled(volume.footprint)
        if not footprints:
            lost.append(f"volume {volume.name} is too large")
        for footprint in footprints:
            own_m2 = area_m2_of(footprint)
            if group and (area_m2 + own_m2 > MAX_PIECE_M2 or len(group) >= MAX_PIECE_VOLUMES):
                yield group
                group, area_m2 = [], 0.0
            group.append(replace(volume, footprint=footprint))
            area_m2 += own_m2
    if group:
        yield group


@lru_cache(maxsize=2_000)
def _tiled(footprint: Footprint) -> tuple[Footprint, ...]:
    """A footprint, or tiles that cover one too large for a constraint; none where they would be too many."""
    if area_m2_of(footprint) <= MAX_PIECE_M2:
        return (footprint,)
    box = LonLatBox.of(footprint)
    west, south = box.west_deg - TILE_MARGIN_DEG, max(box.south_deg - TILE_MARGIN_DEG, -90.0)
    columns = math.ceil((box.width_deg + 2 * TILE_MARGIN_DEG) / TILE_DEG)
    rows = math.ceil((min(box.north_deg + TILE_MARGIN_DEG, 90.0) - south) / TILE_DEG)
    if columns * rows > MAX_TILES:
        return ()
    tiles = (
        _tile(west + column * TILE_DEG, south + row * TILE_DEG) for row in range(rows) for column in range(columns)
    )
    return tuple(tile for tile in tiles if core_distance_m(tile, footprint) * DMM_PER_M <= footprint.buffer_dmm)


def _tile(west_deg: float, south_deg: float) -> Footprint:
    east_deg, north_deg = west_deg + TILE_DEG, min(south_deg + TILE_DEG, 90.0)
    corners = ((west_deg, south_deg), (east_deg, south_deg), (east_deg, north_deg), (west_deg, north_deg))
    return Footprint.area(
        tuple(Position.from_degrees((lon_deg + 180.0) % 360.0 - 180.0, lat_deg) for lon_deg, lat_deg in corners)
    )


def _ellipsoid_band(volume: Volume, ranges: Ranges) -> Band:
    """The widest band over the ellipsoid that a band can mean; an end that nothing bounds is open."""
    box = LonLatBox.of(volume.footprint)
    floor, ceiling = volume.band.floor, volume.band.ceiling
    lowest_m = None if floor is None else _extreme_m(floor, box, ranges, lowest=True)
    highest_m = None if ceiling is None else _extreme_m(ceiling, box, ranges, lowest=False)
    return Band(
        None if lowest_m is None else Height(math.floor(lowest_m * DMM_PER_M), Reference.ELLIPSOID),
        None if highest_m is None else Height(math.ceil(highest_m * DMM_PER_M), Reference.ELLIPSOID),
    )


def _extreme_m(height: Height, box: LonLatBox, ranges: Ranges, *, lowest: bool) -> float | None:
    band_m = widest_band_m(height, box, ranges)
    if isinstance(band_m, frozenset):
        return None
    end_m = band_m[0] if lowest else band_m[1]
    return end_m if MIN_ALTITUDE_M <= end_m <= MAX_ALTITUDE_M else None


class _Details(msgspec.Struct):
    volumes: list[Volume4D]


class _Intent(msgspec.Struct):
    details: _Details


_INTENTS: Final = msgspec.json.Decoder(list[_Intent])


def _written(operation: Operation) -> tuple[Volume4D, ...]:
    """The volumes as the standard writes them, by the writer of the format; what it leaves out is missing."""
    horizon = operation.volumes[0].span
    written = f3548.write([operation], Context("", operation.party, horizon)).content
    return tuple(volume for intent in _INTENTS.decode(written) for volume in intent.details.volumes)
