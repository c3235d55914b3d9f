"""A USS put together: what its routes call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import httpx
import msgspec

from wellclear.api.utm.uss.airspace import Airspace, Sources
from wellclear.api.utm.uss.asking import Asking
from wellclear.api.utm.uss.changing import Changing, Identity
from wellclear.api.utm.uss.clearing import clear_area
from wellclear.api.utm.uss.credentials import Credentials
from wellclear.api.utm.uss.desk import Desk, Rules
from wellclear.api.utm.uss.dss import Dss
from wellclear.api.utm.uss.flight import Flights
from wellclear.api.utm.uss.flight_wire import ClearAreaOutcome, ClearAreaRequest, PlanningResponse, UpsertRequest
from wellclear.api.utm.uss.hearing import Ears, Hearing
from wellclear.api.utm.uss.journal import Journal
from wellclear.api.utm.uss.keeping import Keeping, Kind
from wellclear.api.utm.uss.peers import Peers
from wellclear.api.utm.uss.planning import Planning
from wellclear.api.utm.uss.published import PUBLISHED
from wellclear.api.utm.uss.reaching import GuardedTransport, Reach
from wellclear.api.utm.uss.repeating import Repeating
from wellclear.api.utm.uss.telemetry import telemetry_of
from wellclear.api.utm.uss.users import Users
from wellclear.api.utm.uss.watching import EVERY_S, Watching
from wellclear.api.utm.wire.details import Constraint, OperationalIntent
from wellclear.api.utm.wire.telemetry import GetOperationalIntentTelemetryResponse
from wellclear.errors import NotFound

MAX_ANSWERING: Final = 8
"""Requests of peers that are answered at a time: each reads or writes the store, and takes milliseconds."""

MAX_PLANNING: Final = 32
"""Requests of users that are worked on at a time: each may wait seconds for others."""

SYSTEM: Final = "org.wellclear.utm"
"""Identity of the system whose version `/versions` tells, beside those that the settings name."""

_ANSWER: Final = msgspec.json.Decoder(PlanningResponse)


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class UssParts:
    """What a USS is made of.

    Attributes:
        identity: who it is.
        credentials: where its tokens come from.
        dss: makes the DSS that it uses, from what makes its requests.
        keeping: where it keeps its documents.
        now_ms: the time.
        rules: what the authority leaves open.
        verify: certificates of authorities that peers' own are held against, as httpx takes them.
        reach: what addresses that peers give may reach beside other machines.
        dss_reach: what the address of the DSS may.
        transport: another way than the network, for tests.
    """

    identity: Identity
    credentials: Credentials
    dss: Callable[[Asking], Dss]
    keeping: Keeping
    now_ms: Callable[[], int]
    rules: Rules = field(default_factory=Rules)
    verify: Any = True
    reach: Reach = field(default_factory=Reach)
    dss_reach: Reach = field(default_factory=Reach)
    transport: httpx.BaseTransport | None = None


class Uss:
    """A USS. Every method may be called from any thread but one of an event loop: each may wait for others.

    Attributes:
        identity: who it is.
        keeping: where it keeps its documents.
        journal: what the standard wants logged.
        flights: that are planned here.
        users: who are told.
        planning: takes plans.
        hearing: takes what peers tell.
        dss: that it uses.
        peers: all others.
        repeated: what it does of itself; to be added to before `start`.

    Args:
        parts: what it is made of.
    """

    def __init__(self, parts: UssParts) -> None:
        self.identity, self.keeping, self._now_ms = parts.identity, parts.keeping, parts.now_ms
        self.journal = Journal(parts.keeping, parts.now_ms)
        self._asking, self._asking_dss = (
            Asking(
                parts.credentials,
                self.journal.exchanged,
                parts.now_ms,
                reach=reach,
                transport=parts.transport or GuardedTransport(reach, verify=parts.verify),
            )
            for reach in (parts.reach, parts.dss_reach)
        )
        self.dss = parts.dss(self._asking_dss)
        self.flights = Flights(parts.keeping, parts.now_ms)
        self.users = Users(parts.keeping, self.journal, parts.now_ms)
        self.peers = Peers(self._asking, parts.keeping, parts.identity.url, parts.now_ms)
        sources = Sources(self.dss, self.peers, self.flights, parts.keeping, parts.identity.manager)
        self.airspace = Airspace(sources, parts.now_ms)
        changing = Changing(parts.identity, self.dss, self.flights, self.peers)
        self.planning = Planning(
            Desk(
                parts.identity,
                self.flights,
                self.airspace,
                changing,
                self.users,
                self.journal,
                parts.now_ms,
                parts.rules,
            )
        )
        self.hearing = Hearing(
            Ears(
                parts.identity.manager,
                self.dss,
                self.flights,
                self.airspace,
                self.users,
                parts.keeping,
                parts.now_ms,
            )
        )
        watching = Watching(self.flights, self.planning, self.peers, self.users, self.journal, parts.now_ms)
        self._answering = ThreadPoolExecutor(MAX_ANSWERING, "utm-answer")
        self._planning = ThreadPoolExecutor(MAX_PLANNING, "utm-plan")
        self.repeated = [Repeating("utm-watch", watching.look, EVERY_S)]

    async def answer(self, work: Callable[[], Result]) -> Result:
        """Do what a peer asks beside the event loop; what users plan takes no thread from it.

        Two USSs that each plan many flights wait for the other's details: those must be given all the same.
        """
        return await asyncio.get_running_loop().run_in_executor(self._answering, work)

    async def plan(self, work: Callable[[], Result]) -> Result:
        """Do what a user asks, which may wait for others."""
        return await asyncio.get_running_loop().run_in_executor(self._planning, work)

    def start(self) -> None:
        """Begin what it does of itself."""
        for repeating in self.repeated:
            repeating.start()

    def stop(self) -> None:
        """End; what is owed to peers is on disk."""
        for repeating in self.repeated:
            repeating.stop()
        self._planning.shutdown()
        self._answering.shutdown()
        self.peers.close()
        self._asking.close()
        self._asking_dss.close()
        self.keeping.close()

    def intent(self, identifier: str) -> OperationalIntent:
        """An own intent, as the DSS acknowledged it last.

        Raises:
            NotFound: `intent-unknown`.
        """
        flight = self.flights.of_intent(identifier)
        if flight.reference is None:
            raise NotFound("this USS has no such operational intent", code="intent-unknown")
        return OperationalIntent(flight.reference, flight.details)

    def telemetry(self, identifier: str) -> GetOperationalIntentTelemetryResponse:
        """Where an own flight is that left its intent; errors as `intent` and `telemetry_of`."""
        return telemetry_of(self.flights.of_intent(identifier), self._now_ms())

    def constraint(self, identifier: str) -> Constraint:
        """An own constraint, as the DSS acknowledged it last.

        Raises:
            NotFound: `constraint-unknown`.
        """
        kept = self.keeping.get(Kind.PUBLISHED, identifier)
        known = None if kept is None else PUBLISHED.decode(kept.content).whole()
        if known is None:
            raise NotFound("this USS has no such constraint", code="constraint-unknown")
        return known

    def upsert(self, identifier: str, request: UpsertRequest, owner: str) -> PlanningResponse:
        """Take a user's plan; a request that came before is answered as then.

        Raises:
            RuleViolated: `kept-changed`: another request about this plan is under way.
        """
        name = f"{owner}\n{identifier}\n{request.request_id}"
        kept = self.keeping.get(Kind.ANSWER, name)
        if kept is not None:
            return _ANSWER.decode(kept.content)
        answer = self.planning.upsert(identifier, request, owner)
        self.keeping.put(Kind.ANSWER, name, msgspec.json.encode(answer), self._now_ms())
        return answer

    def clear_area(self, request: ClearAreaRequest) -> ClearAreaOutcome:
        """Remove all flights in an area; errors as `wellclear.api.utm.uss.clearing.clear_area`."""
        return clear_area(self.flights, self.planning, request)
