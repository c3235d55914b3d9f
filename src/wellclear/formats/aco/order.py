"""An airspace control order, read measure by measure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
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

HEAD_SETS: Final = frozenset({"EXER", "OPER", "MSGID", "ACOID", "PERIOD"})
"""Sets that stand before the measures of an order."""

BOUNDING_SETS: Final = SHAPE_SETS | {"EFFLEVEL", "APERIOD"}

_MARK: Final = re.compile(rb"(?:^|//|\n)[ \t]*(?:ACMID/|MSGID/ACO[/\s])")


@dataclass(slots=True)
class _Found:
    """What the orders of a file have yielded so far; `taken` as in `free_name`."""

    source: str
    operations: list[Operation] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)


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
    measures = sum(record.identifier == "ACMID" for record in records)
    if not measures:
        raise MalformedInput(
            "no ACMID: the order holds no measure", code="order-empty", wanted="an airspace control order in USMTF"
        )
    if measures > MAX_MEASURES:
        raise MalformedInput(
            f"over {MAX_MEASURES:,} measures", code="too-many-measures", wanted="several smaller orders"
        )
    found = _Found(context.source)
    for nth, (head, body) in enumerate(_orders(records)):
        if nth:
            message = "another order begins here: its measures take its own PERIOD and datum"
            found.notes.append(Note(context.source, head[0].at, head[0].identifier, message))
        _read_measures(body, _order(head, body, context, found), found)
    return Reading(NAME, tuple(found.operations), tuple(found.refusals), tuple(found.notes))


def _read_measures(body: tuple[Record, ...], order: Order, found: _Found) -> None:
    """The measures of one order."""
    undated: list[Record] = []
    for measure in _measures(body):
        head, name = measure[0], name_of(measure[0])
        try:
            operation, remarks = read_measure(measure, order)
        except MalformedInput as error:
            found.refusals.append(Refusal.of(error, source=found.source, subject=name))
            continue
        if not order.datum and all(record.identifier != "GEODATUM" for record in measure):
            undated.append(head)
        identifier = free_name(operation.identifier, found.taken)
        if identifier != operation.identifier:
            remarks = (*remarks, f"another measure bears this name; this one is called {identifier}")
        found.notes += [Note(found.source, head.at, identifier, remark) for remark in remarks]
        found.operations.append(replace(operation, identifier=identifier))
    if undated:
        remark = f"{len(undated)} measures state no datum, nor does the order; they were read as WGS 84"
        found.notes.append(Note(found.source, undated[0].at, "", remark))


def _orders(records: tuple[Record, ...]) -> list[tuple[tuple[Record, ...], tuple[Record, ...]]]:
    """Head and body of each order in a file: a head that follows a measure begins another, with years of its own."""
    begins = [0]
    below = False
    for i, record in enumerate(records):
        if below and record.identifier in HEAD_SETS and record.fields:
            begins.append(i)
            below = False
        below |= record.identifier == "ACMID"
    orders = []
    for begin, end in pairwise((*begins, len(records))):
        whole = records[begin:end]
        first = next((i for i, record in enumerate(whole) if record.identifier == "ACMID"), len(whole))
        orders.append((whole[:first], whole[first:]))
    return orders


def _order(
    head: tuple[Record, ...],
    body: tuple[Record, ...],
    context: Context,
    found: _Found,
) -> Order:
    """What the sets before the first ACMID say; what is wrong there is refused by itself."""
    datums = [datum_of(record) for record in head if record.identifier == "GEODATUM"]
    datum = next((name for name in datums if name not in WGS84_NAMES), datums[0] if datums else "")
    stated = [record for record in head if record.identifier == "PERIOD"]
    period: Span | None = None
    try:
        if stated:
            period, remarks = read_order_period(stated[0], context.horizon)
            found.notes += [Note(context.source, stated[0].at, "PERIOD", remark) for remark in remarks]
    except MalformedInput as error:
        found.refusals.append(Refusal.of(error, source=context.source, subject="PERIOD"))
    if len(stated) > 1:
        period = None
        again = ("set-twice", "a second PERIOD: neither is taken", "one for each order")
        found.refusals.append(Refusal(context.source, stated[1].at, "PERIOD", *again))
    stray = next((record for record in head if record.identifier in BOUNDING_SETS), None)
    if stray:
        nameless = f"{stray.identifier} belongs to no ACMID"
        found.refusals.append(Refusal(context.source, stray.at, "", "measure-nameless", nameless, "an ACMID before it"))
    foreign = any(record.identifier == "GEODATUM" and datum_of(record) not in WGS84_NAMES for record in body)
    return Order(context.party, period, datum, context.horizon, foreign)


def _measures(records: tuple[Record, ...]) -> Iterator[tuple[Record, ...]]:
    """The records of each measure; the first record is an ACMID."""
    if not records:
        return
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
