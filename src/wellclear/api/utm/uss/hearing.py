"""Peers tell of their intents and constraints: held against what is known, kept, and users told of conflicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import uuid4

import msgspec

from wellclear.api.utm.uss.airspace import Airspace
from wellclear.api.utm.uss.contradictions import (
    Reference,
    verify_constraint,
    verify_extent,
    verify_intent,
    verify_same,
)
from wellclear.api.utm.uss.dss import Dss
from wellclear.api.utm.uss.flight import Flight, Flights
from wellclear.api.utm.uss.keeping import Keeping, Kind
from wellclear.api.utm.uss.rules import Near, conflicting
from wellclear.api.utm.uss.users import Users
from wellclear.api.utm.uss.volumes import all_volumes, meanings, operation_of
from wellclear.api.utm.wire.details import (
    Constraint,
    OperationalIntent,
    PutConstraintDetailsParameters,
    PutOperationalIntentDetailsParameters,
)
from wellclear.api.utm.wire.identifiers import parse_identifier
from wellclear.api.utm.wire.logs import NotificationTrigger
from wellclear.api.utm.wire.reports import ErrorReport, verify_times, whole
from wellclear.api.utm.wire.subscriptions import SubscriptionState
from wellclear.api.utm.wire.volumes import Volume4D
from wellclear.errors import MalformedInput, PeerUnavailable, RuleViolated, VerificationFailed
from wellclear.model.operation import Operation

MAX_REPORTS: Final = 10_000
"""Reports of peers that are kept: each is a body of some kilobytes, and somebody must read them."""

MAX_REPORTS_OF_PEER: Final = 1_000
"""Reports of one peer among them: no one takes the others' places."""

MAX_REPORT_BYTES_OF_PEER: Final = 64 * 2**20
"""Bytes of them: sixteen of the largest, or a thousand of an ordinary size."""

Told = OperationalIntent | Constraint
ToldForm = TypeVar("ToldForm", OperationalIntent, Constraint)


@dataclass(frozen=True, slots=True)
class Ears:
    """What hearing works with.

    Attributes:
        manager: who we are.
        dss: that is asked about subscriptions which are not known.
        flights: of this USS.
        airspace: where what is told is kept.
        users: are told.
        keeping: where reports are kept.
        now_ms: the time.
    """

    manager: str
    dss: Dss
    flights: Flights
    airspace: Airspace
    users: Users
    keeping: Keeping
    now_ms: Callable[[], int]


