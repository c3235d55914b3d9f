"""Answers to a change of an intent or a constraint: the reference, and whom to tell."""

from __future__ import annotations

from wellclear.api.utm.wire.limits import Wire
from wellclear.api.utm.wire.references import ConstraintReference, OperationalIntentReference
from wellclear.api.utm.wire.subscriptions import SubscriberToNotify


class ChangeOperationalIntentReferenceResponse(Wire, frozen=True):
    """After an intent was created, updated or deleted."""

    subscribers: list[SubscriberToNotify]
    operational_intent_reference: OperationalIntentReference


class ChangeConstraintReferenceResponse(Wire, frozen=True):
    """After a constraint was created, updated or deleted."""

    subscribers: list[SubscriberToNotify]
    constraint_reference: ConstraintReference
