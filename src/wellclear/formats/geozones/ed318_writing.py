"""Operations to ED-318 zones. What cannot be carried is named, and covered from outside or left out, never shrunk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from wellclear.formats.cover import planar_cover
from wellclear.formats.geozones.layers import REFERENCES
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height import Band, Height
from wellclear.geo.height_text import print_height
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.span import Span
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Note, Writing
from wellclear.model.volume import Volume

EXTENSION: Final = "wellclear"
"""The member of extendedProperties that carries party and operation where ED-318's own are too short for them."""

MAX_IDENTIFIER_CHARACTERS: Final = 7
"""The schema's own bound of an identifier."""

UNKNOWN_COUNTRY: Final = "ZZZ"
"""ISO 3166-1 leaves ZZA to ZZZ to users."""

TYPES: Final = ("USPACE", "PROHIBITED", "REQ_AUTHORIZATION", "CONDITIONAL", "NO_RESTRICTION")
FALLBACK_TYPE: Final = "CONDITIONAL"
COUNTRY: Final = re.compile(r"[A-Z]{3}")
CODES: Final = {reference: code for code, reference in REFERENCES.items()}

Member = dict[str, object]


def write(operations: Sequence[Operation], context: Context) -> Writing:
    """One feature for each operation and set of times, valid against the schema of ED-318."""
    losses: list[Note] = []
    features: list[bytes] = []
    for ordinal, operation in enumerate(operations, 1):
        features += [msgspec.json.encode(zone) for zone in _zones(operation, ordinal, context.source, losses)]
    content = b'{"type":"FeatureCollection","features":[\n' + b",\n".join(features) + b"\n]}\n"
    return Writing(content, tuple(losses))


def _zones(operation: Operation, ordinal: int, source: str, losses: list[Note]) -> list[Member]:
    properties = _properties(operation, ordinal, source, losses)
    if operation.priority:
        losses.append(Note(source, "", operation.identifier, f"priority {operation.priority} is not carried"))
    if any(volume.name != str(count) for count, volume in enumerate(operation.volumes, 1)):
        losses.append(Note(source, "", operation.identifier, "the volumes' names are not carried"))
    times: dict[tuple[Footprint, Band], dict[Span, None]] = {}
    for volume in operation.volumes:
        times.setdefault((volume.footprint, volume.band), {})[volume.span] = None
    by_times: dict[tuple[Span, ...], list[Member]] = {}
    for (footprint, band), spans in times.items():
        volume = Volume(footprint, band, next(iter(spans)))
        geometry = _geometry(volume, operation, source, losses)
        if geometry:
            by_times.setdefault(tuple(spans), []).append(geometry)
    if not by_times:
        losses.append(Note(source, "", operation.identifier, "nothing could be carried: the operation is left out"))
    return [_feature(properties, geometries, spans) for spans, geometries in by_times.items()]


def _feature(properties: Member, geometries: list[Member], spans: tuple[Span, ...]) -> Member:
    periods = [
        {"startDateTime": print_rfc3339(span.start_ms), "endDateTime": print_rfc3339(span.end_ms)} for span in spans
    ]
    whole: object = geometries[0] if len(geometries) == 1 else {"type": "GeometryCollection", "geometries": geometries}
    return {"type": "Feature", "geometry": whole, "properties": {**properties, "limitedApplicability": periods}}


def _properties(operation: Operation, ordinal: int, source: str, losses: list[Note]) -> Member:
    def lost(message: str) -> None:
        losses.append(Note(source, "", operation.identifier, message))

    category = operation.category.replace("AUTHORISATION", "AUTHORIZATION")
    if category not in TYPES:
        lost(f'category "{operation.category}" is not one of ED-318: {FALLBACK_TYPE} stands instead')
        category = FALLBACK_TYPE
    properties: Member = {
        "identifier": operation.identifier,
        "country": operation.party,
        "name": [{"text": operation.identifier[:200], "lang": "en-GB"}],
        "type": category,
        "variant": "COMMON",
        "zoneAuthority": [{"name": [{"text": operation.party[:200], "lang": "en-GB"}], "purpose": "INFORMATION"}],
    }
    if len(operation.identifier) > MAX_IDENTIFIER_CHARACTERS or not COUNTRY.fullmatch(operation.party):
        properties["identifier"] = f"W{ordinal:06d}"[:MAX_IDENTIFIER_CHARACTERS]
        properties["country"] = UNKNOWN_COUNTRY
        properties["extendedProperties"] = {EXTENSION: {"party": operation.party, "operation": operation.identifier}}
        lost(f"party and operation stand in extendedProperties, behind {UNKNOWN_COUNTRY}{properties['identifier']}")
    return properties


def _geometry(volume: Volume, operation: Operation, source: str, losses: list[Note]) -> Member | None:
    def lost(message: str) -> None:
        losses.append(Note(source, "", operation.identifier, message))

    layer = _layer(volume.band)
    if isinstance(layer, str):
        lost(f"{layer} has no reference of ED-318: the volume is left out")
        return None
    footprint = volume.footprint
    if footprint.core is Core.POINT:
        point = footprint.points[0]
        extent = {"subType": "Circle", "radius": footprint.buffer_dmm / DMM_PER_M}
        return {"type": "Point", "coordinates": [point.lon_deg, point.lat_deg], "extent": extent, "layer": layer}
    ring = planar_cover(footprint)
    if ring is None:
        lost("the footprint crosses 180 degrees or is too large: the volume is left out")
        return None
    if ring != footprint.points:
        lost("a footprint is carried as a polygon that covers it from outside")
    pairs = [[point.lon_deg, point.lat_deg] for point in (*ring, ring[0])]
    return {"type": "Polygon", "coordinates": [pairs], "layer": layer}


def _layer(band: Band) -> Member | str:
    """The layer, in metres, or the height that it cannot carry."""
    layer: Member = {"uom": "m"}
    for name, height in (("lower", band.floor), ("upper", band.ceiling)):
        if height is None:
            continue
        if height.reference not in CODES:
            return print_height(height)
        layer |= _limit(name, height)
    if band.floor is None:
        layer |= {"lower": 0, "lowerReference": "AGL"}
    return layer


def _limit(name: str, height: Height) -> Member:
    return {name: height.value_m, f"{name}Reference": CODES[height.reference]}
