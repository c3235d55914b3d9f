"""Where the brackets, commas and keys of a JSON text lie: for depth, duplicate keys and places in errors.

The text is looked at as columns of bytes, in pieces, without building its values: a decoder that builds them takes
duplicate keys silently, and needs many times the memory of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from wellclear.errors import MalformedInput

MAX_JSON_DEPTH: Final = 32
"""Nesting of the deepest format read here is 12; more is an attack or a mistake."""

MAX_JSON_VALUES: Final = 8_000_000
"""Values of one text: over two million positions, and a bound on memory."""

MAX_JSON_KEYS: Final = 3_000_000
"""Keys of one text: over a million vertices written as objects; same reason."""

MAX_JSON_BYTES: Final = 2**30
"""Offsets are held in 32 bits."""

PIECE_BYTES: Final = 1 << 20
"""Bytes looked at in one go: the working arrays stay in the cache."""

OPEN_OBJECT, OPEN_ARRAY, CLOSE, COMMA, COLON, QUOTE = range(1, 7)

Offsets = npt.NDArray[np.int32]
Kinds = npt.NDArray[np.uint8]
Depths = npt.NDArray[np.int8]


def _kinds_of_bytes() -> Kinds:
    kinds = np.zeros(256, dtype=np.uint8)
    for byte, kind in zip(b'{[}],:"', (OPEN_OBJECT, OPEN_ARRAY, CLOSE, CLOSE, COMMA, COLON, QUOTE), strict=True):
        kinds[byte] = kind
    return kinds


KIND_OF_BYTE: Final = _kinds_of_bytes()


@dataclass(frozen=True, slots=True)
class Structure:
    """The marks of a JSON text outside its strings, in order.

    at         (n,) offset of each mark
    kind       (n,) OPEN_OBJECT, OPEN_ARRAY, CLOSE, COMMA or COLON
    depth      (n,) how many containers are open after the mark
    key_open   (k,) for each colon, offset of its key's opening quote
    key_close  (k,) for each colon, offset of its key's closing quote
    ends_inside  whether the text ends within a string
    """

    at: Offsets
    kind: Kinds
    depth: Depths
    key_open: Offsets
    key_close: Offsets
    ends_inside: bool

    @property
    def is_whole(self) -> bool:
        """Whether everything opened was closed."""
        return not self.ends_inside and (not self.depth.size or int(self.depth[-1]) == 0)


def structure_of(content: bytes) -> Structure:
    """Find the marks of a JSON text; stops at the first closing bracket too many.

    Args:
        content: UTF-8, not necessarily well-formed JSON.

    Raises:
        MalformedInput: deeper than 32, too many values or keys, or over 1 GiB.
    """
    if len(content) > MAX_JSON_BYTES:
        raise MalformedInput("the JSON text is over 1 GiB", code="json-large", wanted="smaller files")
    scanner = _Scanner(content)
    while scanner.take_piece():
        pass
    return scanner.structure()


def line_column(content: bytes, offset: int) -> str:
    """``line 3, column 14``, both from 1; columns count characters."""
    line = content.count(b"\n", 0, offset) + 1
    start = content.rfind(b"\n", 0, offset) + 1
    column = len(content[start:offset].decode("utf-8", "replace")) + 1
    return f"line {line}, column {column}"


def _without_escapes(content: bytes) -> bytes:
    """The same text with escaped backslashes and quotes blanked, so that every quote left bounds a string."""
    if b"\\" not in content:
        return content
    return content.replace(b"\\\\", b"__").replace(b'\\"', b"__")


class _Scanner:
    """Goes through the text piece by piece and carries what a piece begins with."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._bytes = np.frombuffer(_without_escapes(content), dtype=np.uint8)
        self._from = 0
        self._inside = 0
        self._depth = 0
        self._values = 0
        self._colons = 0
        self._last_two = np.zeros(2, dtype=np.int32)
        self._parts: list[tuple[Offsets, Kinds, Depths]] = []
        self._keys: list[tuple[Offsets, Offsets]] = []

    def take_piece(self) -> bool:
        """Look at the next piece; false at the end."""
        piece = self._bytes[self._from : self._from + PIECE_BYTES]
        if not piece.size:
            return False
        kind = KIND_OF_BYTE[piece]
        inside = np.cumsum(kind == QUOTE, dtype=np.uint8)
        inside += np.uint8(self._inside)
        inside &= 1
        self._inside = int(inside[-1])
        # A quote is kept on both its sides: the two marks before a colon bound its key.
        where = np.flatnonzero((kind != 0) & ((inside == 0) | (kind == QUOTE)))
        at = np.asarray(where + self._from, dtype=np.int32)
        self._from += piece.size
        return self._keep(at, kind[where])

    def _keep(self, at: Offsets, kind: Kinds) -> bool:
        colons = np.flatnonzero(kind == COLON)
        carried = np.concatenate((self._last_two, at))
        self._keys.append((carried[colons], carried[colons + 1]))
        self._last_two = carried[-2:]
        marks = kind != QUOTE
        at, kind = at[marks], kind[marks]
        steps = np.isin(kind, (OPEN_OBJECT, OPEN_ARRAY)).astype(np.int32) - (kind == CLOSE)
        depth = self._depth + np.cumsum(steps, dtype=np.int32)
        self._refuse_deep(at, depth)
        self._refuse_many(at, kind)
        below = np.flatnonzero(depth < 0)
        if below.size:
            at, kind, depth = at[: below[0]], kind[: below[0]], depth[: below[0]]
        self._parts.append((at, kind, depth.astype(np.int8)))
        self._depth = int(depth[-1]) if depth.size else self._depth
        return not below.size

    def _refuse_deep(self, at: Offsets, depth: npt.NDArray[np.int32]) -> None:
        if not depth.size or int(depth.max()) <= MAX_JSON_DEPTH:
            return
        raise MalformedInput(
            f"brackets are nested deeper than {MAX_JSON_DEPTH}",
            code="json-deep",
            at=line_column(self._content, int(at[np.argmax(depth > MAX_JSON_DEPTH)])),
            wanted=f"at most {MAX_JSON_DEPTH} levels",
        )

    def _refuse_many(self, at: Offsets, kind: Kinds) -> None:
        self._values += int(np.count_nonzero((kind == COMMA) | (kind == OPEN_OBJECT) | (kind == OPEN_ARRAY)))
        self._colons += int(np.count_nonzero(kind == COLON))
        for name, count, most in (("values", self._values, MAX_JSON_VALUES), ("keys", self._colons, MAX_JSON_KEYS)):
            if count > most:
                raise MalformedInput(
                    f"more than {most:,} {name} in one JSON text",
                    code=f"json-many-{name}",
                    at=line_column(self._content, int(at[-1])),
                    wanted="several smaller files",
                )

    def structure(self) -> Structure:
        """All that was seen."""
        no_offsets = np.zeros(0, dtype=np.int32)
        at = np.concatenate([no_offsets, *(part[0] for part in self._parts)])
        kind = np.concatenate([no_offsets.astype(np.uint8), *(part[1] for part in self._parts)])
        depth = np.concatenate([no_offsets.astype(np.int8), *(part[2] for part in self._parts)])
        opens = np.concatenate([no_offsets, *(part[0] for part in self._keys)])
        closes = np.concatenate([no_offsets, *(part[1] for part in self._keys)])
        colons = int(np.count_nonzero(kind == COLON))
        return Structure(at, kind, depth, opens[:colons], closes[:colons], bool(self._inside))
