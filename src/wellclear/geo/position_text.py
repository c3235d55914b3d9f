"""Positions as people write them: read strictly, printed so that they can be read back.

Read are: packed degrees-minutes-seconds (``564100N0033500W``, ``5641N00335W``, ``5641.5N00335.0W``); decimal degrees
with hemispheres (``56.6833N 003.5833W``) or, where the caller states the order, with signs; degrees and minutes
(``56-41.0N 003-35.0W``, ``N56 41.0 W003 35.0``); degrees, minutes and seconds (``56:41:00N 003:35:00W``,
``56°41'00"N 3°35'00"W``); and MGRS. Seconds of exactly 60 are taken, since real orders have them.

What can be read two ways is refused: ``56.41N 003.35W`` may be decimal degrees or degrees and minutes, 31 km apart.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from wellclear.errors import MalformedInput
from wellclear.geo.limits import E7_PER_DEGREE
from wellclear.geo.mgrs_text import looks_like_mgrs, parse_mgrs
from wellclear.geo.position import Position

Order = Literal["latitude-longitude", "longitude-latitude"]
"""Which of two signed numbers comes first."""

MAX_POSITION_CHARACTERS: Final = 64
"""More than any notation needs; bounds the work on a text from outside."""

WANTED: Final = "such as 564100N0033500W, 56-41.0N 003-35.0W, 56.68333N 003.58333W or MGRS"

_SUFFIXED: Final = re.compile(r"([^NSEW]+)([NSEW])[\s,;/]*([^NSEW]+)([NSEW])")
_PREFIXED: Final = re.compile(r"([NSEW])([^NSEW]+?)[\s,;/]*([NSEW])([^NSEW]+)")
_SIGNED: Final = re.compile(
    r"([+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s*[°º]?(?:\s*[,;/]\s*|\s+)([+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s*[°º]?"
)
_PACKED: Final = re.compile(r"([0-9]{4,7})(\.[0-9]+)?")
_DECIMAL: Final = re.compile(r"([0-9]{1,3})(?:\.([0-9]+))?\s*([°º]?)")
_SPACED: Final = re.compile(
    r"([0-9]{1,3})(?:\s*([°º])\s*|\s*[-:]\s*|\s+)"
    r"([0-9]{1,2}(?:\.[0-9]+)?)"
    r"(?:(?:\s*(['\u2032\u2019])\s*|\s*[-:]\s*|\s+)([0-9]{1,2}(?:\.[0-9]+)?))?"
    r"\s*(?:['\u2032\u2019]{1,2}|[\"\u2033\u201d])?"
)


def parse_position(text: str, *, order: Order | None = None) -> Position:
    """Read one position.

    Args:
        text: in any of the notations above; either coordinate may come first where hemispheres are given.
        order: states which of two signed decimal numbers is the latitude; without it they are refused.

    Raises:
        MalformedInput: not a position, out of range, or readable in two ways.
    """
    if len(text) > MAX_POSITION_CHARACTERS:
        raise _refused("the text is too long for a position", "position-text", text)
    upper = text.strip().upper()
    if looks_like_mgrs(upper):
        return parse_mgrs(upper)
    signed = _SIGNED.fullmatch(upper)
    if signed:
        return _signed_position(signed, order, text)
    (first, first_hemisphere), (second, second_hemisphere) = _halves(upper, text)
    _refuse_decimal_minutes((first, second), text)
    _refuse_lost_digits(first, second, text)
    if first_hemisphere in "NS":
        return Position(_coordinate_e7(second, second_hemisphere, text), _coordinate_e7(first, first_hemisphere, text))
    return Position(_coordinate_e7(first, first_hemisphere, text), _coordinate_e7(second, second_hemisphere, text))


def parse_latitude_e7(text: str) -> int:
    """Read one latitude with its hemisphere, in 1e-7 degree: ``564100N``, ``N56 41.0``, ``56:41:00 N``.

    Raises:
        MalformedInput: not a latitude, out of range, or readable in two ways.
    """
    return Position(0, _lone_e7(text, "NS", "latitude")).lat_e7


def parse_longitude_e7(text: str) -> int:
    """Read one longitude with its hemisphere, in 1e-7 degree.

    Raises:
        MalformedInput: not a longitude, out of range, or readable in two ways.
    """
    return Position(_lone_e7(text, "EW", "longitude"), 0).lon_e7


def print_degrees_minutes(position: Position) -> str:
    """Degrees and minutes to 0.0001 minute (within 0.1 m): ``56-41.0000N 003-35.0000W``."""
    return " ".join(
        f"{whole:0{width}d}-{part // 10_000:02d}.{part % 10_000:04d}{letter}"
        for whole, part, width, letter in _split(position, 600_000)
    )


def print_dms(position: Position) -> str:
    """Degrees, minutes and seconds to 0.01 second (within 0.2 m): ``56-41-00.00N 003-35-00.00W``."""
    return " ".join(
        f"{whole:0{width}d}-{part // 6_000:02d}-{part // 100 % 60:02d}.{part % 100:02d}{letter}"
        for whole, part, width, letter in _split(position, 360_000)
    )


def print_decimal(position: Position) -> str:
    """Decimal degrees, exact: ``56.6833333N 003.5833333W``."""
    return " ".join(
        f"{whole:0{width}d}.{part:07d}{letter}" for whole, part, width, letter in _split(position, E7_PER_DEGREE)
    )


def _split(position: Position, per_degree: int) -> tuple[tuple[int, int, int, str], tuple[int, int, int, str]]:
    """Latitude, then longitude: whole degrees, remainder in units of which a degree has `per_degree`, width, letter."""
    lat = divmod(_nearest(abs(position.lat_e7) * per_degree, E7_PER_DEGREE), per_degree)
    lon = divmod(_nearest(abs(position.lon_e7) * per_degree, E7_PER_DEGREE), per_degree)
    south, west = position.lat_e7 < 0 and any(lat), position.lon_e7 < 0 and any(lon)  # what rounds to 0 is N or E
    return (*lat, 2, "S" if south else "N"), (*lon, 3, "W" if west else "E")


def _refused(message: str, code: str, text: str, wanted: str = WANTED) -> MalformedInput:
    shown = text if len(text) <= MAX_POSITION_CHARACTERS else text[:MAX_POSITION_CHARACTERS] + "..."
    return MalformedInput(f"{message}: {shown!r}", code=code, wanted=wanted)


def _halves(upper: str, text: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The two coordinates' bodies with their hemispheres, in the order of the text."""
    suffixed, prefixed = _SUFFIXED.fullmatch(upper), _PREFIXED.fullmatch(upper)
    if suffixed:
        halves = (suffixed[1].strip(), suffixed[2]), (suffixed[3].strip(), suffixed[4])
    elif prefixed:
        halves = (prefixed[2].strip(), prefixed[1]), (prefixed[4].strip(), prefixed[3])
    else:
        raise _refused("not a position", "position-text", text)
    if not all(body[:1].isdecimal() for body, _ in halves):
        raise _refused("not a position", "position-text", text)
    if (halves[0][1] in "NS") == (halves[1][1] in "NS"):
        both = "latitudes" if halves[0][1] in "NS" else "longitudes"
        raise _refused(f"both coordinates are {both}", "position-hemispheres", text)
    return halves


