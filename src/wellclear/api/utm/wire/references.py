"""References to operational intents and constraints: all that the service itself holds of them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from wellclear.api.utm.wire.availability import AvailabilityState
from wellclear.api.utm.wire.identifiers import Identifier
from wellclear.api.utm.wire.limits import MAX_OVN_CHARACTERS, MAX_UTM_VOLUMES, Ovn, Text, UssUrl, Version, Wire
from wellclear.api.utm.wire.volumes import Time, Volume4D

IntentState = Literal["Accepted", "Activated", "Nonconforming", "Contingent"]

Extents = Annotated[list[Volume4D], Meta(min_length=1, max_length=MAX_UTM_VOLUMES)]
AskedExtents = Annotated[list[Volume4D], Meta(min_length=1)]
"""Of a request: too many are not malformed but too large, which `wellclear.api.utm.dss.extents` tells."""


class OperationalIntentReference(Wire, frozen=True):
    """An intent: whose, when, in which state, and where its details are had."""

    id: Identifier
    manager: Text
    uss_availability: AvailabilityState
    version: Version
    state: IntentState
    time_start: Time
    time_end: Time
    uss_base_url: UssUrl
    subscription_id: Identifier
    ovn: Ovn | None = None


class ConstraintReference(Wire, frozen=True):
    """A constraint: whose, when, and where its details are had."""

    id: Identifier
    manager: Text
    uss_availability: AvailabilityState
    version: Version
    time_start: Time
    time_end: Time
    uss_base_url: UssUrl
    ovn: Ovn | None = None


class ImplicitSubscriptionParameters(Wire, frozen=True):
    """What the service needs to make a subscription for one intent."""

    uss_base_url: UssUrl
    notify_for_constraints: bool | None = False


class PutOperationalIntentReferenceParameters(Wire, frozen=True):
    """What an intent shall be. `requested_ovn_suffix` is an extension of InterUSS."""

    extents: AskedExtents
    state: IntentState
    uss_base_url: UssUrl
    key: list[Ovn] | None = None
    subscription_id: Identifier | None = None
    new_subscription: ImplicitSubscriptionParameters | None = None
    requested_ovn_suffix: Annotated[str, Meta(max_length=MAX_OVN_CHARACTERS)] | None = None


class PutConstraintReferenceParameters(Wire, frozen=True):
    """What a constraint shall be."""

    extents: AskedExtents
    uss_base_url: UssUrl


class GetOperationalIntentReferenceResponse(Wire, frozen=True):
    """One intent."""

    operational_intent_reference: OperationalIntentReference


class GetConstraintReferenceResponse(Wire, frozen=True):
    """One constraint."""

    constraint_reference: ConstraintReference


class QueryParameters(Wire, frozen=True):
    """Where and when is asked about."""

    area_of_interest: Volume4D | None = None


class QueryOperationalIntentReferenceResponse(Wire, frozen=True):
    """All intents in a volume."""

    operational_intent_references: list[OperationalIntentReference]


class QueryConstraintReferencesResponse(Wire, frozen=True):
    """All constraints in a volume."""

    constraint_references: list[ConstraintReference]


class AirspaceConflictResponse(Wire, frozen=True, omit_defaults=False):
    """What the key of a request did not name; another DSS may leave out what there is none of."""

    message: str = ""
    missing_operational_intents: list[OperationalIntentReference] = field(default_factory=list)
    missing_constraints: list[ConstraintReference] = field(default_factory=list)
