"""To read, find and end entities: the rules that operational intents and constraints have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from msgspec import Raw

from wellclear.api.utm.dss.acts import Act, scope_of
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.extents import Extent
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.notifying import concerned, notified
from wellclear.api.utm.dss.ports import Scope
from wellclear.api.utm.dss.records import Block, Constraint, Intent, Kind, departed_from
from wellclear.api.utm.dss.refusals import disallowed, nothing_here, repeated, verify_owner, verify_version
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.dss.shown import View
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.limits import Wire, printed
from wellclear.api.utm.wire.subscriptions import SubscriberToNotify
from wellclear.errors import RuleViolated

Held = TypeVar("Held", bound=Intent | Constraint)
One = TypeVar("One", bound=Wire)
Several = TypeVar("Several", bound=Wire)
Changed = TypeVar("Changed", bound=Wire)


def _always(airspace: Airspace, caller: Caller) -> None:
    """Whoever holds one may end it."""


def _on_nothing(entity: Any) -> str:  # noqa: ANN401, ARG001 - any entity
    return ""


def _leaving_nothing(airspace: Airspace, entity: Any, now_ms: int) -> None:  # noqa: ANN401 - any entity
    """Nothing else goes with it."""


@dataclass(frozen=True, slots=True)
class Entities(Generic[Held, One, Several, Changed]):
    """Intents, or constraints: how they are looked up and answered, and what goes with one that ends.

    Attributes:
        kind: of their records.
        what: one of them is called.
        held: the one of an identifier, if it is there.
        near: those that meet some volumes.
        one: the answer that shows one.
        several: the answer that shows all that were found.
        changed: the answer to a change, with whom to tell.
        subscription: identifier of the one on which an entity hangs; empty for none.
        verify_may_end: raises where this caller may not end its own.
        let_go: what else ends, at a time in ms, with one that has ended.
    """

    kind: Kind
    what: str
    held: Callable[[Airspace, str], Held | None]
    near: Callable[[Airspace, Iterable[Block]], list[Held]]
    one: Callable[[View, Held], One]
    several: Callable[[View, list[Held]], Several]
    changed: Callable[[list[SubscriberToNotify], View, Held], Changed]
    subscription: Callable[[Held], str] = _on_nothing
    verify_may_end: Callable[[Airspace, Caller], None] = _always
    let_go: Callable[[Airspace, Held, int], None] = _leaving_nothing


def former_of(
    among: Entities[Held, Any, Any, Any], airspace: Airspace, caller: Caller, identifier: str, ovn: str | None
) -> Held | None:
    """The entity that a caller changes; None where it creates one, which is to say names no OVN.

    Raises:
        WellclearError: `utm-version`, `utm-disallowed` or `utm-owner`.
    """
    former = among.held(airspace, identifier)
    if ovn is None:
        if former is not None:
            raise RuleViolated(f"the {among.what} exists", code="utm-version", wanted="its OVN, to change it")
        return None
    if former is None:
        raise disallowed(f"there is no {among.what} {identifier}", "one that exists; or create it, without an OVN")
    verify_owner(among.what, former.owner, caller.name)
    verify_version(among.what, former.ovn, ovn)
    return former


def before_and_after(former: Intent | Constraint | None, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Where an entity was and where it is."""
    return tuple(dict.fromkeys((*former.blocks, *blocks))) if former else blocks


@dataclass(frozen=True, slots=True)
class GetEntity(Act[One], Generic[Held, One]):
    """Read one."""

    among: Entities[Held, One, Any, Any]
    caller: Caller
    identifier: str
    settings: DssSettings

    def decide(self, airspace: Airspace, moment: Moment) -> One:  # noqa: ARG002 - as in Act
        """As in `Act`.

        Raises:
            WellclearError: `utm-unknown`.
        """
        found = self.among.held(airspace, self.identifier)
        if found is None:
            raise nothing_here(self.among.what, self.identifier)
        return self.among.one(View(airspace, self.caller.name, self.settings), found)


@dataclass(frozen=True, slots=True)
class QueryEntities(Act[Several], Generic[Held, Several]):
    """Read all in a volume."""

    among: Entities[Held, Any, Several, Any]
    caller: Caller
    extent: Extent
    settings: DssSettings

    def decide(self, airspace: Airspace, moment: Moment) -> Several:  # noqa: ARG002 - as in Act
        """As in `Act`."""
        found = self.among.near(airspace, self.extent.blocks)
        return self.among.several(View(airspace, self.caller.name, self.settings), found)


@dataclass(frozen=True, slots=True)
class DeleteEntity(Act[Changed | Raw], Generic[Held, Changed]):
    """End one; asked again, the first answer is given again."""

    among: Entities[Held, Any, Any, Changed]
    caller: Caller
    identifier: str
    ovn: str
    settings: DssSettings

    def scope(self, airspace: Airspace) -> Scope:
        """As in `Act`."""
        former = self.among.held(airspace, self.identifier)
        if former is None:
            return scope_of((), (self.identifier,))
        near = (one.identifier for one in concerned(airspace, former.blocks, self.among.kind, 0))
        return scope_of(former.cells, (self.identifier, self.among.subscription(former), *near))

    def decide(self, airspace: Airspace, moment: Moment) -> Changed | Raw:
        """As in `Act`.

        Raises:
            WellclearError: `utm-unknown`, `utm-owner` or `utm-version`; of an intent also `utm-down`.
        """
        former = self.among.held(airspace, self.identifier)
        if former is None:
            return self._again(airspace, moment.now_ms)
        verify_owner(self.among.what, former.owner, self.caller.name)
        self.among.verify_may_end(airspace, self.caller)
        verify_version(self.among.what, former.ovn, self.ovn)
        subscribers = notified(airspace, former.blocks, self.among.kind, moment.now_ms)
        answer = self.among.changed(subscribers, View(airspace, self.caller.name, self.settings), former)
        airspace.put(self.among.kind, departed_from(former, moment.now_ms, former.ovn, printed(answer)))
        self.among.let_go(airspace, former, moment.now_ms)
        return answer

    def _again(self, airspace: Airspace, now_ms: int) -> Raw:
        departed = airspace.departed(self.among.kind, self.identifier)
        again = repeated(departed, self.caller.name, self.ovn, now_ms)
        if again is None:
            raise nothing_here(self.among.what, self.identifier)
        return again
