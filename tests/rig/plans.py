"""Operations and an agreement for tests of several centres."""

from __future__ import annotations

import math

from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.operation_text import print_operation
from wellclear.model.volume import Volume
from wellclear.simulation.agreement import agreement_text

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def circle(  # noqa: PLR0917 - a plan in one line
    party: str, identifier: str, lon_e7: int, lat_e7: int, start_ms: int, end_ms: int, radius_m: int = 5_000
) -> bytes:
    """Exact bytes of an operation in one disc from 1,000 to 2,000 m above sea level."""
    volume = Volume(
        Footprint.circle(Position(lon_e7, lat_e7), radius_m * 10_000),
        Band(Height(10_000_000, Reference.AMSL), Height(20_000_000, Reference.AMSL)),
        Span(start_ms, end_ms),
    )
    return print_operation(Operation(party, identifier, (volume,), "transport"))


def agreement(*parties: str, disclosure: str = "full") -> str:
    """Text of an agreement in which the first party may show less."""
    return agreement_text(parties, disclosure).decode()


def bomb(party: str, identifier: str, start_ms: int) -> bytes:
    """As many stars as an operation may have, one over the other for an hour: against its like, minutes of work."""
    ring = [
        Position(
            100_000_000 + round((2 + number % 2) * 1_000_000 * math.cos(2 * math.pi * number / 50)),
            450_000_000 + round((2 + number % 2) * 1_000_000 * math.sin(2 * math.pi * number / 50)),
        )
        for number in range(50)
    ]
    star, span = Footprint.area(ring, 0), Span(start_ms, start_ms + 3_600_000)
    stars = tuple(Volume(star, Band(None, None), span, str(number)) for number in range(200))
    return print_operation(Operation(party, identifier, stars))
