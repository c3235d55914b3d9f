"""What is about an incident is found, with all that answers it; nothing else."""

from __future__ import annotations

import pytest

from rig.ledgers import Ledger, about, withdrawn_and_answered
from wellclear.centre.entries.alarms import Acknowledged, Climbed, Raised
from wellclear.centre.entries.operations import Acted, Expired, Overdue, ReadByOfficer
from wellclear.centre.incident import Incident, incident_between
from wellclear.centre.log.gathering import gather
from wellclear.errors import RuleViolated
from wellclear.protocol.bodies import Stop
from wellclear.protocol.envelope import Kind
from wellclear.trust.evidence import MAX_EVIDENCE_ENTRIES

NOW_MS = 1_796_104_800_000


def places(ledger: Ledger, incident: Incident) -> list[int]:
    found = gather(ledger.store.reader(), ledger.party, incident, ledger.end, lambda _read: None)
    return sorted(place.index for place in found.places)


def raised(alarm: str, kind: str, party: str, subject: str) -> Raised:
    return Raised(at_ms=NOW_MS, alarm=alarm, kind=kind, party=party, subject=subject, words="act")


def test_answers_follow_what_they_answer() -> None:
    north, south = withdrawn_and_answered()
    assert places(north, about("north", "N1")) == [0, 3, 4]
    assert places(south, about("north", "N2")) == [0, 5, 6]
    assert places(north, about("south", "N1")) == []


def test_alarms_come_with_who_acknowledged_them() -> None:
    north, _ = withdrawn_and_answered()
    wanted = [
        north.add(raised("a", "overdue", "south", "WITHDRAW N1")),
        north.add(Climbed(at_ms=NOW_MS, alarm="a", rung=1, role="supervisor")),
        north.add(Acknowledged(at_ms=NOW_MS, alarm="a", officer="ada", role="supervisor")),
        north.add(Overdue(at_ms=NOW_MS, deadline="receipt", party="south", identifier="N1", whole=b"")),
    ]
    north.add(raised("b", "overdue", "south", "WITHDRAW N2"))
    north.add(Acknowledged(at_ms=NOW_MS, alarm="b", officer="ada", role="supervisor"))
    indices = [place.index for place in wanted]
    assert places(north, about("north", "N1")) == [0, 3, 4, *indices]
    assert places(north, Incident("a", alarm="a")) == [0, *indices[:3]]


def test_a_name_with_a_space_is_not_taken_for_its_last_word() -> None:
    north, _ = withdrawn_and_answered()
    north.add(raised("a", "late", "south", "AREA N1"))
    north.add(Acted(at_ms=NOW_MS, officer="ada", role="supervisor", act="RESOLVE", subject="AREA N1"))
    assert places(north, about("north", "N1")) == [0, 3, 4]
    assert places(north, about("north", "AREA N1")) == [0, 7, 8]


def test_a_stop_about_an_operation_brings_its_alarm_and_its_receipt() -> None:
    north, south = withdrawn_and_answered()
    south.say(north, Kind.STOP, Stop(identifier="s1", about="N1", text="cease", relayed=b""))
    stop = north.end.index - 1
    alarm = north.add(raised("stop", "stop", "south", "s1")).index
    assert places(north, about("north", "N1")) == [0, 3, 4, stop, alarm]
    assert places(north, about("south", "s1")) == [0, stop, alarm]
    assert stop not in places(north, about("north", "N2"))


def test_acts_about_a_peers_notice_are_found() -> None:
    north, _ = withdrawn_and_answered()
    wanted = [
        north.add(Acted(at_ms=NOW_MS, officer="ada", role="supervisor", act="ACCEPT", subject="south S 1")),
        north.add(ReadByOfficer(at_ms=NOW_MS, officer="ada", party="south", identifier="S 1", whole=b"")),
        north.add(Expired(at_ms=NOW_MS, what="notice", party="south", identifier="S 1")),
        north.add(Acted(at_ms=NOW_MS, officer="ada", role="supervisor", act="evidence", subject="south/S 1")),
    ]
    assert places(north, about("south", "S 1")) == [0, *(place.index for place in wanted)]
    assert places(north, about("north", "S 1")) == []


def test_a_length_of_time_owns_its_start_and_not_its_end() -> None:
    north, _ = withdrawn_and_answered()
    assert len(places(north, incident_between(NOW_MS, NOW_MS + 1))) == 7
    assert places(north, incident_between(NOW_MS - 1, NOW_MS)) == []
    with pytest.raises(RuleViolated, match="ends before"):
        incident_between(NOW_MS, NOW_MS)


def test_an_incident_has_a_limit() -> None:
    north, _ = withdrawn_and_answered()
    for _ in range(MAX_EVIDENCE_ENTRIES):
        north.add(Expired(at_ms=NOW_MS, what="operation", party="north", identifier="N9"))
    with pytest.raises(RuleViolated) as caught:
        places(north, about("north", "N9"))
    assert caught.value.code == "incident-large"
