"""The dictation sheet: 18 lines for each volume, numbered alike in every language.

Each line ends in a check number, 00 to 96, of itself, so that a slip is heard at its line. The check words at the end
of a page are of the digest of all its values. Both are of numbers and values alone: sheets of one message in different
languages have the same numbers, and words for the same things.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from wellclear.geo.footprint import Core
from wellclear.geo.height_text import print_height
from wellclear.geo.mgrs_text import print_mgrs
from wellclear.geo.position_text import print_dms
from wellclear.geo.quantity import print_distance, print_duration
from wellclear.geo.time_text import print_date_time_group
from wellclear.model.volume import Volume
from wellclear.protocol.voice import line_values as lines
from wellclear.protocol.voice.check_words import check_words
from wellclear.protocol.voice.dictated import Dictated, as_spoken
from wellclear.protocol.voice.heard_form import CHECK_SIGN, one_line
from wellclear.protocol.voice.language import LINE_COUNT, Language
from wellclear.protocol.voice.languages import language_named

CHECK_MODULUS: Final = 97
"""A prime over the 95 printing characters of ASCII: one wrong character, or two neighbours exchanged, always show."""

ASIDE: Final = "# "
"""Before what is not dictated: the title of a page, and how to read it."""

_CONTEXT: Final = b"wellclear dictation sheet 1\n"
_LEFT_TO_RIGHT, _FIRST_STRONG, _END = "\u2066", "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet.

    Attributes:
        label: its number: ``12``, ``8.1``.
        value: as it is read aloud.
        compared: the one form of the value, which is checked.
    """

    label: str
    value: str
    compared: str

    @property
    def check_number(self) -> str:
        """Two figures of the line's number and the compared form."""
        return check_number(self.label, self.compared)

    @property
    def entry(self) -> str:
        """The line as it is entered: ``12 171839ZSEP2018 *47``."""
        return f"{self.label} {self.value} {CHECK_SIGN}{self.check_number}"


def check_number(label: str, compared: str) -> str:
    """The remainder of a line's bytes, as one number, by 97: two figures. A value on a wrong line has another one.

    label     of the line
    compared  one form of the value, as `wellclear.protocol.voice.line_values.comparable` gives it
    """
    return f"{int.from_bytes(f'{label} {compared}'.encode()) % CHECK_MODULUS:02d}"


def line_name(label: str, language: Language) -> str:
    """What a line is called in a language: ``Floor``.

    label  ``1`` to ``18``, ``8.1`` to ``8.99``
    """
    whole, point, _ = label.partition(".")
    return language.position if point else language.labels[int(whole) - 1]


def page_digest(compared: dict[str, str]) -> bytes:
    """SHA-256 of a page's values.

    compared  label and one form of the lines 1 to 17 of a page, those of line 8 included, in order
    """
    return sha256(_CONTEXT + "".join(f"{label} {value}\n" for label, value in compared.items()).encode()).digest()


def page_lines(dictated: Dictated) -> tuple[tuple[Line, ...], ...]:
    """Lines 1 to 17 of each page: one page for each volume, or one without a volume.

    Raises:
        RuleViolated: too many volumes or points.
        MalformedInput: a shape is none when rounded, or a text is too long to be read.
    """
    spoken = as_spoken(dictated)
    pages: list[tuple[Line, ...]] = []
    for ordinal, volume in enumerate(spoken.volumes or (None,), start=1):
        values = _values(spoken, volume, ordinal)
        pages.append(tuple(Line(label, value, lines.comparable(label, value)) for label, value in values))
    return tuple(pages)


def print_sheet(dictated: Dictated, language: str) -> str:
    """The sheet as text, a page for each volume, empty lines between.

    Values are isolated where a line may run from right to left, so that figures keep their order.

    Args:
        dictated: what is told; spoken with positions to 0.01 second and times to the minute, outward.
        language: en, ru, he, ar or fr.

    Raises:
        NotFound: there is no such language.
        RuleViolated: too many volumes or points.
        MalformedInput: a shape is none when rounded, or a text is too long to be read.
    """
    words = language_named(language)
    pages = page_lines(dictated)
    printed = [_page(page, number, len(pages), words) for number, page in enumerate(pages, start=1)]
    return "\n\n".join([*printed, "\n".join(ASIDE + sentence for sentence in words.how_to)]) + "\n"


