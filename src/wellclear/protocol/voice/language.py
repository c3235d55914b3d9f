"""What the dictation sheet needs of a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LINE_COUNT: Final = 18
"""Lines of a sheet, the same in every language."""


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language.

    Attributes:
        tag: as ISO 639-1 names it.
        right_to_left: whether it is written so.
        labels: of the 18 lines, in order.
        position: label of the lines 8.1, 8.2 and so on.
        page: of how many, with ``{number}`` and ``{count}``.
        kinds: names of the kinds of message, by code.
        cores: names of the kinds of core, by code.
        none: said where a line has nothing.
        as_page_one: said where a line is as on page 1.
        how_to: sentences for the officer who reads the sheet.
        check_words: 64, in the order of every language.
    """

    tag: str
    right_to_left: bool
    labels: tuple[str, ...]
    position: str
    page: str
    kinds: Mapping[str, str]
    cores: Mapping[str, str]
    none: str
    as_page_one: str
    how_to: tuple[str, ...]
    check_words: tuple[str, ...]
