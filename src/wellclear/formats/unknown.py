"""What a content that no format recognises looks like: so that its user knows which file was picked."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from wellclear.errors import MalformedInput
from wellclear.formats import json_text

BEGINNINGS: Final = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive (or KMZ); zip archives are not read yet"),
    (b"PK\x05\x06", "an empty zip archive; zip archives are not read yet"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"PAR1", "a parquet file without flights"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
"""How files begin that are picked by mistake."""

LOOKED_AT: Final = 4_096
"""Bytes looked at for the kind of a text."""

MAX_KEYS_SHOWN: Final = 8
"""Keys named of a file in no known format: enough to tell what it is."""

UTF8_MARK: Final = b"\xef\xbb\xbf"
HTML: Final = re.compile(rb"(?is)\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b")
XML: Final = re.compile(rb"\s*<[?!A-Za-z]")
CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def refuse_unknown(content: bytes, known: str) -> NoReturn:
    """Say what a content is instead of a plan.

    Args:
        content: what no format recognised.
        known: the names of the formats that are read.

    Raises:
        MalformedInput: always; for what begins like JSON the fault of the JSON, if it has one.
    """
    body = content.removeprefix(UTF8_MARK)
    if body.lstrip()[:1] in (b"{", b"["):
        json_text.check(content)
        raise _unknown(_json_shape(content), known)
    at, looks = _look(content, body)
    raise _unknown(looks, known, at)


def _unknown(looks: str, known: str, at: str = "") -> MalformedInput:
    return MalformedInput(f"the file is {looks}", code="format-unknown", at=at, wanted=f"one of {known}")


def _look(content: bytes, body: bytes) -> tuple[str, str]:
    """Place and kind of a content that does not begin like JSON."""
    if not body.strip():
        return "", "empty"
    for beginning, looks in BEGINNINGS:
        if content.startswith(beginning):
            return "", looks
    head = body[:LOOKED_AT]
    if HTML.match(head):
        return "", "a web page (HTML)"
    if XML.match(head):
        return "", "XML; XML is not read yet"
    return _look_at_text(content, head)


def _look_at_text(content: bytes, head: bytes) -> tuple[str, str]:
    if head[1::2].count(0) * 4 > len(head) or head[0::2].count(0) * 4 > len(head):
        return "byte 0", "text in UTF-16 without a mark"
    control = CONTROL.search(head)
    if control:
        return f"byte {control.start()}", "binary"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"byte {error.start}", "text in no known format, and not UTF-8 (Latin-1 or another old encoding)"
    return "", "text in no known format"


def _json_shape(content: bytes) -> str:
    top = json_text.outline(content)
    if isinstance(top, dict):
        keys = ", ".join(f'"{key[:40]}"' for key in list(top)[:MAX_KEYS_SHOWN])
        return f"JSON in no known format (its keys: {keys})" if top else "JSON in no known format (an empty object)"
    if isinstance(top, list) and top:
        first = bytes(top[0])[:1]
        inside = "objects" if first == b"{" else "arrays" if first == b"[" else "plain values"
        return f"JSON in no known format (an array of {inside})"
    return "JSON in no known format (an empty array)"
