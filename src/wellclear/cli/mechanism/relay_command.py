"""`wellclear relay`: a counterparty's HAZARD or STOP told on to those whom it did not reach, with its exact bytes."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from wellclear.api.views.log import MAX_PAGE
from wellclear.centre.commands import DeclareHazard, SayStop
from wellclear.cli import screen as look
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.visible import visible
from wellclear.errors import NotFound, RuleViolated

if TYPE_CHECKING:
    from wellclear.api.views.hotline import CallView, HazardView
    from wellclear.cli.mechanism.desk import Desk

MAX_LOOKED_AT: Final = 20_000
"""Entries of the log that are looked at, from the newest on: who relays does so within minutes."""


def relay(
    party: Annotated[str, Parameter(metavar="PARTY", help="Who said it.")],
    identifier: Annotated[
        str, Parameter(metavar="NAME", help="The hazard's or call's name, as hazards or calls --json show it.")
    ],
    /,
    *,
    to: Annotated[tuple[str, ...], Parameter(metavar="PARTY", help="Of a STOP: whom; else all but who said it.")] = (),
    responsible: Annotated[
        str, Parameter(metavar="NAME", help="Of a HAZARD: who causes it, only where they consent to being named.")
    ] = "",
    at: CentreOptions = NEWEST,
) -> None:
    """Relay a counterparty's HAZARD or STOP, signed as it came, under your own centre's name."""
    with connected(at) as desk:
        found = next((one for one in desk.client.hazards() if (one.party, one.identifier) == (party, identifier)), None)
        if found is not None:
            parties = _relay_hazard(desk, found, responsible)
        else:
            parties = _relay_stop(desk, _call(desk, party, identifier), to)
    look.print_labelled(look.open_screen(), "RELAYED", f"{visible(identifier)} of {visible(party)}", "bold")
    look.print_labelled(look.open_screen(), "told", ", ".join(visible(one) for one in parties))


def _relay_hazard(desk: Desk, found: HazardView, responsible: str) -> tuple[str, ...]:
    command = DeclareHazard(
        identifier=found.identifier,
        content=found.content,
        cause=found.cause,
        responsible=responsible,
        relays=_raw(desk, "HAZARD", found.party, found.identifier),
    )
    desk.give(command)
    return next(
        one.told
        for one in desk.client.hazards()
        if (one.party, one.identifier) == (desk.session.party, found.identifier)
    )


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
        f"{party} said no HAZARD that stands and no STOP of the name {identifier!r}",
        code="relay-unknown",
        at="NAME",
        wanted="one of hazards or calls",
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
