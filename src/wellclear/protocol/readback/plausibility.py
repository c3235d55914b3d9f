"""What looks wrong in a notice. Questions to an officer, never refusals: a party may always fly.

Whether a place is land or sea, and in which country, is not asked: no such map is part of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from wellclear.detect.separation import core_distance_m
from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.geodesic import length_m
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position
from wellclear.geo.quantity import print_duration
from wellclear.geo.span import Span
from wellclear.geo.time_text import print_date_time_group
from wellclear.model.agreement.clauses import Site
from wellclear.model.operation import Operation
from wellclear.protocol.readback.safety_fields import points_read_back
from wellclear.protocol.voice.heard_form import heard_form

HOUR_MS: Final = 3_600_000

AHEAD_MS: Final = 24 * HOUR_MS
"""A start later than this is asked back: the day may have rolled over."""

LONG_MS: Final = 24 * HOUR_MS
"""A span longer than this is asked back: its end may lie a day or a month too late."""

SHORT_MS: Final = 60_000
"""A span shorter than this is asked back: no aircraft is in and out of a volume within a minute by plan."""

LOCAL_MS: Final = 14 * HOUR_MS
"""A start that is past by no more than this, the widest offset from UTC, may be a local time."""

ZERO_M: Final = 1_000.0
"""What lies nearer to 0 N 0 E is what a form leaves that was not filled in."""

FAR_M: Final = 200_000.0
"""Farther than this from all earlier notices of the party is asked back; wrong by one degree of arc twice over."""

PLACE_FAR_M: Final = 50_000.0
"""Farther than this from the named place is asked back: beyond what one calls *at* or *near*."""

EARLIER_COMPARED: Final = 50
"""Earlier notices looked at, the last ones: a bound on the work."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that an officer should look at.

    Attributes:
        code: stable, for programs: ``swapped-axes``.
        words: the question.
        at: the field of the operation that it is about; empty for all of it.
    """

    code: str
    words: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a notice is held against.

    Attributes:
        now_ms: the time, UTC.
        area: of the agreement.
        earlier: the party's earlier notices, oldest first.
        others: all other notices that are live.
        places: positions of named places.
    """

    now_ms: int
    area: Footprint | None = None
    earlier: tuple[Operation, ...] = ()
    others: tuple[Operation, ...] = ()
    places: Mapping[str, Position] = field(default_factory=dict)


def questions(operation: Operation, known: Known, *, place_name: str = "") -> tuple[Question, ...]:
    """What looks wrong in a notice; nothing if all looks right.

    Args:
        operation: as notified.
        known: what it is held against; what is not known is not asked.
        place_name: the place that the notice names, if it names one.
    """
    earlier = [other for other in known.earlier if other.identifier != operation.identifier][-EARLIER_COMPARED:]
    return (
        *_of_places(operation, known.area, earlier),
        *_of_named_place(operation, known.places, place_name),
        *_of_duplicates(operation, (*known.earlier, *known.others)),
        *_of_times(operation, known.now_ms),
    )


def site_questions(sites: Sequence[Site], known: Known) -> tuple[Question, ...]:
    """What looks wrong in a list of protected sites: a site in the wrong place protects nobody.

    Args:
        sites: in the order in which they are listed.
        known: the agreement's area and the named places; the rest is not needed.
    """
    found: list[Question] = []
    listed: dict[Position, str] = {}
    for ordinal, site in enumerate(sites):
        at = f"sites[{ordinal}].position"
        found += _of_position(site.position, [] if known.area is None else [known.area], 0.0, at)
        if site.position in listed:
            words = f"The same position as {listed[site.position]}. Do {site.name} and it stand in one place?"
            found.append(Question("duplicate-site", words, at))
        listed.setdefault(site.position, site.name)
        there = _named(known.places, site.name)
        if there is not None and (gap_m := length_m(site.position, there)) > PLACE_FAR_M:
            words = f"{gap_m / 1000:,.0f} km from {site.name}. Do name and position mean the same place?"
            found.append(Question("far-from-place", words, at))
    return tuple(found)


def _of_places(operation: Operation, area: Footprint | None, earlier: list[Operation]) -> Iterator[Question]:
    cores = [volume.footprint for other in earlier for volume in other.volumes]
    for ordinal, volume in enumerate(operation.volumes):
        place = f"volumes[{ordinal}]"
        yield from _of_points(volume.footprint, area, cores, place)
        gap_m = min((_gap_m(volume.footprint, other) for other in cores), default=0.0)
        if gap_m > FAR_M:
            words = f"{gap_m / 1000:,.0f} km from every earlier notice of {operation.party}. Is the place right?"
            yield Question("far-from-earlier", words, place)


