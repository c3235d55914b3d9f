"""L1, L2 and L4: what must come in the end."""

from __future__ import annotations

from wellclear.centre.agreeing import shared
from wellclear.centre.commands import Command, File, ProposeResolution, SayStop, Withdraw
from wellclear.centre.decide.decide import decide
from wellclear.centre.entries.link import Condition
from wellclear.centre.inputs import Act, Tick
from wellclear.centre.state.operations import OwnOperation
from wellclear.errors import WellclearError
from wellclear.protocol.bodies import Settles
from wellclear.protocol.verdict import Clash
from wellclear.simulation.node import Centre
from wellclear.simulation.rules.rule import Watch
from wellclear.simulation.world import Broken, Step, World

STALE_MS = 6_000
ALARM_MS = 12_000
"""Times of the simulated agreement."""

SLACK_MS = 2_500
"""A tick, and the batch that takes it."""


class Receipted(Watch):
    """L1: at the end nothing that asks for a receipt lacks it, unless it was refused."""

    name = "L1"

    def ended(self, world: World) -> None:
        """Look at every honest centre that runs.

        Of what waited when a restored centre began its epoch nobody knows whether it ever left: its officer must say it
        again, and is told so. Nor is a restored centre looked at that changed its key before: the simulated key goes
        back with the disk, while real keys lie outside the store.

        Raises:
            Broken: the rule does not hold.
        """
        for party, centre in world.centres.items():
            if not world.honest(party) or centre.writer is None:
                continue
            self.chances += len(centre.state.own)
            for digest, awaited in centre.state.awaited.items():
                other = world.centres[awaited.party]
                lost_key = any(one.restored and one.changing_key for one in (centre, other))
                if world.honest(awaited.party) and digest not in centre.unsure and not lost_key:
                    words = f"{party} has no receipt of {awaited.party} for {awaited.kind} {awaited.subject}"
                    raise Broken(self.name, words)


class SilenceShown(Watch):
    """L2: whoever was not heard for the agreement's times is stale, then silent with an alarm."""

    name = "L2"

    def stepped(self, world: World, step: Step) -> None:
        """Look after each tick.

        Raises:
            Broken: the rule does not hold.
        """
        if not any(isinstance(taken, Tick) for taken in step.inputs):
            return
        centre, state = step.centre, step.after.state
        for party, peer in state.peers.items():
            heard_ms = centre.heard_ms.get(party)
            fresh = heard_ms is None
            silent_ms = world.now_ms - (centre.started_ms - STALE_MS if heard_ms is None else heard_ms)
            if silent_ms < STALE_MS + (0 if fresh else SLACK_MS):
                continue
            self.chances += 1
            if peer.condition is Condition.LIVE:
                raise Broken(self.name, f"{centre.party} shows {party} as live, unheard for {silent_ms} ms")
            if silent_ms < ALARM_MS + SLACK_MS:
                continue
            if peer.condition is not Condition.SILENT or f"silent\t{party}\t" not in state.alarms or not peer.cause:
                raise Broken(self.name, f"{centre.party} has no alarm for {party}, unheard for {silent_ms} ms")


class WayOut(Watch):
    """L4: from each conflict that is left, an officer may withdraw, amend, call, and under an agreement propose."""

    name = "L4"

    def ended(self, world: World) -> None:
        """Try each, without doing it."""
        for party, centre in world.centres.items():
            if not world.honest(party) or centre.writer is None:
                continue
            for own in centre.state.own.values():
                if own.ended or own.verdict is None:
                    continue
                for clash in own.verdict.clashes:
                    if clash.against == "operation":
                        self.chances += 1
                        self._try(world, centre, own, clash)

    def _try(self, world: World, centre: Centre, own: OwnOperation, clash: Clash) -> None:
        identifier = own.filed.identifier
        ways: list[Command] = [
            Withdraw(identifier=identifier, reason="way out"),
            File(content=own.filed.content, amends=own.filed.whole),
            SayStop(to=(clash.party,), text="way out"),
        ]
        if shared(centre.state, clash.party):
            proposal = ProposeResolution(
                party=clash.party,
                own_identifier=identifier,
                other_identifier=clash.identifier,
                settles=Settles.PROCEDURE,
                text="way out",
            )
            ways.append(proposal)
        for way in ways:
            try:
                decide(centre.state, Act("officer", "duty-officer", way), centre.means(world.now_ms))
            except WellclearError as refused:
                tag = way.__struct_config__.tag
                raise Broken(self.name, f"{centre.party} may not {tag} out of a conflict: {refused}") from refused
