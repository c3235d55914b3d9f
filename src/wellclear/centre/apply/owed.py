"""What officers owe each other, how late each party tells, and how often it changes its mind."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wellclear.centre.entries.operations import Overdue
from wellclear.centre.state.operations import Lateness, Owed
from wellclear.centre.state.state import State
from wellclear.model.agreement.clauses import MAX_QUOTA
from wellclear.protocol.envelope import Kind

READ_BACK: Final = "read-back"
ANSWER: Final = "answer"

MAX_FILINGS_KEPT: Final = MAX_QUOTA + 1
"""Times of withdrawals and amendments that are kept of each party: one more than the largest quota."""


def owing(state: State, owed: Owed, due_ms: tuple[int, int]) -> State:
    """A version's read-back and answer are owed; what was owed for an older version is not any more.

    Args:
        state: before.
        owed: who owes it to whom, for what.
        due_ms: when the read-back is overdue, and when the answer; 0 for never.
    """
    state = not_owing(state, owed.party, owed.to, owed.identifier)
    for deadline, at_ms in zip((READ_BACK, ANSWER), due_ms, strict=True):
        if at_ms:
            now = replace(owed, deadline=deadline, due_ms=at_ms)
            state = replace(state, owed=state.owed.set(_name(deadline, owed.party, owed.to, owed.identifier), now))
    return state


def answered(state: State, party: str, to: str, identifier: str, kind: Kind) -> State:
    """An officer read back, accepted or objected; who objects need not read back as well."""
    deadlines = {Kind.READ_BACK: (READ_BACK,), Kind.ACCEPT: (ANSWER,), Kind.OBJECT: (READ_BACK, ANSWER)}[kind]
    return _without(state, [_name(deadline, party, to, identifier) for deadline in deadlines])


def not_owing(state: State, party: str, to: str, identifier: str) -> State:
    """Nothing is owed any more for an operation that is over, or changed."""
    return _without(state, [_name(deadline, party, to, identifier) for deadline in (READ_BACK, ANSWER)])


def owed_for(state: State, deadline: str, party: str, to: str, identifier: str) -> Owed | None:
    """What a party owes another one for an operation, unless its deadline passed; nothing for nothing."""
    return state.owed.get(_name(deadline, party, to, identifier))


def apply_overdue(state: State, entry: Overdue) -> State:
    """A deadline passed: that is said once."""
    if entry.deadline == "receipt":
        name = entry.covers.hex()
        awaited = state.awaited.get(name)
        if awaited is None:
            return state
        return replace(state, awaited=state.awaited.set(name, replace(awaited, overdue=True)))
    return _without(state, [_name(entry.deadline, entry.party, entry.to or state.party, entry.identifier)])


def told_late(state: State, party: str, late_ms: int) -> State:
    """A version that a party told was in time, or late."""
    known = state.lateness.get(party, Lateness())
    now = Lateness(
        versions=known.versions + 1,
        late=known.late + (late_ms > 0),
        total_ms=known.total_ms + late_ms,
        most_ms=max(known.most_ms, late_ms),
    )
    return replace(state, lateness=state.lateness.set(party, now))


def filed_again(state: State, party: str, at_ms: int) -> State:
    """A counterparty amended or withdrew."""
    times = (*state.filings.get(party, ()), at_ms)[-MAX_FILINGS_KEPT:]
    return replace(state, filings=state.filings.set(party, times))


def _without(state: State, names: list[str]) -> State:
    gone = [name for name in names if name in state.owed]
    if not gone:
        return state
    owed = state.owed
    for name in gone:
        owed = owed.delete(name)
    return replace(state, owed=owed)


def _name(deadline: str, party: str, to: str, identifier: str) -> str:
    return f"{deadline}\n{party}\n{to}\n{identifier}"
