"""All flights in an area are removed, as a test director asks."""

from __future__ import annotations

from wellclear.api.utm.uss.flight import Flights
from wellclear.api.utm.uss.flight_wire import ClearAreaOutcome, ClearAreaRequest, PlanningResult
from wellclear.api.utm.uss.planning import Planning
from wellclear.api.utm.uss.rules import Near, conflicting
from wellclear.api.utm.uss.volumes import asked_volume, operation_of
from wellclear.errors import RuleViolated
from wellclear.model.operation import Operation


def clear_area(flights: Flights, planning: Planning, request: ClearAreaRequest) -> ClearAreaOutcome:
    """Close every flight that touches an area.

    Args:
        flights: of this USS.
        planning: closes them.
        request: of the test director.

    Raises:
        MalformedInput: the area is no volume.
    """
    area = Operation("", "", (asked_volume(request.extent, "extent"),))
    known = {flight.intent: flight for flight, _ in flights.all()}
    planned = [
        Near(intent, "", "", 0, operation_of(intent, "", flight.details))
        for intent, flight in known.items()
        if flight.reference is not None
    ]
    touched = [known[near.identifier] for near in conflicting(area, planned)]
    touched += [flight for flight in known.values() if flight.reference is None]
    left = []
    for flight in touched:
        try:
            done = planning.close(flight.identifier)
        except RuleViolated as error:
            left.append(f"{flight.identifier}: {error.message}")
            continue
        if done is not None and done.planning_result is not PlanningResult.COMPLETED:
            left.append(f"{flight.identifier}: {done.notes}")
    return ClearAreaOutcome(not left, "; ".join(left) or f"{len(touched)} flights were removed")
