"""The one form of octets, numbers and names as text: what has two forms is signed in one and shown in the other."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from typing import Final

from wellclear.errors import MalformedInput

MAX_NAME_BYTES: Final = 255
"""Bytes of the name of a key or a log: what C2SP tlog-cosignature allows in a signed message."""

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}", flags=re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_SPACE: Final = re.compile(r"\s")


def print_octets(octets: bytes) -> str:
    """Octets as RFC 4648, section 4, writes them, with padding."""
    return b64encode(octets).decode("ascii")


def parse_octets(text: str) -> bytes:
    """Octets from their one form.

    Raises:
        MalformedInput: `octets-malformed`: other characters, no padding, or bits set that the padding drops.
    """
    try:
        octets = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        octets = b""
    if print_octets(octets) != text:
        raise MalformedInput("these are no octets", code="octets-malformed", wanted="RFC 4648, section 4, with padding")
    return octets


def parse_number(text: str, most: int) -> int:
    """A whole number from 0 in decimal digits, without sign or leading zero.

    Args:
        text: the digits.
        most: the largest number allowed, below 10^19.

    Raises:
        MalformedInput: `number-malformed`.
    """
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise MalformedInput(
            "this is no number of the range", code="number-malformed", wanted=f"0 to {most:,}, without leading zero"
        )
    return int(text)


def verify_text(text: str) -> None:
    """Hold only if a text can be written as UTF-8 and has no control characters other than the end of a line.

    Raises:
        MalformedInput: `text-malformed`.
    """
    if _CONTROL.search(text):
        raise MalformedInput("the text has control characters", code="text-malformed", wanted="text and ends of lines")
    if _SURROGATE.search(text):
        raise MalformedInput("the text cannot be written as UTF-8", code="text-malformed", wanted="Unicode characters")


def verify_line(text: str) -> None:
    """Hold only if a text is one line, not empty, of a name's length at most.

    Raises:
        MalformedInput: `text-malformed` or `line-malformed`.
    """
    verify_text(text)
    if not text or "\n" in text or len(text.encode()) > MAX_NAME_BYTES:
        raise MalformedInput("this is not one line", code="line-malformed", wanted=f"1 to {MAX_NAME_BYTES} bytes")


def verify_name(text: str) -> None:
    """Hold only if a text names a key, as C2SP signed-note says: one line without spaces or plus signs.

    Raises:
        MalformedInput: `text-malformed`, `line-malformed` or `name-malformed`.
    """
    verify_line(text)
    if "+" in text or _SPACE.search(text):
        raise MalformedInput("this names no key", code="name-malformed", wanted="neither spaces nor plus signs")