def _of_points(footprint: Footprint, area: Footprint | None, cores: list[Footprint], place: str) -> Iterator[Question]:
    """Questions about the points that are read back: all of few, the outermost of many.

    They are expected in the agreement's area, or, where none is known, about where the party's earlier notices were.
    """
    for number in points_read_back(footprint):
        position, at = footprint.points[number], f"{place}.points[{number}]"
        if area is not None:
            yield from _of_position(position, [area], 0.0, at)
        else:
            yield from _of_position(position, cores, FAR_M, at)


def _of_position(position: Position, expected: list[Footprint], most_m: float, at: str) -> Iterator[Question]:
    """Questions about a position that should lie within so many metres of what is expected."""
    if length_m(position, Position(0, 0)) < ZERO_M:
        yield Question("at-zero", "The position is 0 north 0 east. Was it filled in?", at)
    outside_m = _nearest_m(position, expected)
    if outside_m <= most_m:
        return
    turned = _turned(position)
    if turned is not None and _nearest_m(turned, expected) <= most_m:
        words = "With latitude and longitude exchanged it would be where it is expected. Are they swapped?"
        yield Question("swapped-axes", words, at)
    elif not most_m:
        yield Question("outside-area", f"{outside_m / 1000:,.1f} km outside the agreement's area. Is it right?", at)


def _of_named_place(operation: Operation, places: Mapping[str, Position], name: str) -> Iterator[Question]:
    if not name or not places:
        return
    there = _named(places, name)
    if there is None:
        yield Question("place-unknown", f"No place is known as {name}. Where is it?")
        return
    for ordinal, volume in enumerate(operation.volumes):
        gap_m = _gap_m(volume.footprint, Footprint.circle(there, 0))
        if gap_m > PLACE_FAR_M:
            words = f"{gap_m / 1000:,.0f} km from {name}. Do name and position mean the same place?"
            yield Question("far-from-place", words, f"volumes[{ordinal}]")


def _named(places: Mapping[str, Position], name: str) -> Position | None:
    """The position of a named place, compared as by ear."""
    return next((at for known, at in places.items() if heard_form(known) == heard_form(name)), None)


def _of_duplicates(operation: Operation, others: tuple[Operation, ...]) -> Iterator[Question]:
    own = {(volume.footprint, volume.band, volume.span) for volume in operation.volumes}
    for other in others:
        if (other.party, other.identifier) == (operation.party, operation.identifier):
            continue
        if own == {(volume.footprint, volume.band, volume.span) for volume in other.volumes}:
            words = f"The same place, heights and times as {other.identifier} of {other.party}. Is it one operation?"
            yield Question("duplicate", words)


def _of_times(operation: Operation, now_ms: int) -> Iterator[Question]:
    for ordinal, volume in enumerate(operation.volumes):
        yield from _of_span(volume.span, now_ms, f"volumes[{ordinal}]")


def _of_span(span: Span, now_ms: int, place: str) -> Iterator[Question]:
    start, end = print_date_time_group(span.start_ms), print_date_time_group(span.end_ms, to="up")
    if span.end_ms <= now_ms:
        yield Question("over", f"It ended at {end}, before now. Are day, month and year right?", f"{place}.end")
    elif span.start_ms < now_ms:
        local = " Is it a local time?" if now_ms - span.start_ms <= LOCAL_MS else " Is the day right?"
        yield Question("start-past", f"It began at {start}, before now.{local}", f"{place}.start")
    if span.start_ms > now_ms + AHEAD_MS:
        ahead_h = (span.start_ms - now_ms) // HOUR_MS
        yield Question("far-ahead", f"It begins at {start}, in {ahead_h} hours. Is the day right?", f"{place}.start")
    length_ms = span.end_ms - span.start_ms
    if length_ms > LONG_MS:
        words = f"It lasts {length_ms // HOUR_MS} hours, to {end}. Did the day roll over?"
        yield Question("long", words, f"{place}.end")
    elif length_ms < SHORT_MS:
        yield Question("short", f"It lasts only {print_duration(length_ms)}. Is the end right?", f"{place}.end")


def _gap_m(a: Footprint, b: Footprint) -> float:
    """Distance between two footprints in metres; 0 where they meet."""
    return max(0.0, core_distance_m(a, b) - (a.buffer_dmm + b.buffer_dmm) / DMM_PER_M)


def _nearest_m(position: Position, footprints: list[Footprint]) -> float:
    """Distance of a position from the nearest of some footprints; 0 inside one, or where there are none."""
    point = Footprint.circle(position, 0)
    return min((_gap_m(point, footprint) for footprint in footprints), default=0.0)


def _turned(position: Position) -> Position | None:
    """The position with longitude and latitude exchanged, if there is one."""
    try:
        return Position(position.lat_e7, position.lon_e7)
    except MalformedInput:
        return None
