"""`decide`: what a centre makes of an input. Pure: the same state, input and means give the same entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from wellclear.centre import commands
from wellclear.centre.comparing import remember
from wellclear.centre.decide.answering import decide_answer, decide_read, decide_read_back
from wellclear.centre.decide.arriving import decide_arrived
from wellclear.centre.decide.calling import (
    decide_all_clear,
    decide_emergency,
    decide_hazard,
    decide_stop,
    decide_test,
)
from wellclear.centre.decide.contracting import decide_draft, decide_enrol, decide_keys, decide_step
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.filing import decide_file, decide_withdraw
from wellclear.centre.decide.resolving import decide_agree, decide_propose
from wellclear.centre.decide.ticking import decide_tick
from wellclear.centre.entries.alarms import Acknowledged
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Acked, Turned
from wellclear.centre.inputs import Act, Arrived, Beat, Input, Tick, TurnedAway
from wellclear.centre.means import Means
from wellclear.centre.state.state import State
from wellclear.errors import NotFound, RuleViolated
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
    elif isinstance(taken, Tick):
        decide_tick(draft, taken)
    elif isinstance(taken, Beat):
        _decide_beat(draft, taken)
    else:
        _decide_turned(draft, taken)
    return Decision(tuple(draft.entries), draft.state)


def _decide_beat(draft: Draft, beat: Beat) -> None:
    """What the peer holds of us is acknowledged, where that is news."""
    peer = draft.state.peers.get(beat.party)
    if peer is None or beat.holds.epoch != draft.state.epoch:
        return
    news = any(sequence <= beat.holds.of(lane) for lane in Lane for sequence in peer.out[lane].unacknowledged)
    if news:
        draft.add(Acked(at_ms=draft.now_ms, party=beat.party, safety=beat.holds.safety, ordinary=beat.holds.ordinary))


def _decide_turned(draft: Draft, turned: TurnedAway) -> None:
    """What of a peer was not taken is on the record, in one entry."""
    if turned.codes:
        draft.add(Turned(at_ms=draft.now_ms, party=turned.party, codes=turned.codes))


def _decide_acknowledge(draft: Draft, act: Act, command: commands.AcknowledgeAlarm) -> None:
    """A named officer acknowledges an alarm."""
    alarm = draft.state.alarms.get(command.alarm)
    if alarm is None:
        raise NotFound("no such alarm", code="alarm-unknown", at="alarm")
    if alarm.acknowledged_by:
        raise RuleViolated(f"acknowledged by {alarm.acknowledged_by} already", code="alarm-acknowledged", at="alarm")
    draft.add(Acknowledged(at_ms=draft.now_ms, alarm=command.alarm, officer=act.officer, role=act.role))


_COMMANDED: Final[dict[type[commands.Order], Callable[[Draft, Act, Any], None]]] = {
    commands.AcknowledgeAlarm: _decide_acknowledge,
    commands.AgreeResolution: decide_agree,
    commands.AnswerNotice: decide_answer,
    commands.CallTest: decide_test,
    commands.DeclareHazard: decide_hazard,
    commands.DraftAgreement: decide_draft,
    commands.EndHazard: decide_all_clear,
    commands.EnrolParty: decide_enrol,
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
