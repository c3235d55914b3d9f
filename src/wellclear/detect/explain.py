"""Why a pair is or is not a conflict, number by number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from wellclear.detect import bounds
from wellclear.detect.gaps import close_in_time, time_gap_ms
from wellclear.detect.heights import Clearance, Heights
from wellclear.detect.results import Side
from wellclear.detect.separation import nearest_deg
from wellclear.geo.envelope import Ranges
from wellclear.geo.height_text import print_height
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M
from wellclear.geo.position import Position
from wellclear.geo.position_text import print_degrees_minutes
from wellclear.geo.quantity import print_distance, print_duration
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.minima import Minima

FT_PER_M = DMM_PER_M / DMM_PER_FT


class Outcome(Enum):
    """What a pair comes to."""

    CLEAR = "CLEAR"
    CONFLICT = "CONFLICT"
    NOT_ASSESSED = "NOT ASSESSED"


@dataclass(frozen=True, slots=True)
class Line:
    """One step: what was looked at, the numbers, and what follows."""

    quantity: str
    value: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All steps for one pair, and what they come to."""

    lines: tuple[Line, ...]
    outcome: Outcome


def explain(a: Side, b: Side, minima: Minima, ranges: Ranges) -> Explanation:
    """Compare two volumes in place, time and height, and say how each came out."""
    if a.operation is b.operation:
        return Explanation((Line("operation", "both volumes are of one operation", "not compared"),), Outcome.CLEAR)
    place_lines, place_close = _place(a, b, minima)
    time_lines, time_close = _time(a, b, minima)
    heights = Heights(minima, ranges)
    verdict = heights.verdict(a, b)
    height_lines = tuple(_heights(heights, a, b, minima))
    if not (place_close and time_close) or (not verdict.close and not verdict.reasons):
        outcome = Outcome.CLEAR
    else:
        outcome = Outcome.NOT_ASSESSED if verdict.reasons else Outcome.CONFLICT
    return Explanation(
        (*place_lines, *time_lines, *height_lines, _end(outcome, by_envelope=verdict.by_envelope)), outcome
    )


def _end(outcome: Outcome, *, by_envelope: bool) -> Line:
    if outcome is Outcome.CLEAR:
        return Line("together", "separate in at least one of place, time and height", outcome.value)
    if outcome is Outcome.NOT_ASSESSED:
        return Line("together", "close in place and time; heights not comparable", outcome.value)
    rests = " (rests only on the doubt between height references)" if by_envelope else ""
    return Line("together", f"too close in place, time and height{rests}", outcome.value)


def _place(a: Side, b: Side, minima: Minima) -> tuple[tuple[Line, ...], bool]:
    cores_m, on_a, on_b = nearest_deg(a.volume.footprint, b.volume.footprint)
    radius_dmm = a.volume.footprint.buffer_dmm, b.volume.footprint.buffer_dmm
    gap_m = cores_m - sum(radius_dmm) / DMM_PER_M
    far = bounds.far_share(minima)
    close = cores_m <= bounds.limit_m(sum(radius_dmm) / DMM_PER_M, bounds.margin_m(minima), far)
    rule = "if they overlap"
    if minima.lateral_dmm:
        rule = f"under {minima.lateral_dmm / DMM_PER_M:,.1f} m ({print_distance(minima.lateral_dmm)})"
    at = [print_degrees_minutes(Position.from_degrees(float(end[0]), float(end[1]))) for end in (on_a, on_b)]
    return (
        Line("nearest points of the cores", f"{at[0]} and {at[1]}"),
        Line("distance between the cores", f"{cores_m:,.3f} m"),
        Line("buffers around them", " and ".join(f"{one / DMM_PER_M:,.1f} m" for one in radius_dmm)),
        Line("lateral gap", f"{_gap(gap_m, 'm')}; too close {rule}", _closeness(close=close)),
    ), close


def _time(a: Side, b: Side, minima: Minima) -> tuple[tuple[Line, ...], bool]:
    spans = a.volume.span, b.volume.span
    edges = [np.array(edge) for span in spans for edge in (span.start_ms, span.end_ms)]
    gap_ms = time_gap_ms(*edges)
    close = bool(close_in_time(gap_ms, minima))
    rule = "if they overlap"
    if minima.time_ms:
        rule = f"under {minima.time_ms / 1000:,.3f} s ({print_duration(minima.time_ms)})"
    shown = [f"{print_rfc3339(span.start_ms)} to {print_rfc3339(span.end_ms)}" for span in spans]
    return (
        Line("spans", f"{shown[0]} and {shown[1]}; an end is not owned"),
        Line("time gap", f"{_gap(float(gap_ms) / 1000, 's')}; too close {rule}", _closeness(close=close)),
    ), close


def _heights(heights: Heights, a: Side, b: Side, minima: Minima) -> Iterator[Line]:
    wanted = f"{minima.vertical_dmm / DMM_PER_FT:,.1f} ft" if minima.vertical_dmm else "overlap"
    for words, above, below, clearance in zip(
        ("b above a", "a above b"), (b, a), (a, b), heights.clearances(a, b), strict=True
    ):
        floor, ceiling = print_height(clearance.floor, end="floor"), print_height(clearance.ceiling, end="ceiling")
        yield Line(
            f"height gap, {words}", f"floor {floor}, ceiling {ceiling}", _height_verdict(heights, clearance, wanted)
        )
        if not clearance.same:
            for end, height, side in (("floor", clearance.floor, above), ("ceiling", clearance.ceiling, below)):
                band = heights.band_m(height, side) if height is not None else (0.0, 0.0)
                means = (
                    f"{band[0]:,.1f} to {band[1]:,.1f} m above the ellipsoid"
                    if isinstance(band, tuple)
                    else "unknown: " + ", ".join(sorted(one.value for one in band))
                )
                yield Line(f"  the {end} can mean", means)


def _height_verdict(heights: Heights, clearance: Clearance, wanted: str) -> str:
    if clearance.missing:
        return "NOT ASSESSED: " + ", ".join(sorted(one.value for one in clearance.missing))
    if clearance.least_m == float("-inf"):
        return "too close: an open end"
    least, most = clearance.least_m * FT_PER_M, clearance.most_m * FT_PER_M
    size = f"{least:,.1f} ft" if clearance.same else f"{least:,.1f} to {most:,.1f} ft"
    return f"{size} against {wanted}: {_closeness(close=heights.is_close(clearance.least_m))}"


def _gap(gap: float, unit: str) -> str:
    """A gap with three decimals; below zero it is an overlap."""
    return f"{gap:,.3f} {unit}" if gap >= 0 else f"overlap of {-gap:,.3f} {unit}"


def _closeness(*, close: bool) -> str:
    return "too close" if close else "separate"
