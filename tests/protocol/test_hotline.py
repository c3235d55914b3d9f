from __future__ import annotations

import pytest

from rig.centres import Rig
from rig.plans import HOUR_MS, agreement, circle
from wellclear.api.views.inbox import inbox
from wellclear.centre.commands import (
    AcknowledgeAlarm,
    CallTest,
    DeclareHazard,
    EndHazard,
    File,
    SayEmergency,
    SayStop,
    StepAgreement,
)
from wellclear.centre.settlement import settlement
from wellclear.centre.state.state import key
from wellclear.errors import MalformedInput, NotFound, RuleViolated
from wellclear.model.agreement.steps import StepKind
from wellclear.protocol.envelope import Kind, Lane, parse_own

HERE = (100_000_000, 450_000_000)


@pytest.fixture
def rig() -> Rig:
    made = Rig("north", "south")
    made.agree(agreement("north", "south"))
    return made


def plan(rig: Rig, party: str, name: str) -> bytes:
    start_ms = rig.now_ms + 2 * HOUR_MS
    return circle(party, name, *HERE, start_ms, start_ms + HOUR_MS)


def test_stop_rings_and_its_acknowledgement_is_timed(rig: Rig) -> None:
    rig["north"].act(SayStop(to=("south",), text="cease now", about="s1"))
    rig.now_ms += 900
    rig.deliver()
    (call,) = rig["north"].state.calls.values()
    assert call.answered["south"] - call.called_ms == 900
    assert any(alarm.kind == "stop" for alarm in rig["south"].state.alarms.values())


def test_stop_needs_somebody_who_is_enrolled(rig: Rig) -> None:
    with pytest.raises(MalformedInput):
        rig["north"].act(SayStop(to=(), text="cease"))
    with pytest.raises(NotFound):
        rig["north"].act(SayStop(to=("nobody",), text="cease"))


def test_stop_passes_a_gap_in_both_lanes(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1")))
    rig["north"].act(SayStop(to=("south",), text="first"))
    rig["north"].act(SayStop(to=("south",), text="second"))
    stops = [raw for party, raw in rig.waiting() if parse_own(raw).envelope.lane is Lane.SAFETY]
    assert rig["south"].arrive(stops[1]).refused is None
    assert any("second" in alarm.words for alarm in rig["south"].state.alarms.values())
    assert rig["south"].state.peers["north"].holds.safety == 0
    rig["south"].arrive(stops[0])
    assert rig["south"].state.peers["north"].holds.safety == 2


def test_emergency_reaches_all_and_half_a_position_is_refused(rig: Rig) -> None:
    with pytest.raises(MalformedInput):
        rig["north"].act(SayEmergency(text="ditched", lon_e7=1))
    rig["north"].act(SayEmergency(text="ditched", lon_e7=1, lat_e7=2))
    rig.deliver()
    assert any(alarm.kind == "emergency" for alarm in rig["south"].state.alarms.values())


def test_hazard_persists_until_its_all_clear(rig: Rig) -> None:
    rig["south"].act(File(content=plan(rig, "south", "s1")))
    rig.deliver()
    assert settlement(rig["south"].state, "s1").settled
    hazard = circle("north", "fire", *HERE, rig.now_ms, rig.now_ms + 1_000)
    rig["north"].act(DeclareHazard(identifier="fire", content=hazard, cause="falling debris"))
    rig.deliver()
    rig.later(HOUR_MS)
    rig.deliver()
    assert "conflict" in {found.code for found in settlement(rig["south"].state, "s1").open}
    with pytest.raises(RuleViolated):
        rig["north"].act(DeclareHazard(identifier="fire", content=hazard, cause="again"))
    rig["north"].act(EndHazard(identifier="fire", reason="out"))
    rig.deliver()
    assert settlement(rig["south"].state, "s1").settled
    assert any("Since then it said ALL-CLEAR: out" in item.words for item in inbox(rig["south"].state))
    with pytest.raises(NotFound):
        rig["north"].act(EndHazard(identifier="fire", reason="out"))


def test_test_call_is_answered_by_the_centre(rig: Rig) -> None:
    rig["north"].act(CallTest(to=("south",)))
    rig.deliver()
    (call,) = rig["north"].state.calls.values()
    assert set(call.answered) == {"south"}


def test_unanswered_alarm_climbs_until_a_named_officer_acknowledges_it(rig: Rig) -> None:
    rig["north"].act(SayStop(to=("south",), text="cease"))
    rig.deliver()
    rig.later(16_000)
    (alarm,) = (alarm for alarm in rig["south"].state.alarms.values() if alarm.kind == "stop")
    assert alarm.rung == 1
    rig["south"].act(AcknowledgeAlarm(alarm=alarm.alarm), officer="Vera")
    rig.later(60_000)
    after = rig["south"].state.alarms[alarm.alarm]
    assert (after.rung, after.acknowledged_by) == (1, "Vera")
    with pytest.raises(RuleViolated):
        rig["south"].act(AcknowledgeAlarm(alarm=alarm.alarm))


def test_alarm_stands_after_a_restart(rig: Rig) -> None:
    rig["north"].act(SayStop(to=("south",), text="cease"))
    rig.deliver()
    rig["south"].start()
    assert any(alarm.kind == "stop" for alarm in rig["south"].state.alarms.values())


def test_suspension_by_one_party_leaves_the_safety_lane(rig: Rig) -> None:
    (held,) = rig["north"].state.agreements.values()
    rig["north"].act(File(content=plan(rig, "north", "n1")))
    rig.deliver()
    rig["south"].act(StepAgreement(step=StepKind.SUSPEND, digest=held.digest))
    rig.deliver()
    assert {found.code for found in settlement(rig["north"].state, "n1").open} == {"no-agreement"}
    assert not rig["south"].state.notices[key("north", "n1")].ended
    rig["south"].act(File(content=plan(rig, "south", "s1")))
    rig["south"].act(SayStop(to=("north",), text="cease"))
    rig.deliver()
    assert key("south", "s1") not in rig["north"].state.notices
    assert any(alarm.kind == "stop" for alarm in rig["north"].state.alarms.values())


def test_overdue_receipt_rings(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1")))
    rig.later(61_000)
    assert any(alarm.kind == "overdue" for alarm in rig["north"].state.alarms.values())


def test_every_call_asks_for_a_receipt_but_a_test() -> None:
    asked = {kind for kind in Kind if kind.asks_receipt}
    assert asked == {
        Kind.NOTICE,
        Kind.AMEND,
        Kind.WITHDRAW,
        Kind.ASSESSMENT,
        Kind.HAZARD,
        Kind.ALL_CLEAR,
        Kind.RESOLVE,
        Kind.STOP,
        Kind.EMERGENCY,
    }


def test_an_alarm_of_silence_says_that_the_link_lives_again(rig: Rig) -> None:
    rig.later(13_000, silent=["south"])
    (before,) = [item.words for item in inbox(rig["north"].state) if "SILENT" in item.words]
    assert "heard again" not in before
    rig.later(1_000)
    (after,) = [item.words for item in inbox(rig["north"].state) if "SILENT" in item.words]
    assert "heard again" in after
