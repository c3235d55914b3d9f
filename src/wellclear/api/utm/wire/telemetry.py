"""Where a flight is that left its intent."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from wellclear.api.utm.wire.identifiers import Identifier
from wellclear.api.utm.wire.limits import Wire
from wellclear.api.utm.wire.volumes import Altitude, Time

AccuracyVertical = Literal["VAUnknown", "VA150mPlus", "VA150m", "VA45m", "VA25m", "VA10m", "VA3m", "VA1m"]
AccuracyHorizontal = Literal[
    "HAUnknown",
    "HA10NMPlus",
    "HA10NM",
    "HA4NM",
    "HA2NM",
    "HA1NM",
    "HA05NM",
    "HA03NM",
    "HA01NM",
    "HA005NM",
    "HA30m",
    "HA10m",
    "HA3m",
    "HA1m",
]


class Position(Wire, frozen=True):
    """Of a vehicle; the accuracies are required where it was computed."""

    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    accuracy_h: AccuracyHorizontal | None = None
    accuracy_v: AccuracyVertical | None = None
    extrapolated: bool | None = None
    altitude: Altitude | None = None


class Velocity(Wire, frozen=True):
    """Over the ground; a track of 360 is unknown."""

    speed: float
    units_speed: Literal["MetersPerSecond"]
    track: float | None = None


class VehicleTelemetry(Wire, frozen=True):
    """A measured position and velocity."""

    time_measured: Time
    position: Position | None = None
    velocity: Velocity | None = None


class GetOperationalIntentTelemetryResponse(Wire, frozen=True):
    """The newest telemetry, and when there will be more."""

    operational_intent_id: Identifier
    telemetry: VehicleTelemetry | None = None
    next_telemetry_opportunity: Time | None = None
