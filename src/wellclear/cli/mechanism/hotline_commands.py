"""`wellclear stop`, `emergency`, `hazard`, `all-clear` and `test-call`: said at once, with the time until held."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from wellclear.centre.commands import CallTest, DeclareHazard, EndHazard, SayEmergency, SayStop
from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.mechanism.operations_command import DEFAULT_WAIT, print_volumes
from wellclear.cli.mechanism.printed import elapsed_words, print_as_json, print_time
from wellclear.cli.options import DEFAULT_READING, ReadingOptions, given
from wellclear.cli.plans import named, read_file
from wellclear.cli.visible import visible
from wellclear.geo.position_text import parse_position
from wellclear.geo.quantity import parse_duration_ms
from wellclear.model.operation_text import parse_operation, print_operation

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.api.routes.commands import DoneView
    from wellclear.api.views.hotline import CallView, HazardView
    from wellclear.cli.mechanism.desk import Desk

CALL_POLL_S: Final = 0.02
"""How often the centre is asked whether a call was acknowledged: tens of milliseconds matter here."""

Parties = Annotated[str, Parameter(metavar="PARTY", help="Whom; all counterparties if left out.")]
Wait = Annotated[str, Parameter(metavar="TIME", help="How long acknowledgements are waited for.")]
Json = Annotated[bool, Parameter(help="Print JSON for programs.")]


def stop(
    *parties: Parties,
    text: Annotated[str, Parameter(metavar="TEXT", help="What is to cease and why; it is read aloud.")],
    about: Annotated[str, Parameter(metavar="OPERATION", help="An operation of theirs; else everything.")] = "",
    wait: Wait = DEFAULT_WAIT,
    json: Json = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Say STOP. It needs no agreement in force, waits for nothing, and rings at the other side until acknowledged."""
    with connected(at) as desk:
        command = SayStop(to=parties or _everyone(desk), text=text, about=about)
        return _call(desk, desk.give(command), wait, as_json=json)


