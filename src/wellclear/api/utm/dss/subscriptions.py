"""The rules for subscriptions that a USS makes itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec import Raw

from wellclear.api.utm.dss.acts import Act, scope_of
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.covering import covers_from
from wellclear.api.utm.dss.extents import Extent
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.ports import Scope
from wellclear.api.utm.dss.records import Block, Kind, Subscription, departed_from
from wellclear.api.utm.dss.refusals import (
    disallowed,
    nothing_here,
    repeated,
    verify_owner,
    verify_points,
    verify_subscriptions,
)
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.dss.shown import View
from wellclear.api.utm.tokens.scopes import UtmScope, verify_scope
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.limits import printed
from wellclear.api.utm.wire.subscriptions import (
    DeleteSubscriptionResponse,
    GetSubscriptionResponse,
    PutSubscriptionParameters,
    PutSubscriptionResponse,
    QuerySubscriptionsResponse,
)
from wellclear.errors import RuleViolated

MAX_SUBSCRIPTION_MS: Final = 24 * 3_600_000
"""Longest subscription: a day, as the standard has it."""

ROUNDING_MS: Final = 1
"""By how much a day whose ends are finer than a millisecond is longer once they are rounded outwards."""

MAX_START_AGO_MS: Final = 5 * 60_000
"""How long ago a subscription may start: what clocks and requests under way may take."""

WHAT: Final = "subscription"


@dataclass(frozen=True, slots=True)
class GetSubscription(Act[GetSubscriptionResponse]):
    """Read one's own subscription."""

    caller: Caller
    identifier: str
    settings: DssSettings

    def decide(self, airspace: Airspace, moment: Moment) -> GetSubscriptionResponse:
        """As in `Act`.

        Raises:
            WellclearError: `utm-unknown` or `utm-owner`.
        """
        found = _living(airspace, self.identifier, moment.now_ms)
        if found is None:
            raise nothing_here(WHAT, self.identifier)
        verify_owner(WHAT, found.owner, self.caller.name)
        return GetSubscriptionResponse(View(airspace, self.caller.name, self.settings).subscription(found))


@dataclass(frozen=True, slots=True)
class QuerySubscriptions(Act[QuerySubscriptionsResponse]):
    """Read one's own subscriptions in a volume."""

    caller: Caller
    extent: Extent
    settings: DssSettings

    def decide(self, airspace: Airspace, moment: Moment) -> QuerySubscriptionsResponse:
        """As in `Act`."""
        view = View(airspace, self.caller.name, self.settings)
        found = airspace.subscriptions_near(self.extent.blocks)
        own = (one for one in found if one.owner == self.caller.name and one.end_ms > moment.now_ms)
        return QuerySubscriptionsResponse(view.subscriptions(own))


@dataclass(frozen=True, slots=True)
class PutSubscription(Act[PutSubscriptionResponse]):
    """Create a subscription, or change one.

    Attributes:
        version: of the subscription as it is; None to create one.
        extent: with times that hold only where the request states them.
    """

    caller: Caller
    identifier: str
    version: str | None
    asked: PutSubscriptionParameters
    extent: Extent
    settings: DssSettings

    def scope(self, airspace: Airspace) -> Scope:
        """As in `Act`."""
        former = airspace.subscription(self.identifier)
        hanging = airspace.dependents(self.identifier)
        return scope_of(self.extent.cells.union(former.cells if former else ()), (self.identifier, *hanging))

    def decide(self, airspace: Airspace, moment: Moment) -> PutSubscriptionResponse:
        """As in `Act`.

        Raises:
            WellclearError: `utm-disallowed`, `utm-scope`, `utm-version`, `utm-other` or `utm-limit`.
        """
        former = self._former(airspace, moment.now_ms)
        self._verify_triggers()
        start_ms, end_ms = self._times_ms(airspace, former, moment.now_ms)
        subscription = Subscription(
            identifier=self.identifier,
            owner=self.caller.name,
            uss_url=self.asked.uss_base_url,
            version=moment.version,
            index=former.index if former else 0,
            for_intents=bool(self.asked.notify_for_operational_intents),
            for_constraints=bool(self.asked.notify_for_constraints),
            implicit=False,
            start_ms=start_ms,
            end_ms=end_ms,
            blocks=tuple(_timed(block, start_ms, end_ms) for block in self.extent.blocks),
            cells=tuple(sorted(self.extent.cells)),
        )
        verify_points(airspace, self.caller.name, self.extent, former, self.settings)
        if former is None:
            verify_subscriptions(airspace.standing(self.caller.name).subscriptions, self.settings)
        else:
            _verify_serves_dependents(airspace, subscription, moment.now_ms)
        airspace.put(Kind.SUBSCRIPTION, subscription)
        return self._answer(airspace, subscription, moment.now_ms)

    def _former(self, airspace: Airspace, now_ms: int) -> Subscription | None:
        former = _living(airspace, self.identifier, now_ms)
        if self.version is None:
            if former is not None:
                raise RuleViolated(f"the {WHAT} exists", code="utm-version", wanted="its version, to change it")
            return None
        if former is None:
            raise disallowed(
                f"there is no {WHAT} {self.identifier}", "one that exists; or create it, without a version"
            )
        _verify_own_version(former, self.caller, self.version)
        if former.implicit:
            raise disallowed("an implicit subscription is the service's to change", "change the intent it belongs to")
        return former

    def _verify_triggers(self) -> None:
        intents, constraints = self.asked.notify_for_operational_intents, self.asked.notify_for_constraints
        if not intents and not constraints:
            raise disallowed("the subscription notifies of nothing", "intents, constraints or both")
        if intents:
            verify_scope(self.caller.scopes, (UtmScope.STRATEGIC_COORDINATION,))
        if constraints:
            verify_scope(self.caller.scopes, (UtmScope.CONSTRAINT_PROCESSING,))

    def _times_ms(self, airspace: Airspace, former: Subscription | None, now_ms: int) -> tuple[int, int]:
        """Start and end: as asked; else from now, or as it was where intents hang on it, and for a day at most."""
        asked, hung = self.asked.extents, former is not None and bool(airspace.dependents(self.identifier))
        start_ms = former.start_ms if former and hung else now_ms
        if asked.time_start:
            start_ms = self.extent.start_ms
            if start_ms < now_ms - MAX_START_AGO_MS:
                raise disallowed("the subscription starts in the past", "a start at most 5 minutes ago")
        from_ms = start_ms if asked.time_start else max(start_ms, now_ms)
        latest_ms = from_ms + MAX_SUBSCRIPTION_MS
        end_ms = min(former.end_ms, latest_ms) if former and former.end_ms > from_ms else latest_ms
        if asked.time_end:
            end_ms = self.extent.end_ms
        if end_ms <= max(start_ms, now_ms):
            raise disallowed("the subscription ends in the past or before it starts", "an end after now and its start")
        if end_ms > latest_ms + ROUNDING_MS:
            raise disallowed("the subscription is too long", "at most 24 hours")
        return start_ms, end_ms

    def _answer(self, airspace: Airspace, subscription: Subscription, now_ms: int) -> PutSubscriptionResponse:
        view, blocks = View(airspace, self.caller.name, self.settings), subscription.blocks
        intents = airspace.intents_near(blocks) if subscription.for_intents else ()
        constraints = airspace.constraints_near(blocks) if subscription.for_constraints else ()
        return PutSubscriptionResponse(
            view.subscription(subscription),
            view.intents(intent for intent in intents if intent.end_ms > now_ms),
            view.constraints(constraint for constraint in constraints if constraint.end_ms > now_ms),
        )


