"""S13: one peer's flood does not delay another's STOP."""

from __future__ import annotations

from wellclear.centre.inputs import Act, Arrived, Input
from wellclear.protocol.envelope import Lane
from wellclear.simulation.rules.rule import Watch
from wellclear.simulation.world import Broken, Step, World

MANY = 20
"""Inputs of one batch beside a STOP that count as a flood."""


class StopFirst(Watch):
    """What came in the safety lane is decided before everything else that waits."""

    name = "S13"

    def stepped(self, world: World, step: Step) -> None:
        """Nothing urgent waits behind what is not, within a batch or after it.

        Raises:
            Broken: the rule does not hold.
        """
        del world
        urgent = [_is_urgent(taken) for taken in step.inputs]
        if any(urgent):
            self.chances += len(urgent) + len(step.centre.inbox) >= MANY
            if False in urgent[: sum(urgent)]:
                raise Broken(self.name, f"{step.centre.party} decided other inputs before a STOP")
        waiting = [taken for queue in step.centre.inbox.queues.values() for taken in queue]
        if not all(urgent) and any(map(_is_urgent, (*waiting, *step.centre.inbox.safety))):
            raise Broken(self.name, f"{step.centre.party} lets a STOP wait behind others")


def _is_urgent(taken: Input) -> bool:
    if isinstance(taken, Act):
        return taken.command.__struct_config__.tag in {"stop", "emergency", "hazard", "all-clear"}
    return isinstance(taken, Arrived) and taken.opened.envelope.lane is Lane.SAFETY
