"""Entries about hazards and calls."""

from __future__ import annotations

from dataclasses import replace

from wellclear.centre.entries.hotline import Called, HazardDeclared, HazardEnded
from wellclear.centre.state.hotline import Call, HeldHazard
from wellclear.centre.state.state import State, key


def apply_hazard_declared(state: State, entry: HazardDeclared) -> State:
    """An own hazard persists."""
    hazard = HeldHazard(
        party=state.party,
        identifier=entry.identifier,
        content=entry.content,
        cause=entry.cause,
        responsible=entry.responsible,
        since_ms=entry.at_ms,
        told=entry.told,
        changed=state.total,
        consent=entry.consent,
    )
    return replace(state, hazards=state.hazards.set(key(state.party, entry.identifier), hazard))


def apply_hazard_ended(state: State, entry: HazardEnded) -> State:
    """An own hazard is over."""
    name = key(state.party, entry.identifier)
    hazard = replace(state.hazards[name], ended=entry.reason or "all clear", changed=state.total)
    return replace(state, hazards=state.hazards.set(name, hazard))


def apply_called(state: State, entry: Called) -> State:
    """A call of the own centre."""
    call = Call(
        party=state.party,
        kind=entry.kind,
        identifier=entry.identifier,
        about=entry.about,
        text=entry.text,
        called_ms=entry.at_ms,
        due_ms=entry.due_ms,
        told=entry.told,
    )
    return replace(state, calls=state.calls.set(key(state.party, entry.identifier), call))
