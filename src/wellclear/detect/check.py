"""Every volume against every other: conflicts, and what could not be assessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from wellclear.detect.heights import Heights, Verdict
from wellclear.detect.pairs import Path, find_pairs, unheard
from wellclear.detect.results import Conflict, Findings, Kind, NotAssessed, Side
from wellclear.detect.separation import Pieces, distance_m
from wellclear.detect.shapely_path import Progress
from wellclear.geo.envelope import Ranges
from wellclear.geo.footprint import Footprint
from wellclear.geo.geodesic import WGS84
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position
from wellclear.model.columns import OPEN_ABOVE, OPEN_BELOW, Columns, Ints
from wellclear.model.minima import Minima
from wellclear.model.operation import Operation

REPORT_EVERY: Final = 256


def check_operations(  # noqa: PLR0913 - each is a choice of the caller's, named at the call
    operations: Iterable[Operation],
    against: Iterable[Operation] | None = None,
    *,
    minima: Minima,
    ranges: Ranges,
    path: Path = "auto",
    progress: Progress = unheard,
) -> Findings:
    """Find every conflict among operations, or between them and others.

    Volumes of one operation are not compared with each other.

    Args:
        operations: the plans.
        against: where given, plans are compared with these only.
        minima: all zero for overlap.
        ranges: of pressure, temperature and terrain, for heights that are measured from different things.
        path: see `find_pairs`.
        progress: told of work done, work in all, and a word for it.
    """
    plans = tuple(operations)
    others = tuple(against) if against is not None else ()
    sides = [Side(operation, volume) for operation in plans + others for volume in operation.volumes]
    own = sum(len(operation.volumes) for operation in plans)
    groups = _groups(plans + others, own if against is not None else None)
    pairs = find_pairs(_columns(sides, groups), minima, path=path, progress=progress)
    conflicts: list[Conflict] = []
    not_assessed: list[NotAssessed] = []
    heights, places = Heights(minima, ranges), _Places()
    for done, (i, j) in enumerate(pairs.tolist()):
        if done % REPORT_EVERY == 0:
            progress(done, len(pairs), "close pairs")
        a, b = sides[i], sides[j]
        if a.operation is b.operation:
            continue
        verdict = heights.verdict(a, b)
        if verdict.reasons:
            not_assessed.append(NotAssessed(a, b, verdict.reasons))
        elif verdict.close:
            conflicts.append(_conflict(a, b, verdict, places))
    progress(len(pairs), len(pairs), "close pairs")
    conflicts.sort(key=lambda conflict: conflict.from_ms)
    return Findings(
        conflicts=tuple(conflicts),
        not_assessed=tuple(not_assessed),
        operations=len(plans) + len(others),
        volumes=len(sides),
        pairs=_compared(groups),
    )


def _groups(operations: Sequence[Operation], own: int | None) -> Ints:
    """Group of each volume: its operation, or which of the two sides it is on."""
    counts = np.array([len(operation.volumes) for operation in operations], dtype=np.int64)
    if own is None:
        return np.repeat(np.arange(len(counts)), counts)
    return np.where(np.arange(counts.sum()) < own, 0, 1)


def _compared(groups: Ints) -> int:
    sizes = np.unique(groups, return_counts=True)[1]
    return int((len(groups) ** 2 - (sizes.astype(object) ** 2).sum()) // 2) if len(groups) else 0


def _columns(sides: Sequence[Side], groups: Ints) -> Columns:
    """The volumes as columns: with their heights where all have one reference, without where they do not."""
    bands = [side.volume.band for side in sides]
    references = {end.reference for band in bands for end in (band.floor, band.ceiling) if end is not None}
    one = len(references) <= 1
    return Columns.of(
        [side.volume.footprint for side in sides],
        floor_dmm=[band.floor.value_dmm if one and band.floor else OPEN_BELOW for band in bands],
        ceiling_dmm=[band.ceiling.value_dmm if one and band.ceiling else OPEN_ABOVE for band in bands],
        start_ms=[side.volume.span.start_ms for side in sides],
        end_ms=[side.volume.span.end_ms for side in sides],
        group=groups.tolist(),
    )


class _Places:
    """Where pairs come closest; remembers each core made ready."""

    def __init__(self) -> None:
        self._ready: dict[int, tuple[Footprint, Pieces]] = {}

    def closest(self, a: Side, b: Side) -> tuple[float, Position]:
        """Distance between the footprints in metres, and the middle of what lies between or within both."""
        radius_a_m = a.volume.footprint.buffer_dmm / DMM_PER_M
        radius_b_m = b.volume.footprint.buffer_dmm / DMM_PER_M
        apart_m, on_a, on_b = distance_m(self._pieces(a.volume.footprint), self._pieces(b.volume.footprint))
        share_m = min(max((apart_m + radius_a_m - radius_b_m) / 2, 0.0), apart_m)
        lon_deg, lat_deg = on_a
        if apart_m > 0:
            bearing_deg = WGS84.inv(*on_a, *on_b)[0]
            lon_deg, lat_deg, _ = WGS84.fwd(lon_deg, lat_deg, bearing_deg, share_m)
        return max(0.0, apart_m - radius_a_m - radius_b_m), Position.from_degrees(float(lon_deg), float(lat_deg))

    def _pieces(self, footprint: Footprint) -> Pieces:
        if id(footprint) not in self._ready:
            self._ready[id(footprint)] = footprint, Pieces.of(footprint)
        return self._ready[id(footprint)][1]


def _conflict(a: Side, b: Side, verdict: Verdict, places: _Places) -> Conflict:
    span_a, span_b = a.volume.span, b.volume.span
    later_ms, earlier_ms = max(span_a.start_ms, span_b.start_ms), min(span_a.end_ms, span_b.end_ms)
    apart_m, where = places.closest(a, b)
    return Conflict(
        a=a,
        b=b,
        kind=Kind.OPERATION_OPERATION,
        from_ms=min(later_ms, earlier_ms),
        until_ms=max(later_ms, earlier_ms),
        lateral_m=apart_m,
        vertical_m=verdict.least_m,
        time_s=max(0, later_ms - earlier_ms) / 1000,
        where=where,
        by_envelope=verdict.by_envelope,
    )
