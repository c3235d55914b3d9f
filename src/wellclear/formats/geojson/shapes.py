"""GeoJSON geometries to footprints.

RFC 7946 section 3.1.1 makes an edge the straight line in longitude and latitude; the model's is the geodesic. A planar
ring is covered from outside, a planar line approximated and its buffer widened by what remains; both stay within 0.5 m.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.json_node import Node
from wellclear.geo.footprint import Footprint
from wellclear.geo.limits import MAX_FOOTPRINT_POINTS
from wellclear.geo.outward import straight_line, straight_ring
from wellclear.geo.position import Position

MAX_PARTS: Final = 1_000
"""Parts of one geometry: each becomes a volume."""

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shaping:
    """How a geometry is to be taken.

    Attributes:
        buffer_dmm: radius around it in 0.1 mm; None where none was given.
        is_planar: whether its edges are straight in longitude and latitude; else they are geodesics.
    """

    buffer_dmm: int | None
    is_planar: bool


def footprints(geometry: Node, shaping: Shaping) -> list[Footprint]:
    """Every part of a geometry as a footprint of its own.

    Raises:
        MalformedInput: not a geometry, a bad position, a ring that is open, has a hole or crosses itself, a point or
            line without a buffer, or too many parts.
    """
    parts: list[Footprint] = []
    for kind, coordinates in _parts(geometry):
        if len(parts) == MAX_PARTS:
            raise geometry.refused(f"more than {MAX_PARTS:,} parts in one geometry", "too-many-parts")
        parts.append(_placed(_SHAPES[kind], coordinates, shaping))
    if not parts:
        raise geometry.refused("the geometry is empty", "geometry-empty", "at least one part")
    return parts


def has_third_value(geometry: Node) -> bool:
    """Whether any position of a geometry carries a height, which GeoJSON gives no reference."""
    return any(_is_deep(coordinates.value) for _, coordinates in _parts(geometry))


def position_of(node: Node) -> Position:
    """One position.

    Raises:
        MalformedInput: not two or three numbers, or out of range.
    """
    lon_deg, lat_deg = pair_of(node)
    try:
        return Position.from_degrees(lon_deg, lat_deg)
    except MalformedInput as error:
        raise error.placed(node.at) from None


def pair_of(node: Node) -> Pair:
    """One position in degrees, longitude first; a third value is left to the caller.

    Raises:
        MalformedInput: not two or three numbers.
    """
    value = node.value
    if isinstance(value, list) and 2 <= len(value) <= 3 and all(type(n) in (int, float) for n in value):
        return float_or_refused(node, value[0]), float_or_refused(node, value[1])
    raise node.refused("not a position", "position-type", "[longitude, latitude] as two numbers")


def float_or_refused(node: Node, number: float) -> float:
    """A number as a double; JSON allows integers that none can hold.

    Raises:
        MalformedInput: beyond any position.
    """
    if abs(number) > 1e6:
        raise node.refused("the position is out of range", "position-range", "longitude, latitude in degrees")
    return float(number)


def ring_pairs(rings: Node) -> list[Pair]:
    """The outer ring of a polygon without its closing point.

    Raises:
        MalformedInput: no ring, more than one (holes are not read), too short, or not closed.
    """
    given = list(rings.elements())
    if len(given) > 1:
        raise given[1].refused(
            f"the polygon has {len(given) - 1} hole{'s' if len(given) > 2 else ''}",
            "ring-with-hole",
            "an area without holes, or several areas around the hole",
        )
    if not given:
        raise rings.refused("the polygon has no ring", "ring-short", "one ring of at least four positions")
    pairs = line_pairs(given[0])
    if len(pairs) < 4:
        raise given[0].refused("the ring is too short", "ring-short", "at least four positions, the last as the first")
    if pairs[0] != pairs[-1]:
        raise given[0].refused("the ring is not closed", "ring-open", "a last position equal to the first")
    return pairs[:-1]


def line_pairs(line: Node) -> list[Pair]:
    """The positions of a line or ring in degrees.

    Raises:
        MalformedInput: not an array of positions, or too many.
    """
    count = len(line.array())
    if count > MAX_FOOTPRINT_POINTS:
        raise line.refused(f"{count:,} points in one footprint", "too-many-points", f"at most {MAX_FOOTPRINT_POINTS:,}")
    return [pair_of(node) for node in line.elements()]


def _parts(geometry: Node, *, nested: bool = False) -> Iterator[tuple[str, Node]]:
    kind = geometry.member("type").text()
    if kind == "GeometryCollection" and not nested:
        for inner in geometry.member("geometries").elements():
            yield from _parts(inner, nested=True)
    elif kind in _SHAPES:
        yield kind, geometry.member("coordinates")
    elif kind.removeprefix("Multi") in _SHAPES:
        for coordinates in geometry.member("coordinates").elements():
            yield kind.removeprefix("Multi"), coordinates
    else:
        wrong = "a collection within a collection" if nested else f'"{kind[:60]}" is not a geometry'
        raise geometry.refused(wrong, "geometry-type", "Point, LineString, Polygon, their Multi, GeometryCollection")


def _placed(shape: Callable[[Node, Shaping], Footprint], coordinates: Node, shaping: Shaping) -> Footprint:
    try:
        return shape(coordinates, shaping)
    except MalformedInput as error:
        raise (error if error.at.startswith("$") else error.placed(coordinates.at)) from None


def _point(coordinates: Node, shaping: Shaping) -> Footprint:
    return Footprint.circle(position_of(coordinates), _buffer_needed(coordinates, shaping, "point"))


def _line(coordinates: Node, shaping: Shaping) -> Footprint:
    buffer_dmm = _buffer_needed(coordinates, shaping, "line")
    pairs = line_pairs(coordinates)
    if not shaping.is_planar:
        return Footprint.corridor(_geodesic(pairs, coordinates), buffer_dmm)
    line, extra_dmm = straight_line(pairs)
    return Footprint.corridor(line, buffer_dmm + extra_dmm)


def _area(coordinates: Node, shaping: Shaping) -> Footprint:
    pairs = ring_pairs(coordinates)
    try:
        ring = straight_ring(pairs) if shaping.is_planar else _geodesic(pairs, coordinates)
        return Footprint.area(ring, shaping.buffer_dmm or 0)
    except MalformedInput as error:
        at = f"{coordinates.at}[0]"
        raise (error if error.at.startswith("$") else error.placed(at)) from None


def _buffer_needed(coordinates: Node, shaping: Shaping, what: str) -> int:
    if shaping.buffer_dmm is None:
        raise coordinates.refused(
            f"the {what} has no radius", "buffer-missing", 'a property such as "buffer_m": 500; 0 for the bare shape'
        )
    return shaping.buffer_dmm


def _geodesic(pairs: list[Pair], line: Node) -> tuple[Position, ...]:
    points: list[Position] = []
    for index, (lon_deg, lat_deg) in enumerate(pairs):
        try:
            points.append(Position.from_degrees(lon_deg, lat_deg))
        except MalformedInput as error:
            raise error.placed(f"{line.at}[{index}]") from None
    return tuple(points)


def _is_deep(value: object) -> bool:
    if not isinstance(value, list):
        return False
    if value and not isinstance(value[0], list):
        return len(value) > 2
    return any(_is_deep(inner) for inner in value)


_SHAPES: Final[Mapping[str, Callable[[Node, Shaping], Footprint]]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _area,
}
