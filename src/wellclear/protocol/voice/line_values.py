"""The 18 lines: how each value is written, and the one form in which it is compared.

The values are the same in every language: figures, aviation's abbreviations and names. A receiver may also write the
kind, the shape and *none* in any language of the sheet, figures in any script, and positions, heights, distances and
times in any notation that is read strictly; all come to one form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.height_text import parse_height, print_height
from wellclear.geo.position_text import parse_position, print_dms
from wellclear.geo.quantity import parse_distance_dmm, parse_duration_ms, print_distance, print_duration
from wellclear.geo.time_text import parse_date_time_group, print_date_time_group
from wellclear.protocol.voice.heard_form import heard_form, one_line, western_digits
from wellclear.protocol.voice.languages import LANGUAGES

NONE: Final = "NONE"
"""Where a line has nothing; every line is read, so that none is missed."""

SENDER, RECIPIENT, KIND, IDENTIFIER, VERSION, CATEGORY = "1", "2", "3", "4", "5", "6"
VOLUME, SHAPE, BUFFER, FLOOR, CEILING, START, END = "7", "8", "9", "10", "11", "12", "13"
TAIL, AGREEMENT, PRIORITY, REMARKS, WORDS = "14", "15", "16", "17", "18"

AS_PAGE_ONE: Final = "="
"""Where a further page says what the first says."""

SAME_ON_EVERY_PAGE: Final = (SENDER, RECIPIENT, KIND, CATEGORY, TAIL, AGREEMENT, PRIORITY, REMARKS)
"""Lines that a further page does not repeat. It repeats identifier and version, so that pages are not mixed."""

IDENTICAL: Final = (*SAME_ON_EVERY_PAGE, IDENTIFIER, VERSION)
"""Lines that are equal on all pages of one sheet."""

OF_A_VOLUME: Final = (SHAPE, BUFFER, FLOOR, CEILING, START, END)
"""Lines that say NONE where the message has no volume, and only there."""

MAX_DICTATED_POINTS: Final = 99
"""Points of a footprint: numbered with two figures, and already an hour on the telephone."""

MAX_DICTATED_VOLUMES: Final = 200
"""As many as an operation has."""

MAX_TEXT_CHARACTERS: Final = 500
"""Of a name or of remarks: as many as a remark of a notice has, and minutes to read."""

_COUNT: Final = re.compile(r"(0|[1-9][0-9]{0,8})")
_PAGE: Final = re.compile(r"([0-9]{1,3})\s*/\s*([0-9]{1,3})")
_SHAPE: Final = re.compile(r"(\D+?)\s*([0-9]{1,2})")
_POINT: Final = re.compile(r"8\.(?:[1-9]|[1-9][0-9])")
_HUNDREDTHS: Final = re.compile(r"\.00(?=[NSEW])")


def is_label(label: str) -> bool:
    """Whether a sheet has such a line: ``1`` to ``18``, ``8.1`` to ``8.99``."""
    return label in _FORMS or label == WORDS or _POINT.fullmatch(label) is not None


def comparable(label: str, text: str) -> str:
    """The one form of a line's value, in which both sides compare it and which is checked.

    Args:
        label: of the line, ``1`` to ``17`` or ``8.1`` and so on.
        text: as typed, without the line's number and check number.

    Raises:
        MalformedInput: not such a value, or one that can be read in two ways; placed at the line.
    """
    try:
        return _FORMS["8.1" if _POINT.fullmatch(label) else label](one_line(western_digits(text)))
    except MalformedInput as error:
        raise error.placed(f"line {label}") from error


def sheet_position(text: str) -> str:
    """A position of the sheet without its grid reference: what stands before the ``=``."""
    return text.partition("=")[0].strip()


def print_sheet_position(text: str) -> str:
    """Degrees, minutes and seconds, without hundredths where there are none: ``33-30-00N 044-15-30.25E``.

    text  as `print_dms` gives it
    """
    return _HUNDREDTHS.sub("", text)


def page_of(text: str) -> tuple[int, int]:
    """Number and count of volumes of line 7, in its one form."""
    number, _, count = text.partition("/")
    return int(number), int(count)


def shape_of(text: str) -> tuple[str, int]:
    """Core and number of points of line 8, in its one form; no points for none."""
    core, _, count = text.partition(" ")
    return core, int(count or 0)


def _name(text: str) -> str:
    if len(text) > MAX_TEXT_CHARACTERS:
        raise MalformedInput(f"a text of {len(text)} characters", code="dictation-long", wanted="at most 500")
    return "" if is_none(text) else heard_form(text)


def is_none(text: str) -> bool:
    """Whether this says *none*, in any language of the sheet."""
    return heard_form(text) in _NONES


def _worded(table: Mapping[str, str], what: str) -> Callable[[str], str]:
    def code(text: str) -> str:
        found = table.get(heard_form(text))
        if found is None:
            wanted = ", ".join(dict.fromkeys(table.values()))
            raise MalformedInput(f"not a {what}: {text[:40]!r}", code="dictation-word", wanted=wanted)
        return found

    return code


def _by_word(tables: list[Mapping[str, str]]) -> dict[str, str]:
    """Codes by themselves and by their names in each language, as heard."""
    return {heard_form(word): code for table in tables for code, name in table.items() for word in (code, name)}


def _number(text: str) -> str:
    if not _COUNT.fullmatch(text):
        raise MalformedInput(f"not a number: {text[:40]!r}", code="dictation-number", wanted="such as 3")
    return text


def _signed(text: str) -> str:
    below = text.startswith("-") and text != "-0"
    return f"-{_number(text[1:])}" if below else _number(text)


def _page(text: str) -> str:
    match = _PAGE.fullmatch(text)
    number, count = (int(match[1]), int(match[2])) if match else (-1, -1)
    if not (1 <= number <= count <= MAX_DICTATED_VOLUMES or number == count == 0):
        raise MalformedInput(f"not a volume of so many: {text[:40]!r}", code="dictation-page", wanted="such as 1/3")
    return f"{number}/{count}"


def _shape(text: str) -> str:
    if is_none(text):
        return NONE
    match = _SHAPE.fullmatch(text)
    if not match or match[2].startswith("0"):
        wanted = "such as POINT 1, LINE 2 or AREA 4"
        raise MalformedInput(f"no shape and number of points: {text[:40]!r}", code="dictation-shape", wanted=wanted)
    return f"{_core(match[1])} {match[2]}"


def _position(text: str) -> str:
    return print_dms(parse_position(sheet_position(text)))


def _or_none(form: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: NONE if is_none(text) else form(text)


_KINDS: Final = _by_word([language.kinds for language in LANGUAGES.values()])
_NONES: Final = {heard_form(language.none) for language in LANGUAGES.values()} | {""}
_core: Final = _worded(_by_word([language.cores for language in LANGUAGES.values()]), "shape")
_FORMS: Final[dict[str, Callable[[str], str]]] = {
    SENDER: _name,
    RECIPIENT: _name,
    KIND: _worded(_KINDS, "kind of message"),
    IDENTIFIER: _name,
    VERSION: _number,
    CATEGORY: _name,
    VOLUME: _page,
    SHAPE: _shape,
    "8.1": _position,
    BUFFER: _or_none(lambda text: print_distance(parse_distance_dmm(text))),
    FLOOR: _or_none(lambda text: print_height(parse_height(text, end="floor"), end="floor")),
    CEILING: _or_none(lambda text: print_height(parse_height(text, end="ceiling"), end="ceiling")),
    START: _or_none(lambda text: print_date_time_group(parse_date_time_group(text))),
    END: _or_none(lambda text: print_date_time_group(parse_date_time_group(text))),
    TAIL: lambda text: print_duration(0 if is_none(text) else parse_duration_ms(text)),
    AGREEMENT: _name,
    PRIORITY: _signed,
    REMARKS: _name,
}
