"""A user plans a flight, changes it, flies it and closes it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import Final
from uuid import uuid4

from msgspec.structs import replace

from wellclear.api.utm.uss.airspace import Picture
from wellclear.api.utm.uss.desk import Desk
from wellclear.api.utm.uss.dss import KeyIncomplete
from wellclear.api.utm.uss.flight import STATUS, Flight
from wellclear.api.utm.uss.flight_wire import (
    Advisories,
    ExecutionStyle,
    FlightPlan,
    FlightTelemetry,
    PlanningResponse,
    PlanningResult,
    PlanStatus,
    UpsertRequest,
    UsageState,
)
from wellclear.api.utm.uss.rules import NOMINAL, Near, conflicting, forbidding, verify_follows, wanted_state
from wellclear.api.utm.uss.telemetry import renewed, verify_telemetry
from wellclear.api.utm.uss.users import conflict_count
from wellclear.api.utm.uss.volumes import as_planned, not_over, operation_of, standard_volume, verify_flyable
from wellclear.api.utm.wire.details import OperationalIntentDetails
from wellclear.api.utm.wire.logs import OperatorAssociation, PlanningRecord
from wellclear.api.utm.wire.references import (
    AirspaceConflictResponse,
    ConstraintReference,
    IntentState,
    OperationalIntentReference,
)
from wellclear.api.utm.wire.volumes import Volume4D, time_of
from wellclear.errors import PeerUnavailable, RuleViolated, VerificationFailed

MAX_ROUNDS: Final = 20
"""Times that a plan is compared anew because the airspace changed meanwhile: so many others may be quicker."""


@dataclass(frozen=True, slots=True)
class _Assessed:
    """A plan that no rule forbids: the airspace it was compared with, and what it is in conflict with all the same."""

    picture: Picture
    conflicts: tuple[Near, ...]
    constraints: tuple[Near, ...]


class Planning:
    """Takes users' plans.

    Args:
        desk: what it works with.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._turn = desk, Lock()

    def upsert(self, identifier: str, request: UpsertRequest, owner: str) -> PlanningResponse:
        """A user makes a plan or changes it.

        Args:
            identifier: of the plan.
            request: of the user.
            owner: who asks.

        Raises:
            RuleViolated: `kept-changed`: another request about this plan came first.
        """
        status = PlanStatus.NOT_PLANNED
        try:
            found = self._found(identifier, owner)
            status = status if found is None else found[0].status
            if request.flight_plan.basic_information.usage_state is UsageState.CLOSED:
                return self._closed_by_user(found, request.execution_style)
            return self._upserted(None if found is None else self.mended(*found), identifier, request, owner)
        except RuleViolated as error:
            if error.code == "kept-changed":
                raise
            unsupported = error.code == "flight-not-supported"
            result = PlanningResult.NOT_SUPPORTED if unsupported else PlanningResult.REJECTED
            return self._not_done(result, self._status(identifier, status), str(error))
        except (PeerUnavailable, VerificationFailed) as error:
            return self._not_done(PlanningResult.FAILED, self._status(identifier, status), str(error))

    def close(self, identifier: str) -> PlanningResponse | None:
        """End a flight, whoever planned it; nothing where there is none.

        Raises:
            RuleViolated: `kept-changed`.
        """
        found = self._desk.flights.flight(identifier)
        if found is None:
            return None
        try:
            return self._closed(*found)
        except PeerUnavailable as error:
            return self._not_done(PlanningResult.FAILED, found[0].status, str(error))

    def mended(self, flight: Flight, revision: int) -> tuple[Flight, int] | None:
        """A flight without an attempt whose answer was lost; nothing where it is over.

        An attempt that the DSS took is made again, so that those are told whom the lost answer named.

        Raises:
            PeerUnavailable: the DSS or a peer does not answer.
            VerificationFailed: `details-contradict`.
            RuleViolated: `kept-changed`.
        """
        found = self._desk.changing.mended(flight, revision)
        if found is None or found[0].reference is None or found[0].reference == flight.reference:
            return found
        state, details = found[0].reference.state, found[0].details
        if state in NOMINAL:
            return self._keyed(*found, state, details)
        return self._desk.changing.change(*found, state, details, [])

    def _found(self, identifier: str, owner: str) -> tuple[Flight, int] | None:
        found = self._desk.flights.flight(identifier)
        if found is None:
            return None
        if found[0].owner != owner:
            raise RuleViolated("this is another user's plan", code="flight-owner", wanted="another identifier")
        return found

    def _closed_by_user(self, found: tuple[Flight, int] | None, style: ExecutionStyle) -> PlanningResponse:
        """End a flight as its user says; one whose end was asked for before, and the answer lost, is ended now."""
        if found is None:
            raise RuleViolated("there is no such plan to close", code="flight-unknown")
        return _done(PlanStatus.CLOSED) if style is ExecutionStyle.HYPOTHETICAL else self._closed(*found)

    def _upserted(
        self, found: tuple[Flight, int] | None, identifier: str, request: UpsertRequest, owner: str
    ) -> PlanningResponse:
        plan, style = request.flight_plan, request.execution_style
        verify_telemetry(plan.telemetry.states)
        wanted = wanted_state(plan.basic_information)
        before = None if found is None or found[0].reference is None else found[0].reference.state
        verify_follows(before, wanted)
        area = self._area(plan, found[0] if found else None)
        flight, revision = found or (Flight(identifier, owner, str(uuid4()), plan), 0)
        states = renewed(flight.plan.telemetry.states if found else (), plan.telemetry.states, self._desk.now_ms())
        plan = replace(plan, telemetry=FlightTelemetry(states))
        if wanted in NOMINAL:
            return self._nominal(replace(flight, plan=plan), revision, wanted, area, style)
        return self._off_nominal(replace(flight, plan=plan), revision, wanted, area, style)

    def _nominal(
        self, flight: Flight, revision: int, wanted: IntentState, area: list[Volume4D], style: ExecutionStyle
    ) -> PlanningResponse:
        """A plan that is coordinated before it is flown; what its user flies in reality is off-nominal if forbidden."""
        details = OperationalIntentDetails(volumes=area, priority=flight.plan.astm_f3548_21.priority)
        try:
            if style is ExecutionStyle.HYPOTHETICAL:
                assessed = self._assessed(flight, details, None, on_record=False)
            else:
                flight, assessed = self._coordinated(flight, revision, wanted, details)
        except RuleViolated as error:
            flies = style is ExecutionStyle.IN_REALITY and wanted == "Activated"
            if error.code != "flight-conflict" or not flies:
                raise
            kept = self._desk.flights.flight(flight.identifier)
            left, revision = kept or (flight, 0)
            return self._off_nominal(replace(left, plan=flight.plan), revision, "Nonconforming", area, style)
        if style is not ExecutionStyle.HYPOTHETICAL:
            self._tell_of(flight, assessed)
        advice = _advice(assessed)
        return PlanningResponse(
            PlanningResult.COMPLETED,
            STATUS[wanted],
            "; ".join(advice),
            Advisories.SOME if advice else Advisories.NONE,
            as_planned(flight.plan, area),
        )

    def _coordinated(
        self, flight: Flight, revision: int, wanted: IntentState, details: OperationalIntentDetails
    ) -> tuple[Flight, _Assessed]:
        """Create or change an intent with the key of all it intersects; an intent is created as Accepted alone."""
        missing: AirspaceConflictResponse | None = None
        for attempt in range(MAX_ROUNDS):
            with self._turn if attempt else nullcontext():  # those who lost the race once take turns
                assessed = self._assessed(flight, details, missing)
                try:
                    if flight.reference is None:
                        self._associate(flight)
                        key = assessed.picture.key
                        flight, revision = self._desk.changing.change(flight, revision, "Accepted", details, key)
                    if flight.reference is not None and (flight.reference.state != wanted or flight.details != details):
                        key = assessed.picture.key
                        flight, revision = self._desk.changing.change(flight, revision, wanted, details, key)
                except KeyIncomplete as error:
                    self._record(flight, assessed.picture, str(error), error.missing)
                    self._verify_told_truly(assessed.picture, error.missing)
                    missing, kept = error.missing, self._desk.flights.flight(flight.identifier)
                    flight, revision = (replace(kept[0], plan=flight.plan), kept[1]) if kept else (flight, 0)
                else:
                    self._record(flight, assessed.picture)
                    return flight, assessed
        raise PeerUnavailable("the airspace changes faster than it is read", code="airspace-changing", wanted="a retry")

    def _assessed(
        self,
        flight: Flight,
        details: OperationalIntentDetails,
        missing: AirspaceConflictResponse | None,
        *,
        on_record: bool = True,
    ) -> _Assessed:
        """Compare a plan with all that is there; a refusal is on record as an attempt, if it was one.

        Raises:
            RuleViolated: `flight-conflict`.
        """
        rules, me = self._desk.rules, self._desk.identity.manager
        picture = self._desk.airspace.around(details.volumes or [], flight.intent, missing)
        operation = operation_of(flight.intent, me, details)
        conflicts = conflicting(operation, picture.intents)
        standing: set[str] = set()
        coordinated = flight.details.volumes if flight.was_activated else None
        if coordinated and conflicts:
            as_flown = operation_of(flight.intent, me, OperationalIntentDetails(volumes=coordinated))
            standing = {each.identifier for each in conflicting(as_flown, picture.intents)}
        forbids: list[Near] = forbidding(
            conflicts, operation.priority, equal_permitted=rules.equal_permitted, standing=standing
        )
        constraints = conflicting(operation, picture.constraints)
        forbids += constraints if rules.constraints_forbid else []
        if forbids:
            message = "the flight is in conflict with " + "; ".join(map(_named, forbids))
            if on_record:
                self._record(flight, picture, message)
            raise RuleViolated(message, code="flight-conflict", wanted="another place, height or time")
        return _Assessed(picture, tuple(conflicts), tuple(constraints))

    def _off_nominal(
        self, flight: Flight, revision: int, wanted: IntentState, area: list[Volume4D], style: ExecutionStyle
    ) -> PlanningResponse:
        """An aircraft that left its plan: told as it is flown, without a key, and never refused for a conflict."""
        planned = not_over(flight.details.volumes or (), self._desk.now_ms()) or area
        priority = flight.plan.astm_f3548_21.priority
        if wanted == "Contingent":
            details = OperationalIntentDetails(off_nominal_volumes=area, priority=priority)
        else:
            details = OperationalIntentDetails(volumes=planned, off_nominal_volumes=area, priority=priority)
        if style is ExecutionStyle.HYPOTHETICAL:
            return _done(STATUS[wanted], as_planned(flight.plan, area))
        if flight.reference is None:
            self._associate(flight)
            accepted = OperationalIntentDetails(volumes=area, priority=priority)
            flight, revision = self._keyed(flight, revision, "Accepted", accepted)
        flight, revision = self._desk.changing.change(flight, revision, wanted, details, [])
        near = self._near_anyway(flight, details)
        self._tell_of(flight, _Assessed(Picture((), ()), tuple(near), ()))
        self._desk.users.tell(flight.owner, flight.identifier, f"The flight is {wanted}.", "CMSA0300")
        return _done(STATUS[wanted], as_planned(flight.plan, area))

    def _keyed(
        self, flight: Flight, revision: int, state: IntentState, details: OperationalIntentDetails
    ) -> tuple[Flight, int]:
        """Make a change with the key of all that is there, conflicts or not: what is flown already is not refused."""
        missing: AirspaceConflictResponse | None = None
        for _ in range(MAX_ROUNDS):
            picture = self._desk.airspace.around(details.volumes or (), flight.intent, missing)
            try:
                return self._desk.changing.change(flight, revision, state, details, picture.key)
            except KeyIncomplete as error:
                self._verify_told_truly(picture, error.missing)
                kept = self._desk.flights.flight(flight.identifier)
                missing, revision = error.missing, kept[1] if kept else 0
        raise PeerUnavailable("the airspace changes faster than it is read", code="airspace-changing", wanted="a retry")

    def _near_anyway(self, flight: Flight, details: OperationalIntentDetails) -> list[Near]:
        """What an off-nominal flight is in conflict with, as far as it can be had."""
        volumes = [*(details.volumes or ()), *(details.off_nominal_volumes or ())]
        try:
            picture = self._desk.airspace.around(volumes, flight.intent)
        except (PeerUnavailable, VerificationFailed):
            return []
        return conflicting(operation_of(flight.intent, self._desk.identity.manager, details), picture.intents)

    def _closed(self, flight: Flight, revision: int) -> PlanningResponse:
        mended = self._desk.changing.mended(flight, revision)
        if mended is not None:
            self._desk.changing.close(*mended)
        return _done(PlanStatus.CLOSED)

    def _area(self, plan: FlightPlan, known: Flight | None) -> list[Volume4D]:
        """The volumes of a plan; one that states none keeps those that it had."""
        planned = plan.basic_information.area
        volumes = [standard_volume(each, f"area[{index}]") for index, each in enumerate(planned)]
        if not volumes and known is not None:
            volumes = list(known.details.volumes or known.details.off_nominal_volumes or ())
        now_ms = self._desk.now_ms()
        verify_flyable(volumes, now_ms)
        return not_over(volumes, now_ms)

    def _verify_told_truly(self, picture: Picture, missing: AirspaceConflictResponse) -> None:
        """Hold only if no peer told another OVN than the DSS holds for the same version."""
        named = {(each.identifier, each.version) for each in (*picture.intents, *picture.constraints) if each.ovn}
        unnamed: list[OperationalIntentReference | ConstraintReference] = [*missing.missing_operational_intents]
        for each in [*unnamed, *missing.missing_constraints]:
            if (each.id, each.version) in named and each.manager != self._desk.identity.manager:
                self._desk.airspace.contradicted(each.uss_base_url, f"the OVN of {each.id} is not the DSS's")
                raise VerificationFailed(
                    f"{each.manager} tells an OVN of {each.id} that is not the DSS's",
                    code="details-contradict",
                    at="ovn",
                )

    def _tell_of(self, flight: Flight, assessed: _Assessed) -> None:
        """Tell the user of the conflicts that the flight has all the same, and the users of our own flights in them."""
        users, count = self._desk.users, len(assessed.conflicts)
        if count:
            named = "; ".join(map(_named, assessed.conflicts))
            users.tell(flight.owner, flight.identifier, f"In conflict with {named}.", "SCD0090", conflict_count(count))
        for near in assessed.conflicts:
            if near.owner:
                message = f"A flight of priority {flight.details.priority or 0} is in conflict with this one."
                users.tell(near.owner, near.flight, message, "SCD0095", "Single")
        if assessed.constraints:
            named = "; ".join(map(_named, assessed.constraints))
            users.tell(flight.owner, flight.identifier, f"Within a constraint: {named}.", "CSTP0020")

    def _associate(self, flight: Flight) -> None:
        self._desk.journal.add(OperatorAssociation(flight.intent, flight.owner[:10_000]))

    def _record(
        self, flight: Flight, picture: Picture, problem: str = "", missing: AirspaceConflictResponse | None = None
    ) -> None:
        self._desk.journal.add(
            PlanningRecord(
                time=time_of(self._desk.now_ms()),
                ovns=picture.key,
                missing_operational_intents=None
                if missing is None
                else [m.id for m in missing.missing_operational_intents],
                missing_constraints=None if missing is None else [m.id for m in missing.missing_constraints],
                operational_intent_id=flight.intent,
                problem=problem[:10_000] or None,
            )
        )

    def _status(self, identifier: str, otherwise: PlanStatus) -> PlanStatus:
        """How a plan stands after what was not done, which may have come halfway."""
        found = self._desk.flights.flight(identifier)
        return otherwise if found is None else found[0].status

    @staticmethod
    def _not_done(result: PlanningResult, status: PlanStatus, notes: str) -> PlanningResponse:
        return PlanningResponse(result, status, notes, Advisories.NONE)


def _done(status: PlanStatus, planned: FlightPlan | None = None) -> PlanningResponse:
    return PlanningResponse(PlanningResult.COMPLETED, status, includes_advisories=Advisories.NONE, as_planned=planned)


def _named(near: Near) -> str:
    if near.operation is None:
        return f"{near.manager}'s {near.identifier}, of which nothing is known"
    what = (
        f"priority {near.operation.priority}, {near.state}" if near.state else near.operation.category or "constraint"
    )
    return f"{near.manager}'s {near.identifier} ({what})"


def _advice(assessed: _Assessed) -> Sequence[str]:
    return [f"in conflict with {_named(each)}" for each in (*assessed.conflicts, *assessed.constraints)]
