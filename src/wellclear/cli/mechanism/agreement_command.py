"""`wellclear agreement`: the text that parties sign, its state, and what it covers."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from wellclear.centre.commands import DraftAgreement, StepAgreement
from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.agreement_printed import (
    print_agreement,
    print_agreements,
    print_changes,
    print_coverage,
)
from wellclear.cli.mechanism.agreement_texts import agreement_named, agreement_text, steps_of
from wellclear.cli.mechanism.asked import confirm
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, Desk, connected, read_card_file
from wellclear.cli.mechanism.printed import print_as_json, print_time
from wellclear.cli.options import given
from wellclear.cli.output_files import OutputFiles
from wellclear.cli.visible import visible
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.time_text import parse_rfc3339
from wellclear.model.agreement.clauses import PartyTerms
from wellclear.model.agreement.coverage import Cover, coverage
from wellclear.model.agreement.skeleton import skeleton, successor_text
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest, parse_agreement
from wellclear.model.card import Card, parse_card
from wellclear.protocol.voice.check_words import check_words

LEAST_PARTIES: Final = 2
"""Parties of an agreement, at least."""

agreement = App(
    name="agreement",
    help="Write, compare, propose, sign, suspend and end agreements. Only who signed is bound; it permits nothing.",
    help_epilogue="""Examples:

wellclear agreement new harbour --card north.card --card south.card --out harbour.toml

wellclear agreement propose harbour.toml

wellclear agreement sign harbour --role authority

wellclear agreement suspend harbour --from 2026-12-01T06:00:00Z

