"""What the names of columns mean, and which names are refused because they may mean two things."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.tables.cells import DMM_PER, LATITUDES, LONGITUDES, POSITIONS
from wellclear.geo.height import Reference

OPERATIONS: Final = ("operation", "identifier", "id")
TEXTS: Final = ("party", *OPERATIONS, "name", "category", "priority")
STARTS: Final = ("start", "start_utc")
ENDS: Final = ("end", "end_utc")
TIMES: Final = ("time", "time_utc", "timestamp", "time_ms", "timestamp_ms")
FLIGHTS: Final = ("flight_id", "callsign", "icao24")

REFERENCES: Final[Mapping[str, Reference]] = {
    "amsl": Reference.AMSL,
    "msl": Reference.AMSL,
    "qnh": Reference.AMSL_BARO,
    "agl": Reference.AGL,
    "ellipsoid": Reference.ELLIPSOID,
    "hae": Reference.ELLIPSOID,
    "std": Reference.FLIGHT_LEVEL,
}

ALTITUDES: Final[Mapping[str, Reference]] = {
    "altitude": Reference.FLIGHT_LEVEL,
    "baroaltitude": Reference.FLIGHT_LEVEL,
    "pressure_altitude": Reference.FLIGHT_LEVEL,
    "geoaltitude": Reference.ELLIPSOID,
    "height_ellipsoid": Reference.ELLIPSOID,
    "altitude_amsl": Reference.AMSL,
    "altitude_qnh": Reference.AMSL_BARO,
    "height_agl": Reference.AGL,
}
"""A track's altitudes by name, each with ``_ft`` or ``_m`` behind it."""

UNCLEAR: Final[Mapping[str, str]] = {
    "x": "lon",
    "y": "lat",
    "altitude": "altitude_ft or altitude_m",
    "alt": "altitude_ft or altitude_m",
    "geoaltitude": "geoaltitude_ft or geoaltitude_m",
    "baroaltitude": "baroaltitude_ft or baroaltitude_m",
    "height": "height_agl_ft, floor and ceiling, and the like",
    "elevation": "height_agl_ft, floor and ceiling, and the like",
    "level": "floor and ceiling",
    "lower": "floor",
    "upper": "ceiling",
    "floor_ft": "floor_ft_amsl, floor_ft_qnh, floor_ft_agl or floor_ft_std",
    "floor_m": "floor_m_amsl, floor_m_agl or floor_m_ellipsoid",
    "ceiling_ft": "ceiling_ft_amsl, ceiling_ft_qnh, ceiling_ft_agl or ceiling_ft_std",
    "ceiling_m": "ceiling_m_amsl, ceiling_m_agl or ceiling_m_ellipsoid",
    "size": "radius",
    "width": "radius",
    "diameter": "radius",
    "date": "start and end, or time",
    "from": "start",
    "to": "end",
    "until": "end",
}
"""Names that may mean two things, or lack their unit, and what to write."""

TIME_BEGINNINGS: Final = ("start", "begin", "end", "stop", "until", "from", "time", "date", "valid", "activ", "dtg")
TIME_WORDS: Final = frozenset(("to", "utc", "zulu"))
SIZE_BEGINNINGS: Final = ("radius", "radii", "buffer", "diameter", "width", "size")
"""Words by which a column seems to hold a time or a size."""

_LIMIT: Final = re.compile(r"(floor|ceiling)(?:_(ft|m)_([a-z]+)|_(fl))?")
_RADIUS: Final = re.compile(r"radius(?:_(m|km|nm|ft))?")
_ALTITUDE: Final = re.compile(r"([a-z_]+)_(ft|m)")


