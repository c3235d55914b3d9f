"""A flight that was planned here, and how it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import msgspec

from wellclear.api.utm.uss.flight_wire import FlightPlan, PlanStatus
from wellclear.api.utm.uss.keeping import Keeping, Kept, Kind
from wellclear.api.utm.wire.details import OperationalIntentDetails
from wellclear.api.utm.wire.references import IntentState, OperationalIntentReference
from wellclear.errors import NotFound

STATUS: Final[dict[IntentState, PlanStatus]] = {
    "Accepted": PlanStatus.PLANNED,
    "Activated": PlanStatus.OK_TO_FLY,
    "Nonconforming": PlanStatus.OFF_NOMINAL,
    "Contingent": PlanStatus.OFF_NOMINAL,
}
"""What a user may do in each state of an intent."""


class Attempt(msgspec.Struct, frozen=True):
    """A change that the DSS was asked for, and whose answer is not known yet.

    Attributes:
        state: that the intent shall have; empty where it shall be deleted.
        details: that it shall have.
    """

    state: IntentState | Literal[""]
    details: OperationalIntentDetails


class Flight(msgspec.Struct, frozen=True):
    """A flight.

    Attributes:
        identifier: of the user's plan.
        owner: who planned it, as the token said.
        intent: identifier of its operational intent.
        plan: as the user gave it.
        details: of the version that the DSS acknowledged last.
        reference: of that version; None before the first.
        attempt: a change that is under way, or whose answer was lost.
        was_activated: whether the rules let it be flown as coordinated before; one that left its plan may come back.
    """

    identifier: str
    owner: str
    intent: str
    plan: FlightPlan
    details: OperationalIntentDetails = OperationalIntentDetails()
    reference: OperationalIntentReference | None = None
    attempt: Attempt | None = None
    was_activated: bool = False

    @property
    def status(self) -> PlanStatus:
        """What its user may do."""
        return PlanStatus.NOT_PLANNED if self.reference is None else STATUS[self.reference.state]

    @property
    def ovn(self) -> str:
        """Of its newest version; empty before the first."""
        return "" if self.reference is None else self.reference.ovn or ""


class Flights:
    """The flights of one USS.

    Args:
        keeping: where they are kept.
        now_ms: the time.
    """

    def __init__(self, keeping: Keeping, now_ms: Callable[[], int]) -> None:
        self._keeping, self._now_ms = keeping, now_ms

    def flight(self, identifier: str) -> tuple[Flight, int] | None:
        """A flight by its plan's identifier, and its revision."""
        kept = self._keeping.get(Kind.FLIGHT, identifier)
        return None if kept is None else (_flight(kept), kept.revision)

    def of_intent(self, intent: str) -> Flight:
        """A flight by its intent's identifier, as the DSS acknowledged it last.

        Raises:
            NotFound: `intent-unknown`.
        """
        kept = self._keeping.get(Kind.INTENT_OF, intent)
        found = None if kept is None else self.flight(kept.content.decode())
        if found is None or found[0].reference is None:
            raise NotFound("this USS has no such operational intent", code="intent-unknown")
        return found[0]

    def all(self) -> list[tuple[Flight, int]]:
        """All flights with their revisions."""
        newest = {kept.name: kept for kept in self._keeping.each(Kind.FLIGHT)}
        return [(_flight(kept), kept.revision) for kept in newest.values()]

    def put(self, flight: Flight, revision: int) -> int:
        """Keep a version of a flight; errors and the value returned as `Keeping.put`."""
        now_ms = self._now_ms()
        if not revision:
            self._keeping.put(Kind.INTENT_OF, flight.intent, flight.identifier.encode(), now_ms)
        return self._keeping.put(Kind.FLIGHT, flight.identifier, msgspec.json.encode(flight), now_ms, revision)

    def age_ms(self, flight: Flight) -> int:
        """How long ago a flight was kept last."""
        kept = self._keeping.get(Kind.FLIGHT, flight.identifier)
        return 0 if kept is None else self._now_ms() - kept.at_ms

    def remove(self, flight: Flight, revision: int) -> None:
        """Forget a flight; errors as `Keeping.remove`."""
        self._keeping.remove(Kind.FLIGHT, flight.identifier, revision)
        self._keeping.remove(Kind.INTENT_OF, flight.intent)


_FLIGHT: Final = msgspec.json.Decoder(Flight)


def _flight(kept: Kept) -> Flight:
    return _FLIGHT.decode(kept.content)
