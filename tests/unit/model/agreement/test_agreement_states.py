from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.slow_states import GRACE_MS, TICK_MS, lives, looked_ms, slow_phase
from plans.agreements import AIR, FIRE, example, signed
from wellclear.model.agreement.states import Phase, history, standing
from wellclear.model.agreement.steps import Step, StepKind
from wellclear.model.agreement.terms import Agreement

DAY_MS = 86_400_000

TWO = example(AIR)
THREE = example(FIRE)
FROM_MS, BY_MS, UNTIL_MS = TWO.term.from_ms, TWO.term.ratify_by_ms, TWO.term.until_ms
NORTH, SOUTH = TWO.party_names
BEFORE_MS = FROM_MS - 5 * DAY_MS
SIGNED = signed(TWO, BEFORE_MS)


def step(kind: StepKind, party: str, effective_ms: int, number: int = 1, arrived_ms: int | None = None) -> Step:
    arrived_ms = min(effective_ms, BEFORE_MS + 1) if arrived_ms is None else arrived_ms
    return Step(kind, TWO.digest, party, number, effective_ms, arrived_ms)


def phase(steps: tuple[Step, ...], now_ms: int) -> Phase:
    return standing(steps, TWO, now_ms).phase


def test_the_life_of_a_version() -> None:
    proposed = Step(StepKind.PROPOSE, TWO.digest, NORTH, 0, BEFORE_MS - DAY_MS, BEFORE_MS - DAY_MS)
    steps = (proposed, *SIGNED)
    assert phase(steps, BEFORE_MS - DAY_MS - 1) is Phase.DRAFT
    assert phase(steps, BEFORE_MS - DAY_MS) is Phase.PROPOSED
    assert phase(steps, BEFORE_MS) is Phase.RATIFIED
    assert phase(steps, FROM_MS - 1) is Phase.RATIFIED
    assert phase(steps, FROM_MS) is Phase.IN_FORCE
    assert phase(steps, UNTIL_MS - 1) is Phase.IN_FORCE
    assert phase(steps, UNTIL_MS) is Phase.ENDED


def test_a_version_without_any_step_is_a_draft_for_ever() -> None:
    stands = standing((), TWO, UNTIL_MS + DAY_MS)
    assert (stands.phase, stands.since_ms, stands.near) == (Phase.DRAFT, None, (Phase.DRAFT,))


def test_one_signature_too_few_lapses_on_its_day_and_for_good() -> None:
    late = step(StepKind.SIGN, SOUTH, BY_MS, 0, BY_MS)
    steps = (SIGNED[0], late)
    assert phase(steps, BY_MS - 1) is Phase.PROPOSED
    assert phase(steps, BY_MS) is Phase.LAPSED
    assert phase(steps, UNTIL_MS + 1) is Phase.LAPSED
    in_time = step(StepKind.SIGN, SOUTH, BY_MS - 1, 0, BY_MS - 1)
    assert phase((SIGNED[0], in_time), BY_MS) is Phase.IN_FORCE


def test_a_signature_that_comes_late_counts_from_its_arrival() -> None:
    backdated = step(StepKind.SIGN, SOUTH, BEFORE_MS, 0, BY_MS)
    assert phase((SIGNED[0], backdated), BY_MS) is Phase.LAPSED


def test_more_than_half_can_ratify_and_bind_only_themselves() -> None:
    agreement = replace(THREE, term=replace(THREE.term, ratifiers_count=2))
    at_ms = agreement.term.from_ms - DAY_MS
    steps = signed(agreement, at_ms, ["calfire", "usfs"])
    stands = standing(steps, agreement, agreement.term.from_ms + DAY_MS)
    assert stands.settles
    assert stands.binds("calfire", "usfs")
    assert not stands.binds("calfire", "county")
    joined_ms = agreement.term.from_ms + 2 * DAY_MS
    steps += signed(agreement, joined_ms, ["county"])
    assert not standing(steps, agreement, joined_ms + GRACE_MS).binds("county", "usfs")
    assert standing(steps, agreement, joined_ms + GRACE_MS + 1).binds("county", "usfs")


