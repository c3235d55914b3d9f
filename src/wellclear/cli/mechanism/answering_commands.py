"""`wellclear notices`, `read-back`, `accept` and `object`: what counterparties told, and the answers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from wellclear.centre.commands import AnswerNotice, ReadBackNotice
from wellclear.cli import screen as look
from wellclear.cli.mechanism.asked import confirm, print_differences, read_entered
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.mechanism.operations_command import print_volumes
from wellclear.cli.mechanism.printed import late_words, print_as_json, print_assessment, print_changes, print_time
from wellclear.cli.visible import visible, visible_name
from wellclear.cli.wording import print_length, print_span
from wellclear.errors import MalformedInput, NotFound
from wellclear.model.agreement.disclosure import Disclosure
from wellclear.model.operation_text import parse_operation
from wellclear.protocol.readback.changes import changed_fields
from wellclear.protocol.readback.entered import compare, readback_form
from wellclear.protocol.readback.plausibility import Known, questions

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.api.views.notices import NoticeDetail, NoticeView
    from wellclear.cli.mechanism.desk import Desk
    from wellclear.model.operation import Operation

Party = Annotated[str, Parameter(metavar="PARTY", help="Whose operation it is.")]
Identifier = Annotated[str, Parameter(metavar="OPERATION", help="What that party calls it.")]


def notices(
    party: Party = "",
    identifier: Identifier = "",
    /,
    *,
    all_: Annotated[bool, Parameter(name="--all", help="Also what was withdrawn or has expired.")] = False,
    json: Annotated[bool, Parameter(help="Print JSON for programs.")] = False,
    at: CentreOptions = NEWEST,
) -> None:
    """Show what counterparties told; with party and operation also its volumes. Who looks at those is on the record."""
    screen = look.open_screen()
    with connected(at) as desk:
        if identifier:
            detail = desk.client.notice(party, identifier)
            print_as_json(detail) if json else _print_detail(screen, detail)
            return
        views = [view for view in desk.client.notices(everything=all_) if party in {"", view.party}]
    if json:
        print_as_json(views)
        return
    for view in views:
        print_notice(screen, view)
    look.print_line(screen, f"{look.counted(len(views), 'notice')}. Informed, not protected.", "bold")


def read_back(  # noqa: PLR0913 - options of a command
    party: Party,
    identifier: Identifier,
    /,
    *,
    entered: Annotated[
        str, Parameter(metavar="FILE", help="JSON with the fields as the officer entered them, name and text of each.")
    ] = "",
    form: Annotated[bool, Parameter(help="Only show which fields are asked, in another notation than sent.")] = False,
    yes: Annotated[bool, Parameter(help="Send it also where it differs from the notice that is held.")] = False,
    json: Annotated[bool, Parameter(help="Print the form as JSON.")] = False,
    at: CentreOptions = NEWEST,
) -> None:
    """Enter the safety fields of a notice again, in another notation, and send them back to be compared there."""
    screen = look.open_screen()
    with connected(at) as desk:
        detail = desk.client.notice(party, identifier)
        if not detail.content:
            raise MalformedInput(
                "a place name alone has no fields", code="readback-unbounded", wanted="a telephone call"
            )
        operation = parse_operation(detail.content)
        if form or json:
            _print_form(screen, detail, as_json=json)
            return
        fields = read_entered(operation, entered)
        differences = compare(operation, fields)
        print_differences(screen, differences)
        if differences:
            confirm("Send it although it differs", yes=yes)
        command = ReadBackNotice(
            party=party, identifier=identifier, whole=detail.summary.whole, fields=tuple(fields.items())
        )
        desk.give(command)
    look.print_labelled(screen, "SENT", f"the read-back, to {visible(party)}: its centre compares it", "bold")
    look.print_labelled(screen, "next", f"wellclear accept {visible(party)} {visible(identifier)}, or object")


def accept(party: Party, identifier: Identifier, /, *, at: CentreOptions = NEWEST) -> None:
    """Accept the newest version of a counterparty's operation."""
    _answer(party, identifier, at, reason="", accepts=True)


def object_(
    party: Party,
    identifier: Identifier,
    /,
    *,
    reason: Annotated[str, Parameter(metavar="TEXT", help="Why, for the other side's officer.")],
    at: CentreOptions = NEWEST,
) -> None:
    """Object to the newest version of a counterparty's operation, with a reason. It may still fly."""
    _answer(party, identifier, at, reason=reason, accepts=False)


