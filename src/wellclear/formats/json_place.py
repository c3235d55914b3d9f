"""Where in a JSON text an offset lies: line, column and path, for the person who must find it."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from wellclear.formats.json_structure import COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, Structure, line_column

MAX_KEY_SHOWN: Final = 60
"""Characters of a key that a place shows."""

PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def place(content: bytes, structure: Structure, offset: int) -> str:
    """``line 3, column 14, $.features[2].properties``."""
    return f"{line_column(content, offset)}, {path_at(content, structure, offset)}"


def path_at(content: bytes, structure: Structure, offset: int) -> str:
    """The path of the value that holds an offset: ``$.features[2].properties``.

    Args:
        content: the text.
        structure: its marks, right at least up to the offset.
        offset: in bytes.
    """
    seen = int(np.searchsorted(structure.at, offset, side="left"))
    kind, depth = structure.kind[:seen], structure.depth[:seen]
    steps = ["$"]
    begin = 0
    for level in range(1, (int(depth[-1]) if seen else 0) + 1):
        opening = (depth == level) & ((kind == OPEN_OBJECT) | (kind == OPEN_ARRAY))
        begin = int(np.flatnonzero(opening)[-1])
        here = depth[begin:] == level
        if kind[begin] == OPEN_ARRAY:
            steps.append(f"[{int(np.count_nonzero(here & (kind[begin:] == COMMA)))}]")
        else:
            commas = np.flatnonzero(here & (kind[begin:] == COMMA))
            colons = np.flatnonzero(here & (kind[begin:] == COLON))
            if colons.size and (not commas.size or colons[-1] > commas[-1]):
                steps.append(_key_step(content, structure, begin + int(colons[-1])))
    return "".join(steps)


def key_at(content: bytes, structure: Structure, colon: int) -> str:
    """The text between the quotes of the key before the colon at an index of the marks, escapes as written."""
    nth = int(np.count_nonzero(structure.kind[:colon] == COLON))
    return content[structure.key_open[nth] + 1 : structure.key_close[nth]].decode("utf-8", "replace")


def _key_step(content: bytes, structure: Structure, colon: int) -> str:
    return step(key_at(content, structure, colon))


def step(key: str) -> str:
    """A key as a step of a path: ``.name``, or ``["odd name"]``."""
    shown = key if len(key) <= MAX_KEY_SHOWN else key[:MAX_KEY_SHOWN] + "..."
    return f".{shown}" if PLAIN_KEY.fullmatch(shown) else f'["{shown}"]'
