"""What a file yielded: the operations, and what was refused, one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

from wellclear.errors import WellclearError
from wellclear.geo.span import Span
from wellclear.model.operation import Operation


@dataclass(frozen=True, slots=True)
class Refusal:
    """One record that was not taken.

    Attributes:
        source: the file's name as the user gave it.
        at: the place in it: ``line 45``, ``$.features[3].geometry``.
        subject: what the record calls itself, if it says so: ``ISABELLA (XA)``.
        code: stable, for programs.
        message: what is wrong.
        wanted: what would be right; may be empty.
    """

    source: str
    at: str
    subject: str
    code: str
    message: str
    wanted: str = ""

    @classmethod
    def of(cls, error: WellclearError, *, source: str, at: str = "", subject: str = "") -> Refusal:
        """A refusal that says what an error said, placed in its file."""
        placed = error.placed(at) if at else error
        return cls(source, placed.at, subject, error.code, error.message, error.wanted)


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader should know about how a record was read: a bounded UFN, an inferred shape."""

    source: str
    at: str
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one file yielded: nothing in it is lost silently.

    Attributes:
        format: the name of the format it was read as.
        operations: what was understood.
        refusals: what was not, one for each record.
        notes: what was read with a remark.
    """

    format: str
    operations: tuple[Operation, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """A file to be written, and what it could not carry.

    Attributes:
        content: the bytes.
        losses: one note for each thing that was left out or changed.
    """

    content: bytes
    losses: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackReading:
    """How recorded tracks become operations: corridor segments with a buffer and a height band.

    Attributes:
        segment_ms: how long one corridor segment is.
        buffer_dmm: half width of the corridor.
        half_band_dmm: how far the band reaches below the lowest and above the highest recorded height.
        time_buffer_ms: how far the span reaches before the first and after the last record of a segment.
        gap_ms: a silence longer than this ends a segment; nothing is assumed in between.
    """

    segment_ms: int = 300_000
    buffer_dmm: int = 9_260_000
    half_band_dmm: int = 1_524_000
    time_buffer_ms: int = 60_000
    gap_ms: int = 600_000


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader needs to know beside the bytes.

    Attributes:
        source: the file's name as the user gave it.
        party: whose plans these are where the file does not say.
        horizon: where "until further notice", "permanent" and recurring periods begin and end.
        tracks: how recorded tracks become operations.
    """

    source: str
    party: str
    horizon: Span
    tracks: TrackReading = field(default_factory=TrackReading)
