"""Tables in CSV: places with bands and spans, or records of flights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from wellclear.errors import MalformedInput, WellclearError
from wellclear.formats.gathering import Gathering, Part
from wellclear.formats.tables import cells
from wellclear.formats.tables.header import ENDS, STARTS, TIMES, Header, read_header
from wellclear.formats.tables.points import operation_of, part_of
from wellclear.formats.tables.rows import Row, header_of, rows_of, text_of
from wellclear.formats.tracks.fixes import Fix, checked_time_ms, flight_of
from wellclear.formats.tracks.flights import MAX_REFUSALS, Flights
from wellclear.geo.height import Height, Reference
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.reading import Context, Note, Reading, Refusal

NAME: Final = "csv"

HEAD_BYTES: Final = 16_384
"""How much of a file is looked at to recognise it."""


def recognises(content: bytes) -> bool:
    """Whether the content begins with a header that has a column for positions."""
    head = content[:HEAD_BYTES].decode("utf-8-sig", errors="replace")
    first = next((line for line in head.splitlines() if line.strip()), "")
    if first.lstrip()[:1] in ("{", "[", "<"):
        return False
    try:
        _, names = header_of(first)
    except WellclearError:
        return False
    pairs = [set(cells.LATITUDES) & set(names), set(cells.LONGITUDES) & set(names)]
    return all(pairs) or bool(set(cells.POSITIONS) & set(names))


def read(content: bytes, context: Context) -> Reading:
    """Read a table; rows of one party and operation are volumes of one operation, records of one flight a flight.

    Raises:
        MalformedInput: not such a table, or its header may mean two things.
        RuleViolated: too many rows, or a line that is too long.
    """
    text = text_of(content)
    delimiter, names = header_of(text)
    header = read_header(names)
    rows = rows_of(text, delimiter, names)
    if header.is_track:
        flights = Flights(NAME, context, lambda line: f"line {line}")
        for row in rows:
            _add_fix(flights, row, header)
        reading = flights.reading()
    else:
        if header.floor is None or header.ceiling is None:
            raise MalformedInput(
                "the table has no heights",
                code="csv-columns",
                at="line 1",
                wanted="floor and ceiling for places, time and altitude_ft for tracks",
            )
        reading = _places(rows, header, context)
    notes = [Note(context.source, "line 1", "", message) for message in _remarks(header, context)]
    return Reading(NAME, reading.operations, reading.refusals, (*notes, *reading.notes))


def _places(rows: Iterable[Row], header: Header, context: Context) -> Reading:
    gathering = Gathering(NAME, context)
    refused = 0
    taken: Counter[tuple[str, str]] = Counter()
    for row in rows:
        try:
            if row.fault:
                raise row.fault
            gathering.add(_apart(part_of(row, header, context), operation_of(row), taken))
        except WellclearError as error:
            refused += 1
            if refused <= MAX_REFUSALS:
                subject = row.cells.get("operation", row.cells.get("name", ""))
                gathering.refuse(Refusal.of(error, source=context.source, at=f"line {row.line}", subject=subject))
    if refused > MAX_REFUSALS:
        message = f"{refused - MAX_REFUSALS:,} more rows were refused"
        gathering.refuse(Refusal(context.source, "", "", "csv-more", message))
    return gathering.reading()


def _apart(part: Part, operation: str, taken: Counter[tuple[str, str]]) -> Part:
    """The part; one of a row that names no operation is an operation by itself, whatever others are called."""
    identifier, number = part.identifier, 1
    while not operation and taken[part.party, identifier]:
        number += 1
        identifier = f"{part.identifier} #{number}"
    taken[part.party, identifier] += 1
    return replace(part, identifier=identifier)


def _add_fix(flights: Flights, row: Row, header: Header) -> None:
    try:
        if row.fault:
            raise row.fault
        flights.add(_fix(row, header))
    except WellclearError as error:
        flights.refuse(row.line, error, row.cells.get("flight_id", row.cells.get("callsign", "")))


def _fix(row: Row, header: Header) -> Fix:
    time = cells.one_of(row.cells, TIMES)
    if time is None:
        raise MalformedInput("the row has no time", code="csv-cell", wanted="such as 2018-09-17T18:39:00Z")
    heights = [_height(row, name, *kind) for name, kind in header.altitudes.items() if name in row.cells]
    time_ms = cells.in_column(time[0], lambda: _moment_ms(time[1]))
    return Fix(row.line, flight_of(row.cells), time_ms, cells.position_of(row.cells), tuple(heights))


def _height(row: Row, name: str, unit: str, reference: Reference) -> Height:
    return cells.in_column(name, lambda: cells.height(row.cells[name], unit, reference))


def _moment_ms(text: str) -> int:
    """A time, or a whole number of milliseconds."""
    if text.isascii() and text.isdecimal() and len(text) <= 15:
        return checked_time_ms(int(text))
    return cells.time_ms(text, "down")


def _remarks(header: Header, context: Context) -> list[str]:
    """What holds for the whole table."""
    remarks = [f"columns that were not read: {', '.join(header.unread)[:500]}"] if header.unread else []
    if header.is_track:
        return remarks
    if header.radius is None:
        remarks.append("there is no radius: read as bare points")
    if not header.has(STARTS) and not header.has(ENDS):
        span = context.horizon
        when = f"from {print_rfc3339(span.start_ms)} until {print_rfc3339(span.end_ms)}"
        remarks.append(f"there are no times: read as active {when}")
    return remarks
