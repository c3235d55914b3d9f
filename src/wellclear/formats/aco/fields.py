"""What the fields of several sets have in common: places in errors, fields without content, positions, distances."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.aco.sets import Record
from wellclear.geo.limits import MAX_RING_POINTS
from wellclear.geo.position import Position
from wellclear.geo.position_text import parse_position
from wellclear.geo.quantity import parse_distance_dmm

NO_DATA: Final = frozenset({"-", "--"})
"""What stands in a field that was left out on purpose (comments of Esri's air-c2-cop-python reader)."""

MAX_SHOWN: Final = 40
"""Characters of a field that an error quotes."""

_FORMS: Final = {
    "LATS": (re.compile(r"\d{6}[NS]\d{7}[EW]"), "LATS:564100N0033500W"),
    "LATM": (re.compile(r"\d{4}[NS]\d{5}[EW]"), "LATM:5641N00335W"),
    "DMPIT": (re.compile(r"\d{4}\.\d{4}[NS]\d{5}\.\d{4}[EW]"), "DMPIT:5641.0000N00335.0000W"),
    "DMPIK": (re.compile(r"\d{4}\.\d{3}[NS]\d{5}\.\d{3}[EW]"), "DMPIK:5641.000N00335.000W"),
}
"""Form of a position after its prefix, and an example (Esri's air-c2-cop-python, parser.py, parseLatLong)."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field with content and its place.

    Attributes:
        text: never empty.
        at: ``line 45, field 3``.
    """

    text: str
    at: str

    @property
    def shown(self) -> str:
        """The text as an error quotes it."""
        return repr(self.text if len(self.text) <= MAX_SHOWN else self.text[:MAX_SHOWN] + "...")


def contents(record: Record) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """The fields of a set that say something, and remarks.

    Empty fields before the first one with content carry nothing and are passed over with a remark; ``-`` at the end
    stands for what was left out. A field that is empty anywhere else is refused, since what it should hold is unknown.

    Raises:
        MalformedInput: the set was not ended, has too many fields, is not ASCII, or has an empty field inside.
    """
    check_record(record)
    first = next((i for i, text in enumerate(record.fields) if text), len(record.fields))
    last = len(record.fields)
    while last > first and (not record.fields[last - 1] or record.fields[last - 1] in NO_DATA):
        last -= 1
    fields = tuple(Field(record.fields[i], record.at_field(i)) for i in range(first, last))
    empty = next((i for i in range(first, last) if not record.fields[i]), None)
    if empty is not None:
        raise MalformedInput(
            f"an empty field inside {record.identifier}",
            code="field-empty",
            at=record.at_field(empty),
            wanted="a value",
        )
    remark = f"the empty field before the first of {record.identifier} carries nothing and was passed over"
    return fields, (remark,) if first and fields else ()


def check_record(record: Record) -> None:
    """Refuse a set that cannot be read as a whole.

    Raises:
        MalformedInput: the set was not ended, has too many fields, or is not ASCII.
    """
    name = repr(record.identifier[:MAX_SHOWN])
    if not record.ended:
        raise MalformedInput(f"{name} is not ended", code="set-not-ended", at=record.at, wanted="// at its end")
    if record.count > len(record.fields):
        raise MalformedInput(
            f"{record.count:,} fields in one set",
            code="too-many-points",
            at=record.at,
            wanted=f"at most {MAX_RING_POINTS:,} points",
        )
    foreign = next((i for i, text in enumerate(record.fields) if not (text.isascii() and text.isprintable())), None)
    if foreign is not None:
        raise MalformedInput(
            f"{name} has a character that is not printable ASCII, or a field broken over two lines",
            code="not-ascii",
            at=record.at_field(foreign),
            wanted="letters, digits and punctuation of ASCII; lines broken after a slash",
        )


def position(field: Field) -> Position:
    """Read ``LATS:564100N0033500W``, ``LATM:5641N00335W``, ``DMPIT:`` or ``DMPIK:``, or the same without its prefix.

    Raises:
        MalformedInput: anything else.
    """
    prefix, colon, packed = field.text.upper().partition(":")
    if not colon:
        prefix, packed = "", prefix
    forms = [_FORMS[prefix]] if prefix in _FORMS else list(_FORMS.values()) if not colon else []
    if not any(form.fullmatch(packed) for form, _ in forms):
        example = forms[0][1] if forms else _FORMS["LATS"][1]
        raise MalformedInput(
            f"{field.shown} is not a position", code="position-malformed", at=field.at, wanted=f"such as {example}"
        )
    try:
        return parse_position(packed)
    except MalformedInput as error:
        raise error.placed(field.at) from None


def positions(fields: tuple[Field, ...]) -> tuple[Position, ...]:
    """Read a list of positions.

    Raises:
        MalformedInput: too many, or one that is none.
    """
    if len(fields) > MAX_RING_POINTS:
        raise MalformedInput(
            f"{len(fields):,} points in one shape",
            code="too-many-points",
            at=fields[0].at,
            wanted=f"at most {MAX_RING_POINTS:,}",
        )
    return tuple(position(field) for field in fields)


def looks_like_position(field: Field) -> bool:
    """Whether a field claims to be a position, right or wrong."""
    upper = field.text.upper()
    return upper.startswith(tuple(f"{prefix}:" for prefix in _FORMS)) or any(
        form.fullmatch(upper) for form, _ in _FORMS.values()
    )


def distance_dmm(field: Field) -> int:
    """Read a width or radius with its unit, in 0.1 mm: ``5.5KM``, ``10NM``, ``500M``, ``1000FT``.

    Raises:
        MalformedInput: no number, no unit, or out of range.
    """
    try:
        return parse_distance_dmm(field.text)
    except MalformedInput as error:
        raise error.placed(field.at) from None
