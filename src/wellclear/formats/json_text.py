"""JSON from outside, read strictly: what a decoder takes silently is refused with its place.

`check` looks at a whole text: encoding, depth, syntax, duplicate keys. Values are then built one record at a time with
`members`, `elements` and `decode`, so that a large file never stands in memory as values and one bad record is one
refusal.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from wellclear.errors import MalformedInput
from wellclear.formats.json_keys import refuse_duplicate_keys
from wellclear.formats.json_place import place, step
from wellclear.formats.json_structure import Structure, structure_of

BYTE_ORDER_MARKS: Final = (
    (b"\xef\xbb\xbf", "a UTF-8 byte order mark"),
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)

MAX_RECORD_BYTES: Final = 8 * 2**20
"""Text of one record: forty times the largest footprint, and a bound on what stands in memory as values."""

OFFSET: Final = re.compile(r"\(byte (\d+)\)")
NOT_A_NUMBER: Final = re.compile(rb"[-+]?(?:NaN|nan|Infinity|inf)")
HALF_CHARACTER: Final = re.compile(rb"\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|[c-fC-F])")
OUT_OF_RANGE: Final = "Number out of range"


_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
_EITHER: Final[msgspec.json.Decoder[dict[str, msgspec.Raw] | list[msgspec.Raw]]] = msgspec.json.Decoder(
    dict[str, msgspec.Raw] | list[msgspec.Raw]
)
_ANY: Final = msgspec.json.Decoder(msgspec.Raw)


def check(content: bytes) -> None:
    """Refuse whatever is not strict JSON, with line, column and path.

    Raises:
        MalformedInput: empty, a byte order mark or bytes that are not UTF-8, truncated, not JSON, trailing bytes, NaN
            or Infinity, brackets deeper than 32, too many values, a key twice in one object.
    """
    _check_encoding(content)
    structure = structure_of(content)
    _check_syntax(content, structure)
    refuse_duplicate_keys(content, structure)


def load(content: bytes) -> object:
    """Check a whole text and build all its values.

    Raises:
        MalformedInput: as `check`, or a number that no double can hold (``1e999``).
    """
    check(content)
    return _built(content, "$")


def decode(raw: msgspec.Raw | bytes, at: str = "$") -> object:
    """Build the values of one record of a checked text.

    Raises:
        MalformedInput: over 8 MiB, a number out of range, a bad escape, or not JSON at all; ``at`` is its path.
    """
    size = len(memoryview(raw))
    if size > MAX_RECORD_BYTES:
        raise MalformedInput(
            f"one record of {size / 2**20:.1f} MiB",
            code="record-large",
            at=at,
            wanted="at most 8 MiB; a footprint has at most 10,000 points",
        )
    return _built(raw, at)


def _built(raw: msgspec.Raw | bytes, at: str) -> object:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _translated(bytes(raw), error, at) from None


def members(raw: msgspec.Raw | bytes, at: str = "$") -> dict[str, msgspec.Raw]:
    """The members of an object, each still as text.

    Raises:
        MalformedInput: not an object.
    """
    try:
        return _OBJECT.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedInput("an object is expected here", code="json-type", at=at, wanted="{...}") from None


def elements(raw: msgspec.Raw | bytes, at: str = "$") -> list[msgspec.Raw]:
    """The elements of an array, each still as text.

    Raises:
        MalformedInput: not an array.
    """
    try:
        return _LIST.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedInput("an array is expected here", code="json-type", at=at, wanted="[...]") from None


def outline(content: bytes) -> dict[str, msgspec.Raw] | list[msgspec.Raw] | None:
    """The outermost object or array, for recognising a format; None if the text is neither or is malformed."""
    try:
        return _EITHER.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _check_encoding(content: bytes) -> None:
    if not content.strip():
        raise MalformedInput("the file is empty", code="file-empty", at="byte 0")
    for mark, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            raise MalformedInput(
                f"the file begins with {name}", code="json-encoding", at="byte 0", wanted="UTF-8 without a mark"
            )
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedInput(
            f"byte 0x{content[error.start]:02x} is not UTF-8",
            code="json-encoding",
            at=f"byte {error.start}",
            wanted="UTF-8",
        ) from None


def _check_syntax(content: bytes, structure: Structure) -> None:
    try:
        _ANY.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        text = str(error)
        found = OFFSET.search(text)
        if found is None:
            raise _cut_short(content, structure) from None
        raise _syntax_error(content, structure, int(found[1]), text) from None


def _syntax_error(content: bytes, structure: Structure, offset: int, text: str) -> MalformedInput:
    at = place(content, structure, offset)
    around = NOT_A_NUMBER.search(content, max(0, offset - 1), offset + 12)
    if around and around.start() <= offset:
        word = around[0].decode()
        return MalformedInput(f"{word} is not a JSON number", code="json-not-finite", at=at, wanted="a finite number")
    reason = OFFSET.sub("", text).removeprefix("JSON is malformed: ").strip()
    code = "json-trailing" if "trailing characters" in reason else "json-syntax"
    return MalformedInput(f"not JSON: {reason}", code=code, at=at)


def _cut_short(content: bytes, structure: Structure) -> MalformedInput:
    """The decoder says truncated also of half a surrogate pair."""
    half = HALF_CHARACTER.search(content) if structure.is_whole else None
    if half:
        at = place(content, structure, half.start())
        return MalformedInput("an escape stands for half a character", code="json-escape", at=at, wanted="whole pairs")
    return MalformedInput(
        "the text ends before its values do",
        code="json-truncated",
        at=place(content, structure, len(content)),
        wanted="the whole file",
    )


def _translated(record: bytes, error: Exception, at: str) -> MalformedInput:
    text = str(error)
    if OUT_OF_RANGE in text:
        return MalformedInput(
            "a number is too large for a double",
            code="json-not-finite",
            at=_unreadable_at(record, at),
            wanted="a finite number",
        )
    if HALF_CHARACTER.search(record):
        return MalformedInput("an escape stands for half a character", code="json-escape", at=at, wanted="whole pairs")
    if isinstance(error, RecursionError):
        return MalformedInput("brackets are nested too deep", code="json-deep", at=at)
    return MalformedInput(f"not JSON: {text.removeprefix('JSON is malformed: ')}", code="json-syntax", at=at)


def _unreadable_at(record: bytes, at: str) -> str:
    """The path of the innermost value that cannot be built."""
    inner = outline(record)
    steps = (
        ((step(key), raw) for key, raw in inner.items())
        if isinstance(inner, dict)
        else ((f"[{index}]", raw) for index, raw in enumerate(inner or ()))
    )
    for taken, raw in steps:
        if not _is_readable(raw):
            return _unreadable_at(bytes(raw), at + taken)
    return at


def _is_readable(raw: msgspec.Raw) -> bool:
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
