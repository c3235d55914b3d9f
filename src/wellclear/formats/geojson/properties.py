"""The profile's properties: heights, buffers and names as the model has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from wellclear.errors import MalformedInput
from wellclear.formats.json_node import Node
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.height_text import End, parse_height
from wellclear.geo.limits import DMM_PER_M, MAX_BUFFER_DMM
from wellclear.geo.quantity import parse_distance_dmm
from wellclear.geo.span import Span

T = TypeVar("T")

RADII: Final = ("buffer", "radius", "buffer_m", "radius_m")

KNOWN: Final = frozenset(
    ("party", "operation", "name", "category", "priority", "floor", "ceiling", "start", "end", "edges", *RADII)
)
"""Properties that are read; all others are named in a note."""

HEIGHT_WANTED: Final = '{"value": 3000, "unit": "ft", "reference": "amsl"}, "FL120", "SFC" or "UNL"'
DISTANCE_WANTED: Final = '{"value": 5, "unit": "NM"} or "5 NM"'

_REFERENCES: Final = {reference.value: reference for reference in Reference}
_HEIGHT_UNITS: Final[Mapping[str, Callable[[float, Reference], Height]]] = {"ft": Height.feet, "m": Height.metres}


def band_of(properties: Node) -> Band:
    """Floor and ceiling; both must be stated, if only as SFC and UNL."""
    floor = height_of(properties.member("floor"), "floor")
    ceiling = height_of(properties.member("ceiling"), "ceiling")
    return placed(lambda: Band(floor, ceiling), properties)


def span_of(properties: Node) -> Span:
    """Start and end; a part of a millisecond widens the span."""
    start_ms = properties.member("start").time_ms(finer="down")
    end_ms = properties.member("end").time_ms(finer="up")
    return placed(lambda: Span(start_ms, end_ms), properties)


def height_of(node: Node, end: End) -> Height | None:
    """One height, as an object or as a text.

    Raises:
        MalformedInput: without unit or reference, or out of range.
    """
    if isinstance(node.value, str):
        text = node.text()
        return placed(lambda: parse_height(text, end=end), node)
    if not isinstance(node.value, dict):
        raise node.refused("a height without unit and reference", "height-reference", HEIGHT_WANTED)
    if node.optional("reference") is None:
        raise node.refused("the height has no reference", "height-reference", ", ".join(_REFERENCES))
    reference = _REFERENCES[node.member("reference").choice(_REFERENCES)]
    value, unit = node.member("value").number(), node.member("unit").text()
    if unit.lower() == "fl" and reference is Reference.FLIGHT_LEVEL:
        level = node.member("value").integer()
        return placed(lambda: Height.flight_level(level), node)
    if unit.lower() not in _HEIGHT_UNITS:
        raise node.member("unit").refused(f'"{unit[:60]}" is not a unit of height', "height-unit", "ft or m")
    return placed(lambda: _HEIGHT_UNITS[unit.lower()](value, reference), node)


def buffer_of(properties: Node) -> int | None:
    """The radius around the core in 0.1 mm, or None where none is stated.

    Raises:
        MalformedInput: stated twice, without a unit, or out of range.
    """
    given = [node for name in RADII if (node := properties.optional(name))]
    if len(given) > 1:
        raise given[1].refused(
            "the radius is stated twice", "buffer-twice", "one of buffer, radius, buffer_m, radius_m"
        )
    if not given:
        return None
    if given[0].at.endswith("_m"):
        return metres_dmm(given[0])
    return _distance_dmm(given[0])


def metres_dmm(node: Node) -> int:
    """A radius in metres, as 0.1 mm.

    Raises:
        MalformedInput: not a number, negative, or over 1,000 km.
    """
    radius_dmm = round(node.number() * DMM_PER_M)
    if not 0 <= radius_dmm <= MAX_BUFFER_DMM:
        raise node.refused("the radius is out of range", "radius-range", "from 0 to 1,000 km")
    return radius_dmm


def placed(make: Callable[[], T], node: Node) -> T:
    """What a function makes; an error without a path gets the node's.

    Raises:
        MalformedInput: the function's, placed.
    """
    try:
        return make()
    except MalformedInput as error:
        raise (error if error.at.startswith("$") else error.placed(node.at)) from None


def _distance_dmm(node: Node) -> int:
    if isinstance(node.value, str):
        text = node.text()
        return placed(lambda: parse_distance_dmm(text), node)
    if not isinstance(node.value, dict):
        raise node.refused("a radius without a unit", "quantity-unit", DISTANCE_WANTED)
    value, unit = node.member("value").number(), node.member("unit").text()
    return placed(lambda: parse_distance_dmm(f"{value:.6f} {unit}"), node)
