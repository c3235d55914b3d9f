"""The sheets, figures and questions of the page on dictation are those that the code gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wellclear.protocol.readback import plausibility
from wellclear.protocol.voice.heard import differing_lines, parse_sheet
from wellclear.protocol.voice.languages import LANGUAGES
from wellclear.protocol.voice.sheet import print_sheet

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "dictation.md").read_text(encoding="utf-8")
SHEETS = re.findall(r"^```text\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("ordinal", "language"), [(0, "en"), (1, "ru"), (2, "ar")])
def test_the_sheets_of_the_page_are_those_that_are_printed(ordinal: int, language: str) -> None:
    heard = parse_sheet(SHEETS[ordinal], language)
    assert print_sheet(heard, language) == SHEETS[ordinal]
    assert differing_lines(heard, parse_sheet(SHEETS[0], "en")) == ()


def test_the_line_shown_as_typed_is_one_of_the_sheet() -> None:
    typed = re.search(r"`12 (\S+) (\*[0-9]{2})`", PAGE)
    assert typed
    assert f"{typed[1]}  {typed[2]}" in SHEETS[0]


def test_every_question_is_on_the_page() -> None:
    source = Path(plausibility.__file__).read_text(encoding="utf-8")
    asked = set(re.findall(r"Question\(\s*\"([a-z-]+)\"", source))
    assert len(asked) == 13
    assert {code for code in asked if f"`{code}`" not in PAGE} == set()


def test_one_thing_is_named_in_all_languages() -> None:
    places = {LANGUAGES[code].check_words.index(word) for code, word in zip(LANGUAGES, named(), strict=True)}
    assert len(places) == 1


def named() -> list[str]:
    """The word that the page gives in each language, in the order of the sheet's languages."""
    line = PAGE[PAGE.index("*violin*") :]
    return re.findall(r"\*(\w+)\*", line)[:5]
