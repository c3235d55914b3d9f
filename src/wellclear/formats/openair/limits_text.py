"""Heights and activation times as OpenAir writes them."""

from __future__ import annotations

import re
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.height import Height, Reference
from wellclear.geo.height_text import SURFACE, UNLIMITED, End, parse_height
from wellclear.geo.span import Span
from wellclear.geo.time_text import parse_rfc3339

DAY_MS: Final = 86_400_000

_NUMBER: Final = re.compile(
    r"(-?[0-9]+(?:\.[0-9]+)?)\s*(FT|F|M)?\s*(AMSL|MSL|ASL|AGL|AGND|ASFC|GND|SFC|STD)?", re.ASCII
)
_LEVEL: Final = re.compile(r"FL\s*([0-9]{1,3})(?:\s*STD)?", re.ASCII)
_TIME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})((?::[0-9]{2}(?:\.[0-9]+)?)?)Z", re.ASCII)
_WANTED: Final = "such as FL95, 4500ft AMSL, 300m AGL, GND or UNL"
_WANTED_TIME: Final = "such as 2023-12-16T12:00Z/2023-12-16T13:00Z"


def parse_limit(text: str, end: End) -> tuple[Height | None, str]:
    """Read one vertical limit, and a remark on it if something was supplied.

    An altitude (AMSL, MSL) is what an altimeter on QNH shows. A number with a reference and without a unit is feet, as
    in every published file.

    Raises:
        MalformedInput: not a height, no reference, or a surface for a ceiling and the like.
    """
    upper = text.upper().strip()
    if upper in SURFACE or upper in UNLIMITED:
        return parse_height(upper, end=end), ""
    level = _LEVEL.fullmatch(upper)
    if level:
        return Height.flight_level(int(level[1])), ""
    match = _NUMBER.fullmatch(upper) if len(upper) <= 40 else None
    if not match:
        raise MalformedInput(f"not a height: {text[:40]!r}", code="height-text", wanted=_WANTED)
    value, unit, named = match.groups()
    if named is None:
        raise MalformedInput(f"the height has no reference: {text!r}", code="height-reference", wanted=_WANTED)
    named = {"ASL": "AMSL", "AGND": "AGL"}.get(named, named)
    height = parse_height(f"{value} {'M' if unit == 'M' else 'FT'} {named}", end=end)
    if height is not None and height.reference is Reference.AMSL:
        height = Height(height.value_dmm, Reference.AMSL_BARO)
    if height is not None and height.reference is Reference.AGL and height.value_dmm == 0 and end == "floor":
        height = None
    return height, "" if unit else "a height without a unit was read as feet"


def parse_activation(text: str, horizon: Span) -> tuple[Span, str]:
    """Read one ``AA`` interval, and a remark where the horizon had to bound it.

    Raises:
        MalformedInput: not an interval of UTC times, reversed, or outside the horizon where that bounds it.
    """
    body = text.partition(";")[0].strip().upper()
    start, slash, end = (part.strip() for part in body.partition("/"))
    if body == "NONE":
        return horizon, "its activation is left open (AA NONE): read as active over the whole horizon"
    if not slash or start == end == "NONE":
        raise MalformedInput(f"not an interval of time: {text[:60]!r}", code="openair-time", wanted=_WANTED_TIME)
    start_ms = horizon.start_ms if start == "NONE" else _time_ms(start)
    end_ms = horizon.end_ms if end == "NONE" else _time_ms(end)
    remark = "an open end of its activation is bounded by the horizon" if "NONE" in (start, end) else ""
    return Span(start_ms, end_ms), remark


def _time_ms(text: str) -> int:
    match = _TIME.fullmatch(text)
    if not match:
        raise MalformedInput(f"not a UTC time: {text[:40]!r}", code="openair-time", wanted=_WANTED_TIME)
    day, hour, minute, second = match.groups()
    if hour == "24" and minute == "00" and not second.strip(":0."):
        return parse_rfc3339(f"{day}T00:00:00Z") + DAY_MS
    return parse_rfc3339(f"{day}T{hour}:{minute}{second or ':00'}Z")