def _values(spoken: Dictated, volume: Volume | None, ordinal: int) -> Iterator[tuple[str, str]]:
    """Label and value of the lines 1 to 17."""
    yield lines.SENDER, _text(spoken.sender)
    yield lines.RECIPIENT, _text(spoken.recipient)
    yield lines.KIND, spoken.kind
    yield lines.IDENTIFIER, _text(spoken.identifier)
    yield lines.VERSION, str(spoken.version_number)
    yield lines.CATEGORY, _text(spoken.category)
    if volume is None:
        yield lines.VOLUME, "0/0"
        for label in (lines.SHAPE, lines.BUFFER, lines.FLOOR, lines.CEILING, lines.START, lines.END):
            yield label, lines.NONE
    else:
        yield lines.VOLUME, f"{ordinal}/{len(spoken.volumes)}"
        yield from _volume_values(volume)
    yield lines.TAIL, print_duration(spoken.hazard_tail_ms) if spoken.hazard_tail_ms else lines.NONE
    yield lines.AGREEMENT, _text(spoken.agreement)
    yield lines.PRIORITY, str(spoken.priority)
    yield lines.REMARKS, _text(spoken.remarks)


def _volume_values(volume: Volume) -> Iterator[tuple[str, str]]:
    footprint = volume.footprint
    yield lines.SHAPE, f"{Core(footprint.core).name} {len(footprint.points)}"
    for ordinal, position in enumerate(footprint.points, start=1):
        spoken = lines.print_sheet_position(print_dms(position))
        yield f"{lines.SHAPE}.{ordinal}", f"{spoken} = {print_mgrs(position)}"
    yield lines.BUFFER, print_distance(footprint.buffer_dmm)
    yield lines.FLOOR, print_height(volume.band.floor, end="floor")
    yield lines.CEILING, print_height(volume.band.ceiling, end="ceiling")
    yield lines.START, print_date_time_group(volume.span.start_ms)
    yield lines.END, print_date_time_group(volume.span.end_ms)


def _text(text: str) -> str:
    return one_line(text) or lines.NONE


def _page(page: tuple[Line, ...], number: int, count: int, language: Language) -> str:
    digest = page_digest({line.label: line.compared for line in page})
    title = language.page.format(number=number, count=count)
    shown = [f"{ASIDE}{_isolated(f'{page[0].value} / {page[3].value}', language)}  {title}"]
    for line in page:
        repeats = number > 1 and line.label in lines.SAME_ON_EVERY_PAGE
        value = lines.AS_PAGE_ONE if repeats else line.value
        said = _isolated(value, language)
        check = _isolated(f"{CHECK_SIGN}{line.check_number}", language)
        shown.append(
            "  ".join(filter(None, (_label(line.label, language), said, check, _gloss(line, value, language))))
        )
    words = " ".join(check_words(digest, language.tag))
    shown.append(f"{_label(str(LINE_COUNT), language)}  {words}")
    return "\n".join(shown)


def _label(label: str, language: Language) -> str:
    return f"{label:>4} {line_name(label, language)}:"


def _gloss(line: Line, value: str, language: Language) -> str:
    """The value in the officer's words, or in the other unit; empty where it says itself."""
    if value == lines.AS_PAGE_ONE:
        gloss = language.as_page_one
    elif value == lines.NONE:
        gloss = language.none
    elif line.label == lines.KIND:
        gloss = language.kinds.get(value, "")
    elif line.label == lines.SHAPE:
        gloss = language.cores[lines.shape_of(line.compared)[0]]
    else:
        gloss = ""
    return f"({gloss})" if gloss and gloss.upper() != value else ""


def _isolated(value: str, language: Language) -> str:
    """The value kept in its own order within a line that runs from right to left, or that it could turn round."""
    if value.isascii() and not language.right_to_left:
        return value
    return f"{_LEFT_TO_RIGHT if value.isascii() else _FIRST_STRONG}{value}{_END}"
