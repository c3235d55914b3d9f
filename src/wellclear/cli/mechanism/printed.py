"""How views of a centre are printed: how far it got, what is open, what to do next; never greener than it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.visible import visible, visible_name
from wellclear.cli.wording import print_lateral, print_length, print_span, print_vertical
from wellclear.geo.mgrs_text import print_mgrs
from wellclear.geo.position import Position
from wellclear.geo.position_text import print_decimal, print_degrees_minutes, print_dms
from wellclear.geo.time_text import print_rfc3339
from wellclear.protocol.verdict import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from wellclear.api.views.assessments import AssessmentView
    from wellclear.api.views.next_steps import OpenView
    from wellclear.api.views.operations import DeliveryView, OperationView
    from wellclear.api.views.parties import LinkView
    from wellclear.protocol.readback.changes import Changes
    from wellclear.protocol.verdict import Clash

INFORMED: Final = "Informed, not protected: all who were told hold it, and no conflict is open. It is no clearance."
"""Beside everything that could be taken for a green light."""

STAGE_WORDS: Final = {
    "withheld": "NOT TOLD until its notice conflicts",
    "queued": "queued here, NOT yet there",
    "sent": "its centre has the bytes, no receipt yet",
    "received": "received: its centre holds it; whether anyone read it is not known",
    "read back": "read back correctly",
    "accepted": "accepted",
    "objected": "OBJECTED",
    "refused": "REFUSED",
}
"""By the stage of a delivery."""

MAX_POSITIONS: Final = 8
"""Positions of one footprint that are printed in all notations; files have all."""


def print_as_json(value: object) -> None:
    """A view on standard output, for programs: digests in base64, times in milliseconds UTC."""
    look.write_document(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def print_time(time_ms: int) -> str:
    """A time to the second: ``2018-09-17T18:39:05Z``; empty for none."""
    return print_rfc3339(time_ms - time_ms % 1_000) if time_ms else ""


def late_words(late_ms: int) -> str:
    """``LATE by 6 min``, rounded up to the minute; empty for in time."""
    return f"LATE by {-(-late_ms // 60_000):,} min" if late_ms else ""


def elapsed_words(elapsed_ms: int) -> str:
    """Milliseconds below ten seconds, else as a length: what was fast shows how fast."""
    return f"{elapsed_ms:,} ms" if elapsed_ms < 10_000 else print_length(elapsed_ms - elapsed_ms % 1_000)


def style_of(finding: str) -> str:
    """The style of a finding: no conflict has none, since it is no clearance."""
    return {Finding.CONFLICT.value: look.DANGER, Finding.NOT_ASSESSED.value: look.WARNING}.get(finding, "")


def print_operation_summary(screen: Console, view: OperationView, links: Sequence[LinkView]) -> None:
    """An own operation: who has it, how far it got, what each side found, what is open and what to do."""
    when = print_span(view.starts_ms, view.ends_ms)
    kind = f", {visible_name(view.category)}" if view.category else ""
    look.print_line(screen, f"{visible(view.identifier)}  version {view.number}{kind}", "bold")
    look.print_labelled(screen, "  when", f"{when}, with a hazard tail of {print_length(view.hazard_tail_ms)}")
    if view.place_name:
        look.print_labelled(screen, "  place", visible(view.place_name))
    look.print_labelled(screen, "  filed", f"{print_time(view.filed_ms)} by {visible(view.officer)}, {view.role}")
    print_assessment(screen, "  own check", view.assessment)
    for delivery in view.deliveries:
        _print_delivery(screen, delivery)
    not_told = [link.party for link in links if link.party not in {delivery.party for delivery in view.deliveries}]
    if not_told:
        why = "no agreement in force, or shown only once it conflicts"
        look.print_labelled(screen, "  NOT TOLD", f"{', '.join(not_told)} ({why})", look.WARNING)
    for procedure in view.procedures:
        look.print_labelled(screen, "  FLY BY", f"{visible(procedure)}, signed by both", "bold")
    print_open(screen, view.open)
    if view.ended:
        look.print_labelled(screen, "  ended", view.ended)
    elif view.settled:
        look.print_labelled(screen, "  SETTLED", INFORMED, "bold")


def print_changes(screen: Console, changes: Changes) -> None:
    """What changed between two versions, and what did not."""
    for change in changes.changed:
        words = f"{visible(change.name)}: {visible(change.before) or 'nothing'} -> {visible(change.after) or 'nothing'}"
        look.print_labelled(screen, "CHANGES", words, look.WARNING)
    look.print_labelled(screen, "stays", visible(", ".join(changes.unchanged)) or "nothing")


def print_open(screen: Console, found: Iterable[OpenView]) -> None:
    """What is open, and what to do about each; the same advice once."""
    for one in dict.fromkeys((view.code, visible(view.words), visible(view.next)) for view in found):
        code, words, step = one
        style = look.DANGER if code in {"conflict", "objected", "equivocation"} else look.WARNING
        look.print_labelled(screen, "  OPEN", f"{words}; next: {step}", style)


def print_assessment(screen: Console, label: str, view: AssessmentView) -> None:
    """One side's newest verdict with what it rests on."""
    reason = f" ({visible(view.reason)})" if view.reason else ""
    number = f", assessment {view.number}" if view.number else ""
    words = f"{view.words}{reason} by {visible(view.by)}{number}"
    look.print_labelled(screen, label, words, style_of(view.finding))
    for clash in view.clashes:
        look.print_labelled(screen, "", clash_words(clash), style_of(clash.finding.value))
    if view.count > len(view.clashes):
        look.print_labelled(screen, "", f"and {view.count - len(view.clashes):,} more", look.DANGER)