def emergency(
    *,
    text: Annotated[str, Parameter(metavar="TEXT", help="What is the matter; it is read aloud.")] = "EMERGENCY",
    position: Annotated[str, Parameter(metavar="POSITION", help="Where, such as 341440N1165330W; if known.")] = "",
    wait: Wait = DEFAULT_WAIT,
    json: Json = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Say EMERGENCY to all counterparties at once: aircraft in distress, search and rescue."""
    where = given("--position", parse_position, position) if position else None
    command = SayEmergency(text=text, lon_e7=where.lon_e7 if where else None, lat_e7=where.lat_e7 if where else None)
    with connected(at) as desk:
        return _call(desk, desk.give(command), wait, as_json=json)


def call_test(
    *parties: Parties,
    text: Annotated[str, Parameter(metavar="TEXT", help="What is said with it.")] = "",
    wait: Wait = DEFAULT_WAIT,
    json: Json = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Make a test call; the other centre answers by itself, so this tests the line and not the watch."""
    with connected(at) as desk:
        command = CallTest(to=parties or _everyone(desk), text=text)
        return _call(desk, desk.give(command), wait, as_json=json)


def calls(*, json: Json = False, at: CentreOptions = NEWEST) -> None:
    """Show STOP, EMERGENCY and TEST calls of both sides, with who acknowledged after how long."""
    screen = look.open_screen()
    with connected(at) as desk:
        views = desk.client.calls()
    if json:
        print_as_json(views)
        return
    for view in views:
        print_call(screen, view)
    look.print_line(screen, look.counted(len(views), "call"), "bold")


def hazard(  # noqa: PLR0913 - options of a command
    file: Annotated[str, Parameter(help="A file with the dangerous airspace, in any format that check reads.")],
    /,
    *,
    cause: Annotated[str, Parameter(metavar="TEXT", help="What is dangerous.")],
    responsible: Annotated[
        str, Parameter(metavar="NAME", help="Who causes it, where that is known and they consent to being named.")
    ] = "",
    consent: Annotated[
        str, Parameter(metavar="TEXT", help="How they consented, such as 'by telephone, 12:05Z'; with --responsible.")
    ] = "",
    wait: Wait = DEFAULT_WAIT,
    json: Json = False,
    reading: ReadingOptions = DEFAULT_READING,
    at: CentreOptions = NEWEST,
) -> int:
    """Declare a hazard to all counterparties, whoever causes it. It stands until its all-clear, whatever its times."""
    screen = look.open_screen(stderr=json)
    with connected(at) as desk:
        source = named((file,), replace(reading, party=reading.party or desk.session.party))[0]
        for operation in read_file(source, reading, reading.bounds()).operations:
            content = print_operation(operation)
            command = DeclareHazard(
                identifier=operation.identifier,
                content=content,
                cause=cause,
                responsible=responsible,
                consent=consent,
            )
            desk.give(command)
        views = _receipted(desk, given("--wait", parse_duration_ms, wait), everything=False)
    _show_hazards(screen, views, as_json=json)
    return ExitCode.NOT_ASSESSED if any(view.missing for view in views) else ExitCode.NONE


def hazards(
    *,
    all_: Annotated[bool, Parameter(name="--all", help="Also what is over.")] = False,
    json: Json = False,
    at: CentreOptions = NEWEST,
) -> None:
    """Show hazards that stand, own ones and those of others, with who was told and who was NOT."""
    with connected(at) as desk:
        views = desk.client.hazards(everything=all_)
    _show_hazards(look.open_screen(), views, as_json=json)


def all_clear(
    identifier: Annotated[str, Parameter(metavar="HAZARD", help="The own hazard that is over.")],
    /,
    *,
    reason: Annotated[str, Parameter(metavar="TEXT", help="How that is known.")],
    wait: Wait = DEFAULT_WAIT,
    at: CentreOptions = NEWEST,
) -> int:
    """End an own hazard; all who were told hear it."""
    with connected(at) as desk:
        desk.give(EndHazard(identifier=identifier, reason=reason))
        views = _receipted(desk, given("--wait", parse_duration_ms, wait), everything=True)
    view = next(one for one in views if one.identifier == identifier)
    screen = look.open_screen()
    look.print_labelled(screen, "ALL-CLEAR", visible(identifier), "bold")
    _print_told(screen, view)
    return ExitCode.NOT_ASSESSED if view.missing else ExitCode.NONE


def print_call(screen: Console, view: CallView) -> None:
    """A call with who acknowledged after how long, and who did not."""
    about = f" about {visible(view.about)}" if view.about else ""
    said = f"by {visible(view.party)}{about}: {visible(view.text)}" if view.text else f"by {visible(view.party)}{about}"
    look.print_labelled(
        screen, view.kind, f"{print_time(view.called_ms)} {said}", look.DANGER if view.kind != "TEST" else ""
    )
    for answer in view.answers:
        words = f"its centre has it after {elapsed_words(answer.took_ms)}"
        look.print_labelled(screen, f"  {visible(answer.party)}", words)
    for party in view.missing:
        words = f"NOT ACKNOWLEDGED after {elapsed_words(view.elapsed_ms)}: telephone"
        look.print_labelled(screen, f"  {visible(party)}", words, look.DANGER)


def _everyone(desk: Desk) -> tuple[str, ...]:
    return tuple(link.party for link in desk.client.links())


def acknowledged(desk: Desk, done: DoneView, wait_ms: int) -> CallView:
    """A call that was just made, once all who were called acknowledged it, or the wait is over."""
    until_s = time.monotonic() + wait_ms / 1_000
    identifier = next(made.entry["identifier"] for made in done.entries if made.entry.get("entry") == "called")
    while True:
        view = next(
            call for call in desk.client.calls() if (call.party, call.identifier) == (desk.session.party, identifier)
        )
        if not view.missing or time.monotonic() >= until_s:
            return view
        time.sleep(CALL_POLL_S)


def _call(desk: Desk, done: DoneView, wait: str, *, as_json: bool) -> int:
    """Wait until those who were called have it, and show who has and who has not."""
    view = acknowledged(desk, done, given("--wait", parse_duration_ms, wait))
    if as_json:
        print_as_json(view)
    else:
        screen = look.open_screen()
        print_call(screen, view)
        if view.kind != "TEST":
            words = "Informed, not protected: it rings there until an officer acknowledges it. Telephone as well."
            look.print_line(screen, words, "bold")
    return ExitCode.NOT_ASSESSED if view.missing else ExitCode.NONE


def _receipted(desk: Desk, wait_ms: int, *, everything: bool) -> list[HazardView]:
    """Own hazards, once all who were told receipted what was said of them, or the wait is over."""
    until_s = time.monotonic() + wait_ms / 1_000
    while True:
        views = [view for view in desk.client.hazards(everything=everything) if view.party == desk.session.party]
        if not any(view.missing for view in views) or time.monotonic() >= until_s:
            return views
        time.sleep(CALL_POLL_S)


def _print_told(screen: Console, view: HazardView) -> None:
    """Who was told by the own centre, and whose centre has not receipted it."""
    has = [visible(party) for party in view.told if party not in view.missing]
    if has:
        words = f"{', '.join(has)}: its centre has it; whether anyone read it is not known"
        look.print_labelled(screen, "  told", words)
    if view.missing:
        words = f"{', '.join(visible(party) for party in view.missing)} has NOT receipted it: telephone"
        look.print_labelled(screen, "  told", words, look.DANGER)


def _show_hazards(screen: Console, views: list[HazardView], *, as_json: bool) -> None:
    if as_json:
        print_as_json(views)
        return
    for view in views:
        who = f"{visible(view.party)} {visible(view.identifier)}: {visible(view.cause)}"
        since = f"since {print_time(view.since_ms)}"
        state = f"over: {visible(view.ended)}" if view.ended else "stands until its ALL-CLEAR"
        look.print_labelled(screen, "HAZARD", f"{who}, {since}; {state}", "" if view.ended else look.DANGER)
        if view.responsible:
            words = f"{visible(view.responsible)}, who consented to being named: {visible(view.consent)}"
            look.print_labelled(screen, "  caused by", words)
        if view.relayed:
            look.print_labelled(screen, "  relayed", f"by {visible(view.party)}, with what another party signed")
        _print_told(screen, view)
        if view.not_told:
            look.print_labelled(
                screen, "  NOT TOLD", f"by this centre: {', '.join(map(visible, view.not_told))}", look.WARNING
            )
        if view.content:
            print_volumes(screen, parse_operation(view.content))
    words = "Whoever is no counterparty has NOT been told: air traffic services, crews, the ground."
    look.print_line(screen, f"{look.counted(len(views), 'hazard')}. {words}", "bold")
