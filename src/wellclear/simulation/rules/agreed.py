"""S5: of two that conflict, none is settled without a resolution that both signed."""

from __future__ import annotations

from wellclear.centre.comparing import Compared, Terms, pair_of, too_close
from wellclear.centre.settlement import settlement
from wellclear.geo.envelope import Ranges
from wellclear.model.minima import Minima
from wellclear.protocol.bodies import Settles
from wellclear.simulation.rules.ledger import Facts, Ledger
from wellclear.simulation.rules.rule import Watch
from wellclear.simulation.world import Broken, Step, World

TERMS = Terms(Minima(lateral_dmm=50_000_000, vertical_dmm=3_000_000, time_ms=0), Ranges())
"""Those of the simulated agreement, in its only version."""


class Resolved(Watch):
    """Two operations, as they really are: who knows both counts its own as settled only under a procedure."""

    name = "S5"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger

    def stepped(self, world: World, step: Step) -> None:
        """Compare each own version with each notice held, by what their owners filed.

        Raises:
            Broken: the rule does not hold.
        """
        del world
        party, state = step.centre.party, step.after.state
        if state is step.before.state:
            return
        facts = self._ledger.facts[party]
        for identifier, version in facts.own.items():
            if not version.live:
                continue
            for (other, name), notice in facts.notices.items():
                if notice is None or notice.name_alone or not self._ledger.shares(party, other):
                    continue
                filed = self._ledger.filed.get(notice.whole)
                theirs = filed.content if filed is not None else notice.operation
                mine = Compared(version.filed.content, version.filed.hazard_tail_ms)
                if too_close(pair_of(mine, Compared(theirs, notice.hazard_tail_ms), TERMS)) is None:
                    continue
                self.chances += 1
                if not settlement(state, identifier).settled:
                    continue
                if not _procedure(facts, version.filed.whole, notice.whole, {party, other}):
                    words = f"{party} counts {identifier} as settled; it conflicts with {other} {name}, unresolved"
                    raise Broken(self.name, words)


def _procedure(facts: Facts, mine: bytes, theirs: bytes, both: set[str]) -> bool:
    """Whether both signed a procedure between exactly these versions."""
    return any(
        body.settles is Settles.PROCEDURE
        and {body.own, body.other} == {mine, theirs}
        and both <= {proposer} | facts.agreed.get(digest, set())
        for digest, (proposer, body) in facts.proposed.items()
    )
