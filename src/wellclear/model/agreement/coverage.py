"""What covers what one party tells another, for each category; and what nothing covers.

Nobody outside an agreement is bound by it, and an agreement that does not name a category says little about it. Both
are shown, since people take for covered what is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from itertools import permutations

from wellclear.model.agreement.clauses import category_key, widest
from wellclear.model.agreement.disclosure import DisclosureTerm
from wellclear.model.agreement.governing import Governing, governing
from wellclear.model.agreement.states import Phase
from wellclear.model.agreement.steps import Step
from wellclear.model.agreement.terms import Agreement
from wellclear.model.minima import Minima


class Cover(StrEnum):
    """How well a case is covered. All but the first are warnings."""

    NAMED = "named"
    """An agreement in force names the category."""

    BY_DEFAULT = "by default"
    """An agreement in force does not name the category; what it says of all others holds."""

    OUTSIDE = "outside agreement"
    """The agreement is suspended, has ended, or is near a change: nothing settles and nothing is disclosed."""

    GAP = "gap"
    """No agreement binds both."""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """What covers operations of one category that one party has and another one should know of.

    Attributes:
        sender: whose operations.
        recipient: who should know.
        category: of the operations; empty for all that nobody names.
        cover: how well.
        agreement: the version that governs; None for a gap, as all that follows.
        phase: its phase.
        disclosure: what is shown; None also where nothing may be disclosed now.
        minima: the widest that such an operation can meet.
        lead_time_ms: how long before its start it is to be told.
    """

    sender: str
    recipient: str
    category: str
    cover: Cover
    agreement: Agreement | None = None
    phase: Phase | None = None
    disclosure: DisclosureTerm | None = None
    minima: Minima | None = None
    lead_time_ms: int | None = None


def coverage(
    agreements: Sequence[Agreement],
    steps: Sequence[Step],
    now_ms: int,
    *,
    parties: Iterable[str] = (),
    categories: Iterable[str] = (),
) -> tuple[CoverageRow, ...]:
    """The coverage matrix: rows for each ordered pair of parties and each category, one for each agreement.

    Args:
        agreements: all versions that are known.
        steps: all steps that are known, of any version.
        now_ms: the own clock.
        parties: others to show, also such as are in no agreement.
        categories: others to show, beyond those that an agreement names.

    Returns:
        In the order of the names of sender, recipient and category, the category that nobody names last; then of the
        agreements' identifiers. An agreement that ended is left out where another one governs.
    """
    names = sorted({name for agreement in agreements for name in agreement.party_names} | set(parties))
    named = {terms.name for agreement in agreements for terms in agreement.categories}
    listed = [*sorted(named | {category_key(category) for category in categories} - {""}), ""]
    rows: list[CoverageRow] = []
    for sender, recipient in permutations(names, 2):
        found = governing(agreements, steps, (sender, recipient), now_ms)
        living = tuple(each for each in found if each.phase is not Phase.ENDED) or found
        rows += [row for category in listed for row in _rows(living, sender, recipient, category)]
    return tuple(rows)


def _rows(found: tuple[Governing, ...], sender: str, recipient: str, category: str) -> list[CoverageRow]:
    if not found:
        return [CoverageRow(sender, recipient, category, Cover.GAP)]
    return [
        CoverageRow(
            sender,
            recipient,
            category,
            _cover(each, category),
            each.agreement,
            each.phase,
            each.disclosure_to(sender, recipient, category),
            reduce(widest, (version.widest_minima_for(category) for version in each.versions)),
            max(version.lead_time_ms(category) for version in each.versions),
        )
        for each in found
    ]


def _cover(found: Governing, category: str) -> Cover:
    if not found.settles:
        return Cover.OUTSIDE
    return Cover.NAMED if found.agreement.names_category(category) else Cover.BY_DEFAULT