def test_each_who_suspended_must_resume() -> None:
    day_ms = [FROM_MS + count * DAY_MS for count in range(6)]
    steps = (
        *SIGNED,
        step(StepKind.SUSPEND, NORTH, day_ms[1]),
        step(StepKind.SUSPEND, SOUTH, day_ms[2]),
        step(StepKind.RESUME, NORTH, day_ms[3], 2),
        step(StepKind.RESUME, SOUTH, day_ms[4], 2),
    )
    assert [phase(steps, time_ms) for time_ms in day_ms] == [
        Phase.IN_FORCE,
        *[Phase.SUSPENDED] * 3,
        *[Phase.IN_FORCE] * 2,
    ]
    assert standing(steps, TWO, day_ms[3]).since_ms == day_ms[1]
    assert standing(steps, TWO, day_ms[5]).since_ms == day_ms[4]


def test_a_resumption_said_before_does_not_undo_a_suspension_said_later() -> None:
    noon_ms = FROM_MS + DAY_MS
    hour_ms = 3_600_000
    steps = (
        *SIGNED,
        step(StepKind.SUSPEND, NORTH, noon_ms, 1),
        step(StepKind.RESUME, NORTH, noon_ms + 2 * hour_ms, 2),
        step(StepKind.SUSPEND, NORTH, noon_ms + hour_ms, 3),
    )
    assert phase(steps, noon_ms + 3 * hour_ms) is Phase.SUSPENDED


def test_two_steps_of_one_number_are_read_as_the_stricter() -> None:
    at_ms = FROM_MS + DAY_MS
    steps = (*SIGNED, step(StepKind.RESUME, NORTH, at_ms), step(StepKind.SUSPEND, NORTH, at_ms))
    assert phase(steps, at_ms) is Phase.SUSPENDED


def test_one_party_ends_it_for_all_and_no_step_brings_it_back() -> None:
    at_ms = FROM_MS + DAY_MS
    steps = (*SIGNED, step(StepKind.END, SOUTH, at_ms), step(StepKind.RESUME, SOUTH, at_ms + DAY_MS, 2))
    assert phase(steps, at_ms - 1) is Phase.IN_FORCE
    assert phase(steps, at_ms + 2 * DAY_MS) is Phase.ENDED


def test_a_party_that_did_not_sign_moves_nothing() -> None:
    at_ms = FROM_MS + DAY_MS
    for kind in (StepKind.SUSPEND, StepKind.END):
        agreement = replace(THREE, term=replace(THREE.term, ratifiers_count=2))
        steps = (
            *signed(agreement, agreement.term.from_ms - DAY_MS, ["calfire", "usfs"]),
            Step(kind, agreement.digest, "county", 0, at_ms, at_ms),
            Step(kind, agreement.digest, "stranger", 0, at_ms, at_ms),
            Step(kind, bytes(32), "usfs", 0, at_ms, at_ms),
        )
        assert standing(steps, agreement, at_ms + DAY_MS).phase is Phase.IN_FORCE


def test_who_signed_may_take_it_back_before_it_is_in_force() -> None:
    steps = (
        SIGNED[0],
        step(StepKind.END, NORTH, BEFORE_MS + DAY_MS),
        step(StepKind.SIGN, SOUTH, BEFORE_MS + 2 * DAY_MS, 0),
    )
    assert phase(steps, FROM_MS) is Phase.ENDED
    assert not history(steps, TWO, FROM_MS).at(FROM_MS).was_in_force


@pytest.mark.parametrize(
    ("offset_ms", "settles", "near"),
    [
        (-GRACE_MS - 1, True, (Phase.IN_FORCE,)),
        (-GRACE_MS, False, (Phase.IN_FORCE, Phase.SUSPENDED)),
        (0, False, (Phase.IN_FORCE, Phase.SUSPENDED)),
        (GRACE_MS, False, (Phase.IN_FORCE, Phase.SUSPENDED)),
        (GRACE_MS + 1, False, (Phase.SUSPENDED,)),
    ],
)
def test_sixty_seconds_either_side_the_stricter_holds(
    offset_ms: int, *, settles: bool, near: tuple[Phase, ...]
) -> None:
    at_ms = FROM_MS + DAY_MS
    stands = standing((*SIGNED, step(StepKind.SUSPEND, NORTH, at_ms)), TWO, at_ms + offset_ms)
    assert (stands.settles, stands.allows_disclosure, stands.near) == (settles, settles, near)
    assert (stands.before, stands.after) == (near[0], near[-1])


