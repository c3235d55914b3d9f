"""The sets of a message: ``IDENTIFIER/field/field//``, over one line or several, each with its place.

A set ends at ``//`` before the end of a line or before another set's identifier. ``//`` anywhere else is an empty
field. A line that begins with an identifier begins a set, even if the one before it was never ended: so no measure
swallows the next.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.limits import MAX_RING_POINTS

FREE_TEXT: Final = frozenset({"AMPN", "NARR", "GENTEXT", "RMKS"})
"""Sets whose fields are prose: nothing in them bounds airspace."""

SHAPE_SETS: Final = frozenset(
    {"POLYGON", "CIRCLE", "CORRIDOR", "GEOLINE", "APOINT", "AORBIT", "RADARC", "POLYARC", "1TRACK"}
)

IDENTIFIERS: Final = (
    FREE_TEXT
    | SHAPE_SETS
    | {"EXER", "OPER", "MSGID", "REF", "ACOID", "GEODATUM", "PERIOD", "ACMID", "EFFLEVEL", "APERIOD", "CNTRLPT"}
    | {"CONTAUTH", "TRACK"}
)
"""Identifiers that begin a set wherever they stand at the start of a line or after ``//``."""

MAX_FIELDS: Final = MAX_RING_POINTS + 64
"""Fields kept of one set: every point of the largest footprint and all that stands beside them."""

MAX_SETS: Final = 200_000
"""Sets of one order: ten for each of its measures, and a bound on memory."""

_NAMES: Final = "|".join(sorted(IDENTIFIERS))
_END: Final = re.compile(rf"//(?=[ \t]*(?:\n|\Z)|(?:{_NAMES})/)")
_BEGIN: Final = re.compile(rf"^[ \t]*(?=(?:{_NAMES})/)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Record:
    """One set.

    Attributes:
        identifier: what the set calls itself: ``POLYGON``.
        fields: in order, without the identifier and without white space round them; at most `MAX_FIELDS`.
        lines: the line of each field, from 1.
        line: the line on which the set begins.
        count: how many fields there are, also of those not kept.
        ended: whether ``//`` ended it.
    """

    identifier: str
    fields: tuple[str, ...]
    lines: tuple[int, ...]
    line: int
    count: int
    ended: bool

    @property
    def at(self) -> str:
        """The place of the set."""
        return f"line {self.line}"

    def at_field(self, index: int) -> str:
        """The place of a field, counted from 1 after the identifier."""
        return f"line {self.lines[index]}, field {index + 1}"


def lex(content: bytes) -> tuple[Record, ...]:
    """Divide a message into its sets.

    Characters over 0x7F are kept as they are in Latin-1, for whoever reads the set to refuse.

    Raises:
        MalformedInput: the bytes are not text, or hold over `MAX_SETS` sets.
    """
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise MalformedInput(
            "a zero byte: the file is not text", code="not-text", at=f"line {line}", wanted="an order in plain ASCII"
        )
    text = content.removeprefix(b"\xef\xbb\xbf").decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    records: list[Record] = []
    start, line = 0, 1
    for end in (match.start() for match in _END.finditer(text)):
        records += _sets_within(text[start:end], line, ended=True)
        line += text.count("\n", start, end)
        start = end + 2
        _check_count(records)
    records += _sets_within(text[start:], line, ended=False)
    _check_count(records)
    return tuple(records)


def _check_count(records: list[Record]) -> None:
    if len(records) > MAX_SETS:
        raise MalformedInput(
            f"over {MAX_SETS:,} sets", code="too-many-sets", at=records[MAX_SETS].at, wanted="several smaller orders"
        )


def _sets_within(segment: str, line: int, *, ended: bool) -> list[Record]:
    """The sets up to one ``//``: one, or more where earlier ones were never ended."""
    if not segment or segment.isspace():
        return []
    if "\n" not in segment.strip():
        return [_record(segment, line, ended=ended)]
    begins = [0, *(match.start() for match in _BEGIN.finditer(segment) if match.start() > 0), len(segment)]
    records = []
    for begin, end in itertools.pairwise(begins):
        part = segment[begin:end]
        if part.strip():
            records.append(_record(part, line, ended=ended and end == len(segment)))
            if len(records) > MAX_SETS:
                break
        line += part.count("\n")
    return records


def _record(part: str, line: int, *, ended: bool) -> Record:
    body = part.lstrip()
    line += part.count("\n", 0, len(part) - len(body))
    pieces = body.split("/", MAX_FIELDS + 1)
    fields, lines = [], []
    here = line + pieces[0].count("\n")
    for piece in pieces[1 : MAX_FIELDS + 1]:
        inner = piece.lstrip()
        fields.append(inner.rstrip())
        lines.append(here + piece.count("\n", 0, len(piece) - len(inner)))
        here += piece.count("\n")
    return Record(pieces[0].strip(), tuple(fields), tuple(lines), line, body.count("/"), ended)
