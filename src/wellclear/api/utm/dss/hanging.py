"""The subscription that an intent hangs on: found, made, grown, and ended with the last intent that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.covering import covers_from
from wellclear.api.utm.dss.extents import Extent
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.records import Intent, Kind, Subscription, departed_from
from wellclear.api.utm.dss.refusals import disallowed, verify_owner
from wellclear.api.utm.tokens.scopes import UtmScope, verify_scope
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.identifiers import parse_identifier
from wellclear.api.utm.wire.references import ImplicitSubscriptionParameters, PutOperationalIntentReferenceParameters


@dataclass(frozen=True, slots=True)
class Hanging:
    """What an intent shall hang on.

    Attributes:
        subscription: as it shall be; None for nothing.
        is_new: whether it has to be made or changed for that.
    """

    subscription: Subscription | None = None
    is_new: bool = False

    @property
    def identifier(self) -> str:
        """Of the subscription; empty for none."""
        return self.subscription.identifier if self.subscription else ""

    @property
    def asks_for_constraints(self) -> bool:
        """Whether the USS is told of constraints, and so must name them in its key."""
        return self.subscription is not None and self.subscription.for_constraints


@dataclass(frozen=True, slots=True)
class Wish:
    """Which intent a USS asks for.

    Attributes:
        caller: the USS.
        identifier: of the intent.
        asked: what it shall be.
        extent: of it.
    """

    caller: Caller
    identifier: str
    asked: PutOperationalIntentReferenceParameters
    extent: Extent


def hanging_of(airspace: Airspace, wish: Wish, moment: Moment) -> Hanging:
    """What an intent shall hang on.

    Raises:
        RuleViolated: `utm-disallowed`, `utm-owner` or `utm-scope`.
    """
    asked = wish.asked
    if asked.subscription_id is not None and asked.new_subscription is not None:
        raise disallowed("a subscription and a new one are both given", "one of them")
    if asked.subscription_id is not None:
        return _existing(airspace, wish, parse_identifier(asked.subscription_id, "$.subscription_id"), moment)
    if asked.new_subscription is not None:
        return Hanging(_implicit(wish, asked.new_subscription, moment), is_new=True)
    if asked.state != "Accepted":
        raise disallowed(f"an intent that is {asked.state} needs a subscription", "subscription_id or new_subscription")
    return Hanging()


def hang(airspace: Airspace, hanging: Hanging) -> None:
    """Make or grow the subscription that an intent is about to hang on."""
    if hanging.is_new and hanging.subscription:
        airspace.put(Kind.SUBSCRIPTION, hanging.subscription)


def let_go(airspace: Airspace, identifier: str, now_ms: int) -> None:
    """An intent no longer hangs on a subscription: an implicit one shrinks to those that do, or ends with the last."""
    found = airspace.subscription(identifier)
    if found is None or not found.implicit:
        return
    rest = _hanging_on(airspace, found)
    if rest:
        airspace.put(Kind.SUBSCRIPTION, _over(found, rest))
        return
    airspace.put(Kind.SUBSCRIPTION, departed_from(found, now_ms, found.version))


def _existing(airspace: Airspace, wish: Wish, named: str, moment: Moment) -> Hanging:
    found = airspace.subscription(named)
    if found is None or (found.end_ms <= moment.now_ms and not found.implicit):
        raise disallowed(f"there is no subscription {named}", "one of your own, or new_subscription")
    verify_owner("subscription", found.owner, wish.caller.name)
    if found.implicit:
        return Hanging(_grown(airspace, found, wish), is_new=True)
    if not found.for_intents:
        raise disallowed("the subscription does not notify for intents", "notify_for_operational_intents")
    if not covers_from(found.blocks[0], wish.extent.blocks, moment.now_ms):
        raise disallowed(
            "the subscription does not cover the intent", "one that contains it in place, height and time from now on"
        )
    return Hanging(found)


def _grown(airspace: Airspace, found: Subscription, wish: Wish) -> Subscription:
    """An implicit subscription over all intents that hang on it, one of them with another extent."""
    others = [intent for intent in _hanging_on(airspace, found) if intent.identifier != wish.identifier]
    return _over(found, [wish.extent, *others])


def _hanging_on(airspace: Airspace, subscription: Subscription) -> list[Intent]:
    found = (airspace.intent(one) for one in sorted(airspace.dependents(subscription.identifier)))
    return [intent for intent in found if intent is not None]


def _over(subscription: Subscription, parts: Sequence[Intent | Extent]) -> Subscription:
    """A subscription over the extents of one intent or more."""
    return msgspec.structs.replace(
        subscription,
        start_ms=min(part.start_ms for part in parts),
        end_ms=max(part.end_ms for part in parts),
        blocks=tuple(dict.fromkeys(block for part in parts for block in part.blocks)),
        cells=tuple(sorted({cell for part in parts for cell in part.cells})),
    )


def _implicit(wish: Wish, wanted: ImplicitSubscriptionParameters, moment: Moment) -> Subscription:
    """A subscription as long as its intent, which may be longer than a day: it ends with the intent, by itself.

    It always notifies of intents, so whoever asks for it must be allowed to hear of them.
    """
    verify_scope(wish.caller.scopes, (UtmScope.STRATEGIC_COORDINATION,))
    if wanted.notify_for_constraints:
        verify_scope(wish.caller.scopes, (UtmScope.CONSTRAINT_PROCESSING,))
    return Subscription(
        identifier=moment.identifier,
        owner=wish.caller.name,
        uss_url=wanted.uss_base_url,
        version=moment.version,
        index=0,
        for_intents=True,
        for_constraints=bool(wanted.notify_for_constraints),
        implicit=True,
        start_ms=wish.extent.start_ms,
        end_ms=wish.extent.end_ms,
        blocks=wish.extent.blocks,
        cells=tuple(sorted(wish.extent.cells)),
    )