def clash_words(clash: Clash) -> str:
    """What it clashes with, when, where and how close."""
    who = " ".join(visible_name(part) for part in (clash.against, clash.party, clash.identifier) if part)
    if clash.finding is not Finding.CONFLICT:
        return f"{clash.finding.value} with {who}: {', '.join(visible(reason) for reason in clash.reasons)}"
    where = print_degrees_minutes(Position(clash.lon_e7, clash.lat_e7))
    near = f"{print_lateral(clash.lateral_m)}, {print_vertical(clash.vertical_m)}"
    doubt = ", BY ENVELOPE" if clash.by_envelope else ""
    return f"CONFLICT with {who}, {print_span(clash.from_ms, clash.until_ms)} near {where}, {near} apart{doubt}"


def positions_in_words(points: Sequence[Position]) -> tuple[str, ...]:
    """Each position in three notations and MGRS, so that none is taken for another."""
    shown = [
        f"{print_degrees_minutes(point)} = {print_dms(point)} = {print_decimal(point)} = {print_mgrs(point)}"
        for point in points[:MAX_POSITIONS]
    ]
    more = len(points) - len(shown)
    return (*shown, *([f"and {more:,} more positions"] if more else []))


def code_of(views: Iterable[OperationView]) -> ExitCode:
    """The exit code of operations: 1 if a conflict is open, else 3 if anything is, else 0."""
    codes = {found.code for view in views for found in view.open if found.code != "ended"}
    if "conflict" in codes:
        return ExitCode.CONFLICTS
    return ExitCode.NOT_ASSESSED if codes else ExitCode.NONE


def _print_delivery(screen: Console, view: DeliveryView) -> None:
    late = late_words(view.late_ms)
    stage = STAGE_WORDS.get(view.stage, view.stage)
    parts = [
        stage,
        f"receipt of {print_time(view.received_ms)}" if view.received_ms else "",
        "NOT PROVEN to stand in its log" if view.included == "OVERDUE" else "",
        "proven in its log" if view.included == "proven" else "",
        f"read back {view.read_back.upper()}" if view.read_back == "wrong" else "",
        f"reason: {visible(view.reason)}" if view.reason else "",
        f"refused: {visible(view.refused)}" if view.refused else "",
        f"link {view.link}" if view.link != "live" else "",
    ]
    doubtful = view.link != "live" or view.refused or view.included == "OVERDUE"
    style = look.WARNING if doubtful else ""
    look.print_labelled(screen, f"  {visible_name(view.party, 10)}", "; ".join(filter(None, parts)), style)
    marked = ", ".join(filter(None, (late, *map(visible, view.marks))))
    if marked:
        look.print_labelled(screen, "", marked, look.WARNING)
    due = {"read-back": view.read_back_due_ms, "answer": view.answer_due_ms}
    owed = [f"{name} by {print_time(due_ms)}" for name, due_ms in due.items() if due_ms]
    if owed:
        look.print_labelled(screen, "", f"owes its {', its '.join(owed)}")
    print_assessment(screen, "", view.assessment)
