"""Values that only the text of an agreement has: areas of ground, days, digests, languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.time_text import parse_date_time_group, parse_rfc3339
from wellclear.trust.canonical import verify_line, verify_name

MAX_ENTRIES: Final = 1_000
"""Entries of one list, such as sites: more than any published list of protected places near one front."""

MAX_AREA_M2: Final = 510_072_000_000_000
"""The surface of the Earth."""

DAY_MS: Final = 86_400_000

MAX_DAYS: Final = 36_600
"""A hundred years of keeping records."""

_M2_PER: Final = {"m2": Fraction(1), "ha": Fraction(10_000), "km2": Fraction(10**6), "NM2": Fraction(1852**2)}
_AREA: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?) ?(m2|ha|km2|NM2)")
_DAYS: Final = re.compile(r"([1-9][0-9]{0,5}) days?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


def choice(*allowed: str) -> Callable[[str], str]:
    """A reader that takes only these words.

    Raises:
        MalformedInput: raised by the reader, for any other word.
    """

    def read(text: str) -> str:
        if text not in allowed:
            raise MalformedInput(f"{text!r} is not one of them", code="toml-choice", wanted=" or ".join(allowed))
        return text

    return read


def parse_area_m2(text: str) -> int:
    """Read an area of ground in m2, ha, km2 or NM2, as integer of square metres (rounded down).

    Raises:
        MalformedInput: not a number with such a unit, or more than the Earth has.
    """
    match = _AREA.fullmatch(text)
    area_m2 = int(Fraction(match[1]) * _M2_PER[match[2]]) if match else MAX_AREA_M2 + 1
    if area_m2 > MAX_AREA_M2:
        raise MalformedInput(f"not an area of ground: {text[:40]!r}", code="area-text", wanted='"400 km2" or "20 NM2"')
    return area_m2


def parse_days_ms(text: str) -> int:
    """Read a number of days, ``1825 days``, as milliseconds.

    Raises:
        MalformedInput: it is none, or more than a hundred years.
    """
    match = _DAYS.fullmatch(text)
    if not match or int(match[1]) > MAX_DAYS:
        raise MalformedInput(f"not a number of days: {text[:40]!r}", code="days-text", wanted='"1 day" to "36600 days"')
    return int(match[1]) * DAY_MS


def parse_day_ms(text: str) -> int:
    """Read a day, ``2026-12-01``: its first millisecond in UTC.

    Raises:
        MalformedInput: it is none.
    """
    if not _DATE.fullmatch(text):
        raise MalformedInput(f"not a day: {text[:40]!r}", code="day-text", wanted='"2026-12-01"')
    return parse_rfc3339(f"{text}T00:00:00Z")


def parse_instant_ms(text: str) -> int:
    """Read a time in UTC; a day alone is refused, since nobody knows whether its end or its start is meant.

    Raises:
        MalformedInput: it is none.
    """
    return parse_rfc3339(text) if "-" in text else parse_date_time_group(text)


def parse_digest(text: str) -> bytes:
    """Read 32 bytes as hexadecimal digits.

    Raises:
        MalformedInput: they are none.
    """
    if not _HEX.fullmatch(text):
        raise MalformedInput("not 32 bytes", code="digest-text", wanted="64 hexadecimal digits, small letters")
    return bytes.fromhex(text)


def parse_language(text: str) -> str:
    """Read the ISO 639 code of a language.

    Raises:
        MalformedInput: it is none.
    """
    if not _LANGUAGE.fullmatch(text):
        raise MalformedInput(f"not a language: {text[:40]!r}", code="language-text", wanted='a code such as "en"')
    return text


def parse_line(text: str) -> str:
    """Read one line of text that is not empty.

    Raises:
        MalformedInput: it is none.
    """
    verify_line(text)
    return text


def parse_name(text: str) -> str:
    """Read a name of a party or an agreement: one word, since it stands in messages and files.

    Raises:
        MalformedInput: it is none.
    """
    verify_name(text)
    return text
