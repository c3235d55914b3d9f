"""Agreements on the screen: states, clauses in words, differences and the coverage matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from wellclear.cli import screen as look
from wellclear.cli.mechanism.printed import print_time
from wellclear.cli.visible import visible, visible_name
from wellclear.cli.wording import print_length
from wellclear.model.agreement.coverage import Cover
from wellclear.model.agreement.difference import difference
from wellclear.model.agreement.wording import clauses_in_words, disclosure_in_words
from wellclear.model.minima_text import print_minima

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from wellclear.api.views.parties import AgreementView
    from wellclear.model.agreement.coverage import CoverageRow
    from wellclear.model.agreement.terms import Agreement

SHOWN_DIGITS: Final = 16
"""Digits of a digest in a list."""

COVER_STYLE: Final = {Cover.GAP: look.DANGER, Cover.OUTSIDE: look.WARNING, Cover.BY_DEFAULT: look.WARNING}


def print_agreements(screen: Console, views: Sequence[AgreementView]) -> None:
    """All agreements that a centre holds, with their states."""
    for view in views:
        _print_state(screen, view)
    look.print_line(
        screen, f"{look.counted(len(views), 'agreement')}. An agreement permits nothing; it says who tells whom."
    )


def print_agreement(screen: Console, value: Agreement, view: AgreementView | None) -> None:
    """One version, clause by clause; with its state where a centre holds it."""
    if view is not None:
        _print_state(screen, view)
    look.print_labelled(screen, "digest", value.digest.hex())
    table = look.grid(screen, "clause", "says")
    for clause, says in clauses_in_words(value).items():
        table.add_row(Text(visible(clause)), Text(visible(says)))
    look.print_table(screen, table)


def print_changes(screen: Console, older: Agreement, newer: Agreement) -> None:
    """What changed between two versions, clause by clause."""
    rows = difference(older, newer)
    for row in rows:
        before, after = (visible(text) if text is not None else "nothing" for text in (row.before, row.after))
        look.print_labelled(screen, "CHANGES", f"{visible(row.clause)}: {before} -> {after}", look.WARNING)
    if rows:
        look.print_line(screen, look.counted(len(rows), "clause") + " differ", "bold")
    elif older.digest == newer.digest:
        look.print_line(screen, "the same text, byte for byte", "bold")
    else:
        look.print_line(screen, "no clause differs; layout or comments do, so they are two texts to sign", look.WARNING)


def print_coverage(screen: Console, rows: Iterable[CoverageRow]) -> None:
    """The coverage matrix; whatever is not covered by name is a warning."""
    table = look.grid(screen, "from", "to", "category", "covered", "agreement", "shown", "minima", "lead time")
    for row in rows:
        cells = (
            row.sender,
            row.recipient,
            row.category or "any other",
            row.cover.value.upper() if row.cover in COVER_STYLE else row.cover.value,
            f"{row.agreement.identifier}@{row.agreement.version} {row.phase}" if row.agreement else "",
            disclosure_in_words(row.disclosure) if row.disclosure else "nothing",
            print_minima(row.minima) if row.minima else "",
            print_length(row.lead_time_ms) if row.lead_time_ms is not None else "",
        )
        table.add_row(*(Text(visible_name(cell), style=COVER_STYLE.get(row.cover, "")) for cell in cells))
    look.print_table(screen, table)
    look.print_line(screen, "Whoever is not in this table is bound by nothing and told nothing.", "bold")


def _print_state(screen: Console, view: AgreementView) -> None:
    settles = "" if view.settles else "; nothing settles under it now"
    style = "bold" if view.settles else look.WARNING
    words = f"{visible(view.identifier)} version {view.version} ({view.digest.hex()[:SHOWN_DIGITS]})"
    look.print_labelled(screen, view.phase.upper(), f"{words}{settles}", style)
    for step in view.steps:
        by = f" by {visible(step.officer)}" if step.officer else ""
        words = f"{step.step}{by}, {print_time(step.at_ms)}, effective {print_time(step.effective_ms)}"
        look.print_labelled(screen, f"  {visible_name(step.party)}", words)
    if view.missing:
        words = f"{', '.join(visible(party) for party in view.missing)}: not bound"
        look.print_labelled(screen, "  NOT SIGNED", words, look.WARNING)
