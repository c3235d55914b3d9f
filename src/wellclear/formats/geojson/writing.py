"""Operations to GeoJSON: one feature a volume, nothing lost."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height import Height
from wellclear.geo.height_text import End, print_height
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M
from wellclear.geo.position import Position
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Writing
from wellclear.model.volume import Volume


def write(operations: Sequence[Operation], context: Context) -> Writing:  # noqa: ARG001 - all writers take a context
    """Every volume as a feature whose edges are geodesics; reading it back gives the same operations."""
    features = [
        msgspec.json.encode(_feature(operation, volume)) for operation in operations for volume in operation.volumes
    ]
    return Writing(b'{"type":"FeatureCollection","features":[\n' + b",\n".join(features) + b"\n]}\n")


def degrees(position: Position) -> list[float]:
    """Longitude and latitude as JSON carries them; seven decimals are exact."""
    return [position.lon_deg, position.lat_deg]


def _feature(operation: Operation, volume: Volume) -> dict[str, object]:
    named = {"party": operation.party, "operation": operation.identifier, "name": volume.name}
    named["category"] = operation.category
    properties: dict[str, object] = {key: text for key, text in named.items() if text.strip()}
    if operation.priority:
        properties["priority"] = operation.priority
    properties["floor"] = _height(volume.band.floor, "floor")
    properties["ceiling"] = _height(volume.band.ceiling, "ceiling")
    properties["start"] = print_rfc3339(volume.span.start_ms)
    properties["end"] = print_rfc3339(volume.span.end_ms)
    if volume.footprint.core is not Core.AREA or volume.footprint.buffer_dmm:
        properties["buffer_m"] = volume.footprint.buffer_dmm / DMM_PER_M
    properties["edges"] = "geodesic"
    return {"type": "Feature", "geometry": _geometry(volume.footprint), "properties": properties}


def _geometry(footprint: Footprint) -> dict[str, object]:
    points = [degrees(point) for point in footprint.points]
    if footprint.core is Core.POINT:
        return {"type": "Point", "coordinates": points[0]}
    if footprint.core is Core.LINE:
        return {"type": "LineString", "coordinates": points}
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def _height(height: Height | None, end: End) -> object:
    text = print_height(height, end=end)
    if height is None or text.startswith("FL"):
        return text
    feet, rest = divmod(height.value_dmm, DMM_PER_FT)
    if rest == 0:
        return {"value": feet, "unit": "ft", "reference": height.reference.value}
    return {"value": height.value_m, "unit": "m", "reference": height.reference.value}
