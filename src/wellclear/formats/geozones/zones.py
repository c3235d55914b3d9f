"""A zone as both formats have it, and what becomes of it: one operation with a volume a layer and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from wellclear.errors import MalformedInput
from wellclear.formats import json_text
from wellclear.formats.gathering import Gathering, Part
from wellclear.formats.geozones.periods import Applicability, refuse_many
from wellclear.formats.json_node import Node
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band
from wellclear.model.reading import Context, Note, Refusal
from wellclear.model.volume import Volume


@dataclass(frozen=True, slots=True)
class Layer:
    """A band and the footprints that it holds for."""

    band: Band
    footprints: tuple[Footprint, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone before its layers and times are multiplied.

    Attributes:
        node: the record.
        country: who declares it: the party.
        identifier: unique within the country.
        restriction: the category, as the source names it.
        layers: at least one.
        applicability: when.
        remarks: how it was read.
    """

    node: Node
    country: str
    identifier: str
    restriction: str
    layers: tuple[Layer, ...]
    applicability: Applicability
    remarks: tuple[str, ...] = ()


def take(raw: msgspec.Raw, at: str, gathering: Gathering, parse: Callable[[msgspec.Raw, str, Context], Zone]) -> None:
    """Read one record into the gathering: its volumes, its notes, or one refusal."""
    context = gathering.context
    try:
        zone = parse(raw, at, context)
        part = _part(zone)
    except MalformedInput as error:
        gathering.refuse(Refusal.of(error, source=context.source, subject=_subject(raw)))
        return
    for remark in dict.fromkeys((*zone.remarks, *zone.applicability.remarks)):
        gathering.note(Note(context.source, at, zone.identifier, remark))
    if part.volumes:
        gathering.add(part)
    else:
        gathering.note(Note(context.source, at, zone.identifier, "does not apply within the horizon: no volume"))


def _part(zone: Zone) -> Part:
    shapes = [(footprint, layer.band) for layer in zone.layers for footprint in layer.footprints]
    if not shapes:
        raise zone.node.refused("the zone has no geometry", "geometry-missing", "at least one layer")
    spans = zone.applicability.spans
    refuse_many(len(spans), len(shapes), zone.node)
    volumes = tuple(Volume(footprint, band, span) for footprint, band in shapes for span in spans)
    return Part(zone.country, zone.identifier, zone.restriction, 0, "", volumes, zone.node.at)


def _subject(raw: msgspec.Raw) -> str:
    found = json_text.outline(bytes(raw))
    members = (
        json_text.outline(bytes(found["properties"])) if isinstance(found, dict) and "properties" in found else found
    )
    if not isinstance(members, dict) or "identifier" not in members:
        return ""
    try:
        return str(json_text.decode(members["identifier"]))[:60]
    except MalformedInput:
        return ""
