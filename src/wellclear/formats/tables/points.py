"""Rows of a table of places: circles with a band and a span."""

from __future__ import annotations

from wellclear.errors import MalformedInput
from wellclear.formats.gathering import Part
from wellclear.formats.tables import cells
from wellclear.formats.tables.header import ENDS, OPERATIONS, STARTS, Header, Limit
from wellclear.formats.tables.rows import Row
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height
from wellclear.geo.height_text import SURFACE, UNLIMITED, End, parse_height
from wellclear.geo.span import Span
from wellclear.model.reading import Context
from wellclear.model.volume import Volume


def part_of(row: Row, header: Header, context: Context) -> Part:
    """One row as a volume of its operation.

    Raises:
        MalformedInput: a cell that is needed is empty, or cannot be read; ``at`` names its column.
    """
    position = cells.position_of(row.cells)
    if position is None:
        raise MalformedInput("the row has no position", code="csv-cell", wanted="latitude and longitude")
    footprint = Footprint.circle(position, _radius_dmm(row, header))
    band = Band(_limit(row, header.floor, "floor"), _limit(row, header.ceiling, "ceiling"))
    volume = Volume(footprint, band, _span(row, header, context))
    operation = operation_of(row)
    return Part(
        party=row.cells.get("party", context.party),
        identifier=operation or row.cells.get("name", f"line {row.line}"),
        category=row.cells.get("category", ""),
        priority=_priority(row),
        name=row.cells.get("name", "") if operation else "",
        volumes=(volume,),
        at=f"line {row.line}",
    )


def operation_of(row: Row) -> str:
    """The operation that a row names; empty if it names none and is one by itself."""
    operation = cells.one_of(row.cells, OPERATIONS)
    return operation[1] if operation else ""


def _radius_dmm(row: Row, header: Header) -> int:
    if header.radius is None:
        return 0
    name, unit = header.radius
    text = _needed(row, name)
    return cells.in_column(name, lambda: cells.radius_dmm(text, unit))


def _limit(row: Row, column: Limit | None, end: End) -> Height | None:
    if column is None:
        raise MalformedInput(f"the table has no {end}", code="csv-columns", wanted="floor and ceiling")
    text = _needed(row, column.name)
    if text.upper() in SURFACE | UNLIMITED:
        return cells.in_column(column.name, lambda: parse_height(text, end=end))
    reference, unit = column.reference, column.unit
    if reference is None:
        return cells.in_column(column.name, lambda: cells.limit(text, end))
    if unit == "fl":
        return cells.in_column(column.name, lambda: parse_height(f"FL{text.upper().removeprefix('FL').strip()}"))
    return cells.in_column(column.name, lambda: cells.height(text, unit, reference))


def _span(row: Row, header: Header, context: Context) -> Span:
    start, end = cells.one_of(row.cells, STARTS), cells.one_of(row.cells, ENDS)
    if start is None and end is None and not (header.has(STARTS) or header.has(ENDS)):
        return context.horizon
    if start is None or end is None:
        raise MalformedInput(
            f"the row has no {'start' if start is None else 'end'}", code="csv-cell", wanted="both times"
        )
    return Span(
        cells.in_column(start[0], lambda: cells.time_ms(start[1], "down")),
        cells.in_column(end[0], lambda: cells.time_ms(end[1], "up")),
    )


def _priority(row: Row) -> int:
    text = row.cells.get("priority", "0")
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise MalformedInput(
            f"not a priority: {text[:20]!r}", code="csv-number", at="column priority", wanted="a number"
        )
    return int(text)


def _needed(row: Row, name: str) -> str:
    if name not in row.cells:
        raise MalformedInput("the cell is empty", code="csv-cell", at=f"column {name}")
    return row.cells[name]
