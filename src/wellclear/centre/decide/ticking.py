"""What time changes becomes entries: links that are silent, what is late, overdue or over, alarms that climb."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wellclear.centre.agreeing import liveness
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.calendar import keep_calendar
from wellclear.centre.decide.climbing import climb
from wellclear.centre.decide.contracting import phase_agreements
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.overdue import find_overdue
from wellclear.centre.decide.verdicts import judge_notices_near, judge_own_near
from wellclear.centre.entries.link import ClockDoubted, Condition, Linked
from wellclear.centre.entries.operations import Expired
from wellclear.centre.inputs import Heard, Tick
from wellclear.centre.state.link import Peer
from wellclear.centre.state.state import key

MAX_CLOCK_ERROR_MS: Final = 500
"""Largest error of the own clock under which anything settles."""


def decide_tick(draft: Draft, tick: Tick) -> None:
    """Everything that is due by now; a tick that changes nothing leaves no entry."""
    _clock(draft, tick)
    _mark(draft, tick)
    for party, heard in sorted(tick.heard.items()):
        if party in draft.state.peers:
            _link(draft, draft.state.peers[party], heard)
    phase_agreements(draft)
    _expire(draft)
    find_overdue(draft)
    keep_calendar(draft)
    climb(draft)


def _clock(draft: Draft, tick: Tick) -> None:
    doubted = tick.error_ms > MAX_CLOCK_ERROR_MS
    if doubted is draft.state.clock_doubted:
        return
    draft.add(ClockDoubted(at_ms=draft.now_ms, error_ms=tick.error_ms, doubted=doubted))
    if doubted:
        words = f"the own clock may be wrong by {tick.error_ms} ms: nothing settles. Set the clock."
        raise_alarm(draft, "clock", "", "", words)


def _mark(draft: Draft, tick: Tick) -> None:
    """Without a mark only counterparties could tell that the store was restored: it rings, once until acknowledged."""
    if not tick.marked and "mark\t\t" not in draft.state.alarms:
        words = "the mark outside the store cannot be written: a restored copy might not be noticed. Mend its disk."
        raise_alarm(draft, "mark", "", "", words)


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
    if condition is Condition.LIVE and heard.behind_ms and draft.now_ms - heard.behind_ms >= times.stale_ms:
        condition, cause = Condition.STALE, "an assessment that it made has not come"
        heard = replace(heard, last_ms=heard.behind_ms)
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
