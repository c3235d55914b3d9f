"""A rule that looks at nothing: each rule overrides where it looks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from wellclear.centre.apply.entry import apply_entry
from wellclear.centre.state.state import State
from wellclear.centre.writer import Outcome
from wellclear.protocol.bodies import Body, parse_body
from wellclear.protocol.envelope import Envelope, Opened, parse_own
from wellclear.simulation.node import Centre
from wellclear.simulation.world import Packet, Step, World

_READ: Final = 8_192


class Watch:
    """What every rule has.

    Attributes:
        name: of the rule.
        chances: how often it could have been broken.
    """

    name = ""

    def __init__(self) -> None:
        self.chances = 0

    def stepped(self, world: World, step: Step) -> None:
        """After each batch of a centre that does not lie."""

    def sent(self, world: World, centre: Centre, packet: Packet) -> None:
        """Before a packet of a centre that does not lie leaves."""

    def crashed(self, world: World, centre: Centre) -> None:
        """Before a centre's process ends."""

    def started(self, world: World, centre: Centre, *, restored: bool) -> None:
        """After a centre's process started again."""

    def ended(self, world: World) -> None:
        """After the whole schedule."""


@lru_cache(maxsize=_READ)
def read_envelope(raw: bytes) -> Opened:
    """An envelope from its exact bytes; read once for all rules."""
    return parse_own(raw)


@lru_cache(maxsize=_READ)
def read_body(raw: bytes) -> Body:
    """The body of an envelope; errors as `parse_body`."""
    return parse_body(read_envelope(raw).envelope)


def envelope_of(raw: bytes) -> Envelope:
    """What an envelope says."""
    return read_envelope(raw).envelope


def states(step: Step) -> Iterator[tuple[State, Outcome, State]]:
    """The state before and after each input of a batch."""
    state = step.before.state
    for outcome in step.outcomes:
        after = state
        for entry in outcome.entries:
            after = apply_entry(after, entry)
        yield state, outcome, after
        state = after
