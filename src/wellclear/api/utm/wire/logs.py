"""Sets of log records, in the form in which a USS exports them."""

from __future__ import annotations

from typing import Literal

from wellclear.api.utm.wire.identifiers import Identifier
from wellclear.api.utm.wire.limits import Ovn, Text, Wire
from wellclear.api.utm.wire.reports import ExchangeRecord
from wellclear.api.utm.wire.telemetry import VehicleTelemetry
from wellclear.api.utm.wire.volumes import Time

NotificationTrigger = Literal[
    "GEN0400",
    "GEN0405",
    "SCD0090",
    "SCD0095",
    "ACM0010",
    "CMSA0115",
    "CMSA0300",
    "CSTP0005",
    "CSTP0010",
    "CSTP0020",
    "CSTP0025",
    "CSTP0030",
    "CSTO0035",
]
InputTrigger = Literal[
    "OPIN0040",
    "CMSA0010",
    "CMSA0025",
    "CMSA0100",
    "CMSA0105",
    "CMSA0110",
    "CMSA0200",
    "CMSA0205",
    "CMSA0210",
    "CMSA0215",
]


class PositionRecord(Wire, frozen=True):
    """Telemetry that was received."""

    time_received: Time
    telemetry: VehicleTelemetry


class OperationalIntentPositions(Wire, frozen=True):
    """All telemetry of one intent."""

    operational_intent_id: Identifier
    positions: list[PositionRecord]


class PlanningRecord(Wire, frozen=True):
    """One attempt to create or change an intent."""

    time: Time
    ovns: list[Ovn]
    missing_operational_intents: list[Identifier] | None = None
    missing_constraints: list[Identifier] | None = None
    operational_intent_id: Identifier | None = None
    problem: Text | None = None


class UserNotificationRecord(Wire, frozen=True):
    """A user was told."""

    triggering_event_time: Time
    notification_time: Time
    notification_triggering_event: NotificationTrigger
    notification_details: Text | None = None


class UserInputRecord(Wire, frozen=True):
    """A user said something."""

    triggering_event_time: Time
    operational_intent_id: Identifier
    input_triggering_event: InputTrigger
    input_details: Text | None = None


class OperatorAssociation(Wire, frozen=True):
    """Who is responsible for an intent."""

    operational_intent_id: Identifier
    operator_id: Text


class ConstraintProviderAssociation(Wire, frozen=True):
    """Who is responsible for a constraint."""

    constraint_id: Identifier
    constraint_provider_id: Text


class USSLogSet(Wire, frozen=True):
    """All log records that the standard asks for."""

    messages: list[ExchangeRecord]
    operator_notifications: list[UserNotificationRecord]
    operator_inputs: list[UserInputRecord]
    operator_associations: list[OperatorAssociation]
    planning_attempts: list[PlanningRecord]
    operational_intent_positions: list[OperationalIntentPositions]
    constraint_provider_associations: list[ConstraintProviderAssociation]
