"""Where a flight that left its intent is, for peers who ask: reports count from their own time on, never before."""

from __future__ import annotations

from typing import Final

from wellclear.api.utm.uss.flight import Flight
from wellclear.api.utm.uss.flight_wire import AircraftState
from wellclear.api.utm.uss.rules import NOMINAL
from wellclear.api.utm.wire.telemetry import (
    GetOperationalIntentTelemetryResponse,
    Position,
    VehicleTelemetry,
    Velocity,
)
from wellclear.api.utm.wire.volumes import Altitude, time_of
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.time_text import parse_rfc3339

MAX_COME: Final = 1_000
"""Reports that have come and are kept when a plan is changed: the newest is told, older ones only keep their names."""


def telemetry_of(flight: Flight, now_ms: int) -> GetOperationalIntentTelemetryResponse:
    """The newest report of a flight, and when the next one may come.

    Args:
        flight: that a peer asks about.
        now_ms: the time.

    Raises:
        RuleViolated: `telemetry-state`: the flight conforms to its intent; `telemetry-none`: no report has come.
    """
    if flight.reference is None or flight.reference.state in NOMINAL:
        raise RuleViolated(
            "the flight conforms to its intent, and gives no telemetry",
            code="telemetry-state",
            wanted="Nonconforming or Contingent",
        )
    timed = sorted(((_time_ms(state), state) for state in flight.plan.telemetry.states), key=lambda each: each[0])
    due = [(time_ms, state) for time_ms, state in timed if time_ms <= now_ms]
    if not due:
        raise RuleViolated("no telemetry has come", code="telemetry-none", wanted="another try in a while")
    later = [time_ms for time_ms, _ in timed if time_ms > now_ms]
    return GetOperationalIntentTelemetryResponse(
        flight.intent, _reported(*due[-1]), time_of(later[0]) if later else None
    )


def verify_telemetry(states: tuple[AircraftState, ...]) -> None:
    """Hold only if every report says when it was.

    Raises:
        RuleViolated: `telemetry-time`.
    """
    for state in states:
        try:
            _time_ms(state)
        except MalformedInput as error:
            raise RuleViolated(error.message, code="telemetry-time", at=f"telemetry, {state.id}") from None


def renewed(
    former: tuple[AircraftState, ...], asked: tuple[AircraftState, ...], now_ms: int
) -> tuple[AircraftState, ...]:
    """The reports of a flight whose plan is changed: what has come stays as it was, what has not is as asked now.

    Args:
        former: of the plan as it was.
        asked: of the plan as it shall be, verified.
        now_ms: the time.

    Raises:
        RuleViolated: `telemetry-changed`: a report that has not come is another one than it was.
    """
    come = {state.id: state for state in former if _time_ms(state) <= now_ms}
    waiting = {state.id: state for state in former if state.id not in come}
    for state in asked:
        if waiting.get(state.id, state) != state:
            raise RuleViolated(
                f"the report {state.id[:60]!r} was another one before",
                code="telemetry-changed",
                at="telemetry",
                wanted="another id for another report",
            )
    kept = sorted(come.values(), key=_time_ms)[-MAX_COME:]
    return (*kept, *(state for state in asked if state.id not in come))


def _time_ms(state: AircraftState) -> int:
    return parse_rfc3339(state.timestamp.value, finer="down")


def _reported(time_ms: int, state: AircraftState) -> VehicleTelemetry:
    position = None
    if state.position is not None and state.position.location is not None:
        place, heights = state.position.location, [h for h in state.position.altitudes if h.reference == "W84"]
        position = Position(
            longitude=place.lng,
            latitude=place.lat,
            accuracy_h=state.position.accuracy_h,
            accuracy_v=state.position.accuracy_v,
            extrapolated=False,
            altitude=Altitude(heights[0].value, "W84", "M") if heights else None,
        )
    velocity = None if state.speed is None else Velocity(state.speed, "MetersPerSecond", state.track)
    return VehicleTelemetry(time_of(time_ms), position, velocity)
