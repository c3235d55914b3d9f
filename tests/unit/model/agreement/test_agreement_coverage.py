from __future__ import annotations

from dataclasses import replace

from plans.agreements import FIRE, example, signed
from wellclear.model.agreement.coverage import Cover, CoverageRow, coverage
from wellclear.model.agreement.disclosure import Disclosure
from wellclear.model.agreement.states import Phase
from wellclear.model.agreement.steps import Step, StepKind

DAY_MS = 86_400_000
FIRE_AGREEMENT = example(FIRE)
SIGNED = signed(FIRE_AGREEMENT, FIRE_AGREEMENT.term.from_ms)
NOW_MS = FIRE_AGREEMENT.term.from_ms + DAY_MS


def row(rows: tuple[CoverageRow, ...], sender: str, recipient: str, category: str) -> CoverageRow:
    (found,) = (r for r in rows if (r.sender, r.recipient, r.category) == (sender, recipient, category))
    return found


def test_every_ordered_pair_and_category_has_a_row() -> None:
    rows = coverage([FIRE_AGREEMENT], SIGNED, NOW_MS, parties=["airline"], categories=["LIGHT_SPORT", "tanker", ""])
    cases = [(each.sender, each.recipient, each.category) for each in rows]
    names = {"airline", "calfire", "county", "usfs"}
    categories = {"tanker", "helicopter", "drone", "light-sport", ""}
    assert len(cases) == len(set(cases)) == 4 * 3 * 5
    assert {case[0] for case in cases} == {case[1] for case in cases} == names
    assert {case[2] for case in cases} == categories
    assert cases == sorted(cases, key=lambda case: (case[0], case[1], case[2] == "", case[2]))


def test_what_covers_is_told_with_its_terms() -> None:
    rows = coverage([FIRE_AGREEMENT], SIGNED, NOW_MS, categories=["balloon"])
    named = row(rows, "county", "usfs", "tanker")
    assert (named.cover, named.phase, named.agreement) == (Cover.NAMED, Phase.IN_FORCE, FIRE_AGREEMENT)
    assert named.disclosure is not None
    assert named.disclosure.disclosure is Disclosure.ON_CONFLICT
    assert named.lead_time_ms == 600_000
    assert named.minima == FIRE_AGREEMENT.minima_for("tanker", "tanker")
    assert row(rows, "county", "usfs", "balloon").cover is Cover.BY_DEFAULT
    assert row(rows, "county", "usfs", "").lead_time_ms == 900_000


def test_who_is_outside_every_agreement_is_a_gap() -> None:
    rows = coverage([FIRE_AGREEMENT], SIGNED, NOW_MS, parties=["airline"])
    assert row(rows, "usfs", "airline", "tanker") == CoverageRow("usfs", "airline", "tanker", Cover.GAP)
    assert row(rows, "airline", "usfs", "tanker").cover is Cover.GAP


def test_who_did_not_sign_is_a_gap() -> None:
    agreement = replace(FIRE_AGREEMENT, term=replace(FIRE_AGREEMENT.term, ratifiers_count=2))
    rows = coverage([agreement], SIGNED[:2], NOW_MS)
    assert row(rows, "calfire", "usfs", "tanker").cover is Cover.NAMED
    assert row(rows, "calfire", "county", "tanker").cover is Cover.GAP


def test_a_suspended_agreement_covers_nothing_but_is_named() -> None:
    steps = (*SIGNED, Step(StepKind.SUSPEND, FIRE_AGREEMENT.digest, "usfs", 1, NOW_MS - DAY_MS // 2, 0))
    found = row(coverage([FIRE_AGREEMENT], steps, NOW_MS), "calfire", "county", "tanker")
    assert (found.cover, found.phase, found.disclosure) == (Cover.OUTSIDE, Phase.SUSPENDED, None)


def test_an_ended_agreement_is_left_out_where_another_governs() -> None:
    other = replace(FIRE_AGREEMENT, identifier="next-season", digest=bytes([5]) * 32)
    ended = (*SIGNED, Step(StepKind.END, FIRE_AGREEMENT.digest, "usfs", 1, NOW_MS - DAY_MS // 2, 0))
    alone = row(coverage([FIRE_AGREEMENT], ended, NOW_MS), "calfire", "county", "tanker")
    assert (alone.cover, alone.phase) == (Cover.OUTSIDE, Phase.ENDED)
    steps = (*ended, *signed(other, other.term.from_ms))
    found = row(coverage([FIRE_AGREEMENT, other], steps, NOW_MS), "calfire", "county", "tanker")
    assert (found.cover, found.agreement) == (Cover.NAMED, other)


def test_nothing_known_covers_nothing() -> None:
    assert coverage([], [], 0) == ()
    assert [each.cover for each in coverage([], [], 0, parties=["a", "b"])] == [Cover.GAP, Cover.GAP]
