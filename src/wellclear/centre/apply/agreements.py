"""Entries about agreements."""

from __future__ import annotations

from dataclasses import replace

from wellclear.centre.entries.agreements import Drafted, Phased, Stepped
from wellclear.centre.state.agreements import HeldAgreement
from wellclear.centre.state.state import State


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
