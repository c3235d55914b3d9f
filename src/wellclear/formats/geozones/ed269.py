"""EUROCAE ED-269 geographical zones (read only): a zone becomes an operation, a layer at a time a volume."""

from __future__ import annotations

from typing import Final

import msgspec

from wellclear.errors import MalformedInput
from wellclear.formats import json_text
from wellclear.formats.gathering import Gathering
from wellclear.formats.geojson.properties import metres_dmm
from wellclear.formats.geojson.shapes import Shaping, footprints, position_of
from wellclear.formats.geozones.layers import ED269_NAMES, band_of
from wellclear.formats.geozones.periods import Applicability, applicability_of, permanent
from wellclear.formats.geozones.zones import Layer, Zone, take
from wellclear.formats.json_node import Node
from wellclear.geo.footprint import Footprint
from wellclear.model.reading import Context, Reading

NAME: Final = "ed269"
TITLE: Final = "EUROCAE ED-269 UAS geographical zones"

LISTS: Final = ("UASZoneList", "UASZoneVersion", "features")
ENDS: Final = ("startDateTime", "endDateTime")
YES_NO: Final = dict.fromkeys(("YES", "NO"))


def recognises(content: bytes) -> bool:
    """Whether the text lists zones whose geometry is an array of horizontal projections."""
    top = json_text.outline(content)
    if not isinstance(top, dict):
        return False
    if "UASZoneList" in top or "UASZoneVersion" in top:
        return True
    zones = json_text.outline(bytes(top["features"])) if "features" in top else None
    first = json_text.outline(bytes(zones[0])) if isinstance(zones, list) and zones else None
    return isinstance(first, dict) and "geometry" in first and bytes(first["geometry"]).startswith(b"[")


def read(content: bytes, context: Context) -> Reading:
    """Read every zone.

    Raises:
        MalformedInput: not strict JSON, or no list of zones.
    """
    json_text.check(content)
    top = json_text.members(content)
    name = next((name for name in LISTS if name in top), None)
    if name is None:
        raise MalformedInput("no list of zones", code="ed269-shape", at="$", wanted='"UASZoneList"')
    gathering = Gathering(NAME, context)
    for index, raw in enumerate(json_text.elements(top[name], f"$.{name}")):
        take(raw, f"$.{name}[{index}]", gathering, _zone)
    return gathering.reading()


def _zone(raw: msgspec.Raw, at: str, context: Context) -> Zone:
    zone = Node(json_text.decode(raw, at), at)
    remarks: list[str] = []
    layers = tuple(_layer(layer, remarks) for layer in zone.member("geometry").elements())
    applicability = _applicability(zone, context, remarks)
    return Zone(
        node=zone,
        country=zone.member("country").text(),
        identifier=zone.member("identifier").text(),
        restriction=zone.member("restriction").text(),
        layers=layers,
        applicability=applicability,
        remarks=tuple(remarks),
    )


def _layer(layer: Node, remarks: list[str]) -> Layer:
    band = band_of(layer, ED269_NAMES)
    projection = layer.member("horizontalProjection")
    if projection.member("type").text() != "Circle":
        return Layer(band, tuple(footprints(projection, Shaping(None, is_planar=True))))
    radius = projection.member("radius")
    unit = layer.optional("uomDimensions")
    if unit and unit.text().upper() != "M":
        remarks.append("the radius is read in metres, the widest it can mean")
    centre = position_of(projection.member("center"))
    return Layer(band, (Footprint.circle(centre, metres_dmm(radius)),))


def _applicability(zone: Node, context: Context, remarks: list[str]) -> Applicability:
    periods = zone.optional("applicability")
    given = [_without_ends_if_permanent(period, remarks) for period in periods.elements()] if periods else []
    if not given:
        return permanent(context.horizon)
    schedule_name = "dailyPeriod" if any(period.optional("dailyPeriod") for period in given) else "schedule"
    return applicability_of(given, context.horizon, schedule_name)


def _without_ends_if_permanent(period: Node, remarks: list[str]) -> Node:
    """A permanent period with a start or end is read as permanent, the widest that it can mean."""
    flag = period.optional("permanent")
    if flag is None or flag.choice(YES_NO) == "NO":
        return period
    if any(period.optional(name) for name in ENDS):
        remarks.append("permanent, and yet with a start or end: read as permanent")
    kept = {name: value for name, value in period.members().items() if name not in ENDS}
    return Node(kept, period.at)
