"""OpenAir airspace files into operations: one for each airspace, or one refusal."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from wellclear.errors import MalformedInput, WellclearError
from wellclear.formats.gathering import refuse_mostly_wrong
from wellclear.formats.openair.limits_text import parse_activation, parse_limit
from wellclear.formats.openair.lines import Line, Record, left_out, records_of
from wellclear.formats.openair.shapes import Drawing
from wellclear.geo.height import Band, Height
from wellclear.geo.height_text import End
from wellclear.geo.span import Span
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Note, Reading, Refusal
from wellclear.model.volume import Volume

RECOGNISED_BYTES: Final = 1_048_576
"""How much of a file is looked at to recognise it."""

UNCLASSIFIED: Final = frozenset({"UNC", "UNCLASSIFIED", "NONE"})

CARRIED_ELSEWHERE: Final = frozenset({"AF", "AR", "AG", "AX", "TP", "AI", "AT", "SP", "SB"})
"""Frequency, station, transponder code, identifier, label, pen and brush: nothing of them bounds airspace."""

_CLASS: Final = re.compile(rb"^[ \t]*AC[ \t]+\S", re.MULTILINE)
_BESIDE: Final = re.compile(rb"^[ \t]*(?:AN|AL|AH|AY|DP|DC|DA|DB|DY|V)[ \t]+\S", re.MULTILINE)


def recognises(content: bytes) -> bool:
    """Whether the content is an OpenAir file: lines that begin with AC, and others beside them."""
    head = content[:RECOGNISED_BYTES].removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n")
    return b"\x00" not in head and _CLASS.search(head) is not None and _BESIDE.search(head) is not None


def read(content: bytes, context: Context) -> Reading:
    """Read an OpenAir file; each airspace becomes one operation.

    Raises:
        MalformedInput: there is no airspace in it, or hardly one of many can be read.
        RuleViolated: too many lines.
    """
    notes = [Note(context.source, at, "", text) for at, text in left_out(content)]
    operations: list[Operation] = []
    refusals: list[Refusal] = []
    timeless = 0
    names: Counter[str] = Counter()
    for record in records_of(content):
        try:
            operation, remarks = _operation(record, context, names)
        except WellclearError as error:
            at = record.lines[0].at if not error.at else ""
            refusals.append(Refusal.of(error, source=context.source, at=at, subject=record.subject))
            refuse_mostly_wrong(len(refusals), len(operations), refusals[0])
            continue
        operations.append(operation)
        timeless += not any(line.kind == "AA" for line in record.lines)
        notes += [Note(context.source, at, record.subject, text) for at, text in (*record.notes, *remarks)]
    if not operations and not refusals:
        raise MalformedInput(
            "there is no airspace in the file", code="openair-empty", wanted="records beginning with AC"
        )
    if timeless:
        span = context.horizon
        when = f"from {print_rfc3339(span.start_ms)} until {print_rfc3339(span.end_ms)}"
        notes.append(Note(context.source, "", "", f"{timeless:,} airspaces state no time: read as active {when}"))
    return Reading("openair", tuple(operations), tuple(refusals), tuple(notes))


def _operation(record: Record, context: Context, names: Counter[str]) -> tuple[Operation, list[tuple[str, str]]]:
    """One airspace as an operation, with remarks on how it was read."""
    drawing = Drawing()
    limits: dict[End, tuple[Height | None, str]] = {}
    spans: list[Span] = []
    remarks: list[tuple[str, str]] = []
    for line in record.lines:
        try:
            remark = _take(line, drawing, limits, spans, context)
        except WellclearError as error:
            raise error.placed(line.at) from None
        remarks += [(line.at, remark)] if remark else []
    band = _band(limits)
    footprint = drawing.footprint()
    if not record.name:
        raise MalformedInput("the airspace has no name", code="openair-name", wanted="an AN record")
    names[record.name] += 1
    nth = names[record.name]
    spans = spans or [context.horizon]
    volumes = tuple(Volume(footprint, band, span, str(i)) for i, span in enumerate(spans, start=1))
    identifier = record.name if nth == 1 else f"{record.name} #{nth}"
    return Operation(context.party, identifier, volumes, _category(record)), [*drawing.remarks, *remarks]


def _take(
    line: Line, drawing: Drawing, limits: dict[End, tuple[Height | None, str]], spans: list[Span], context: Context
) -> str:
    """Take one line; returns a remark or nothing."""
    if line.kind in ("AL", "AH"):
        end: End = "floor" if line.kind == "AL" else "ceiling"
        if end in limits:
            raise MalformedInput(f"a second {line.kind} in one airspace", code="openair-twice", wanted="one of each")
        limits[end] = parse_limit(line.text, end)
        return limits[end][1]
    if line.kind == "V" or line.kind.startswith("D"):
        drawing.take(line)
        return ""
    if line.kind == "AA":
        span, remark = parse_activation(line.text, context.horizon)
        spans.append(span)
        return remark
    if line.kind in ("AC", "AN", "AY") or line.kind in CARRIED_ELSEWHERE:
        return ""
    if line.kind.startswith("A"):
        return f"{line.kind} is not known and was not read"
    raise MalformedInput(f"the line is not OpenAir: {line.text[:60]!r}", code="openair-record")


def _band(limits: dict[End, tuple[Height | None, str]]) -> Band:
    for end, kind in (("floor", "AL"), ("ceiling", "AH")):
        if end not in limits:
            raise MalformedInput(f"the airspace has no {end}", code="openair-limit", wanted=f"an {kind} record")
    return Band(limits["floor"][0], limits["ceiling"][0])


def _category(record: Record) -> str:
    """The type (AY) if it is stated, else the class (AC)."""
    stated = [line.text for kind in ("AY", "AC") for line in record.lines if line.kind == kind]
    return next((text for text in stated if text and text.upper() not in UNCLASSIFIED), "")
