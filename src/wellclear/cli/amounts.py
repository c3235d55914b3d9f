"""Sizes and horizons as a person types them; distances, durations, minima and ranges are read by the layers below."""

from __future__ import annotations

import re
from typing import Final

from wellclear.errors import MalformedInput, RuleViolated, WellclearError
from wellclear.geo.span import Span
from wellclear.geo.time_text import parse_date_time_group, parse_rfc3339

BYTES_PER_UNIT: Final = {"": 1, "b": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "kb": 10**3, "mb": 10**6, "gb": 10**9}
DAY_MS: Final = 86_400_000

DEFAULT_HORIZON_DAYS: Final = 30
"""How far "until further notice" reaches when nobody says: the longest span of one volume."""

MAX_HORIZON_DAYS: Final = 366
"""A year: what goes on for longer is planned anew, and recurring periods are counted out within it."""

_HORIZON_WANTED: Final = "START/END, each such as 2018-09-17, 2018-09-17T18:39:00Z or 171839ZSEP2018"


def parse_size_bytes(text: str) -> int:
    """A size such as ``64MiB``, ``200MB`` or a bare number of bytes.

    Raises:
        MalformedInput: not a size, or zero.
    """
    matched = re.fullmatch(r"([1-9][0-9]{0,14})\s*([A-Za-z]*)", text.strip(), re.ASCII)
    factor = BYTES_PER_UNIT.get(matched[2].lower()) if matched else None
    if matched is None or factor is None:
        raise MalformedInput(f"not a size: {text[:40]!r}", code="size-text", wanted="such as 64MiB or 200MB")
    return int(matched[1]) * factor


def parse_horizon(text: str) -> Span:
    """A horizon such as ``2018-09-17/2018-10-17``; a date is its first instant in UTC.

    Raises:
        MalformedInput: not two times, or the end not after the start.
        RuleViolated: longer than a year.
    """
    ends = text.split("/") if len(text) <= 120 else []
    if len(ends) != 2:
        raise MalformedInput(f"not a horizon: {text[:40]!r}", code="horizon-text", wanted=_HORIZON_WANTED)
    span = Span(*(_instant_ms(end.strip()) for end in ends))
    if span.end_ms - span.start_ms > MAX_HORIZON_DAYS * DAY_MS:
        raise RuleViolated("the horizon is too long", code="horizon-long", wanted=f"at most {MAX_HORIZON_DAYS} days")
    return span


def default_horizon(now_ms: int) -> Span:
    """From the start of today in UTC for thirty days."""
    start_ms = now_ms - now_ms % DAY_MS
    return Span(start_ms, start_ms + DEFAULT_HORIZON_DAYS * DAY_MS)


def _instant_ms(text: str) -> int:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return parse_rfc3339(f"{text}T00:00:00Z")
        return parse_rfc3339(text) if "-" in text else parse_date_time_group(text)
    except WellclearError as error:
        raise MalformedInput(error.message, code=error.code, wanted=_HORIZON_WANTED) from error
