"""Whom a change concerns: the subscriptions that its volumes meet, each with the number of the notification."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.records import Block, Kind, Subscription
from wellclear.api.utm.wire.limits import MAX_INT32
from wellclear.api.utm.wire.subscriptions import SubscriberToNotify, SubscriptionState


def concerned(airspace: Airspace, blocks: Iterable[Block], kind: Kind, now_ms: int) -> list[Subscription]:
    """Subscriptions that a change of an intent or a constraint concerns.

    Args:
        airspace: as it is.
        blocks: where it was, and where it is.
        kind: of what changes.
        now_ms: the time.
    """
    return [
        subscription
        for subscription in airspace.subscriptions_near(blocks)
        if subscription.end_ms > now_ms
        and (subscription.for_intents if kind is Kind.INTENT else subscription.for_constraints)
    ]


def notified(airspace: Airspace, blocks: Iterable[Block], kind: Kind, now_ms: int) -> list[SubscriberToNotify]:
    """Count a notification for each subscription that a change concerns; whom to tell, by address."""
    by_url: dict[str, list[SubscriptionState]] = {}
    for subscription in concerned(airspace, blocks, kind, now_ms):
        index = min(subscription.index + 1, MAX_INT32)
        airspace.put(Kind.SUBSCRIPTION, msgspec.structs.replace(subscription, index=index))
        by_url.setdefault(subscription.uss_url, []).append(SubscriptionState(subscription.identifier, index))
    return [SubscriberToNotify(states, url) for url, states in sorted(by_url.items())]
