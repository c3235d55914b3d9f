"""`wellclear relay`: what a counterparty said, told on to those whom it did not reach.

A HAZARD or STOP goes with its exact bytes. A notice becomes a hazard of the own centre: its place, heights and times,
and neither who files it nor what it is.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter
from msgspec import structs

from wellclear.api.views.log import MAX_PAGE
from wellclear.centre.commands import DeclareHazard, SayStop
from wellclear.cli import screen as look
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.visible import visible
from wellclear.errors import NotFound, RuleViolated
from wellclear.model.agreement.clauses import HAZARD
from wellclear.model.operation import Operation
from wellclear.model.operation_text import parse_operation, print_operation

if TYPE_CHECKING:
    from wellclear.api.views.hotline import CallView
    from wellclear.cli.mechanism.desk import Desk

MAX_LOOKED_AT: Final = 20_000
"""Entries of the log that are looked at, from the newest on: who relays does so within minutes."""


def relay(  # noqa: PLR0913 - options of a command
    party: Annotated[str, Parameter(metavar="PARTY", help="Who said it.")],
    identifier: Annotated[
        str, Parameter(metavar="NAME", help="Of the hazard, call or notice, as hazards, calls or notices show it.")
    ],
    /,
    *,
    to: Annotated[tuple[str, ...], Parameter(metavar="PARTY", help="Of a STOP: whom; else all but who said it.")] = (),
    responsible: Annotated[
        str, Parameter(metavar="NAME", help="Of a HAZARD: who causes it, only where they consent to being named.")
    ] = "",
    consent: Annotated[
        str, Parameter(metavar="TEXT", help="How they consented, such as 'by telephone, 12:05Z'; with --responsible.")
    ] = "",
    cause: Annotated[
        str, Parameter(metavar="TEXT", help="Of a notice: what is dangerous there; it is told to all.")
    ] = "aircraft of a party that is not yours",
    at: CentreOptions = NEWEST,
) -> None:
    """Relay a counterparty's HAZARD or STOP, signed as it came, or its notice as a HAZARD, in your own centre's name.

    A notice is told on without its party, identifier, category and remarks. It stands until your all-clear.
    """
    named = (responsible, consent)
    with connected(at) as desk:
        found = next((one for one in desk.client.hazards() if (one.party, one.identifier) == (party, identifier)), None)
        notice = next(
            (one for one in desk.client.notices() if (one.party, one.identifier) == (party, identifier)), None
        )
        if found is not None:
            raw = _raw(desk, "HAZARD", party, identifier)
            command = DeclareHazard(identifier=identifier, content=found.content, cause=found.cause, relays=raw)
            parties = _declare(desk, command, named)
        elif notice is not None:
            parties = _declare(desk, _as_hazard(desk, party, identifier, cause), named)
        else:
            parties = _relay_stop(desk, _call(desk, party, identifier), to)
    look.print_labelled(look.open_screen(), "RELAYED", f"{visible(identifier)} of {visible(party)}", "bold")
    look.print_labelled(look.open_screen(), "told", ", ".join(visible(one) for one in parties))


def _declare(desk: Desk, command: DeclareHazard, named: tuple[str, str]) -> tuple[str, ...]:
    """Declare a hazard, with who causes it and how they consented; who was told."""
    responsible, consent = named
    desk.give(structs.replace(command, responsible=responsible, consent=consent))
    mine = (desk.session.party, command.identifier)
    return next(one.told for one in desk.client.hazards() if (one.party, one.identifier) == mine)


def _as_hazard(desk: Desk, party: str, identifier: str, cause: str) -> DeclareHazard:
    """A hazard in the place of a notice, under a name that tells nothing of it.

    Raises:
        RuleViolated: `relay-nobody`: nobody else is enrolled; `relay-unbounded`: the notice gives no place.
    """
    if not any(link.party != party for link in desk.client.links()):
        raise RuleViolated(
            "there is nobody else to tell", code="relay-nobody", at="PARTY", wanted="another counterparty"
        )
    detail = desk.client.notice(party, identifier)
    if not detail.content:
        raise RuleViolated(
            "a place name alone: there is no place to relay",
            code="relay-unbounded",
            at="NAME",
            wanted="a STOP, by voice",
        )
    name = f"hazard {detail.summary.whole.hex()[:8]}"
    return DeclareHazard(identifier=name, content=unnamed(desk.session.party, name, detail.content), cause=cause)


def unnamed(party: str, name: str, content: bytes) -> bytes:
    """Exact bytes of a hazard with the volumes of an operation and nothing that tells whose it is, or what.

    Args:
        party: that tells of it.
        name: of the hazard.
        content: exact bytes of the operation.
    """
    volumes = tuple(replace(one, name=str(number)) for number, one in enumerate(parse_operation(content).volumes, 1))
    return print_operation(Operation(party, name, volumes, HAZARD))


def _relay_stop(desk: Desk, call: CallView, to: tuple[str, ...]) -> tuple[str, ...]:
    others = to or tuple(link.party for link in desk.client.links() if link.party != call.party)
    if not others:
        raise RuleViolated(
            "there is nobody else to tell", code="relay-nobody", at="--to", wanted="another counterparty"
        )
    relays = _raw(desk, "STOP", call.party, call.identifier)
    desk.give(SayStop(to=others, text=call.text, about=call.about, relays=relays))
    return others


def _call(desk: Desk, party: str, identifier: str) -> CallView:
    for call in desk.client.calls():
        if (call.kind, call.party, call.identifier) == ("STOP", party, identifier):
            return call
    raise NotFound(
        f"{party} said no HAZARD that stands, no STOP and no live notice of the name {identifier!r}",
        code="relay-unknown",
        at="NAME",
        wanted="one of hazards, calls or notices",
    )


def _raw(desk: Desk, kind: str, party: str, identifier: str) -> bytes:
    """Exact bytes of what a counterparty said, from the own log.

    Raises:
        NotFound: `relay-old`: it is not among the newest entries.
    """
    newest = desk.client.log(start=-1, count=1)
    for start in range(newest.size - MAX_PAGE, max(0, newest.size - MAX_LOOKED_AT) - MAX_PAGE, -MAX_PAGE):
        for entry in reversed(desk.client.log(start=max(0, start), count=MAX_PAGE).entries):
            says = entry.says
            if says is None or (says["kind"], says["sender"]) != (kind, party):
                continue
            if says["body"] is not None and says["body"]["identifier"] == identifier:
                return b64decode(entry.entry["raw"])
    raise NotFound(
        "it is not among the newest entries of the log", code="relay-old", wanted="a hazard or STOP of your own"
    )
