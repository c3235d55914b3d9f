"""What the service may be told to do otherwise, and the limits of one USS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WORDS_FOR_OVN: Final = "Available from USS"
"""What InterUSS writes where another's OVN is not told; it is never a valid OVN."""

MAX_INTENTS_IN_CELL: Final = 20_000
"""Live intents of one USS in one cell of the grid: what one crowded airport's drones make in a day."""

MAX_AREA_OF_USS_KM2: Final = 10_000_000
"""Area of all live intents and constraints of one USS, each counted by itself: 20 times France."""

MAX_POINTS_OF_USS: Final = 5_000_000
"""Points of all live intents, constraints and explicit subscriptions of one USS: what memory holds for ten of them."""

MAX_SUBSCRIPTIONS_OF_USS: Final = 10_000
"""Explicit subscriptions of one USS: one for each flight of a large operator."""

MAX_REPORTS_OF_USS: Final = 1_000
"""Reports of one USS that are kept: somebody must read them."""

MAX_REPORT_BYTES_OF_USS: Final = 64 * 2**20
"""Bytes of them: sixteen of the largest, or a thousand of an ordinary size."""

MAX_REQUESTS_OF_USS: Final = 2_000.0
"""Requests of one USS a second, and five times as many at once: several times what an instance answers to all."""


@dataclass(frozen=True, slots=True)
class DssSettings:
    """Settings of the service.

    Attributes:
        words_for_ovn: write "Available from USS" where another's OVN is not told, as InterUSS does.
        requested_ovn_suffix: take `requested_ovn_suffix`, an extension of InterUSS.
        intents_in_cell: most live intents of one USS in one cell.
        area_of_uss_km2: most area of one USS.
        points_of_uss: most points of one USS.
        subscriptions_of_uss: most explicit subscriptions of one USS.
        requests_of_uss: most requests of one USS a second.
        reports_of_uss: most reports of one USS that are kept.
    """

    words_for_ovn: bool = False
    requested_ovn_suffix: bool = False
    intents_in_cell: int = MAX_INTENTS_IN_CELL
    area_of_uss_km2: float = MAX_AREA_OF_USS_KM2
    points_of_uss: int = MAX_POINTS_OF_USS
    subscriptions_of_uss: int = MAX_SUBSCRIPTIONS_OF_USS
    requests_of_uss: float = MAX_REQUESTS_OF_USS
    reports_of_uss: int = MAX_REPORTS_OF_USS
