"""Entries about alarms."""

from __future__ import annotations

from dataclasses import replace

from immutables import Map

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
    of_party = state.ringing.get(entry.party, Map[str, int]()).set(entry.alarm, entry.at_ms)
    ringing = state.ringing.set(entry.party, of_party)
    return replace(state, alarms=state.alarms.set(entry.alarm, alarm), ringing=ringing)


def apply_climbed(state: State, entry: Climbed) -> State:
    """An alarm reached the next rung."""
    alarm = replace(state.alarms[entry.alarm], rung=entry.rung)
    return replace(state, alarms=state.alarms.set(entry.alarm, alarm))


def apply_acknowledged(state: State, entry: Acknowledged) -> State:
    """A named officer acknowledged it."""
    known = state.alarms[entry.alarm]
    alarm = replace(known, acknowledged_by=entry.officer, acknowledged_ms=entry.at_ms, remark=entry.remark)
    ringing = state.ringing.set(known.party, state.ringing[known.party].delete(entry.alarm))
    return replace(state, alarms=state.alarms.set(entry.alarm, alarm), ringing=ringing)
