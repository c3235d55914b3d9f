"""The safety fields of an operation: what must be understood alike on both sides, each with a name.

Names point into the operation: ``volumes[0].points[2]``, ``volumes[0].floor``. They are the same in a read-back, in a
list of changes and in a question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height import Height
from wellclear.geo.height_text import End, print_height
from wellclear.geo.mgrs_text import print_mgrs
from wellclear.geo.position import Position
from wellclear.geo.position_text import print_decimal, print_degrees_minutes, print_dms
from wellclear.geo.quantity import print_distance
from wellclear.geo.time_text import print_date_time_group, print_rfc3339
from wellclear.model.operation import Operation

Notation = Literal["decimal", "degrees-minutes", "dms", "mgrs"]
"""How a position is written."""

PRINTERS: Final[dict[Notation, Callable[[Position], str]]] = {
    "decimal": print_decimal,
    "degrees-minutes": print_degrees_minutes,
    "dms": print_dms,
    "mgrs": print_mgrs,
}

ASKED_FOR_SENT: Final[dict[Notation, Notation]] = {
    "decimal": "dms",
    "degrees-minutes": "dms",
    "dms": "degrees-minutes",
    "mgrs": "dms",
}
"""In which notation a position is asked back, by the one it was sent in. Envelopes carry decimal degrees, a dictation
sheet degrees, minutes and seconds; MGRS is never asked, since the poles have none."""

MAX_READ_BACK_POINTS: Final = 8
"""Points of one footprint that are all entered again; of more, the first and the outermost: nobody types hundreds."""


@dataclass(frozen=True, slots=True)
class SafetyField:
    """One value that is read back.

    Attributes:
        name: where it stands in the operation.
        value: what it is.
        end: of a height, which end of the band; of a time, floor for the start and ceiling for the end.
        kind: what the value is.
    """

    name: str
    value: str | int | Position | Height | None
    end: End | None = None
    kind: Literal["identifier", "shape", "position", "distance", "height", "time"] = "identifier"


def safety_fields(operation: Operation, *, every_point: bool = False) -> tuple[SafetyField, ...]:
    """The safety fields in order: identifier, then shape, points, buffer, heights and times of each volume.

    Args:
        operation: the plan.
        every_point: all points, also of a footprint with more than `MAX_READ_BACK_POINTS`.
    """
    fields = [SafetyField("identifier", operation.identifier)]
    for ordinal, volume in enumerate(operation.volumes):
        place, footprint = f"volumes[{ordinal}]", volume.footprint
        fields.append(SafetyField(f"{place}.shape", print_shape(footprint), kind="shape"))
        numbers = range(len(footprint.points)) if every_point else points_read_back(footprint)
        fields += [SafetyField(f"{place}.points[{n}]", footprint.points[n], kind="position") for n in numbers]
        fields += [
            SafetyField(f"{place}.buffer", footprint.buffer_dmm, kind="distance"),
            SafetyField(f"{place}.floor", volume.band.floor, "floor", kind="height"),
            SafetyField(f"{place}.ceiling", volume.band.ceiling, "ceiling", kind="height"),
            SafetyField(f"{place}.start", volume.span.start_ms, "floor", kind="time"),
            SafetyField(f"{place}.end", volume.span.end_ms, "ceiling", kind="time"),
        ]
    return tuple(fields)


def points_read_back(footprint: Footprint) -> tuple[int, ...]:
    """Numbers, from 0, of the points that are read back: all of few; the first, and the outermost four, of many.

    East and west are counted from the first point, so that a footprint over 180 degrees has them too.
    """
    points = footprint.points
    if len(points) <= MAX_READ_BACK_POINTS:
        return tuple(range(len(points)))
    numbers = range(len(points))
    eastward_e7 = [(p.lon_e7 - points[0].lon_e7 + 1_800_000_000) % 3_600_000_000 for p in points]
    outermost = (
        max(numbers, key=lambda n: points[n].lat_e7),
        min(numbers, key=lambda n: points[n].lat_e7),
        max(numbers, key=eastward_e7.__getitem__),
        min(numbers, key=eastward_e7.__getitem__),
    )
    return tuple(sorted({0, *outermost}))


def notation_asked(sent: Notation) -> Notation:
    """The notation in which positions are asked back: another one than they were sent in."""
    return ASKED_FOR_SENT[sent]


def print_shape(footprint: Footprint) -> str:
    """Kind of core and number of points: ``AREA 4``."""
    return f"{Core(footprint.core).name} {len(footprint.points)}"


def print_field(field: SafetyField, notation: Notation) -> str:
    """The value as an officer reads it.

    Positions in the notation, times as date-time groups, a start down and an end up to the minute; the rest is exact.
    """
    value = field.value
    if isinstance(value, Position):
        return PRINTERS[notation](value)
    if field.kind == "height":
        return print_height(_height(value), end=field.end or "floor")
    if field.kind == "distance" and isinstance(value, int):
        return print_distance(value)
    if field.kind == "time" and isinstance(value, int):
        return print_date_time_group(value, to="down" if field.end == "floor" else "up")
    return str(value)


def print_exact(field: SafetyField) -> str:
    """The value in full: two fields have one text only if they have one value."""
    if field.kind == "time" and isinstance(field.value, int):
        return print_rfc3339(field.value)
    return print_field(field, "decimal")


def _height(value: object) -> Height | None:
    return value if isinstance(value, Height) else None
