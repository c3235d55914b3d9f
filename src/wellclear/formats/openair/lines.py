"""OpenAir text into records: lines with their numbers, grouped by the airspace that they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wellclear.errors import RuleViolated

MAX_LINE_CHARACTERS: Final = 1_000
"""Longer is not a line of OpenAir."""

MAX_LINES: Final = 2_000_000
"""The airspace of the whole world as published takes some 1.5 million."""

MAX_RECORD_LINES: Final = 100_000
"""A hundred times the points of the largest footprint: no airspace, and a bound on the work for one."""

TEXTS: Final = frozenset({"AN", "AG"})
"""Records of free text, in which an asterisk begins no comment and the encoding decides nothing."""

_RAW: Final = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_TERRAIN: Final = re.compile(rb"(?:^|[\r\n])[ \t]*T[OC]\b", re.IGNORECASE)
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


def records_of(content: bytes) -> Iterator[Record]:
    """The airspaces of a file, each from its AC to the next; terrain and what comes before the first AC are left out.

    Raises:
        RuleViolated: too many lines, also in one airspace.
    """
    block: list[Line] = []
    remarks: list[tuple[str, str]] = []
    inside = False
    for line, remark in _lines(content):
        if line.kind in ("AC", "TO", "TC"):
            if block:
                yield Record(tuple(block), tuple(remarks))
            block, remarks, inside = [], [], line.kind == "AC"
        if inside:
            if len(block) == MAX_RECORD_LINES:
                raise RuleViolated(
                    f"over {MAX_RECORD_LINES:,} lines in one airspace", code="openair-lines", at=line.at, wanted="an AC"
                )
            block.append(line)
            remarks += [(line.at, remark)] if remark else []
    if block:
        yield Record(tuple(block), tuple(remarks))


def left_out(content: bytes) -> list[tuple[str, str]]:
    """Places and remarks on what `records_of` leaves out: terrain, and lines before the first airspace."""
    stray: list[str] = []
    terrain: list[str] = []
    outside = True
    has_terrain = _TERRAIN.search(content) is not None
    for line, _ in _lines(content):
        if line.kind in ("TO", "TC"):
            terrain.append(line.at)
        if line.kind in ("AC", "TO", "TC"):
            outside = False
        elif outside and line.kind not in ("SP", "SB", "V"):
            stray.append(line.at)
        if not outside and not has_terrain:
            break
    remarks = [(stray[0], f"{len(stray):,} lines before the first airspace were not read")] if stray else []
    if terrain:
        remarks.append((terrain[0], f"terrain is not airspace: {len(terrain):,} of its records were not read"))
    return remarks


def _lines(content: bytes) -> Iterator[tuple[Line, str]]:
    """All lines but the empty ones and comments, each with a remark on its encoding or none."""
    if max(content.count(b"\n"), content.count(b"\r")) > MAX_LINES:
        raise RuleViolated("the file has too many lines", code="openair-lines", wanted=f"at most {MAX_LINES:,}")
    for number, match in enumerate(_RAW.finditer(content.removeprefix(b"\xef\xbb\xbf")), start=1):
        line, remark = _line(number, match[1])
        if line is not None:
            yield line, remark


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
