"""All that the service knows, in memory: looked up by identifier, volume and owner, and changed by transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from wellclear.api.utm.dss.neighbours import Neighbours
from wellclear.api.utm.dss.records import (
    Availability,
    Block,
    Constraint,
    Departed,
    Entity,
    Intent,
    Kind,
    Record,
    Report,
    Reported,
    Subscription,
    points_of,
)
from wellclear.api.utm.wire.availability import AvailabilityState

Key = tuple[Kind, str]

_NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class Standing:
    """How much of the airspace one USS holds: its intents and constraints together.

    Attributes:
        area_m2: of all their extents.
        points: of all their outlines, and of those of explicit subscriptions.
        in_cell: intents by cell.
        subscriptions: explicit ones.
        reports: that it made.
        report_bytes: of them.
    """

    area_m2: float = 0.0
    points: int = 0
    in_cell: Counter[int] = field(default_factory=Counter)
    subscriptions: int = 0
    reports: int = 0
    report_bytes: int = 0


class Airspace:
    """Everything that is known. What is changed is noted, so that it can be kept or taken back.

    Args:
        records: that are there at the beginning.
    """

    def __init__(self, records: Iterable[tuple[Key, Record]] = ()) -> None:
        self._records: dict[Key, Record] = {}
        self._intents: dict[str, Intent] = {}
        self._near: dict[Kind, Neighbours] = {
            kind: Neighbours() for kind in (Kind.INTENT, Kind.CONSTRAINT, Kind.SUBSCRIPTION)
        }
        self._dependents: dict[str, set[str]] = {}
        self._standings: dict[str, Standing] = {}
        self._changed: dict[Key, Record | None] = {}
        self._former: list[tuple[Key, Record | None]] = []
        self._fill(records)

    def intent(self, identifier: str) -> Intent | None:
        """An intent that is there."""
        return self._intents.get(identifier)

    def constraint(self, identifier: str) -> Constraint | None:
        """A constraint that is there."""
        found = self._records.get((Kind.CONSTRAINT, identifier))
        return found if isinstance(found, Constraint) else None

    def subscription(self, identifier: str) -> Subscription | None:
        """A subscription that is there."""
        found = self._records.get((Kind.SUBSCRIPTION, identifier))
        return found if isinstance(found, Subscription) else None

    def departed(self, kind: Kind, identifier: str) -> Departed | None:
        """What was deleted under an identifier, and nothing made since."""
        found = self._records.get((kind, identifier))
        return found if isinstance(found, Departed) else None

    def availability(self, uss: str) -> Availability:
        """Whether a USS answers; Unknown where nobody has said."""
        found = self._records.get((Kind.AVAILABILITY, uss))
        return found if isinstance(found, Availability) else Availability(identifier=uss, state="Unknown", version="")

    def available(self, uss: str) -> AvailabilityState:
        """The state of a USS."""
        return self.availability(uss).state

    def intents_near(self, blocks: Iterable[Block]) -> list[Intent]:
        """All intents that meet some volumes in place, height and time, in any order."""
        return [self._intents[identifier] for identifier in self._near[Kind.INTENT].near(blocks)]

    def constraints_near(self, blocks: Iterable[Block]) -> list[Constraint]:
        """All constraints that meet some volumes, likewise."""
        found = (self.constraint(identifier) for identifier in self._near[Kind.CONSTRAINT].near(blocks))
        return [one for one in found if one is not None]

    def subscriptions_near(self, blocks: Iterable[Block]) -> list[Subscription]:
        """All subscriptions that meet some volumes, likewise."""
        found = (self.subscription(identifier) for identifier in self._near[Kind.SUBSCRIPTION].near(blocks))
        return [one for one in found if one is not None]

    def dependents(self, subscription: str) -> frozenset[str]:
        """Identifiers of the intents that hang on a subscription."""
        return frozenset(self._dependents.get(subscription, _NOBODY))

    def standing(self, owner: str) -> Standing:
        """How much one USS holds; not to be changed."""
        return self._standings.get(owner) or Standing()

    def records(self) -> Mapping[Key, Record]:
        """Everything."""
        return MappingProxyType(self._records)

    def put(self, kind: Kind, record: Record) -> None:
        """Make, change or end something."""
        key = (kind, record.identifier)
        self._former.append((key, self._records.get(key)))
        self._changed[key] = record
        self._apply(key, record)

    def drop(self, key: Key) -> None:
        """Forget something for good."""
        self._former.append((key, self._records.get(key)))
        self._changed[key] = None
        self._apply(key, None)

    def learn(self, changes: Iterable[tuple[Key, Record | None]]) -> None:
        """Take over what was changed elsewhere: it is kept already."""
        for key, record in changes:
            self._apply(key, record)

    @property
    def changed(self) -> Mapping[Key, Record | None]:
        """What was changed since the last `settled` or `taken_back`; None for what was dropped."""
        return self._changed

    def settled(self) -> None:
        """What was changed is kept."""
        self._changed, self._former = {}, []

    def taken_back(self) -> None:
        """Make all as it was."""
        self._take_back(0)
        self.settled()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Make all as it was before the block, if that raises."""
        before = len(self._former)
        try:
            yield
        except BaseException:
            self._take_back(before)
            raise

    def _take_back(self, before: int) -> None:
        while len(self._former) > before:
            key, record = self._former.pop()
            self._apply(key, record)
            self._changed[key] = record

    def _fill(self, records: Iterable[tuple[Key, Record]]) -> None:
        for key, record in records:
            if not isinstance(record, Report):
                self._records[key] = record
                self._count(key, record, 1)
        for kind, near in self._near.items():
            near.fill(
                (key[1], record.blocks)
                for key, record in self._records.items()
                if key[0] is kind and isinstance(record, Entity)
            )

    def _apply(self, key: Key, record: Record | None) -> None:
        if key[0] is Kind.REPORT:
            return
        former = self._records.pop(key, None)
        if former is not None:
            self._count(key, former, -1)
        if record is not None:
            self._records[key] = record
            self._count(key, record, 1)
        if key[0] in self._near:
            near = self._near[key[0]]
            if not isinstance(record, Entity):
                near.remove(key[1])
            elif not isinstance(former, Entity) or former.blocks != record.blocks:
                near.put(key[1], record.blocks)

    def _count(self, key: Key, record: Record, sign: int) -> None:
        """Keep the tables that are derived from the records."""
        if isinstance(record, Intent):
            if sign > 0:
                self._intents[key[1]] = record
            else:
                del self._intents[key[1]]
        if isinstance(record, Intent) and record.subscription:
            dependents = self._dependents.setdefault(record.subscription, set())
            dependents.symmetric_difference_update((key[1],))
            if not dependents:
                del self._dependents[record.subscription]
        if isinstance(record, Subscription) and not record.implicit:
            standing = self._standings.setdefault(record.owner, Standing())
            standing.subscriptions += sign
            standing.points += sign * points_of(record.blocks)
        if isinstance(record, Reported):
            standing = self._standings.setdefault(record.owner, Standing())
            standing.reports += sign
            standing.report_bytes += sign * record.size_bytes
        if isinstance(record, Intent | Constraint):
            standing = self._standings.setdefault(record.owner, Standing())
            standing.area_m2 += sign * record.area_m2
            standing.points += sign * points_of(record.blocks)
            if isinstance(record, Intent):
                for cell in record.cells:
                    standing.in_cell[cell] += sign
                    if not standing.in_cell[cell]:
                        del standing.in_cell[cell]
