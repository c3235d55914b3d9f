"""`wellclear frequencies` and `radio-check`: on which frequencies the parties listen, and whether they do."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from wellclear.centre.commands import CheckRadio
from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.mechanism.printed import print_as_json
from wellclear.cli.visible import visible
from wellclear.model.agreement.text import parse_agreement


def frequencies(
    *,
    json: Annotated[bool, Parameter(help="Print JSON for programs.")] = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Show the frequencies of the agreements that are in force or suspended. A warning elsewhere may go unheard."""
    with connected(at) as desk:
        held = desk.client.agreements()
        texts = [desk.client.agreement(view.digest).text for view in held if view.phase in {"in force", "suspended"}]
    agreements = [parse_agreement(text.encode()) for text in texts]
    rows = [(value, one) for value in agreements for one in value.frequencies]
    if json:
        print_as_json(
            [{"agreement": value.identifier, "name": one.name, "channel": one.channel} for value, one in rows]
        )
    else:
        screen = look.open_screen()
        for value, one in rows:
            parties = ", ".join(visible(party) for party in value.party_names)
            look.print_labelled(screen, visible(one.name), f"{visible(one.channel)}  ({parties})", "bold")
        if not rows:
            look.print_line(screen, "no agreement names a frequency: nobody need listen anywhere", look.WARNING)
    return ExitCode.NONE if rows else ExitCode.NOT_ASSESSED


def radio_check(
    party: Annotated[str, Parameter(metavar="PARTY", help="With whom.")],
    frequency: Annotated[str, Parameter(metavar="NAME", help="Of the frequency, as frequencies shows it.")],
    /,
    *,
    not_heard: Annotated[bool, Parameter(help="Nobody answered.")] = False,
    remark: Annotated[str, Parameter(metavar="TEXT", help="How it was heard, or what was tried.")] = "",
    at: CentreOptions = NEWEST,
) -> int:
    """Put on the record that a frequency was tried, and whether the other side was heard on it."""
    with connected(at) as desk:
        desk.give(CheckRadio(party=party, frequency=frequency, heard=not not_heard, remark=remark))
    screen = look.open_screen()
    if not_heard:
        words = f"{visible(party)} on {visible(frequency)}: agree on another frequency, by telephone"
        look.print_labelled(screen, "NOT HEARD", words, look.DANGER)
        return ExitCode.NOT_ASSESSED
    look.print_labelled(screen, "heard", f"{visible(party)} on {visible(frequency)}; it is on the record", "bold")
    return ExitCode.NONE
