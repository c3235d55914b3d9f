"""Recorded flights: JSON records as pandas writes them, plain or in gzip, and parquet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from wellclear.errors import MalformedInput, WellclearError
from wellclear.formats import json_text
from wellclear.formats.tracks.containers import (
    GZIP,
    PARQUET,
    head_of_gzip,
    json_records,
    parquet_records,
    unpacked,
)
from wellclear.formats.tracks.fixes import NEEDED, fix_of
from wellclear.formats.tracks.flights import Flights
from wellclear.model.reading import Context, Reading

NAME: Final = "tracks"


def recognises(content: bytes) -> bool:
    """Whether the content is a parquet file, or an array of records with time and position."""
    if content.startswith(PARQUET):
        return True
    if content.startswith(GZIP):
        return _begins_with_a_record(head_of_gzip(content))
    return _begins_with_a_record(content[:65_536])


def read(content: bytes, context: Context) -> Reading:
    """Read recorded flights; each becomes one operation of corridor segments.

    Raises:
        MalformedInput: the container is damaged, or holds no records.
        RuleViolated: too large, or parquet without its extra.
    """
    if content.startswith(PARQUET):
        flights = Flights(NAME, context, lambda row: f"row {row + 1}")
        records: Iterable[tuple[int, Mapping[str, object] | MalformedInput]] = parquet_records(content)
    else:
        flights = Flights(NAME, context, lambda row: f"$[{row}]")
        records = json_records(unpacked(content) if content.startswith(GZIP) else content)
    for row, record in records:
        if isinstance(record, MalformedInput):
            flights.refuse(row, record)
            continue
        try:
            flights.add(fix_of(row, record))
        except WellclearError as error:
            flights.refuse(row, error)
    return flights.reading()


def _begins_with_a_record(head: bytes) -> bool:
    """Whether a text begins with an array whose first element is an object with time and position."""
    text = head.lstrip()
    if not text.startswith(b"[") or not text[1:].lstrip().startswith(b"{"):
        return False
    body = text[1:].lstrip()
    end = body.find(b"}")
    while 0 <= end < 16_384:
        try:
            record = json_text.members(msgspec.Raw(body[: end + 1]))
        except MalformedInput:
            end = body.find(b"}", end + 1)
            continue
        return all(name in record for name in NEEDED)
    return False
