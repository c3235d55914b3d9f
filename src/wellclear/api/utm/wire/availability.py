"""Whether a USS answers, as an arbiter has stated it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from wellclear.api.utm.wire.limits import Wire

AvailabilityState = Literal["Unknown", "Normal", "Down"]


class UssAvailabilityStatus(Wire, frozen=True):
    """Of one USS."""

    uss: str
    availability: AvailabilityState


class SetUssAvailabilityStatusParameters(Wire, frozen=True):
    """What an arbiter states; `old_version` is empty where none was stated before."""

    old_version: Annotated[str, Meta(max_length=128)]
    availability: AvailabilityState


class UssAvailabilityStatusResponse(Wire, frozen=True):
    """What holds."""

    version: str
    status: UssAvailabilityStatus
