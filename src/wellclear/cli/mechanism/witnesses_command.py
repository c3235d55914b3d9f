"""`wellclear log witnesses`: who co-signed how much of the log, and what is proven of others' logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.mechanism.printed import print_as_json, print_time
from wellclear.cli.visible import visible, visible_name

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.api.views.witnesses import WitnessedView, WitnessesView, WitnessView


def witnesses(
    *,
    json: Annotated[bool, Parameter(help="Print JSON for programs.")] = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Show which counterparties co-signed how much of the log and when, and what the centre co-signed of theirs.

    What a witness co-signed, the centre cannot take back. Two parties alone cannot detect that a log shows each of
    them another history; a third witness can.

    Exit code: 1 if a lie is proven or the log is signed no more; 3 if a witness has not co-signed all, or a proof is
    overdue; else 0.
    """
    with connected(at) as desk:
        view = desk.client.witnesses()
    if json:
        print_as_json(view)
    else:
        _print(look.open_screen(), view)
    return code_of(view)


def code_of(view: WitnessesView) -> ExitCode:
    """1 for a lie or a log that is signed no more, 3 for what is still to come, else 0."""
    if view.lies or view.stopped:
        return ExitCode.CONFLICTS
    behind = any(witness.lag for witness in view.witnesses) or view.signed < view.entries or not view.witnesses
    overdue = any(log.unproven or log.unreconciled for log in view.witnessed)
    return ExitCode.NOT_ASSESSED if behind or overdue else ExitCode.NONE


def _print(screen: Console, view: WitnessesView) -> None:
    words = f"epoch {view.epoch}, {_entries(view.entries)}, {view.signed:,} of them signed"
    look.print_labelled(screen, "own log", words, "bold")
    if view.stopped:
        look.print_labelled(screen, "STOPPED", f"nothing more is signed: {visible(view.stopped)}", look.DANGER)
    for witness in view.witnesses:
        _print_witness(screen, view, witness)
    if not view.witnesses:
        look.print_line(screen, "  nobody is enrolled: nobody holds the centre to its log", look.WARNING)
    for log in view.witnessed:
        _print_witnessed(screen, log)
    for lie in view.lies:
        words = f"{visible_name(lie.party)} signed two histories of its log, epoch {lie.epoch}. The proof is kept."
        look.print_labelled(screen, "PROVEN LIE", words, look.DANGER)
    if len(view.witnesses) == 1:
        look.print_line(screen, "one witness alone cannot detect that it is shown another history than you", "dim")


def _print_witness(screen: Console, view: WitnessesView, witness: WitnessView) -> None:
    when = f", {print_time(witness.cosigned_ms)} by its clock" if witness.cosigned_ms else ""
    epoch = f" of epoch {witness.epoch}" if witness.epoch != view.epoch else ""
    behind = f"; {witness.lag:,} NOT co-signed" if witness.lag else ""
    size = _entries(witness.size)
    words = f"co-signed {size}{epoch}{when}{behind}" if witness.size else f"has co-signed NOTHING{behind}"
    look.print_labelled(screen, f"  {visible_name(witness.party, 10)}", words, look.WARNING if witness.lag else "")


def _print_witnessed(screen: Console, log: WitnessedView) -> None:
    parts = [f"epoch {log.epoch}, {_entries(log.size)} co-signed here"]
    if log.unproven:
        parts.append(f"{look.counted(log.unproven, 'receipt')} NOT PROVEN to stand in it")
    if log.unreconciled:
        parts.append(f"NOT RECONCILED with what {', '.join(map(visible_name, log.unreconciled))} was shown")
    style = look.WARNING if len(parts) > 1 else ""
    look.print_labelled(screen, f"log of {visible_name(log.party, 10)}", "; ".join(parts), style)


def _entries(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"
