"""Operations to F3548-21. What the format cannot carry is named, and covered from outside or left out, never shrunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from wellclear.formats.cover import geodesic_cover
from wellclear.formats.f3548.volumes import MAX_ALTITUDE_M, MIN_ALTITUDE_M
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.height_text import print_height
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Note, Writing
from wellclear.model.volume import Volume

GEOID_LOW_DMM: Final = -107 * DMM_PER_M
GEOID_HIGH_DMM: Final = 86 * DMM_PER_M
"""EGM96 lies from 106.99 m below to 85.39 m above the ellipsoid (NASA/TP-1998-206861): whole metres beyond."""

THINNEST_DMM: Final = 1_000
"""F3548 wants the upper altitude above the lower: a single level is widened upward by 0.1 m."""


@dataclass(slots=True)
class _Losses:
    """Collects a note for each thing that the format cannot carry."""

    source: str
    notes: list[Note] = field(default_factory=list)

    def add(self, operation: Operation, at: str, message: str) -> None:
        self.notes.append(Note(self.source, at, operation.identifier, message))


def write(operations: Sequence[Operation], context: Context) -> Writing:
    """An array of operational intents, with id and manager as the only parts of their references.

    An operation none of whose volumes can be carried is left out; the losses say so.
    """
    losses = _Losses(context.source)
    intents = [intent for operation in operations if (intent := _intent(operation, losses))]
    content = msgspec.json.format(msgspec.json.encode(intents), indent=1)
    return Writing(content + b"\n", tuple(losses.notes))


def _intent(operation: Operation, losses: _Losses) -> dict[str, object] | None:
    volumes = []
    for ordinal, volume in enumerate(operation.volumes, 1):
        written = _volume(operation, volume, losses)
        if written is not None:
            volumes.append(written)
        if volume.name != str(ordinal):
            losses.add(operation, _at(volume), "the volume's name is not carried")
    if operation.category:
        losses.add(operation, "", f'category "{operation.category}" is not carried')
    if not volumes:
        losses.add(operation, "", "no volume could be carried: the operation is left out")
        return None
    return {
        "reference": {"id": operation.identifier, "manager": operation.party},
        "details": {"volumes": volumes, "off_nominal_volumes": [], "priority": operation.priority},
    }


def _volume(operation: Operation, volume: Volume, losses: _Losses) -> dict[str, object] | None:
    altitudes = _altitudes(operation, volume, losses)
    outline = _outline(operation, volume, losses)
    if altitudes is None or outline is None:
        return None
    return {
        "volume": {**outline, **altitudes},
        "time_start": {"value": print_rfc3339(volume.span.start_ms), "format": "RFC3339"},
        "time_end": {"value": print_rfc3339(volume.span.end_ms), "format": "RFC3339"},
    }


def _outline(operation: Operation, volume: Volume, losses: _Losses) -> dict[str, object] | None:
    footprint = volume.footprint
    if footprint.core is Core.POINT and footprint.buffer_dmm:
        radius = {"value": footprint.buffer_dmm / DMM_PER_M, "units": "M"}
        return {"outline_circle": {"center": _vertex(footprint.points[0]), "radius": radius}}
    ring = geodesic_cover(footprint)
    if ring is None:
        losses.add(operation, _at(volume), "the footprint is too large to be covered: the volume is left out")
        return None
    if ring != footprint.points:
        losses.add(operation, _at(volume), f"{_shape(footprint)} is carried as a polygon that covers it from outside")
    return {"outline_polygon": {"vertices": [_vertex(point) for point in ring]}}


def _altitudes(operation: Operation, volume: Volume, losses: _Losses) -> dict[str, object] | None:
    ends = _ends_dmm(volume.band, operation, volume, losses)
    if ends is None:
        return None
    lower_dmm, upper_dmm = ends
    if lower_dmm < MIN_ALTITUDE_M * DMM_PER_M or upper_dmm > MAX_ALTITUDE_M * DMM_PER_M:
        losses.add(operation, _at(volume), "a height is beyond what F3548 can state: the volume is left out")
        return None
    if upper_dmm <= lower_dmm:
        upper_dmm = lower_dmm + THINNEST_DMM
        losses.add(operation, _at(volume), "a single level is widened upward by 0.1 m")
    return {"altitude_lower": _altitude(lower_dmm), "altitude_upper": _altitude(upper_dmm)}


def _ends_dmm(band: Band, operation: Operation, volume: Volume, losses: _Losses) -> tuple[int, int] | None:
    """Ellipsoid heights of both ends, or None (and a loss) where a reference cannot be carried."""
    found: list[int] = []
    for height, open_m, geoid_dmm in (
        (band.floor, MIN_ALTITUDE_M, GEOID_LOW_DMM),
        (band.ceiling, MAX_ALTITUDE_M, GEOID_HIGH_DMM),
    ):
        end = _end_dmm(height, open_m, geoid_dmm)
        if end is None:
            text = print_height(height)
            losses.add(operation, _at(volume), f"{text} cannot be stated over the ellipsoid: the volume is left out")
            return None
        dmm, remark = end
        if remark:
            losses.add(operation, _at(volume), remark)
        found.append(dmm)
    return found[0], found[1]


def _end_dmm(height: Height | None, open_m: int, geoid_dmm: int) -> tuple[int, str] | None:
    if height is None:
        return open_m * DMM_PER_M, f"an open end is carried as {open_m:,} m, the farthest that F3548 can state"
    if height.reference is Reference.ELLIPSOID:
        return height.value_dmm, ""
    if height.reference is Reference.AMSL:
        remark = f"{print_height(height)} is carried over the ellipsoid, widened to the geoid's extreme"
        return height.value_dmm + geoid_dmm, remark
    return None


def _altitude(value_dmm: int) -> dict[str, object]:
    return {"value": value_dmm / DMM_PER_M, "reference": "W84", "units": "M"}


def _vertex(point: Position) -> dict[str, float]:
    return {"lng": point.lon_deg, "lat": point.lat_deg}


def _shape(footprint: Footprint) -> str:
    names = {Core.POINT: "a bare point", Core.LINE: "a corridor", Core.AREA: "an area with a buffer"}
    return names[footprint.core]


def _at(volume: Volume) -> str:
    return f"volume {volume.name}"
