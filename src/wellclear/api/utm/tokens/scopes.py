"""Scopes, and which of them each operation of the interface asks for."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from wellclear.errors import RuleViolated


class UtmScope(StrEnum):
    """A role of the standard that a token is granted for."""

    STRATEGIC_COORDINATION = "utm.strategic_coordination"
    CONSTRAINT_MANAGEMENT = "utm.constraint_management"
    CONSTRAINT_PROCESSING = "utm.constraint_processing"
    CONFORMANCE_MONITORING_SA = "utm.conformance_monitoring_sa"
    AVAILABILITY_ARBITRATION = "utm.availability_arbitration"


class TestingScope(StrEnum):
    """A role of the interfaces for automated testing that a token is granted for."""

    DIRECTING = "interuss.flight_planning.direct_automated_test"
    PLANNING = "interuss.flight_planning.plan"
    VERSIONS = "interuss.versioning.read_system_versions"


_STRATEGIC: Final = UtmScope.STRATEGIC_COORDINATION
_PROVIDER: Final = UtmScope.CONSTRAINT_MANAGEMENT
_PROCESSING: Final = UtmScope.CONSTRAINT_PROCESSING
_MONITORING: Final = UtmScope.CONFORMANCE_MONITORING_SA
_ARBITRATION: Final = UtmScope.AVAILABILITY_ARBITRATION

INTENTS: Final = frozenset({_STRATEGIC, _MONITORING})
SUBSCRIPTIONS: Final = frozenset({_PROCESSING, _STRATEGIC})
CONSTRAINTS_READ: Final = frozenset({_PROVIDER, _PROCESSING})
CONSTRAINTS_WRITTEN: Final = frozenset({_PROVIDER})
AVAILABILITY_SET: Final = frozenset({_ARBITRATION})
AVAILABILITY_READ: Final = frozenset({_ARBITRATION, _STRATEGIC, _MONITORING})
ANY_SCOPE: Final = frozenset(UtmScope)

SCOPES_OF_OPERATION: Final[dict[str, frozenset[str]]] = {
    "queryOperationalIntentReferences": INTENTS,
    "getOperationalIntentReference": INTENTS,
    "createOperationalIntentReference": INTENTS,
    "updateOperationalIntentReference": INTENTS,
    "deleteOperationalIntentReference": INTENTS,
    "queryConstraintReferences": CONSTRAINTS_READ,
    "getConstraintReference": CONSTRAINTS_READ,
    "createConstraintReference": CONSTRAINTS_WRITTEN,
    "updateConstraintReference": CONSTRAINTS_WRITTEN,
    "deleteConstraintReference": CONSTRAINTS_WRITTEN,
    "querySubscriptions": SUBSCRIPTIONS,
    "getSubscription": SUBSCRIPTIONS,
    "createSubscription": SUBSCRIPTIONS,
    "updateSubscription": SUBSCRIPTIONS,
    "deleteSubscription": SUBSCRIPTIONS,
    "makeDssReport": ANY_SCOPE,
    "setUssAvailability": AVAILABILITY_SET,
    "getUssAvailability": AVAILABILITY_READ,
    "getOperationalIntentDetails": frozenset({_STRATEGIC}),
    "getOperationalIntentTelemetry": frozenset({_MONITORING}),
    "notifyOperationalIntentDetailsChanged": frozenset({_STRATEGIC}),
    "getConstraintDetails": frozenset({_PROCESSING}),
    "notifyConstraintDetailsChanged": frozenset({_PROVIDER}),
    "makeUssReport": ANY_SCOPE,
    "GetStatus": frozenset({TestingScope.DIRECTING}),
    "ClearArea": frozenset({TestingScope.DIRECTING}),
    "UpsertFlightPlan": frozenset({TestingScope.PLANNING}),
    "DeleteFlightPlan": frozenset({TestingScope.DIRECTING}),
    "QueryUserNotifications": frozenset({TestingScope.PLANNING}),
    "GetVersion": frozenset({TestingScope.VERSIONS}),
}
"""By the interface's own name of each operation, the scopes any one of which lets a caller in.

What a body asks for may need a further scope, which the rule about it checks.
"""


def verify_scope(granted: frozenset[str], wanted: Iterable[str]) -> None:
    """Hold only if one of some scopes was granted.

    Raises:
        RuleViolated: `utm-scope`: none was.
    """
    some = frozenset(wanted)
    if granted.isdisjoint(some):
        raise RuleViolated(
            "the token does not grant what this needs", code="utm-scope", wanted=" or ".join(sorted(some))
        )
