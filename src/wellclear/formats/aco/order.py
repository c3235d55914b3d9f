"""An airspace control order, read measure by measure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.aco.measure import WGS84_NAMES, Order, datum_of, name_of, read_measure
from wellclear.formats.aco.periods import read_order_period
from wellclear.formats.aco.sets import SHAPE_SETS, Record, lex
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Note, Reading, Refusal

NAME: Final = "aco"

LOOKED_AT: Final = 65_536
"""Bytes in which the first measure or the head of an order must stand to be recognised."""

MAX_MEASURES: Final = 20_000
"""Measures of one order: several times the largest order in use, and a bound on what is refused one by one."""

BOUNDING_SETS: Final = SHAPE_SETS | {"EFFLEVEL", "APERIOD"}

_MARK: Final = re.compile(rb"(?:^|//|\n)[ \t]*(?:ACMID/|MSGID/ACO[/\s])")


def recognises(content: bytes) -> bool:
    """Whether the bytes look like an airspace control order: an ACMID or an ACO's MSGID near the beginning."""
    head = content[:LOOKED_AT].removeprefix(b"\xef\xbb\xbf")
    return _MARK.search(head.replace(b"\r", b"\n")) is not None


def read(content: bytes, context: Context) -> Reading:
    """Read an order: one operation for each ACMID, one volume for each of its periods.

    A measure that cannot be read is one refusal; the others are read. Measures that bear one name are told apart by
    ``#2``, ``#3``, with a note.

    Raises:
        MalformedInput: the bytes are not text, or hold no measure at all or too many.
    """
    records = lex(content)
    first = next((i for i, record in enumerate(records) if record.identifier == "ACMID"), len(records))
    if first == len(records):
        raise MalformedInput(
            "no ACMID: the order holds no measure", code="order-empty", wanted="an airspace control order in USMTF"
        )
    if sum(record.identifier == "ACMID" for record in records) > MAX_MEASURES:
        raise MalformedInput(
            f"over {MAX_MEASURES:,} measures", code="too-many-measures", wanted="several smaller orders"
        )
    refusals: list[Refusal] = []
    notes: list[Note] = []
    order = _order(records[:first], records[first:], context, refusals, notes)
    operations: list[Operation] = []
    taken: dict[str, int] = {}
    undated: list[Record] = []
    for measure in _measures(records[first:]):
        head, name = measure[0], name_of(measure[0])
        try:
            operation, remarks = read_measure(measure, order)
        except MalformedInput as error:
            refusals.append(Refusal.of(error, source=context.source, subject=name))
            continue
        if not order.datum and all(record.identifier != "GEODATUM" for record in measure):
            undated.append(head)
        identifier = free_name(operation.identifier, taken)
        if identifier != operation.identifier:
            remarks = (*remarks, f"another measure bears this name; this one is called {identifier}")
        operations.append(
            Operation(operation.party, identifier, operation.volumes, operation.category, operation.priority)
        )
        notes += [Note(context.source, head.at, identifier, remark) for remark in remarks]
    if undated:
        remark = f"{len(undated)} measures state no datum, nor does the order; they were read as WGS 84"
        notes.append(Note(context.source, undated[0].at, "", remark))
    return Reading(NAME, tuple(operations), tuple(refusals), tuple(notes))


def _order(
    head: tuple[Record, ...],
    body: tuple[Record, ...],
    context: Context,
    refusals: list[Refusal],
    notes: list[Note],
) -> Order:
    """What the sets before the first ACMID say; what is wrong there is refused by itself."""
    datums = [datum_of(record) for record in head if record.identifier == "GEODATUM"]
    datum = next((name for name in datums if name not in WGS84_NAMES), datums[0] if datums else "")
    stated = [record for record in head if record.identifier == "PERIOD"]
    period: Span | None = None
    try:
        if stated:
            period, remarks = read_order_period(stated[0], context.horizon)
            notes += [Note(context.source, stated[0].at, "PERIOD", remark) for remark in remarks]
    except MalformedInput as error:
        refusals.append(Refusal.of(error, source=context.source, subject="PERIOD"))
    if len(stated) > 1:
        period = None
        again = ("set-twice", "a second PERIOD: neither is taken", "one for each order")
        refusals.append(Refusal(context.source, stated[1].at, "PERIOD", *again))
    stray = next((record for record in head if record.identifier in BOUNDING_SETS), None)
    if stray:
        nameless = f"{stray.identifier} belongs to no ACMID"
        refusals.append(Refusal(context.source, stray.at, "", "measure-nameless", nameless, "an ACMID before it"))
    foreign = any(record.identifier == "GEODATUM" and datum_of(record) not in WGS84_NAMES for record in body)
    return Order(context.party, period, datum, context.horizon, foreign)


def _measures(records: tuple[Record, ...]) -> Iterator[tuple[Record, ...]]:
    """The records of each measure; the first record is an ACMID."""
    start = 0
    for i in range(1, len(records)):
        if records[i].identifier == "ACMID":
            yield records[start:i]
            start = i
    yield records[start:]


def free_name(name: str, taken: dict[str, int]) -> str:
    """The name, or the name with the first number that is free: ``BISHOP #2``.

    Args:
        name: what is asked for.
        taken: the last number given under each name; the answer is entered.
    """
    candidate, number = name, taken.get(name, 0)
    while candidate in taken:
        number += 1
        candidate = f"{name} #{number}"
    taken[name] = max(number, 1)
    taken.setdefault(candidate, 1)
    return candidate