def test_a_suspension_of_a_moment_within_the_grace_is_seen() -> None:
    at_ms = FROM_MS + DAY_MS
    steps = (*SIGNED, step(StepKind.SUSPEND, NORTH, at_ms + 10), step(StepKind.RESUME, NORTH, at_ms + 20, 2))
    stands = standing(steps, TWO, at_ms)
    assert stands.near == (Phase.IN_FORCE, Phase.SUSPENDED, Phase.IN_FORCE)
    assert not stands.settles


@pytest.mark.parametrize("now_ms", [0, BEFORE_MS, FROM_MS, BY_MS, UNTIL_MS, UNTIL_MS + 1])
def test_the_safety_lane_never_stops(now_ms: int) -> None:
    assert standing((), TWO, now_ms).safety_lane
    assert standing((*SIGNED, step(StepKind.END, NORTH, FROM_MS)), TWO, now_ms).safety_lane


def test_what_has_not_arrived_is_not_known() -> None:
    at_ms = FROM_MS + DAY_MS
    coming = step(StepKind.SUSPEND, NORTH, at_ms, arrived_ms=at_ms + 30_000)
    assert standing((*SIGNED, coming), TWO, at_ms).near == (Phase.IN_FORCE,)
    assert standing((*SIGNED, coming), TWO, at_ms + 30_000).phase is Phase.SUSPENDED


@given(lives(), st.integers(0, 80), st.sampled_from([-1, 0, 1]))
def test_states_are_those_of_the_drawing(life: tuple[Agreement, list[Step]], tick: int, offset_ms: int) -> None:
    agreement, steps = life
    now_ms = tick * TICK_MS + offset_ms
    stands = standing(steps, agreement, now_ms)
    assert stands.phase is slow_phase(steps, agreement, now_ms, now_ms)
    seen = [slow_phase(steps, agreement, now_ms, time_ms) for time_ms in looked_ms(now_ms)]
    assert set(stands.near) == set(seen)
    assert (stands.before, stands.after) == (seen[0], seen[-1])
    assert stands.settles is all(each is Phase.IN_FORCE for each in seen)


@given(lives(), st.integers(0, 80), st.randoms(use_true_random=False))
def test_the_order_of_the_list_means_nothing(
    life: tuple[Agreement, list[Step]], tick: int, chance: random.Random
) -> None:
    agreement, steps = life
    other = list(steps)
    chance.shuffle(other)
    assert standing(steps, agreement, tick * TICK_MS) == standing(other, agreement, tick * TICK_MS)


@given(lives(), st.integers(0, 80), st.integers(-GRACE_MS, GRACE_MS))
def test_who_settles_does_so_by_no_clock_within_the_grace_in_vain(
    life: tuple[Agreement, list[Step]], tick: int, apart_ms: int
) -> None:
    agreement, steps = life
    told = [replace(each, arrived_ms=0) for each in steps]
    now_ms = tick * TICK_MS
    if standing(told, agreement, now_ms).settles:
        assert standing(told, agreement, now_ms + apart_ms).phase is Phase.IN_FORCE


@given(lives(), st.integers(0, 80))
def test_the_time_since_when_begins_the_phase(life: tuple[Agreement, list[Step]], tick: int) -> None:
    agreement, steps = life
    now_ms = tick * TICK_MS
    stands = standing(steps, agreement, now_ms)
    if stands.since_ms is None:
        assert stands.phase is Phase.DRAFT
        return
    assert slow_phase(steps, agreement, now_ms, stands.since_ms - 1) is not stands.phase
    for time_ms in range(stands.since_ms, now_ms + 1, TICK_MS):
        assert slow_phase(steps, agreement, now_ms, time_ms) is stands.phase