def print_notice(screen: Console, view: NoticeView) -> None:
    """One notice of a counterparty: marks, own assessment, how it was answered, what to do next."""
    who = f"{visible(view.party)} {visible(view.identifier)}  version {view.number}"
    look.print_line(screen, f"{who}, {visible_name(view.category)}".rstrip(", "), "bold")
    marks = [mark for mark in view.marks if mark != "LATE"] + [late_words(view.late_ms)]
    look.print_labelled(screen, "  when", print_span(view.starts_ms, view.ends_ms))
    look.print_labelled(
        screen, "  came", f"{print_time(view.took_ms)}, {view.urgency}, shown {visible(view.disclosed)}"
    )
    shown = " ".join(filter(None, marks))
    if shown:
        look.print_labelled(screen, "  marked", shown, look.WARNING)
    if view.name_alone:
        words = f"{visible(view.place_name)}: UNBOUNDED. The whole area is hot; no direction is safe."
        look.print_labelled(screen, "  place", words, look.DANGER)
    elif view.place_name:
        look.print_labelled(screen, "  place", visible(view.place_name))
    print_assessment(screen, "  own check", view.assessment)
    look.print_labelled(screen, "  answer", _answer_words(view))
    look.print_labelled(screen, "  told", ", ".join(visible(party) for party in view.addressees))
    look.print_labelled(screen, "  next", visible(view.next), "bold")


def _answer_words(view: NoticeView) -> str:
    """What is read, read back and answered are three things; by when each is due."""
    read = f"read by {visible(view.read_by)} {print_time(view.read_ms)}" if view.read_by else "NOT read"
    back = "read back" if view.read_back else f"NOT read back{_due_words(view.read_back_due_ms)}"
    answer = view.answer or f"NOT answered{_due_words(view.answer_due_ms)}"
    return f"{read}; {back}; {answer}"


def _due_words(due_ms: int) -> str:
    return f" (due by {print_time(due_ms)})" if due_ms else ""


def _print_detail(screen: Console, detail: NoticeDetail) -> None:
    print_notice(screen, detail.summary)
    if detail.summary.remarks:
        look.print_labelled(screen, "  remarks", visible(detail.summary.remarks))
    look.print_labelled(screen, "  hazard tail", print_length(detail.summary.hazard_tail_ms))
    if detail.content:
        operation = parse_operation(detail.content)
        print_volumes(screen, operation)
        if detail.before:
            print_changes(screen, changed_fields(parse_operation(detail.before), operation))
        _print_questions(screen, detail, operation)


def _print_questions(screen: Console, detail: NoticeDetail, operation: Operation) -> None:
    """What looks wrong, by the time at which it came and by the party's other notices."""
    if detail.summary.disclosed != Disclosure.FULL:
        return  # a cover is where and when its grid says
    earlier = tuple(parse_operation(content) for content in detail.earlier)
    for question in questions(operation, Known(detail.summary.took_ms, earlier=earlier)):
        look.print_labelled(screen, "  ASK", f"{visible(question.at)} {visible(question.words)}".strip(), look.WARNING)


def _print_form(screen: Console, detail: NoticeDetail, *, as_json: bool) -> None:
    form = readback_form(parse_operation(detail.content))
    if as_json:
        print_as_json({field.name: "" for field in form.fields})
        return
    for field in form.fields:
        look.print_labelled(screen, field.name, f"{visible(field.shown)}  ({field.tolerance})")


def _answer(party: str, identifier: str, at: CentreOptions, *, reason: str, accepts: bool) -> None:
    screen = look.open_screen()
    with connected(at) as desk:
        view = _held(desk, party, identifier)
        command = AnswerNotice(party=party, identifier=identifier, whole=view.whole, accept=accepts, reason=reason)
        desk.give(command)
    verb = "ACCEPTED" if accepts else "OBJECTED"
    look.print_labelled(screen, verb, f"{visible(party)} {visible(identifier)} version {view.number}", "bold")
    print_assessment(screen, "own check", view.assessment)
    look.print_line(screen, "Informed, not protected: an answer is no clearance, and an objection no prohibition.")


def _held(desk: Desk, party: str, identifier: str) -> NoticeView:
    for view in desk.client.notices():
        if (view.party, view.identifier) == (party, identifier):
            return view
    raise NotFound(
        f"no live notice {identifier!r} of {party}", code="notice-unknown", at="OPERATION", wanted="one of `notices`"
    )
