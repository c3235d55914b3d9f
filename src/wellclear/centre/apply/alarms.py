"""Entries about alarms."""

from __future__ import annotations

from dataclasses import replace

from wellclear.centre.entries.alarms import Acknowledged, Climbed, Raised
from wellclear.centre.state.hotline import Alarm
from wellclear.centre.state.state import State


def apply_raised(state: State, entry: Raised) -> State:
    """An alarm stands; one that was acknowledged before stands anew."""
    alarm = Alarm(
        alarm=entry.alarm,
        kind=entry.kind,
        party=entry.party,
        subject=entry.subject,
        words=entry.words,
        raised_ms=entry.at_ms,
        sender_role=entry.sender_role,
    )
    return replace(state, alarms=state.alarms.set(entry.alarm, alarm))


def apply_climbed(state: State, entry: Climbed) -> State:
    """An alarm reached the next rung."""
    alarm = replace(state.alarms[entry.alarm], rung=entry.rung)
    return replace(state, alarms=state.alarms.set(entry.alarm, alarm))


def apply_acknowledged(state: State, entry: Acknowledged) -> State:
    """A named officer acknowledged it."""
    known = state.alarms[entry.alarm]
    alarm = replace(known, acknowledged_by=entry.officer, acknowledged_ms=entry.at_ms, remark=entry.remark)
    return replace(state, alarms=state.alarms.set(entry.alarm, alarm))
