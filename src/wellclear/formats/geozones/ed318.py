"""EUROCAE ED-318 geographical zones: GeoJSON with layers, circles and times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from wellclear.errors import MalformedInput
from wellclear.formats import json_text
from wellclear.formats.gathering import Gathering
from wellclear.formats.geojson.properties import metres_dmm
from wellclear.formats.geojson.shapes import Shaping, footprints
from wellclear.formats.geozones.ed318_writing import EXTENSION, write
from wellclear.formats.geozones.layers import ED318_NAMES, band_of
from wellclear.formats.geozones.periods import Applicability, applicability_of, permanent
from wellclear.formats.geozones.zones import Layer, Zone, take
from wellclear.formats.json_node import Node
from wellclear.geo.height import Band
from wellclear.model.reading import Context, Reading

NAME: Final = "ed318"
TITLE: Final = "EUROCAE ED-318 UAS geographical zones"

__all__ = ["NAME", "TITLE", "read", "recognises", "write"]


def recognises(content: bytes) -> bool:
    """Whether the text is a feature collection whose first feature has a zone's properties."""
    top = json_text.outline(content)
    if not isinstance(top, dict) or "features" not in top:
        return False
    features = json_text.outline(bytes(top["features"]))
    first = json_text.outline(bytes(features[0])) if isinstance(features, list) and features else None
    properties = (
        json_text.outline(bytes(first["properties"])) if isinstance(first, dict) and "properties" in first else None
    )
    return isinstance(properties, dict) and {"identifier", "country", "variant"} <= properties.keys()


def read(content: bytes, context: Context) -> Reading:
    """Read every zone.

    Raises:
        MalformedInput: not strict JSON, or no feature collection.
    """
    json_text.check(content)
    top = json_text.members(content)
    if "features" not in top:
        raise MalformedInput("no list of zones", code="ed318-shape", at="$", wanted='"features"')
    gathering = Gathering(NAME, context)
    for index, raw in enumerate(json_text.elements(top["features"], "$.features")):
        take(raw, f"$.features[{index}]", gathering, _zone)
    return gathering.reading()


def _zone(raw: msgspec.Raw, at: str, context: Context) -> Zone:
    feature = Node(json_text.decode(raw, at), at)
    properties = feature.member("properties")
    remarks: list[str] = []
    layers = tuple(_layers(feature.member("geometry"), None, remarks))
    country, identifier = _identity(properties)
    return Zone(
        node=feature,
        country=country,
        identifier=identifier,
        restriction=properties.member("type").text(),
        layers=layers,
        applicability=_applicability(properties, context),
        remarks=tuple(remarks),
    )


def _identity(properties: Node) -> tuple[str, str]:
    """Country and identifier; the names that wellclear itself wrote beside them, where they were too long for them."""
    country, identifier = properties.member("country").text(), properties.member("identifier").text()
    extended = properties.optional("extendedProperties")
    own = extended.optional(EXTENSION) if extended else None
    if own is not None:
        return own.member("party").text(), own.member("operation").text()
    return country, identifier


def _layers(geometry: Node, outer: Node | None, remarks: list[str]) -> Iterator[Layer]:
    layer = geometry.optional("layer") or outer
    if geometry.member("type").text() == "GeometryCollection":
        for inner in geometry.member("geometries").elements():
            if inner.member("type").text() == "GeometryCollection":
                raise inner.refused("a collection within a collection", "geometry-type", "one level of collections")
            yield from _layers(inner, layer, remarks)
        return
    if layer is None:
        remarks.append("no layer is stated: read from the surface to unlimited")
    band = band_of(layer, ED318_NAMES) if layer else Band(None, None)
    extent = geometry.optional("extent")
    radius_dmm = None
    if extent is not None:
        extent.member("subType").choice({"Circle": None})
        radius_dmm = metres_dmm(extent.member("radius"))
        if geometry.member("type").text() != "Point":
            raise extent.refused("an extent around something else than a point", "extent-type", "a Point")
    yield Layer(band, tuple(footprints(geometry, Shaping(radius_dmm, is_planar=True))))


def _applicability(properties: Node, context: Context) -> Applicability:
    periods = properties.optional("limitedApplicability")
    given = list(periods.elements()) if periods else []
    return applicability_of(given, context.horizon, "schedule") if given else permanent(context.horizon)
