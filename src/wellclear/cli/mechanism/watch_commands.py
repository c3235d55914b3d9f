"""`wellclear inbox`, `links` and `sites`: what waits, who is there, what is protected on the ground."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from wellclear.centre.commands import AcknowledgeAlarm
from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.mechanism.printed import elapsed_words, late_words, positions_in_words, print_as_json, print_time
from wellclear.cli.visible import visible, visible_name
from wellclear.errors import NotFound
from wellclear.geo.quantity import print_distance
from wellclear.model.agreement.ladder import Role
from wellclear.model.agreement.text import parse_agreement
from wellclear.protocol.readback.plausibility import Known, site_questions

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.api.views.hotline import AlarmView
    from wellclear.api.views.inbox import InboxItem
    from wellclear.api.views.parties import LinkView
    from wellclear.cli.mechanism.desk import Desk
    from wellclear.model.agreement.terms import Agreement

SHOWN_DIGITS: Final = 8
"""Digits of a digest that are shown; commands take the start of it."""

_COMMANDS: Final = {"resolution": ("agree",), "agreement": ("agreement", "show")}
"""By the kind of what waits, the command that deals with what a digest names."""


def inbox(
    *,
    acknowledge: Annotated[
        str,
        Parameter(
            metavar="ALARM", help="Acknowledge an alarm in your name, called as inbox shows it; its start will do."
        ),
    ] = "",
    remark: Annotated[str, Parameter(metavar="TEXT", help="What was done about it, for the record.")] = "",
    json: Annotated[bool, Parameter(help="Print JSON for programs.")] = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Show what waits for an officer: alarms, notices, proposals and agreements, the most urgent first.

    An alarm stays until a named officer acknowledges it.
    """
    screen = look.open_screen(stderr=json)
    with connected(at) as desk:
        if acknowledge:
            _acknowledge(screen, desk, acknowledge, remark)
        items, links, now_ms = desk.client.inbox(), desk.client.links(), desk.now_ms()
    if json:
        print_as_json(items)
        return _code(items)
    for item in items:
        _print_item(screen, item, now_ms)
    _print_links(screen, [link for link in links if link.condition != "live" or link.lied])
    waiting = f"{look.counted(len(items), 'thing')} {'waits' if len(items) == 1 else 'wait'}"
    look.print_line(
        screen, f"{waiting}. Nothing waiting does not mean that nothing flies: informed, not protected.", "bold"
    )
    return _code(items)


