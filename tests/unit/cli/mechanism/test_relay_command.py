"""A counterparty's word told on."""

from __future__ import annotations

import json

from live.offices import Plan, Terminal
from rig.plans import circle
from wellclear.cli.mechanism.relay_command import unnamed
from wellclear.model.operation_text import parse_operation
from wellclear.protocol.bodies import Hazard, body_of
from wellclear.protocol.envelope import Kind, Lane, parse_own


def test_a_hazard_is_relayed_with_the_bytes_that_its_sender_signed(
    north: Terminal, south: Terminal, plan: Plan
) -> None:
    assert south("hazard", plan("south", "RANGE 4", -4.0), "--cause", "rockets") == 0
    said = _hazards_said(south)["RANGE 4"]
    for _ in range(200):
        north("hazards", "--json")
        if [one for one in json.loads(north.shown) if one["party"] == "south"]:
            break
    assert north("relay", "south", "RANGE 4") == 0
    assert "RELAYED" in north.shown
    assert _hazards_said(north)["RANGE 4"][1].relayed == said[0]
    assert north("all-clear", "RANGE 4", "--reason", "over") == 0
    assert south("all-clear", "RANGE 4", "--reason", "over") == 0


def _hazards_said(terminal: Terminal) -> dict[str, tuple[bytes, Hazard]]:
    """What a centre said of hazards and nobody has yet acknowledged, or did: from its log."""
    reader = terminal.offices.lives[terminal.party].centre.reader()
    found: dict[str, tuple[bytes, Hazard]] = {}
    for raw in terminal.offices.said(reader):
        envelope = parse_own(raw).envelope
        if envelope.kind is Kind.HAZARD and envelope.lane is Lane.SAFETY:
            body = body_of(envelope, Hazard)
            found[body.identifier] = raw, body
    reader.close()
    return found


def test_a_stop_is_relayed_to_others_alone(north: Terminal, south: Terminal) -> None:
    assert south("stop", "north", "--text", "cease", "--json") == 0
    identifier = json.loads(south.shown)["identifier"]
    assert north("relay", "south", identifier) == 2
    assert "[relay-nobody]" in north.error
    assert north("relay", "south", "nothing") == 2
    assert "[relay-unknown]" in north.error


def test_a_notice_is_relayed_to_somebody_else_or_not_at_all(north: Terminal, south: Terminal, plan: Plan) -> None:
    assert south("notify", plan("south", "T-R", -11.0), "--yes") == 0
    assert north("relay", "south", "T-R") == 2
    assert "[relay-nobody]" in north.error
    assert south("withdraw", "T-R", "--reason", "done") == 0
    assert "its centre has that it is over" in south.shown


def test_a_relayed_notice_tells_place_heights_and_times_and_not_whose_they_are() -> None:
    content = circle("south", "SECRET", 100_000_000, 450_000_000, 1_796_104_800_000, 1_796_108_400_000)
    relayed = unnamed("north", "hazard 1", content)
    assert not {word for word in (b"south", b"SECRET", b"transport") if word in relayed}
    before, after = parse_operation(content).volumes[0], parse_operation(relayed).volumes[0]
    assert (before.footprint, before.band, before.span) == (after.footprint, after.band, after.span)
