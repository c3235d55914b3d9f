"""The rules by which a flight is planned: which states follow which, and which conflicts forbid a plan.

The DSS never sees a priority: only USSs decide on it. What cannot be assessed counts as a conflict with the highest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from wellclear.api.utm.uss.flight_wire import BasicFlightPlan, FunctionalState, UsageState
from wellclear.api.utm.wire.references import IntentState
from wellclear.detect.check import check_operations
from wellclear.errors import RuleViolated
from wellclear.geo.envelope import Ranges
from wellclear.model.minima import Minima
from wellclear.model.operation import Operation

OVERLAP: Final = Minima()
"""Two intents are in conflict where they share a place, a height and a time."""

NOMINAL: Final = frozenset({"Accepted", "Activated"})
"""States in which an intent is flown as it was coordinated."""

_FOLLOWING: Final[dict[IntentState, frozenset[IntentState]]] = {
    "Accepted": frozenset({"Accepted", "Activated", "Nonconforming", "Contingent"}),
    "Activated": frozenset({"Activated", "Nonconforming", "Contingent"}),
    "Nonconforming": frozenset({"Activated", "Nonconforming", "Contingent"}),
    "Contingent": frozenset({"Contingent"}),
}

_STATES: Final[dict[FunctionalState, IntentState]] = {
    FunctionalState.NOMINAL: "Activated",
    FunctionalState.NOT_SPECIFIED: "Activated",
    FunctionalState.OFF_NOMINAL: "Nonconforming",
    FunctionalState.CONTINGENT: "Contingent",
}


@dataclass(frozen=True, slots=True)
class Near:
    """An intent or a constraint in the same part of the airspace.

    Attributes:
        identifier: of the entity.
        manager: whose.
        ovn: of its version; empty where it could not be had.
        version: of the reference.
        operation: what it is, to be compared; None where that could not be had: doubt.
        state: of an intent; empty for a constraint.
        owner: who planned it, where it is a flight of this USS.
        flight: identifier of that flight's plan.
    """

    identifier: str
    manager: str
    ovn: str
    version: int
    operation: Operation | None
    state: str = ""
    owner: str = ""
    flight: str = ""


def wanted_state(plan: BasicFlightPlan) -> IntentState:
    """The state of an intent that a user's plan asks for.

    Raises:
        RuleViolated: `flight-state`: an aircraft that is not in use does not leave its plan.
    """
    if plan.usage_state is UsageState.IN_USE:
        return _STATES[plan.uas_state]
    if plan.uas_state in {FunctionalState.OFF_NOMINAL, FunctionalState.CONTINGENT}:
        raise RuleViolated("an aircraft that is not in use cannot be off-nominal", code="flight-state", wanted="InUse")
    return "Accepted"


def verify_follows(before: IntentState | None, wanted: IntentState) -> None:
    """Hold only if a state may follow another.

    Raises:
        RuleViolated: `flight-state`.
    """
    if before is not None and wanted not in _FOLLOWING[before]:
        raise RuleViolated(f"a flight that is {before} cannot become {wanted}", code="flight-state")


def conflicting(operation: Operation, near: Sequence[Near]) -> list[Near]:
    """Those that an operation is in conflict with, found as everywhere; those in doubt included."""
    known = [each for each in near if each.operation is not None]
    others = [each.operation for each in known if each.operation is not None]
    findings = check_operations([operation], others, minima=OVERLAP, ranges=Ranges())
    close = {id(found.b.operation) for found in findings.conflicts}
    close |= {id(found.b.operation) for found in findings.not_assessed}
    return [each for each in near if each.operation is None or id(each.operation) in close]


def forbidding(
    conflicts: Sequence[Near], priority: int, *, equal_permitted: bool, standing: Collection[str] = ()
) -> list[Near]:
    """Those conflicts that forbid a plan.

    Args:
        conflicts: of the plan.
        priority: of it.
        equal_permitted: whether flights of one priority may be in conflict.
        standing: identifiers of intents that the flight, being flown, was in conflict with already: to change it is
            not to create that conflict.
    """
    return [
        each
        for each in conflicts
        if each.identifier not in standing and _outranks(each, priority, equal_permitted=equal_permitted)
    ]


def _outranks(each: Near, priority: int, *, equal_permitted: bool) -> bool:
    if each.operation is None:
        return True
    rank = each.operation.priority
    return rank > priority or (rank == priority and not equal_permitted)
