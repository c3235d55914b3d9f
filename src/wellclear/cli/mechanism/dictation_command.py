"""`wellclear dictation`: a notice over the telephone, when no link works."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, Parameter

from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.asked import typed
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.mechanism.operations_command import print_volumes
from wellclear.cli.options import given
from wellclear.cli.output_files import OutputFiles
from wellclear.cli.source_files import read_source
from wellclear.cli.visible import visible
from wellclear.errors import NotFound, RuleViolated, WellclearError
from wellclear.formats import registry
from wellclear.geo.quantity import print_duration
from wellclear.geo.span import Span
from wellclear.model.agreement.disclosure import Disclosure
from wellclear.model.agreement.text import parse_agreement
from wellclear.model.disclosure import disclosed_content
from wellclear.model.operation_text import parse_operation
from wellclear.model.reading import Context
from wellclear.protocol.voice.dictated import Dictated
from wellclear.protocol.voice.heard import MAX_ENTRY_CHARACTERS, differing_lines, parse_line, parse_sheet
from wellclear.protocol.voice.sheet import print_sheet

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.api.views.notices import NoticeDetail
    from wellclear.api.views.operations import OperationDetail
    from wellclear.cli.mechanism.desk import Desk
    from wellclear.model.agreement.terms import Agreement

LAST_LINE: Final = "18"
"""Number of the last line of a page: the check words."""

Language = Literal["en", "ru", "he", "ar", "fr"]

dictation = App(
    name="dictation",
    help="Tell a notice by telephone: print the sheet to read out, or enter what was heard.",
    help_epilogue="""Examples:

wellclear dictation S-17 --to south --language ru

