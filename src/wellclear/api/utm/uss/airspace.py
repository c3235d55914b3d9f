"""What else is in a piece of airspace: references from the DSS, details from who manages each, held against them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import msgspec
import structlog

from wellclear.api.utm.uss.contradictions import (
    verify_constraint,
    verify_extent,
    verify_intent,
    verify_same,
)
from wellclear.api.utm.uss.dss import Dss
from wellclear.api.utm.uss.flight import Flights
from wellclear.api.utm.uss.keeping import Keeping, Kind
from wellclear.api.utm.uss.peers import Peers
from wellclear.api.utm.uss.published import PUBLISHED
from wellclear.api.utm.uss.rules import Near
from wellclear.api.utm.uss.volumes import all_volumes, meanings, operation_of
from wellclear.api.utm.wire.details import Constraint, OperationalIntent
from wellclear.api.utm.wire.identifiers import parse_identifier
from wellclear.api.utm.wire.references import (
    AirspaceConflictResponse,
    ConstraintReference,
    OperationalIntentReference,
)
from wellclear.api.utm.wire.reports import ErrorReport, ExchangeRecord, whole
from wellclear.api.utm.wire.volumes import Volume4D, time_of
from wellclear.errors import (
    MalformedInput,
    NotFound,
    PeerUnavailable,
    RuleViolated,
    VerificationFailed,
    WellclearError,
)
from wellclear.geo.time_text import parse_rfc3339
from wellclear.model.operation import Operation

ToldForm = TypeVar("ToldForm", OperationalIntent, Constraint)

log = structlog.get_logger("wellclear.utm")

DETAILS_S: Final = 12.0
"""How long the details of all peers together may take: a little over the longest single exchange."""

MAX_TOLD_OF_USS: Final = 10_000
"""Intents, and constraints, of one peer that are kept: more flights than it has near ours at a time."""

MAX_TOLD_BYTES_OF_USS: Final = 256 * 2**20
"""Bytes of them: so many of some twenty kilobytes each."""

_INTENT: Final = msgspec.json.Decoder(OperationalIntent)
_CONSTRAINT: Final = msgspec.json.Decoder(Constraint)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is in a piece of airspace.

    Attributes:
        intents: of all, own ones included.
        constraints: of all.
    """

    intents: tuple[Near, ...]
    constraints: tuple[Near, ...]

    @property
    def key(self) -> list[str]:
        """OVNs of everything that has one."""
        return sorted({each.ovn for each in (*self.intents, *self.constraints) if each.ovn})


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the picture comes from.

    Attributes:
        dss: that is used.
        peers: all others.
        flights: own ones.
        keeping: where peers' details are kept.
        manager: who we are.
    """

    dss: Dss
    peers: Peers
    flights: Flights
    keeping: Keeping
    manager: str


class Airspace:
    """Gathers pictures.

    Args:
        sources: where they come from.
        now_ms: the time.
    """

    def __init__(self, sources: Sources, now_ms: Callable[[], int]) -> None:
        self._from, self._now_ms = sources, now_ms

    def around(
        self, volumes: Sequence[Volume4D], own_intent: str, missing: AirspaceConflictResponse | None = None
    ) -> Picture:
        """Everything in volumes, but for one intent of our own.

        Args:
            volumes: of a flight.
            own_intent: identifier of the flight's intent.
            missing: what the DSS says was not named, besides.

        Raises:
            PeerUnavailable: the DSS or a peer does not answer.
            VerificationFailed: `details-contradict`: a peer's details are not the DSS's; it was reported.
        """
        dss = self._from.dss
        intents = {each.id: each for volume in volumes for each in dss.intents(volume)}
        constraints = {each.id: each for volume in volumes for each in dss.constraints(volume)}
        if missing is not None:
            intents |= {each.id: each for each in missing.missing_operational_intents}
            constraints |= {each.id: each for each in missing.missing_constraints}
        intents.pop(own_intent, None)
        return Picture(tuple(self._intents(intents.values())), tuple(self._constraints(constraints.values())))

    def learn(self, areas: Sequence[Volume4D]) -> set[str]:
        """Take the details of all that is in areas, as far as they can be had.

        Returns:
            Identifiers of the intents that the DSS has there.

        Raises:
            PeerUnavailable: the DSS does not answer.
        """
        intents = {each.id: each for area in areas for each in self._from.dss.intents(area)}
        constraints = {each.id: each for area in areas for each in self._from.dss.constraints(area)}
        works: list[Callable[[], list[Near]]] = [partial(self._intents, [each]) for each in intents.values()]
        works += [partial(self._constraints, [each]) for each in constraints.values()]
        for work in works:
            try:
                work()
            except (PeerUnavailable, VerificationFailed) as error:
                log.info("details could not be had", code=error.code, why=error.message)
        return set(intents)

    def keep_intent(self, told: OperationalIntent) -> None:
        """Keep a peer's intent, as it was told and held, until it has ended.

        Raises:
            RuleViolated: `told-many`: its USS has told too much.
        """
        self._keep(Kind.INTENT, _in_one_form(told))

    def known_intent(self, identifier: str) -> OperationalIntent | None:
        """A peer's intent as it was told last."""
        kept = self._from.keeping.get(Kind.INTENT, identifier)
        return None if kept is None else _INTENT.decode(kept.content)

    def intents_known(self) -> Iterator[OperationalIntent]:
        """All intents of peers that are known here, read in pieces."""
        return (_INTENT.decode(kept.content) for kept in self._from.keeping.each(Kind.INTENT))

    def keep_constraint(self, told: Constraint) -> None:
        """Keep a peer's constraint; errors as `keep_intent`."""
        self._keep(Kind.CONSTRAINT, _in_one_form(told))

    def known_constraint(self, identifier: str) -> Constraint | None:
        """A peer's constraint as it was told last."""
        kept = self._from.keeping.get(Kind.CONSTRAINT, identifier)
        return None if kept is None else _CONSTRAINT.decode(kept.content)

    def _keep(self, kind: Kind, told: OperationalIntent | Constraint) -> None:
        reference, content = told.reference, msgspec.json.encode(told)
        known = self._from.keeping.get(kind, reference.id)
        held = self._from.keeping.held(kind, reference.manager)
        size_bytes = held.size_bytes + len(content) - (0 if known is None else len(known.content))
        if (known is None and held.count >= MAX_TOLD_OF_USS) or size_bytes > MAX_TOLD_BYTES_OF_USS:
            raise RuleViolated(
                f"{reference.manager} has told too much that is not over",
                code="told-many",
                wanted=f"at most {MAX_TOLD_OF_USS:,} {kind}s and {MAX_TOLD_BYTES_OF_USS:,} bytes; end some first",
            )
        ends_ms = parse_rfc3339(reference.time_end.value, finer="up")
        self._from.keeping.put(kind, reference.id, content, ends_ms, owner=reference.manager)

    def _keep_if_room(self, kind: Kind, told: OperationalIntent | Constraint) -> None:
        """Keep what was asked for; what is not kept is asked for again the next time."""
        try:
            self._keep(kind, told)
        except RuleViolated as error:
            log.warning("details are not kept", manager=told.reference.manager, code=error.code, why=error.message)

    def contradicted(self, url: str, problem: str) -> None:
        """Report to the DSS that a USS contradicts it; where the report fails, the journal still has it."""
        record = ExchangeRecord(
            url=url, method="GET", recorder_role="Client", request_time=time_of(self._now_ms()), problem=problem[:9_000]
        )
        try:
            self._from.dss.report(whole(ErrorReport(record)))
        except WellclearError:
            return

    def _intents(self, references: Iterable[OperationalIntentReference]) -> list[Near]:
        found, waiting = list[Near](), list[tuple[OperationalIntentReference, Future[OperationalIntent]]]()
        for reference in references:
            if reference.manager == self._from.manager:
                found.append(self._own(reference))
                continue
            if reference.state == "Accepted" and reference.uss_availability == "Down":
                continue
            known = self.known_intent(reference.id)
            if known is not None and self._agrees(reference, known, all_volumes(known.details)):
                found.append(_near(reference, known))
            else:
                waiting.append((reference, self._from.peers.intent(reference)))
        with _all_or_none([future for _, future in waiting]):
            found += [self._intent(reference, future) for reference, future in waiting]
        return found

    def _intent(self, reference: OperationalIntentReference, future: Future[OperationalIntent]) -> Near:
        try:
            told = future.result(DETAILS_S)
            verify_same(reference, told.reference)
            verify_intent(told)
            verify_extent(all_volumes(told.details), self._from.dss.extent(reference.id))
        except (WellclearError, TimeoutError) as error:
            newer = self._from.dss.intent(reference.id)
            if newer is not None and newer.version != reference.version:
                return self._intent(newer, self._from.peers.intent(newer))
            return self._doubtful(reference, error)
        self._keep_if_room(Kind.INTENT, told)
        return _near(reference, told)

    def _own(self, reference: OperationalIntentReference) -> Near:
        try:
            flight = self._from.flights.of_intent(reference.id)
        except NotFound:
            raise PeerUnavailable(
                f"the DSS has an intent of {reference.manager}, {reference.id}, that is not known here",
                code="intent-orphaned",
                wanted="one identity for each USS and store",
            ) from None
        operation = operation_of(reference.id, reference.manager, flight.details)
        ovn = reference.ovn or flight.ovn
        return Near(
            reference.id,
            reference.manager,
            ovn,
            reference.version,
            operation,
            reference.state,
            flight.owner,
            flight.identifier,
        )

    def _doubtful(self, reference: OperationalIntentReference, error: Exception) -> Near:
        """What is not known of a USS that is down is doubt, and forbids; of any other it is a fault of theirs."""
        if isinstance(error, VerificationFailed):
            self.contradicted(f"{reference.uss_base_url}/uss/v1/operational_intents/{reference.id}", str(error))
            raise error
        if reference.uss_availability == "Down":
            return Near(reference.id, reference.manager, "", reference.version, None, reference.state)
        message = error.message if isinstance(error, WellclearError) else "it takes too long"
        raise PeerUnavailable(
            f"the details of {reference.manager}'s intent {reference.id} cannot be had: {message}",
            code="details-missing",
            wanted="another try in a while",
        ) from None

    def _constraints(self, references: Iterable[ConstraintReference]) -> list[Near]:
        found, waiting = list[Near](), list[tuple[ConstraintReference, Future[Constraint]]]()
        for reference in references:
            known = self._constraint_kept(reference)
            if known is not None:
                found.append(_near_constraint(known))
            else:
                waiting.append((reference, self._from.peers.constraint(reference)))
        with _all_or_none([future for _, future in waiting]):
            found += [self._constraint(reference, future) for reference, future in waiting]
        return found

    def _constraint_kept(self, reference: ConstraintReference) -> Constraint | None:
        own = reference.manager == self._from.manager
        if own:
            kept = self._from.keeping.get(Kind.PUBLISHED, reference.id)
            return None if kept is None else PUBLISHED.decode(kept.content).whole()
        known = self.known_constraint(reference.id)
        if known is None or not self._agrees(reference, known, known.details.volumes):
            return None
        return known

    def _agrees(
        self,
        reference: OperationalIntentReference | ConstraintReference,
        known: OperationalIntent | Constraint,
        volumes: Sequence[Volume4D],
    ) -> bool:
        """Whether what was told before is what the DSS holds now; else its USS is asked."""
        try:
            verify_same(reference, known.reference)
            verify_extent(volumes, self._from.dss.extent(reference.id))
        except (VerificationFailed, MalformedInput):
            return False
        return True

    def _constraint(self, reference: ConstraintReference, future: Future[Constraint]) -> Near:
        try:
            told = future.result(DETAILS_S)
            verify_same(reference, told.reference)
            verify_constraint(told)
            verify_extent(told.details.volumes, self._from.dss.extent(reference.id))
        except VerificationFailed as error:
            self.contradicted(f"{reference.uss_base_url}/uss/v1/constraints/{reference.id}", str(error))
            raise
        except (WellclearError, TimeoutError) as error:
            raise PeerUnavailable(
                f"the details of constraint {reference.id} cannot be had: {error}",
                code="details-missing",
                wanted="another try in a while",
            ) from None
        self._keep_if_room(Kind.CONSTRAINT, told)
        return _near_constraint(told)


@contextmanager
def _all_or_none(futures: Sequence[Future[Any]]) -> Iterator[None]:
    """Where one answer is missing the others are of no use: what was not yet asked for is asked for no more."""
    try:
        yield
    finally:
        for future in futures:
            future.cancel()


def _in_one_form(told: ToldForm) -> ToldForm:
    """What a peer tells, under the one form of its identifier, by which it is found again."""
    identifier = parse_identifier(told.reference.id, "id")
    reference = msgspec.structs.replace(told.reference, id=identifier)
    return msgspec.structs.replace(told, reference=reference)


def _near(reference: OperationalIntentReference, told: OperationalIntent) -> Near:
    operation = operation_of(reference.id, reference.manager, told.details)
    return Near(
        reference.id, reference.manager, told.reference.ovn or "", reference.version, operation, reference.state
    )


def _near_constraint(told: Constraint) -> Near:
    reference = told.reference
    operation = Operation(reference.manager, reference.id, meanings(told.details.volumes), told.details.type or "")
    return Near(reference.id, reference.manager, reference.ovn or "", reference.version, operation)
