"""What is left of a text when it is spoken: case, spaces, hyphens and marks cannot be heard."""

from __future__ import annotations

import unicodedata
from typing import Final

UNHEARD: Final = frozenset({"Mn", "Pd", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode general categories without a sound: marks on letters, dashes, spaces, controls, and what is no character."""

HIDDEN: Final = UNHEARD - {"Mn", "Pd", "Zs"}
"""Those that a screen does not show either, or that turn a line round."""

MINUS: Final = "\u2212"
"""The sign that some keyboards give for a hyphen."""

CHECK_SIGN: Final = "*"
"""Stands before the check number of a line, so it stands in no text."""


def heard_form(text: str) -> str:
    """The text as compared by ear: compatibility forms, marks, case, spaces and hyphens taken away, digits 0 to 9.

    ``Isabella-1`` and ``ISABELLA 1`` are one. Other signs stay: they are spoken.
    """
    letters = unicodedata.normalize("NFKD", western_digits(text).casefold())
    return "".join(c for c in letters if unicodedata.category(c) not in UNHEARD and c != CHECK_SIGN)


def one_line(text: str) -> str:
    """The text on one line of visible characters: single spaces, plain hyphens, without the check sign."""
    spaced = (" " if c.isspace() or c == CHECK_SIGN else c for c in text)
    shown = (c for c in spaced if unicodedata.category(c) not in HIDDEN)
    return " ".join("".join("-" if unicodedata.category(c) == "Pd" or c == MINUS else c for c in shown).split())


def western_digits(text: str) -> str:
    """The text with the decimal digits of every script written 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)
