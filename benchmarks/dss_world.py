"""The airspace of the benchmark of the DSS: groups of intents that all meet, and meet none of another group.

Every group has its own place, height and time. In the busy world all groups lie over one square kilometre, in one cell;
in the spread world each 10 groups have a square kilometre of their own, 20 km from the next.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from wellclear.api.utm.dss.asked import planned_extent, subscribed_extent
from wellclear.api.utm.dss.ports import WHOLE, Registry
from wellclear.api.utm.dss.records import Intent, Kind, Subscription
from wellclear.api.utm.wire.volumes import Altitude, LatLngPoint, Polygon, Volume3D, Volume4D, time_of

LAYERS: Final = 10
"""Groups that lie over each other; the next ones come later."""

LAYER_M: Final = 40.0
SLOT_MS: Final = 20 * 60_000
SIDE_DEG: Final = 0.001
"""Side of an intent's square, in degrees of latitude: 111 m."""

USS_COUNT: Final = 5
URL: Final = "https://uss{}.example.com/utm"


@dataclass
class Resident:
    """An intent that is there."""

    identifier: str
    ovn: str


@dataclass
class Group:
    """Intents that all meet.

    Attributes:
        number: of the group.
        owner: number of the USS that has them.
        residents: the oldest first.
    """

    number: int
    owner: int
    residents: list[Resident]


@dataclass(frozen=True)
class World:
    """Where and when groups lie.

    Attributes:
        groups: how many.
        size: intents of a group.
        spread: whether they lie in many cells.
        begins_ms: start of the first.
    """

    groups: int
    size: int
    spread: bool
    begins_ms: int

    def volume(self, group: int, chance: random.Random) -> Volume4D:
        """A volume of a group: squares of 111 m whose middles are at most 50 m apart."""
        layer, slot = group % LAYERS, group // LAYERS
        place = slot if self.spread else 0
        middle_lat = 46.0 + 0.18 * (place % 30) + chance.uniform(-0.0002, 0.0002)
        middle_lng = 7.0 + 0.26 * (place // 30) + chance.uniform(-0.0002, 0.0002)
        half = SIDE_DEG / 2
        ring = [
            LatLngPoint(middle_lat + north * half, middle_lng + east * half)
            for north, east in ((-1, -1), (-1, 1), (1, 1), (1, -1))
        ]
        floor_m = 50.0 + layer * LAYER_M
        start_ms = self.begins_ms + (0 if self.spread else slot * SLOT_MS) + chance.randrange(60_000)
        return Volume4D(
            Volume3D(
                outline_polygon=Polygon(ring),
                altitude_lower=Altitude(floor_m + chance.uniform(0, 5), "W84", "M"),
                altitude_upper=Altitude(floor_m + 25 + chance.uniform(0, 5), "W84", "M"),
            ),
            time_start=time_of(start_ms),
            time_end=time_of(start_ms + SLOT_MS - 2 * 60_000),
        )

    def areas(self) -> list[Volume4D]:
        """Volumes that USSs watch: around each square kilometre."""
        places = range(-(-self.groups // LAYERS)) if self.spread else range(1)
        return [
            Volume4D(
                Volume3D(
                    outline_polygon=Polygon(
                        [
                            LatLngPoint(
                                46.0 + 0.18 * (place % 30) + north * 0.01, 7.0 + 0.26 * (place // 30) + east * 0.01
                            )
                            for north, east in ((-1, -1), (-1, 1), (1, 1), (1, -1))
                        ]
                    )
                ),
                time_start=time_of(self.begins_ms - 3_600_000),
                time_end=time_of(self.begins_ms + 22 * 3_600_000),
            )
            for place in places
        ]


def fill(registry: Registry, world: World, seed: int) -> list[Group]:
    """Put a world into an empty registry, as its clients would have."""
    chance = random.Random(seed)  # noqa: S311 - the same in every run
    groups: list[Group] = []
    for number in range(world.groups):
        group = Group(number, number % USS_COUNT, [])
        with registry.transaction(lambda _: WHOLE) as airspace:
            for _ in range(world.size):
                intent = _intent(world, group, chance)
                airspace.put(Kind.INTENT, intent)
                group.residents.append(Resident(intent.identifier, intent.ovn))
        groups.append(group)
    with registry.transaction(lambda _: WHOLE) as airspace:
        for uss in range(USS_COUNT):
            for area in world.areas():
                airspace.put(Kind.SUBSCRIPTION, _subscription(uss, area, chance))
    return groups


def new_identifier(chance: random.Random) -> str:
    """A version-4 UUID."""
    return str(UUID(int=chance.getrandbits(128), version=4))


def _intent(world: World, group: Group, chance: random.Random) -> Intent:
    extent = planned_extent([world.volume(group.number, chance)])
    return Intent(
        identifier=new_identifier(chance),
        owner=f"uss{group.owner}",
        uss_url=URL.format(group.owner),
        state="Accepted",
        ovn=f"{chance.getrandbits(128):032x}",
        version=1,
        subscription="",
        start_ms=extent.span.start_ms,
        end_ms=extent.span.end_ms,
        blocks=extent.blocks,
        cells=tuple(sorted(extent.cells)),
        area_m2=extent.area_m2,
    )


def _subscription(uss: int, area: Volume4D, chance: random.Random) -> Subscription:
    extent: Any = subscribed_extent(area)
    return Subscription(
        identifier=new_identifier(chance),
        owner=f"uss{uss}",
        uss_url=URL.format(uss),
        version="0",
        index=0,
        for_intents=True,
        for_constraints=False,
        implicit=False,
        start_ms=extent.span.start_ms,
        end_ms=extent.span.end_ms,
        blocks=extent.blocks,
        cells=tuple(sorted(extent.cells)),
    )
