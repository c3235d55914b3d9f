"""Operations and an agreement for tests of several centres."""

from __future__ import annotations

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
