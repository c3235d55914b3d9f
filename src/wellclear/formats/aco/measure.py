"""One airspace control measure: an ACMID and the sets that follow it, as an operation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.aco.fields import Field, check_record, contents
from wellclear.formats.aco.levels import read_level
from wellclear.formats.aco.periods import read_period
from wellclear.formats.aco.recurrence import MAX_PERIODS, too_many
from wellclear.formats.aco.sets import FREE_TEXT, SHAPE_SETS, Record
from wellclear.formats.aco.shapes import read_shape
from wellclear.geo.height import Band
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume

WGS84_NAMES: Final = frozenset({"W84", "WGE", "WGS84", "WGS-84", "WGS 84", "WGS 1984"})
"""How orders name WGS 84; W84 is the reading of a datum that is left out (Esri's comments on GEODATUM)."""

SHAPE_WORDS: Final = {
    **{name: name for name in SHAPE_SETS},
    "LINE": "GEOLINE",
    "POINT": "APOINT",
    "ORBIT": "AORBIT",
    "TRACK": "1TRACK",
}
"""Word for a shape in an ACMID, and the set that states it."""

WANTED_ACMID: Final = "ACMID/ACM:ROZ/NAME:BISHOP/POLYGON/USE:NFA//"
READ_SETS: Final = FREE_TEXT | SHAPE_SETS | {"ACMID", "GEODATUM", "EFFLEVEL", "APERIOD"}

_IDENTIFIER: Final = re.compile(r"[0-9]?[A-Z]{2,8}")


@dataclass(frozen=True, slots=True)
class Order:
    """What a measure takes from its order.

    Attributes:
        party: whose order it is.
        period: when the order holds; nothing if it does not say.
        datum: the datum that its head names; empty if it names none.
        horizon: where open periods begin and end.
        foreign_datum: whether any measure names a datum other than WGS 84.
    """

    party: str
    period: Span | None
    datum: str
    horizon: Span
    foreign_datum: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """What an ACMID says.

    Attributes:
        name: of the measure.
        shape: the set that is to state its shape.
        category: type and uses, ``ROZ/AAR/BDZ``.
    """

    name: str
    shape: str
    category: str


def name_of(record: Record) -> str:
    """The name in an ACMID, for messages; empty if there is none."""
    fields = (text.partition(":") for text in record.fields)
    name = next((value.strip()[:60] for key, _, value in fields if key in ("NAME", "DESIG")), "")
    return "".join(c if c.isprintable() else "?" for c in name)


def read_measure(records: tuple[Record, ...], order: Order) -> tuple[Operation, tuple[str, ...]]:
    """Read an ACMID and its sets.

    Returns:
        An operation with one volume for each period, named "1", "2" and so on, and remarks.

    Raises:
        MalformedInput: anything in it that cannot be read.
    """
    heading, remarks = _heading(records[0])
    _check_sets(records[1:])
    _check_datum(records, order)
    shapes = [record for record in records[1:] if record.identifier in SHAPE_SETS]
    shape = _only(shapes, records[0], heading.shape)
    if shape.identifier != heading.shape:
        raise MalformedInput(
            f"ACMID names a {heading.shape}, and {shape.identifier} follows",
            code="shape-contradicts",
            at=shape.at,
            wanted="one shape in both",
        )
    footprint, more = read_shape(shape)
    band = _band(records)
    spans, when = _spans(records, order)
    volumes = tuple(Volume(footprint, band, span, name=str(n)) for n, span in enumerate(spans, start=1))
    operation = Operation(order.party, heading.name, volumes, category=heading.category)
    return operation, (*remarks, *more, *when, *_not_carried(records[1:]))


def _heading(record: Record) -> tuple[Heading, tuple[str, ...]]:
    fields, remarks = contents(record)
    kind, name = (_keyed(fields, index, record) for index in (0, 1))
    shape = fields[2].text.upper() if len(fields) > 2 else ""
    if shape not in SHAPE_WORDS:
        hint = next((word for word in SHAPE_WORDS if name.upper().endswith(word)), "")
        raise MalformedInput(
            "ACMID does not name a shape after the name of the measure",
            code="shape-missing",
            at=record.at,
            wanted=f"a slash before {hint}, as in {WANTED_ACMID}" if hint else f"such as {WANTED_ACMID}",
        )
    uses = []
    for field in fields[3:]:
        key, colon, use = field.text.partition(":")
        if key.upper() != "USE" or not colon:
            raise MalformedInput(f"{field.shown} is not a use", code="use-malformed", at=field.at, wanted="USE:NFA")
        uses.append(use.strip())
    category = "/".join(part for part in (kind, *uses) if part not in ("", "-"))
    return Heading(name, SHAPE_WORDS[shape], category), remarks


def _keyed(fields: tuple[Field, ...], index: int, record: Record) -> str:
    """The value of the first (``ACM:``) or second (``NAME:``) field of an ACMID."""
    keys = (("ACM",), ("NAME", "DESIG"))[index]
    key, _, value = (fields[index].text if len(fields) > index else "").partition(":")
    if key.upper() not in keys or not value.strip():
        raise MalformedInput(
            f"ACMID has no {keys[0]}: as its field {index + 1}",
            code="acmid-malformed",
            at=record.at,
            wanted=f"such as {WANTED_ACMID}",
        )
    return value.strip()


def _check_sets(records: tuple[Record, ...]) -> None:
    """Refuse what may be a broken-off piece of a set that bounds the airspace."""
    for record in records:
        if record.identifier in FREE_TEXT:
            continue
        check_record(record)
        if not _IDENTIFIER.fullmatch(record.identifier):
            shown = record.identifier[:40]
            raise MalformedInput(
                f"{shown!r} begins no set", code="set-unknown", at=record.at, wanted="an identifier, such as POLYGON"
            )


def _check_datum(records: tuple[Record, ...], order: Order) -> None:
    own = [record for record in records if record.identifier == "GEODATUM"]
    for record in own:
        check_datum(record)
    if own:
        return
    if order.datum and order.datum not in WGS84_NAMES:
        raise MalformedInput(
            f"the order's datum is {order.datum[:40]!r}", code="datum-foreign", at=records[0].at, wanted="W84"
        )
    if not order.datum and order.foreign_datum:
        raise MalformedInput(
            "the measure states no datum, and others of this order state another than WGS 84",
            code="datum-unclear",
            at=records[0].at,
            wanted="GEODATUM/W84//",
        )


def datum_of(record: Record) -> str:
    """What a GEODATUM names, in capitals."""
    return " ".join((record.fields[0] if record.fields else "").upper().split())


def check_datum(record: Record) -> None:
    """Refuse a GEODATUM other than WGS 84.

    Raises:
        MalformedInput: another datum, or none; positions are never shifted.
    """
    if datum_of(record) not in WGS84_NAMES:
        raise MalformedInput(
            f"the datum {datum_of(record)[:40]!r} is not WGS 84", code="datum-foreign", at=record.at, wanted="W84"
        )


def _only(records: list[Record], head: Record, name: str) -> Record:
    if not records:
        raise MalformedInput(f"no {name} follows", code="set-missing", at=head.at, wanted=f"one {name} set")
    if len(records) > 1:
        raise MalformedInput(
            f"{records[0].identifier} is followed by {records[1].identifier}",
            code="set-twice",
            at=records[1].at,
            wanted="one for each ACMID",
        )
    return records[0]


def _band(records: tuple[Record, ...]) -> Band:
    return read_level(_only([r for r in records if r.identifier == "EFFLEVEL"], records[0], "EFFLEVEL"))


def _spans(records: tuple[Record, ...], order: Order) -> tuple[list[Span], list[str]]:
    spans: list[Span] = []
    remarks: list[str] = []
    for record in records:
        if record.identifier != "APERIOD":
            continue
        more, said = read_period(record, order.period, order.horizon)
        spans += more
        remarks += said
        if len(spans) > MAX_PERIODS:
            raise too_many(record.at)
    if spans:
        return spans, remarks
    if order.period is None:
        raise MalformedInput("no APERIOD follows", code="set-missing", at=records[0].at, wanted="one APERIOD or more")
    return [order.period], ["states no APERIOD; read as the whole PERIOD of the order"]


def _not_carried(records: tuple[Record, ...]) -> tuple[str, ...]:
    names = sorted({record.identifier for record in records} - READ_SETS)
    return (f"sets that are not read, and not carried: {', '.join(names)}",) if names else ()
