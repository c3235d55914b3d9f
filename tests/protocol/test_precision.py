from __future__ import annotations

import pytest

from rig.centres import Rig, key_for
from rig.plans import HOUR_MS, MINUTE_MS, agreement, circle
from wellclear.centre.commands import DeclareHazard, File
from wellclear.centre.entries.link import Took
from wellclear.centre.state.operations import HeldNotice
from wellclear.centre.state.state import key
from wellclear.errors import RuleViolated
from wellclear.model.agreement.ladder import Urgency
from wellclear.protocol.bodies import Notice, print_body
from wellclear.protocol.envelope import Envelope, Held, Kind, Lane, print_envelope
from wellclear.protocol.verdict import Finding

HERE = (100_000_000, 450_000_000)
SITE = """
[[site]]
name = "hospital"
position = "450000N0100000E"
radius = "2km"
verified_on = "2026-01-01"
expires = "2027-06-01T00:00:00Z"
"""


def agreed(text: str) -> Rig:
    made = Rig("north", "south")
    made.agree(text)
    return made


def told(
    rig: Rig, *, place: tuple[int, int] = HERE, radius_m: int = 5_000, after_ms: int = 2 * HOUR_MS, **more: object
) -> HeldNotice:
    start_ms = rig.now_ms + after_ms
    content = circle("north", "n1", *place, start_ms, start_ms + HOUR_MS, radius_m)
    rig["north"].act(File(content=content, **more))  # type: ignore[arg-type]
    rig.deliver()
    return rig["south"].state.notices[key("north", "n1")]


def test_a_notice_of_more_ground_than_agreed_is_marked_on_both_sides_and_not_refused() -> None:
    rig = agreed(agreement("north", "south").replace('"40000 km2"', '"100 km2"'))
    assert told(rig, radius_m=5_642).marks == ("IMPRECISE",)
    assert rig["north"].state.own["n1"].deliveries["south"].marks == ("IMPRECISE",)
    assert any(alarm.kind == "imprecise" for alarm in rig["south"].state.alarms.values())


def test_as_much_ground_as_agreed_is_not_marked() -> None:
    rig = agreed(agreement("north", "south").replace('"40000 km2"', '"100 km2"'))
    assert told(rig, radius_m=5_641).marks == ()


def test_a_cover_is_as_wide_as_its_grid_and_not_imprecise() -> None:
    rig = agreed(agreement("north", "south", disclosure="coarse").replace('"40000 km2"', '"100 km2"'))
    assert told(rig, radius_m=9_000).marks == ()


def test_a_short_notice_is_marked() -> None:
    rig = agreed(agreement("north", "south"))
    assert told(rig, after_ms=4 * MINUTE_MS).marks == ("LATE", "SHORT NOTICE")


def test_a_name_alone_is_imprecise_where_it_may_not_be_sent_alone() -> None:
    rig = agreed(agreement("north", "south").replace("name_alone = true", "name_alone = false"))
    held = told(rig, place_name="the valley", name_alone=True)
    assert held.marks == ("UNBOUNDED", "IMPRECISE")


def test_a_name_that_does_not_fit_the_geometry_rings() -> None:
    rig = agreed(agreement("north", "south") + SITE)
    told(rig, place=(110_000_000, 450_000_000), place_name="Hospital")
    (alarm,) = [alarm for alarm in rig["south"].state.alarms.values() if alarm.kind == "place-name"]
    assert "km from Hospital" in alarm.words


def test_a_name_that_fits_does_not_ring() -> None:
    rig = agreed(agreement("north", "south") + SITE)
    told(rig, place_name="hospital")
    assert not [alarm for alarm in rig["south"].state.alarms.values() if alarm.kind == "place-name"]


