"""The 4D piece of airspace that an operation may use."""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band
from wellclear.geo.span import Span


@dataclass(frozen=True, slots=True)
class Volume:
    """Footprint x height band x span.

    Attributes:
        footprint: the ground below.
        band: closed interval of heights.
        span: half-open interval of time.
        name: what this volume is called within its operation: ``2``, ``leg 3``.
    """

    footprint: Footprint
    band: Band
    span: Span
    name: str = "1"
