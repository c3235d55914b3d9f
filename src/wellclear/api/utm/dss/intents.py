"""The rules for operational intents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from wellclear.api.utm.dss.acts import Act, scope_of
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.entities import Entities, before_and_after, former_of
from wellclear.api.utm.dss.extents import Extent
from wellclear.api.utm.dss.hanging import Hanging, Wish, hang, hanging_of, let_go
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.notifying import concerned, notified
from wellclear.api.utm.dss.ovns import new_ovn
from wellclear.api.utm.dss.ports import Scope
from wellclear.api.utm.dss.records import Constraint, Intent, Kind
from wellclear.api.utm.dss.refusals import (
    disallowed,
    verify_cells,
    verify_within_limits,
)
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.dss.shown import View
from wellclear.api.utm.tokens.scopes import UtmScope, verify_scope
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.changes import ChangeOperationalIntentReferenceResponse
from wellclear.api.utm.wire.identifiers import parse_identifier
from wellclear.api.utm.wire.limits import MAX_INT32
from wellclear.api.utm.wire.references import (
    AirspaceConflictResponse,
    GetOperationalIntentReferenceResponse,
    PutOperationalIntentReferenceParameters,
    QueryOperationalIntentReferenceResponse,
)
from wellclear.errors import RuleViolated

KEYED = frozenset({"Accepted", "Activated"})
"""States in which an intent must know of all others."""


@dataclass(frozen=True, slots=True)
class PutIntent(Act[ChangeOperationalIntentReferenceResponse | AirspaceConflictResponse]):
    """Create an intent, or change one.

    Attributes:
        ovn: of the intent as it is; None to create one.
        key: OVNs that the USS knows.
        subscription: identifier of the one that it names, in the form in which it is kept; empty for none.

    Raises:
        MalformedInput: `utm-identifier`: it names none.
    """

    caller: Caller
    identifier: str
    ovn: str | None
    asked: PutOperationalIntentReferenceParameters
    extent: Extent
    settings: DssSettings
    key: frozenset[str] = field(init=False)
    subscription: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", frozenset(self.asked.key or ()))
        named = self.asked.subscription_id
        object.__setattr__(self, "subscription", parse_identifier(named, "$.subscription_id") if named else "")

    def scope(self, airspace: Airspace) -> Scope:
        """As in `Act`."""
        former = airspace.intent(self.identifier)
        blocks = before_and_after(former, self.extent.blocks)
        cells = self.extent.cells.union(former.cells if former else ())
        near = (one.identifier for one in concerned(airspace, blocks, Kind.INTENT, 0))
        hung = (former.subscription if former else "", self.subscription)
        return scope_of(cells, (self.identifier, *hung, *near))

    def decide(
        self, airspace: Airspace, moment: Moment
    ) -> ChangeOperationalIntentReferenceResponse | AirspaceConflictResponse:
        """As in `Act`.

        Raises:
            WellclearError: `utm-disallowed`, `utm-owner`, `utm-scope`, `utm-version`, `utm-down` or `utm-limit`.
        """
        former = former_of(INTENTS, airspace, self.caller, self.identifier, self.ovn)
        self._verify_state(former)
        if self.extent.end_ms <= moment.now_ms:
            raise disallowed("the intent ends in the past", "an end that is still to come")
        hanging = hanging_of(airspace, Wish(self.caller, self.identifier, self.asked, self.extent), moment)
        ovn = new_ovn(self.identifier, former, self.asked.requested_ovn_suffix, moment, self.settings)
        if self.asked.state in KEYED:
            _verify_not_down(airspace, self.caller)
            self._verify_limits(airspace, former)
            missing = self._missing(airspace, hanging, moment.now_ms)
            if missing is not None:
                return missing
        return self._written(airspace, former, hanging, ovn, moment)

    def _verify_state(self, former: Intent | None) -> None:
        state = self.asked.state
        if state not in KEYED:
            verify_scope(self.caller.scopes, (UtmScope.CONFORMANCE_MONITORING_SA,))
        if former is None and state != "Accepted":
            raise disallowed(f"an intent is not created {state}", "Accepted")
        if former is not None and former.state == "Contingent" and state != "Contingent":
            raise disallowed(f"a contingent intent does not become {state}", "Contingent; or end it")

    def _verify_limits(self, airspace: Airspace, former: Intent | None) -> None:
        """Only where it is planned: who reports what already happens is never refused for a limit."""
        verify_within_limits(airspace, self.caller.name, self.extent, former, self.settings)
        newly = self.extent.cells.difference(former.cells if former else ())
        verify_cells(airspace, self.caller.name, newly, self.settings)

    def _missing(self, airspace: Airspace, hanging: Hanging, now_ms: int) -> AirspaceConflictResponse | None:
        """What meets the intent and is not named in its key; None if all is."""
        view = View(airspace, self.caller.name, self.settings)
        intents = [
            intent
            for intent in airspace.intents_near(self.extent.blocks)
            if intent.identifier != self.identifier and self._must_be_named(intent, now_ms)
            if not (intent.state == "Accepted" and airspace.available(intent.owner) == "Down")
        ]
        near = airspace.constraints_near(self.extent.blocks) if hanging.asks_for_constraints else ()
        constraints = [constraint for constraint in near if self._must_be_named(constraint, now_ms)]
        if not intents and not constraints:
            return None
        return AirspaceConflictResponse(
            f"the key does not name {len(intents)} operational intents and {len(constraints)} constraints that meet it",
            view.intents(intents),
            view.constraints(constraints),
        )

    def _must_be_named(self, entity: Intent | Constraint, now_ms: int) -> bool:
        return entity.ovn not in self.key and entity.end_ms > now_ms

    def _written(
        self, airspace: Airspace, former: Intent | None, hanging: Hanging, ovn: str, moment: Moment
    ) -> ChangeOperationalIntentReferenceResponse:
        intent = Intent(
            identifier=self.identifier,
            owner=self.caller.name,
            uss_url=self.asked.uss_base_url,
            state=self.asked.state,
            ovn=ovn,
            version=min(former.version + 1, MAX_INT32) if former else 1,
            subscription=hanging.identifier,
            start_ms=self.extent.start_ms,
            end_ms=self.extent.end_ms,
            blocks=self.extent.blocks,
            cells=tuple(sorted(self.extent.cells)),
            area_m2=self.extent.area_m2,
        )
        hang(airspace, hanging)
        airspace.put(Kind.INTENT, intent)
        if former is not None and former.subscription != intent.subscription:
            let_go(airspace, former.subscription, moment.now_ms)
        subscribers = notified(airspace, before_and_after(former, intent.blocks), Kind.INTENT, moment.now_ms)
        view = View(airspace, self.caller.name, self.settings)
        return ChangeOperationalIntentReferenceResponse(subscribers, view.intent(intent))


def _verify_not_down(airspace: Airspace, caller: Caller) -> None:
    if airspace.available(caller.name) == "Down":
        raise RuleViolated(
            "this USS is marked as down", code="utm-down", wanted="have its availability set to Normal first"
        )


INTENTS: Final = Entities(
    Kind.INTENT,
    "operational intent",
    held=Airspace.intent,
    near=Airspace.intents_near,
    one=lambda view, one: GetOperationalIntentReferenceResponse(view.intent(one)),
    several=lambda view, found: QueryOperationalIntentReferenceResponse(view.intents(found)),
    changed=lambda subscribers, view, one: ChangeOperationalIntentReferenceResponse(subscribers, view.intent(one)),
    subscription=lambda one: one.subscription,
    verify_may_end=_verify_not_down,
    let_go=lambda airspace, one, now_ms: let_go(airspace, one.subscription, now_ms),
)
