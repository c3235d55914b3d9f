from __future__ import annotations

import pytest

from rig.centres import Rig
from rig.plans import HOUR_MS, MINUTE_MS, agreement, circle
from wellclear.centre.commands import AcknowledgeAlarm, File, SayEmergency, SayStop
from wellclear.centre.state.hotline import Alarm

HERE = (100_000_000, 450_000_000)
SLOW = agreement("north", "south").replace('after = "15 s"', 'after = "5 min"').replace('"40 s"', '"20 min"')


@pytest.fixture
def rig() -> Rig:
    made = Rig("north", "south")
    made.agree(SLOW)
    for party in ("north", "south"):
        for alarm in tuple(made[party].state.alarms):
            made[party].act(AcknowledgeAlarm(alarm=alarm))
    return made


def alarm_of(rig: Rig, kind: str) -> Alarm:
    (alarm,) = [alarm for alarm in rig["south"].state.alarms.values() if alarm.kind == kind]
    return alarm


def test_a_stop_waits_no_longer_than_a_minute_on_a_rung(rig: Rig) -> None:
    rig["north"].act(SayStop(to=("south",), text="cease"))
    rig.deliver()
    rig.later(59_000)
    assert alarm_of(rig, "stop").rung == 0
    rig.later(1_000)
    assert alarm_of(rig, "stop").rung == 1
    rig.later(60_000)
    assert alarm_of(rig, "stop").rung == 2


def test_a_commander_s_message_rings_at_the_commander_at_once(rig: Rig) -> None:
    rig["north"].act(SayStop(to=("south",), text="cease"), role="commander")
    rig.deliver()
    rig.later(0)
    assert alarm_of(rig, "stop").rung == 2


def test_a_minister_s_message_rings_at_the_top_of_a_shorter_ladder(rig: Rig) -> None:
    rig["north"].act(SayEmergency(text="ditched", lon_e7=100_000_000, lat_e7=450_000_000), role="minister")
    rig.deliver()
    rig.later(0)
    alarm = alarm_of(rig, "emergency")
    assert alarm.rung == 2
    assert "45" in alarm.words
    assert "10" in alarm.words


def test_a_late_notice_climbs_at_once_and_others_by_the_ladder(rig: Rig) -> None:
    for name, ahead_ms in (("n1", 5 * MINUTE_MS), ("n2", 2 * HOUR_MS)):
        start_ms = rig.now_ms + ahead_ms
        rig["north"].act(File(content=circle("north", name, *HERE, start_ms, start_ms + HOUR_MS)))
    rig.deliver()
    rig.later(0)
    assert alarm_of(rig, "late").rung == 1
    rig.later(31_000)
    assert all(alarm.rung == 0 for alarm in rig["south"].state.alarms.values() if alarm.kind == "overdue")
