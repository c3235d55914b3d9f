"""Subscriptions of a centre, so that what operators file near the party is heard; and a look at the DSS besides.

A notice that a USS owes may not come. So what the DSS holds in the same places is read now and then, and the details of
what is new or changed are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import msgspec
import structlog

from wellclear.api.utm.uss.keeping import Kind
from wellclear.api.utm.uss.service import Uss
from wellclear.api.utm.uss.volumes import all_volumes, meanings
from wellclear.api.utm.wire.details import OperationalIntent
from wellclear.api.utm.wire.subscriptions import PutSubscriptionParameters
from wellclear.api.utm.wire.volumes import Circle, LatLngPoint, Radius, Volume3D, Volume4D, meant, time_of
from wellclear.detect.separation import core_distance_m
from wellclear.errors import WellclearError
from wellclear.geo.limits import DMM_PER_M
from wellclear.model.volume import Volume

HOLDS_MS: Final = 23 * 3_600_000
"""How long a subscription is asked for: the standard allows 24 h."""

RENEW_MS: Final = 12 * 3_600_000
"""How long before its end it is renewed: a DSS may be away half a day."""

AHEAD_MS: Final = 30 * 86_400_000
"""How far ahead what the DSS holds is read: as far as flights may be planned."""

READ_EVERY_MS: Final = 30_000
"""How often it is read."""

log = structlog.get_logger("wellclear.utm")


@dataclass(frozen=True, slots=True)
class Watched:
    """A place that a centre watches.

    Attributes:
        lat_deg: of its middle.
        lon_deg: of its middle.
        radius_km: around it.
    """

    lat_deg: float
    lon_deg: float
    radius_km: float

    def volume(self, start_ms: int, end_ms: int) -> Volume4D:
        """The place at every height, for a time."""
        circle = Circle(LatLngPoint(self.lat_deg, self.lon_deg), Radius(self.radius_km * 1_000, "M"))
        return Volume4D(Volume3D(outline_circle=circle), time_of(start_ms), time_of(end_ms))


class _Subscribed(msgspec.Struct, frozen=True):
    identifier: str
    version: str
    ends_ms: int


_SUBSCRIBED: Final = msgspec.json.Decoder(_Subscribed)


class Listening:
    """Keeps subscriptions.

    Args:
        uss: for which they are.
        places: that are watched.
        now_ms: the time.
    """

    def __init__(self, uss: Uss, places: Sequence[Watched], now_ms: Callable[[], int]) -> None:
        self._uss, self._places, self._now_ms = uss, tuple(places), now_ms
        self._read_ms = 0
        self._confirmed = frozenset[str]()

    def look(self) -> None:
        """Renew what is due, and read the DSS now and then; what fails is tried again at the next look."""
        now_ms = self._now_ms()
        try:
            for place in self._places:
                self._renew(place, now_ms)
            if now_ms - self._read_ms >= READ_EVERY_MS:
                self._read_ms = now_ms
                self._read(now_ms)
        except WellclearError as error:
            log.warning("the airspace is not watched", code=error.code, why=error.message)

    def _renew(self, place: Watched, now_ms: int) -> None:
        name = f"{place.lat_deg} {place.lon_deg} {place.radius_km}"
        kept = self._uss.keeping.get(Kind.WATCH, name)
        known = None if kept is None else _SUBSCRIBED.decode(kept.content)
        if known is not None and known.ends_ms - RENEW_MS > now_ms:
            return
        held = None if known is None else self._uss.dss.subscription(known.identifier)
        identifier, version = (str(uuid4()), "") if held is None else (held.id, held.version)
        ends_ms = now_ms + HOLDS_MS
        wanted = PutSubscriptionParameters(
            extents=place.volume(now_ms, ends_ms),
            uss_base_url=self._uss.identity.url,
            notify_for_operational_intents=True,
            notify_for_constraints=True,
        )
        made = self._uss.dss.put_subscription(identifier, version, wanted).subscription
        subscribed = _Subscribed(made.id, made.version, ends_ms)
        self._uss.keeping.put(Kind.WATCH, name, msgspec.json.encode(subscribed), now_ms)

    def _read(self, now_ms: int) -> None:
        """Take what is new, and forget what the DSS does not hold, in the places that were read or elsewhere."""
        areas = [place.volume(now_ms, now_ms + AHEAD_MS) for place in self._places]
        held = self._uss.airspace.learn(areas)
        places = [meant(area, "") for area in areas]
        kept = set[str]()
        for told in self._uss.airspace.intents_known():
            identifier = told.reference.id
            if identifier in held or self._is_held_elsewhere(told, places):
                kept.add(identifier)
            else:
                self._uss.keeping.remove(Kind.INTENT, identifier)
        self._confirmed = frozenset(kept)

    def _is_held_elsewhere(self, told: OperationalIntent, places: Sequence[Volume]) -> bool:
        """Whether the DSS holds an intent that is outside the places; it is asked once, since its end is told."""
        if any(_within(volume, place) for volume in meanings(all_volumes(told.details)) for place in places):
            return False
        identifier = told.reference.id
        return identifier in self._confirmed or self._uss.dss.intent(identifier) is not None


def _within(volume: Volume, place: Volume) -> bool:
    """Whether a volume touches a place in a time that was read."""
    at_once = volume.span.start_ms < place.span.end_ms and volume.span.end_ms > place.span.start_ms
    apart_m = core_distance_m(volume.footprint, place.footprint) if at_once else float("inf")
    return apart_m * DMM_PER_M <= volume.footprint.buffer_dmm + place.footprint.buffer_dmm