def _lone_e7(text: str, letters: str, name: str) -> int:
    upper = text.strip().upper()
    if len(upper) < 2 or len(upper) > MAX_POSITION_CHARACTERS or (upper[0] in letters) == (upper[-1] in letters):
        wanted = "564100N" if letters == "NS" else "0033500W"
        raise _refused(f"not a {name} with its hemisphere", "position-text", text, wanted=f"such as {wanted}")
    hemisphere, body = (upper[0], upper[1:]) if upper[0] in letters else (upper[-1], upper[:-1])
    _refuse_decimal_minutes((body.strip(),), text)
    return _coordinate_e7(body.strip(), hemisphere, text)


def _refuse_decimal_minutes(bodies: tuple[str, ...], text: str) -> None:
    """Refuse what may be decimal degrees or degrees and minutes: two decimals, none of them 60 or more."""
    matches = [_DECIMAL.fullmatch(body) for body in bodies]
    decimals = [match[2] or "" for match in matches if match and not match[3]]
    if any(len(digits) == 2 for digits in decimals) and all(len(d) in (0, 2) and int(d or 0) < 60 for d in decimals):
        raise _refused(
            "the position may be decimal degrees or degrees and minutes",
            "position-two-readings",
            text,
            wanted="56-41.0N for degrees and minutes; 56.410N or 56.41°N for decimal degrees",
        )


def _refuse_lost_digits(first: str, second: str, text: str) -> None:
    """Refuse a packed pair of which one half has seconds and the other has none."""
    packed = _PACKED.fullmatch(first), _PACKED.fullmatch(second)
    if packed[0] and packed[1] and (len(packed[0][1]) >= 6) != (len(packed[1][1]) >= 6):
        raise _refused(
            "one coordinate has seconds and the other has none",
            "position-two-readings",
            text,
            wanted="564100N0033500W or 5641N00335W",
        )


