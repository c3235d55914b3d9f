"""The rules for the availability of USSs."""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.api.utm.dss.acts import Act, scope_of
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.ports import Scope
from wellclear.api.utm.dss.records import Availability, Kind
from wellclear.api.utm.dss.refusals import verify_version
from wellclear.api.utm.wire.availability import (
    SetUssAvailabilityStatusParameters,
    UssAvailabilityStatus,
    UssAvailabilityStatusResponse,
)


@dataclass(frozen=True, slots=True)
class GetAvailability(Act[UssAvailabilityStatusResponse]):
    """Read whether a USS answers; nobody has said so of a USS that is not known, which is no error."""

    uss: str

    def decide(self, airspace: Airspace, moment: Moment) -> UssAvailabilityStatusResponse:  # noqa: ARG002 - as in Act
        """As in `Act`."""
        return _answer(airspace.availability(self.uss))


@dataclass(frozen=True, slots=True)
class SetAvailability(Act[UssAvailabilityStatusResponse]):
    """State whether a USS answers."""

    uss: str
    asked: SetUssAvailabilityStatusParameters

    def scope(self, airspace: Airspace) -> Scope:  # noqa: ARG002 - as in Act
        """As in `Act`."""
        return scope_of((), (self.uss,))

    def decide(self, airspace: Airspace, moment: Moment) -> UssAvailabilityStatusResponse:
        """As in `Act`.

        Raises:
            WellclearError: `utm-version`, one answer that the interface does not list.
        """
        verify_version("availability", airspace.availability(self.uss).version, self.asked.old_version)
        availability = Availability(identifier=self.uss, state=self.asked.availability, version=moment.version)
        airspace.put(Kind.AVAILABILITY, availability)
        return _answer(availability)


def _answer(availability: Availability) -> UssAvailabilityStatusResponse:
    status = UssAvailabilityStatus(availability.identifier, availability.state)
    return UssAvailabilityStatusResponse(availability.version, status)
