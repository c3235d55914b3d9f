"""What a name means at a centre: the own party's before others', and never two things at once."""

from __future__ import annotations

import pytest
from immutables import Map

from wellclear.centre.commands import ExportEvidence
from wellclear.centre.entries.link import StatedRing
from wellclear.centre.incident import incident_named, sought
from wellclear.centre.state.hotline import Alarm, Call
from wellclear.centre.state.link import Peer
from wellclear.centre.state.state import State, key
from wellclear.errors import NotFound, RuleViolated, WellclearError


def call(party: str, identifier: str) -> tuple[str, Call]:
    return key(party, identifier), Call(party, "STOP", identifier, "", "", 0, 0)


def peer(party: str) -> tuple[str, Peer]:
    return party, Peer(party, b"", b"", StatedRing(party, (), 0, b""))


STATE = State(
    party="north",
    peers=Map([peer("south"), peer("west")]),
    calls=Map([call("north", "A"), call("south", "A"), call("south", "B"), call("south", "C"), call("west", "C"),
               call("north", "south/B")]),
    alarms=Map({"silent\tsouth\t": Alarm("silent\tsouth\t", "silent", "south", "", "", 0)}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("about", "subject"),
    [
        ("A", ("north", "A")),
        ("south/A", ("south", "A")),
        ("B", ("south", "B")),
        ("west/C", ("west", "C")),
        ("south/B", ("north", "south/B")),
    ],
)
def test_a_name_means_one_thing(about: str, subject: tuple[str, str]) -> None:
    assert incident_named(STATE, about).subjects == {key(*subject)}


def test_an_alarm_is_named_as_it_is_typed() -> None:
    assert incident_named(STATE, "silent south").alarm == "silent\tsouth\t"


def test_what_two_parties_call_so_is_asked_back() -> None:
    with pytest.raises(RuleViolated) as caught:
        incident_named(STATE, "C")
    assert (caught.value.code, caught.value.wanted) == ("incident-ambiguous", "south/C or west/C")


@pytest.mark.parametrize("about", ["D", "east/A", "A/south", "x" * 5_000])
def test_what_nobody_calls_so_is_not_found(about: str) -> None:
    with pytest.raises(NotFound, match="nothing here is called"):
        incident_named(STATE, about)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (ExportEvidence(), "incident-both"),
        (ExportEvidence(about="A", until_ms=2), "incident-both"),
        (ExportEvidence(from_ms=2, until_ms=2), "incident-window"),
        (ExportEvidence(from_ms=-1, until_ms=2), "incident-window"),
    ],
)
def test_a_name_or_a_time_is_asked_for(command: ExportEvidence, code: str) -> None:
    with pytest.raises(WellclearError) as caught:
        sought(STATE, command)
    assert caught.value.code == code
