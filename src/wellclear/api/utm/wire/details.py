"""Details of intents and constraints, which USSs tell each other."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from wellclear.api.utm.wire.geozones import GeoZone
from wellclear.api.utm.wire.identifiers import Identifier
from wellclear.api.utm.wire.limits import MAX_UTM_VOLUMES, Text, Wire
from wellclear.api.utm.wire.references import ConstraintReference, Extents, OperationalIntentReference
from wellclear.api.utm.wire.subscriptions import SubscriptionState
from wellclear.api.utm.wire.volumes import Volume4D

Volumes = Annotated[list[Volume4D], Meta(max_length=MAX_UTM_VOLUMES)]
Prompting = Annotated[list[SubscriptionState], Meta(min_length=1)]


class OperationalIntentDetails(Wire, frozen=True):
    """Where and when an intent is flown, and its priority."""

    volumes: Volumes | None = None
    off_nominal_volumes: Volumes | None = None
    priority: int | None = None


class OperationalIntent(Wire, frozen=True):
    """An intent in full."""

    reference: OperationalIntentReference
    details: OperationalIntentDetails


class PutOperationalIntentDetailsParameters(Wire, frozen=True):
    """An intent changed; without `operational_intent` it was deleted."""

    operational_intent_id: Identifier
    subscriptions: Prompting
    operational_intent: OperationalIntent | None = None


class GetOperationalIntentDetailsResponse(Wire, frozen=True):
    """An intent in full."""

    operational_intent: OperationalIntent


class ConstraintDetails(Wire, frozen=True):
    """Where and when a constraint holds, and what it is."""

    volumes: Extents
    type: Text | None = None
    geozone: GeoZone | None = None


class Constraint(Wire, frozen=True):
    """A constraint in full."""

    reference: ConstraintReference
    details: ConstraintDetails


class PutConstraintDetailsParameters(Wire, frozen=True):
    """A constraint changed; without `constraint` it was deleted."""

    constraint_id: Identifier
    subscriptions: Prompting
    constraint: Constraint | None = None


class GetConstraintDetailsResponse(Wire, frozen=True):
    """A constraint in full."""

    constraint: Constraint
