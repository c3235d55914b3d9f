"""Text from files, made fit for a screen: never markup, never invisible, never turning the line around."""

from __future__ import annotations

import unicodedata
from typing import Final

HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode general categories that a screen does not show, or that change how other text is shown."""

MAX_NAME: Final = 80
"""Characters of one name in a table; more than any seen in an order, and a bound on the width of a row."""


def visible(text: str) -> str:
    r"""The text with every hidden or direction-changing character written as its escape, ``\u202e``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(char) if unicodedata.category(char) in HIDDEN_CATEGORIES else char for char in text)


def visible_name(text: str, most: int = MAX_NAME) -> str:
    """The visible text, cut to ``most`` characters with a mark where it was cut."""
    shown = visible(text)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
