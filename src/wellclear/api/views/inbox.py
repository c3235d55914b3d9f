"""What waits for an officer, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wellclear.api.views.hotline import AlarmView, alarm_views
from wellclear.api.views.notices import notice_view, resolution_view
from wellclear.api.views.parties import agreement_view
from wellclear.api.views.view import View
from wellclear.centre.decide.climbing import LIFE
from wellclear.centre.entries.link import Condition
from wellclear.centre.state.state import State, key

_ORDER: Final = ("unconfirmed", "alarm", "taken-back", "notice", "resolution", "agreement")


class InboxItem(View, frozen=True):
    """One thing that waits for an officer.

    Attributes:
        kind: ``unconfirmed``, ``alarm``, ``taken-back``, ``notice``, ``resolution`` or ``agreement``.
        party: of whom it is.
        subject: identifier of what it is about.
        since_ms: since when; 0 where that is not kept.
        role: whom an alarm has reached, of the ladder; empty for what is no alarm.
        words: what it is.
        next: what to do.
    """

    kind: str
    party: str
    subject: str
    since_ms: int
    words: str
    next: str
    role: str = ""


def inbox(state: State) -> tuple[InboxItem, ...]:
    """All that waits: alarms first, those about life before all others, the newest first."""
    kinds = (_unconfirmed, _alarms, _taken_back, _notices, _resolutions, _agreements)
    items = [item for kind in kinds for item in kind(state)]
    return tuple(sorted(items, key=lambda item: (_ORDER.index(item.kind), not _is_life(state, item), -item.since_ms)))


def _is_life(state: State, item: InboxItem) -> bool:
    """Whether it is a STOP or EMERGENCY: nothing newer is shown before it."""
    return item.kind == "alarm" and state.alarms[item.subject].kind in LIFE


def _unconfirmed(state: State) -> Iterator[InboxItem]:
    if state.unconfirmed:
        yield InboxItem(
            kind="unconfirmed",
            party="",
            subject="",
            since_ms=0,
            words="UNCONFIRMED: no counterparty has said yet that it holds no more of us than our own log",
            next="nothing settles until one is reached; call by voice",
        )


def _taken_back(state: State) -> Iterator[InboxItem]:
    for recalled in state.recalled.values():
        told = ", ".join(party for party, _ in recalled.told)
        yield InboxItem(
            kind="taken-back",
            party="",
            subject=recalled.identifier,
            since_ms=recalled.said_ms,
            words=f"{recalled.kind} of {recalled.identifier} was said to {told}, and the log had lost it",
            next="file it anew under the same identifier, or withdraw it",
        )


def _alarms(state: State) -> Iterator[InboxItem]:
    for alarm in alarm_views(state):
        if not alarm.acknowledged_by:
            yield InboxItem(
                kind="alarm",
                party=alarm.party,
                subject=alarm.alarm,
                since_ms=alarm.raised_ms,
                words=f"{alarm.words}{_since(state, alarm)}",
                next="act on it, then acknowledge it",
                role=alarm.role,
            )


def _since(state: State, alarm: AlarmView) -> str:
    """What has become of the cause, where the alarm's own words would mislead."""
    peer = state.peers.get(alarm.party)
    if alarm.kind == "silent" and peer is not None and peer.condition is Condition.LIVE:
        return " Since then it was heard again: its link is live."
    hazard = state.hazards.get(key(alarm.party, alarm.subject)) if alarm.kind == "hazard" else None
    if hazard is not None and hazard.ended:
        return f" Since then it said ALL-CLEAR: {hazard.ended}."
    return ""


def _notices(state: State) -> Iterator[InboxItem]:
    for held in state.notices.values():
        view = notice_view(state, held)
        if not view.ended and not view.answer:
            marks = f" {' '.join(view.marks)}" if view.marks else ""
            yield InboxItem(
                kind="notice",
                party=view.party,
                subject=view.identifier,
                since_ms=view.took_ms,
                words=f"{view.party} {view.identifier} version {view.number}: {view.assessment.words}{marks}",
                next=view.next,
            )


def _resolutions(state: State) -> Iterator[InboxItem]:
    for resolution in state.resolutions.values():
        view = resolution_view(state, resolution)
        if view.holds and not view.agreed and view.proposed_by != state.party:
            yield InboxItem(
                kind="resolution",
                party=view.party,
                subject=view.resolve.hex(),
                since_ms=0,
                words=f"{view.party} proposes for {view.own_identifier} and {view.other_identifier}: {view.text}",
                next="agree, or propose another",
            )


def _agreements(state: State) -> Iterator[InboxItem]:
    for held in state.agreements.values():
        view = agreement_view(held)
        if state.party in view.missing and view.phase == "proposed":
            yield InboxItem(
                kind="agreement",
                party=view.steps[0].party,
                subject=view.digest.hex(),
                since_ms=view.steps[0].at_ms,
                words=f"{view.identifier} version {view.version} is proposed",
                next="read it; an officer who may bind the party signs it",
            )
