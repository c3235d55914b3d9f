from __future__ import annotations

from dataclasses import replace

import pytest

from plans.agreements import AIR, FIRE, example, example_text, next_version
from wellclear.geo.footprint import Footprint
from wellclear.geo.position import Position
from wellclear.model.agreement.difference import ChangedClause, difference
from wellclear.model.agreement.ladder import Role, Rung
from wellclear.model.agreement.text import parse_agreement
from wellclear.model.agreement.wording import clauses_in_words, footprint_in_words

TEXT = example_text(AIR).decode()
AGREEMENT = example(AIR)


@pytest.mark.parametrize("name", [AIR, FIRE])
def test_a_version_does_not_differ_from_itself(name: str) -> None:
    assert difference(example(name), example(name)) == ()
    assert difference(example(name), parse_agreement(example_text(name) + b"# seen\n")) == ()


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ('lead_time = "4h"', 'lead_time = "90min"', ChangedClause("category strike, lead time", "4h", "90min")),
        ('receipt = "10s"', 'receipt = "5s"', ChangedClause("flash message, receipt", "10s", "5s")),
        ('after = "3min"', 'after = "4min"', ChangedClause("ladder, chief-of-staff", "after 3min", "after 4min")),
        (
            "name_alone = false",
            "name_alone = true",
            ChangedClause("name of a place alone", "may not be sent", "may be sent"),
        ),
        (
            'channel = "8992 kHz"',
            'channel = "5696 kHz"',
            ChangedClause("frequency hotline by radio", "8992 kHz", "5696 kHz"),
        ),
        (
            "s2_level = 8",
            "s2_level = 9",
            ChangedClause(
                "disclosure from north-air to south-air, reconnaissance",
                "on-conflict: cells of level 8, bins of 10000ft and 2h",
                "on-conflict: cells of level 9, bins of 10000ft and 2h",
            ),
        ),
        (
            'lateral = "25NM"',
            'lateral = "20NM"',
            ChangedClause(
                "minima between relief and strike",
                "lateral=25NM,vertical=10000ft,time=45min",
                "lateral=20NM,vertical=10000ft,time=45min",
            ),
        ),
    ],
)
def test_what_changed_is_told_in_words(old: str, new: str, row: ChangedClause) -> None:
    assert difference(AGREEMENT, parse_agreement(TEXT.replace(old, new).encode())) == (row,)


def test_what_is_new_and_what_was_dropped_has_one_side() -> None:
    climbs = replace(AGREEMENT, ladder=(*AGREEMENT.ladder[:3], Rung(Role.AUTHORITY, 600_000), AGREEMENT.ladder[4]))
    assert difference(AGREEMENT, climbs) == (
        ChangedClause("ladder, authority", None, "after 10min"),
        ChangedClause("ladder, minister", "after 10min", None),
    )


def test_the_same_distance_in_another_unit_is_no_change() -> None:
    assert difference(AGREEMENT, parse_agreement(TEXT.replace('"10NM"', '"18520m"').encode())) == ()


def test_a_site_that_moved_by_a_centimetre_changes_the_list() -> None:
    site = AGREEMENT.sites[0]
    moved = replace(site, position=Position(site.position.lon_e7 + 1, site.position.lat_e7))
    clauses = [row.clause for row in difference(AGREEMENT, replace(AGREEMENT, sites=(moved,)))]
    assert clauses == ["site Port-aux-Français station, place", "list of sites, hash"]


def test_every_value_of_an_agreement_has_a_clause() -> None:
    second = next_version(
        AGREEMENT,
        test_call_every_ms=1,
        keep_ms=86_400_000,
        clock_grace_ms=61_000,
        quota=replace(AGREEMENT.quota, most_count=1),
        liveness=replace(AGREEMENT.liveness, alarm_ms=11_000),
        precision=replace(AGREEMENT.precision, shortest_notice_ms=1),
        term=replace(AGREEMENT.term, ratify_by_ms=1),
        ranges=replace(AGREEMENT.ranges, terrain=None),
        frequencies=(),
        area=replace(AGREEMENT.area, footprints=(*AGREEMENT.area.footprints, *AGREEMENT.area.footprints)),
    )
    assert {row.clause for row in difference(AGREEMENT, second)} == {
        "version",
        "predecessor",
        "test call every",
        "records kept",
        "clock grace",
        "filings withdrawn or amended",
        "silent peer an alarm after",
        "shortest notice",
        "ratified by",
        "range of terrain",
        "frequency guard",
        "frequency military guard",
        "frequency hotline by radio",
        "area, footprint 2",
    }


def test_footprints_are_told_with_all_their_positions() -> None:
    here, there, beyond = Position(0, 0), Position(10_000_000, 0), Position(0, 10_000_000)
    assert footprint_in_words(Footprint.circle(here, 10_000)) == "circle of 1m around 00.0000000N 000.0000000E"
    corridor = footprint_in_words(Footprint.corridor((here, beyond), 10_000))
    assert corridor.startswith("corridor of 1m either side of 00.0000000N 000.0000000E, ")
    assert corridor.endswith("01.0000000N 000.0000000E")
    assert footprint_in_words(Footprint.area((here, there, beyond), 10_000)).endswith(", and 1m around it")


def test_clauses_come_in_one_order() -> None:
    clauses = list(clauses_in_words(AGREEMENT))
    assert clauses[:3] == ["identifier", "version", "predecessor"]
    assert clauses[-1] == "list of sites, hash"
