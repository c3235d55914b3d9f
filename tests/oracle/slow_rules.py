"""When two things are too close, one dimension at a time, said as plainly as it can be.

In each dimension: too close when they overlap or when their gap is under the minimum. Footprints and bands are closed
(touching overlaps), spans are half open (meeting does not). A gap of exactly a minimum that is not zero is separation.
"""

from __future__ import annotations

from wellclear.geo.limits import DMM_PER_M


def bands_too_close(a: tuple[int | None, int | None], b: tuple[int | None, int | None], minimum_dmm: int) -> bool:
    """Two height bands, (floor, ceiling) in 0.1 mm in one reference; None is an open end."""
    for (_, ceiling), (floor, _) in ((a, b), (b, a)):
        if ceiling is None or floor is None:
            continue
        gap_dmm = floor - ceiling
        if gap_dmm > 0 and gap_dmm >= minimum_dmm:
            return False
    return True


def spans_too_close(a: tuple[int, int], b: tuple[int, int], minimum_ms: int) -> bool:
    """Two spans, (start, end) in ms."""
    for (_, end), (start, _) in ((a, b), (b, a)):
        gap_ms = start - end
        if gap_ms >= 0 and gap_ms >= minimum_ms:
            return False
    return True


def footprints_too_close(gap_m: float, minimum_dmm: int) -> bool:
    """Two footprints by the distance of their cores less both buffers."""
    return gap_m <= 0 or gap_m < minimum_dmm / DMM_PER_M


def tolerance_m(minimum_dmm: int) -> float:
    """How far from the minimum a verdict may err: 1 m or 0.1 %, whichever is larger; 1 cm at a minimum of zero."""
    return max(1.0, 0.001 * minimum_dmm / DMM_PER_M) if minimum_dmm else 0.01
