"""Bands put together: the one division of the heights that several bands use.

Bands whose ends have one reference, or one end and another open, lie on one axis of that reference and are put together
where they overlap or touch. A band from one reference to another lies on no axis and stands for itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from math import inf

from wellclear.geo.height import Band, Height, Reference


def united(bands: Iterable[Band]) -> tuple[Band, ...]:
    """The fewest bands that together are these, in one order; one without ends swallows all others."""
    axes: dict[Reference, list[tuple[float, float]]] = defaultdict(list)
    mixed: set[Band] = set()
    for band in bands:
        references = {end.reference for end in (band.floor, band.ceiling) if end is not None}
        if not references:
            return (band,)
        if len(references) > 1:
            mixed.add(band)
        else:
            axes[references.pop()].append(_ends(band))
    found = [_band(low, high, reference) for reference, ends in axes.items() for low, high in _joined(ends)]
    if Band(None, None) in found:
        return (Band(None, None),)
    alone = (band for band in mixed if not any(band != other and _contains(other, band) for other in mixed))
    return tuple(sorted(chain(found, alone), key=band_order))


def hull(bands: Iterable[Band]) -> Band:
    """One band that contains all of them; an end is open where one of them is open or their references differ."""
    listed = list(bands)
    return Band(
        _outermost([band.floor for band in listed], low=True), _outermost([b.ceiling for b in listed], low=False)
    )


def band_order(band: Band) -> tuple[str, float, str, float]:
    """Key that puts bands in one order: by floor, then by ceiling, open ends outermost."""
    low, high = _ends(band)
    floor, ceiling = band.floor, band.ceiling
    return floor.reference.value if floor else "", low, ceiling.reference.value if ceiling else "", high


def _ends(band: Band) -> tuple[float, float]:
    """Floor and ceiling in 0.1 mm, each in its own reference; infinite where open."""
    return band.floor.value_dmm if band.floor else -inf, band.ceiling.value_dmm if band.ceiling else inf


def _band(low: float, high: float, reference: Reference) -> Band:
    floor = None if low == -inf else Height(int(low), reference)
    return Band(floor, None if high == inf else Height(int(high), reference))


def _joined(ends: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Closed intervals put together where they overlap or touch, ascending."""
    found: list[tuple[float, float]] = []
    for low, high in sorted(ends):
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], high)
        else:
            found.append((low, high))
    return found


def _contains(outer: Band, inner: Band) -> bool:
    """Whether a band from one reference to another contains another one from and to the same references."""
    (outer_from, outer_low, outer_to, outer_high), (low_from, low, high_to, high) = band_order(outer), band_order(inner)
    return (outer_from, outer_to) == (low_from, high_to) and outer_low <= low and high <= outer_high


def _outermost(ends: list[Height | None], *, low: bool) -> Height | None:
    closed = [end for end in ends if end is not None]
    if len(closed) < len(ends) or len({end.reference for end in closed}) > 1:
        return None
    return (min if low else max)(closed, key=lambda end: end.value_dmm)
