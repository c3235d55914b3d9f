"""Operations as an airspace control order, in confirmed shapes only, with all that it could not carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.aco.order import free_name
from wellclear.formats.aco.periods import read_period
from wellclear.formats.aco.print_fields import print_band, print_position, printable
from wellclear.formats.aco.sets import lex
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.geodesic import split_long_edges
from wellclear.geo.limits import MAX_RING_POINTS
from wellclear.geo.position import Position
from wellclear.geo.quantity import print_distance
from wellclear.geo.span import Span
from wellclear.geo.time_text import MINUTE_MS, print_date_time_group
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Note, Writing
from wellclear.model.volume import Volume

LINE_CHARACTERS: Final = 69
"""Longest line; the examples of the sources and the public order break near it, after a slash."""

UNITS: Final = ("NM", "km", "m", "ft")


def write(operations: Sequence[Operation], context: Context) -> Writing:
    """Write an order: one measure for each operation, or several where its volumes differ in more than their times.

    What is rounded is rounded outward in height and time. What an order cannot carry is left out, with a note.
    """
    losses: list[Note] = []
    volumes = [volume.span for operation in operations for volume in operation.volumes]
    order = _whole(volumes)
    lines = _head(operations, order)
    taken: dict[str, int] = {}
    for operation in operations:
        said: list[str] = _unsaid(operation, operations[0].party)
        for group in _groups(operation.volumes):
            lines += _measure(operation, group, order, taken, said)
        losses += [Note(context.source, "", operation.identifier, remark) for remark in dict.fromkeys(said)]
    return Writing(("\n".join(lines) + "\n").encode("ascii"), tuple(losses))


def _whole(spans: list[Span]) -> Span | None:
    """From the first start to the last end, in whole minutes."""
    if not spans:
        return None
    start_ms = min(span.start_ms for span in spans) // MINUTE_MS * MINUTE_MS
    return Span(start_ms, -(-max(span.end_ms for span in spans) // MINUTE_MS) * MINUTE_MS)


def _head(operations: Sequence[Operation], order: Span | None) -> list[str]:
    party = printable(operations[0].party) if operations else "-"
    lines = [f"MSGID/ACO/{party}//", "ACOID/-//", "GEODATUM/W84//"]
    if order:
        times = f"{print_date_time_group(order.start_ms)}/{print_date_time_group(order.end_ms, to='up')}"
        lines.append(f"PERIOD/{times}//")
    return lines


def _unsaid(operation: Operation, originator: str) -> list[str]:
    """What no measure has a field for."""
    said = []
    if operation.party != originator:
        said.append(f"the party {operation.party} is not carried: an order has one originator, here {originator}")
    if operation.priority:
        said.append(f"the priority {operation.priority} is not carried")
    numbered = [str(n) for n in range(1, len(operation.volumes) + 1)]
    if [volume.name for volume in operation.volumes] != numbered:
        said.append("the names of volumes are not carried: periods are numbered when they are read")
    return said


def _groups(volumes: Iterable[Volume]) -> list[list[Volume]]:
    """Volumes that differ in nothing but their times, in order."""
    groups: dict[object, list[Volume]] = {}
    for volume in volumes:
        groups.setdefault((volume.footprint, volume.band), []).append(volume)
    return list(groups.values())


def _measure(
    operation: Operation, group: list[Volume], order: Span | None, taken: dict[str, int], said: list[str]
) -> list[str]:
    """The sets of one measure; none if it cannot be carried."""
    names = ", ".join(volume.name for volume in group)
    try:
        word, shape = _shape(group[0].footprint, said)
        level = print_band(group[0].band, said)
    except MalformedInput as error:
        said.append(f"not carried: volumes {names}: {error.message}")
        return []
    wanted = printable(operation.identifier)
    name = free_name(wanted, taken)
    if name != operation.identifier:
        said.append(f"volumes {names} are written as the measure {name}")
    kind, *uses = [printable(part) for part in operation.category.split("/")]
    if "/".join((kind, *uses)) != (operation.category or "-"):
        said.append(f"the category {operation.category!r} is written as {'/'.join((kind, *uses))}")
    heading = "/".join((f"ACMID/ACM:{kind}", f"NAME:{name}", word, *(f"USE:{use}" for use in uses)))
    periods = [_period(volume.span, order, said) for volume in group]
    return [f"{heading}//", "GEODATUM/W84//", *shape, f"EFFLEVEL/{level}//", *periods]


def _shape(footprint: Footprint, said: list[str]) -> tuple[str, list[str]]:
    """The word for a shape in the ACMID, and the lines of its set.

    Raises:
        MalformedInput: no confirmed shape carries the footprint.
    """
    points = _filed_points(footprint)
    if len(points) > MAX_RING_POINTS:
        raise MalformedInput(f"{len(points):,} points are more than {MAX_RING_POINTS:,}", code="too-many-points")
    printed = [print_position(point, said) for point in points]
    size = print_distance(footprint.buffer_dmm, UNITS).upper()
    if footprint.core is Core.POINT:
        return ("CIRCLE", [f"CIRCLE/{printed[0]}/{size}//"]) if footprint.buffer_dmm else _point(printed)
    if footprint.core is Core.LINE:
        if footprint.buffer_dmm == 0:
            return "LINE", _broken("GEOLINE", printed)
        return "CORRIDOR", _broken("CORRIDOR", [print_distance(2 * footprint.buffer_dmm, UNITS).upper(), *printed])
    if footprint.buffer_dmm:
        raise MalformedInput("no shape of an order has an area with a buffer round it", code="shape-not-carried")
    return "POLYGON", _broken("POLYGON", printed)


def _point(printed: list[str]) -> tuple[str, list[str]]:
    return "POINT", [f"APOINT/{printed[0]}//"]


def _filed_points(footprint: Footprint) -> tuple[Position, ...]:
    """The points, without those that dividing long edges puts back when the order is read."""
    if footprint.core is Core.POINT:
        return footprint.points
    closed = footprint.core is Core.AREA
    for form in ("LATS:", "DMPIT:"):
        filed = tuple(point for point in footprint.points if _is_exact(point, form))
        if len(filed) >= 2 and split_long_edges(filed, closed=closed) == footprint.points:
            return filed
    return footprint.points


def _is_exact(point: Position, form: str) -> bool:
    """Whether a position is printed exactly, in this form."""
    said: list[str] = []
    return print_position(point, said).startswith(form) and not said


def _broken(identifier: str, fields: list[str]) -> list[str]:
    """A set over as many lines as it needs, each but the last ending in a slash."""
    lines = [identifier]
    for field in fields:
        if len(lines[-1]) + len(field) + 3 > LINE_CHARACTERS:
            lines[-1] += "/"
            lines.append(field)
        else:
            lines[-1] += f"/{field}"
    lines[-1] += "//"
    return lines


def _period(span: Span, order: Span | None, said: list[str]) -> str:
    """One APERIOD, without years where the order's PERIOD gives them back."""
    whole = _whole([span])
    if whole != span:
        said.append("times are rounded outward to whole minutes")
    start = print_date_time_group(span.start_ms)
    end = print_date_time_group(span.end_ms, to="up")
    short = f"APERIOD/DISCRETE/{start[:-4]}/{end[:-4]}//"
    try:
        spans, _ = read_period(lex(short.encode("ascii"))[0], order, span)
    except MalformedInput:
        spans = ()
    if whole and spans == (whole,):
        return short
    return f"APERIOD/DISCRETE/{start}/{end}//"
