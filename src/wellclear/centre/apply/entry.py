"""`apply_entry`: the state after one more entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from wellclear.centre.apply.agreements import apply_drafted, apply_governed, apply_phased, apply_stepped
from wellclear.centre.apply.alarms import apply_acknowledged, apply_climbed, apply_raised
from wellclear.centre.apply.hotline import apply_called, apply_hazard_declared, apply_hazard_ended
from wellclear.centre.apply.link import (
    apply_acked,
    apply_began,
    apply_clock_doubted,
    apply_enrolled,
    apply_equivocated,
    apply_fork_proven,
    apply_keys_stated,
    apply_linked,
)
from wellclear.centre.apply.operations import (
    apply_expired,
    apply_filed,
    apply_judged,
    apply_read,
    apply_readdressed,
    apply_withdrawn,
)
from wellclear.centre.apply.owed import apply_overdue
from wellclear.centre.apply.recalling import apply_confirmed, apply_peer_began, apply_taken_back, apply_unconfirmed
from wellclear.centre.apply.said import apply_said
from wellclear.centre.apply.took import apply_took
from wellclear.centre.entries.agreements import Drafted, Governed, Phased, Stepped
from wellclear.centre.entries.alarms import Acknowledged, Climbed, Raised
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.hotline import Called, HazardDeclared, HazardEnded
from wellclear.centre.entries.link import (
    Acked,
    Began,
    ClockDoubted,
    Enrolled,
    Equivocated,
    ForkProven,
    Judged,
    KeysStated,
    Linked,
    Said,
    Took,
    Turned,
)
from wellclear.centre.entries.operations import Acted, Expired, Filed, Overdue, ReadByOfficer, Readdressed, Withdrawn
from wellclear.centre.entries.recalling import Confirmed, PeerBegan, TakenBack, Unconfirmed
from wellclear.centre.state.state import State


def apply_entry(state: State, entry: Entry) -> State:
    """The state after an entry; replaying a log is this, from the first entry to the last.

    Args:
        state: after the entries before.
        entry: the next one.
    """
    after = _APPLIED[type(entry)](state, entry)
    return replace(after, index=after.index + 1, total=after.total + 1, now_ms=entry.at_ms)


def _recorded(state: State, _entry: Entry) -> State:
    """What is only on the record."""
    return state


_APPLIED: Final[dict[type[Entry], Callable[[State, Any], State]]] = {
    Acked: apply_acked,
    Acknowledged: apply_acknowledged,
    Acted: _recorded,
    Began: apply_began,
    Called: apply_called,
    Climbed: apply_climbed,
    ClockDoubted: apply_clock_doubted,
    Confirmed: apply_confirmed,
    Drafted: apply_drafted,
    Enrolled: apply_enrolled,
    Equivocated: apply_equivocated,
    Expired: apply_expired,
    Filed: apply_filed,
    ForkProven: apply_fork_proven,
    Governed: apply_governed,
    HazardDeclared: apply_hazard_declared,
    HazardEnded: apply_hazard_ended,
    Judged: apply_judged,
    KeysStated: apply_keys_stated,
    Linked: apply_linked,
    Overdue: apply_overdue,
    PeerBegan: apply_peer_began,
    Phased: apply_phased,
    Raised: apply_raised,
    ReadByOfficer: apply_read,
    Readdressed: apply_readdressed,
    Said: apply_said,
    Stepped: apply_stepped,
    TakenBack: apply_taken_back,
    Took: apply_took,
    Turned: _recorded,
    Unconfirmed: apply_unconfirmed,
    Withdrawn: apply_withdrawn,
}
