"""The words after the table: counts, what could not be assessed, what was refused, and what it all rests on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from wellclear.cli import screen as look
from wellclear.cli.visible import visible, visible_name
from wellclear.cli.wording import REASON_WORDS, STANDING, print_side, print_span, print_stated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from wellclear.cli.checked import Checked
    from wellclear.detect.results import Findings, NotAssessed
    from wellclear.model.reading import Note, Refusal

MAX_LINES: Final = 100
"""Refusals or notes printed one by one; the files carry all of them."""

MAX_UNASSESSED: Final = 20
"""Pairs named one by one; they are mostly alike, and their reasons are counted."""


def print_summary(screen: Console, checked: Checked, *, notes: bool) -> None:
    """Print what was checked, the counts and the reasons, refusals and, if asked, notes."""
    findings = checked.findings
    print_refusals(screen, checked.refusals)
    _print_not_assessed(screen, findings.not_assessed)
    print_notes(screen, checked.notes, listed=notes)
    look.print_labelled(screen, "minima", print_stated(checked.minima))
    for option, words in checked.ranges:
        look.print_labelled(screen, option.removeprefix("--"), words)
    horizon = print_span(checked.horizon.start_ms, checked.horizon.end_ms)
    look.print_labelled(screen, "horizon", f"{horizon}, for periods without an end")
    for source in checked.sources:
        operations, volumes = look.counted(source.operations, "operation"), look.counted(source.volumes, "volume")
        counts = f"{operations}, {volumes}, {source.refused:,} refused"
        look.print_labelled(screen, "read", f"{visible(source.name)}: {source.format}, {counts}")
    against = "one side against the other" if checked.against else "every operation against every other"
    look.print_labelled(screen, "compared", f"{compared_words(findings)}, {against}")
    if findings.conflicts:
        pairs = len({(id(conflict.a.operation), id(conflict.b.operation)) for conflict in findings.conflicts})
        volumes, operations = look.counted(len(findings.conflicts), "pair"), look.counted(pairs, "pair")
        words = f"{volumes} of volumes, of {operations} of operations; --each lists them one by one"
        look.print_labelled(screen, "conflicts", words)
    _print_verdict(screen, checked)
    look.print_line(screen, STANDING)


def print_refusals(screen: Console, refusals: Sequence[Refusal], all_in: str = "--json FILE") -> None:
    """One line for each refusal: file, place, subject, what is wrong, what would be right; `all_in` has them all."""
    for refusal in refusals[:MAX_LINES]:
        look.print_labelled(screen, "REFUSED", refusal_words(refusal), look.WARNING)
    _print_more(screen, len(refusals) - MAX_LINES, "refusals", all_in)


def print_notes(screen: Console, notes: Sequence[Note], *, listed: bool) -> None:
    """The notes one by one, or how many there are."""
    if not listed:
        if notes:
            words = f"{len(notes):,} on how records were read: list them with --notes"
            look.print_labelled(screen, "notes", words)
        return
    for note in notes:
        look.print_labelled(screen, "note", note_words(note))


def refusal_words(refusal: Refusal) -> str:
    """A refusal on one line."""
    subject = f"{visible_name(refusal.subject)}: " if refusal.subject else ""
    wanted = f" (wanted: {visible(refusal.wanted)})" if refusal.wanted else ""
    return f"{_place(refusal.source, refusal.at)}: {subject}{visible(refusal.message)}{wanted}"


def note_words(note: Note) -> str:
    """A note on one line."""
    subject = f"{visible_name(note.subject)}: " if note.subject else ""
    return f"{_place(note.source, note.at)}: {subject}{visible(note.message)}"


def reason_counts(not_assessed: Sequence[NotAssessed]) -> dict[str, int]:
    """How many pairs each reason kept from being assessed, the most frequent first; a pair may have several."""
    counted = Counter(reason.value for pair in not_assessed for reason in pair.reasons)
    return dict(counted.most_common())


def verdict_words(checked: Checked) -> str:
    """The counts in one line, the same on the screen and on the map."""
    found = checked.findings
    by_envelope = sum(conflict.by_envelope for conflict in found.conflicts)
    doubt = f" ({by_envelope:,} only BY ENVELOPE)" if by_envelope else ""
    refused = len(checked.refusals)
    return f"{len(found.conflicts):,} CONFLICT{doubt}, {len(found.not_assessed):,} NOT ASSESSED, {refused:,} REFUSED"


def compared_words(findings: Findings) -> str:
    """How much was compared."""
    volumes, operations = look.counted(findings.volumes, "volume"), look.counted(findings.operations, "operation")
    return f"{volumes} of {operations}, {look.counted(findings.pairs, 'pair')}"


def _print_not_assessed(screen: Console, not_assessed: Sequence[NotAssessed]) -> None:
    for pair in not_assessed[:MAX_UNASSESSED]:
        why = ", ".join(reason.value for reason in pair.reasons)
        look.print_labelled(
            screen, "NOT ASSESSED", f"{print_side(pair.a)}  x  {print_side(pair.b)}: {why}", look.WARNING
        )
    _print_more(screen, len(not_assessed) - MAX_UNASSESSED, "pairs NOT ASSESSED")
    if not_assessed:
        words_of = {reason.value: words for reason, words in REASON_WORDS.items()}
        for code, count in reason_counts(not_assessed).items():
            words = f"  {count:,} of {look.counted(len(not_assessed), 'pair')}: {code}, {words_of[code]}"
            look.print_labelled(screen, "reason", words, look.WARNING)


def _print_verdict(screen: Console, checked: Checked) -> None:
    doubtful = bool(checked.findings.not_assessed or checked.refusals)
    style = look.DANGER if checked.findings.conflicts else look.WARNING if doubtful else "bold"
    look.print_line(screen, verdict_words(checked), style)
    if doubtful:
        words = "What is NOT ASSESSED or REFUSED may hide conflicts: settle it before relying on this."
        look.print_line(screen, words, look.WARNING)


def _print_more(screen: Console, more: int, what: str, all_in: str = "--json FILE") -> None:
    if more > 0:
        look.print_line(screen, f"and {more:,} more {what}: all of them are in {all_in}", look.WARNING)


def _place(source: str, at: str) -> str:
    return visible(f"{source}, {at}" if at and not at.startswith(source) else at or source)
