"""What is dictated: one message about the volumes of one operation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.position import Position
from wellclear.geo.position_text import parse_position, print_dms
from wellclear.geo.span import Span
from wellclear.geo.time_text import MINUTE_MS
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume
from wellclear.protocol.voice.line_values import MAX_DICTATED_POINTS, MAX_DICTATED_VOLUMES


@dataclass(frozen=True, slots=True)
class Dictated:
    """A message as a sheet carries it.

    Attributes:
        sender: who speaks; for a notice the party whose operation it is.
        recipient: who is told.
        kind: NOTICE, AMEND, WITHDRAW, HAZARD, ALL-CLEAR, STOP or EMERGENCY.
        identifier: what the party calls the operation.
        version_number: of the operation, from 1.
        category: kind of use; empty if unknown.
        volumes: none for a STOP without a place; their names are not dictated.
        hazard_tail_ms: how long the danger outlives the operation.
        agreement: name and version of the agreement, as the parties call it.
        priority: higher goes first.
        remarks: free text; may be empty.
    """

    sender: str
    recipient: str
    kind: str
    identifier: str
    version_number: int
    category: str
    volumes: tuple[Volume, ...]
    hazard_tail_ms: int
    agreement: str
    priority: int
    remarks: str = ""

    @classmethod
    def of(cls, operation: Operation, *, recipient: str, kind: str, version_number: int, agreement: str) -> Dictated:
        """The message that tells of an operation, its party speaking, without hazard tail and remarks."""
        return cls(
            sender=operation.party,
            recipient=recipient,
            kind=kind,
            identifier=operation.identifier,
            version_number=version_number,
            category=operation.category,
            volumes=operation.volumes,
            hazard_tail_ms=0,
            agreement=agreement,
            priority=operation.priority,
        )

    @property
    def operation(self) -> Operation:
        """The operation that was dictated.

        Raises:
            RuleViolated: the message has no volumes.
        """
        if not self.volumes:
            raise RuleViolated("the message has no volumes", code="dictation-no-volume", wanted="at least one")
        return Operation(self.sender, self.identifier, self.volumes, self.category, self.priority)


def as_spoken(dictated: Dictated) -> Dictated:
    """The message as precise as it is spoken.

    Positions are rounded to 0.01 second (within 0.2 m), starts go down and ends up to the minute, volumes are numbered.
    Everything else is exact.

    Raises:
        RuleViolated: more volumes than a sheet has pages, or more points than it has lines.
        MalformedInput: two points of a shape are one when rounded, so that it is none.
    """
    if len(dictated.volumes) > MAX_DICTATED_VOLUMES:
        raise RuleViolated(
            f"{len(dictated.volumes)} volumes to dictate", code="dictation-volumes", wanted="at most 200, by voice few"
        )
    volumes = tuple(_spoken(volume, ordinal) for ordinal, volume in enumerate(dictated.volumes, start=1))
    return replace(dictated, volumes=volumes)


def spoken_position(position: Position) -> Position:
    """The position rounded to 0.01 second, within 0.2 m."""
    return parse_position(print_dms(position))


def footprint_of(core: Core, points: tuple[Position, ...], buffer_dmm: int) -> Footprint:
    """A footprint from what its lines say, checked.

    Raises:
        MalformedInput: not such a shape.
    """
    if core is Core.LINE:
        return Footprint.corridor(points, buffer_dmm)
    if core is Core.AREA:
        return Footprint.area(points, buffer_dmm)
    if len(points) != 1:
        raise MalformedInput(f"a point with {len(points)} positions", code="dictation-shape", wanted="POINT 1")
    return Footprint.circle(points[0], buffer_dmm)


def _spoken(volume: Volume, ordinal: int) -> Volume:
    drawn = volume.footprint
    rounded = footprint_of(drawn.core, tuple(spoken_position(p) for p in drawn.points), drawn.buffer_dmm)
    if len(rounded.points) > MAX_DICTATED_POINTS:
        raise RuleViolated(
            f"{len(rounded.points)} points to dictate",
            code="dictation-points",
            at=f"volume {ordinal}",
            wanted=f"at most {MAX_DICTATED_POINTS}: a simpler outline or a circle around it",
        )
    start_ms, end_ms = volume.span.start_ms, volume.span.end_ms
    span = Span(start_ms // MINUTE_MS * MINUTE_MS, -(-end_ms // MINUTE_MS) * MINUTE_MS)
    return Volume(rounded, volume.band, span, str(ordinal))
