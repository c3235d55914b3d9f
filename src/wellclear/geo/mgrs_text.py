"""Positions as references in the military grid (MGRS, NGA.STND.0037), on the WGS 84 ellipsoid, UPS at the poles.

The conversion is GEOTRANS' own, as the package `mgrs` carries it. It reads a reference as the south-west corner of the
square it names; it only warns where the latitude band contradicts the square, which is refused here.
"""

from __future__ import annotations

import re
import warnings
from math import cos, radians
from typing import Final

import mgrs

from wellclear.errors import MalformedInput
from wellclear.geo.position import Position

NO_MGRS: Final = "no MGRS"
"""Printed where the grid gives no reference."""

_CONVERTER: Final = mgrs.MGRS()
_REFERENCE: Final = re.compile(
    r"([0-9]{1,2}\s*[C-HJ-NP-X]|[ABYZ])\s*([A-HJ-NP-Z])([A-HJ-NP-Z])\s*([0-9]{1,5})(?:\s+([0-9]{1,5})|([0-9]*))"
)
_LIKENESS: Final = re.compile(r"(?:[0-9]{1,2}\s*[A-Z]|[ABYZ])\s*[A-Z]{2}\s*[0-9\s]*")
_WANTED: Final = "10 digits (1 m) or 8 (10 m), such as 30VVH 64265 82285"
_NUDGE_DEG: Final = 2e-5
"""About 2 m: a square of 1 m may begin that far outside the zone in which its point lies."""


def looks_like_mgrs(text: str) -> bool:
    """Whether the text (upper case, stripped) can only be meant as a grid reference."""
    return _LIKENESS.fullmatch(text) is not None


def parse_mgrs(text: str) -> Position:
    """Read a grid reference of 8 or 10 digits, as the south-west corner of its square.

    Raises:
        MalformedInput: not a reference, coarser than 10 m (it names a square and no position), or a square that does
            not lie in the zone and band named with it.
    """
    match = _REFERENCE.fullmatch(text.strip().upper()) if len(text) <= 40 else None
    if not match:
        raise MalformedInput(f"not an MGRS reference: {text[:40]!r}", code="position-mgrs", wanted=_WANTED)
    zone = re.sub(r"\s", "", match[1]).lstrip("0")
    easting, northing = match[4], match[5] or ""
    if match[5] is None:
        digits = match[4] + match[6]
        easting, northing = digits[: (len(digits) + 1) // 2], digits[(len(digits) + 1) // 2 :]
    if len(easting) != len(northing):
        raise MalformedInput(
            f"easting and northing differ in digits: {text!r}", code="position-mgrs-digits", wanted=_WANTED
        )
    if len(easting) not in (4, 5):
        side_m = 10 ** (5 - len(easting)) if len(easting) < 5 else 0
        wrong = f"names a square of {side_m:,} m and no position" if side_m else "has too many digits"
        raise MalformedInput(f"the reference {wrong}: {text!r}", code="position-mgrs-digits", wanted=_WANTED)
    position = _converted(zone + match[2] + match[3] + easting + northing, text)
    if not _lies_in(position, zone):
        raise MalformedInput(
            f"the square does not lie in zone {zone}: {text!r}",
            code="position-mgrs-zone",
            wanted=f"perhaps {print_mgrs(position)}",
        )
    return position


def print_mgrs(position: Position) -> str:
    """The reference to 1 m, in groups: ``30VVH 64265 82285``; `NO_MGRS` where the grid gives none."""
    reference = _reference(position.lon_deg, position.lat_deg)
    return f"{reference[:-10]} {reference[-10:-5]} {reference[-5:]}" if reference else NO_MGRS


def _reference(lon_deg: float, lat_deg: float) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return str(_CONVERTER.toMGRS(lat_deg, lon_deg))
    except (mgrs.core.MGRSError, RuntimeWarning):
        return ""


def _converted(reference: str, text: str) -> Position:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            lat_deg, lon_deg = _CONVERTER.toLatLon(reference)
    except (mgrs.core.MGRSError, RuntimeWarning) as error:
        raise MalformedInput(
            f"no such square in the grid: {text!r}", code="position-mgrs", wanted="letters that fit the zone and band"
        ) from error
    return Position.from_degrees(lon_deg, lat_deg)


def _lies_in(position: Position, zone: str) -> bool:
    """Whether the position, or one within about 2 m, belongs to the named zone and band."""
    lat_deg = position.lat_deg
    lon_nudge_deg = min(_NUDGE_DEG / max(cos(radians(lat_deg)), 1e-9), 90.0)
    around = [
        (position.lon_deg + east * lon_nudge_deg, lat_deg + north * _NUDGE_DEG)
        for east in (0, -1, 1)
        for north in (0, -1, 1)
    ]
    named = (_reference((lon_deg + 180) % 360 - 180, min(max(near_deg, -90.0), 90.0)) for lon_deg, near_deg in around)
    return any(reference[:-12].lstrip("0") == zone for reference in named)