class Hearing:
    """Takes what peers tell.

    Args:
        ears: what it works with.
    """

    def __init__(self, ears: Ears) -> None:
        self._with = ears

    def intent(self, sender: str, notice: PutOperationalIntentDetailsParameters) -> None:
        """A peer's intent changed, or is over.

        Args:
            sender: who tells, as the token says.
            notice: what it tells.

        Raises:
            MalformedInput: `details-contradict`: it does not agree with itself or with the DSS, where that answers;
                `subscription-unknown`.
            RuleViolated: `intent-manager`: the sender does not manage it; `version-old`; `told-many`.
        """
        identifier = parse_identifier(notice.operational_intent_id, "operational_intent_id")
        told = notice.operational_intent
        answered, held = self._held(self._with.dss.intent, identifier)
        known = _not_of_another(self._with.airspace.known_intent(identifier), sender, held)
        self._verify(sender, identifier, known, told)
        self._verify_subscribed(notice.subscriptions)
        if told is None:
            self._verify_over(sender, held)
        elif answered:
            self._verify_held(sender, told, all_volumes(told.details), held)
        if told is None:
            self._with.keeping.remove(Kind.INTENT, identifier)
        else:
            self._with.airspace.keep_intent(told)
            if known is None or known.reference.version != told.reference.version:
                self._tell_of_intent(told)

    def constraint(self, sender: str, notice: PutConstraintDetailsParameters) -> None:
        """A peer's constraint changed, or is over; arguments and errors as `intent`."""
        identifier = parse_identifier(notice.constraint_id, "constraint_id")
        told = notice.constraint
        answered, held = self._held(self._with.dss.constraint, identifier)
        known = _not_of_another(self._with.airspace.known_constraint(identifier), sender, held)
        self._verify(sender, identifier, known, told)
        self._verify_subscribed(notice.subscriptions)
        if told is None:
            self._verify_over(sender, held)
        elif answered:
            self._verify_held(sender, told, told.details.volumes, held)
        if told is None:
            self._with.keeping.remove(Kind.CONSTRAINT, identifier)
            return
        self._with.airspace.keep_constraint(told)
        self.tell_of_constraint(told)

    def tell_of_constraint(self, told: Constraint) -> None:
        """Tell the users of flights here that a constraint touches, a peer's or our own."""
        reference, category = told.reference, told.details.type or ""
        operation = Operation(reference.manager, reference.id, meanings(told.details.volumes), category)
        for flight in self._in_conflict(operation):
            message = f"{reference.manager}'s constraint {reference.id} ({category or 'no type'}) touches this flight."
            self._with.users.tell(flight.owner, flight.identifier, message, "CSTP0025")

    def report(self, sender: str, report: ErrorReport) -> ErrorReport:
        """A peer reports a problem; it is kept and gets a number.

        Raises:
            MalformedInput: a time in it is none.
            RuleViolated: `reports-many`.
        """
        verify_times(report)
        now_ms, number = self._with.now_ms(), str(uuid4())
        kept = msgspec.structs.replace(whole(report), report_id=number)
        content = msgspec.json.encode({"sender": sender, "report": kept})
        keeping = self._with.keeping
        own, all_kept = keeping.held(Kind.REPORT, sender), keeping.held(Kind.REPORT)
        full = own.count >= MAX_REPORTS_OF_PEER or own.size_bytes + len(content) > MAX_REPORT_BYTES_OF_PEER
        if full or all_kept.count >= MAX_REPORTS:
            raise RuleViolated("too many reports are kept", code="reports-many", wanted="another try in some days")
        keeping.put(Kind.REPORT, number, content, now_ms, 0, owner=sender)
        return kept

    def _verify(self, sender: str, identifier: str, known: Told | None, told: Told | None) -> None:
        managers = {known.reference.manager} if known is not None else set()
        managers |= {told.reference.manager} if told is not None else set()
        if managers - {sender}:
            raise RuleViolated(
                f"{sender} does not manage {identifier}", code="intent-manager", wanted="a notice of its manager"
            )
        if told is None:
            return
        try:
            verify_intent(told) if isinstance(told, OperationalIntent) else verify_constraint(told)
        except VerificationFailed as error:
            raise MalformedInput(error.message, code=error.code, at=error.at, wanted=error.wanted) from None
        if parse_identifier(told.reference.id, "id") != identifier:
            raise MalformedInput("the notice is of another entity than it says", code="details-contradict", at="id")
        if known is not None and _is_older(known, told):
            raise RuleViolated(
                f"version {told.reference.version} of {identifier} was told already, or a newer one",
                code="version-old",
                wanted=f"a version after {known.reference.version}",
            )

    @staticmethod
    def _held(ask: Callable[[str], Reference | None], identifier: str) -> tuple[bool, Reference | None]:
        """Whether the DSS answers, and what it holds.

        Where it does not answer, what is told is held against it before it is used.
        """
        try:
            return True, ask(identifier)
        except PeerUnavailable:
            return False, None

    def _verify_held(self, sender: str, told: Told, volumes: Sequence[Volume4D], held: Reference | None) -> None:
        """Hold only if the sender manages what it tells of, and tells no other than the DSS holds, or held before.

        A DSS holds a change before its USS can tell of it, so what it does not hold is over or was made up.
        """
        reference = told.reference
        if held is None:
            raise self._contradicting(sender, reference, f"the DSS holds no {reference.id}")
        _verify_managed(sender, held)
        if reference.version < held.version:
            return
        try:
            verify_same(held, reference)
            verify_extent(volumes, self._with.dss.extent(held.id))
        except PeerUnavailable:
            return
        except VerificationFailed as error:
            self._with.airspace.contradicted(reference.uss_base_url, f"{sender} tells of {held.id}: {error}")
            raise MalformedInput(error.message, code=error.code, at=error.at, wanted=error.wanted) from None

    def _verify_over(self, sender: str, held: Reference | None) -> None:
        """Hold only if the DSS holds nothing any more of what is told to be over."""
        if held is None:
            return
        _verify_managed(sender, held)
        raise self._contradicting(sender, held, f"the DSS still holds {held.id}")

    def _contradicting(self, sender: str, about: Reference, problem: str) -> MalformedInput:
        """A notice that contradicts the DSS is reported there, and refused."""
        self._with.airspace.contradicted(about.uss_base_url, f"{sender} tells of {about.id}: {problem}")
        return MalformedInput(problem, code="details-contradict", at="id", wanted="what the DSS holds")

    def _verify_subscribed(self, subscriptions: Sequence[SubscriptionState]) -> None:
        """Hold only if one of the subscriptions is ours. Where the DSS does not answer, what is told is heard."""
        named = {parse_identifier(state.subscription_id, "subscription_id") for state in subscriptions}
        references = (flight.reference for flight, _ in self._with.flights.all())
        if named & {reference.subscription_id for reference in references if reference is not None}:
            return
        try:
            if any(self._with.dss.subscription(identifier) is not None for identifier in sorted(named)[:10]):
                return
        except PeerUnavailable:
            return
        raise MalformedInput(
            "none of these subscriptions is of this USS", code="subscription-unknown", at="subscriptions"
        )

    def _tell_of_intent(self, told: OperationalIntent) -> None:
        reference = told.reference
        operation = operation_of(reference.id, reference.manager, told.details)
        for flight in self._in_conflict(operation):
            message = (
                f"{reference.manager}'s flight {reference.id} ({reference.state}, priority {operation.priority})"
                " is in conflict with this one."
            )
            trigger: NotificationTrigger = "SCD0095" if reference.state in {"Accepted", "Activated"} else "CMSA0115"
            self._with.users.tell(flight.owner, flight.identifier, message, trigger, "Single")

    def _in_conflict(self, operation: Operation) -> list[Flight]:
        """Own flights that something of a peer is in conflict with."""
        flights = {flight.intent: flight for flight, _ in self._with.flights.all() if flight.reference is not None}
        near = [
            Near(intent, self._with.manager, "", 0, operation_of(intent, self._with.manager, flight.details))
            for intent, flight in flights.items()
        ]
        return [flights[each.identifier] for each in conflicting(operation, near)]


def _verify_managed(sender: str, held: Reference) -> None:
    if held.manager != sender:
        raise RuleViolated(
            f"{sender} does not manage {held.id}", code="intent-manager", wanted="a notice of its manager"
        )


def _not_of_another(known: ToldForm | None, sender: str, held: Reference | None) -> ToldForm | None:
    """What is known, but for the word of another USS where the DSS says that the sender manages the entity."""
    if known is None or held is None or held.manager != sender or known.reference.manager == sender:
        return known
    return None


def _is_older(known: Told, told: Told) -> bool:
    newest, version = known.reference.version, told.reference.version
    return version < newest or (version == newest and _substance(known) != _substance(told))


def _substance(told: Told) -> tuple[object, ...]:
    """What may not differ between two notices of one version; whether its USS answers may."""
    reference = told.reference
    return reference.ovn, reference.time_start, reference.time_end, getattr(reference, "state", ""), told.details
