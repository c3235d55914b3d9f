"""Alarms that nobody acknowledged climb the ladder: by time, by what they are about, by the rank of who speaks."""

from __future__ import annotations

from typing import Final

from wellclear.centre.agreeing import ever_shared, partners
from wellclear.centre.decide.draft import Draft
from wellclear.centre.entries.alarms import Climbed
from wellclear.centre.state.hotline import Alarm
from wellclear.centre.state.state import State
from wellclear.model.agreement.ladder import Role, Rung

DEFAULT_LADDER: Final = (
    Rung(Role.DUTY_OFFICER, 0),
    Rung(Role.SUPERVISOR, 60_000),
    Rung(Role.COMMANDER, 180_000),
    Rung(Role.AUTHORITY, 600_000),
)
"""Whom an alarm reaches, and when, where no agreement says it."""

LIFE: Final = frozenset({"stop", "emergency"})
"""Alarms about life: they wait on no rung for longer than `LIFE_CLIMB_MS`, whatever the ladder says."""

LIFE_CLIMB_MS: Final = 60_000
"""How long a STOP or EMERGENCY waits on a rung at most."""

ESCALATED: Final = frozenset({"late", "unbounded", "imprecise"})
"""Alarms that reach the second rung at once: a late or vague notice leaves no time to wait for one officer."""


_ROLES: Final = frozenset(Role)


def climb(draft: Draft) -> None:
    """Each alarm that nobody acknowledged is on the rung that it should have reached by now."""
    for party, ringing in sorted(draft.state.ringing.items()):
        rungs = ladder_for(draft.state, party)
        for name in sorted(ringing):
            alarm = draft.state.alarms[name]
            reached = _reached(alarm, rungs, draft.now_ms - alarm.raised_ms)
            if reached > alarm.rung:
                role = rungs[reached].role.value
                draft.add(Climbed(at_ms=draft.now_ms, alarm=alarm.alarm, rung=reached, role=role))


def ladder_for(state: State, party: str) -> tuple[Rung, ...]:
    """The ladder of the newest agreement with a party, else of any in force, else the default.

    Args:
        state: of the centre.
        party: whom an alarm concerns; empty for none.
    """
    parties = [party] if party else list(partners(state))
    for name in parties:
        for value in ever_shared(state, name)[-1:]:
            return value.ladder
    return DEFAULT_LADDER


def _reached(alarm: Alarm, rungs: tuple[Rung, ...], waited_ms: int) -> int:
    """The number of the highest rung that an alarm has reached."""
    reached = 0
    for number, rung in enumerate(rungs):
        after_ms = min(rung.after_ms, number * LIFE_CLIMB_MS) if alarm.kind in LIFE else rung.after_ms
        if after_ms <= waited_ms or (number == 1 and alarm.kind in ESCALATED):
            reached = number
    return max(reached, _rung_of_rank(alarm.sender_role, rungs))


def _rung_of_rank(role: str, rungs: tuple[Rung, ...]) -> int:
    """The lowest rung of an equal rank; the highest there is where none is equal.

    A duty officer does not answer a commander alone.
    """
    if not role or role not in _ROLES:
        return 0
    equal = (number for number, rung in enumerate(rungs) if rung.role.rank >= Role(role).rank)
    return next(equal, len(rungs) - 1)
