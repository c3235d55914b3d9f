"""What an officer can do about each thing that is open."""

from __future__ import annotations

from typing import Final

from wellclear.api.views.view import View
from wellclear.centre.settlement import Open

NEXT_STEPS: Final[dict[str, str]] = {
    "assessment-unreceipted": "wait for {party}'s receipt; if it stays out, telephone",
    "clock": "set the clock of the centre's machine, then start the centre again",
    "conflict": "amend or withdraw, or propose a resolution and let the other side agree",
    "ended": "nothing: it is over",
    "equivocation": "telephone {party}; show the evidence; settle nothing with it until that is explained",
    "grace": "wait: it is told by itself once the clocks of all sides agree, a minute or more after the change",
    "key": "telephone {party}; file again once it has stated a new key",
    "link-stale": "telephone {party}; what it held is not assessed since",
    "no-agreement": "sign or resume an agreement with {party}; until then the hotline and the telephone",
    "nobody-told": "sign an agreement with those whom it concerns; what is shown only once it conflicts is told then",
    "not-assessed": "give what is missing, or telephone {who} and settle it by a stated procedure",
    "objected": "read {party}'s reason; amend, or telephone",
    "read-back-wrong": "telephone {party}; read the fields out; let it read back again",
    "receipt-missing": "wait for {party}'s receipt; if it stays out, telephone and dictate the notice",
    "refused": "read why; amend, or telephone {party}",
    "unconfirmed": "reach any counterparty, so that it can confirm the log",
}
"""By the code of what is open."""


class OpenView(View, frozen=True):
    """One thing that keeps an operation from being settled.

    Attributes:
        code: stable word.
        party: whose act would close it; empty for the own side's.
        words: what it is.
        next: what to do.
    """

    code: str
    party: str
    words: str
    next: str


def open_view(found: Open) -> OpenView:
    """One open thing, with what to do about it."""
    step = NEXT_STEPS.get(found.code, "telephone {who}")
    who = found.party or "the other side"
    return OpenView(
        code=found.code, party=found.party, words=found.words, next=step.format(party=found.party or who, who=who)
    )
