"""Comparing two versions: a pure function of their exact bytes, so that its results are kept and never differ.

Both sides of a pair get one answer: the two are put in order first. What is compared ends with the hazard tail. Since
results are kept by the bytes themselves, what was compared beforehand, over an older state, is never wrong: at most it
is not asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from wellclear.centre.kept import Kept
from wellclear.detect.check import check_operations
from wellclear.detect.results import Conflict
from wellclear.geo.envelope import Ranges
from wellclear.geo.limits import MAX_TIME_MS
from wellclear.geo.span import Span
from wellclear.model.minima import Minima
from wellclear.model.operation import Operation
from wellclear.model.operation_text import parse_operation
from wellclear.model.volume import Volume
from wellclear.protocol.verdict import Clash, Finding

FOREVER_MS: Final = MAX_TIME_MS
"""Tail of what lasts until it is ended by word: a hazard."""


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


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions, in the order in which they are compared, and the terms; `pair_of` makes one."""

    one: Compared
    other: Compared
    terms: Terms


Found = tuple[Pair, Clash | None]
"""What a comparison found: a clash that names no party yet, or nothing where the two are clear."""


@dataclass(frozen=True, slots=True)
class Prejudged:
    """What was worked out of an input off the writer, for `decide` to find when the input's turn comes.

    Attributes:
        total: number of the state over which it was asked, see `State.total`; what changed since is compared in turn.
        operations: exact bytes that were read, and what they say.
        found: pairs that were compared.
    """

    total: int
    operations: tuple[tuple[bytes, Operation], ...] = ()
    found: tuple[Found, ...] = ()


_OPERATIONS: Final[Kept[Compared, Operation]] = Kept(20_000)
_PAIRS: Final[Kept[Pair, Clash | None]] = Kept(200_000)


def effective(side: Compared) -> Operation:
    """The operation with its hazard tail.

    Raises:
        MalformedInput: the bytes are no operation.
    """
    return _OPERATIONS.get(side, _read)


def pair_of(one: Compared, other: Compared, terms: Terms) -> Pair:
    """Two versions in the order in which they are compared, whoever asks."""
    first, second = (one, other) if (one.content, one.tail_ms) <= (other.content, other.tail_ms) else (other, one)
    return Pair(first, second, terms)


def too_close(pair: Pair) -> Clash | None:
    """The closest that two versions come, if that is under the minima or cannot be told; nothing if they are clear.

    Returns:
        A clash that names no party yet: the first in time that conflicts, else what could not be compared.
    """
    return None if apart_in_time(pair) else _PAIRS.get(pair, compared)


def unknown(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """The pairs, each once, whose answer takes a comparison that was not made yet."""
    return tuple(pair for pair in dict.fromkeys(pairs) if pair not in _PAIRS and not apart_in_time(pair))


def remember(prejudged: Prejudged) -> None:
    """Keep what was worked out beforehand."""
    for content, operation in prejudged.operations:
        _OPERATIONS.keep(Compared(content), operation)
    for pair, found in prejudged.found:
        _PAIRS.keep(pair, found)


def compared(pair: Pair) -> Clash | None:
    """Compare two versions, whatever is kept of them."""
    return compare_all((pair,))[0][1]


def compare_all(pairs: Sequence[Pair]) -> tuple[Found, ...]:
    """Compare pairs, whatever is kept of them; those that share a version and the terms at once.

    Returns:
        The pairs in their order, each with what it is found to be alone.
    """
    shared = Counter((side, pair.terms) for pair in pairs for side in (pair.one, pair.other))
    groups: dict[tuple[bool, Compared, Terms], list[Pair]] = {}
    for pair in pairs:
        first = shared[pair.one, pair.terms] >= shared[pair.other, pair.terms]
        groups.setdefault((first, pair.one if first else pair.other, pair.terms), []).append(pair)
    found: dict[Pair, Clash | None] = {}
    for (first, side, terms), group in groups.items():
        found.update(_compared_with_all(side, group, terms, first=first))
    return tuple((pair, found[pair]) for pair in pairs)


def _compared_with_all(side: Compared, group: Sequence[Pair], terms: Terms, *, first: bool) -> Iterator[Found]:
    """One version and all that it is paired with, of which it is the first or the other side."""
    others = [replace(effective(pair.other if first else pair.one)) for pair in group]  # each an object of its own
    plans, against = ((effective(side),), others) if first else (others, (effective(side),))
    findings = check_operations(plans, against, minima=terms.minima, ranges=terms.ranges)
    conflicts: dict[int, list[Conflict]] = {}
    for conflict in findings.conflicts:
        conflicts.setdefault(id((conflict.b if first else conflict.a).operation), []).append(conflict)
    doubts: dict[int, set[str]] = {}
    for doubt in findings.not_assessed:
        reasons = {reason.value for reason in doubt.reasons}
        doubts.setdefault(id((doubt.b if first else doubt.a).operation), set()).update(reasons)
    for pair, other in zip(group, others, strict=True):
        yield pair, _clash(conflicts.get(id(other), ()), doubts.get(id(other), set()))


def _clash(conflicts: Sequence[Conflict], reasons: set[str]) -> Clash | None:
    if conflicts:
        conflict = conflicts[0]
        return Clash(
            finding=Finding.CONFLICT,
            against="operation",
            party="",
            identifier="",
            from_ms=conflict.from_ms,
            until_ms=max(found.until_ms for found in conflicts),
            lateral_m=round(min(found.lateral_m for found in conflicts), 1),
            vertical_m=round(min(found.vertical_m for found in conflicts), 1),
            lon_e7=conflict.where.lon_e7,
            lat_e7=conflict.where.lat_e7,
            by_envelope=all(found.by_envelope for found in conflicts),
        )
    if not reasons:
        return None
    return Clash(
        finding=Finding.NOT_ASSESSED, against="operation", party="", identifier="", reasons=tuple(sorted(reasons))
    )


def apart_in_time(pair: Pair) -> bool:
    """Whether the spans of two versions, taken as one each, leave more than the minimum of time."""
    one, other, gap_ms = effective(pair.one), effective(pair.other), pair.terms.minima.time_ms
    return _end(one) + gap_ms < _start(other) or _end(other) + gap_ms < _start(one)


def _read(side: Compared) -> Operation:
    if side.tail_ms == 0:
        return parse_operation(side.content)
    operation = effective(Compared(side.content))
    return replace(operation, volumes=tuple(_outliving(volume, side.tail_ms) for volume in operation.volumes))


def _start(operation: Operation) -> int:
    return min(volume.span.start_ms for volume in operation.volumes)


def _end(operation: Operation) -> int:
    return max(volume.span.end_ms for volume in operation.volumes)


def _outliving(volume: Volume, tail_ms: int) -> Volume:
    end_ms = min(volume.span.end_ms + tail_ms, MAX_TIME_MS)
    return replace(volume, span=Span(volume.span.start_ms, end_ms))