wellclear dictation enter --language en --out heard.geojson""",
    help_format="plaintext",
    default_parameter=Parameter(negative=()),
)


@dictation.default
def sheet(
    identifier: Annotated[str, Parameter(metavar="OPERATION", help="The own operation.")],
    /,
    *,
    to: Annotated[str, Parameter(metavar="PARTY", help="Who is told; else each addressee, a sheet for each.")] = "",
    language: Annotated[Language, Parameter(help="In which the other officer listens.")] = "en",
    at: CentreOptions = NEWEST,
) -> None:
    """Print the dictation sheet of an own operation, as the agreement lets the listener know it."""
    with connected(at) as desk:
        detail = desk.client.operation(identifier)
        parties = [to] if to else [delivery.party for delivery in detail.summary.deliveries]
        if not parties:
            raise NotFound("nobody is told of it", code="dictation-nobody", at="--to", wanted="--to PARTY")
        told = [
            message_to(detail, _agreement_with(desk, detail, party), desk.session.party, party) for party in parties
        ]
    for one in told:
        look.write_document((print_sheet(one, language) + "\n").encode())


@dictation.command
def enter(
    file: Annotated[
        str, Parameter(help="What was typed, a line for each line heard; else asked at the terminal.")
    ] = "",
    /,
    *,
    language: Annotated[Language, Parameter(help="In which the check words were heard.")] = "en",
    out: Annotated[str, Parameter(metavar="FILE", help="Write the operation as GeoJSON, to be checked.")] = "",
    at: CentreOptions = NEWEST,
) -> int:
    """Take down a sheet line by line, each checked at once, and compare it with the notice that is held."""
    screen = look.open_screen()
    heard = parse_sheet(_typed(screen, file), language)
    look.print_labelled(screen, "HEARD", f"{heard.kind} {visible(heard.sender)} {visible(heard.identifier)}", "bold")
    look.print_labelled(screen, "check words", "right: this is what the other side read out")
    if heard.volumes:
        print_volumes(screen, heard.operation)
    if heard.hazard_tail_ms:
        look.print_labelled(screen, "hazard tail", print_duration(heard.hazard_tail_ms))
    if out:
        _write(heard, out)
    with connected(at) as desk:
        held = next(
            (
                desk.client.notice(view.party, view.identifier)
                for view in desk.client.notices()
                if (view.party, view.identifier) == (heard.sender, heard.identifier)
            ),
            None,
        )
        if held is None:
            look.print_line(
                screen, "No such notice is held here. NOT ASSESSED: write it with --out and check it.", look.WARNING
            )
            return ExitCode.NOT_ASSESSED
        return _compare(screen, desk, heard, held)


def message_to(detail: OperationDetail, value: Agreement, sender: str, recipient: str) -> Dictated:
    """The message to one party: as much of the operation as the agreement discloses to it.

    Args:
        detail: the operation as the own centre shows it.
        value: the agreement that it stands under with the recipient.
        sender: the own party.
        recipient: who listens.

    Raises:
        RuleViolated: `dictation-withheld`: it is shown only once it conflicts, and has not been.
    """
    view = detail.summary
    term = value.disclosure_to(sender, recipient, view.category)
    told = recipient in {delivery.party for delivery in view.deliveries if delivery.stage != "withheld"}
    if term.disclosure is Disclosure.ON_CONFLICT and not told:
        raise RuleViolated(
            f"the agreement shows it to {recipient} only once it conflicts", code="dictation-withheld", at="--to"
        )
    seen = parse_operation(disclosed_content(detail.content, term))
    return Dictated(
        sender=sender,
        recipient=recipient,
        kind="NOTICE" if view.number == 1 else "AMEND",
        identifier=view.identifier,
        version_number=view.number,
        category=view.category,
        volumes=seen.volumes,
        hazard_tail_ms=view.hazard_tail_ms,
        agreement=f"{value.identifier} {value.version}",
        priority=seen.priority,
        remarks=view.remarks if term.disclosure is Disclosure.FULL else "",
    )


def _agreement_with(desk: Desk, detail: OperationDetail, party: str) -> Agreement:
    for digest in detail.summary.agreements:
        value = parse_agreement(desk.client.agreement(digest).text.encode())
        if party in value.party_names:
            return value
    raise RuleViolated(
        f"the operation stands under no agreement with {party}",
        code="dictation-withheld",
        at="--to",
        wanted="a party of one",
    )


def _typed(screen: Console, file: str) -> str:
    """What was typed; at the terminal each line is checked at once, and asked again if it is wrong."""
    if file:
        return read_source(Path(file), MAX_ENTRY_CHARACTERS).decode(errors="replace")
    if not sys.stdin.isatty():
        return sys.stdin.read(MAX_ENTRY_CHARACTERS + 1)
    look.print_line(screen, "One line as heard: NUMBER VALUE *CHECK. An empty line ends it.")
    lines: list[str] = []
    while entry := typed(f"{len(lines) + 1:>4}> ").strip():
        try:
            line = parse_line(entry)
        except WellclearError as error:
            look.print_line(screen, f"  {visible(str(error))}: ask for this line again", look.DANGER)
            continue
        lines.append(entry)
        if line.label == LAST_LINE:
            look.print_line(screen, "  a page is complete; an empty line ends, another page goes on")
    return "\n".join(lines)


def _compare(screen: Console, desk: Desk, heard: Dictated, held: NoticeDetail) -> int:
    """Compare what was heard with the notice that is held, line by line."""
    if not held.content:
        look.print_line(screen, "The notice that is held gives a place name alone: nothing to compare.", look.WARNING)
        return ExitCode.NOT_ASSESSED
    view = held.summary
    operation = parse_operation(held.content)
    ours = Dictated(
        sender=view.party,
        recipient=desk.session.party,
        kind=heard.kind,
        identifier=view.identifier,
        version_number=view.number,
        category=view.category,
        volumes=operation.volumes,
        hazard_tail_ms=view.hazard_tail_ms,
        agreement=heard.agreement,
        priority=operation.priority,
        remarks=view.remarks,
    )
    differences = differing_lines(heard, ours)
    for found in differences:
        words = f"page {found.page_number} line {found.label}: heard {visible(found.heard)}, held {visible(found.held)}"
        look.print_labelled(screen, "DIFFERS", words, look.DANGER)
    if differences:
        return ExitCode.CONFLICTS
    look.print_line(screen, f"The same as version {view.number}, which is held here. Informed, not protected.", "bold")
    return ExitCode.NONE


def _write(heard: Dictated, out: str) -> None:
    operation = heard.operation
    spans = [volume.span for volume in operation.volumes]
    horizon = Span(min(span.start_ms for span in spans), max(span.end_ms for span in spans))
    files = OutputFiles(())
    files.claim("--out", out, fresh=True)
    writing = given(
        "--out", lambda name: registry.write((operation,), name, Context(out, heard.sender, horizon)), "geojson"
    )
    files.put("--out", writing.content)
    failure = files.commit()
    if failure is not None:
        raise failure
