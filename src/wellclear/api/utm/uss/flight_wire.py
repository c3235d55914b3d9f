"""What `/flight_planning/v1` and `/versions` exchange, as far as it is used; other members are ignored, as they say."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta

from wellclear.api.utm.wire.limits import Wire
from wellclear.api.utm.wire.telemetry import AccuracyHorizontal, AccuracyVertical
from wellclear.api.utm.wire.volumes import LatLngPoint, Time

AltitudeValue = Annotated[float, Meta(ge=-8_000, le=100_000)]


class PlannedAltitude(Wire, frozen=True):
    """A height; the reference may be one that F3548 does not have."""

    value: AltitudeValue
    reference: Literal["W84", "SFC", "Takeoff"]
    units: Literal["M"]


class PlannedRadius(Wire, frozen=True):
    """Radius of a circle."""

    value: Annotated[float, Meta(gt=0)]
    units: Literal["M"]


class PlannedCircle(Wire, frozen=True):
    """A circle; the interface requires neither of its members."""

    center: LatLngPoint | None = None
    radius: PlannedRadius | None = None


class PlannedPolygon(Wire, frozen=True):
    """A polygon."""

    vertices: Annotated[list[LatLngPoint], Meta(min_length=3)]


class PlannedVolume3D(Wire, frozen=True):
    """A footprint with heights, either of which may be left out."""

    outline_circle: PlannedCircle | None = None
    outline_polygon: PlannedPolygon | None = None
    altitude_lower: PlannedAltitude | None = None
    altitude_upper: PlannedAltitude | None = None


class PlannedVolume4D(Wire, frozen=True):
    """A volume as a user states it."""

    volume: PlannedVolume3D
    time_start: Time | None = None
    time_end: Time | None = None


class UsageState(StrEnum):
    """How the user uses the flight plan now."""

    PLANNED = "Planned"
    IN_USE = "InUse"
    CLOSED = "Closed"


class FunctionalState(StrEnum):
    """How the aircraft does."""

    NOMINAL = "Nominal"
    OFF_NOMINAL = "OffNominal"
    CONTINGENT = "Contingent"
    NOT_SPECIFIED = "NotSpecified"


class ExecutionStyle(StrEnum):
    """Whether the user asks, asks and does, or does."""

    HYPOTHETICAL = "Hypothetical"
    IF_ALLOWED = "IfAllowed"
    IN_REALITY = "InReality"


class PlanningResult(StrEnum):
    """What became of what the user asked for."""

    COMPLETED = "Completed"
    REJECTED = "Rejected"
    """A rule said no."""

    FAILED = "Failed"
    """It is our fault, or that of a system that we need."""

    NOT_SUPPORTED = "NotSupported"


class PlanStatus(StrEnum):
    """How the user's plan stands afterwards."""

    NOT_PLANNED = "NotPlanned"
    PLANNED = "Planned"
    OK_TO_FLY = "OkToFly"
    OFF_NOMINAL = "OffNominal"
    CLOSED = "Closed"


class Advisories(StrEnum):
    """Whether the user was told of anything with the answer."""

    UNKNOWN = "Unknown"
    SOME = "AtLeastOneAdvisoryOrCondition"
    NONE = "NoAdvisoriesOrConditions"


class BasicFlightPlan(Wire, frozen=True):
    """What is planned, and how it is used."""

    usage_state: UsageState
    uas_state: FunctionalState = FunctionalState.NOT_SPECIFIED
    area: tuple[PlannedVolume4D, ...] = ()


class AircraftPosition(Wire, frozen=True):
    """Where the aircraft was."""

    location: LatLngPoint | None = None
    altitudes: tuple[PlannedAltitude, ...] = ()
    accuracy_h: AccuracyHorizontal | None = None
    accuracy_v: AccuracyVertical | None = None


class AircraftState(Wire, frozen=True):
    """One report of the aircraft, which counts from its time on."""

    id: str
    timestamp: Time
    position: AircraftPosition | None = None
    track: Annotated[float, Meta(ge=0, le=360)] = 360.0
    speed: Annotated[float, Meta(ge=0)] | None = None


class FlightTelemetry(Wire, frozen=True):
    """Reports to be taken at their times."""

    states: tuple[AircraftState, ...] = ()


class StandardPart(Wire, frozen=True):
    """What F3548-21 needs besides."""

    priority: Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)] = 0


class FlightPlan(Wire, frozen=True):
    """A user's plan."""

    basic_information: BasicFlightPlan
    telemetry: FlightTelemetry = FlightTelemetry()
    astm_f3548_21: StandardPart = StandardPart()


class UpsertRequest(Wire, frozen=True):
    """A user makes a plan or changes it."""

    flight_plan: FlightPlan
    execution_style: ExecutionStyle
    request_id: str


class PlanningResponse(Wire, frozen=True):
    """What became of it; `as_planned` is what was planned instead, where that is not what was asked for."""

    planning_result: PlanningResult
    flight_plan_status: PlanStatus
    notes: str = ""
    includes_advisories: Advisories = Advisories.UNKNOWN
    as_planned: FlightPlan | None = None


class StatusResponse(Wire, frozen=True):
    """This interface is there."""

    status: Literal["Starting", "Ready"]
    api_name: str
    api_version: str


class ClearAreaRequest(Wire, frozen=True):
    """All flights in an area are to be removed."""

    request_id: str
    extent: PlannedVolume4D


class ClearAreaOutcome(Wire, frozen=True):
    """Whether all were removed, and if not why."""

    success: bool
    message: str


class ClearAreaResponse(Wire, frozen=True):
    """What became of it."""

    outcome: ClearAreaOutcome


class UserNotification(Wire, frozen=True):
    """What a user was told."""

    observed_at: Time
    message: str
    conflicts: Literal["Unknown", "None", "Single", "Multiple"]


class NotificationsResponse(Wire, frozen=True):
    """What a user was told in a time."""

    user_notifications: tuple[UserNotification, ...]


class VersionResponse(Wire, frozen=True):
    """The version of a system."""

    system_identity: str
    system_version: str
