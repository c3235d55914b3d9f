"""Own operations and hazards as constraints: published without waiting for anyone, and kept as the centre's log says.

What shall be published follows from the state on disk. It is compared with what is published, and the difference made:
so it survives every restart, and nothing that the centre accepts is ever held up by a DSS that does not answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal
from uuid import uuid4

import msgspec
import structlog

from wellclear.api.utm.centre.host import Host
from wellclear.api.utm.centre.pieces import DAY_MS, Piece, pieces
from wellclear.api.utm.centre.sponsoring import PREFIX
from wellclear.api.utm.uss.keeping import Keeping, Kind
from wellclear.api.utm.uss.published import PUBLISHED, Published
from wellclear.api.utm.uss.service import Uss
from wellclear.api.utm.wire.details import Constraint, ConstraintDetails, PutConstraintDetailsParameters
from wellclear.api.utm.wire.logs import ConstraintProviderAssociation
from wellclear.api.utm.wire.references import ConstraintReference, PutConstraintReferenceParameters
from wellclear.api.utm.wire.subscriptions import SubscriberToNotify
from wellclear.centre.agreeing import partners, shared
from wellclear.errors import NotFound, WellclearError
from wellclear.geo.envelope import Ranges
from wellclear.geo.grid import Grid
from wellclear.geo.limits import MAX_TIME_MS
from wellclear.geo.span import Span
from wellclear.model.disclosure import covered
from wellclear.model.operation import Operation
from wellclear.model.operation_text import parse_operation
from wellclear.model.volume import Volume

AHEAD_MS: Final = 30 * DAY_MS
"""How far ahead constraints are published; what begins later waits, and is said to wait."""

HAZARD_AHEAD_MS: Final = 2 * DAY_MS
"""How far ahead a hazard is published that lasts until its ALL-CLEAR: it is renewed each day."""

MAX_A_LOOK: Final = 200
"""Constraints that one look changes: the rest waits a second."""

_AWAY: Final = frozenset({"uss-unreachable", "dss-failed", "token-unavailable"})
"""Codes that say of the DSS that it is away, and not of one constraint that it is refused."""

_Asked = tuple[bytes, int, int, Ranges]
"""What the pieces of a danger follow from: exact bytes, end with the hazard tail, number of the day, ranges."""

log = structlog.get_logger("wellclear.utm")


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What operators of drones may see of own operations; hazards are told to all as they are.

    Attributes:
        operations: exactly, as a cover on the grid, or nothing.
        grid: of the cover.
    """

    operations: Literal["full", "coarse", "none"] = "full"
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one own operation or hazard stands with the DSS.

    Attributes:
        kind: ``operation`` or ``hazard``.
        party: who told it.
        identifier: what that party calls it.
        pieces: constraints that it makes.
        published: of these, how many the DSS holds as they shall be.
        waits: why more is not published, in words; empty for nothing.
    """

    kind: str
    party: str
    identifier: str
    pieces: int
    published: int
    waits: str


class Publishing:
    """Keeps the constraints of a centre.

    Args:
        host: the centre.
        uss: that manages the constraints.
        disclosed: what may be seen.
        now_ms: the time.
    """

    def __init__(self, host: Host, uss: Uss, disclosed: Disclosed, now_ms: Callable[[], int]) -> None:
        self._host, self._uss, self._disclosed, self._now_ms = host, uss, disclosed, now_ms
        self._keeping: Keeping = uss.keeping
        self.standings: tuple[Standing, ...] = ()
        self._made: dict[str, tuple[_Asked, tuple[list[Piece], str]]] = {}
        self._failed = ""

    def look(self) -> None:
        """Publish, change and end what differs."""
        wanted: dict[str, tuple[str, Piece]] = {}
        counted = list[tuple[str, str, str, list[Piece], str]]()
        made_before, self._made = self._made, {}
        for kind, party, identifier, content, ends_ms in self._dangers():
            source = f"{kind}\n{party}\n{identifier}"
            asked = content, ends_ms, self._now_ms() // DAY_MS, self._ranges()
            before = made_before.get(source)
            self._made[source] = (
                before if before and before[0] == asked else (asked, self._made_of(source, kind, asked))
            )
            made, waits = self._made[source][1]
            made = [piece for piece in made if piece.span.end_ms > self._now_ms()]
            wanted |= {piece.source: (kind, piece) for piece in made}
            counted.append((kind, party, identifier, made, waits))
        known = {published.source: published for published in published_constraints(self._keeping)}
        self._failed = ""
        self._difference(wanted, known)
        known = {published.source: published for published in published_constraints(self._keeping)}
        standings = tuple(
            Standing(kind, party, name, len(made), count := _count(made, known), waits or self._why(count, made))
            for kind, party, name, made, waits in counted
        )
        if standings != self.standings:
            self.standings = standings
            self._keeping.put(Kind.STANDING, "", msgspec.json.encode(standings), self._now_ms())

    def _difference(self, wanted: dict[str, tuple[str, Piece]], known: dict[str, Published]) -> None:
        """Make the difference, what begins first at first; where the DSS does not answer the rest waits."""
        works = [partial(self._end, published) for source, published in known.items() if source not in wanted]
        for source, (kind, piece) in sorted(wanted.items(), key=lambda each: each[1][1].span):
            before = known.get(source)
            if before is None or not _is_as_wanted(before, piece):
                works.append(partial(self._publish, kind, piece, before))
        for work in works[:MAX_A_LOOK]:
            try:
                work()
            except WellclearError as error:
                self._failed = error.message
                log.warning("a constraint waits", code=error.code, why=error.message)
                if error.code in _AWAY:
                    return

    def _dangers(self) -> Iterator[tuple[str, str, str, bytes, int]]:
        """Own operations that operators may see, but those of flights; and every hazard that is known."""
        state = self._host.state
        for identifier, own in state.own.items():
            if not own.ended and not identifier.startswith(PREFIX) and self._disclosed.operations != "none":
                yield "operation", state.party, identifier, own.filed.content, own.filed.ends_ms
        for hazard in state.hazards.values():
            if not hazard.ended:
                yield "hazard", hazard.party, hazard.identifier, hazard.content, 0

    def _made_of(self, source: str, kind: str, asked: _Asked) -> tuple[list[Piece], str]:
        """The pieces of a danger; what cannot be divided holds up no other."""
        try:
            return self._pieces(source, kind, asked)
        except WellclearError as error:
            log.warning("a constraint cannot be made", source=source, code=error.code, why=error.message)
            return [], error.message

    def _pieces(self, source: str, kind: str, asked: _Asked) -> tuple[list[Piece], str]:
        content, ends_ms, day, ranges = asked
        now_ms, waits = day * DAY_MS, list[str]()
        operation = _lasting(parse_operation(content), ends_ms)
        if kind == "hazard":
            ahead_ms = now_ms + HAZARD_AHEAD_MS
            begins_ms = min(volume.span.start_ms for volume in operation.volumes)
            operation = _until(operation, max(ahead_ms, begins_ms + DAY_MS))
        elif self._disclosed.operations == "coarse" and self._disclosed.grid is not None:
            operation = covered(operation, self._disclosed.grid)
        until_ms = now_ms + AHEAD_MS
        if max(volume.span.end_ms for volume in operation.volumes) > until_ms:
            waits.append("what begins more than 30 days ahead waits")
        made, lost = pieces(source, operation, Span(now_ms, until_ms), ranges)
        return made, "; ".join([*waits, *lost])

    def _ranges(self) -> Ranges:
        """Of the newest agreement in force; without any, heights over the ground or by pressure are open ends."""
        state = self._host.state
        for party in partners(state):
            for _, agreement in reversed(shared(state, party)):
                return agreement.ranges
        return Ranges()

    def _publish(self, kind: str, piece: Piece, before: Published | None) -> None:
        """Make a constraint as it shall be. That it is asked for is on disk first: its answer may be lost."""
        identifier = str(uuid4()) if before is None else before.identifier
        tried = before or Published(identifier, piece.source, list(piece.volumes), f"org.wellclear.{kind}")
        held = None if before is None else self._uss.dss.constraint(identifier)
        if before is not None and held is not None and _is_settled(before, piece, held):
            self._keep(msgspec.structs.replace(before, asked=False))
            return
        self._keep(msgspec.structs.replace(tried, asked=True))
        ovn = "" if held is None else held.ovn or ""
        wanted = PutConstraintReferenceParameters(list(piece.volumes), self._uss.identity.url)
        made = self._uss.dss.put_constraint(identifier, ovn, wanted)
        done = msgspec.structs.replace(
            tried, volumes=list(piece.volumes), reference=made.constraint_reference, asked=False
        )
        self._keep(done)
        party = piece.source.split("\n")[1]
        self._uss.journal.add(ConstraintProviderAssociation(identifier, party))
        whole = Constraint(made.constraint_reference, ConstraintDetails(done.volumes, done.type))
        self._tell(identifier, made.subscribers, whole)
        self._uss.hearing.tell_of_constraint(whole)

    def _end(self, published: Published) -> None:
        held = self._uss.dss.constraint(published.identifier)
        subscribers: list[SubscriberToNotify] = []
        if held is not None and held.ovn is not None:
            self._keep(msgspec.structs.replace(published, asked=True))
            try:
                subscribers = self._uss.dss.delete_constraint(published.identifier, held.ovn).subscribers
            except NotFound:
                subscribers = []
        self._keeping.remove(Kind.PUBLISHED, published.identifier)
        self._tell(published.identifier, subscribers, None)

    def _tell(self, identifier: str, subscribers: list[SubscriberToNotify], whole: Constraint | None) -> None:
        self._uss.peers.tell(
            subscribers,
            lambda subscriber: PutConstraintDetailsParameters(identifier, subscriber.subscriptions, whole),
        )

    def _keep(self, published: Published) -> None:
        content = msgspec.json.encode(published)
        self._keeping.put(Kind.PUBLISHED, published.identifier, content, self._now_ms())

    def _why(self, count: int, made: list[Piece]) -> str:
        return "" if count == len(made) else self._failed or "it is under way"


def published_constraints(keeping: Keeping) -> list[Published]:
    """All constraints of our own, those included that the DSS has not acknowledged yet."""
    return [PUBLISHED.decode(kept.content) for kept in keeping.each(Kind.PUBLISHED)]


def _is_as_wanted(published: Published, piece: Piece) -> bool:
    return published.reference is not None and not published.asked and published.volumes == list(piece.volumes)


def _is_settled(published: Published, piece: Piece, held: ConstraintReference) -> bool:
    """Whether what was asked for was not made, and nothing else is wanted than what the DSS holds."""
    known = published.reference
    return (
        known is not None
        and (known.version, known.ovn) == (held.version, held.ovn)
        and published.volumes == list(piece.volumes)
    )


def _count(made: list[Piece], known: dict[str, Published]) -> int:
    found = ((known.get(piece.source), piece) for piece in made)
    return sum(published is not None and _is_as_wanted(published, piece) for published, piece in found)


def _lasting(operation: Operation, ends_ms: int) -> Operation:
    """An operation with its hazard tail."""
    tail_ms = 0 if not ends_ms else ends_ms - max(volume.span.end_ms for volume in operation.volumes)
    return operation if tail_ms <= 0 else _stretched(operation, lambda span: Span(span.start_ms, span.end_ms + tail_ms))


def _until(operation: Operation, ends_ms: int) -> Operation:
    """A hazard lasts until its ALL-CLEAR, whatever end it was given."""
    return _stretched(operation, lambda span: Span(span.start_ms, max(span.end_ms, min(ends_ms, MAX_TIME_MS))))


def _stretched(operation: Operation, span_of: Callable[[Span], Span]) -> Operation:
    volumes = tuple(
        Volume(volume.footprint, volume.band, span_of(volume.span), volume.name) for volume in operation.volumes
    )
    return replace(operation, volumes=volumes)
