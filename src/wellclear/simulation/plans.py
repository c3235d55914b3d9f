"""The operations that simulated officers plan: few, so that each pair is compared once a process."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.operation_text import print_operation
from wellclear.model.volume import Volume

START_MS: Final = 1_796_104_800_000
"""When every schedule begins: 1 December 2026, 06:00 UTC."""

MINUTE_MS: Final = 60_000

_SHARED: Final = (100_000_000, 450_000_000)
_APART: Final = {
    "north": (100_000_000, 480_000_000),
    "south": (100_000_000, 420_000_000),
    "east": (140_000_000, 450_000_000),
    "west": (60_000_000, 450_000_000),
    "upland": (140_000_000, 480_000_000),
}

PARTIES: Final = tuple(_APART)
"""Who takes part; a run with three centres has the first three."""

PLANS: Final = {
    "crossing": "where all others cross too: conflicts with theirs",
    "within": "smaller than `crossing`, within the same cover",
    "above": "over `crossing`, clear of it",
    "beside": "clear of `crossing`, and not of its cover",
    "apart": "far from all others",
    "doubtful": "its height has another reference, and no range says how they compare",
    "soon": "as `crossing`, in less than the lead time",
    "brief": "far from all others, and over within the schedule",
}
"""Plans and what they are for."""


@lru_cache(maxsize=4_096)
def content(party: str, identifier: str, plan: str) -> bytes:
    """Exact bytes of an operation.

    Args:
        party: whose.
        identifier: what it is called.
        plan: one of `PLANS`.
    """
    place = _APART.get(party, _SHARED) if plan in {"apart", "brief"} else _SHARED
    if plan == "beside":
        place = (place[0] + 1_600_000, place[1])
    centre = Position(place[0] + 10_000 * (PARTIES.index(party) if party in PARTIES else 0), place[1])
    radius_dmm = 40_000_000 if plan == "within" else 50_000_000
    volume = Volume(Footprint.circle(centre, radius_dmm), _band(plan), _span(plan), "1")
    return print_operation(Operation(party, identifier, (volume,), "survey"))


def _band(plan: str) -> Band:
    if plan == "above":
        return Band(Height.metres(6_000, Reference.AMSL_BARO), Height.metres(7_000, Reference.AMSL_BARO))
    reference = Reference.FLIGHT_LEVEL if plan == "doubtful" else Reference.AMSL_BARO
    return Band(Height.metres(1_000, reference), Height.metres(2_000, reference))


def _span(plan: str) -> Span:
    if plan == "soon":
        return Span(START_MS + 10 * MINUTE_MS, START_MS + 90 * MINUTE_MS)
    if plan == "brief":
        return Span(START_MS - 10 * MINUTE_MS, START_MS + 30_000)
    return Span(START_MS + 60 * MINUTE_MS, START_MS + 90 * MINUTE_MS)
