"""Flights as operations of the centre: those planned here, and those that operators filed with other USSs.

An operator is no party of an agreement. The centre stands as sponsor: it files each flight as an operation of its own,
whose identifier and remark name the USS that manages it. So it is told, compared, settled and logged like any other,
and the operator waits for none of it: its flight was accepted by the rules of its own standard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from wellclear.api.utm.centre.host import Host
from wellclear.api.utm.uss.service import Uss
from wellclear.api.utm.uss.volumes import all_volumes, meanings
from wellclear.api.utm.wire.details import OperationalIntent, OperationalIntentDetails
from wellclear.centre.commands import File, Withdraw
from wellclear.centre.state.operations import OwnOperation
from wellclear.errors import MalformedInput, WellclearError
from wellclear.model.agreement.ladder import Urgency
from wellclear.model.operation import Operation
from wellclear.model.operation_text import MAX_PRIORITY, MAX_VOLUMES, print_operation
from wellclear.model.volume import Volume
from wellclear.protocol.verdict import Finding

PREFIX: Final = "uas/"
"""How the identifiers of sponsored operations begin."""

CATEGORY: Final = "uas"
"""Their category, for which an agreement may state minima, lead times and disclosure."""

MAX_MANAGER_CHARACTERS: Final = 32
"""Characters of a USS's name in an identifier, which holds 80 in all."""

log = structlog.get_logger("wellclear.utm")


@dataclass(frozen=True, slots=True)
class Sponsored:
    """A flight as the centre shall hold it.

    Attributes:
        name: of its operation, before it is told from an earlier one of that name.
        volumes: at most `MAX_VOLUMES`.
        priority: of the flight.
        remarks: whose it is, and how it stands.
        urgency: how soon an answer is needed.
        owner: who planned it here; empty for another USS's.
        flight: identifier of its plan here.
    """

    name: str
    volumes: tuple[Volume, ...]
    priority: int
    remarks: str
    urgency: Urgency
    owner: str = ""
    flight: str = ""


@dataclass(frozen=True, slots=True)
class _Meant:
    """Details, and the volumes that they mean."""

    details: OperationalIntentDetails
    volumes: tuple[Volume, ...]


