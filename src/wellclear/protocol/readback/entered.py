"""The read-back: fields asked, in another notation than sent, and what was entered compared by machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.geodesic import length_m
from wellclear.geo.height import Height
from wellclear.geo.height_text import parse_height
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M
from wellclear.geo.position import Position
from wellclear.geo.position_text import parse_position
from wellclear.geo.quantity import parse_distance_dmm, print_distance, print_duration
from wellclear.geo.time_text import MINUTE_MS, parse_date_time_group, parse_rfc3339
from wellclear.model.operation import Operation
from wellclear.protocol.readback.safety_fields import (
    PRINTERS,
    Notation,
    SafetyField,
    notation_asked,
    print_field,
    safety_fields,
)
from wellclear.protocol.voice.heard_form import heard_form

ROUNDING_E7: Final[dict[Notation, int]] = {"decimal": 0, "degrees-minutes": 9, "dms": 14, "mgrs": 0}
"""Half of the last figure shown, in 1e-7 degree, rounded up: 0.0001 minute is 16.7, 0.01 second 27.8. What differs by
more than the rounding of what was shown was heard or typed wrong."""

MAX_ENTERED_CHARACTERS: Final = 500
"""Of one entry: as many as a name or a remark has."""

_RFC3339: Final = re.compile(r"[0-9]{4}-")


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the form.

    Attributes:
        name: where it stands in the operation: ``volumes[0].points[2]``.
        shown: its value, positions in the notation asked, as the receiver's officer sees it.
        tolerance: in words, how far an entry may be off: the rounding of what is shown and no more.
    """

    name: str
    shown: str
    tolerance: str


@dataclass(frozen=True, slots=True)
class ReadBackForm:
    """What a receiver enters again.

    Attributes:
        notation: of the positions; another one than they were sent in.
        fields: in order.
    """

    notation: Notation
    fields: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that was read back wrong, or not at all.

    Attributes:
        name: of the field.
        sent: what was sent, in the notation asked.
        entered: what was entered; empty if nothing.
        apart: by how much they differ: ``9012 m``, ``300 ft``, ``1h``, or in words.
    """

    name: str
    sent: str
    entered: str
    apart: str


def readback_form(operation: Operation, *, sent: Notation = "decimal") -> ReadBackForm:
    """The fields that a receiver enters again, positions in another notation than they were sent in.

    Args:
        operation: as received.
        sent: how its positions were sent: ``decimal`` in an envelope, ``dms`` on a dictation sheet.
    """
    notation = notation_asked(sent)
    return ReadBackForm(
        notation,
        tuple(Asked(f.name, print_field(f, notation), _tolerance(f, notation)) for f in safety_fields(operation)),
    )


def compare(operation: Operation, entered: Mapping[str, str], *, sent: Notation = "decimal") -> tuple[Difference, ...]:
    """Compare what was entered with what was sent, field by field.

    Args:
        operation: as sent.
        entered: text by name of field, as `readback_form` asks it. Notations are free, but the one sent.
        sent: how positions were sent.

    Returns:
        What differs by more than the rounding of the notation asked, and what was left out; nothing for a match.

    Raises:
        MalformedInput: an entry that is no such value, that can be read in two ways, or that repeats a position as it
            was sent; a name that was not asked. ``at`` is its name.
    """
    fields = safety_fields(operation)
    for name in entered.keys() - {field.name for field in fields}:
        raise MalformedInput("this field was not asked", code="readback-field", at=name[:80], wanted="a field asked")
    notation = notation_asked(sent)
    found = []
    for field in fields:
        text = entered.get(field.name, "").strip()
        if len(text) > MAX_ENTERED_CHARACTERS:
            raise MalformedInput("too long", code="readback-long", at=field.name, wanted="at most 500 characters")
        apart = _apart(field, text, sent, notation) if text else "not entered"
        if apart:
            found.append(Difference(field.name, print_field(field, notation), text, apart))
    return tuple(found)


def _tolerance(field: SafetyField, notation: Notation) -> str:
    if field.kind == "position":
        return {"dms": "0.005 second", "degrees-minutes": "0.00005 minute"}[notation]
    return {"time": "the minute", "identifier": "letters and figures"}.get(field.kind, "exact")


def _apart(field: SafetyField, text: str, sent: Notation, notation: Notation) -> str:
    """By how much an entry differs; empty where it does not."""
    try:
        if isinstance(field.value, Position):
            return _position_apart(field.value, text, sent, notation)
        if field.kind == "distance" and isinstance(field.value, int):
            apart_dmm = abs(parse_distance_dmm(text) - field.value)
            return print_distance(apart_dmm) if apart_dmm else ""
        if field.kind == "height":
            return _height_apart(field, text)
        if field.kind == "time" and isinstance(field.value, int):
            return _time_apart(field.value, text, to_minute_ms=0 if field.end == "floor" else MINUTE_MS - 1)
    except MalformedInput as error:
        raise error.placed(field.name) from error
    return "" if heard_form(text) == heard_form(str(field.value)) else "another one"


def _position_apart(position: Position, text: str, sent: Notation, notation: Notation) -> str:
    if heard_form(text) == heard_form(PRINTERS[sent](position)):
        wanted = f"such as {PRINTERS[notation](Position(-35_833_333, 566_833_333))}"
        raise MalformedInput("the position as it was sent", code="readback-notation", wanted=wanted)
    typed = parse_position(text)
    most_e7 = ROUNDING_E7[notation]
    east_e7 = (typed.lon_e7 - position.lon_e7 + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    if abs(typed.lat_e7 - position.lat_e7) <= most_e7 and abs(east_e7) <= most_e7:
        return ""
    return f"{length_m(position, typed):.1f} m"


def _height_apart(field: SafetyField, text: str) -> str:
    typed, right = parse_height(text, end=field.end), field.value
    if typed == right:
        return ""
    if typed is None or not isinstance(right, Height):
        return "an open end on one side"
    if typed.reference is not right.reference:
        return f"another reference: {typed.reference.value}, not {right.reference.value}"
    apart_dmm = abs(typed.value_dmm - right.value_dmm)
    return f"{apart_dmm / DMM_PER_FT:.0f} ft ({apart_dmm / DMM_PER_M:.1f} m)"


def _time_apart(time_ms: int, text: str, *, to_minute_ms: int) -> str:
    """A start goes down and an end up to the minute, as shown; a time in full is compared in full."""
    if _RFC3339.match(text):
        typed_ms, right_ms = parse_rfc3339(text), time_ms
    else:
        typed_ms, right_ms = parse_date_time_group(text), (time_ms + to_minute_ms) // MINUTE_MS * MINUTE_MS
    apart_ms = abs(typed_ms - right_ms)
    return print_duration(apart_ms) if apart_ms else ""
