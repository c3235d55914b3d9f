"""S7 and L3: logs as their witnesses see them."""

from __future__ import annotations

from itertools import combinations
from typing import Final

from wellclear.centre.log.origin import WITNESSED
from wellclear.centre.snapshot import Log
from wellclear.simulation.node import Centre
from wellclear.simulation.rules.rule import Watch
from wellclear.simulation.witnesses import cosigned_size
from wellclear.simulation.world import Broken, Step, World
from wellclear.trust.checkpoint import parse_checkpoint
from wellclear.trust.note import parse_note

PROVEN_MS: Final = 2_000
"""Within this, once heartbeats were exchanged, a split view is proven on both sides."""

EXCHANGED_MS: Final = 2_200
"""Within this a good line has carried a heartbeat each way."""

COSIGNED_MS: Final = 10_000
"""Within this after a partition heals, logs are co-signed again."""


class SplitViewProven(Watch):
    """S7: two honest witnesses of one log, shown two trees of one size, both keep the proof soon after."""

    name = "S7"

    def __init__(self) -> None:
        super().__init__()
        self._since_ms: dict[tuple[str, str, str], int] = {}

    def stepped(self, world: World, step: Step) -> None:
        """Compare what each two honest centres that run hold of the liar's log."""
        del step
        if not world.schedule.liar:
            return
        honest = [centre for party, centre in world.centres.items() if world.honest(party) and centre.writer]
        for one, other in combinations(honest, 2):
            for name, note in one.disk.kept.names.items():
                theirs = other.disk.kept.names.get(name) if name.startswith(WITNESSED) else None
                if theirs is not None and theirs != note and _contradict(note, theirs):
                    self._look(world, one, other, name)

    def _look(self, world: World, one: Centre, other: Centre, name: str) -> None:
        seen_ms = self._since_ms.setdefault((one.party, other.party, name), world.now_ms)
        healed_ms = world.schedule.start_ms + world.schedule.heal_ms
        if world.now_ms < max(seen_ms, healed_ms) + EXCHANGED_MS + PROVEN_MS:
            return
        self.chances += 1
        liar = world.schedule.liar
        for centre in (one, other):
            if liar not in world.logs[centre.party].proofs:
                raise Broken(self.name, f"{centre.party} has no proof that {liar} showed two histories")
            if world.now_ms > centre.started_ms + PROVEN_MS and not centre.state.peers[liar].lied:
                raise Broken(self.name, f"{centre.party} shows no proof that {liar} showed two histories")


def _contradict(note: bytes, theirs: bytes) -> bool:
    one, other = (parse_checkpoint(parse_note(each).text) for each in (note, theirs))
    return one.size == other.size and one.root != other.root


class CosignedAgain(Watch):
    """L3: what was in a log when the lines healed is co-signed by each witness ten seconds later."""

    name = "L3"

    def __init__(self) -> None:
        super().__init__()
        self._healed: dict[str, Log] = {}
        self._looked: set[str] = set()

    def stepped(self, world: World, step: Step) -> None:
        """Remember the log at the healing, and look when the time is over.

        Raises:
            Broken: the rule does not hold.
        """
        party, healed_ms = step.centre.party, world.schedule.start_ms + world.schedule.heal_ms
        if world.now_ms >= healed_ms:
            self._healed.setdefault(party, step.before)
        if party in self._looked or world.now_ms < healed_ms + COSIGNED_MS:
            return
        self._looked.add(party)
        state = self._healed[party].state
        for other in state.peers:
            witness = world.centres[other]
            if not world.honest(other) or witness.writer is None or state.epoch != step.centre.state.epoch:
                continue
            self.chances += 1
            size = cosigned_size(step.centre, other)
            if size < state.index:
                raise Broken(
                    self.name, f"{other} co-signed {size} of {state.index} entries of {party} since the lines healed"
                )