def links(
    *,
    json: Annotated[bool, Parameter(help="Print JSON for programs.")] = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Show the counterparties: whether the link to each is live, stale or silent, why, and what waits for it."""
    with connected(at) as desk:
        views = desk.client.links()
    if json:
        print_as_json(views)
    else:
        _print_links(look.open_screen(), views)
    return ExitCode.NONE if all(view.condition == "live" for view in views) else ExitCode.NOT_ASSESSED


def sites(
    *,
    json: Annotated[bool, Parameter(help="Print JSON for programs.")] = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Show protected sites of the agreements in force, when each was verified, and what looks wrong in the list."""
    screen = look.open_screen()
    with connected(at) as desk:
        held = desk.client.agreements()
        texts = [desk.client.agreement(view.digest).text for view in held if view.phase in {"in force", "suspended"}]
        now_ms = desk.now_ms()
    agreements = [parse_agreement(text.encode()) for text in texts]
    if json:
        print_as_json([_site_members(agreement, now_ms) for agreement in agreements])
    else:
        for agreement in agreements:
            _print_sites(screen, agreement, now_ms)
        if not agreements:
            look.print_line(screen, "no agreement is in force: no site is known", look.WARNING)
    old = any(site.expires_ms <= now_ms for agreement in agreements for site in agreement.sites)
    return ExitCode.NOT_ASSESSED if old or not agreements else ExitCode.NONE


def _acknowledge(screen: Console, desk: Desk, start: str, remark: str) -> None:
    waiting = [alarm for alarm in desk.client.alarms() if not alarm.acknowledged_by]
    exact = [alarm for alarm in waiting if _typed(alarm.alarm) == _typed(start)]
    alarm = _single(exact or [alarm for alarm in waiting if _typed(alarm.alarm).startswith(_typed(start))], start)
    desk.give(AcknowledgeAlarm(alarm=alarm.alarm, remark=remark))
    words = f"{visible(alarm.words)}, by {visible(desk.session.officer)}"
    look.print_labelled(screen, "ACKNOWLEDGED", words, "bold")


def _single(found: list[AlarmView], start: str) -> AlarmView:
    if len(found) != 1:
        raise NotFound(
            f"{len(found)} alarms that wait begin with {start[:80]!r}",
            code="alarm-unknown",
            at="--acknowledge",
            wanted="one of `inbox`",
        )
    return found[0]


def _typed(identifier: str) -> str:
    """An alarm's identifier as an officer types it: its parts with single blanks between."""
    return " ".join(identifier.split())


def _print_item(screen: Console, item: InboxItem, now_ms: int) -> None:
    style = look.DANGER if item.kind == "alarm" else ""
    waited = f" ({elapsed_words(max(0, now_ms - item.since_ms))} ago)" if item.since_ms else ""
    look.print_labelled(screen, item.kind.upper(), f"{visible(item.words)}{waited}", style)
    if item.role and item.role != Role.DUTY_OFFICER:
        look.print_labelled(screen, "  climbed", f"to the {visible(item.role)}", style)
    look.print_labelled(screen, "  next", visible(item.next), "bold")
    look.print_labelled(screen, "", visible(shlex.join(_command(item))), "dim")


def _command(item: InboxItem) -> tuple[str, ...]:
    """The command that deals with it, or shows it."""
    if item.kind == "alarm":
        return ("wellclear", "inbox", "--acknowledge", _typed(item.subject))
    if item.kind == "notice":
        return ("wellclear", "notices", item.party, item.subject)
    return ("wellclear", *_COMMANDS[item.kind], item.subject[:SHOWN_DIGITS])


def _print_links(screen: Console, views: list[LinkView]) -> None:
    for view in views:
        heard = f"heard {print_time(view.heard_ms)}" if view.heard_ms else "NOT heard since the start"
        cause = f": {view.cause}" if view.cause else ""
        waiting = f"{view.waiting_safety:,} safety and {view.waiting_ordinary:,} ordinary messages wait for it"
        lied = "; PROOF OF A LIE is kept: settle nothing with it" if view.lied else ""
        words = f"{view.condition.upper()}{cause}, {heard}; {waiting}{lied}"
        style = "" if view.condition == "live" and not view.lied else look.DANGER
        look.print_labelled(screen, visible_name(view.party), words, style)
        look.print_labelled(screen, "  clock", _clock_words(view))
        look.print_labelled(screen, "  told", _lateness_words(view), look.WARNING if view.late else "")


def _clock_words(view: LinkView) -> str:
    if view.clock_error_ms is None:
        return "not known: no heartbeat was heard since the start"
    side = "ahead of" if view.clock_off_ms > 0 else "behind"
    return f"{abs(view.clock_off_ms):,} ms {side} the own one, and wrong by {view.clock_error_ms:,} ms at most, it says"


def _lateness_words(view: LinkView) -> str:
    versions = look.counted(view.versions, "version")
    if not view.late:
        return f"{versions}, none of them late"
    usual, most = late_words(view.late_total_ms // view.late), late_words(view.late_most_ms)
    return f"{versions}, {view.late:,} of them late: {usual} on average, {most} at most"


def _print_sites(screen: Console, agreement: Agreement, now_ms: int) -> None:
    digest = agreement.sites_digest().hex()
    words = f"{visible(agreement.identifier)} version {agreement.version}, hash of the whole list {digest}"
    look.print_labelled(screen, "agreement", words, "bold")
    for site in agreement.sites:
        old = site.expires_ms <= now_ms
        verified = f"verified on {print_time(site.verified_on_ms)[:10]}"
        expires = f"{'EXPIRED' if old else 'expires'} {print_time(site.expires_ms)}"
        words = f"{print_distance(site.radius_dmm, ('km', 'm'))} around {positions_in_words((site.position,))[0]}"
        look.print_labelled(screen, "site", f"{visible(site.name)}; {verified}, {expires}", look.WARNING if old else "")
        look.print_labelled(screen, "", words)
    area = agreement.area.footprints
    known = Known(now_ms, area[0] if len(area) == 1 else None)
    for question in site_questions(agreement.sites, known):
        look.print_labelled(screen, "ASK", f"{question.at} {visible(question.words)}", look.WARNING)
    if not agreement.sites:
        look.print_line(screen, "  no site is listed: nothing on the ground is compared", look.WARNING)


def _site_members(agreement: Agreement, now_ms: int) -> dict[str, object]:
    return {
        "agreement": agreement.identifier,
        "version": agreement.version,
        "sites_digest": agreement.sites_digest().hex(),
        "sites": [
            {
                "name": site.name,
                "lon_e7": site.position.lon_e7,
                "lat_e7": site.position.lat_e7,
                "radius_dmm": site.radius_dmm,
                "verified_on_ms": site.verified_on_ms,
                "expires_ms": site.expires_ms,
                "expired": site.expires_ms <= now_ms,
            }
            for site in agreement.sites
        ],
    }


def _code(items: list[InboxItem]) -> ExitCode:
    """1 while an alarm waits, 3 while anything else does."""
    if any(item.kind == "alarm" for item in items):
        return ExitCode.CONFLICTS
    return ExitCode.NOT_ASSESSED if items else ExitCode.NONE
