"""OpenAir text into records: lines with their numbers, grouped by the airspace that they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.model.reading import Note

MAX_LINE_CHARACTERS: Final = 1_000
"""Longer is not a line of OpenAir."""

TEXTS: Final = frozenset({"AN", "AG"})
"""Records of free text, in which an asterisk begins no comment and the encoding decides nothing."""

_LINE: Final = re.compile(r"([A-Za-z]{1,2})(?:[ \t]+(.*))?")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is neither empty nor a comment.

    Attributes:
        number: from 1.
        kind: ``AC``, ``DP``, ``V``; empty where the line is not of the form that OpenAir has.
        text: what follows.
    """

    number: int
    kind: str
    text: str

    @property
    def at(self) -> str:
        """The place, for errors."""
        return f"line {self.number}"


@dataclass(frozen=True, slots=True)
class Record:
    """The lines of one airspace, from its ``AC`` to the next.

    Attributes:
        lines: the first one is its AC.
        notes: remarks on how they were read, without their source.
    """

    lines: tuple[Line, ...]
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """What the airspace calls itself; empty if it has no AN."""
        return next((line.text for line in self.lines if line.kind == "AN"), "")

    @property
    def subject(self) -> str:
        """Name and class, for refusals and notes: ``LSR28 (R)``."""
        return f"{self.name or 'without a name'} ({self.lines[0].text})"


def split_records(content: bytes, source: str) -> tuple[list[Record], list[Note]]:
    """Group a file's lines by airspace; what comes before the first AC, or is terrain, is noted.

    Raises:
        MalformedInput: there is no airspace in it.
    """
    records: list[Record] = []
    notes: list[Note] = []
    block: list[Line] = []
    remarks: list[tuple[str, str]] = []
    inside = False
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        line, remark = _line(number, raw)
        if line is None:
            continue
        if line.kind in ("AC", "TO", "TC"):
            if block:
                records.append(Record(tuple(block), tuple(remarks)))
            block, remarks, inside = [], [], line.kind == "AC"
        if inside:
            block.append(line)
            remarks += [(line.at, remark)] if remark else []
        elif line.kind not in ("SP", "SB", "V", "DP"):
            what = "terrain is not airspace" if line.kind in ("TO", "TC") else "the line belongs to no airspace"
            notes.append(Note(source, line.at, line.text[:60], f"{what} and was not read"))
    if block:
        records.append(Record(tuple(block), tuple(remarks)))
    if not records:
        raise MalformedInput(
            "there is no airspace in the file", code="openair-empty", wanted="records beginning with AC"
        )
    return records, notes


def _line(number: int, raw: bytes) -> tuple[Line | None, str]:
    """One line, and a remark on its encoding; an unreadable line keeps its place with an empty kind."""
    remark = ""
    try:
        text = raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        text = raw.decode("latin-1").strip()
        remark = "the text is not UTF-8 and was read as ISO 8859-1"
    if not text or text.startswith("*"):
        return None, ""
    match = _LINE.fullmatch(text) if len(text) <= MAX_LINE_CHARACTERS else None
    if not match or "\x00" in text:
        return Line(number, "", text[:MAX_LINE_CHARACTERS]), ""
    kind, rest = match[1].upper(), (match[2] or "").strip()
    if kind in TEXTS:
        return Line(number, kind, rest), remark
    rest = rest.partition("*")[0].strip()
    if remark and not rest.isascii():
        return Line(number, "", text), ""
    return Line(number, kind, rest), ""
