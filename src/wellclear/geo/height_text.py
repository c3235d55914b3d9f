"""Heights as people write them: value, unit and reference. A height without a reference is refused."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final, Literal

from wellclear.errors import MalformedInput
from wellclear.geo.height import Height, Reference
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M

End = Literal["floor", "ceiling"]
"""Which end of a band a height is."""

MAX_HEIGHT_CHARACTERS: Final = 40
"""More than any height needs."""

SURFACE: Final = frozenset({"SFC", "SURFACE", "GND", "GROUND", "GL"})
UNLIMITED: Final = frozenset({"UNL", "UNLTD", "UNLIM", "UNLIMITED"})

_REFERENCES: Final = {
    "AMSL": Reference.AMSL,
    "MSL": Reference.AMSL,
    "AMSL_BARO": Reference.AMSL_BARO,
    "QNH": Reference.AMSL_BARO,
    "AGL": Reference.AGL,
    "ASFC": Reference.AGL,
    "GND": Reference.AGL,
    "GL": Reference.AGL,
    "SFC": Reference.AGL,
    "ELLIPSOID": Reference.ELLIPSOID,
    "HAE": Reference.ELLIPSOID,
    "WGS84": Reference.ELLIPSOID,
    "STD": Reference.FLIGHT_LEVEL,
}
_PRINTED: Final = {
    Reference.AMSL: "AMSL",
    Reference.AMSL_BARO: "QNH",
    Reference.AGL: "AGL",
    Reference.ELLIPSOID: "ellipsoid",
    Reference.FLIGHT_LEVEL: "STD",
}
_LEVEL: Final = re.compile(r"FL\s?([0-9]{1,3})")
_HEIGHT: Final = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*(FT|M)?\s*([A-Z_]+[0-9]*)?")
_WANTED: Final = "such as FL120, 3000 ft AMSL, 3000 ft QNH, 500 ft AGL, 120 m ellipsoid, SFC or UNL"


def parse_height(text: str, *, end: End | None = None) -> Height | None:
    """Read one height; ``None`` is an open end (SFC and its synonyms below, UNL and its synonyms above).

    ``AMSL`` and ``MSL`` are true heights above the geoid, ``QNH`` what an altimeter shows; a format in which orders
    mean the altimeter by AMSL says so itself.

    Args:
        text: such as ``FL120``, ``3000 ft AMSL``, ``500ft AGL``, ``120 m ellipsoid``, ``3000ft QNH``, ``SFC``.
        end: which end of a band it is; a surface as ceiling and an unlimited floor are then refused.

    Raises:
        MalformedInput: not a height, without unit or reference, or out of range.
    """
    upper = text.strip().upper() if len(text) <= MAX_HEIGHT_CHARACTERS else ""
    if upper in SURFACE or upper in UNLIMITED:
        if (end == "ceiling") if upper in SURFACE else (end == "floor"):
            raise MalformedInput(f"{text!r} cannot be a {end}", code="height-end", wanted=_WANTED)
        return None
    level = _LEVEL.fullmatch(upper)
    if level:
        return Height.flight_level(int(level[1]))
    match = _HEIGHT.fullmatch(upper)
    if not match:
        raise MalformedInput(f"not a height: {text[:MAX_HEIGHT_CHARACTERS]!r}", code="height-text", wanted=_WANTED)
    value, unit, named = match.groups()
    if unit is None:
        raise MalformedInput(f"the height has no unit: {text!r}", code="height-unit", wanted=_WANTED)
    if named is None:
        raise MalformedInput(f"the height has no reference: {text!r}", code="height-reference", wanted=_WANTED)
    if named not in _REFERENCES:
        raise MalformedInput(f"the height has no known reference: {text!r}", code="height-reference", wanted=_WANTED)
    return Height(round(Fraction(value) * (DMM_PER_FT if unit == "FT" else DMM_PER_M)), _REFERENCES[named])


def print_height(height: Height | None, *, end: End = "floor") -> str:
    """A height as `parse_height` reads it: ``FL120``, ``3000 ft AMSL``, ``36.6 m ellipsoid``; exact.

    height  None is an open end
    end     which end of a band it is: an open floor is SFC, an open ceiling UNL
    """
    if height is None:
        return "SFC" if end == "floor" else "UNL"
    hundreds, rest = divmod(height.value_dmm, 100 * DMM_PER_FT)
    if height.reference is Reference.FLIGHT_LEVEL and rest == 0 and 0 <= hundreds <= 999:
        return f"FL{hundreds:03d}"
    feet, rest = divmod(height.value_dmm, DMM_PER_FT)
    if rest == 0:
        return f"{feet} ft {_PRINTED[height.reference]}"
    sign = "-" if height.value_dmm < 0 else ""
    metres, part = divmod(abs(height.value_dmm), DMM_PER_M)
    decimals = f".{part:04d}".rstrip("0").rstrip(".")
    return f"{sign}{metres}{decimals} m {_PRINTED[height.reference]}"
