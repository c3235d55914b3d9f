from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.agreements import AIR, FIRE, example, example_text
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.time_text import parse_rfc3339
from wellclear.model.agreement.difference import difference
from wellclear.model.agreement.skeleton import TERM_DAYS, skeleton, successor_text
from wellclear.model.agreement.text import parse_agreement

NOW_MS = parse_rfc3339("2026-11-22T23:59:59Z")
DAY_MS = 86_400_000
GAP = '"FILL IN: three or more positions, each such as 564100N0033500W"'
RING = '"500000S0690000E", "500000S0700000E", "490000S0700000E"'
PARTIES = example(AIR).parties


def filled(text: str) -> bytes:
    assert text.count(GAP) == 1
    return text.replace(GAP, RING).encode()


def test_a_skeleton_is_refused_until_it_is_filled_in() -> None:
    with pytest.raises(MalformedInput) as refused:
        parse_agreement(skeleton("north-south", PARTIES, NOW_MS).encode())
    assert (refused.value.code, refused.value.at) == ("toml-unfilled", "area.footprint[0].ring[0]")


def test_a_skeleton_that_is_filled_in_is_an_agreement() -> None:
    agreement = parse_agreement(filled(skeleton("north-south", PARTIES, NOW_MS)))
    assert (agreement.identifier, agreement.version, agreement.parties) == ("north-south", 1, PARTIES)
    assert agreement.term.from_ms == parse_rfc3339("2026-11-23T00:00:00Z")
    assert agreement.term.until_ms == agreement.term.from_ms + TERM_DAYS * DAY_MS
    assert agreement.term.ratifiers_count == 2


def test_what_a_skeleton_has_as_comment_holds_once_it_is_no_comment() -> None:
    lines = filled(skeleton("north-south", PARTIES, NOW_MS)).decode().split("\n")
    marks = ("# [", "# lead", "# hazard", "# pair", "# from =", "# to =", "# category =", "# show", "# grid", "# name")
    more = ("# press", "# temper", "# terrain", "# position", "# radius", "# verified", "# expires")
    opened = [line.removeprefix("# ") if line.startswith(marks + more) else line for line in lines]
    agreement = parse_agreement("\n".join(opened).encode())
    assert agreement.names_category("tanker")
    assert len(agreement.minima.pairs) == len(agreement.disclosures.rules) == len(agreement.sites) == 1
    assert agreement.ranges.terrain is not None


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_any_title_that_a_party_may_have_comes_back(title: str) -> None:
    try:
        party = replace(PARTIES[0], title=title)
    except MalformedInput:
        return
    text = filled(skeleton("x", [party, PARTIES[1]], NOW_MS))
    try:
        agreement = parse_agreement(text)
    except MalformedInput as error:
        assert error.code == "toml-hidden"  # noqa: PT017 - a title may hold characters that a text may not
    else:
        assert agreement.parties[0].title == title


@pytest.mark.parametrize("name", [AIR, FIRE])
def test_the_next_version_differs_in_what_it_follows_alone(name: str) -> None:
    first = example_text(name)
    second = successor_text(first)
    third = successor_text(second)
    versions = [parse_agreement(text) for text in (first, second, third)]
    assert [each.version for each in versions] == [1, 2, 3]
    assert versions[1].predecessor == versions[0].digest
    assert versions[2].predecessor == versions[1].digest
    for older, newer in pairwise(versions):
        assert [row.clause for row in difference(older, newer)] == ["version", "predecessor"]


def test_a_version_that_machines_cannot_replace_is_left_to_people() -> None:
    text = example_text(AIR).replace(b"version = 1", b'"version" = 1')
    with pytest.raises(RuleViolated) as refused:
        successor_text(text)
    assert refused.value.code == "agreement-layout"
