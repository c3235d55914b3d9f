from __future__ import annotations

import pytest

from rig.centres import Rig
from rig.plans import HOUR_MS, MINUTE_MS, agreement, circle
from wellclear.centre.commands import AcknowledgeAlarm, CheckRadio, DeclareHazard, EndHazard
from wellclear.centre.entries.operations import Acted
from wellclear.errors import NotFound
from wellclear.protocol.envelope import Kind, parse_own

HERE = (100_000_000, 450_000_000)
SITE = """
[[site]]
name = "hospital"
position = "450000N0100000E"
radius = "2km"
verified_on = "2026-01-01"
expires = "TIME"
"""


def agreed(text: str = "") -> Rig:
    made = Rig("north", "south")
    made.agree(agreement("north", "south") + text)
    return made


def kinds(rig: Rig, party: str) -> list[str]:
    return [alarm.kind for alarm in rig[party].state.alarms.values() if not alarm.acknowledged_by]


def silence(rig: Rig) -> None:
    for centre in rig.centres.values():
        for alarm in centre.state.alarms.values():
            if not alarm.acknowledged_by:
                centre.act(AcknowledgeAlarm(alarm=alarm.alarm))


def test_test_calls_are_made_when_the_agreement_asks_for_them() -> None:
    rig = agreed()
    rig.later(28 * MINUTE_MS)
    rig.deliver()
    made = [call for centre in rig.centres.values() for call in centre.state.calls.values()]
    assert not made
    rig.later(2 * MINUTE_MS)
    rig.deliver()
    calls = [call for call in rig["north"].state.calls.values() if call.party == "north"]
    assert [(call.kind, call.told, set(call.answered)) for call in calls] == [("TEST", ("south",), {"south"})]
    rig.later(29 * MINUTE_MS)
    assert len([call for call in rig["north"].state.calls.values() if call.party == "north"]) == 1
    rig.later(MINUTE_MS)
    assert len([call for call in rig["north"].state.calls.values() if call.party == "north"]) == 2
    assert "test" not in kinds(rig, "north")


def test_a_test_call_that_nobody_answers_rings_once() -> None:
    rig = agreed()
    rig.later(30 * MINUTE_MS)
    rig.deliver(keep=lambda _to, raw: parse_own(raw).envelope.kind is not Kind.TEST)
    rig.later(5_000)
    assert kinds(rig, "north").count("test") == 1
    silence(rig)
    rig.later(5_000)
    assert "test" not in kinds(rig, "north")


def test_a_silent_peer_is_not_called() -> None:
    rig = agreed()
    rig.later(40 * MINUTE_MS, silent=["south"])
    assert not rig["north"].state.calls


def test_a_site_that_was_verified_too_long_ago_rings_once_and_a_review_too() -> None:
    rig = agreed(SITE.replace("TIME", "2026-11-30T00:00:00Z"))
    before = [alarm for alarm in rig["north"].state.alarms.values() if alarm.kind in {"site", "review"}]
    assert {alarm.kind for alarm in before} == {"site", "review"}
    assert any("hospital" in alarm.words for alarm in before)
    silence(rig)
    rig.later(HOUR_MS)
    assert {"site", "review"}.isdisjoint(kinds(rig, "north"))


def test_a_site_that_is_not_old_does_not_ring() -> None:
    assert "site" not in kinds(agreed(SITE.replace("TIME", "2027-06-01T00:00:00Z")), "north")


def test_a_hazard_that_nobody_ended_is_a_leftover_of_its_own_centre() -> None:
    rig = agreed()
    hazard = circle("north", "fire", *HERE, rig.now_ms, rig.now_ms + HOUR_MS)
    rig["north"].act(DeclareHazard(identifier="fire", content=hazard, cause="fire"))
    rig.deliver()
    rig.later(HOUR_MS - 1)
    assert "leftover" not in kinds(rig, "north")
    rig.later(1)
    assert "leftover" in kinds(rig, "north")
    assert "leftover" not in kinds(rig, "south")
    silence(rig)
    rig["north"].act(EndHazard(identifier="fire", reason="out"))
    rig.later(HOUR_MS)
    assert "leftover" not in kinds(rig, "north")


def test_a_radio_check_is_on_the_record_and_rings_where_nobody_was_heard() -> None:
    rig = agreed('\n[[frequency]]\nname = "guard"\nchannel = "121.500 MHz"\n')
    (heard,) = rig["north"].act(CheckRadio(party="south", frequency="guard", heard=True, remark="5 by 5"), "Vera")
    assert isinstance(heard, Acted)
    assert (heard.officer, heard.subject, heard.remark) == ("Vera", "south guard 121.500 MHz", "heard 5 by 5")
    assert "radio" not in kinds(rig, "north")
    rig["north"].act(CheckRadio(party="south", frequency="guard", heard=False))
    assert "radio" in kinds(rig, "north")
    for party, frequency in (("south", "tower"), ("west", "guard")):
        with pytest.raises(NotFound):
            rig["north"].act(CheckRadio(party=party, frequency=frequency, heard=True))