@pytest.mark.parametrize(("starts_ms", "code"), [(0, "notice-unbounded"), (-10, "notice-unbounded")])
def test_a_name_alone_where_no_agreement_says_what_area_is_meant_is_refused(starts_ms: int, code: str) -> None:
    """The refusal comes before the notice is taken: the writer lives, and the sender hears why."""
    rig = Rig("north", "south")
    body = Notice(
        identifier="n1",
        number=1,
        whole=bytes(32),
        supersedes=b"",
        disclosed="full",
        operation=b"",
        place_name="the valley",
        urgency=Urgency.ROUTINE,
        addressees=("south",),
        hazard_tail_ms=0,
        starts_ms=rig.now_ms + starts_ms,
        ends_ms=rig.now_ms + HOUR_MS,
        remarks="",
        category="",
        name_alone=True,
    )
    envelope = Envelope(
        kind=Kind.NOTICE,
        sender="north",
        epoch=0,
        recipient="south",
        lane=Lane.ORDINARY,
        sequence=1,
        previous=bytes(32),
        other_lane=0,
        holds=Held(),
        at_ms=rig.now_ms,
        error_ms=10,
        index=3,
        body=print_body(body),
    )
    entries = rig["south"].arrive(print_envelope(envelope, key_for("north"))).entries  # type: ignore[arg-type]
    assert [entry.refused for entry in entries if isinstance(entry, Took)] == [code]
    assert key("north", "n1") not in rig["south"].state.notices


def test_minima_to_sites_and_hazards_are_those_agreed() -> None:
    pair = '[[minima.pair]]\nbetween = ["transport", "REPLACED"]\nlateral = "30 km"\nvertical = "300 m"\ntime = "0 s"\n'
    named = '[category.transport]\nlead_time = "30 min"\nhazard_tail = "0 s"\n\n'
    text = agreement("north", "south").replace("[minima.default]", named + "[minima.default]")
    near = (102_000_000, 450_000_000)  # 15.8 km from the site, which reaches 2 km
    site = agreed(text.replace("[precision]", pair.replace("REPLACED", "site") + "\n[precision]") + SITE)
    held = told(site, place=near)
    assert held.verdict is not None
    assert [clash.against for clash in held.verdict.clashes] == ["site"]
    assert told(agreed(text + SITE), place=near).verdict.finding is Finding.CLEAR  # type: ignore[union-attr]
    hazard = agreed(text.replace("[precision]", pair.replace("REPLACED", "hazard") + "\n[precision]"))
    content = circle("north", "fire", *HERE, hazard.now_ms, hazard.now_ms + HOUR_MS, 2_000)
    hazard["north"].act(DeclareHazard(identifier="fire", content=content, cause="fire"))
    assert [clash.against for clash in told(hazard, place=near).verdict.clashes] == ["hazard"]  # type: ignore[union-attr]


def test_a_site_and_a_hazard_are_found_as_far_away_as_their_minima_reach() -> None:
    pairs = "".join(
        f'[[minima.pair]]\nbetween = ["transport", "{one}"]\nlateral = "90 km"\nvertical = "300 m"\ntime = "0 s"\n'
        for one in ("site", "hazard")
    )
    named = '[category.transport]\nlead_time = "30 min"\nhazard_tail = "0 s"\n\n'
    text = agreement("north", "south").replace("[minima.default]", named + "[minima.default]")
    rig = agreed(text.replace("[precision]", pairs + "\n[precision]") + SITE)
    held = told(rig, place=(108_000_000, 450_000_000))  # 63 km away
    assert [clash.against for clash in held.verdict.clashes] == ["site"]  # type: ignore[union-attr]
    content = circle("north", "fire", *HERE, rig.now_ms, rig.now_ms + HOUR_MS, 2_000)
    rig["north"].act(DeclareHazard(identifier="fire", content=content, cause="fire"))
    rig.deliver()
    for verdict in (rig["south"].state.notices[key("north", "n1")].verdict, rig["north"].state.own["n1"].verdict):
        assert {clash.against for clash in verdict.clashes} == {"site", "hazard"}  # type: ignore[union-attr]


def test_who_causes_a_hazard_is_named_with_consent_alone() -> None:
    rig = agreed(agreement("north", "south"))
    content = circle("north", "fire", *HERE, rig.now_ms, rig.now_ms + HOUR_MS)
    with pytest.raises(RuleViolated) as refused:
        rig["north"].act(DeclareHazard(identifier="fire", content=content, cause="fire", responsible="west"))
    assert refused.value.code == "hazard-consent"
    rig["north"].act(
        DeclareHazard(
            identifier="fire", content=content, cause="fire", responsible="west", consent="by telephone, 12:05Z"
        )
    )
    rig.deliver()
    assert rig["south"].state.hazards[key("north", "fire")].consent == "by telephone, 12:05Z"
