"""What time changes becomes entries: links that are silent, what is late, overdue or over, alarms that climb."""

from __future__ import annotations

from functools import lru_cache, partial
from operator import itemgetter
from typing import Final

from wellclear.centre.agreeing import ever_shared, liveness, partners
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.contracting import phase_agreements
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.verdicts import judge_notices_near, judge_own_near
from wellclear.centre.entries.alarms import Climbed
from wellclear.centre.entries.link import ClockDoubted, Condition, Linked
from wellclear.centre.entries.operations import Expired, Overdue
from wellclear.centre.inputs import Heard, Tick
from wellclear.centre.state.link import Peer
from wellclear.centre.state.operations import Awaited
from wellclear.centre.state.state import State, key
from wellclear.model.agreement.ladder import Rung, Urgency

MAX_CLOCK_ERROR_MS: Final = 500
"""Largest error of the own clock under which anything settles."""

DEFAULT_RECEIPT_MS: Final = 60_000
"""When a receipt is overdue where no agreement says it."""

DEFAULT_LADDER_MS: Final = (0, 60_000, 180_000, 600_000)
"""When an alarm reaches the next rung where no agreement says it."""

DEFAULT_ROLES: Final = ("duty-officer", "supervisor", "commander", "authority")


def decide_tick(draft: Draft, tick: Tick) -> None:
    """Everything that is due by now; a tick that changes nothing leaves no entry."""
    _clock(draft, tick)
    for party, heard in sorted(tick.heard.items()):
        if party in draft.state.peers:
            _link(draft, draft.state.peers[party], heard)
    phase_agreements(draft)
    _expire(draft)
    _overdue(draft)
    _climb(draft)


def _clock(draft: Draft, tick: Tick) -> None:
    doubted = tick.error_ms > MAX_CLOCK_ERROR_MS
    if doubted is draft.state.clock_doubted:
        return
    draft.add(ClockDoubted(at_ms=draft.now_ms, error_ms=tick.error_ms, doubted=doubted))
    if doubted:
        words = f"the own clock may be wrong by {tick.error_ms} ms: nothing settles. Set the clock."
        raise_alarm(draft, "clock", "", "", words)


def _link(draft: Draft, peer: Peer, heard: Heard) -> None:
    """LIVE, STALE or SILENT, by how long ago the peer was heard."""
    times = liveness(draft.state, peer.party)
    since_ms = draft.now_ms - heard.last_ms
    condition = Condition.LIVE
    if since_ms >= times.alarm_ms:
        condition = Condition.SILENT
    elif since_ms >= times.stale_ms or heard.last_ms == 0:
        condition = Condition.STALE
    cause = "" if condition is Condition.LIVE else heard.cause or "not answering"
    if (condition, cause) == (peer.condition, peer.cause):
        return
    draft.add(Linked(at_ms=draft.now_ms, party=peer.party, condition=condition, cause=cause, heard_ms=heard.last_ms))
    if condition is Condition.SILENT and peer.condition is not Condition.SILENT:
        words = f"{peer.party} is SILENT: {cause}. What it holds is NOT ASSESSED since. Use the telephone."
        raise_alarm(draft, "silent", peer.party, "", words)


def _expire(draft: Draft) -> None:
    """Operations and notices whose last end and hazard tail have passed; hazards end by ALL-CLEAR alone."""
    state = draft.state
    over = [("operation", state.party, identifier) for identifier in state.around_own.over(draft.now_ms)]
    notices = (state.notices[name] for name in state.around_notices.over(draft.now_ms))
    over += [("notice", held.party, held.notice.identifier) for held in notices]
    for what, party, identifier in sorted(over):
        draft.add(Expired(at_ms=draft.now_ms, what=what, party=party, identifier=identifier))
    for what, party, identifier in sorted(over):
        if what == "operation":
            judge_notices_near(draft, draft.state.own[identifier])
        else:
            judge_own_near(draft, draft.state.notices[key(party, identifier)])


def _overdue(draft: Draft) -> None:
    """Receipts that did not come by their deadline; each is an alarm once."""
    receipt_ms = lru_cache(partial(_receipt_ms, draft.state))
    due = [
        (digest, awaited)
        for digest, awaited in draft.state.awaited.items()
        if draft.now_ms >= awaited.said_ms + receipt_ms(awaited.party, _urgency(draft.state, awaited))
    ]
    for _, awaited in sorted(due, key=itemgetter(0)):
        name = "\t".join(("overdue", awaited.party, f"{awaited.kind} {awaited.subject}"))
        if name in draft.state.alarms:
            continue
        draft.add(
            Overdue(
                at_ms=draft.now_ms,
                deadline="receipt",
                party=awaited.party,
                identifier=awaited.subject,
                whole=awaited.whole,
            )
        )
        words = f"{awaited.party} has not receipted {awaited.kind} {awaited.subject}. Call by voice."
        raise_alarm(draft, "overdue", awaited.party, f"{awaited.kind} {awaited.subject}", words)


def _receipt_ms(state: State, party: str, urgency: Urgency) -> int:
    values = ever_shared(state, party)
    return values[-1].deadlines_for(urgency).receipt_ms if values else DEFAULT_RECEIPT_MS


def _urgency(state: State, awaited: Awaited) -> Urgency:
    if awaited.kind in {"STOP", "EMERGENCY", "HAZARD", "ALL-CLEAR"}:
        return Urgency.FLASH
    own = state.own.get(awaited.subject)
    return own.filed.urgency if own is not None else Urgency.ROUTINE


def _climb(draft: Draft) -> None:
    """Alarms that nobody acknowledged reach the next rung of the ladder."""
    ladder = lru_cache(partial(_ladder, draft.state))
    unanswered = [(name, alarm) for name, alarm in draft.state.alarms.items() if not alarm.acknowledged_by]
    for _, alarm in sorted(unanswered, key=itemgetter(0)):
        rungs = ladder(alarm.party)
        waited_ms = draft.now_ms - alarm.raised_ms
        reached = max(number for number, rung in enumerate(rungs) if rung[1] <= waited_ms or number == 0)
        if reached > alarm.rung:
            draft.add(Climbed(at_ms=draft.now_ms, alarm=alarm.alarm, rung=reached, role=rungs[reached][0]))


def _ladder(state: State, party: str) -> tuple[tuple[str, int], ...]:
    """Roles and delays: of the newest agreement with the party, else of any in force, else the default."""
    parties = [party] if party else list(partners(state))
    ladders: list[tuple[Rung, ...]] = [value.ladder for name in parties for value in ever_shared(state, name)[-1:]]
    if ladders:
        return tuple((rung.role.value, rung.after_ms) for rung in ladders[0])
    return tuple(zip(DEFAULT_ROLES, DEFAULT_LADDER_MS, strict=True))
