"""One Volume4D of ASTM F3548-21 to a volume.

The interface's text (astm-f3548-21-utm.yaml 1.0.0, InterUSS, Apache-2.0): edges are "the shortest paths between
connected vertices", so geodesics; radii run "along the WGS84 ellipsoid"; altitudes are W84, in metres.
"""

from __future__ import annotations

from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.geojson.properties import placed
from wellclear.formats.json_node import Node
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.limits import DMM_PER_M, MAX_BUFFER_DMM, MAX_FOOTPRINT_POINTS
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.volume import Volume

MIN_ALTITUDE_M: Final = -8_000
"""The interface's own lower bound of an altitude."""

MAX_ALTITUDE_M: Final = 100_000
"""The interface's own bounds of an altitude."""


def volume_of(node: Node, horizon: Span, name: str) -> tuple[Volume, list[str]]:
    """A volume, and remarks on what it left open.

    Raises:
        MalformedInput: not a Volume4D as the interface defines it.
    """
    remarks: list[str] = []
    shape = node.member("volume")
    footprint = _footprint(shape)
    floor, ceiling = (_altitude(shape, end, remarks) for end in ("altitude_lower", "altitude_upper"))
    start_ms = _time_ms(node, "time_start", horizon.start_ms, remarks)
    end_ms = _time_ms(node, "time_end", horizon.end_ms, remarks)
    if end_ms == start_ms + 1:
        _verify_begins_before(node)
    band = placed(lambda: Band(floor, ceiling), shape)
    span = placed(lambda: Span(start_ms, end_ms), node)
    return Volume(footprint, band, span, name), remarks


def _verify_begins_before(node: Node) -> None:
    """Hold only if a volume of a millisecond begins before it ends: times finer than that were rounded outwards."""
    times = [node.optional(end) for end in ("time_start", "time_end")]
    texts = [time.member("value").text() for time in times if time is not None]
    if len(texts) < len(times):
        return
    parts = (text.upper().rstrip("Z").partition(".") for text in texts)
    start, end = [(whole, fraction.rstrip("0")) for whole, _, fraction in parts]
    if start >= end:
        raise node.refused(
            "the end of the time does not lie after its start", "span-reversed", "an end after the start"
        )


def _footprint(shape: Node) -> Footprint:
    circle, polygon = shape.optional("outline_circle"), shape.optional("outline_polygon")
    if (circle is None) == (polygon is None):
        found = "no outline" if circle is None else "two outlines"
        raise shape.refused(found, "outline-count", "either outline_circle or outline_polygon")
    return _circle(circle) if circle else _polygon(shape.member("outline_polygon"))


def _circle(circle: Node) -> Footprint:
    radius = circle.member("radius")
    radius.member("units").choice({"M": None})
    value_m = radius.member("value").number()
    radius_dmm = round(value_m * DMM_PER_M)
    if not 0 < radius_dmm <= MAX_BUFFER_DMM:
        raise radius.member("value").refused(
            f"radius {value_m:g} m is out of range", "radius-range", "over 0, at most 1,000 km"
        )
    return Footprint.circle(_position(circle.member("center")), radius_dmm)


def _polygon(polygon: Node) -> Footprint:
    vertices = polygon.member("vertices")
    count = len(vertices.array())
    if not 3 <= count <= MAX_FOOTPRINT_POINTS:
        raise vertices.refused(
            f"{count:,} vertices", "vertices-count", f"at least three, at most {MAX_FOOTPRINT_POINTS:,}"
        )
    points = tuple(_position(vertex) for vertex in vertices.elements())
    if points[0] == points[-1]:
        raise vertices.refused("the last vertex repeats the first", "ring-closed", "an open ring: F3548 closes it")
    if len(set(points)) < count:
        raise vertices.refused("a vertex occurs twice", "vertex-twice", "each vertex once")
    return placed(lambda: Footprint.area(points), vertices)


def _position(vertex: Node) -> Position:
    lon_deg, lat_deg = vertex.member("lng").number(), vertex.member("lat").number()
    return placed(lambda: Position.from_degrees(lon_deg, lat_deg), vertex)


def _altitude(shape: Node, end: str, remarks: list[str]) -> Height | None:
    altitude = shape.optional(end)
    if altitude is None:
        remarks.append(f"{end} is not stated: read as {'surface' if end == 'altitude_lower' else 'unlimited'}")
        return None
    reference = altitude.member("reference").text()
    if reference != "W84":
        raise MalformedInput(
            f'the reference "{reference[:60]}" is not one of F3548-21',
            code="height-reference",
            at=f"{altitude.at}.reference",
            wanted="W84",
        )
    altitude.member("units").choice({"M": None})
    value_m = altitude.member("value").number()
    if not MIN_ALTITUDE_M <= value_m <= MAX_ALTITUDE_M:
        raise altitude.member("value").refused(
            f"altitude {value_m:g} m is out of range", "height-range", "from -8,000 to 100,000 m"
        )
    return Height.metres(value_m, Reference.ELLIPSOID)


def _time_ms(node: Node, end: str, open_ms: int, remarks: list[str]) -> int:
    time = node.optional(end)
    if time is None:
        remarks.append(f"{end} is not stated: bounded by the horizon")
        return open_ms
    time.member("format").choice({"RFC3339": None})
    return time.member("value").time_ms(finer="down" if end == "time_start" else "up")
