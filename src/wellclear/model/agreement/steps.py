"""The steps that parties take with an agreement, each signed by its party, and who may take which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wellclear.errors import RuleViolated
from wellclear.model.agreement.terms import NO_PREDECESSOR, Agreement

MAX_STEPS: Final = 200
"""Steps of one party with one version: a suspension and a resumption each month for eight years."""


class StepKind(StrEnum):
    """What a party does with an agreement."""

    PROPOSE = "propose"
    SIGN = "sign"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one party.

    Attributes:
        kind: what it does.
        agreement: digest of the version's text, 32 bytes.
        party: who does it.
        number: how many steps with this version the party took before; of two, the later word counts.
        effective_ms: from when on, by the party's word.
        arrived_ms: when it was taken in here, by the own clock; for an own step when it was made.
    """

    kind: StepKind
    agreement: bytes
    party: str
    number: int
    effective_ms: int
    arrived_ms: int

    @property
    def takes_effect_ms(self) -> int:
        """From when on it counts here: its effective time, or its arrival if that is later."""
        return max(self.effective_ms, self.arrived_ms)


@dataclass(frozen=True, slots=True)
class TwoSuccessors:
    """Proof of a lie: one party signed two texts as the one that follows a version.

    Attributes:
        party: who signed both.
        predecessor: digest of the version that both follow, 32 bytes.
        one: the step that signed one of them.
        other: the step that signed the other.
    """

    party: str
    predecessor: bytes
    one: Step
    other: Step


def next_number(agreement: Agreement, party: str, steps: Sequence[Step]) -> int:
    """The number of the step that a party takes next with a version.

    Args:
        agreement: the version.
        party: who takes it.
        steps: all that were taken so far, of any version.
    """
    return 1 + max((step.number for step in _taken(steps, agreement, party)), default=-1)


def verify_step(step: Step, agreement: Agreement, steps: Sequence[Step]) -> None:
    """Hold only if a party may take a step, given those that it took before.

    Whether it still helps (a signature after the agreement lapsed, say) is for `standing` to tell: steps come over
    slow lines in any order of the parties, and each centre has its own clock.

    Args:
        step: what a party does.
        agreement: the version that it names.
        steps: all that were taken so far, of any version.

    Raises:
        RuleViolated: `step-party` is none, `step-repeated` of its number with another meaning, `step-count` too many,
            `step-unsigned` before it signed, `step-resume` of what it did not suspend, `step-signed` twice.
    """
    taken = _taken(steps, agreement, step.party)
    if step.party not in agreement.party_names or step.agreement != agreement.digest:
        raise RuleViolated(f"{step.party} is no party of this agreement", code="step-party")
    if any(other.number == step.number for other in taken):
        raise RuleViolated("another step has this number", code="step-repeated", wanted="the next number")
    if step.number >= MAX_STEPS:
        raise RuleViolated("too many steps with one version", code="step-count", wanted=f"at most {MAX_STEPS}")
    signed = any(other.kind is StepKind.SIGN for other in taken)
    if step.kind is StepKind.SIGN and signed:
        raise RuleViolated(f"{step.party} has signed this version already", code="step-signed")
    if step.kind in (StepKind.PROPOSE, StepKind.SIGN):
        return
    if not signed:
        raise RuleViolated(
            f"{step.party} has not signed this version", code="step-unsigned", wanted="only who signed may do this"
        )
    stances = [other for other in taken if other.kind in (StepKind.SUSPEND, StepKind.RESUME)]
    if step.kind is StepKind.RESUME and (not stances or stances[-1].kind is StepKind.RESUME):
        raise RuleViolated(
            f"{step.party} has not suspended this version", code="step-resume", wanted="each who suspended resumes"
        )


def verify_successor(agreement: Agreement, known: Mapping[bytes, Agreement]) -> None:
    """Hold only if a version follows one that is known, or is the first of its identifier.

    Args:
        agreement: the version in question.
        known: versions by digest.

    Raises:
        RuleViolated: `agreement-identifier-used` by another first version, or `agreement-successor` of no known
            version, of one of another identifier, or not by one version.
    """
    if agreement.predecessor == NO_PREDECESSOR:
        firsts = (other for other in known.values() if other.version == 1 and other.digest != agreement.digest)
        if any(other.identifier == agreement.identifier for other in firsts):
            raise RuleViolated(
                f"another agreement is called {agreement.identifier}",
                code="agreement-identifier-used",
                at="identifier",
                wanted="another identifier, or a version that names its predecessor",
            )
        return
    before = known.get(agreement.predecessor)
    if before is None or (before.identifier, before.version + 1) != (agreement.identifier, agreement.version):
        raise RuleViolated(
            "this version does not follow the one it names",
            code="agreement-successor",
            at="predecessor",
            wanted="the digest of a known version of this identifier, and a version higher by one",
        )


def two_successors(steps: Iterable[Step], known: Mapping[bytes, Agreement]) -> TwoSuccessors | None:
    """The first proof that a party signed two successors of one version, if there is any.

    Args:
        steps: all that were taken, of any version.
        known: versions by digest; steps with unknown ones prove nothing yet.
    """
    signed: dict[tuple[str, bytes], Step] = {}
    for step in steps:
        agreement = known.get(step.agreement)
        if step.kind is not StepKind.SIGN or agreement is None or agreement.predecessor == NO_PREDECESSOR:
            continue
        earlier = signed.setdefault((step.party, agreement.predecessor), step)
        if earlier.agreement != step.agreement:
            return TwoSuccessors(step.party, agreement.predecessor, earlier, step)
    return None


def verify_single_successor(step: Step, steps: Sequence[Step], known: Mapping[bytes, Agreement]) -> None:
    """Hold only if a signature is not a party's second on successors of one version.

    Args:
        step: the signature in question.
        steps: all that were taken so far, of any version.
        known: versions by digest, that of the step among them.

    Raises:
        RuleViolated: `agreement-two-successors`.
    """
    proof = two_successors((*(other for other in steps if other.party == step.party), step), known)
    if proof is not None:
        raise RuleViolated(
            f"{proof.party} has signed another successor of the same version",
            code="agreement-two-successors",
            wanted="a version that names the one signed, also where that one lapsed",
        )


def _taken(steps: Iterable[Step], agreement: Agreement, party: str) -> list[Step]:
    """Steps of a party with a version, in the order in which it took them."""
    found = (step for step in steps if step.agreement == agreement.digest and step.party == party)
    return sorted(found, key=lambda step: step.number)
