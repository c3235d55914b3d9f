"""What was heard of a dictation sheet: typed line by line, checked at once, and put together again.

A line is typed as `NUMBER VALUE *CHECK`: ``12 171839ZSEP2018 *47``. The check number may be left out; the check words
of each page may not. A printed sheet may be entered as it is: its labels and remarks in brackets are passed over, and
so are lines that begin with ``#``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from wellclear.errors import MalformedInput, VerificationFailed, WellclearError
from wellclear.geo.footprint import Core
from wellclear.geo.height import Band
from wellclear.geo.height_text import parse_height
from wellclear.geo.mgrs_text import print_mgrs
from wellclear.geo.position_text import parse_position
from wellclear.geo.quantity import parse_distance_dmm, parse_duration_ms
from wellclear.geo.span import Span
from wellclear.geo.time_text import parse_date_time_group
from wellclear.model.volume import Volume
from wellclear.protocol.voice import line_values as lines
from wellclear.protocol.voice.check_words import verify_check_words
from wellclear.protocol.voice.dictated import Dictated, footprint_of
from wellclear.protocol.voice.heard_form import heard_form, one_line, western_digits
from wellclear.protocol.voice.languages import LANGUAGES
from wellclear.protocol.voice.sheet import ASIDE, Line, check_number, line_name, page_digest, page_lines

MAX_ENTRY_CHARACTERS: Final = 1_000_000
"""Of all pages together: more than 200 pages of 99 points need, and a bound on the work."""

MAX_LINE_CHARACTERS: Final = 2_000
"""Of one typed line: a text of 500 characters with whatever a keyboard adds to it."""

_ENTRY: Final = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2})?)[.:)]?(?:\s+(.*?))?(?:\s*\*\s*([0-9]{2})(?:\s*\(.*\))?)?")
_NUMBERED: Final = tuple(str(number) for number in range(1, 19))


@dataclass(frozen=True, slots=True)
class LineDifference:
    """A line in which what was heard is not what is held.

    Attributes:
        page_number: from 1.
        label: of the line: ``12``, ``8.1``.
        heard: its value as heard; empty where the line is missing.
        held: its value as held; empty where there is no such line.
    """

    page_number: int
    label: str
    heard: str
    held: str


def parse_line(text: str) -> Line:
    """Read one typed line and check it by itself.

    Args:
        text: ``12 171839ZSEP2018 *47``; positions with or without their grid reference.

    Raises:
        MalformedInput: no such line, or a value that cannot be read in one way only.
        VerificationFailed: ``line-check``: the check number is not the value's; ``line-grid``: degrees and grid
            reference name different places.
    """
    match = _ENTRY.fullmatch(western_digits(_plain(text))) if len(text) <= MAX_LINE_CHARACTERS else None
    label = match[1] if match else ""
    if match is None or not lines.is_label(label):
        raise MalformedInput(
            f"no line of the sheet: {text[:40]!r}", code="dictation-line", wanted="its number, then what was heard"
        )
    value, typed_check = _unlabelled(label, match[2] or ""), match[3]
    if label == lines.WORDS or value == lines.AS_PAGE_ONE:
        return Line(label, value, value)
    compared = lines.comparable(label, value)
    right = check_number(label, compared)
    if typed_check not in (None, right):
        raise VerificationFailed(
            f"the check number of {value!r} is {right}, not {typed_check}",
            code="line-check",
            at=f"line {label}",
            wanted="the line read again",
        )
    _verify_grid(label, value, compared)
    return Line(label, value, compared)


def parse_sheet(text: str, language: str) -> Dictated:
    """Read all pages of what was heard and check them.

    Args:
        text: one typed line for each line of the sheet, in order; empty lines do not count.
        language: in which the check words were heard: en, ru, he, ar or fr.

    Raises:
        MalformedInput: a line is missing, out of order or not readable; a page is missing; no such shape or time.
        NotFound: there is no such language.
        VerificationFailed: as `parse_line`, or ``check-words``; ``at`` names page and line.
    """
    if len(text) > MAX_ENTRY_CHARACTERS:
        raise MalformedInput("the text is too long for a sheet", code="dictation-long", wanted="18 lines a page")
    pages: list[list[Line]] = []
    for typed in text.splitlines():
        if not typed.strip() or typed.startswith(ASIDE):
            continue
        line = _placed(len(pages) or 1, typed)
        if line.label == lines.SENDER:
            pages.append([])
        if not pages:
            raise MalformedInput("the sheet does not begin with line 1", code="dictation-order", wanted="line 1 first")
        pages[-1].append(line)
    if not pages:
        raise MalformedInput("no line was entered", code="dictation-order", wanted="18 lines")
    whole = [_whole_page(page, pages[0], number) for number, page in enumerate(pages, start=1)]
    for number, page in enumerate(whole, start=1):
        _verify_words(page, number, language)
    _verify_pages(whole)
    return _dictated(whole)


def differing_lines(heard: Dictated, held: Dictated) -> tuple[LineDifference, ...]:
    """Lines in which a message that was heard differs from the one that is held, first page first; none for a match.

    Raises:
        RuleViolated: too many volumes or points for a sheet.
        MalformedInput: a message that no sheet can carry.
    """
    found = []
    for number, (ours, theirs) in enumerate(zip_longest(page_lines(heard), page_lines(held), fillvalue=()), start=1):
        by_label = {line.label: line for line in theirs}
        for line in ours:
            other = by_label.pop(line.label, Line(line.label, "", ""))
            if line.compared != other.compared:
                found.append(LineDifference(number, line.label, line.value, other.value))
        found += [LineDifference(number, line.label, "", line.value) for line in by_label.values()]
    return tuple(found)


def _plain(text: str) -> str:
    """The typed line without what a screen does not show; the check sign is kept."""
    return "*".join(one_line(part) for part in text.split("*")).strip()


def _unlabelled(label: str, value: str) -> str:
    """The value without the name of its line, in whatever language it is printed."""
    for language in LANGUAGES.values():
        name = one_line(f"{line_name(label, language)}:")
        if value.startswith(name):
            return value.removeprefix(name).strip()
    return value


def _placed(page: int, typed: str) -> Line:
    try:
        return parse_line(typed)
    except WellclearError as error:
        raise error.placed(f"page {page}") from error


def _verify_grid(label: str, value: str, compared: str) -> None:
    """Degrees and grid reference say one place twice: a slip in either shows."""
    _, equals, grid = value.partition("=")
    if "." not in label or not equals:
        return
    wanted = print_mgrs(parse_position(compared))
    if heard_form(grid).lstrip("0") != heard_form(wanted).lstrip("0"):
        raise VerificationFailed(
            f"the degrees name {wanted}, not {grid.strip()}",
            code="line-grid",
            at=f"line {label}",
            wanted="the line read again",
        )


def _whole_page(page: list[Line], first: list[Line], number: int) -> dict[str, Line]:
    """Lines of a page by label, all present and in order, with what it takes from page 1.

    Raises:
        MalformedInput: a line is missing, twice or out of order.
    """
    shape = next((line.compared for line in page if line.label == lines.SHAPE), lines.NONE)
    labels = list(_NUMBERED)
    after = labels.index(lines.SHAPE) + 1
    labels[after:after] = [f"{lines.SHAPE}.{point}" for point in range(1, lines.shape_of(shape)[1] + 1)]
    for wanted, line in zip_longest(labels, page):
        if wanted is None or line is None or line.label != wanted:
            got = f"line {line.label} came" if line is not None else "the page ends"
            raise MalformedInput(f"{got}", code="dictation-order", at=f"page {number}", wanted=f"line {wanted or 1}")
    taken = {line.label: line for line in first if line.label in lines.SAME_ON_EVERY_PAGE}
    return {line.label: taken.get(line.label, line) if _repeats(line, number) else line for line in page}


def _repeats(line: Line, number: int) -> bool:
    """Whether a line says that it is as on page 1.

    Raises:
        MalformedInput: on a line of which each page has its own.
    """
    if line.value != lines.AS_PAGE_ONE:
        return False
    if number == 1 or line.label not in lines.SAME_ON_EVERY_PAGE:
        place = f"page {number} line {line.label}"
        raise MalformedInput("this line has its own value", code="dictation-repeat", at=place, wanted="its value")
    return True


def _verify_words(page: dict[str, Line], number: int, language: str) -> None:
    digest = page_digest({label: line.compared for label, line in page.items() if label != lines.WORDS})
    try:
        verify_check_words(page[lines.WORDS].value, digest, language)
    except VerificationFailed as error:
        raise error.placed(f"page {number} line {lines.WORDS}") from error


def _verify_pages(pages: list[dict[str, Line]]) -> None:
    """Hold only if the pages are those of one sheet, all of it and in order.

    Raises:
        MalformedInput: they are not.
    """
    for number, page in enumerate(pages, start=1):
        volume, count = lines.page_of(page[lines.VOLUME].compared)
        if (volume, count) != (number if count else 0, len(pages) if count else 0) or (not count and len(pages) > 1):
            raise MalformedInput(
                f"page {number} of {len(pages)} is volume {volume} of {count}",
                code="dictation-page",
                at=f"page {number} line {lines.VOLUME}",
                wanted="all pages, in order",
            )
        place = f"page {number} line {lines.SHAPE}"
        if any((page[label].compared == lines.NONE) == (count > 0) for label in lines.OF_A_VOLUME):
            raise MalformedInput(
                "a volume has shape, heights and times; no volume has none of them", code="dictation-volume", at=place
            )
        for label in lines.IDENTICAL:
            if page[label].compared != pages[0][label].compared:
                place = f"page {number} line {label}"
                raise MalformedInput("not as on page 1", code="dictation-mixed", at=place, wanted="pages of one sheet")


def _dictated(pages: list[dict[str, Line]]) -> Dictated:
    first = pages[0]
    drawn = lines.page_of(first[lines.VOLUME].compared)[1] > 0
    return Dictated(
        sender=_text(first[lines.SENDER]),
        recipient=_text(first[lines.RECIPIENT]),
        kind=first[lines.KIND].compared,
        identifier=_text(first[lines.IDENTIFIER]),
        version_number=int(first[lines.VERSION].compared),
        category=_text(first[lines.CATEGORY]),
        volumes=tuple(_volume(page, number) for number, page in enumerate(pages, start=1) if drawn),
        hazard_tail_ms=parse_duration_ms(first[lines.TAIL].compared),
        agreement=_text(first[lines.AGREEMENT]),
        priority=int(first[lines.PRIORITY].compared),
        remarks=_text(first[lines.REMARKS]),
    )


def _volume(page: dict[str, Line], number: int) -> Volume:
    """The volume of a page.

    Raises:
        MalformedInput: its lines are no volume.
    """
    compared = {label: line.compared for label, line in page.items()}
    core, count = lines.shape_of(compared[lines.SHAPE])
    try:
        points = tuple(parse_position(compared[f"{lines.SHAPE}.{point}"]) for point in range(1, count + 1))
        return Volume(
            footprint_of(Core[core], points, parse_distance_dmm(compared[lines.BUFFER])),
            Band(
                parse_height(compared[lines.FLOOR], end="floor"), parse_height(compared[lines.CEILING], end="ceiling")
            ),
            Span(parse_date_time_group(compared[lines.START]), parse_date_time_group(compared[lines.END])),
            str(number),
        )
    except MalformedInput as error:
        raise error.placed(f"page {number}") from error


def _text(line: Line) -> str:
    return "" if lines.is_none(line.value) else line.value
