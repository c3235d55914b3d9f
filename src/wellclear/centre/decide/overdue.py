"""Receipts, read-backs and answers that did not come by their deadline: each is said and rings once."""

from __future__ import annotations

from functools import lru_cache, partial
from operator import itemgetter
from typing import Final

from wellclear.centre.agreeing import ever_shared, shared
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.draft import Draft
from wellclear.centre.entries.operations import Overdue
from wellclear.centre.state.operations import Awaited, Owed
from wellclear.centre.state.state import State
from wellclear.model.agreement.ladder import Urgency

DEFAULT_RECEIPT_MS: Final = 60_000
"""When a receipt is overdue where no agreement says it."""


def find_overdue(draft: Draft) -> None:
    """All whose deadline has passed."""
    state, receipt_ms = draft.state, lru_cache(partial(_receipt_ms, draft.state))
    waiting = ((covers, awaited) for covers, awaited in state.awaited.items() if not awaited.overdue)
    late = [
        (covers, awaited)
        for covers, awaited in waiting
        if draft.now_ms >= awaited.said_ms + receipt_ms(awaited.party, _urgency(state, awaited))
    ]
    for covers, awaited in sorted(late, key=itemgetter(0)):
        _receipt_overdue(draft, bytes.fromhex(covers), awaited)
    due = sorted(name for name, owed in draft.state.owed.items() if owed.due_ms <= draft.now_ms)
    for name in due:
        _answer_overdue(draft, draft.state.owed[name])


def due_ms(state: State, party: str, urgency: Urgency, now_ms: int) -> tuple[int, int]:
    """When the read-back and the answer to a version that comes now are overdue; 0 for never, outside agreement.

    Args:
        state: of the centre.
        party: at the other side.
        urgency: of the notice.
        now_ms: the time.
    """
    deadlines = [agreement.deadlines_for(urgency) for _, agreement in shared(state, party)]
    if not deadlines:
        return 0, 0
    read_back_ms = min(one.read_back_ms for one in deadlines)
    return now_ms + read_back_ms, now_ms + min(one.answer_ms for one in deadlines)


def _receipt_overdue(draft: Draft, covers: bytes, awaited: Awaited) -> None:
    draft.add(
        Overdue(
            at_ms=draft.now_ms,
            deadline="receipt",
            party=awaited.party,
            identifier=awaited.subject,
            whole=awaited.whole,
            covers=covers,
        )
    )
    words = f"{awaited.party} has not receipted {awaited.kind} {awaited.subject}. Call by voice."
    raise_alarm(draft, "overdue", awaited.party, f"{awaited.kind} {awaited.subject}", words)


def _answer_overdue(draft: Draft, owed: Owed) -> None:
    own = owed.party == draft.state.party
    draft.add(
        Overdue(
            at_ms=draft.now_ms,
            deadline=owed.deadline,
            party=owed.party,
            identifier=owed.identifier,
            whole=owed.whole,
            to=owed.to if own else "",
        )
    )
    other = owed.to if own else owed.party
    if own:
        step = "Read it back" if owed.deadline == "read-back" else "Accept it, or object with a reason"
        words = f"{owed.to} waits for the {owed.deadline} of {owed.identifier}: overdue by the agreement. {step}."
    else:
        words = f"{owed.party} owes the {owed.deadline} of {owed.identifier}: overdue by the agreement. Call by voice."
    raise_alarm(draft, "overdue", other, f"{owed.deadline} {owed.identifier}", words)


def _receipt_ms(state: State, party: str, urgency: Urgency) -> int:
    values = ever_shared(state, party)
    return values[-1].deadlines_for(urgency).receipt_ms if values else DEFAULT_RECEIPT_MS


def _urgency(state: State, awaited: Awaited) -> Urgency:
    if awaited.kind in {"STOP", "EMERGENCY", "HAZARD", "ALL-CLEAR"}:
        return Urgency.FLASH
    own = state.own.get(awaited.subject)
    return own.filed.urgency if own is not None else Urgency.ROUTINE
