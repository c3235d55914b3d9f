"""Volumes of flights: from what a user states to what the standard exchanges, and to what is compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from wellclear.api.utm.dss.extents import extent_of
from wellclear.api.utm.uss.flight_wire import (
    FlightPlan,
    PlannedAltitude,
    PlannedCircle,
    PlannedPolygon,
    PlannedRadius,
    PlannedVolume3D,
    PlannedVolume4D,
)
from wellclear.api.utm.wire.details import OperationalIntentDetails
from wellclear.api.utm.wire.limits import MAX_UTM_VOLUMES
from wellclear.api.utm.wire.volumes import (
    Altitude,
    Circle,
    Polygon,
    Radius,
    Volume3D,
    Volume4D,
    meant,
)
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume

MAX_HORIZON_MS: Final = 30 * 86_400_000
"""How far ahead a flight may end: OiMaxPlanHorizon of F3548-21."""

MAX_VERTICES: Final = 10_000
"""Vertices of one flight in all: OiMaxVertices of F3548-21."""


def standard_volume(planned: PlannedVolume4D, at: str) -> Volume4D:
    """A volume as the standard exchanges it, from what a user states.

    Args:
        planned: by the user.
        at: where it stands.

    Raises:
        RuleViolated: `flight-not-supported`: a height over the ground or the place of take-off; `flight-volume`: a
            height or time is missing, or it is no volume.
    """
    standard = _standard(planned, at)
    try:
        meant(standard, at)
    except MalformedInput as error:
        raise RuleViolated(error.message, code="flight-volume", at=error.at, wanted=error.wanted) from None
    return standard


def asked_volume(planned: PlannedVolume4D, at: str) -> Volume:
    """The volume that an area means: a height that is not over the ellipsoid is an open end, as is one not stated.

    Raises:
        MalformedInput: it is no volume.
    """
    shape = planned.volume
    ends = [
        None if end is None or end.reference != "W84" else end for end in (shape.altitude_lower, shape.altitude_upper)
    ]
    opened = replace(planned, volume=replace(shape, altitude_lower=ends[0], altitude_upper=ends[1]))
    return meant(_standard(opened, at), at)


def verify_flyable(volumes: Iterable[Volume4D], now_ms: int) -> None:
    """Hold only if volumes keep the rules for what is planned.

    Raises:
        RuleViolated: `flight-volume`: none, too many, too large, without an inside, or an end of height or time is
            missing; `flight-past`; `flight-horizon`.
    """
    listed = list(volumes)
    if not 1 <= len(listed) <= MAX_UTM_VOLUMES:
        raise RuleViolated(
            f"{len(listed):,} volumes", code="flight-volume", at="area", wanted=f"1 to {MAX_UTM_VOLUMES:,}"
        )
    for index, volume in enumerate(listed):
        verify_bounded(volume, f"area[{index}]")
        _verify_high(volume, f"area[{index}]")
    meanings = [meant(volume, f"area[{index}]") for index, volume in enumerate(listed)]
    vertices = sum(len(volume.footprint.points) for volume in meanings)
    if vertices > MAX_VERTICES:
        raise RuleViolated(f"{vertices:,} vertices", code="flight-volume", at="area", wanted=f"{MAX_VERTICES:,}")
    try:
        extent_of(listed, "area")
    except MalformedInput as error:
        raise RuleViolated(error.message, code="flight-volume", at=error.at, wanted=error.wanted) from None
    ends_ms = max(volume.span.end_ms for volume in meanings)
    if ends_ms <= now_ms:
        raise RuleViolated("the flight is over already", code="flight-past", at="area")
    if ends_ms > now_ms + MAX_HORIZON_MS:
        raise RuleViolated("the flight is too far ahead", code="flight-horizon", at="area", wanted="within 30 days")


def verify_bounded(volume: Volume4D, at: str) -> None:
    """Hold only if a volume has both heights and both times.

    Raises:
        RuleViolated: `flight-volume`.
    """
    shape = volume.volume
    ends = (shape.altitude_lower, shape.altitude_upper, volume.time_start, volume.time_end)
    if any(end is None for end in ends):
        raise RuleViolated("a height or time is missing", code="flight-volume", at=at, wanted="both heights and times")


def _verify_high(volume: Volume4D, at: str) -> None:
    lower, upper = volume.volume.altitude_lower, volume.volume.altitude_upper
    if lower is not None and upper is not None and lower.value >= upper.value:
        raise RuleViolated(
            "the lower altitude is not below the upper",
            code="flight-volume",
            at=at,
            wanted="altitude_lower < altitude_upper",
        )


def as_planned(plan: FlightPlan, area: Sequence[Volume4D]) -> FlightPlan | None:
    """A plan with the volumes that were planned, where those are not all that was asked for; else nothing."""
    basic = plan.basic_information
    if len(basic.area) == len(area):
        return None
    return replace(plan, basic_information=replace(basic, area=tuple(map(_planned, area))))


def operation_of(identifier: str, manager: str, details: OperationalIntentDetails) -> Operation:
    """An intent as an operation: its volumes, off-nominal ones too.

    Raises:
        MalformedInput: a volume is none.
    """
    return Operation(manager, identifier, meanings(all_volumes(details)), "uas", details.priority or 0)


def all_volumes(details: OperationalIntentDetails) -> list[Volume4D]:
    """Volumes of an intent, off-nominal ones too."""
    return [*(details.volumes or ()), *(details.off_nominal_volumes or ())]


def meanings(volumes: Iterable[Volume4D]) -> tuple[Volume, ...]:
    """The volumes that are meant, numbered from 1.

    Raises:
        MalformedInput: one is no volume.
    """
    return tuple(meant(volume, f"volumes[{number - 1}]", name=str(number)) for number, volume in enumerate(volumes, 1))


def not_over(volumes: Iterable[Volume4D], now_ms: int) -> list[Volume4D]:
    """Volumes that are not over: of others the standard wants nothing said."""
    return [volume for volume in volumes if meant(volume, "").span.end_ms > now_ms]


def ends_ms(details: OperationalIntentDetails) -> int:
    """When the last volume of an intent ends; 0 for one without volumes."""
    return max((volume.span.end_ms for volume in meanings(all_volumes(details))), default=0)


def _standard(planned: PlannedVolume4D, at: str) -> Volume4D:
    shape = planned.volume
    circle, polygon = shape.outline_circle, shape.outline_polygon
    return Volume4D(
        Volume3D(
            outline_circle=None
            if circle is None
            else Circle(circle.center, None if circle.radius is None else Radius(circle.radius.value, "M")),
            outline_polygon=None if polygon is None else Polygon(polygon.vertices),
            altitude_lower=_altitude(shape.altitude_lower, f"{at}.volume.altitude_lower"),
            altitude_upper=_altitude(shape.altitude_upper, f"{at}.volume.altitude_upper"),
        ),
        planned.time_start,
        planned.time_end,
    )


def _planned(volume: Volume4D) -> PlannedVolume4D:
    """A volume as a user would state it."""
    shape = volume.volume
    circle, polygon = shape.outline_circle, shape.outline_polygon
    radius = None if circle is None or circle.radius is None else PlannedRadius(circle.radius.value, "M")
    heights = [
        None if end is None else PlannedAltitude(end.value, end.reference, end.units)
        for end in (shape.altitude_lower, shape.altitude_upper)
    ]
    return PlannedVolume4D(
        PlannedVolume3D(
            None if circle is None else PlannedCircle(circle.center, radius),
            None if polygon is None else PlannedPolygon(polygon.vertices),
            *heights,
        ),
        volume.time_start,
        volume.time_end,
    )


def _altitude(planned: PlannedAltitude | None, at: str) -> Altitude | None:
    if planned is None:
        return None
    if planned.reference != "W84":
        raise RuleViolated(
            f"heights over {planned.reference} are not taken", code="flight-not-supported", at=at, wanted="W84"
        )
    return Altitude(planned.value, "W84", "M")
