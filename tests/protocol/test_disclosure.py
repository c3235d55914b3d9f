from __future__ import annotations

from base64 import b64encode

import pytest

from rig.centres import Rig
from rig.plans import HOUR_MS, agreement, circle
from wellclear.centre.commands import File
from wellclear.centre.settlement import settlement
from wellclear.centre.state.state import key
from wellclear.protocol.envelope import Kind, parse_own
from wellclear.protocol.verdict import Finding

HERE = (100_000_000, 450_000_000)
NEAR = (100_300_000, 450_000_000)
FAR = (120_000_000, 450_000_000)


def rig_with(disclosure: str) -> Rig:
    rig = Rig("north", "south")
    rig.agree(agreement("north", "south", disclosure=disclosure))
    return rig


def plan(rig: Rig, party: str, name: str, place: tuple[int, int], after_ms: int = 2 * HOUR_MS) -> bytes:
    start_ms = rig.now_ms - rig.now_ms % HOUR_MS + HOUR_MS + after_ms
    return circle(party, name, *place, start_ms, start_ms + HOUR_MS)


def said_to(rig: Rig, party: str) -> list[bytes]:
    return [raw for to, raw in rig.waiting() if to == party]


def test_coarse_shows_the_cover_and_settles_when_clear() -> None:
    rig = rig_with("coarse")
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig.deliver()
    shown = rig["south"].state.notices[key("north", "n1")].notice.operation
    assert shown != rig["north"].state.own["n1"].filed.content
    assert settlement(rig["north"].state, "n1").settled


def test_on_conflict_tells_nothing_until_a_notice_conflicts() -> None:
    rig = rig_with("on-conflict")
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    assert said_to(rig, "south") == []
    assert {found.code for found in settlement(rig["north"].state, "n1").open} == {"nobody-told"}
    rig["south"].act(File(content=plan(rig, "south", "s1", FAR)))
    rig.deliver()
    assert key("north", "n1") not in rig["south"].state.notices
    assert settlement(rig["south"].state, "s1").settled
    rig["south"].act(File(content=plan(rig, "south", "s2", HERE)))
    rig.deliver()
    assert key("north", "n1") in rig["south"].state.notices
    assert "conflict" in {found.code for found in settlement(rig["south"].state, "s2").open}
    assert "conflict" in {found.code for found in settlement(rig["north"].state, "n1").open}


@pytest.mark.parametrize("disclosure", ["coarse", "on-conflict"])
def test_a_change_within_the_cover_changes_only_salted_digests(disclosure: str) -> None:
    def said(place: tuple[int, int]) -> list[tuple[Kind, bytes]]:
        rig = rig_with(disclosure)
        rig["south"].act(File(content=plan(rig, "south", "s1", HERE)))
        rig.deliver()
        rig["north"].act(File(content=plan(rig, "north", "n1", place)))
        whole = b64encode(rig["north"].state.own["n1"].filed.whole)
        envelopes = [parse_own(raw).envelope for raw in said_to(rig, "south")]
        return [(envelope.kind, bytes(envelope.body).replace(whole, b"DIGEST")) for envelope in envelopes]

    one, other = said(HERE), said((HERE[0] + 1_000, HERE[1]))
    assert one == other
    assert {kind for kind, _ in one} == {Kind.NOTICE, Kind.ASSESSMENT}


def test_verdict_toward_a_peer_comes_from_the_cover() -> None:
    rig = rig_with("on-conflict")
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    south = plan(rig, "south", "s1", NEAR)
    rig["south"].act(File(content=south))
    rig.deliver()
    verdict = rig["north"].state.notices[key("south", "s1")].verdict
    assert verdict is not None
    assert verdict.finding is Finding.CONFLICT
