"""Making verdicts anew when knowledge changes, and telling those whose notices they are about, in the same batch."""

from __future__ import annotations

from wellclear.centre.agreeing import widest_reach
from wellclear.centre.comparing import Compared
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.draft import Draft
from wellclear.centre.entries.link import Judged
from wellclear.centre.judging import (
    cautious,
    changed_by,
    held_side,
    notices_near,
    outside_agreement,
    own_clash,
    own_hazard_clash,
    own_near,
    own_side,
    own_verdict,
    peer_clash,
    peer_hazard_clash,
    peer_verdict,
)
from wellclear.centre.neighbourhood import ground_of
from wellclear.centre.state.hotline import HeldHazard
from wellclear.centre.state.operations import HeldNotice, OwnOperation
from wellclear.centre.state.state import key
from wellclear.protocol.bodies import Assessment
from wellclear.protocol.envelope import Kind
from wellclear.protocol.verdict import Finding, Verdict, verdict_of


def judge_own(draft: Draft, own: OwnOperation, after: HeldNotice | HeldHazard | None = None) -> None:
    """The own verdict of an own operation, made anew; `after` is the one thing that changed, nothing for all."""
    verdict = None
    if isinstance(after, HeldHazard):
        found = own_hazard_clash(draft.state, own, after)
        verdict = changed_by(own.verdict, ("hazard", after.party, after.identifier), found)
    elif after is not None:
        found = own_clash(draft.state, own, after)
        verdict = changed_by(own.verdict, ("operation", after.party, after.notice.identifier), found)
    if verdict is None:
        verdict = own_verdict(draft.state, own)
    verdict = cautious(draft.state, verdict)
    if verdict == own.verdict:
        return
    filed = own.filed
    _judged(draft, (draft.state.party, filed.identifier, filed.whole), own.number + 1, verdict)
    if _worse(own.verdict, verdict):
        raise_alarm(draft, "conflict", "", filed.identifier, _words(f"own {filed.identifier}", verdict))


def judge_notice(draft: Draft, held: HeldNotice, after: OwnOperation | HeldHazard | None = None) -> None:
    """The verdict of a peer's notice, made anew; where it changed, an ASSESSMENT tells the peer."""
    verdict = None
    if isinstance(after, HeldHazard):
        found = peer_hazard_clash(draft.state, held, after)
        verdict = changed_by(held.verdict, ("hazard", after.party, after.identifier), found)
    elif after is not None:
        found = peer_clash(draft.state, held, after)
        verdict = changed_by(held.verdict, ("operation", draft.state.party, after.filed.identifier), found)
    if verdict is None:
        verdict = peer_verdict(draft.state, held)
    verdict = cautious(draft.state, verdict)
    if verdict == held.verdict:
        return
    notice, number = held.notice, held.number + 1
    if not outside_agreement(draft.state, held):
        body = Assessment(identifier=notice.identifier, whole=notice.whole, number=number, verdict=verdict)
        draft.say(held.party, Kind.ASSESSMENT, body, answers=held.envelope, agreement=held.agreement)
    _judged(draft, (held.party, notice.identifier, notice.whole), number, verdict)
    if _worse(held.verdict, verdict):
        _alarm_notice(draft, held, verdict)


def first_verdict(draft: Draft, party: str, identifier: str) -> Verdict:
    """Assessment number 1 of a notice just taken, which its RECEIPT carries."""
    held = draft.state.notices[key(party, identifier)]
    verdict = cautious(draft.state, peer_verdict(draft.state, held))
    _judged(draft, (party, identifier, held.notice.whole), 1, verdict)
    if verdict.finding is Finding.CONFLICT:
        _alarm_notice(draft, held, verdict)
    return verdict


def judge_all(draft: Draft) -> None:
    """Every live own operation and every live notice anew."""
    for identifier in sorted(draft.state.around_own.cells):
        judge_own(draft, draft.state.own[identifier])
    for name in sorted(draft.state.around_notices.cells):
        judge_notice(draft, draft.state.notices[name])


def judge_near_hazard(draft: Draft, party: str, identifier: str, *former: bytes) -> None:
    """What lives on or near the ground of a hazard, as it is now and as it was, anew against that hazard alone."""
    hazard = draft.state.hazards[key(party, identifier)]
    reach = widest_reach(draft.state)
    grounds = [ground_of(Compared(content), reach) for content in (hazard.content, *former)]
    for own in sorted({name for ground in grounds for name in draft.state.around_own.on(ground)}):
        judge_own(draft, draft.state.own[own], hazard)
    for held in sorted({name for ground in grounds for name in draft.state.around_notices.on(ground)}):
        judge_notice(draft, draft.state.notices[held], hazard)


def judge_own_near(draft: Draft, *versions: HeldNotice) -> None:
    """The live own operations near any of these versions of one notice: the one before, and the newest, last."""
    state = draft.state
    near = {name for held in versions for name in own_near(state, held_side(state, held))}
    for identifier in sorted(near):
        judge_own(draft, draft.state.own[identifier], versions[-1])


def judge_notices_near(draft: Draft, *versions: OwnOperation) -> None:
    """The live notices near any of these versions of one own operation: the one before, and the newest, last."""
    near = {name for own in versions for name in notices_near(draft.state, own_side(own))}
    for name in sorted(near):
        judge_notice(draft, draft.state.notices[name], versions[-1])


def _judged(draft: Draft, version: tuple[str, str, bytes], number: int, verdict: Verdict) -> None:
    """The entry of a verdict on a version: its party, identifier and digest."""
    party, identifier, whole = version
    draft.add(
        Judged(at_ms=draft.now_ms, party=party, identifier=identifier, whole=whole, number=number, verdict=verdict)
    )


def _alarm_notice(draft: Draft, held: HeldNotice, verdict: Verdict) -> None:
    """Ring for what a notice conflicts with, but for own operations that ring themselves: one conflict, one alarm.

    Those that conflict only as the peer may see them do not ring themselves.
    """
    state = draft.state
    kept = []
    for clash in verdict.clashes:
        own = state.own.get(clash.identifier) if clash.against == "operation" else None
        mine = own_clash(state, own, held) if own is not None else None
        if clash.finding is Finding.CONFLICT and (mine is None or mine.finding is not Finding.CONFLICT):
            kept.append(clash)
    if kept:
        identifier = held.notice.identifier
        words = _words(f"{held.party} {identifier}", verdict_of(tuple(kept)))
        raise_alarm(draft, "conflict", held.party, identifier, words)


def _worse(before: Verdict | None, after: Verdict) -> bool:
    """Whether something conflicts now that did not before."""
    if after.finding is not Finding.CONFLICT:
        return False
    known = {(clash.party, clash.identifier, clash.against) for clash in before.clashes} if before else set()
    return any((clash.party, clash.identifier, clash.against) not in known for clash in after.clashes)


def _words(subject: str, verdict: Verdict) -> str:
    clashes = [clash for clash in verdict.clashes if clash.finding is Finding.CONFLICT]
    named = ", ".join(f"{clash.against} {clash.party} {clash.identifier}".replace("  ", " ") for clash in clashes[:3])
    more = f" and {len(clashes) - 3} more" if len(clashes) > 3 else ""
    return f"CONFLICT: {subject} with {named}{more}. Withdraw, amend, propose a resolution, or use the hotline."
