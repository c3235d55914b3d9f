"""What users are told, within the same second in which this USS learns it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal
from uuid import uuid4

import msgspec

from wellclear.api.utm.uss.flight_wire import UserNotification
from wellclear.api.utm.uss.journal import Journal
from wellclear.api.utm.uss.keeping import Keeping, Kind
from wellclear.api.utm.wire.logs import NotificationTrigger, UserNotificationRecord
from wellclear.api.utm.wire.volumes import time_of

Conflicts = Literal["Unknown", "None", "Single", "Multiple"]


class Told(msgspec.Struct, frozen=True):
    """A notification as it is kept.

    Attributes:
        owner: who was told.
        flight: identifier of the plan that it is about.
        notification: as the interface writes it.
    """

    owner: str
    flight: str
    notification: UserNotification


_TOLD: Final = msgspec.json.Decoder(Told)


class Users:
    """Tells users.

    Args:
        keeping: where what they were told is kept.
        journal: records it.
        now_ms: the time.
    """

    def __init__(self, keeping: Keeping, journal: Journal, now_ms: Callable[[], int]) -> None:
        self._keeping, self._journal, self._now_ms = keeping, journal, now_ms

    def tell(
        self, owner: str, flight: str, message: str, trigger: NotificationTrigger, conflicts: Conflicts = "Unknown"
    ) -> None:
        """Tell a user something of a flight."""
        now_ms, named = self._now_ms(), f"Flight {flight}: {message}"
        told = Told(owner, flight, UserNotification(time_of(now_ms), named, conflicts))
        self._keeping.put(Kind.NOTIFICATION, str(uuid4()), msgspec.json.encode(told), now_ms, 0)
        self._journal.add(
            UserNotificationRecord(
                triggering_event_time=time_of(now_ms),
                notification_time=time_of(now_ms),
                notification_triggering_event=trigger,
                notification_details=f"{owner}. {named}"[:10_000],
            )
        )

    def told(self, owner: str, start_ms: int, end_ms: int) -> Sequence[UserNotification]:
        """What a user was told in a time, by time."""
        kept = self._keeping.each(Kind.NOTIFICATION, start_ms, end_ms)
        found = (_TOLD.decode(each.content) for each in kept)
        return [told.notification for told in found if told.owner == owner]


def conflict_count(count: int) -> Conflicts:
    """How the interface says how many conflicts there are."""
    return "None" if count == 0 else "Single" if count == 1 else "Multiple"
