"""The extents that a request asks for: what must be stated in each, and what is meant where it is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec

from wellclear.api.utm.dss.extents import Extent, extent_of
from wellclear.api.utm.wire.references import QueryParameters
from wellclear.api.utm.wire.volumes import EVER, Volume4D
from wellclear.errors import MalformedInput


def planned_extent(volumes: Sequence[Volume4D]) -> Extent:
    """The extent of an intent: every volume states its times and altitudes.

    Raises:
        MalformedInput: `utm-extent`, or as `extent_of`.
    """
    for number, volume in enumerate(volumes):
        _verify_stated(volume, f"$.extents[{number}]")
        if volume.volume.altitude_lower is None or volume.volume.altitude_upper is None:
            raise _not_stated("altitudes", f"$.extents[{number}].volume", "altitude_lower and altitude_upper")
    return _checked(volumes, "$.extents")


def constrained_extent(volumes: Sequence[Volume4D]) -> Extent:
    """The extent of a constraint: every volume states its times; without altitudes it reaches from ground to space.

    Raises:
        MalformedInput: `utm-extent`, or as `extent_of`.
    """
    for number, volume in enumerate(volumes):
        _verify_stated(volume, f"$.extents[{number}]")
    return _checked(volumes, "$.extents")


def subscribed_extent(volume: Volume4D) -> Extent:
    """The extent of a subscription. Where a time is not stated, that of the extent means nothing.

    Raises:
        MalformedInput: `utm-extent`, or as `extent_of`.
    """
    return _checked((volume,), "$.extents")


def area_asked(asked: QueryParameters, now_ms: int) -> Extent:
    """The volume that a question is about; without a start, what is over is not asked about.

    Raises:
        MalformedInput: `utm-extent`, or as `extent_of`.
    """
    area = asked.area_of_interest
    if area is None:
        raise _not_stated("area", "$.area_of_interest", "a volume")
    extent = _checked((area,), "$.area_of_interest")
    if area.time_start is not None or extent.span.end_ms <= now_ms:
        return extent
    blocks = tuple(msgspec.structs.replace(block, start_ms=now_ms) for block in extent.blocks)
    return dataclasses.replace(extent, blocks=blocks)


def _checked(volumes: Sequence[Volume4D], at: str) -> Extent:
    for number, volume in enumerate(volumes):
        lower, upper = volume.volume.altitude_lower, volume.volume.altitude_upper
        if lower is not None and upper is not None and lower.value >= upper.value:
            raise MalformedInput(
                "the lower altitude is not below the upper",
                code="utm-extent",
                at=f"{at}[{number}].volume",
                wanted="altitude_lower < altitude_upper",
            )
    return extent_of(volumes, at, EVER)


def _verify_stated(volume: Volume4D, at: str) -> None:
    if volume.time_start is None or volume.time_end is None:
        raise _not_stated("times", at, "time_start and time_end")


def _not_stated(what: str, at: str, wanted: str) -> MalformedInput:
    return MalformedInput(f"the {what} are not stated", code="utm-extent", at=at, wanted=wanted)
