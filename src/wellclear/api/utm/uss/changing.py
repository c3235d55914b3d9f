"""A change of an intent, from the attempt on record to the DSS's acknowledgement, and to all who must hear of it.

What is attempted is on disk before the DSS is asked. Where its answer was lost, the DSS is asked what holds, and the
attempt is finished or dropped: so no crash leaves an intent that nobody serves, or a flight that the DSS does not know.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog
from msgspec.structs import replace

from wellclear.api.utm.dss.shown import NO_SUBSCRIPTION
from wellclear.api.utm.uss.contradictions import NOT_AN_OVN
from wellclear.api.utm.uss.dss import Dss, KeyIncomplete, NotTaken
from wellclear.api.utm.uss.flight import Attempt, Flight, Flights
from wellclear.api.utm.uss.peers import Peers
from wellclear.api.utm.uss.volumes import all_volumes
from wellclear.api.utm.wire.changes import ChangeOperationalIntentReferenceResponse
from wellclear.api.utm.wire.details import (
    OperationalIntent,
    OperationalIntentDetails,
    PutOperationalIntentDetailsParameters,
)
from wellclear.api.utm.wire.references import (
    ImplicitSubscriptionParameters,
    IntentState,
    OperationalIntentReference,
    PutOperationalIntentReferenceParameters,
)
from wellclear.api.utm.wire.subscriptions import SubscriberToNotify
from wellclear.api.utm.wire.volumes import Volume4D
from wellclear.errors import NotFound, PeerUnavailable

log = structlog.get_logger("wellclear.utm")

_KNOWN_UNCHANGED: Final = frozenset({"dss-refused", "token-unavailable", "url-refused"})
"""Codes of failures after which nothing was changed."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this USS is.

    Attributes:
        manager: name in the tokens that it shows: the `sub`.
        url: base URL at which peers reach it.
    """

    manager: str
    url: str


class Changing:
    """Makes changes.

    Args:
        identity: who we are.
        dss: that is asked.
        flights: that are changed.
        peers: that are told.
    """

    def __init__(self, identity: Identity, dss: Dss, flights: Flights, peers: Peers) -> None:
        self._identity, self._dss, self._flights, self._peers = identity, dss, flights, peers

    def change(
        self, flight: Flight, revision: int, state: IntentState, details: OperationalIntentDetails, key: list[str]
    ) -> tuple[Flight, int]:
        """Create or change a flight's intent.

        Args:
            flight: as it is kept, with the plan that it shall have.
            revision: of it; 0 for one that is not kept yet.
            state: that the intent shall have.
            details: that it shall have.
            key: OVNs of all that it intersects.

        Returns:
            The flight as it is kept now, and its revision.

        Raises:
            KeyIncomplete: nothing was changed.
            PeerUnavailable: the DSS does not answer or refuses, or answers of another change than was asked for; but
                where it refuses, `mended` finds out what holds.
            RuleViolated: `kept-changed`: another change of this flight came first.
        """
        before = self._flights.flight(flight.identifier)
        tried = replace(flight, attempt=Attempt(state, details))
        revision = self._flights.put(tried, revision)
        wanted = PutOperationalIntentReferenceParameters(
            extents=_each_once(all_volumes(details)),
            state=state,
            uss_base_url=self._identity.url,
            key=key,
        )
        try:
            made = self._put(flight, wanted)
        except KeyIncomplete:
            self._drop(before, tried, revision)
            raise
        except PeerUnavailable as error:
            if error.code in _KNOWN_UNCHANGED:
                self._drop(before, tried, revision)
            raise
        done = replace(
            tried,
            reference=self._own(flight.intent, made.operational_intent_reference, {state}),
            details=details,
            attempt=None,
            was_activated=tried.was_activated or state == "Activated",
        )
        revision = self._flights.put(done, revision)
        self._tell(done, made.subscribers, over=False)
        return done, revision

    def close(self, flight: Flight, revision: int) -> None:
        """End a flight: its intent is deleted, and all who must hear of it are told.

        Raises:
            PeerUnavailable: the DSS does not answer or refuses.
            RuleViolated: `kept-changed`.
        """
        tried = replace(flight, attempt=Attempt("", flight.details))
        revision = self._flights.put(tried, revision)
        try:
            made = self._dss.delete_intent(flight.intent, flight.ovn)
        except NotFound:
            subscribers: list[SubscriberToNotify] = []
        except PeerUnavailable as error:
            if error.code in _KNOWN_UNCHANGED:
                self._flights.put(flight, revision)
            raise
        else:
            self._verify_own(flight.intent, made.operational_intent_reference)
            subscribers = made.subscribers
        self._flights.remove(flight, revision)
        self._tell(flight, subscribers, over=True)

    def mended(self, flight: Flight, revision: int) -> tuple[Flight, int] | None:
        """A flight without an attempt whose answer was lost; nothing where it is over.

        Raises:
            PeerUnavailable: the DSS does not answer.
            RuleViolated: `kept-changed`.
        """
        if flight.attempt is None:
            return flight, revision
        if not flight.attempt.state:  # a DSS gives the answer that was lost again, and with it who must hear
            self.close(replace(flight, attempt=None), revision)
            return None
        holds = self._dss.intent(flight.intent)
        if holds is None:
            self._flights.remove(flight, revision)
            return None
        before = -1 if flight.reference is None else flight.reference.version
        states = {flight.attempt.state} if flight.reference is None else {flight.attempt.state, flight.reference.state}
        self._own(flight.intent, holds, states)
        if holds.version != before:
            found = replace(
                flight,
                reference=holds,
                details=flight.attempt.details,
                attempt=None,
                was_activated=flight.was_activated or holds.state == "Activated",
            )
        else:
            found = replace(flight, attempt=None)
        return found, self._flights.put(found, revision)

    def _put(
        self, flight: Flight, wanted: PutOperationalIntentReferenceParameters
    ) -> ChangeOperationalIntentReferenceResponse:
        """Have an intent go on hanging on its subscription, which peers name in notices that are under way.

        A new one is made for a new intent, and where the DSS does not take the one that is there.
        """
        named = NO_SUBSCRIPTION if flight.reference is None else flight.reference.subscription_id
        if named != NO_SUBSCRIPTION:
            try:
                return self._dss.put_intent(flight.intent, flight.ovn, replace(wanted, subscription_id=named))
            except NotTaken as error:
                log.info("a subscription is not taken", subscription=named, why=error.message)
        new = ImplicitSubscriptionParameters(self._identity.url, notify_for_constraints=True)
        return self._dss.put_intent(flight.intent, flight.ovn, replace(wanted, new_subscription=new))

    def _drop(self, before: tuple[Flight, int] | None, tried: Flight, revision: int) -> None:
        """Nothing was changed: the flight as it was before; nothing of one that was never acknowledged."""
        if before is None or before[0].reference is None:
            self._flights.remove(tried, revision)
        else:
            self._flights.put(before[0], revision)

    def _own(
        self, intent: str, reference: OperationalIntentReference, states: Collection[str]
    ) -> OperationalIntentReference:
        """What the DSS says of an own intent, if it may be so."""
        self._verify_own(intent, reference)
        if reference.ovn is None or reference.ovn == NOT_AN_OVN:
            raise _unlikely(f"gives no OVN of {intent}, which it says is this USS's own")
        if reference.state not in states:
            raise _unlikely(f"says that {intent} is {reference.state}, and not {' or '.join(sorted(states))}")
        return reference

    def _verify_own(self, intent: str, reference: OperationalIntentReference) -> None:
        if reference.id.lower().replace("-", "") != intent.replace("-", ""):
            raise _unlikely(f"speaks of the intent {reference.id}, and was asked about {intent}")
        if reference.manager != self._identity.manager:
            raise PeerUnavailable(
                f"the DSS takes this USS for {reference.manager!r}, and not for {self._identity.manager!r}",
                code="dss-identity",
                wanted="the name that stands in the tokens as sub",
            )

    def _tell(self, flight: Flight, subscribers: list[SubscriberToNotify], *, over: bool) -> None:
        whole = None
        if not over and flight.reference is not None:
            whole = OperationalIntent(flight.reference, flight.details)
        self._peers.tell(
            subscribers,
            lambda subscriber: PutOperationalIntentDetailsParameters(flight.intent, subscriber.subscriptions, whole),
        )


def _unlikely(words: str) -> PeerUnavailable:
    """The DSS says what cannot be: what it holds is not known, and nothing is taken as coordinated."""
    return PeerUnavailable(
        f"the DSS answers what cannot be: it {words}", code="dss-answer", wanted="a look at the log, and at the DSS"
    )


def _each_once(volumes: list[Volume4D]) -> list[Volume4D]:
    """Volumes as extents: an off-nominal one that is planned too counts once in the limits of a DSS."""
    return list({msgspec.json.encode(volume): volume for volume in volumes}.values())
