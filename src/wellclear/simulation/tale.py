"""The trace of a run in words: who did what, and what became of it."""

from __future__ import annotations

from wellclear.centre.entries.alarms import Raised
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Said, Took
from wellclear.centre.inputs import Act, Arrived, Beat, Input, Tick
from wellclear.protocol.envelope import parse_own
from wellclear.simulation.world import Step, World


def tell_step(world: World, step: Step) -> None:
    """Tell what each input of a batch became; what changed nothing is left out."""
    for taken, outcome in zip(step.inputs, step.outcomes, strict=True):
        if outcome.refused is not None:
            world.tell(step.centre.party, f"refuses {_input(taken)}: {outcome.refused.code}")
        elif outcome.entries:
            made = ", ".join(_entry(entry) for entry in outcome.entries)
            world.tell(step.centre.party, f"{_input(taken)}: {made}")


def _input(taken: Input) -> str:
    if isinstance(taken, Act):
        return f"officer's {taken.command.__struct_config__.tag}"
    if isinstance(taken, Arrived):
        return _envelope("takes", taken.opened.raw)
    if isinstance(taken, Beat):
        return f"hears {taken.party}"
    return "tick" if isinstance(taken, Tick) else "turned away"


def _entry(entry: Entry) -> str:
    if isinstance(entry, Said):
        return _envelope("says", entry.raw)
    if isinstance(entry, Took):
        return f"took {' '.join(entry.marks)}{entry.refused and f' refused {entry.refused}'}".strip()
    if isinstance(entry, Raised):
        return f"ALARM ({entry.kind}) {entry.words}"
    return str(entry.__struct_config__.tag)


def _envelope(word: str, raw: bytes) -> str:
    envelope = parse_own(raw).envelope
    place = f"{envelope.lane.value} {envelope.epoch}/{envelope.sequence}"
    return f"{word} {envelope.kind.value} {envelope.sender}->{envelope.recipient} ({place})"