class Sponsoring:
    """Keeps the centre's operations as the flights are.

    Args:
        host: the centre.
        uss: whose flights they are, and which hears of others.
        now_ms: the time.
    """

    def __init__(self, host: Host, uss: Uss, now_ms: Callable[[], int]) -> None:
        self._host, self._uss, self._now_ms = host, uss, now_ms
        self._told: set[tuple[str, int]] = set()
        self._meant: dict[str, _Meant] = {}
        self._printed: dict[str, tuple[Sponsored, bytes]] = {}

    def look(self) -> None:
        """File, amend and withdraw what differs; what the centre refuses is tried again at the next look."""
        own, wanted = self._host.state.own, dict[str, Sponsored]()
        for sponsored in self._all():
            identifier = _free(own, sponsored.name)
            wanted[identifier] = sponsored
            self._attempt(identifier, partial(self._file, identifier, sponsored))
        self._printed = {name: printed for name, printed in self._printed.items() if name in wanted}
        for identifier, operation in own.items():
            if identifier.startswith(PREFIX) and not operation.ended and identifier not in wanted:
                gone = Withdraw(identifier=identifier, reason="the flight is over")
                self._attempt(identifier, partial(self._host.act, gone))
        for identifier, sponsored in wanted.items():
            self._tell_user(identifier, sponsored)

    def _file(self, identifier: str, sponsored: Sponsored) -> None:
        content = self._content(identifier, sponsored)
        known = self._host.state.own.get(identifier)
        if known is not None and (known.filed.content, known.filed.remarks) == (content, sponsored.remarks):
            return
        amends = b"" if known is None else known.filed.whole
        command = File(content=content, amends=amends, urgency=sponsored.urgency, remarks=sponsored.remarks)
        self._host.act(command)

    def _content(self, identifier: str, sponsored: Sponsored) -> bytes:
        """Exact bytes of the operation; most flights are at each look as they were at the one before."""
        before = self._printed.get(identifier)
        if before is not None and before[0] == sponsored:
            return before[1]
        operation = Operation(
            self._host.state.party, identifier, sponsored.volumes, CATEGORY, _bounded(sponsored.priority)
        )
        content = print_operation(operation)
        self._printed[identifier] = sponsored, content
        return content

    def _all(self) -> Iterator[Sponsored]:
        now_ms, before, self._meant = self._now_ms(), self._meant, {}
        for told, owner, flight in self._intents():
            identifier = told.reference.id
            meant = before.get(identifier)
            if meant is None or meant.details != told.details:
                meant = _Meant(told.details, _volumes(told.details))
            self._meant[identifier] = meant
            yield from _sponsored(told, meant.volumes, now_ms, owner, flight)

    def _intents(self) -> Iterator[tuple[OperationalIntent, str, str]]:
        """Intents that the DSS knows, who planned each here, and as which plan."""
        for flight, _ in self._uss.flights.all():
            if flight.reference is not None:
                yield OperationalIntent(flight.reference, flight.details), flight.owner, flight.identifier
        for told in self._uss.airspace.intents_known():
            yield told, "", ""

    def _tell_user(self, identifier: str, sponsored: Sponsored) -> None:
        """Tell a user here of a conflict that the centre found with a notice, hazard or site, once for each verdict."""
        own = self._host.state.own.get(identifier)
        if not sponsored.owner or own is None or own.verdict is None or own.verdict.finding is not Finding.CONFLICT:
            return
        if (identifier, own.number) in self._told:
            return
        self._told.add((identifier, own.number))
        named = "; ".join(f"{clash.party} {clash.identifier}".strip() for clash in own.verdict.clashes[:5])
        count = own.verdict.count
        self._uss.users.tell(
            sponsored.owner,
            sponsored.flight,
            f"In conflict with what others told this centre: {named}.",
            "SCD0095",
            "Single" if count == 1 else "Multiple",
        )

    @staticmethod
    def _attempt(identifier: str, act: Callable[[], None]) -> None:
        try:
            act()
        except WellclearError as error:
            log.warning("a flight is not with the centre", operation=identifier, code=error.code, why=error.message)


def _sponsored(
    told: OperationalIntent, volumes: tuple[Volume, ...], now_ms: int, owner: str, flight: str
) -> Iterator[Sponsored]:
    """A flight as operations of at most so many volumes each; none of one that is over."""
    reference = told.reference
    manager = "".join(letter if letter.isprintable() else "?" for letter in reference.manager)
    name = f"{PREFIX}{manager[:MAX_MANAGER_CHARACTERS]}/{reference.id}"
    remarks = f"{reference.state} flight of the USS {manager[:200]}, priority {told.details.priority or 0}"
    urgent = reference.state in {"Nonconforming", "Contingent"}
    for start in range(0, len(volumes), MAX_VOLUMES):
        some = volumes[start : start + MAX_VOLUMES]
        if all(volume.span.end_ms <= now_ms for volume in some):
            continue
        yield Sponsored(
            name if not start else f"{name} {start // MAX_VOLUMES + 1}",
            some,
            told.details.priority or 0,
            remarks,
            Urgency.URGENT if urgent else Urgency.ROUTINE,
            owner,
            flight,
        )


def _volumes(details: OperationalIntentDetails) -> tuple[Volume, ...]:
    """What an intent means; nothing of one that cannot be read, which peers' verified details are not."""
    try:
        return meanings(all_volumes(details))
    except MalformedInput:
        return ()


def _free(own: Mapping[str, OwnOperation], name: str) -> str:
    """The newest identifier of a name that is live or free: one that ended cannot be filed again."""
    found, number = name, 1
    while (known := own.get(found)) is not None and known.ended:
        number += 1
        found = f"{name} r{number}"
    return found


def _bounded(priority: int) -> int:
    return max(-MAX_PRIORITY, min(MAX_PRIORITY, priority))
