"""Volumes of space and time, as the interface writes them, and the volumes that they mean."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from wellclear.api.utm.wire.limits import Wire
from wellclear.formats.f3548.volumes import MAX_ALTITUDE_M, MIN_ALTITUDE_M, volume_of
from wellclear.formats.json_node import Node
from wellclear.geo.limits import MAX_TIME_MS, MIN_TIME_MS
from wellclear.geo.span import Span
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.volume import Volume

EVER: Final = Span(MIN_TIME_MS, MAX_TIME_MS)
"""All time: what a volume without times extends over."""


class Time(Wire, frozen=True):
    """A moment in UTC."""

    value: Annotated[str, Meta(max_length=40)]
    format: Literal["RFC3339"]


class Radius(Wire, frozen=True):
    """Along the ellipsoid, in metres."""

    value: Annotated[float, Meta(gt=0)]
    units: Literal["M"]


class Altitude(Wire, frozen=True):
    """Over the ellipsoid, in metres."""

    value: Annotated[float, Meta(ge=MIN_ALTITUDE_M, le=MAX_ALTITUDE_M)]
    reference: Literal["W84"]
    units: Literal["M"]


class LatLngPoint(Wire, frozen=True):
    """A point of the surface, in degrees."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lng: Annotated[float, Meta(ge=-180, le=180)]


class Polygon(Wire, frozen=True):
    """An open ring; its edges are geodesics. How many vertices are too many is told where its volume is made."""

    vertices: Annotated[list[LatLngPoint], Meta(min_length=3)]


class Circle(Wire, frozen=True):
    """A disc."""

    center: LatLngPoint | None = None
    radius: Radius | None = None


class Volume3D(Wire, frozen=True):
    """One outline, between two altitudes."""

    outline_circle: Circle | None = None
    outline_polygon: Polygon | None = None
    altitude_lower: Altitude | None = None
    altitude_upper: Altitude | None = None


class Volume4D(Wire, frozen=True):
    """A block of space and time."""

    volume: Volume3D
    time_start: Time | None = None
    time_end: Time | None = None


def meant(volume: Volume4D, at: str, horizon: Span = EVER, name: str = "1") -> Volume:
    """The volume that is meant: a circle stays a circle, an open end stays open.

    Args:
        volume: as it came.
        at: where it stands in the body.
        horizon: what an end of time that is not stated extends to.
        name: of the volume within its operation.

    Raises:
        MalformedInput: it is no volume; see `wellclear.formats.f3548.volumes`.
    """
    return volume_of(Node(msgspec.to_builtins(volume), at), horizon, name)[0]


def time_of(time_ms: int) -> Time:
    """A moment as the interface writes it."""
    return Time(print_rfc3339(time_ms), "RFC3339")
