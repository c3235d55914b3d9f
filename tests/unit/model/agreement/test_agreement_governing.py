from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from oracle.slow_states import TICK_MS, lives, looked_ms, slow_phases
from plans.agreements import AIR, FIRE, example, next_version, signed
from wellclear.geo.limits import DMM_PER_NM
from wellclear.model.agreement.clauses import MinimaTable
from wellclear.model.agreement.disclosure import Disclosure, DisclosureTable, DisclosureTerm, Grid
from wellclear.model.agreement.governing import Governing, governing
from wellclear.model.agreement.states import Phase
from wellclear.model.agreement.steps import Step, StepKind
from wellclear.model.agreement.terms import Agreement
from wellclear.model.minima import Minima

GRACE_MS = 60_000
DAY_MS = 86_400_000
FIRST = example(AIR)
NORTH, SOUTH = FIRST.party_names
START_MS = FIRST.term.from_ms
CHANGE_MS = START_MS + 30 * DAY_MS
SECOND = next_version(
    FIRST,
    term=replace(FIRST.term, from_ms=CHANGE_MS, ratify_by_ms=CHANGE_MS),
    minima=MinimaTable(Minima(DMM_PER_NM, 1, 2 * DAY_MS)),
    disclosures=DisclosureTable(DisclosureTerm(Disclosure.ON_CONFLICT, Grid(12, 1_000_000, 7_200_000))),
)
BOTH = (FIRST, SECOND)
STEPS = (*signed(FIRST, START_MS - DAY_MS), *signed(SECOND, START_MS + DAY_MS))


def one(now_ms: int, steps: tuple[Step, ...] = STEPS) -> Governing:
    (found,) = governing(BOTH, steps, (NORTH, SOUTH), now_ms)
    return found


def test_the_newest_version_in_force_governs() -> None:
    assert one(START_MS + 2 * DAY_MS).versions == (FIRST,)
    assert one(CHANGE_MS + DAY_MS).versions == (SECOND,)
    assert one(CHANGE_MS + DAY_MS).settles


def test_near_a_change_of_version_both_count_and_the_stricter_holds() -> None:
    for offset_ms, current in ((-GRACE_MS, FIRST), (-1, FIRST), (0, SECOND), (GRACE_MS, SECOND)):
        found = one(CHANGE_MS + offset_ms)
        assert found.agreement is current
        assert set(found.versions) == {FIRST, SECOND}
        assert found.settles
        default = FIRST.minima.default
        assert found.minima_for("x", "y") == Minima(default.lateral_dmm, default.vertical_dmm, 2 * DAY_MS)
        shown = found.disclosure_to(NORTH, SOUTH, "strike")
        assert shown == DisclosureTerm(Disclosure.ON_CONFLICT, Grid(9, 15_240_000, 7_200_000))
    for offset_ms in (-GRACE_MS - 1, GRACE_MS + 1):
        assert len(one(CHANGE_MS + offset_ms).versions) == 1


def test_nothing_governs_before_it_is_in_force() -> None:
    assert governing(BOTH, STEPS, (NORTH, SOUTH), START_MS - 1) == ()
    assert governing(BOTH, (), (NORTH, SOUTH), START_MS + DAY_MS) == ()
    assert not one(START_MS + GRACE_MS).settles
    assert one(START_MS + GRACE_MS + 1).settles


def test_an_older_version_does_not_rise_again() -> None:
    at_ms = CHANGE_MS + DAY_MS
    for kind, phase in ((StepKind.SUSPEND, Phase.SUSPENDED), (StepKind.END, Phase.ENDED)):
        found = one(at_ms + DAY_MS, (*STEPS, Step(kind, SECOND.digest, SOUTH, 1, at_ms, at_ms)))
        assert (found.agreement, found.phase, found.settles) == (SECOND, phase, False)
        assert found.disclosure_to(NORTH, SOUTH, "strike") is None


def test_a_version_that_was_taken_back_before_it_was_in_force_changes_nothing() -> None:
    at_ms = START_MS + 2 * DAY_MS
    found = one(CHANGE_MS + DAY_MS, (*STEPS, Step(StepKind.END, SECOND.digest, SOUTH, 1, at_ms, at_ms)))
    assert (found.agreement, found.phase, found.settles) == (FIRST, Phase.IN_FORCE, True)


def test_who_did_not_sign_the_newer_version_is_bound_by_the_older() -> None:
    first = example(FIRE)
    second = next_version(first, term=replace(first.term, ratifiers_count=2))
    steps = (
        *signed(first, first.term.from_ms),
        *signed(second, first.term.from_ms + DAY_MS, ["calfire", "usfs"]),
    )
    now_ms = first.term.from_ms + 2 * DAY_MS
    assert governing((first, second), steps, ("calfire", "usfs"), now_ms)[0].agreement is second
    assert governing((first, second), steps, ("calfire", "county"), now_ms)[0].agreement is first


def test_agreements_of_different_identifiers_stand_beside_each_other() -> None:
    other = replace(FIRST, identifier="another", digest=bytes(32))
    steps = (*STEPS, *signed(other, START_MS))
    found = governing((*BOTH, other), steps, (SOUTH, NORTH), START_MS + DAY_MS // 2)
    assert [each.agreement.identifier for each in found] == ["another", "kerguelen-airspace"]


def test_strangers_are_governed_by_nothing() -> None:
    assert governing(BOTH, STEPS, (NORTH, "stranger"), CHANGE_MS) == ()


@given(lives(), lives(), st.integers(0, 80))
def test_what_governs_is_at_every_instant_the_newest_that_was_in_force(
    first: tuple[Agreement, list[Step]], second: tuple[Agreement, list[Step]], tick: int
) -> None:
    older, newer = first[0], replace(next_version(first[0]), term=second[0].term)
    steps = [*first[1], *(replace(step, agreement=newer.digest) for step in second[1])]
    now_ms = tick * TICK_MS

    walks = {version.digest: slow_phases(steps, version, now_ms, looked_ms(now_ms)[-1]) for version in (newer, older)}

    def newest(time_ms: int) -> tuple[Agreement, Phase] | None:
        for version in (newer, older):
            walked = walks[version.digest][: max(time_ms // TICK_MS + 1, 0)]
            signed_by = {
                step.party
                for step in steps
                if step.kind is StepKind.SIGN
                and step.agreement == version.digest
                and step.arrived_ms <= now_ms
                and step.takes_effect_ms <= time_ms
            }
            if {Phase.IN_FORCE, Phase.SUSPENDED} & set(walked) and {"calfire", "usfs"} <= signed_by:
                return version, walked[-1]
        return None

    found = governing((older, newer), steps, ("calfire", "usfs"), now_ms)
    seen = [newest(time_ms) for time_ms in looked_ms(now_ms)]
    now = newest(now_ms)
    assert [(each.agreement, each.phase) for each in found] == ([] if now is None else [now])
    for each in found:
        assert {version.digest for version in each.versions} == {near[0].digest for near in seen if near is not None}
        assert each.settles is all(near is not None and near[1] is Phase.IN_FORCE for near in seen)
