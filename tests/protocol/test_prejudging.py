"""What is worked out before an input's turn changes no decision, whatever changed in between."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from rig.centres import Rig
from rig.plans import agreement, circle
from wellclear.centre.commands import DeclareHazard, File
from wellclear.centre.entries.link import Took
from wellclear.centre.inputs import Act, Arrived
from wellclear.centre.prejudging import GeometryHere, brings_geometry, prejudge
from wellclear.errors import RuleViolated
from wellclear.model.operation import Operation
from wellclear.protocol.bodies import Refuse, parse_body
from wellclear.protocol.envelope import Kind, open_envelope, parse_own
from wellclear.protocol.verdict import Finding

HOUR_MS = 3_600_000
radii_m = count(500)
"""Another radius for each plan: what was compared in one test is kept, and would not be asked for in the next."""


@pytest.fixture
def rig() -> Rig:
    rig = Rig("north", "south")
    rig.agree(agreement("north", "south"))
    return rig


def plan(rig: Rig, party: str, name: str) -> File:
    start_ms = rig.now_ms + 2 * HOUR_MS
    return File(content=circle(party, name, 100_000_000, 450_000_000, start_ms, start_ms + HOUR_MS, next(radii_m)))


def arrived(rig: Rig) -> Arrived:
    """What south waits for from north."""
    raw = next(raw for to, raw in rig.waiting() if to == "south")
    return Arrived(open_envelope(raw, rig.key_of))


def test_a_notice_is_compared_before_its_turn(rig: Rig) -> None:
    rig["south"].act(plan(rig, "south", "B"))
    rig["north"].act(plan(rig, "north", "A"))
    judged = prejudge(rig["south"].state, arrived(rig), GeometryHere())
    assert isinstance(judged, Arrived)
    assert judged.prejudged is not None
    assert judged.prejudged.total == rig["south"].state.total
    assert [clash.finding for _, clash in judged.prejudged.found if clash is not None] == [Finding.CONFLICT]
    rig["south"].take(judged)
    verdict = rig["south"].state.notices["north\nA"].verdict
    assert verdict is not None
    assert verdict.finding is Finding.CONFLICT


def test_what_was_filed_since_is_compared_all_the_same(rig: Rig) -> None:
    rig["north"].act(plan(rig, "north", "A"))
    judged = prejudge(rig["south"].state, arrived(rig), GeometryHere())
    rig["south"].act(plan(rig, "south", "B"))
    rig["south"].take(judged)
    for verdict in (rig["south"].state.notices["north\nA"].verdict, rig["south"].state.own["B"].verdict):
        assert verdict is not None
        assert verdict.finding is Finding.CONFLICT


def test_geometry_that_is_given_up_keeps_its_number_and_its_sender_is_told(rig: Rig) -> None:
    class Costly(GeometryHere):
        def read(self, content: bytes) -> Operation:
            raise RuleViolated(f"{len(content)} bytes are too much", code="geometry-costly")

    rig["north"].act(plan(rig, "north", "A"))
    judged = prejudge(rig["south"].state, arrived(rig), Costly())
    (outcome,) = rig["south"].take(judged)
    took, *said = outcome.entries
    assert isinstance(took, Took)
    assert took.refused == "geometry-costly"
    (refused,) = [parse_own(entry.raw) for entry in said if hasattr(entry, "raw")]
    body = parse_body(refused.envelope)
    assert isinstance(body, Refuse)
    assert (refused.envelope.kind, body.code) == (Kind.REFUSE, "geometry-costly")
    assert not rig["south"].state.notices
    with pytest.raises(RuleViolated):
        prejudge(rig["south"].state, Act("eve", "duty-officer", plan(rig, "south", "B")), Costly())


def test_a_filing_and_a_hazard_are_compared_before_their_turn(rig: Rig) -> None:
    rig["north"].act(plan(rig, "north", "A"))
    rig.deliver()
    act = Act("eve", "duty-officer", plan(rig, "south", "B"))
    content = circle("south", "fire", 100_000_000, 450_000_000, rig.now_ms, rig.now_ms + HOUR_MS, 900)
    hazard = Act("eve", "duty-officer", DeclareHazard(identifier="fire", content=content, cause="", responsible=""))
    for one in (act, hazard):
        judged = prejudge(rig["south"].state, one, GeometryHere())
        assert isinstance(judged, Act)
        assert judged.prejudged is not None
        assert {clash.finding for _, clash in judged.prejudged.found if clash is not None} == {Finding.CONFLICT}
        assert rig["south"].take(judged)[0].refused is None


def test_what_brings_no_geometry_and_what_is_held_already_is_left_alone(rig: Rig) -> None:
    rig["north"].act(plan(rig, "north", "A"))
    notice = arrived(rig)
    assert brings_geometry(notice)
    rig["south"].take(notice)
    assert prejudge(rig["south"].state, notice, GeometryHere()) == notice
    raw = next(raw for to, raw in rig.waiting() if to == "north")
    assert not brings_geometry(replace(notice, opened=open_envelope(raw, rig.key_of)))