@dataclass(frozen=True, slots=True)
class DeleteSubscription(Act[DeleteSubscriptionResponse | Raw]):
    """End a subscription on which no intent hangs; asked again, the first answer is given again."""

    caller: Caller
    identifier: str
    version: str
    settings: DssSettings

    def scope(self, airspace: Airspace) -> Scope:
        """As in `Act`."""
        former = airspace.subscription(self.identifier)
        return scope_of(former.cells if former else (), (self.identifier,))

    def decide(self, airspace: Airspace, moment: Moment) -> DeleteSubscriptionResponse | Raw:
        """As in `Act`.

        Raises:
            WellclearError: `utm-unknown`, `utm-other`, `utm-version` or `utm-disallowed`.
        """
        former = _living(airspace, self.identifier, moment.now_ms)
        if former is None:
            departed = airspace.departed(Kind.SUBSCRIPTION, self.identifier)
            again = repeated(departed, self.caller.name, self.version, moment.now_ms)
            if again is None:
                raise nothing_here(WHAT, self.identifier)
            return again
        _verify_own_version(former, self.caller, self.version)
        if airspace.dependents(self.identifier):
            raise disallowed("intents hang on this subscription", "end them, or let them hang on another one")
        answer = DeleteSubscriptionResponse(View(airspace, self.caller.name, self.settings).subscription(former))
        airspace.put(Kind.SUBSCRIPTION, departed_from(former, moment.now_ms, former.version, printed(answer)))
        return answer


def _living(airspace: Airspace, identifier: str, now_ms: int) -> Subscription | None:
    """A subscription that has not ended; one on which intents hang has not."""
    found = airspace.subscription(identifier)
    if found is None or (found.end_ms <= now_ms and not airspace.dependents(identifier)):
        return None
    return found


def _verify_own_version(former: Subscription, caller: Caller, version: str) -> None:
    if former.owner != caller.name:
        raise RuleViolated(f"the {WHAT} is another USS's", code="utm-other", wanted="one of your own")
    if former.version != version:
        raise RuleViolated(
            f"the {WHAT} has another version", code="utm-version", wanted="read it again, and name its version"
        )


def _verify_serves_dependents(airspace: Airspace, subscription: Subscription, now_ms: int) -> None:
    """Hold only if a changed subscription still does what the intents that hang on it need."""
    for identifier in airspace.dependents(subscription.identifier):
        intent = airspace.intent(identifier)
        if intent is None or intent.end_ms <= now_ms:
            continue
        if not (subscription.for_intents and covers_from(subscription.blocks[0], intent.blocks, now_ms)):
            raise disallowed(
                f"the intent {identifier} hangs on this subscription, and would lose it",
                "an extent that contains the intent from now on, and notify_for_operational_intents",
            )


def _timed(block: Block, start_ms: int, end_ms: int) -> Block:
    return msgspec.structs.replace(block, start_ms=start_ms, end_ms=end_ms)