wellclear agreement coverage""",
    help_format="plaintext",
    default_parameter=Parameter(negative=()),
)

Name = Annotated[
    str, Parameter(metavar="AGREEMENT", help="IDENTIFIER, IDENTIFIER@VERSION, or the start of its digest.")
]
From = Annotated[
    str,
    Parameter(name="--from", metavar="TIME", help="From when it holds, such as 2026-12-01T06:00:00Z; else at once."),
]
Yes = Annotated[bool, Parameter(help="Go on without asking: it was read, and its check words compared by voice.")]
Json = Annotated[bool, Parameter(help="Print JSON for programs.")]


@agreement.command
def new(
    identifier: Annotated[str, Parameter(help="What all versions are called; one word.")],
    /,
    *,
    card: Annotated[tuple[str, ...], Parameter(metavar="FILE", help="Card of a party; once for each of them.")] = (),
    after: Annotated[str, Parameter(metavar="FILE", help="Write the next version of this text instead.")] = "",
    out: Annotated[str, Parameter(metavar="FILE", help="Where the text goes; else to standard output.")] = "",
) -> None:
    """Write the text of a new agreement with every clause explained, or of the next version. Fill in, then propose."""
    if after:
        text = successor_text(agreement_text(None, after))
    else:
        cards = [parse_card(read_card_file(name)) for name in card]
        if len(cards) < LEAST_PARTIES:
            raise MalformedInput(
                "an agreement of whom", code="agreement-parties", at="--card", wanted="two or more cards"
            )
        parties = [_terms(one) for one in cards]
        text = skeleton(identifier, parties, time.time_ns() // 1_000_000).encode()
    if not out:
        look.write_document(text)
        return
    files = OutputFiles(tuple(Path(name) for name in (after,) if name))
    files.claim("--out", out, fresh=True)
    files.put("--out", text)
    failure = files.commit()
    if failure is not None:
        raise failure
    look.print_labelled(look.open_screen(), "wrote", f"{visible(out)}: fill it in, then wellclear agreement propose")


@agreement.command
def show(
    name: Annotated[
        str, Parameter(metavar="AGREEMENT", help="A file, or as the centre holds it; all if left out.")
    ] = "",
    /,
    *,
    text: Annotated[bool, Parameter(help="Print the exact text.")] = False,
    json: Json = False,
    at: CentreOptions = NEWEST,
) -> None:
    """Show agreements: state, who signed and who did not, every clause in words, and the check words of the text."""
    screen = look.open_screen()
    if name and Path(name).is_file():
        content = agreement_text(None, name)
        print_agreement(screen, parse_agreement(content), None)
        return
    with connected(at) as desk:
        if not name:
            views = desk.client.agreements()
            print_as_json(views) if json else print_agreements(screen, views)
            return
        detail = desk.client.agreement(agreement_named(desk, name).digest)
    if text:
        look.write_document(detail.text.encode())
    elif json:
        print_as_json(detail)
    else:
        print_agreement(screen, parse_agreement(detail.text.encode()), detail.summary)


@agreement.command
def diff(
    older: Annotated[str, Parameter(metavar="OLDER", help="A file, or a version that the centre holds.")],
    newer: Annotated[str, Parameter(metavar="NEWER", help="The same.")],
    /,
    *,
    at: CentreOptions = NEWEST,
) -> int:
    """Show what changed between two versions, clause by clause. Exit code 1 if anything did."""
    if Path(older).is_file() and Path(newer).is_file():
        texts = (agreement_text(None, older), agreement_text(None, newer))
    else:
        with connected(at) as desk:
            texts = (agreement_text(desk, older), agreement_text(desk, newer))
    print_changes(look.open_screen(), *(parse_agreement(text) for text in texts))
    return ExitCode.NONE if texts[0] == texts[1] else ExitCode.CONFLICTS


@agreement.command
def propose(
    name: Annotated[str, Parameter(metavar="AGREEMENT", help="A file, or one that the centre holds.")],
    /,
    *,
    at: CentreOptions = NEWEST,
) -> None:
    """Send a text to its parties, to be read and signed. It binds nobody."""
    with connected(at) as desk:
        text = agreement_text(desk, name)
        value = parse_agreement(text)
        if desk.session.party not in value.party_names:
            raise RuleViolated(
                f"{desk.session.party} is no party of it", code="agreement-party", at="party", wanted=desk.session.party
            )
        desk.give(DraftAgreement(text=text))
        desk.give(StepAgreement(step=StepKind.PROPOSE, digest=value.digest))
    screen = look.open_screen()
    look.print_labelled(screen, "PROPOSED", f"{visible(value.identifier)} version {value.version}", "bold")
    _print_check_words(text)
    look.print_labelled(screen, "next", f"wellclear agreement sign {value.identifier}@{value.version}, by each party")


@agreement.command
def sign(name: Name, /, *, yes: Yes = False, starts: From = "", at: CentreOptions = NEWEST) -> None:
    """Sign the exact text of a version for your party, after showing it. It takes an officer who may bind the party."""
    screen = look.open_screen()
    with connected(at) as desk:
        view = agreement_named(desk, name)
        text = desk.client.agreement(view.digest).text.encode()
        print_agreement(screen, parse_agreement(text), view)
        _print_check_words(text)
        confirm(f"Sign it for {desk.session.party}", yes=yes)
        _step(desk, StepKind.SIGN, view.digest, starts)


@agreement.command
def suspend(name: Name, /, *, starts: From = "", at: CentreOptions = NEWEST) -> None:
    """Suspend a version. Any party may, alone; nothing settles under it. The hotline and test calls go on."""
    with connected(at) as desk:
        _step(desk, StepKind.SUSPEND, agreement_named(desk, name).digest, starts)


@agreement.command
def resume(name: Name, /, *, starts: From = "", at: CentreOptions = NEWEST) -> None:
    """Take back the own suspension; each party that suspended resumes."""
    with connected(at) as desk:
        _step(desk, StepKind.RESUME, agreement_named(desk, name).digest, starts)


@agreement.command
def end(name: Name, /, *, yes: Yes = False, starts: From = "", at: CentreOptions = NEWEST) -> None:
    """End a version for all parties and for good. The hotline goes on."""
    with connected(at) as desk:
        digest = agreement_named(desk, name).digest
        confirm(f"End {name} for good", yes=yes)
        _step(desk, StepKind.END, digest, starts)


@agreement.command(name="coverage")
def coverage_command(
    *,
    category: Annotated[tuple[str, ...], Parameter(metavar="NAME", help="Show this category too.")] = (),
    json: Json = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Show, for each pair of parties and category, what covers it. Exit code 3 if something is not covered."""
    with connected(at) as desk:
        views = desk.client.agreements()
        values = [parse_agreement(desk.client.agreement(view.digest).text.encode()) for view in views]
        parties = [desk.session.party, *(link.party for link in desk.client.links())]
        now_ms = desk.now_ms()
    rows = coverage(values, steps_of(views), now_ms, parties=parties, categories=category)
    if json:
        print_as_json(
            [
                {
                    "sender": row.sender,
                    "recipient": row.recipient,
                    "category": row.category,
                    "cover": row.cover.value,
                    "agreement": row.agreement and row.agreement.identifier,
                    "version": row.agreement and row.agreement.version,
                    "phase": row.phase and row.phase.value,
                    "lead_time_ms": row.lead_time_ms,
                }
                for row in rows
            ]
        )
    else:
        print_coverage(look.open_screen(), rows)
    open_ = any(row.cover in {Cover.GAP, Cover.OUTSIDE} for row in rows)
    return ExitCode.NOT_ASSESSED if open_ else ExitCode.NONE


def _step(desk: Desk, kind: StepKind, digest: bytes, starts: str) -> None:
    """Take a step and show where the agreement stands then."""
    effective_ms = given("--from", parse_rfc3339, starts) if starts else 0
    desk.give(StepAgreement(step=kind, digest=digest, effective_ms=effective_ms))
    view = desk.client.agreement(digest).summary
    screen = look.open_screen()
    when = f", effective {print_time(effective_ms)}" if effective_ms else ""
    words = f"{visible(view.identifier)} version {view.version}{when}: {view.phase}"
    look.print_labelled(screen, kind.value.upper(), words, "bold")
    if view.phase == "in force" and not view.settles:
        look.print_line(screen, "Nothing settles within its grace of clocks, a minute or more either side of a change.")
    if view.missing:
        look.print_labelled(screen, "NOT SIGNED", ", ".join(view.missing), look.WARNING)


def _print_check_words(text: bytes) -> None:
    words = " ".join(check_words(agreement_digest(text), "en"))
    look.print_labelled(look.open_screen(), "check words", f"{words}  (of its exact text; compare them by voice)")
    sys.stdout.flush()


def _terms(card: Card) -> PartyTerms:
    return PartyTerms(card.party, card.party, card.root, card.languages)
