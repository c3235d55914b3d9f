"""S4: settled means all that it says; any change, objection or stale link unsettles."""

from __future__ import annotations

from collections.abc import Iterator

from wellclear.centre.entries.link import Condition
from wellclear.centre.settlement import settlement
from wellclear.protocol.bodies import Settles
from wellclear.protocol.verdict import Clash, Finding, Verdict
from wellclear.simulation.rules.ledger import Facts, Ledger, Version
from wellclear.simulation.rules.rule import Watch
from wellclear.simulation.world import Broken, Step, World


class SettledMeans(Watch):
    """What the core calls settled must be so by the plain facts of its log."""

    name = "S4"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger

    def stepped(self, world: World, step: Step) -> None:
        """Ask for each own operation that anyone has receipted.

        Raises:
            Broken: the rule does not hold.
        """
        party, state = step.centre.party, step.after.state
        if state is step.before.state:
            return
        facts = self._ledger.facts[party]
        for identifier, version in facts.own.items():
            self.chances += any(told.receipted for told in version.told.values())
            if not settlement(state, identifier).settled:
                continue
            for why in self._open(world, party, facts, version):
                raise Broken(self.name, f"{party} counts {identifier} as settled, and {why}")

    def _open(self, world: World, party: str, facts: Facts, version: Version) -> Iterator[str]:
        """All that keeps it from being settled."""
        if not version.live:
            yield "it is over"
        if facts.clock_doubted:
            yield "the own clock is doubted"
        if not version.addressees:
            yield "nobody was told"
        if version.verdict is None or not covered(facts, party, version, version.verdict):
            yield "the own verdict does not allow it"
        if any(version.filed.identifier in named for named in facts.unreceipted.values()):
            yield "an assessment that it caused is not receipted"
        for other in version.addressees:
            yield from self._open_with(world, party, facts, version, other)

    def _open_with(self, world: World, party: str, facts: Facts, version: Version, other: str) -> Iterator[str]:
        told = version.told.get(other)
        if not self._ledger.shares(party, other):
            yield f"no agreement with {other} is in force"
        if facts.links.get(other) is not Condition.LIVE:
            yield f"the link to {other} is not live"
        if other in facts.lied:
            yield f"{other} lied"
        if told is None or not told.receipted or told.refused:
            yield f"{other} has not receipted the newest version"
            return
        if told.answers and told.answers[-1] == "objected":
            yield f"{other} objected"
        if told.misread:
            yield f"{other} read it back wrongly"
        if not told.verdicts or not covered(facts, party, version, told.verdicts[max(told.verdicts)], other):
            yield f"{other}'s newest verdict does not allow it"
        if world.honest(other) and not self._holds(world, other, party, version):
            yield f"{other} does not hold the newest version"

    def _holds(self, world: World, other: str, party: str, version: Version) -> bool:
        """Whether the other side's own log has it, unless that side was restored since."""
        theirs = self._ledger.facts.get(other)
        if theirs is None or world.centres[other].restored:
            return True
        held = theirs.notices.get((party, version.filed.identifier))
        return held is None or held.whole == version.filed.whole


def covered(facts: Facts, party: str, version: Version, verdict: Verdict, by: str = "") -> bool:
    """Whether a verdict is CLEAR, or each of its clashes stands under a procedure that both signed."""
    if verdict.finding is Finding.CLEAR:
        return True
    if verdict.reason or verdict.count > len(verdict.clashes):
        return False
    return all(_resolved(facts, party, version, clash, by) for clash in verdict.clashes)


def _resolved(facts: Facts, party: str, version: Version, clash: Clash, by: str) -> bool:
    other = by or clash.party
    for digest, (proposer, body) in facts.proposed.items():
        if body.settles is not Settles.PROCEDURE:
            continue
        mine, theirs = (body.own, body.other) if proposer == party else (body.other, body.own)
        name = body.other_identifier if proposer == party else body.own_identifier
        newest = facts.notices.get((other, name))
        if mine != version.filed.whole or newest is None or newest.whole != theirs:
            continue
        signed = {proposer} | facts.agreed.get(digest, set())
        if {party, other} <= signed and clash.whole in {theirs, mine}:
            return True
    return False
