"""Alarms, hazards and calls."""

from __future__ import annotations

from typing import Any

from wellclear.api.views.view import View, as_json
from wellclear.centre.decide.climbing import ladder_for
from wellclear.centre.state.hotline import Alarm, Call, HeldHazard
from wellclear.centre.state.operations import Awaited
from wellclear.centre.state.state import State
from wellclear.protocol.envelope import Kind


class AlarmView(View, frozen=True):
    """What an officer must act on.

    Attributes:
        alarm: its identifier, by which it is acknowledged.
        kind: stable word.
        party: whom it concerns.
        subject: what it is about.
        words: what is the matter, and what to do.
        raised_ms: when.
        rung: how far it climbed; 0 is the duty officer.
        role: whom it has reached, of the ladder of the agreement.
        sender_role: role of the officer whose message raised it; empty where none did.
        acknowledged_by: officer; empty while nobody did.
        acknowledged_ms: when.
        remark: what was done about it.
    """

    alarm: str
    kind: str
    party: str
    subject: str
    words: str
    raised_ms: int
    rung: int
    role: str
    sender_role: str
    acknowledged_by: str
    acknowledged_ms: int
    remark: str


class HazardView(View, frozen=True):
    """Airspace that is dangerous until its ALL-CLEAR.

    Attributes:
        party: who told it; the own party for own ones.
        identifier: what that party calls it.
        cause: in words.
        responsible: who causes it; empty where unknown or without consent.
        consent: how that party consented to being named.
        relayed: whether it encloses what another party signed.
        since_ms: when it became known.
        told: parties to which the own centre sent it.
        not_told: counterparties to which it was not sent.
        missing: parties told by the own centre that have not receipted the newest word of it.
        ended: reason of its end; empty while it persists.
        content: exact bytes of the operation that holds its volumes.
        operation: the same as values.
    """

    party: str
    identifier: str
    cause: str
    responsible: str
    consent: str
    relayed: bool
    since_ms: int
    told: tuple[str, ...]
    not_told: tuple[str, ...]
    missing: tuple[str, ...]
    ended: str
    content: bytes
    operation: dict[str, Any] | None


class AnswerView(View, frozen=True):
    """Who acknowledged a call, when, and after how long."""

    party: str
    answered_ms: int
    took_ms: int


class CallView(View, frozen=True):
    """A call: STOP, EMERGENCY or TEST.

    Attributes:
        party: who called.
        kind: ``STOP``, ``EMERGENCY`` or ``TEST``.
        identifier: what the caller calls it.
        about: operation that it is about; empty for everything.
        text: what was said.
        called_ms: when.
        elapsed_ms: how long ago that is.
        due_ms: when the acknowledgement is overdue; 0 for calls of others.
        answers: who acknowledged.
        missing: who was called and did not acknowledge.
        envelope: digest of a counterparty's envelope, by which it is relayed; empty for own calls.
    """

    party: str
    kind: str
    identifier: str
    about: str
    text: str
    called_ms: int
    elapsed_ms: int
    due_ms: int
    answers: tuple[AnswerView, ...]
    missing: tuple[str, ...]
    envelope: bytes


def alarm_view(state: State, alarm: Alarm) -> AlarmView:
    """An alarm as it is shown."""
    rungs = ladder_for(state, alarm.party)
    return AlarmView(
        alarm=alarm.alarm,
        kind=alarm.kind,
        party=alarm.party,
        subject=alarm.subject,
        words=alarm.words,
        raised_ms=alarm.raised_ms,
        rung=alarm.rung,
        role=rungs[min(alarm.rung, len(rungs) - 1)].role.value,
        sender_role=alarm.sender_role,
        acknowledged_by=alarm.acknowledged_by,
        acknowledged_ms=alarm.acknowledged_ms,
        remark=alarm.remark,
    )


def alarm_views(state: State) -> tuple[AlarmView, ...]:
    """All alarms: those that nobody acknowledged first, the newest first."""
    ordered = sorted(state.alarms.values(), key=lambda alarm: (bool(alarm.acknowledged_by), -alarm.raised_ms))
    return tuple(alarm_view(state, alarm) for alarm in ordered)


def hazard_view(state: State, hazard: HeldHazard) -> HazardView:
    """A hazard as it is shown, with the panel of who has not been told."""
    knows = {*hazard.told, hazard.party}
    own = hazard.party == state.party
    missing = {one.party for one in state.awaited.values() if own and _is_about(one, hazard)}
    return HazardView(
        party=hazard.party,
        identifier=hazard.identifier,
        cause=hazard.cause,
        responsible=hazard.responsible,
        consent=hazard.consent,
        relayed=hazard.relayed,
        since_ms=hazard.since_ms,
        told=hazard.told,
        not_told=tuple(party for party in sorted(state.peers) if party not in knows),
        missing=tuple(sorted(missing)),
        ended=hazard.ended,
        content=hazard.content,
        operation=as_json(hazard.content),
    )


def _is_about(awaited: Awaited, hazard: HeldHazard) -> bool:
    """Whether a receipt is awaited for what was said of a hazard."""
    return awaited.kind in {Kind.HAZARD, Kind.ALL_CLEAR} and awaited.subject == hazard.identifier


def call_view(call: Call, now_ms: int) -> CallView:
    """A call as it is shown, with the time that has passed."""
    answers = tuple(
        AnswerView(party=party, answered_ms=at_ms, took_ms=at_ms - call.called_ms)
        for party, at_ms in sorted(call.answered.items())
    )
    return CallView(
        party=call.party,
        kind=call.kind,
        identifier=call.identifier,
        about=call.about,
        text=call.text,
        called_ms=call.called_ms,
        elapsed_ms=max(0, now_ms - call.called_ms),
        due_ms=call.due_ms,
        answers=answers,
        missing=tuple(party for party in call.told if party not in call.answered),
        envelope=call.envelope,
    )
