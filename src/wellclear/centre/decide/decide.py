"""`decide`: what a centre makes of an input. Pure: the same state, input and means give the same entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from wellclear.centre import commands
from wellclear.centre.comparing import remember
from wellclear.centre.decide.acting import record_act
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.answering import decide_answer, decide_read, decide_read_back
from wellclear.centre.decide.arriving import decide_arrived
from wellclear.centre.decide.calling import (
    decide_all_clear,
    decide_emergency,
    decide_hazard,
    decide_radio_check,
    decide_stop,
    decide_test,
)
from wellclear.centre.decide.contracting import decide_draft, decide_enrol, decide_keys, decide_step
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.filing import decide_file, decide_withdraw
from wellclear.centre.decide.proving import decide_lie
from wellclear.centre.decide.recalling import decide_confirmation, decide_returned, note_epoch
from wellclear.centre.decide.resolving import decide_agree, decide_propose
from wellclear.centre.decide.ticking import decide_tick
from wellclear.centre.entries.alarms import Acknowledged
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Acked, Turned
from wellclear.centre.incident import sought
from wellclear.centre.inputs import (
    Act,
    Arrived,
    Beat,
    Confirmation,
    Input,
    LieProven,
    LogDoubted,
    ReturnedEnvelope,
    Tick,
    TurnedAway,
)
from wellclear.centre.means import Means
from wellclear.centre.state.state import State
from wellclear.errors import NotFound, RuleViolated
from wellclear.protocol.bodies import verify_text
from wellclear.protocol.envelope import Lane


@dataclass(frozen=True, slots=True)
class Decision:
    """What an input became.

    Attributes:
        entries: to be logged, in order; none where nothing changes.
        state: after them.
    """

    entries: tuple[Entry, ...]
    state: State


def decide(state: State, taken: Input, means: Means) -> Decision:
    """Decide an input over a state.

    Args:
        state: after everything before; it is not changed.
        taken: the input.
        means: time, chance and keys.

    Raises:
        WellclearError: the input is refused and changes nothing.
    """
    draft = Draft(state, means)
    if isinstance(taken, Arrived | Act) and taken.prejudged is not None:
        remember(taken.prejudged)
    if isinstance(taken, Arrived):
        decide_arrived(draft, taken)
    elif isinstance(taken, Act):
        _COMMANDED[type(taken.command)](draft, taken, taken.command)
    else:
        _NOTICED[type(taken)](draft, taken)
    return Decision(tuple(draft.entries), draft.state)


def _decide_beat(draft: Draft, beat: Beat) -> None:
    """What the peer holds of us is acknowledged, and a new epoch of its log noted, where that is news."""
    if beat.party not in draft.state.peers:
        return
    note_epoch(draft, beat.party, beat.epoch)
    peer = draft.state.peers[beat.party]
    if beat.holds.epoch != draft.state.epoch or not peer.confirmed:
        return
    news = any(sequence <= beat.holds.of(lane) for lane in Lane for sequence in peer.out[lane].unacknowledged)
    if news:
        draft.add(Acked(at_ms=draft.now_ms, party=beat.party, safety=beat.holds.safety, ordinary=beat.holds.ordinary))


def _decide_turned(draft: Draft, turned: TurnedAway) -> None:
    """What of a peer was not taken is on the record, in one entry."""
    if turned.codes:
        draft.add(Turned(at_ms=draft.now_ms, party=turned.party, codes=turned.codes))


def _decide_proven(draft: Draft, proven: LieProven) -> None:
    """A log is proven to have lied."""
    decide_lie(draft, proven.lie)


def _decide_doubted(draft: Draft, doubted: LogDoubted) -> None:
    """A log is in doubt: an officer hears of it."""
    raise_alarm(draft, doubted.kind, doubted.party, doubted.subject, doubted.words)


def _decide_export(draft: Draft, act: Act, command: commands.ExportEvidence) -> None:
    """What is shown to others of an incident goes on the record first.

    Raises:
        NotFound, RuleViolated: there is no such incident.
    """
    record_act(draft, act, "evidence", sought(draft.state, command).words)


def _decide_acknowledge(draft: Draft, act: Act, command: commands.AcknowledgeAlarm) -> None:
    """A named officer acknowledges an alarm."""
    alarm = draft.state.alarms.get(command.alarm)
    if alarm is None:
        raise NotFound("no such alarm", code="alarm-unknown", at="alarm")
    if alarm.acknowledged_by:
        raise RuleViolated(f"acknowledged by {alarm.acknowledged_by} already", code="alarm-acknowledged", at="alarm")
    verify_text("remark", command.remark)
    draft.add(
        Acknowledged(at_ms=draft.now_ms, alarm=command.alarm, officer=act.officer, role=act.role, remark=command.remark)
    )


_COMMANDED: Final[dict[type[commands.Order], Callable[[Draft, Act, Any], None]]] = {
    commands.AcknowledgeAlarm: _decide_acknowledge,
    commands.AgreeResolution: decide_agree,
    commands.AnswerNotice: decide_answer,
    commands.CallTest: decide_test,
    commands.CheckRadio: decide_radio_check,
    commands.DeclareHazard: decide_hazard,
    commands.DraftAgreement: decide_draft,
    commands.EndHazard: decide_all_clear,
    commands.EnrolParty: decide_enrol,
    commands.ExportEvidence: _decide_export,
    commands.File: decide_file,
    commands.ProposeResolution: decide_propose,
    commands.ReadBackNotice: decide_read_back,
    commands.ReadNotice: decide_read,
    commands.SayEmergency: decide_emergency,
    commands.SayStop: decide_stop,
    commands.StateKeys: decide_keys,
    commands.StepAgreement: decide_step,
    commands.Withdraw: decide_withdraw,
}

_NOTICED: Final[dict[type[Input], Callable[[Draft, Any], None]]] = {
    Beat: _decide_beat,
    Confirmation: decide_confirmation,
    LieProven: _decide_proven,
    LogDoubted: _decide_doubted,
    ReturnedEnvelope: decide_returned,
    Tick: decide_tick,
    TurnedAway: _decide_turned,
}
