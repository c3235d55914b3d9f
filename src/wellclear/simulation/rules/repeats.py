"""S3 and S12: repeats have one effect, refusals none."""

from __future__ import annotations

from itertools import takewhile

from wellclear.centre.apply.entry import apply_entry
from wellclear.centre.entries.link import Said, Took
from wellclear.centre.inputs import Act, Arrived
from wellclear.centre.state.state import State
from wellclear.centre.writer import Outcome
from wellclear.protocol.bodies import Receipt, Refuse
from wellclear.protocol.envelope import Kind, Lane, envelope_digest
from wellclear.simulation.node import Centre
from wellclear.simulation.rules.rule import Watch, envelope_of, read_body, read_envelope, states
from wellclear.simulation.world import Broken, Step, World


class OneEffect(Watch):
    """S3: an envelope that is held changes nothing when it comes again, and is answered once."""

    name = "S3"

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[str, set[bytes]] = {}
        self._answered: dict[str, set[tuple[bytes, Kind]]] = {}

    def stepped(self, world: World, step: Step) -> None:
        """Look at each arrival, and at each answer.

        Raises:
            Broken: the rule does not hold.
        """
        del world
        party = step.centre.party
        held = self._held.setdefault(party, set())
        for taken, outcome in zip(step.inputs, step.outcomes, strict=True):
            if isinstance(taken, Arrived) and taken.opened.digest in held:
                self.chances += 1
                if outcome.entries:
                    raise Broken(self.name, f"{party} did something at a repeat: {type(outcome.entries[0]).__name__}")
            for entry in outcome.entries:
                if isinstance(entry, Took):
                    held.add(envelope_digest(entry.raw))
                elif isinstance(entry, Said):
                    self._answer(party, entry.raw)

    def _answer(self, party: str, raw: bytes) -> None:
        envelope = envelope_of(raw)
        if envelope.kind not in {Kind.RECEIPT, Kind.REFUSE}:
            return
        body, answered = read_body(raw), self._answered.setdefault(party, set())
        covers = body.covers if isinstance(body, Receipt | Refuse) else b""
        if {(covers, Kind.RECEIPT), (covers, Kind.REFUSE)} & answered:
            raise Broken(self.name, f"{party} answered one envelope twice")
        answered.add((covers, envelope.kind))

    def started(self, world: World, centre: Centre, *, restored: bool) -> None:
        """What is held after a restart is what the log says."""
        del world
        held = self._held.setdefault(centre.party, set())
        if restored:
            held.clear()
            self._answered.pop(centre.party, None)
        for peer in centre.state.peers.values():
            for lane in Lane:
                held.update(peer.into[lane].digests.values())


class RefusedChangesNothing(Watch):
    """S12: a refusal leaves nothing but its record, and says why to whom it refuses."""

    name = "S12"

    def stepped(self, world: World, step: Step) -> None:
        """Look at each input that was refused, whole or by its body.

        Raises:
            Broken: the rule does not hold.
        """
        del world
        party = step.centre.party
        for taken, outcome in zip(step.inputs, step.outcomes, strict=True):
            if outcome.refused is None:
                continue
            self.chances += isinstance(taken, Act)
            if outcome.entries or not (outcome.refused.code and outcome.refused.message):
                raise Broken(self.name, f"{party} refused an input and changed its log, or said not why")
        if all(outcome.refused is not None or not outcome.entries for outcome in step.outcomes):
            if step.after is not step.before:
                raise Broken(self.name, f"{party}'s state changed without an entry")
            return
        if any(isinstance(entry, Took) and entry.refused for each in step.outcomes for entry in each.entries):
            for before, outcome, after in states(step):
                self._bodies(party, before, outcome, after)

    def _bodies(self, party: str, before: State, outcome: Outcome, after: State) -> None:
        """A body that was refused: its number is held, its sender told, nothing else."""
        refused = [entry for entry in outcome.entries if isinstance(entry, Took) and entry.refused]
        if not refused:
            return
        self.chances += 1
        for entry in takewhile(lambda entry: entry is not refused[0], outcome.entries):
            before = apply_entry(before, entry)  # a new epoch of the sender's log is noted whatever the body says
        for name in ("own", "notices", "hazards", "resolutions", "calls", "agreements", "alarms"):
            if getattr(before, name) != getattr(after, name):
                raise Broken(self.name, f"{party} refused {refused[0].refused}, and its {name} changed")
        opened = read_envelope(refused[0].raw)
        told = [
            body
            for entry in outcome.entries
            if isinstance(entry, Said) and isinstance(body := read_body(entry.raw), Refuse)
        ]
        if opened.envelope.kind is not Kind.REFUSE and not any(body.covers == opened.digest for body in told):
            raise Broken(self.name, f"{party} refused {refused[0].refused}, and did not say so")
