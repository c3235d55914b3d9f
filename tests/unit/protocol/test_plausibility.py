from dataclasses import replace

import pytest

from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.agreement.clauses import Site
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume
from wellclear.protocol.readback.plausibility import HOUR_MS, Known, Question, questions, site_questions

NOW_MS = 1_792_000_000_000
AREA = Footprint.area(
    tuple(Position.from_degrees(*at) for at in ((40.0, 30.0), (48.0, 30.0), (48.0, 36.0), (40.0, 36.0)))
)


def plan(
    lon_deg: float = 44.0,
    lat_deg: float = 33.0,
    *,
    start_h: float = 2.0,
    hours: float = 1.0,
    identifier: str = "1",
    radius_m: int = 1000,
) -> Operation:
    start_ms = NOW_MS + round(start_h * HOUR_MS)
    circle = Footprint.circle(Position.from_degrees(lon_deg, lat_deg), radius_m * 10_000)
    return Operation(
        "BLUE", identifier, (Volume(circle, Band(None, None), Span(start_ms, start_ms + round(hours * HOUR_MS))),)
    )


def codes(found: tuple[Question, ...]) -> list[str]:
    return [question.code for question in found]


KNOWN = Known(NOW_MS, area=AREA, places={"Al-Haditha": Position.from_degrees(42.4, 34.1)})


def test_a_plausible_notice_raises_no_question():
    assert questions(plan(), KNOWN) == ()
    assert questions(plan(42.5, 34.0), KNOWN, place_name="al haditha") == ()
    assert questions(plan(), Known(NOW_MS)) == ()


@pytest.mark.parametrize(
    ("lon_deg", "lat_deg", "code"),
    [
        (33.0, 44.0, "swapped-axes"),
        (20.0, 10.0, "outside-area"),
        (44.0, -33.0, "outside-area"),  # south for north
        (-44.0, 33.0, "outside-area"),
    ],
)
def test_a_position_outside_the_area_is_asked_back(lon_deg: float, lat_deg: float, code: str):
    (found,) = questions(plan(lon_deg, lat_deg), KNOWN)
    assert found.code == code
    assert found.at == "volumes[0].points[0]"


def test_zero_zero_is_asked_back():
    assert codes(questions(plan(0.0, 0.0), Known(NOW_MS))) == ["at-zero"]
    assert codes(questions(plan(0.005, 0.005), Known(NOW_MS))) == ["at-zero"]
    assert codes(questions(plan(0.01, 0.01), Known(NOW_MS))) == []


def test_the_side_of_the_areas_edge_counts():
    assert questions(plan(40.0, 33.0), KNOWN) == ()
    assert codes(questions(plan(39.999, 33.0), KNOWN)) == ["outside-area"]


def test_far_from_earlier_notices_is_asked_back():
    known = Known(NOW_MS, earlier=(plan(identifier="0"), plan(44.5, 33.5, identifier="00")))
    assert codes(questions(plan(46.0, 33.0), known)) == []
    assert codes(questions(plan(47.5, 33.0), known)) == ["far-from-earlier"]
    assert codes(questions(plan(33.0, 44.0), known)) == ["swapped-axes", "far-from-earlier"]
    assert codes(questions(plan(47.5, 33.0), Known(NOW_MS, earlier=(plan(),)))) == []  # its own earlier version


def test_the_named_place_is_held_against_the_position():
    found = questions(plan(44.0, 33.0), KNOWN, place_name="AL HADITHA")
    assert codes(found) == ["far-from-place"]
    assert found[0].words.startswith("191 km from AL HADITHA")
    assert codes(questions(plan(), KNOWN, place_name="Atlantis")) == ["place-unknown"]
    assert codes(questions(plan(), Known(NOW_MS), place_name="Atlantis")) == []


def test_a_duplicate_is_asked_back():
    known = replace(KNOWN, others=(replace(plan(identifier="9"), party="RED"),))
    found = questions(plan(), known)
    assert codes(found) == ["duplicate"]
    assert "9 of RED" in found[0].words
    assert questions(plan(radius_m=1001), known) == ()
    assert questions(plan(), replace(KNOWN, earlier=(plan(),))) == ()  # the same operation, an earlier version


@pytest.mark.parametrize(
    ("start_h", "hours", "code"),
    [
        (-3.0, 4.0, "start-past"),
        (-30.0, 31.0, "start-past"),
        (-3.0, 1.0, "over"),
        (24.0, 1.0, ""),
        (24.001, 1.0, "far-ahead"),
        (2.0, 24.0, ""),
        (2.0, 25.0, "long"),
        (2.0, 1 / 60, ""),
        (2.0, 1 / 61, "short"),
        (0.0, 1.0, ""),
    ],
)
def test_odd_times_are_asked_back(start_h: float, hours: float, code: str):
    known = Known(NOW_MS)
    found = [question.code for question in questions(plan(start_h=start_h, hours=hours), known)]
    assert [name for name in found if name != "long"] == ([code] if code and code != "long" else [])
    assert ("long" in found) == (hours > 24)


def test_a_start_past_by_hours_may_be_local_and_by_a_day_another_day():
    (near,) = questions(plan(start_h=-3.0, hours=4.0), Known(NOW_MS))
    assert "local time" in near.words
    assert "Is the day right?" in questions(plan(start_h=-20.0, hours=21.0), Known(NOW_MS))[0].words


def site(name: str, lon_deg: float, lat_deg: float) -> Site:
    return Site(name, Position.from_degrees(lon_deg, lat_deg), 5_000_000, 0, 1)


def test_a_site_in_the_wrong_place_is_asked_back():
    sites = [
        site("Hospital", 44.0, 33.0),
        site("Well", 33.0, 44.0),
        site("School", 20.0, 10.0),
        site("Clinic", 44.0, 33.0),
        site("AL HADITHA", 44.0, 34.1),
        site("Camp", 0.0, 0.0),
    ]
    found = [(question.code, question.at) for question in site_questions(sites, KNOWN)]
    assert found == [
        ("swapped-axes", "sites[1].position"),
        ("outside-area", "sites[2].position"),
        ("duplicate-site", "sites[3].position"),
        ("far-from-place", "sites[4].position"),
        ("at-zero", "sites[5].position"),
        ("outside-area", "sites[5].position"),
    ]
    assert site_questions(sites[:1], KNOWN) == ()
    assert [question.code for question in site_questions(sites, Known(NOW_MS))] == ["duplicate-site", "at-zero"]
