"""S9: what is stale, unknown or refused is never shown as clear."""

from __future__ import annotations

from wellclear.centre.comparing import Compared, pair_of, too_close
from wellclear.centre.entries.link import OUTSIDE_AGREEMENT
from wellclear.centre.state.operations import HeldNotice, OwnOperation
from wellclear.centre.state.state import State
from wellclear.geo.limits import MAX_TIME_MS
from wellclear.protocol.verdict import Clash, Finding, Verdict
from wellclear.simulation.rules.agreed import TERMS
from wellclear.simulation.rules.rule import Watch
from wellclear.simulation.world import Broken, Step, World


class NeverFalselyClear(Watch):
    """A verdict that stands names everything known that is too close, or that cannot be compared."""

    name = "S9"

    def stepped(self, world: World, step: Step) -> None:
        """Compare each own version with each notice, when one of them changed."""
        del world
        state = step.after.state
        if state.own is step.before.state.own and state.notices is step.before.state.notices:
            return
        for own in state.own.values():
            if own.ended:
                continue
            for held in state.notices.values():
                if not held.ended:
                    self._verify(step.centre.party, own, held)
            self._known(step.centre.party, state, own)

    def ended(self, world: World) -> None:
        """In the quiet at the end each side shows what the other side finds, and every danger that persists."""
        running = {
            party: centre.state
            for party, centre in world.centres.items()
            if world.honest(party) and centre.writer is not None and not centre.restored
        }
        for party, state in running.items():
            for other, theirs in running.items():
                if other != party and not _compromised(theirs, party) and not _compromised(state, other):
                    self._same(party, state, other, theirs)

    def _same(self, party: str, state: State, other: str, theirs: State) -> None:
        """What one centre was told by another is what that finds now."""
        for identifier, own in state.own.items():
            held, delivery = theirs.notices.get(f"{party}\n{identifier}"), own.deliveries.get(other)
            if own.ended or held is None or held.ended or delivery is None or delivery.verdict is None:
                continue
            if held.verdict is None or held.notice.whole != own.filed.whole or OUTSIDE_AGREEMENT in held.marks:
                continue
            if held.verdict.reason:  # outside agreement nothing is disclosed in answer, and nothing settles
                continue
            self.chances += 1
            if delivery.verdict != held.verdict and delivery.verdict.finding is Finding.CLEAR:
                words = f"{party} shows {identifier} as CLEAR by {other}, which finds {held.verdict.finding}"
                raise Broken(self.name, words)
        for name, hazard in state.hazards.items():
            if hazard.party == party and not hazard.ended and other in hazard.told:
                self.chances += 1
                told = theirs.hazards.get(name)
                if told is None or told.ended:
                    words = f"{other} shows {party}'s hazard {hazard.identifier} as over, and it persists"
                    raise Broken(self.name, words)

    def _verify(self, party: str, own: OwnOperation, held: HeldNotice) -> None:
        found = _found(own, held)
        if found is None:
            return
        self.chances += 1
        identifier, name = own.filed.identifier, held.notice.identifier
        if not _names(own.verdict, held.party, name, held.notice.whole, found):
            raise Broken(self.name, f"{party} shows {identifier} as clear of {held.party} {name}: {found.finding}")

    def _known(self, party: str, state: State, own: OwnOperation) -> None:
        """A verdict was made, and none names what no longer is."""
        if own.verdict is None:
            raise Broken(self.name, f"{party} has no verdict of {own.filed.identifier}")
        for clash in own.verdict.clashes:
            held = state.notices.get(f"{clash.party}\n{clash.identifier}") if clash.against == "operation" else None
            if held is not None and held.notice.whole != clash.whole:
                raise Broken(self.name, f"{party}'s verdict of {own.filed.identifier} rests on an older version")


def _compromised(state: State, party: str) -> bool:
    """Whether a key of a party is known to be in strange hands: what it signed before is no longer taken."""
    return any(record.compromised is not None for record in state.peers[party].ring.records)


def _found(own: OwnOperation, held: HeldNotice) -> Clash | None:
    if held.notice.name_alone:
        apart = own.filed.ends_ms < held.notice.starts_ms or held.notice.ends_ms < own.filed.starts_ms
        return None if apart else Clash(finding=Finding.CONFLICT, against="operation", party="", identifier="")
    mine = Compared(own.filed.content, min(own.filed.hazard_tail_ms, MAX_TIME_MS))
    return too_close(pair_of(mine, Compared(held.notice.operation, held.notice.hazard_tail_ms), TERMS))


def _names(verdict: Verdict | None, party: str, identifier: str, whole: bytes, found: Clash) -> bool:
    """Whether a verdict says it: as a conflict where it is one."""
    if verdict is None or verdict.reason:
        return verdict is not None and verdict.finding is not Finding.CLEAR
    wanted = (party, identifier, whole)
    return any(
        clash.finding in {found.finding, Finding.CONFLICT}
        for clash in verdict.clashes
        if (clash.party, clash.identifier, clash.whole) == wanted
    )
