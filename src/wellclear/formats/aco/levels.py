"""EFFLEVEL: the band of heights, ``FLFL:FL100-FL230``, ``BRRA:GL-220AMSL``, ``RAFL:070AMSL-FL280``.

Source: Esri's air-c2-cop-python, tools/scripts/airspacemanagement, comments of reader.py and parseHeight of parser.py:
the prefix says what the two ends are (BR a base reference point, RA an altitude relative to one, FL a flight level);
numbers are hundreds of feet. Altitudes above mean sea level are what an altimeter on QNH shows.
"""

from __future__ import annotations

import re
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.aco.fields import Field, contents
from wellclear.formats.aco.sets import Record
from wellclear.geo.height import Band, Height, Reference

WANTED: Final = "such as FLFL:FL100-FL230, RARA:010AGL-050AMSL or BRRA:GL-220AMSL, in hundreds of feet"

_ENDS: Final = re.compile(r"(?:(BR|RA|FL)(BR|RA|FL):)?([A-Z0-9]+)\s*-\s*([A-Z0-9]+)")
_FLIGHT_LEVEL: Final = re.compile(r"FL(\d{1,3})")
_ALTITUDE: Final = re.compile(r"(\d{1,3})(AMSL|AGL)")
_REFERENCES: Final = {"AMSL": Reference.AMSL_BARO, "AGL": Reference.AGL}
SURFACE: Final = frozenset({"GL", "SFC", "GND"})
UNLIMITED: Final = "UNL"


def read_level(record: Record) -> Band:
    """Read an EFFLEVEL set.

    ``GL``, ``SFC`` and ``GND`` as a floor are the open surface, ``MSL`` is altitude 0, ``UNL`` as a ceiling is open.

    Raises:
        MalformedInput: not a band, an end without a reference, a prefix that contradicts its ends, or reversed ends.
    """
    fields, _ = contents(record)
    if len(fields) != 1:
        raise MalformedInput(
            f"EFFLEVEL has {len(fields)} fields with content", code="level-malformed", at=record.at, wanted=WANTED
        )
    match = _ENDS.fullmatch(fields[0].text.upper())
    if not match:
        raise _refused(fields[0])
    floor_kind, floor = _end(match[3], fields[0], lower=True)
    ceiling_kind, ceiling = _end(match[4], fields[0], lower=False)
    for said, found in ((match[1], floor_kind), (match[2], ceiling_kind)):
        if said and found and said != found:
            raise MalformedInput(
                f"the prefix {match[1]}{match[2]} contradicts the ends of {fields[0].shown}",
                code="level-prefix",
                at=fields[0].at,
                wanted="BR for GL or MSL, RA for hundreds of feet AMSL or AGL, FL for flight levels",
            )
    try:
        return Band(floor, ceiling)
    except MalformedInput as error:
        raise error.placed(fields[0].at) from None


def _refused(field: Field) -> MalformedInput:
    return MalformedInput(f"{field.shown} is not a band of heights", code="level-malformed", at=field.at, wanted=WANTED)


def _end(text: str, field: Field, *, lower: bool) -> tuple[str, Height | None]:
    """The kind by which a prefix names one end (empty if none does), and its height; nothing for an open end."""
    if flight_level := _FLIGHT_LEVEL.fullmatch(text):
        return "FL", Height.flight_level(int(flight_level[1]))
    if altitude := _ALTITUDE.fullmatch(text):
        return "RA", Height.feet(int(altitude[1]) * 100, _REFERENCES[altitude[2]])
    if text == "MSL":
        return "BR", Height(0, Reference.AMSL_BARO)
    if text in SURFACE and lower:
        return "BR", None
    if text == UNLIMITED and not lower:
        return "", None
    raise _refused(field)
