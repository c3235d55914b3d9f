"""Delimited text into rows of named cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput, RuleViolated

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}

MAX_COLUMNS: Final = 200
"""More columns are not a table of positions."""

MAX_ROWS: Final = 300_000
"""More rows are a recording of days: it is read in parts, or as parquet."""

MAX_LINE_CHARACTERS: Final = 100_000
"""A longer line is no row of a table."""

_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, or what is wrong with it.

    Attributes:
        line: where it begins, from 1.
        cells: by the header's names as `normal` gives them; empty cells are left out.
        fault: why there are no cells.
    """

    line: int
    cells: Mapping[str, str]
    fault: MalformedInput | None = None


def text_of(content: bytes) -> str:
    """The text of a table, without a byte order mark.

    Raises:
        MalformedInput: empty, not UTF-8, or with zero bytes.
        RuleViolated: too many rows.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedInput(
            f"byte 0x{content[error.start]:02x} is not UTF-8",
            code="csv-encoding",
            at=f"byte {error.start}",
            wanted="UTF-8",
        ) from None
    if "\x00" in text:
        raise MalformedInput("the text has zero bytes", code="csv-encoding", wanted="UTF-8")
    if not text.strip():
        raise MalformedInput("the file is empty", code="file-empty", at="byte 0")
    if max(text.count("\n"), text.count("\r")) > MAX_ROWS:
        raise RuleViolated("the table has too many rows", code="csv-rows", wanted=f"at most {MAX_ROWS:,}")
    return text


def header_of(text: str) -> tuple[str, list[str]]:
    """The delimiter and the header's names.

    Raises:
        RuleViolated: a line that is too long.
        MalformedInput: no delimiter or more than one kind in the first line, or too many columns.
    """
    first = next((line for line in _lines(text) if line.strip()), "")
    bare = _QUOTED.sub("", first)
    found = [delimiter for delimiter in DELIMITERS if delimiter in bare]
    if len(found) != 1:
        wrong = "no delimiter" if not found else f"more than one delimiter ({', '.join(DELIMITERS[d] for d in found)})"
        raise MalformedInput(
            f"the header has {wrong}", code="csv-delimiter", at="line 1", wanted="comma, semicolon or tab"
        )
    try:
        names = next(csv.reader([first.strip("\r\n")], delimiter=found[0], strict=True))
    except csv.Error as error:
        raise MalformedInput(f"the header cannot be read: {error}", code="csv-quotes", at="line 1") from None
    if len(names) > MAX_COLUMNS:
        raise MalformedInput(
            f"{len(names):,} columns", code="csv-columns", at="line 1", wanted=f"at most {MAX_COLUMNS}"
        )
    return found[0], [normal(name) for name in names]


def normal(name: str) -> str:
    """A header's name in lower case with underscores: ``Floor (ft AMSL)`` is ``floor_ft_amsl``."""
    return "_".join(re.findall(r"[^\W_]+", name.lower()))


def rows_of(text: str, delimiter: str, names: list[str]) -> Iterator[Row]:
    """The rows below the header; empty lines are no rows."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    waits_for_header = True
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reach = f"lines {line} to {reader.line_num}" if reader.line_num > line else "the row"
            fault = MalformedInput(f"{reach} cannot be read: {error}", code="csv-quotes", wanted='quotes doubled: ""')
            yield Row(line, {}, fault)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if waits_for_header:
            waits_for_header = False
            continue
        yield _row((line, reader.line_num), cells, names, delimiter)


def _lines(text: str) -> Iterator[str]:
    """The lines of a text with their ends; one that is no row of a table ends it with its error."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > MAX_LINE_CHARACTERS:
            raise RuleViolated(
                f"a line of {len(line):,} characters",
                code="csv-line",
                at=f"line {number}",
                wanted=f"at most {MAX_LINE_CHARACTERS:,}",
            )
        yield line


def _row(lines: tuple[int, int], cells: list[str], names: list[str], delimiter: str) -> Row:
    """One row, which runs from the first to the second of the lines."""
    line, last = lines
    row = "" if last == line else f"lines {line} to {last} are one row: "
    if row and any(part.count(delimiter) >= len(names) - 1 for cell in cells for part in cell.splitlines()):
        message = f"{row}a quoted cell holds a whole row, as if a quote were missing or one too many"
        return Row(line, {}, MalformedInput(message, code="csv-quotes", wanted='quotes in pairs, doubled within: ""'))
    if len(cells) != len(names):
        fault = MalformedInput(
            f"{row}{len(cells)} cells below {len(names)} names",
            code="csv-width",
            wanted="one cell for each name, and a point in decimals",
        )
        return Row(line, {}, fault)
    named = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}
    return Row(line, named)
