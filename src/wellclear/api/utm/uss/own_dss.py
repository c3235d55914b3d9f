"""The DSS in the same process: no token and no socket between, and the same rules as for everyone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from wellclear.api.utm.dss.acts import Act
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.constraints import CONSTRAINTS, PutConstraint
from wellclear.api.utm.dss.entities import DeleteEntity, GetEntity, QueryEntities
from wellclear.api.utm.dss.extents import extent_of
from wellclear.api.utm.dss.intents import INTENTS, PutIntent
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.records import Block
from wellclear.api.utm.dss.reports import MakeReport
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.dss.subscriptions import GetSubscription, PutSubscription
from wellclear.api.utm.dss.turns import Turns
from wellclear.api.utm.tokens.scopes import ANY_SCOPE
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.uss.dss import KeyIncomplete, NotTaken, failed, refused, unknown
from wellclear.api.utm.wire.changes import ChangeConstraintReferenceResponse, ChangeOperationalIntentReferenceResponse
from wellclear.api.utm.wire.references import (
    AirspaceConflictResponse,
    ConstraintReference,
    OperationalIntentReference,
    PutConstraintReferenceParameters,
    PutOperationalIntentReferenceParameters,
)
from wellclear.api.utm.wire.reports import ErrorReport
from wellclear.api.utm.wire.subscriptions import PutSubscriptionParameters, PutSubscriptionResponse, Subscription
from wellclear.api.utm.wire.volumes import Volume4D
from wellclear.errors import MalformedInput, NotFound, PeerUnavailable, RuleViolated

ANSWER_S: Final = 30.0
"""How long a turn may take: one that takes longer is not coming."""

_NOT_TAKEN: Final = frozenset({"utm-disallowed", "utm-owner", "utm-scope"})
"""Codes of refusals for what a request says, and not for when it comes: 400 and 403 to everyone else."""

Answer = TypeVar("Answer")
Form = TypeVar("Form")

_INTENT_CHANGE: Final = msgspec.json.Decoder(ChangeOperationalIntentReferenceResponse)
_CONSTRAINT_CHANGE: Final = msgspec.json.Decoder(ChangeConstraintReferenceResponse)


@dataclass(frozen=True, slots=True)
class _Extent(Act[tuple[Block, ...]]):
    """Read the volumes of an intent or a constraint, which the interface itself shows to nobody."""

    identifier: str

    def decide(self, airspace: Airspace, moment: Moment) -> tuple[Block, ...]:  # noqa: ARG002 - as in Act
        """As in `Act`."""
        found = airspace.intent(self.identifier) or airspace.constraint(self.identifier)
        return () if found is None else found.blocks


class OwnDss:
    """As in the port `Dss`, for threads other than that of the event loop.

    Args:
        turns: of the service.
        loop: in which it is served.
        manager: who this USS is.
        settings: of the service.
    """

    def __init__(self, turns: Turns, loop: asyncio.AbstractEventLoop, manager: str, settings: DssSettings) -> None:
        self._turns, self._loop, self._settings = turns, loop, settings
        self._caller = Caller(manager, frozenset(ANY_SCOPE))

    def intents(self, area: Volume4D) -> list[OperationalIntentReference]:
        """As in the port."""
        extent = self._checked(lambda: extent_of([area], "area_of_interest"), "a query")
        asked = QueryEntities(INTENTS, self._caller, extent, self._settings)
        return self._take(asked, "a query").operational_intent_references

    def constraints(self, area: Volume4D) -> list[ConstraintReference]:
        """As in the port."""
        extent = self._checked(lambda: extent_of([area], "area_of_interest"), "a query")
        asked = QueryEntities(CONSTRAINTS, self._caller, extent, self._settings)
        return self._take(asked, "a query").constraint_references

    def intent(self, identifier: str) -> OperationalIntentReference | None:
        """As in the port."""
        try:
            return self._take(
                GetEntity(INTENTS, self._caller, identifier, self._settings), "a read"
            ).operational_intent_reference
        except NotFound:
            return None

    def extent(self, identifier: str) -> tuple[Block, ...]:
        """As in the port."""
        return self._take(_Extent(identifier), "a read")

    def constraint(self, identifier: str) -> ConstraintReference | None:
        """As in the port."""
        try:
            return self._take(
                GetEntity(CONSTRAINTS, self._caller, identifier, self._settings), "a read"
            ).constraint_reference
        except NotFound:
            return None

    def put_intent(
        self, identifier: str, ovn: str, wanted: PutOperationalIntentReferenceParameters
    ) -> ChangeOperationalIntentReferenceResponse:
        """As in the port.

        Raises:
            KeyIncomplete: as in the port.
        """
        what = "an intent"
        extent = self._checked(lambda: extent_of(wanted.extents, "extents"), what)
        made = self._take(PutIntent(self._caller, identifier, ovn or None, wanted, extent, self._settings), what)
        if isinstance(made, AirspaceConflictResponse):
            raise KeyIncomplete(made)
        return made

    def delete_intent(self, identifier: str, ovn: str) -> ChangeOperationalIntentReferenceResponse:
        """As in the port."""
        made = self._take(DeleteEntity(INTENTS, self._caller, identifier, ovn, self._settings), "a deletion")
        return _whole(made, _INTENT_CHANGE)

    def put_constraint(
        self, identifier: str, ovn: str, wanted: PutConstraintReferenceParameters
    ) -> ChangeConstraintReferenceResponse:
        """As in the port."""
        what = "a constraint"
        extent = self._checked(lambda: extent_of(wanted.extents, "extents"), what)
        return self._take(PutConstraint(self._caller, identifier, ovn or None, wanted, extent, self._settings), what)

    def delete_constraint(self, identifier: str, ovn: str) -> ChangeConstraintReferenceResponse:
        """As in the port."""
        made = self._take(DeleteEntity(CONSTRAINTS, self._caller, identifier, ovn, self._settings), "a deletion")
        return _whole(made, _CONSTRAINT_CHANGE)

    def subscription(self, identifier: str) -> Subscription | None:
        """As in the port."""
        try:
            return self._take(GetSubscription(self._caller, identifier, self._settings), "a read").subscription
        except NotFound:
            return None
        except PeerUnavailable as error:
            if error.code == "dss-refused":  # it is another USS's
                return None
            raise

    def put_subscription(
        self, identifier: str, version: str, wanted: PutSubscriptionParameters
    ) -> PutSubscriptionResponse:
        """As in the port."""
        what = "a subscription"
        extent = self._checked(lambda: extent_of([wanted.extents], "extents"), what)
        return self._take(
            PutSubscription(self._caller, identifier, version or None, wanted, extent, self._settings), what
        )

    def report(self, report: ErrorReport) -> None:
        """As in the port."""
        self._take(MakeReport(self._caller, report, self._settings), "a report")

    def _take(self, act: Act[Answer], what: str) -> Answer:
        """Let an act have its turn.

        Raises:
            PeerUnavailable: `dss-refused`, `dss-failed`.
            NotFound: `dss-unknown`.
        """
        taken = self._turns.take(act)
        if self._loop.is_closed():
            taken.close()
            raise failed(what, "it is stopping")
        try:
            return asyncio.run_coroutine_threadsafe(taken, self._loop).result(ANSWER_S)
        except NotFound:
            raise unknown(what) from None
        except (RuleViolated, MalformedInput) as error:
            if error.code in _NOT_TAKEN:
                raise NotTaken(what, str(error)) from None
            raise refused(what, str(error)) from None
        except (OSError, TimeoutError) as error:
            raise failed(what, type(error).__name__) from None

    @staticmethod
    def _checked(made: Callable[[], Form], what: str) -> Form:
        try:
            return made()
        except MalformedInput as error:
            raise refused(what, str(error)) from None


def _whole(made: Form | msgspec.Raw, decoder: msgspec.json.Decoder[Form]) -> Form:
    """An answer that may be the first one to a repeated deletion, as it was written then."""
    if not isinstance(made, msgspec.Raw):
        return made
    return decoder.decode(made)