def _signed_position(match: re.Match[str], order: Order | None, text: str) -> Position:
    if order is None:
        raise _refused(
            "two numbers without hemispheres do not say which is the latitude",
            "position-two-readings",
            text,
            wanted="56.6833N 003.5833W",
        )
    first, second = (_signed_e7(part) for part in match.groups())
    return Position(second, first) if order == "latitude-longitude" else Position(first, second)


def _signed_e7(text: str) -> int:
    value_e7 = _nearest(*_scaled(text.lstrip("+-"), E7_PER_DEGREE))
    return -value_e7 if text.startswith("-") else value_e7


def _coordinate_e7(body: str, hemisphere: str, text: str) -> int:
    """One coordinate; its hemisphere gives the sign and the width of its whole degrees."""
    width = 2 if hemisphere in "NS" else 3
    value_e7 = _packed_e7(body, width, text)
    if value_e7 is None:
        value_e7 = _decimal_e7(body, width)
    if value_e7 is None:
        value_e7 = _spaced_e7(body, width, text)
    if value_e7 is None:
        name = "latitude" if width == 2 else "longitude"
        raise _refused(f"{body + hemisphere!r} is not a {name}", "position-text", text)
    return -value_e7 if hemisphere in "SW" else value_e7


def _packed_e7(body: str, width: int, text: str) -> int | None:
    match = _PACKED.fullmatch(body)
    if not match:
        return None
    digits, decimals = match[1], match[2] or ""
    if len(digits) not in (width + 2, width + 4):
        raise _refused(
            f"{digits} has {len(digits)} digits and can be divided in more than one way",
            "position-two-readings",
            text,
            wanted="DDMM or DDMMSS for a latitude" if width == 2 else "DDDMM or DDDMMSS for a longitude",
        )
    minutes, seconds = digits[width : width + 2], digits[width + 2 :]
    if seconds:
        return _sexagesimal_e7(digits[:width], minutes, seconds + decimals, text)
    return _sexagesimal_e7(digits[:width], minutes + decimals, "0", text)


def _decimal_e7(body: str, width: int) -> int | None:
    match = _DECIMAL.fullmatch(body)
    if not match or len(match[1]) > width:
        return None
    return _nearest(*_scaled(f"{match[1]}.{match[2] or 0}", E7_PER_DEGREE))


def _spaced_e7(body: str, width: int, text: str) -> int | None:
    match = _SPACED.fullmatch(body)
    if not match or len(match[1]) > width:
        return None
    degrees, degree_sign, minutes, _, seconds = match.groups()
    if seconds is not None and "." in minutes:
        raise _refused("minutes with decimals and seconds as well", "position-digits", text)
    short = [part for part in (minutes, seconds) if part is not None and len(part.partition(".")[0]) < 2]
    if short and not degree_sign:
        raise _refused(
            f"{short[0]!r} may lack a digit", "position-digits", text, wanted="two digits of minutes and of seconds"
        )
    return _sexagesimal_e7(degrees, minutes, seconds or "0", text)


def _sexagesimal_e7(degrees: str, minutes: str, seconds: str, text: str) -> int:
    """Degrees, minutes and seconds, of which at most the last that is not zero has decimals."""
    minute, per_minute = _scaled(minutes, 1)
    second, per_second = _scaled(seconds, 1)
    if minute >= 60 * per_minute:
        raise _refused(
            f"{minutes} minutes", "position-minutes", text, wanted="minutes below 60; decimal degrees need a point"
        )
    if second > 60 * per_second:
        raise _refused(f"{seconds} seconds", "position-seconds", text, wanted="seconds up to 60")
    parts = (int(degrees) * 60 * per_minute + minute) * 60 * per_second + second * per_minute
    return _nearest(parts * E7_PER_DEGREE, 3600 * per_minute * per_second)


def _scaled(decimal: str, times: int) -> tuple[int, int]:
    """A decimal number times an integer, as numerator and denominator."""
    whole, _, part = decimal.partition(".")
    return int(whole + part) * times, 10 ** len(part)


def _nearest(numerator: int, denominator: int) -> int:
    """The nearest integer, half to even."""
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest - denominator
    return whole + (1 if twice > 0 or (twice == 0 and whole % 2) else 0)
