"""`wellclear conflicts`, `resolve` and `agree`: conflicts of own operations, and the way out of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from wellclear.centre.commands import AgreeResolution, ProposeResolution
from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.asked import confirm
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.mechanism.printed import clash_words, print_as_json, style_of
from wellclear.cli.visible import visible, visible_name
from wellclear.errors import NotFound, RuleViolated
from wellclear.protocol.bodies import Settles
from wellclear.protocol.verdict import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from wellclear.api.views.notices import ConflictView, ResolutionView


def conflicts(
    *,
    json: Annotated[bool, Parameter(help="Print JSON for programs.")] = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Show conflicts of own operations, by whom they were found, what was proposed, and what to do next."""
    screen = look.open_screen()
    with connected(at) as desk:
        views, party = desk.client.conflicts(), desk.session.party
    if json:
        print_as_json(views)
        return _code(views)
    for view in views:
        print_conflict(screen, view, party)
    unsettled = sum(not view.settled for view in views)
    look.print_line(
        screen, f"{look.counted(len(views), 'conflict')}, {unsettled:,} without a procedure that both signed"
    )
    look.print_line(screen, "Informed, not protected: this is what was told and compared, and nothing else.", "bold")
    return _code(views)


def resolve(  # noqa: PLR0913 - options of a command
    own: Annotated[str, Parameter(metavar="OPERATION", help="The own operation.")],
    party: Annotated[str, Parameter(metavar="PARTY", help="Whose the other operation is.")],
    other: Annotated[str, Parameter(metavar="OTHER", help="What that party calls it.")],
    /,
    *,
    procedure: Annotated[
        str, Parameter(metavar="TEXT", help="Both fly as filed, by this procedure; it settles once both signed.")
    ] = "",
    move: Annotated[
        str, Parameter(metavar="TEXT", help="One moves so far, in time, height or place; its AMEND settles, not this.")
    ] = "",
    mover: Annotated[str, Parameter(metavar="PARTY", help="Who moves; else the own party.")] = "",
    at: CentreOptions = NEWEST,
) -> None:
    """Propose a settlement of a conflict between the newest versions of two operations. It dies with either."""
    if bool(procedure) is bool(move):
        raise RuleViolated(
            "one way to settle it", code="resolution-text", at="--procedure", wanted="--procedure TEXT or --move TEXT"
        )
    with connected(at) as desk:
        command = ProposeResolution(
            party=party,
            own_identifier=own,
            other_identifier=other,
            settles=Settles.MOVE if move else Settles.PROCEDURE,
            text=move or procedure,
            mover=(mover or desk.session.party) if move else "",
        )
        desk.give(command)
    screen = look.open_screen()
    look.print_labelled(screen, "PROPOSED", f"to {visible(party)}: {visible(move or procedure)}", "bold")
    after = "then amend: only the amendment, assessed anew, settles" if move else "it settles nothing before that"
    look.print_labelled(screen, "next", f"{visible(party)} agrees, or telephone; {after}")


def agree(
    resolution: Annotated[str, Parameter(metavar="RESOLUTION", help="Start of its digest, as in conflicts.")],
    /,
    *,
    yes: Annotated[bool, Parameter(help="Go on without asking: an officer has read it.")] = False,
    at: CentreOptions = NEWEST,
) -> None:
    """Sign a settlement that a counterparty proposed, after showing it."""
    screen = look.open_screen()
    with connected(at) as desk:
        view = _resolution(desk.client.resolutions(), resolution)
        _print_resolution(screen, view, desk.session.party)
        confirm("Sign it", yes=yes)
        desk.give(AgreeResolution(resolve=view.resolve))
    look.print_labelled(screen, "SIGNED", f"with {visible(view.party)}; it dies with either version", "bold")
    if view.settles == "move":
        look.print_labelled(screen, "next", f"{visible(view.mover)} amends; that is assessed anew")


def _resolution(views: Iterable[ResolutionView], start: str) -> ResolutionView:
    found = [view for view in views if start and view.resolve.hex().startswith(start.lower())]
    if len(found) != 1:
        raise NotFound(
            f"{len(found)} resolutions begin with {start[:64]!r}",
            code="resolution-unknown",
            wanted="as in conflicts",
        )
    return found[0]


def print_conflict(screen: Console, view: ConflictView, party: str) -> None:
    """A conflict: where and when, who found it, what was proposed, what to do next."""
    look.print_labelled(screen, view.finding, visible_name(view.own_identifier), style_of(view.finding))
    look.print_labelled(screen, "", clash_words(view.clash))
    look.print_labelled(screen, "  found by", ", ".join(visible(by) for by in view.found_by))
    for resolution in view.resolutions:
        _print_resolution(screen, resolution, party)
    look.print_labelled(screen, "  next", visible(view.next), "bold")


def _print_resolution(screen: Console, view: ResolutionView, party: str) -> None:
    who = "the own centre" if view.proposed_by == party else visible(view.proposed_by)
    state = "signed by both" if view.agreed else "NOT signed by both"
    holds = "" if view.holds else "; it no longer holds: a version changed"
    mover = f", {visible(view.mover)} moves" if view.mover else ""
    pair = f"{visible(view.own_identifier)} and {visible(view.party)} {visible(view.other_identifier)}"
    words = f"{view.settles}{mover} for {pair}: {visible(view.text)}; proposed by {who}, {state}{holds}"
    look.print_labelled(screen, f"  {view.resolve.hex()[:8]}", words)


def _code(views: Iterable[ConflictView]) -> ExitCode:
    open_ = {view.finding for view in views if not view.settled}
    if Finding.CONFLICT.value in open_:
        return ExitCode.CONFLICTS
    return ExitCode.NOT_ASSESSED if open_ else ExitCode.NONE
