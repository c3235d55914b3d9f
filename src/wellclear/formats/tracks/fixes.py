"""One record of a recorded flight: when, where, how high."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.height import Height, Reference
from wellclear.geo.limits import MAX_TIME_MS
from wellclear.geo.position import Position
from wellclear.geo.time_text import parse_rfc3339

EARLIEST_MS: Final = 100_000_000_000
"""1973: a smaller number is seconds. Milliseconds of today are 1.7e12, seconds 1.7e9, microseconds over 7.3e12."""

MAX_TIME_NUMBER: Final = 1e18
"""A time in nanoseconds is still said to be in another unit; what is larger, or no number, is no time."""

MAX_FLIGHT_CHARACTERS: Final = 500
"""As long as any name of an operation may be; a name is never cut, since two flights may begin alike."""

NEEDED: Final = ("timestamp", "latitude", "longitude")
"""Without these members a record is no record of a flight."""

READ: Final = (*NEEDED, "altitude", "geoaltitude", "flight_id", "callsign", "icao24", "onground")
"""Members that are read."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One record.

    Attributes:
        row: its place in the file, counted by the container.
        flight: which flight it belongs to.
        time_ms: UTC.
        position: None where the record has none.
        heights: in different references; empty where the record has none.
        on_ground: whether the aircraft said that it stands on the ground.
    """

    row: int
    flight: str
    time_ms: int
    position: Position | None
    heights: tuple[Height, ...] = ()
    on_ground: bool = False


def fix_of(row: int, record: Mapping[str, object]) -> Fix:
    """Read one record as pandas writes it from ADS-B recordings.

    ``altitude`` is pressure altitude and ``geoaltitude`` height above the ellipsoid, both in feet: what the aircraft
    send (RTCA DO-260B). NaN counts as absent.

    Raises:
        MalformedInput: no flight, no UTC time, or a number that is none; ``at`` names the member.
    """
    try:
        time_ms = _time_ms(record.get("timestamp"))
    except MalformedInput as error:
        raise error.placed(".timestamp") from None
    lon_deg, lat_deg = _number(record, "longitude"), _number(record, "latitude")
    position = None
    if lon_deg is not None and lat_deg is not None:
        position = Position.from_degrees(lon_deg, lat_deg)
    heights = [
        Height.feet(value_ft, reference)
        for member, reference in (("altitude", Reference.FLIGHT_LEVEL), ("geoaltitude", Reference.ELLIPSOID))
        if (value_ft := _number(record, member)) is not None
    ]
    return Fix(row, flight_of(record), time_ms, position, tuple(heights), record.get("onground") is True)


def flight_of(record: Mapping[str, object]) -> str:
    """What a record calls its flight: flight_id, else callsign and icao24.

    Raises:
        MalformedInput: none of them is there, or it is too long.
    """
    for members in (("flight_id",), ("callsign", "icao24")):
        texts = [record[member] for member in members if record.get(member) not in (None, "")]
        if any(not isinstance(text, (str, int)) or isinstance(text, bool) for text in texts):
            raise MalformedInput("the flight's name is not a text", code="track-flight", at=f".{members[0]}")
        named = " ".join(str(text).strip() for text in texts).strip()
        if len(named) > MAX_FLIGHT_CHARACTERS:
            raise MalformedInput(
                f"the flight's name has {len(named):,} characters",
                code="track-flight",
                at=f".{members[0]}",
                wanted=f"at most {MAX_FLIGHT_CHARACTERS}",
            )
        if named:
            return named
    raise MalformedInput("the record names no flight", code="track-flight", wanted="flight_id, callsign or icao24")


def checked_time_ms(value: int) -> int:
    """A time that is plausible as milliseconds since 1970.

    Raises:
        MalformedInput: before 1973 or after 2200: it is in another unit.
    """
    if not EARLIEST_MS <= value <= MAX_TIME_MS:
        raise MalformedInput(
            f"the time {value} is not in milliseconds",
            code="track-time",
            wanted="milliseconds since 1970",
        )
    return value


def _time_ms(value: object) -> int:
    if isinstance(value, str):
        return parse_rfc3339(value, finer="down")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MAX_TIME_NUMBER:
        raise MalformedInput("the record has no time", code="track-time", wanted="milliseconds since 1970, or RFC 3339")
    return checked_time_ms(math.floor(value))


def _number(record: Mapping[str, object], member: str) -> float | None:
    value = record.get(member)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise MalformedInput(f"{member} is not a number", code="track-number", at=f".{member}")
    if not abs(value) <= 1e9:
        raise MalformedInput(f"{member} is out of range", code="track-number", at=f".{member}")
    return float(value)
