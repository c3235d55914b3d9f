"""Subscriptions: where and when a USS wants to be told of changes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from wellclear.api.utm.wire.identifiers import Identifier
from wellclear.api.utm.wire.limits import Count, UssUrl, Wire
from wellclear.api.utm.wire.references import ConstraintReference, OperationalIntentReference
from wellclear.api.utm.wire.volumes import Time, Volume4D


class Subscription(Wire, frozen=True, omit_defaults=False):
    """A subscription as its owner sees it; another DSS may leave out what has its default."""

    id: str
    version: str
    notification_index: int
    uss_base_url: str
    notify_for_operational_intents: bool = False
    notify_for_constraints: bool = False
    implicit_subscription: bool = False
    dependent_operational_intents: list[str] = field(default_factory=list)
    time_start: Time | None = None
    time_end: Time | None = None


class PutSubscriptionParameters(Wire, frozen=True):
    """What a subscription shall be."""

    extents: Volume4D
    uss_base_url: UssUrl
    notify_for_operational_intents: bool | None = False
    notify_for_constraints: bool | None = False


class PutSubscriptionResponse(Wire, frozen=True, omit_defaults=False):
    """The subscription, and what is already in its volume; another DSS may leave out what there is none of."""

    subscription: Subscription
    operational_intent_references: list[OperationalIntentReference] = field(default_factory=list)
    constraint_references: list[ConstraintReference] = field(default_factory=list)


class GetSubscriptionResponse(Wire, frozen=True):
    """One subscription."""

    subscription: Subscription


class DeleteSubscriptionResponse(Wire, frozen=True):
    """The subscription as it was."""

    subscription: Subscription


class QuerySubscriptionsResponse(Wire, frozen=True):
    """All the caller's subscriptions in a volume."""

    subscriptions: list[Subscription]


class SubscriptionState(Wire, frozen=True):
    """A subscription that prompts a notification, and the notification's number."""

    subscription_id: Identifier
    notification_index: Count


class SubscriberToNotify(Wire, frozen=True):
    """Whom to tell, and for which subscriptions."""

    subscriptions: Annotated[list[SubscriptionState], Meta(min_length=1)]
    uss_base_url: UssUrl
