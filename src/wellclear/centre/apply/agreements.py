"""Entries about agreements."""

from __future__ import annotations

from dataclasses import replace

from wellclear.centre.entries.agreements import Drafted, Governed, Phased, Stepped
from wellclear.centre.state.agreements import HeldAgreement
from wellclear.centre.state.state import State, key


def apply_drafted(state: State, entry: Drafted) -> State:
    """The text is held."""
    held = HeldAgreement(entry.digest, entry.text)
    return replace(state, agreements=state.agreements.set(entry.digest.hex(), held))


def apply_stepped(state: State, entry: Stepped) -> State:
    """One more step."""
    known = state.agreements[entry.digest.hex()]
    held = replace(known, steps=(*known.steps, entry))
    return replace(state, agreements=state.agreements.set(entry.digest.hex(), held))


def apply_phased(state: State, entry: Phased) -> State:
    """Another phase."""
    held = replace(
        state.agreements[entry.digest.hex()], phase=entry.phase, settles=entry.settles, signers=entry.signers
    )
    return replace(state, agreements=state.agreements.set(entry.digest.hex(), held))


def apply_governed(state: State, entry: Governed) -> State:
    """Other versions count between the own party and a counterparty."""
    return replace(state, governed=state.governed.set(key(entry.party, entry.identifier), entry))
