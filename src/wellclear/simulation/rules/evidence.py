"""S10: nothing counts that no valid key of its sender signed."""

from __future__ import annotations

from wellclear.centre.entries.link import Took
from wellclear.centre.inputs import TurnedAway
from wellclear.centre.settlement import settlement
from wellclear.errors import WellclearError
from wellclear.protocol.envelope import open_envelope
from wellclear.simulation.rules.rule import Watch, envelope_of
from wellclear.simulation.world import Broken, Step, World
from wellclear.trust.signing import VerifyingKey


class SignedEvidence(Watch):
    """Each envelope in a log was signed by a key that its sender has, and that was not known to be in strange hands."""

    name = "S10"

    def stepped(self, world: World, step: Step) -> None:
        """Verify again, by the keys that exist rather than those that the log names."""
        for taken, outcome in zip(step.inputs, step.outcomes, strict=True):
            self.chances += isinstance(taken, TurnedAway)
            for entry in outcome.entries:
                if isinstance(entry, Took):
                    self.chances += 1
                    self._verify(world, step, entry)
        self._settled(step)

    def _verify(self, world: World, step: Step, entry: Took) -> None:
        envelope = envelope_of(entry.raw)
        sender = envelope.sender

        def key_of(public: bytes) -> tuple[str, VerifyingKey]:
            return sender, step.centre.keyring.verifier(sender, public)

        try:
            open_envelope(entry.raw, key_of)
        except WellclearError as refused:
            raise Broken(self.name, f"{step.centre.party} took what {sender} did not sign: {refused}") from refused
        if sender not in world.centres or envelope.recipient != step.centre.party:
            raise Broken(self.name, f"{step.centre.party} took what was not said to it")
        if _compromised(step, sender, entry.raw[:32], (envelope.epoch, envelope.index)):
            raise Broken(self.name, f"{step.centre.party} took what a compromised key of {sender} signed")

    def _settled(self, step: Step) -> None:
        """No settlement rests on a receipt by a key that is known to be compromised at its place."""
        state = step.after.state
        for identifier, own in state.own.items():
            for party, delivery in own.deliveries.items():
                if delivery.key and _compromised(step, party, delivery.key, delivery.place):
                    self.chances += 1
                    if settlement(state, identifier).settled:
                        raise Broken(self.name, f"{step.centre.party}'s {identifier} rests on a compromised key")


def _compromised(step: Step, party: str, key: bytes, place: tuple[int, int]) -> bool:
    """Whether the log said so before this batch."""
    peer = step.before.state.peers[party]
    return any(
        record.key == key and record.compromised is not None and place >= record.compromised
        for record in peer.ring.records
    )
