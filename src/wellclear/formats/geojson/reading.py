"""GeoJSON features to operations, one volume or more each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from wellclear.errors import MalformedInput
from wellclear.formats import json_text
from wellclear.formats.gathering import Gathering, Part
from wellclear.formats.geojson.properties import KNOWN, band_of, buffer_of, span_of
from wellclear.formats.geojson.shapes import Shaping, footprints, has_third_value
from wellclear.formats.json_node import Node
from wellclear.model.reading import Context, Note, Reading, Refusal
from wellclear.model.volume import Volume

GEOMETRIES: Final = frozenset(
    ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")
)
EDGES: Final = {"planar": True, "geodesic": False}
WGS84_NAMES: Final = frozenset(
    ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326")
)


def recognises(content: bytes) -> bool:
    """Whether the text is an object that calls itself a feature collection, a feature or a geometry."""
    top = json_text.outline(content)
    if not isinstance(top, dict) or "type" not in top:
        return False
    try:
        kind = msgspec.json.decode(top["type"])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return isinstance(kind, str) and (kind in ("FeatureCollection", "Feature") or kind in GEOMETRIES)


def read(content: bytes, context: Context) -> Reading:
    """Read every feature; features with one party and operation are volumes of one operation.

    Raises:
        MalformedInput: not strict JSON, not GeoJSON, or another datum.
    """
    json_text.check(content)
    top = json_text.members(content)
    _refuse_other_datum(top)
    gathering = Gathering("geojson", context)
    unread: set[str] = set()
    for index, (raw, at) in enumerate(_features(top, content)):
        _take(raw, at, index, gathering, unread)
    if unread:
        named = ", ".join(sorted(unread)[:20])
        gathering.note(Note(context.source, "$", "", f"properties that were not read: {named}"))
    return gathering.reading()


def _features(top: dict[str, msgspec.Raw], content: bytes) -> Iterable[tuple[msgspec.Raw | bytes, str]]:
    kind = Node(json_text.decode(top["type"], "$.type") if "type" in top else None, "$.type").value
    if kind == "Feature":
        return [(content, "$")]
    if kind == "FeatureCollection" and "features" in top:
        raws = json_text.elements(top["features"], "$.features")
        return ((raw, f"$.features[{index}]") for index, raw in enumerate(raws))
    if isinstance(kind, str) and kind in GEOMETRIES:
        raise MalformedInput(
            "a bare geometry has no heights and times", code="geojson-bare-geometry", at="$", wanted="a Feature"
        )
    raise MalformedInput(
        "not a GeoJSON feature collection", code="geojson-shape", at="$", wanted='"type" and "features"'
    )


def _refuse_other_datum(top: dict[str, msgspec.Raw]) -> None:
    if "crs" in top:
        _refuse_crs(Node(json_text.decode(top["crs"], "$.crs"), "$.crs"))


def _refuse_crs(crs: Node | None) -> None:
    if crs is None or crs.value is None:
        return
    name = crs.member("properties").member("name").text()
    if name not in WGS84_NAMES:
        raise crs.refused(f'the datum "{name[:60]}" is not read', "datum", "WGS 84, longitude first (RFC 7946)")


def _take(raw: msgspec.Raw | bytes, at: str, index: int, gathering: Gathering, unread: set[str]) -> None:
    context = gathering.context
    subject = ""
    try:
        feature = Node(json_text.decode(raw, at), at)
        subject = _subject(feature)
        if feature.member("type").text() != "Feature":
            raise feature.member("type").refused("not a feature", "geojson-shape", "Feature")
        for holder in (feature, feature.optional("geometry")):
            _refuse_crs(holder.optional("crs") if holder else None)
        part = _part(feature, index, context)
        unread |= feature.member("properties").members().keys() - KNOWN
        gathering.add(part)
        if has_third_value(feature.member("geometry")):
            message = "the third value of its positions was not used: heights are in floor and ceiling"
            gathering.note(Note(context.source, f"{at}.geometry", subject, message))
    except MalformedInput as error:
        gathering.refuse(Refusal.of(error, source=context.source, subject=subject))


def _part(feature: Node, index: int, context: Context) -> Part:
    properties = feature.member("properties")
    edges = properties.optional("edges")
    shaping = Shaping(buffer_of(properties), EDGES[edges.choice(EDGES)] if edges else True)
    band, span = band_of(properties), span_of(properties)
    if feature.optional("geometry") is None:
        raise MalformedInput(
            "the feature has no geometry: a name alone bounds nothing",
            code="geometry-missing",
            at=f"{feature.at}.geometry",
            wanted="a geometry",
        )
    shapes = footprints(feature.member("geometry"), shaping)
    party, category, priority = (properties.optional(name) for name in ("party", "category", "priority"))
    name = properties.optional("name")
    return Part(
        party=party.text() if party else context.party,
        identifier=_identifier(feature, properties, index),
        category=category.text() if category else "",
        priority=priority.integer() if priority else 0,
        name=name.text() if name else "",
        volumes=tuple(Volume(shape, band, span) for shape in shapes),
        at=feature.at,
    )


def _identifier(feature: Node, properties: Node, index: int) -> str:
    for node in (properties.optional("operation"), feature.optional("id")):
        if node is not None:
            return str(node.integer()) if isinstance(node.value, int) else node.text()
    return f"feature {index + 1}"


def _subject(feature: Node) -> str:
    properties = feature.members().get("properties")
    if not isinstance(properties, dict):
        return ""
    known = [properties.get(name) for name in ("operation", "name", "party")]
    named = [value for value in known if isinstance(value, str) and value.strip()]
    return named[0][:60] if named else ""
