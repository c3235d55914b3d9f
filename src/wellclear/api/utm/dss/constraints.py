"""The rules for constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wellclear.api.utm.dss.acts import Act, scope_of
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.entities import Entities, before_and_after, former_of
from wellclear.api.utm.dss.extents import Extent
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.notifying import concerned, notified
from wellclear.api.utm.dss.ports import Scope
from wellclear.api.utm.dss.records import Constraint, Kind
from wellclear.api.utm.dss.refusals import disallowed, verify_within_limits
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.dss.shown import View
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.changes import ChangeConstraintReferenceResponse
from wellclear.api.utm.wire.limits import MAX_INT32
from wellclear.api.utm.wire.references import (
    GetConstraintReferenceResponse,
    PutConstraintReferenceParameters,
    QueryConstraintReferencesResponse,
)

CONSTRAINTS: Final = Entities(
    Kind.CONSTRAINT,
    "constraint",
    held=Airspace.constraint,
    near=Airspace.constraints_near,
    one=lambda view, one: GetConstraintReferenceResponse(view.constraint(one)),
    several=lambda view, found: QueryConstraintReferencesResponse(view.constraints(found)),
    changed=lambda subscribers, view, one: ChangeConstraintReferenceResponse(subscribers, view.constraint(one)),
)


@dataclass(frozen=True, slots=True)
class PutConstraint(Act[ChangeConstraintReferenceResponse]):
    """Create a constraint, or change one. It needs no key.

    Attributes:
        ovn: of the constraint as it is; None to create one.
    """

    caller: Caller
    identifier: str
    ovn: str | None
    asked: PutConstraintReferenceParameters
    extent: Extent
    settings: DssSettings

    def scope(self, airspace: Airspace) -> Scope:
        """As in `Act`."""
        former = airspace.constraint(self.identifier)
        blocks = before_and_after(former, self.extent.blocks)
        near = (one.identifier for one in concerned(airspace, blocks, Kind.CONSTRAINT, 0))
        return scope_of(self.extent.cells.union(former.cells if former else ()), (self.identifier, *near))

    def decide(self, airspace: Airspace, moment: Moment) -> ChangeConstraintReferenceResponse:
        """As in `Act`.

        Raises:
            WellclearError: `utm-disallowed`, `utm-owner`, `utm-version` or `utm-limit`.
        """
        former = former_of(CONSTRAINTS, airspace, self.caller, self.identifier, self.ovn)
        if self.extent.end_ms <= moment.now_ms:
            raise disallowed("the constraint ends in the past", "an end that is still to come")
        verify_within_limits(airspace, self.caller.name, self.extent, former, self.settings)
        constraint = Constraint(
            identifier=self.identifier,
            owner=self.caller.name,
            uss_url=self.asked.uss_base_url,
            ovn=moment.ovn,
            version=min(former.version + 1, MAX_INT32) if former else 1,
            start_ms=self.extent.start_ms,
            end_ms=self.extent.end_ms,
            blocks=self.extent.blocks,
            cells=tuple(sorted(self.extent.cells)),
            area_m2=self.extent.area_m2,
        )
        airspace.put(Kind.CONSTRAINT, constraint)
        subscribers = notified(airspace, before_and_after(former, constraint.blocks), Kind.CONSTRAINT, moment.now_ms)
        view = View(airspace, self.caller.name, self.settings)
        return ChangeConstraintReferenceResponse(subscribers, view.constraint(constraint))