@dataclass(frozen=True, slots=True)
class Limit:
    """A column of floors or ceilings; unit and reference are None where each cell says its own."""

    name: str
    unit: str
    reference: Reference | None


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table by meaning.

    Attributes:
        floor: the column of floors, if there is one.
        ceiling: the same of ceilings.
        radius: name and unit of the column of radii; the unit is empty where each cell says its own.
        altitudes: a track's, by name, each with unit and reference.
        names: all names.
        unread: those that mean nothing in a table of this kind.
    """

    floor: Limit | None
    ceiling: Limit | None
    radius: tuple[str, str] | None
    altitudes: Mapping[str, tuple[str, Reference]]
    names: frozenset[str]
    unread: tuple[str, ...]

    def has(self, names: tuple[str, ...]) -> bool:
        """Whether one of some names is there."""
        return any(name in self.names for name in names)

    @property
    def is_track(self) -> bool:
        """Whether rows are records of flights: they have a moment and not a span."""
        return self.has(TIMES) and not (self.has(STARTS) or self.has(ENDS) or self.floor or self.ceiling)


def read_header(names: list[str]) -> Header:
    """Find out what each column means.

    Raises:
        MalformedInput: a name is missing, unclear, there twice, or one meaning has two columns.
    """
    unclear = [name for name in names if name in UNCLEAR]
    if unclear:
        raise _refused(f"the column {unclear[0]!r} may mean two things", "csv-header-unclear", UNCLEAR[unclear[0]])
    for names_of_one in (LATITUDES, LONGITUDES, POSITIONS, OPERATIONS, STARTS, ENDS, TIMES):
        _refuse_two([name for name in names if name in names_of_one])
    limits = {end: _limits(names, end) for end in ("floor", "ceiling")}
    radii = [(name, match[1] or "") for name in names if (match := _RADIUS.fullmatch(name))]
    _refuse_two([name for name, _ in radii])
    altitudes = {name: found for name in names if (found := _altitude(name))}
    radius = radii[0] if radii else None
    header = Header(limits["floor"], limits["ceiling"], radius, altitudes, frozenset(names), ())
    header = replace(header, unread=tuple(name for name in names if name not in _read(header)))
    _refuse_bounds(header)
    _refuse_two([name for name in names if names.count(name) > 1])
    _check_position(header)
    return header


def _read(header: Header) -> set[str]:
    """The names that mean something in a table of this kind."""
    if header.is_track:
        return {*LATITUDES, *LONGITUDES, *POSITIONS, *TIMES, *FLIGHTS, *header.altitudes}
    limits = (limit.name for limit in (header.floor, header.ceiling) if limit)
    radius = header.radius[:1] if header.radius else ()
    return {*LATITUDES, *LONGITUDES, *POSITIONS, *TEXTS, *STARTS, *ENDS, *limits, *radius}


def _refuse_bounds(header: Header) -> None:
    """Refuse a column of places that seems to hold a time or size where none is read: its rows would be misplaced."""
    if header.is_track:
        return
    timeless = not header.has(STARTS) and not header.has(ENDS)
    for name in header.unread:
        parts = name.split("_")
        if timeless and any(part in TIME_WORDS or part.startswith(TIME_BEGINNINGS) for part in parts):
            raise _refused(f"the column {name!r} may state a time", "csv-header-unclear", "start and end")
        if header.radius is None and any(part.startswith(SIZE_BEGINNINGS) for part in parts):
            wanted = "radius, radius_m, radius_km, radius_nm or radius_ft"
            raise _refused(f"the column {name!r} may state a size", "csv-header-unclear", wanted)


def _limits(names: list[str], end: str) -> Limit | None:
    found: list[Limit] = []
    for name in names:
        match = _LIMIT.fullmatch(name)
        if not match or match[1] != end:
            continue
        if match[3] and match[3] not in REFERENCES:
            raise _refused(f"the column {name!r} names no known reference", "csv-header-unclear", ", ".join(REFERENCES))
        reference = Reference.FLIGHT_LEVEL if match[4] else REFERENCES.get(match[3] or "")
        found.append(Limit(name, match[4] or match[2] or "", reference))
    _refuse_two([limit.name for limit in found])
    return found[0] if found else None


def _altitude(name: str) -> tuple[str, Reference] | None:
    match = _ALTITUDE.fullmatch(name)
    return (match[2], ALTITUDES[match[1]]) if match and match[1] in ALTITUDES and match[2] in DMM_PER else None


def _check_position(header: Header) -> None:
    parts, whole = header.has(LATITUDES) + header.has(LONGITUDES), header.has(POSITIONS)
    if parts == 1 or (parts == 0 and not whole):
        raise _refused("the table has no column for positions", "csv-columns", "lat and lon, or position")
    if parts and whole:
        raise _refused("the table has positions twice", "csv-header-twice", "lat and lon, or position")


def _refuse_two(names: list[str]) -> None:
    if len(names) > 1:
        raise _refused(f"two columns of one meaning: {names[0]}, {names[1]}", "csv-header-twice", "one of them")


def _refused(message: str, code: str, wanted: str) -> MalformedInput:
    return MalformedInput(message, code=code, at="line 1", wanted=wanted)
