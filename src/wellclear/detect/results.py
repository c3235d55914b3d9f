"""What a check found: conflicts, and what could not be assessed. Everything else is CLEAR."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from wellclear.geo.position import Position
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume


class Kind(Enum):
    """What is in conflict with what."""

    OPERATION_OPERATION = "operation-operation"


class Reason(Enum):
    """Why a pair could not be assessed."""

    PRESSURE_MISSING = "pressure-missing"
    TEMPERATURE_MISSING = "temperature-missing"
    TERRAIN_MISSING = "terrain-missing"
    TERRAIN_OUTSIDE = "terrain-outside"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two volumes of a pair, with the operation that it belongs to."""

    operation: Operation
    volume: Volume


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two volumes closer than the minima in place, height and time.

    Attributes:
        a: first side, in the order of the input.
        b: second side.
        kind: what is in conflict with what.
        from_ms: start of the time that both use; where their spans only come close, the end of the earlier.
        until_ms: end of the time that both use; where their spans only come close, the start of the later.
        lateral_m: smallest distance between the footprints, 0 where they overlap.
        vertical_m: smallest distance between the bands, 0 where they overlap or may (see `by_envelope`).
        time_s: gap between the spans, 0 where they overlap.
        where: a position in the shared piece of ground, or midway between the closest points.
        by_envelope: whether the conflict rests only on the doubt between height references.
    """

    a: Side
    b: Side
    kind: Kind
    from_ms: int
    until_ms: int
    lateral_m: float
    vertical_m: float
    time_s: float
    where: Position
    by_envelope: bool


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """Two volumes that are too close in place and time, and whose heights could not be compared."""

    a: Side
    b: Side
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a check found.

    Attributes:
        conflicts: sorted by time, then by the order of the input.
        not_assessed: in the order of the input.
        operations: how many operations were checked.
        volumes: how many volumes were checked.
        pairs: how many pairs of volumes of different operations there were; all not listed are CLEAR.
    """

    conflicts: tuple[Conflict, ...]
    not_assessed: tuple[NotAssessed, ...]
    operations: int
    volumes: int
    pairs: int
