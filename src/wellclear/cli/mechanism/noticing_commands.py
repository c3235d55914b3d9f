"""`wellclear notify`, `amend` and `withdraw`: operations are filed from plans of any format, once they look right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from wellclear.centre.commands import File, Withdraw
from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.asked import confirm, entered_again
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.mechanism.operations_command import DEFAULT_WAIT, print_volumes, told, withdrawn
from wellclear.cli.mechanism.printed import code_of, print_as_json, print_changes, print_operation_summary
from wellclear.cli.options import DEFAULT_READING, ReadingOptions, given
from wellclear.cli.plans import named, read_file
from wellclear.cli.summary import print_notes, print_refusals
from wellclear.cli.visible import visible
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.quantity import parse_duration_ms
from wellclear.model.agreement.ladder import Urgency
from wellclear.model.agreement.text import parse_agreement
from wellclear.model.operation_text import parse_operation, print_operation
from wellclear.protocol.readback.changes import changed_fields
from wellclear.protocol.readback.plausibility import EARLIER_COMPARED, Known, questions

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.api.views.operations import OperationView
    from wellclear.cli.mechanism.desk import Desk
    from wellclear.model.operation import Operation
    from wellclear.model.reading import Reading


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class TellingOptions:
    """What is told besides the volumes."""

    category: Annotated[
        str, Parameter(metavar="NAME", help="Kind of use, as the agreement names it; else what the file says.")
    ] = ""
    place_name: Annotated[str, Parameter(metavar="TEXT", help="A name of the place, beside its shape.")] = ""
    name_alone: Annotated[
        bool,
        Parameter(help="Tell the place's name and the times, not the shape: the whole area of the agreement is hot."),
    ] = False
    urgency: Annotated[Urgency, Parameter(help="How soon an answer is needed.")] = Urgency.ROUTINE
    remarks: Annotated[str, Parameter(metavar="TEXT", help="Free text. It carries no safety.")] = ""
    yes: Annotated[bool, Parameter(help="Go on without asking: an officer has looked at the questions.")] = False
    wait: Annotated[str, Parameter(metavar="TIME", help="How long receipts are waited for.")] = DEFAULT_WAIT
    json: Annotated[bool, Parameter(help="Print what became of it as JSON.")] = False

    def wait_ms(self) -> int:
        """How long receipts are waited for."""
        return given("--wait", parse_duration_ms, self.wait)

    def command(self, operation: Operation, amends: bytes = b"") -> File:
        """The command that files an operation."""
        return File(
            content=print_operation(operation),
            amends=amends,
            place_name=self.place_name,
            name_alone=self.name_alone,
            urgency=self.urgency,
            remarks=self.remarks,
        )


PLAIN: Final = TellingOptions()

WITHDRAWAL_WORDS: Final = {
    "receipted": ("its centre has that it is over", ""),
    "awaited": ("has NOT receipted the withdrawal: telephone; to it the operation still stands", look.DANGER),
    "": ("was never told of it", ""),
}
"""By what became of a withdrawal with one addressee."""


def notify(
    file: Annotated[str, Parameter(help="A file of plans, in any format that check reads.")],
    /,
    *,
    telling: TellingOptions = PLAIN,
    reading: ReadingOptions = DEFAULT_READING,
    at: CentreOptions = NEWEST,
) -> int:
    """File each operation of a file and tell it to the counterparties, after asking back what looks wrong."""
    screen = look.open_screen(stderr=telling.json)
    with connected(at) as desk:
        taken = _read(file, reading, desk)
        print_refusals(screen, taken.refusals, "wellclear show FILE --json -")
        print_notes(screen, taken.notes, listed=True)
        planned = [_own(operation, desk, telling) for operation in taken.operations]
        asked = _ask(screen, desk, planned, telling)
        if asked or taken.refusals:
            confirm(f"File {look.counted(len(planned), 'operation')}", yes=telling.yes)
        for operation in planned:
            desk.give(telling.command(operation))
        views = [told(desk, operation.identifier, telling.wait_ms()) for operation in planned]
        _show(screen, desk, views, as_json=telling.json)
    code = code_of(views)
    return ExitCode.REFUSED if taken.refusals and code is not ExitCode.CONFLICTS else code


def amend(  # noqa: PLR0913 - options of a command
    identifier: Annotated[str, Parameter(metavar="OPERATION", help="The own operation that is amended.")],
    file: Annotated[str, Parameter(help="A file that holds it as it shall be; of several, the one of that name.")],
    /,
    *,
    entered: Annotated[
        str, Parameter(metavar="FILE", help="JSON with the safety fields entered again, name and text of each.")
    ] = "",
    telling: TellingOptions = PLAIN,
    reading: ReadingOptions = DEFAULT_READING,
    at: CentreOptions = NEWEST,
) -> int:
    """File a new version of an operation, after showing what changes and what does not.

    Where some safety fields change and others stay, all are entered again: what stayed may have stayed by mistake.
    """
    screen = look.open_screen(stderr=telling.json)
    with connected(at) as desk:
        detail = desk.client.operation(identifier)
        before = parse_operation(detail.content)
        kept = replace(telling, category=telling.category or before.category)
        operation = replace(_own(_the_one(_read(file, reading, desk), identifier), desk, kept), identifier=identifier)
        changes = changed_fields(before, operation)
        print_changes(screen, changes)
        if not changes.changed:
            raise RuleViolated("nothing changes", code="amend-same", at=file, wanted="a plan that differs")
        asked = _ask(screen, desk, [operation], telling)
        if changes.enter_again and not telling.yes:
            entered_again(screen, operation, entered)
        if asked or not changes.enter_again:
            confirm(f"Amend {identifier}", yes=telling.yes)
        desk.give(kept.command(operation, amends=detail.summary.whole))
        view = told(desk, identifier, telling.wait_ms())
        _show(screen, desk, [view], as_json=telling.json)
    return code_of((view,))


def withdraw(
    identifier: Annotated[str, Parameter(metavar="OPERATION", help="The own operation that will not be flown.")],
    /,
    *,
    reason: Annotated[str, Parameter(metavar="TEXT", help="Why, for those who were told.")],
    wait: Annotated[str, Parameter(metavar="TIME", help="How long receipts are waited for.")] = DEFAULT_WAIT,
    at: CentreOptions = NEWEST,
) -> int:
    """Withdraw an operation; all who were told it hear so. Its hazard, if there is one, needs its own all-clear."""
    screen = look.open_screen()
    with connected(at) as desk:
        desk.give(Withdraw(identifier=identifier, reason=reason))
        view = withdrawn(desk, identifier, given("--wait", parse_duration_ms, wait))
    look.print_labelled(screen, "WITHDRAWN", f"{visible(identifier)}, version {view.number}", "bold")
    for delivery in view.deliveries:
        words, style = WITHDRAWAL_WORDS[delivery.withdrawal]
        look.print_labelled(screen, f"  {visible(delivery.party)}", words, style)
    if not view.deliveries:
        look.print_line(screen, "Nobody had been told of it.")
    missing = any(delivery.withdrawal == "awaited" for delivery in view.deliveries)
    return ExitCode.NOT_ASSESSED if missing else ExitCode.NONE


def _read(file: str, reading: ReadingOptions, desk: Desk) -> Reading:
    mine = reading if reading.party is not None else replace(reading, party=desk.session.party)
    return read_file(named((file,), mine)[0], mine, mine.bounds())


def _own(operation: Operation, desk: Desk, telling: TellingOptions) -> Operation:
    """The operation as the own party's: a centre files nobody else's."""
    if operation.party != desk.session.party:
        raise RuleViolated(
            f"the file holds an operation of {operation.party!r}",
            code="operation-party",
            at=operation.identifier,
            wanted=f"operations of {desk.session.party}, or --party {desk.session.party} where the file does not say",
        )
    return replace(operation, category=telling.category or operation.category)


def _the_one(taken: Reading, identifier: str) -> Operation:
    if len(taken.operations) == 1:
        return taken.operations[0]
    found = [operation for operation in taken.operations if operation.identifier == identifier]
    if len(found) != 1:
        raise MalformedInput(
            f"the file holds {len(taken.operations)} operations, {len(found)} of that name",
            code="amend-which",
            at=identifier,
            wanted="a file with one operation, or with one of that name",
        )
    return found[0]


def _ask(screen: Console, desk: Desk, planned: list[Operation], telling: TellingOptions) -> int:
    """Show the plans and print what looks wrong in them; how many questions there are."""
    known = _known(desk)
    count = 0
    for operation in planned:
        look.print_labelled(screen, "plan", visible(operation.identifier), "bold")
        print_volumes(screen, operation)
        for question in questions(operation, known, place_name=telling.place_name):
            count += 1
            look.print_labelled(
                screen, "  ASK", f"{visible(question.at)} {visible(question.words)}".strip(), look.WARNING
            )
        known = replace(known, earlier=(*known.earlier, operation))
    return count


def _known(desk: Desk) -> Known:
    """What the plans are held against: the agreement's area and sites, and own earlier operations."""
    agreements = [
        parse_agreement(desk.client.agreement(view.digest).text.encode())
        for view in desk.client.agreements()
        if view.phase == "in force"
    ]
    footprints = [footprint for agreement in agreements for footprint in agreement.area.footprints]
    earlier = sorted(desk.client.operations(everything=True), key=lambda view: view.filed_ms)[-EARLIER_COMPARED:]
    contents = [desk.client.operation(view.identifier).content for view in earlier]
    return Known(
        now_ms=desk.now_ms(),
        area=footprints[0] if len(footprints) == 1 else None,
        earlier=tuple(parse_operation(content) for content in contents if content),
        places={site.name: site.position for agreement in agreements for site in agreement.sites},
    )


def _show(screen: Console, desk: Desk, views: list[OperationView], *, as_json: bool) -> None:
    if as_json:
        print_as_json(views)
        return
    links = desk.client.links()
    for view in views:
        print_operation_summary(screen, view, links)
