"""The sets that state a shape, and what each means.

A shape is *confirmed* where an unrestricted public source states its fields and its meaning, else *inferred*: then it
takes the widest reading that its words allow, and a remark says so. Sources:

* E: Esri, air-c2-cop-python, tools/scripts/airspacemanagement: comments of reader.py, code of parser.py (Apache 2.0).
* J: MIP, JC3IEDM, definitions of CORRIDOR-AREA, ORBIT-AREA, POLYARC-AREA and TRACK-AREA, as published in
  C4Net.JC3IEDM.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.aco.arcs import read_polyarc, read_radarc
from wellclear.formats.aco.fields import (
    Field,
    contents,
    distance_dmm,
    looks_like_position,
    position,
    positions,
)
from wellclear.formats.aco.offset import beside
from wellclear.formats.aco.sets import Record
from wellclear.geo.footprint import Footprint

Shaped = tuple[Footprint, tuple[str, ...]]
"""A footprint, and remarks on how it was read."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How one set is read.

    Attributes:
        read: from its fields with content.
        confirmed: whether its fields and meaning are stated by a public source.
        source: that source.
        wanted: its grammar, for errors.
    """

    read: Callable[[tuple[Field, ...]], Shaped]
    confirmed: bool
    source: str
    wanted: str


def read_shape(record: Record) -> Shaped:
    """Read a set that states a shape.

    Raises:
        MalformedInput: a set of another kind, a field that is wrong, or a shape that cannot be.
    """
    shape = SHAPES[record.identifier]
    fields, remarks = contents(record)
    try:
        footprint, more = shape.read(fields)
    except MalformedInput as error:
        wanted = error.wanted or shape.wanted
        at = error.at or record.at
        raise MalformedInput(error.message, code=error.code, at=at, wanted=wanted) from None
    return footprint, remarks + more


def _need(fields: tuple[Field, ...], least: int, most: int | None = None) -> None:
    if len(fields) < least or (most is not None and len(fields) > most):
        raise MalformedInput(f"{len(fields)} fields with content", code="shape-fields")


def _polygon(fields: tuple[Field, ...]) -> Shaped:
    _need(fields, 3)
    return Footprint.area(positions(fields)), ()


def _circle(fields: tuple[Field, ...]) -> Shaped:
    _need(fields, 2, 2)
    centre, radius_dmm = position(fields[0]), distance_dmm(fields[1])
    if radius_dmm == 0:
        raise MalformedInput("a circle of radius 0", code="radius-zero", at=fields[1].at)
    return Footprint.circle(centre, radius_dmm), ()


def _point(fields: tuple[Field, ...]) -> Shaped:
    _need(fields, 1, 1)
    return Footprint.circle(position(fields[0]), 0), ()


def _corridor(fields: tuple[Field, ...]) -> Shaped:
    _need(fields, 3)
    width_dmm = _width_dmm(fields[0])
    return Footprint.corridor(positions(fields[1:]), -(-width_dmm // 2)), ()


def _line(fields: tuple[Field, ...]) -> Shaped:
    _need(fields, 2)
    if looks_like_position(fields[0]):
        return Footprint.corridor(positions(fields), 0), ()
    _need(fields, 3)
    width_dmm = _width_dmm(fields[0])
    remark = (
        f"inferred: GEOLINE has no width in its grammar; {fields[0].text} may be the whole width or the half of it, "
        "and was read as the half"
    )
    return Footprint.corridor(positions(fields[1:]), width_dmm), (remark,)


def _orbit(fields: tuple[Field, ...]) -> Shaped:
    _need(fields, 3, 4)
    first, second = position(fields[0]), position(fields[1])
    width_dmm = _width_dmm(fields[2])
    if len(fields) == 3:
        remark = "inferred: AORBIT states no alignment; it may lie on either side of its points, and was read as both"
        return Footprint.corridor((first, second), width_dmm), (remark,)
    side = fields[3].text.upper()
    if side not in ("L", "C", "R"):
        raise MalformedInput(f"{fields[3].shown} is not an alignment", code="orbit-alignment", at=fields[3].at)
    if side == "C":
        return Footprint.corridor((first, second), -(-width_dmm // 2)), ()
    return beside(first, second, width_dmm, right=side == "R"), ()


def _track(fields: tuple[Field, ...]) -> Shaped:
    points = tuple(field for field in fields if looks_like_position(field))
    widths_dmm = [_width_dmm(field) for field in fields if not looks_like_position(field)]
    if len(points) < 2 or not 1 <= len(widths_dmm) <= 2:
        raise MalformedInput(
            f"{len(points)} positions and {len(widths_dmm)} widths do not make a track", code="track-fields"
        )
    remark = (
        "inferred: no public source gives the order of the fields of 1TRACK; its larger width was read as lying on "
        "both sides of its line, and beyond its ends"
    )
    return Footprint.corridor(positions(points), max(widths_dmm)), (remark,)


def _width_dmm(field: Field) -> int:
    width_dmm = distance_dmm(field)
    if width_dmm == 0:
        raise MalformedInput("a width of 0", code="width-zero", at=field.at)
    return width_dmm


SHAPES: Final = {
    "POLYGON": Shape(_polygon, confirmed=True, source="E", wanted="POLYGON/point/point/point...//"),
    "CIRCLE": Shape(_circle, confirmed=True, source="E", wanted="CIRCLE/centre/radius//"),
    "CORRIDOR": Shape(_corridor, confirmed=True, source="E", wanted="CORRIDOR/width/point/point...//"),
    "GEOLINE": Shape(_line, confirmed=True, source="E; with a width: inferred", wanted="GEOLINE/point/point...//"),
    "APOINT": Shape(_point, confirmed=True, source="E", wanted="APOINT/point//"),
    "AORBIT": Shape(_orbit, confirmed=True, source="E, J", wanted="AORBIT/point/point/width/L, C or R//"),
    "RADARC": Shape(
        read_radarc,
        confirmed=True,
        source="E, J",
        wanted="RADARC/origin/170T/050T/inner radius/outer radius//, clockwise from the first bearing to the second",
    ),
    "POLYARC": Shape(
        read_polyarc,
        confirmed=False,
        source="J; order of fields from no source",
        wanted="an origin, two true bearings, one radius, then the points of the line",
    ),
    "1TRACK": Shape(
        _track, confirmed=False, source="J; order of fields from no source", wanted="two points and one or two widths"
    ),
}
"""By identifier of the set."""
