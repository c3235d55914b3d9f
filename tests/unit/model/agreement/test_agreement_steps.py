from __future__ import annotations

from dataclasses import replace

import pytest

from plans.agreements import AIR, FIRE, example, next_version, signed
from wellclear.errors import RuleViolated
from wellclear.model.agreement.steps import (
    MAX_STEPS,
    Step,
    StepKind,
    TwoSuccessors,
    next_number,
    two_successors,
    verify_single_successor,
    verify_step,
    verify_successor,
)
from wellclear.model.agreement.terms import Agreement

TWO = example(AIR)
NORTH, SOUTH = TWO.party_names
AT_MS = TWO.term.from_ms
SIGNED = signed(TWO, AT_MS)


def step(kind: StepKind, party: str = NORTH, number: int = 1, agreement: Agreement = TWO) -> Step:
    return Step(kind, agreement.digest, party, number, AT_MS, AT_MS)


def refusal(taken: Step, steps: tuple[Step, ...]) -> str:
    with pytest.raises(RuleViolated) as refused:
        verify_step(taken, TWO, steps)
    return refused.value.code


def test_a_step_takes_effect_when_it_says_or_when_it_arrives() -> None:
    assert Step(StepKind.END, TWO.digest, NORTH, 0, 10, 5).takes_effect_ms == 10
    assert Step(StepKind.END, TWO.digest, NORTH, 0, 10, 50).takes_effect_ms == 50


@pytest.mark.parametrize("kind", list(StepKind))
def test_a_stranger_takes_no_step(kind: StepKind) -> None:
    assert refusal(step(kind, "stranger"), SIGNED) == "step-party"
    assert refusal(replace(step(kind), agreement=bytes(32)), SIGNED) == "step-party"


@pytest.mark.parametrize("kind", [StepKind.PROPOSE, StepKind.SIGN])
def test_any_party_may_propose_and_sign(kind: StepKind) -> None:
    verify_step(step(kind, number=0), TWO, ())


@pytest.mark.parametrize("kind", [StepKind.SUSPEND, StepKind.RESUME, StepKind.END])
def test_only_who_signed_may_do_more(kind: StepKind) -> None:
    assert refusal(step(kind), SIGNED[1:]) == "step-unsigned"


@pytest.mark.parametrize("kind", [StepKind.SUSPEND, StepKind.END])
def test_one_alone_may_suspend_or_end(kind: StepKind) -> None:
    verify_step(step(kind), TWO, SIGNED)
    verify_step(step(kind, number=2), TWO, (*SIGNED, step(StepKind.SUSPEND)))


def test_only_who_suspended_resumes() -> None:
    assert refusal(step(StepKind.RESUME), SIGNED) == "step-resume"
    suspended = (*SIGNED, step(StepKind.SUSPEND))
    assert refusal(step(StepKind.RESUME, SOUTH), suspended) == "step-resume"
    verify_step(step(StepKind.RESUME, number=2), TWO, suspended)
    resumed = (*suspended, step(StepKind.RESUME, number=2))
    assert refusal(step(StepKind.RESUME, number=3), resumed) == "step-resume"


def test_a_party_signs_once() -> None:
    assert refusal(step(StepKind.SIGN), SIGNED) == "step-signed"


def test_a_number_is_used_once() -> None:
    assert refusal(step(StepKind.SUSPEND, number=0), SIGNED) == "step-repeated"


def test_steps_have_a_limit() -> None:
    verify_step(step(StepKind.SUSPEND, number=MAX_STEPS - 1), TWO, SIGNED)
    assert refusal(step(StepKind.SUSPEND, number=MAX_STEPS), SIGNED) == "step-count"


def test_the_next_number_follows_the_highest() -> None:
    assert next_number(TWO, NORTH, ()) == 0
    assert next_number(TWO, NORTH, (*SIGNED, step(StepKind.SUSPEND, number=4))) == 5
    assert next_number(TWO, SOUTH, (*SIGNED, step(StepKind.SUSPEND, number=4))) == 1


def test_a_version_follows_the_one_it_names() -> None:
    second = next_version(TWO)
    verify_successor(TWO, {})
    verify_successor(TWO, {TWO.digest: TWO, second.digest: second} | {b"": example(FIRE)})
    verify_successor(second, {TWO.digest: TWO})


@pytest.mark.parametrize(
    "wrong",
    [
        next_version(TWO, predecessor=bytes([9]) * 32),
        next_version(TWO, version=3),
        next_version(TWO, identifier="other"),
    ],
)
def test_a_version_that_follows_no_known_one_is_refused(wrong: Agreement) -> None:
    with pytest.raises(RuleViolated) as refused:
        verify_successor(wrong, {TWO.digest: TWO})
    assert refused.value.code == "agreement-successor"


def test_an_identifier_has_one_first_version() -> None:
    with pytest.raises(RuleViolated) as refused:
        verify_successor(replace(TWO, digest=bytes(32)), {TWO.digest: TWO})
    assert refused.value.code == "agreement-identifier-used"


SECOND = next_version(TWO)
RIVAL = next_version(TWO, digest=bytes([77]) * 32)
KNOWN = {each.digest: each for each in (TWO, SECOND, RIVAL)}


def test_two_successors_of_one_version_are_proof() -> None:
    one, other = step(StepKind.SIGN, agreement=SECOND), step(StepKind.SIGN, agreement=RIVAL)
    assert two_successors((*SIGNED, one, other), KNOWN) == TwoSuccessors(NORTH, TWO.digest, one, other)
    with pytest.raises(RuleViolated) as refused:
        verify_single_successor(other, (*SIGNED, one), KNOWN)
    assert refused.value.code == "agreement-two-successors"


def test_what_two_parties_sign_or_one_party_signs_twice_is_no_proof() -> None:
    one = step(StepKind.SIGN, agreement=SECOND)
    assert two_successors((one, step(StepKind.SIGN, SOUTH, agreement=RIVAL)), KNOWN) is None
    assert two_successors((one, replace(one, number=2)), KNOWN) is None
    assert two_successors((one, step(StepKind.PROPOSE, agreement=RIVAL)), KNOWN) is None
    assert two_successors((one, step(StepKind.SIGN, agreement=RIVAL)), {SECOND.digest: SECOND}) is None
    verify_single_successor(one, (*SIGNED, step(StepKind.SIGN, SOUTH, agreement=RIVAL)), KNOWN)


def test_after_a_version_that_lapsed_the_next_one_names_it() -> None:
    third = next_version(SECOND)
    known = KNOWN | {third.digest: third}
    verify_successor(third, known)
    verify_single_successor(step(StepKind.SIGN, agreement=third), (step(StepKind.SIGN, agreement=SECOND),), known)
