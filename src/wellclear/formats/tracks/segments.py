"""A recorded flight cut into corridor segments, each a volume.

A segment runs over the records of some minutes; the next begins with the record in which it ended, so that no leg is
left out. A silence ends a segment and nothing is assumed in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wellclear.formats.tracks.fixes import Fix
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.limits import MAX_RING_POINTS, MAX_TIME_MS, MIN_TIME_MS
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.reading import TrackReading
from wellclear.model.volume import Volume


@dataclass(frozen=True, slots=True)
class Known:
    """A record with a position and a height in the flight's reference.

    Attributes:
        row: its place in the file.
        time_ms: UTC.
        position: where.
        height_dmm: how high, in 0.1 mm.
    """

    row: int
    time_ms: int
    position: Position
    height_dmm: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Successive records with a position and no height in the flight's reference.

    Attributes:
        row: the place of the first.
        count: how many.
        from_ms: time of the last record before them that is known, else of the first of them.
        until_ms: time of the next record that is known, else of the last of them.
    """

    row: int
    count: int
    from_ms: int
    until_ms: int


def runs(fixes: Sequence[Fix], reference: Reference, gap_ms: int) -> tuple[list[list[Known]], list[Unknown]]:
    """Part a flight at its silences and at records without a height.

    fixes      in order of time, all with a position
    reference  the flight's
    """
    known: list[list[Known]] = []
    unknown: list[Unknown] = []
    run: list[Known] = []
    missing: list[Fix] = []
    last_ms = fixes[0].time_ms if fixes else 0
    for fix in fixes:
        height = next((height for height in fix.heights if height.reference is reference), None)
        if run and (height is None or fix.time_ms - run[-1].time_ms > gap_ms):
            known.append(run)
            last_ms = run[-1].time_ms
            run = []
        if height is None or fix.position is None:
            missing.append(fix)
            continue
        if missing:
            unknown.append(_unknown(missing, last_ms, fix.time_ms, gap_ms))
            missing = []
        run.append(Known(fix.row, fix.time_ms, fix.position, height.value_dmm))
    if run:
        known.append(run)
    if missing:
        unknown.append(_unknown(missing, last_ms, missing[-1].time_ms, gap_ms))
    return known, unknown


def segments(run: Sequence[Known], segment_ms: int) -> Iterator[Sequence[Known]]:
    """Cut a run into segments that share their ends; as long as allowed, one leg at least, 1,000 points at most."""
    if len(run) == 1:
        yield run
    start = 0
    while start < len(run) - 1:
        end = start + 1
        while (
            end + 1 < len(run)
            and run[end + 1].time_ms - run[start].time_ms <= segment_ms
            and end + 1 - start < MAX_RING_POINTS
        ):
            end += 1
        yield run[start : end + 1]
        start = end


def volume_of(segment: Sequence[Known], reference: Reference, tracks: TrackReading, name: str) -> Volume:
    """The corridor that a segment keeps within, or a circle where it stays in one place.

    Raises:
        MalformedInput: the segment is too large for a footprint, or its height out of range.
    """
    line = tuple(known.position for known in segment)
    if len(set(line)) == 1:
        footprint = Footprint.circle(line[0], tracks.buffer_dmm)
    else:
        footprint = Footprint.corridor(line, tracks.buffer_dmm)
    heights_dmm = [known.height_dmm for known in segment]
    band = Band(
        Height(min(heights_dmm) - tracks.half_band_dmm, reference),
        Height(max(heights_dmm) + tracks.half_band_dmm, reference),
    )
    start_ms = max(MIN_TIME_MS, segment[0].time_ms - tracks.time_buffer_ms)
    end_ms = min(MAX_TIME_MS, max(segment[-1].time_ms + tracks.time_buffer_ms, start_ms + 1))
    return Volume(footprint, band, Span(start_ms, end_ms), name)


def _unknown(missing: list[Fix], last_ms: int, next_ms: int, gap_ms: int) -> Unknown:
    """Bounds of the missing records, out to the known ones that are no silence away."""
    first_ms, final_ms = missing[0].time_ms, missing[-1].time_ms
    from_ms = last_ms if 0 <= first_ms - last_ms <= gap_ms else first_ms
    until_ms = next_ms if next_ms - final_ms <= gap_ms else final_ms
    return Unknown(missing[0].row, len(missing), from_ms, until_ms)
