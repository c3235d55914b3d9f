"""Between which heights a zone applies.

``AMSL`` in geozones is height above the geoid. Zero above ground is the surface, which compares in every reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from wellclear.formats.geojson.properties import placed
from wellclear.formats.json_node import Node
from wellclear.geo.height import Band, Height, Reference

REFERENCES: Final[Mapping[str, Reference]] = {
    "AGL": Reference.AGL,
    "AMSL": Reference.AMSL,
    "WGS84": Reference.ELLIPSOID,
}
UNITS: Final[Mapping[str, Callable[[float, Reference], Height]]] = {"M": Height.metres, "FT": Height.feet}


@dataclass(frozen=True, slots=True)
class LimitNames:
    """How a format names the members of a layer, and whether it writes numbers as text."""

    lower: str
    lower_reference: str
    upper: str
    upper_reference: str
    unit: str
    allows_text: bool


ED269_NAMES: Final = LimitNames(
    "lowerLimit", "lowerVerticalReference", "upperLimit", "upperVerticalReference", "uomDimensions", allows_text=True
)
ED318_NAMES: Final = LimitNames("lower", "lowerReference", "upper", "upperReference", "uom", allows_text=False)


def band_of(layer: Node, names: LimitNames) -> Band:
    """The band of a layer; a limit that is absent is open.

    Raises:
        MalformedInput: a limit without a reference, an unknown reference or unit, or an upper limit below the lower.
    """
    unit = layer.optional(names.unit)
    make = UNITS["M"]
    if unit is not None:
        text = unit.text().upper()
        if text not in UNITS:
            raise unit.refused(f'"{unit.text()[:60]}" is not a unit of height', "height-unit", "M or FT")
        make = UNITS[text]
    floor = _limit(layer, names.lower, names.lower_reference, make, names)
    ceiling = _limit(layer, names.upper, names.upper_reference, make, names)
    if floor == Height(0, Reference.AGL):
        floor = None
    return placed(lambda: Band(floor, ceiling), layer)


def _limit(
    layer: Node, name: str, reference_name: str, make: Callable[[float, Reference], Height], names: LimitNames
) -> Height | None:
    limit = layer.optional(name)
    if limit is None:
        return None
    if layer.optional(reference_name) is None:
        raise limit.refused("the height has no reference", "height-reference", f'"{reference_name}"')
    reference = REFERENCES[layer.member(reference_name).choice(REFERENCES)]
    value = _number_in_text(limit) if names.allows_text and isinstance(limit.value, str) else limit.number()
    return placed(lambda: make(value, reference), limit)


def _number_in_text(node: Node) -> float:
    """ED-269 writes limits as text (``"120"``); nothing but a plain decimal number is taken."""
    text = node.text().strip()
    digits = text.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15 or text.endswith(".") or text.startswith("."):
        raise node.refused(f"not a number: {text[:40]!r}", "number-text", 'such as "120"')
    return float(text)
