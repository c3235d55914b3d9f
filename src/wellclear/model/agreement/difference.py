"""What changed between two versions of an agreement, clause by clause."""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.model.agreement.terms import Agreement
from wellclear.model.agreement.wording import clauses_in_words


@dataclass(frozen=True, slots=True)
class ChangedClause:
    """A clause that two versions say differently.

    Attributes:
        clause: what it is about.
        before: what the older version says; None where it says nothing.
        after: what the newer version says; None where it says nothing.
    """

    clause: str
    before: str | None
    after: str | None


def difference(older: Agreement, newer: Agreement) -> tuple[ChangedClause, ...]:
    """What changed: clauses that are changed or new in the order of the newer text, then those that were dropped.

    None at all means that the texts differ in layout and comments alone, or not at all; their digests tell which.
    """
    before, after = clauses_in_words(older), clauses_in_words(newer)
    clauses = [*after, *(clause for clause in before if clause not in after)]
    rows = (ChangedClause(clause, before.get(clause), after.get(clause)) for clause in clauses)
    return tuple(row for row in rows if row.before != row.after)
