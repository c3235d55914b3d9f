"""Comparing two versions: a pure function of their exact bytes, so that its results are kept and never differ.

Both sides of a pair get one answer: the two are put in order first. What is compared ends with the hazard tail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from wellclear.detect.check import check_operations
from wellclear.geo.envelope import Ranges
from wellclear.geo.limits import MAX_TIME_MS
from wellclear.geo.span import Span
from wellclear.model.minima import Minima
from wellclear.model.operation import Operation
from wellclear.model.operation_text import parse_operation
from wellclear.model.volume import Volume
from wellclear.protocol.verdict import Clash, Finding

_KEPT_OPERATIONS: Final = 20_000
_KEPT_PAIRS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Compared:
    """One side of a pair.

    Attributes:
        content: exact bytes of the operation as this comparison may see it.
        tail_ms: how long its danger outlives it.
    """

    content: bytes
    tail_ms: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what two versions are compared."""

    minima: Minima
    ranges: Ranges


@lru_cache(maxsize=_KEPT_OPERATIONS)
def effective(side: Compared) -> Operation:
    """The operation with its hazard tail.

    Raises:
        MalformedInput: the bytes are no operation.
    """
    operation = parse_operation(side.content)
    if side.tail_ms == 0:
        return operation
    return replace(operation, volumes=tuple(_outliving(volume, side.tail_ms) for volume in operation.volumes))


def too_close(one: Compared, other: Compared, terms: Terms) -> Clash | None:
    """The closest that two versions come, if that is under the minima or cannot be told; nothing if they are clear.

    Args:
        one: a version.
        other: another.
        terms: widest minima of both, and the ranges.

    Returns:
        A clash that names no party yet: the first in time that conflicts, else what could not be compared.
    """
    if _apart_in_time(effective(one), effective(other), terms.minima.time_ms):
        return None
    pair = (one, other) if (one.content, one.tail_ms) <= (other.content, other.tail_ms) else (other, one)
    return _compared(*pair, terms)


@lru_cache(maxsize=_KEPT_PAIRS)
def _compared(one: Compared, other: Compared, terms: Terms) -> Clash | None:
    first = effective(one)
    second = replace(effective(other))  # an object of its own, also where both sides are the same value
    findings = check_operations((first,), (second,), minima=terms.minima, ranges=terms.ranges)
    if findings.conflicts:
        conflict = findings.conflicts[0]
        return Clash(
            finding=Finding.CONFLICT,
            against="operation",
            party="",
            identifier="",
            from_ms=conflict.from_ms,
            until_ms=max(found.until_ms for found in findings.conflicts),
            lateral_m=round(min(found.lateral_m for found in findings.conflicts), 1),
            vertical_m=round(min(found.vertical_m for found in findings.conflicts), 1),
            lon_e7=conflict.where.lon_e7,
            lat_e7=conflict.where.lat_e7,
            by_envelope=all(found.by_envelope for found in findings.conflicts),
        )
    if not findings.not_assessed:
        return None
    reasons = sorted({reason.value for found in findings.not_assessed for reason in found.reasons})
    return Clash(finding=Finding.NOT_ASSESSED, against="operation", party="", identifier="", reasons=tuple(reasons))


def _apart_in_time(one: Operation, other: Operation, gap_ms: int) -> bool:
    """Whether the spans of two operations, taken as one each, leave more than the gap."""
    return _end(one) + gap_ms < _start(other) or _end(other) + gap_ms < _start(one)


def _start(operation: Operation) -> int:
    return min(volume.span.start_ms for volume in operation.volumes)


def _end(operation: Operation) -> int:
    return max(volume.span.end_ms for volume in operation.volumes)


def _outliving(volume: Volume, tail_ms: int) -> Volume:
    end_ms = min(volume.span.end_ms + tail_ms, MAX_TIME_MS)
    return replace(volume, span=Span(volume.span.start_ms, end_ms))
