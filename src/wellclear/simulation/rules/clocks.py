"""S11: a clock that lies is bounded or flagged."""

from __future__ import annotations

from wellclear.centre.entries.link import CLOCK, Took
from wellclear.centre.inputs import Tick
from wellclear.centre.settlement import settlement
from wellclear.protocol.bodies import Notice
from wellclear.simulation.rules.ledger import Ledger
from wellclear.simulation.rules.rule import Watch, envelope_of, read_body
from wellclear.simulation.world import Broken, Step, World

MAX_ERROR_MS = 500
"""Over this nothing settles."""

MAX_GAP_MS = 60_000
"""A notice from further ahead, beyond both errors, is marked."""


class ClocksBounded(Watch):
    """A centre that knows its clock to be wrong settles nothing; a notice from the future is marked."""

    name = "S11"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger
        self._doubtful: dict[str, bool] = {}

    def stepped(self, world: World, step: Step) -> None:
        """Look at each tick's error, and at each notice's time.

        Raises:
            Broken: the rule does not hold.
        """
        del world
        party, state = step.centre.party, step.after.state
        for taken, outcome in zip(step.inputs, step.outcomes, strict=True):
            if isinstance(taken, Tick):
                self._doubtful[party] = taken.error_ms > MAX_ERROR_MS
            for entry in outcome.entries:
                if isinstance(entry, Took) and not entry.refused:
                    self._marked(party, entry, step.centre.clock.error_ms)
        if self._doubtful.get(party, False):
            self.chances += 1
            for identifier in state.own:
                if settlement(state, identifier).settled:
                    raise Broken(self.name, f"{party} settles {identifier} by a clock that may be wrong")

    def _marked(self, party: str, entry: Took, error_ms: int) -> None:
        envelope = envelope_of(entry.raw)
        if envelope.at_ms - entry.at_ms <= MAX_GAP_MS + envelope.error_ms + error_ms:
            return
        if isinstance(read_body(entry.raw), Notice):
            self.chances += 1
            if CLOCK not in entry.marks:
                raise Broken(self.name, f"{party} took a notice from the future unmarked")
