r"""In what state an agreement is, from the signed steps of its parties and the own clock.

    draft -> proposed -> ratified -> in force <-> suspended
                      \-> lapsed     in force or suspended -> ended

A step counts from its effective time, or from its arrival if later. Order of arrival means nothing beyond that: the
state at any time follows from the set of steps that count by then. The rules:

* The first proposal or signature makes a draft proposed, the last signature that is needed makes it ratified.
* Not ratified by its day, it has lapsed for good.
* Only who signed is bound, and only who signed may suspend, resume or end. One alone may end it, for all and for good;
  before it was in force too.
* A suspension lasts until the party that suspended resumes. Of one party's suspensions and resumptions that count, the
  one that it said last holds, whatever their effective times.
* It comes into force at its `from` or when it is ratified, whichever is later, and ends by itself at its `until`.

Clocks differ. So within the grace either side of a change the stricter of both states holds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final

from wellclear.model.agreement.clauses import Term
from wellclear.model.agreement.steps import Step, StepKind
from wellclear.model.agreement.terms import Agreement


class Phase(StrEnum):
    """The state of a version."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    RATIFIED = "ratified"
    IN_FORCE = "in force"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    ENDED = "ended"


_KEPT: Final = 256
"""Histories that are kept, as many as agreements."""

ALWAYS_MS: Final = -(2**62)
"""Before every time."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What holds from a time on.

    Attributes:
        from_ms: from when on.
        phase: the state.
        signers: who is bound.
        was_in_force: whether the version ever was in force or suspended.
    """

    from_ms: int
    phase: Phase
    signers: frozenset[str] = frozenset()
    was_in_force: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """All that happened, and by the steps known will happen, to one version.

    Attributes:
        moments: in order of time, the first before everything; two that follow each other may be of one phase.
    """

    moments: tuple[Moment, ...]

    def at(self, time_ms: int) -> Moment:
        """What holds at a time."""
        return self.moments[bisect_right(self.moments, time_ms, key=lambda moment: moment.from_ms) - 1]

    def between(self, first_ms: int, last_ms: int) -> tuple[Moment, ...]:
        """What holds at a time, and at all later ones up to another one, that included."""
        later = (moment for moment in self.moments if first_ms < moment.from_ms <= last_ms)
        return (self.at(first_ms), *later)

    def since_ms(self, time_ms: int) -> int | None:
        """From when on the phase of a time has held without a break; None for a draft."""
        past = [moment for moment in self.moments if moment.from_ms <= time_ms]
        while len(past) > 1 and past[-2].phase is past[-1].phase:
            past.pop()
        return None if len(past) == 1 else past[-1].from_ms


@dataclass(frozen=True, slots=True)
class Standing:
    """How a version stands now.

    Attributes:
        phase: by the own clock.
        since_ms: from when on; None for a draft.
        near: phases within the grace either side, in order of time, each once: more than one where a change is near.
        signers: who was bound all that time.
    """

    phase: Phase
    since_ms: int | None
    near: tuple[Phase, ...]
    signers: frozenset[str]

    @property
    def before(self) -> Phase:
        """The phase as long ago as the grace."""
        return self.near[0]

    @property
    def after(self) -> Phase:
        """The phase after the grace, by the steps known."""
        return self.near[-1]

    @property
    def settles(self) -> bool:
        """Whether an operation can be settled under it: in force, and no change near."""
        return self.near == (Phase.IN_FORCE,)

    @property
    def allows_disclosure(self) -> bool:
        """Whether anything may be disclosed under it: as `settles`."""
        return self.settles

    @property
    def safety_lane(self) -> bool:
        """Whether STOP, EMERGENCY, HAZARD and ALL-CLEAR go on: always, whatever the phase."""
        return True

    def binds(self, *parties: str) -> bool:
        """Whether all these parties are bound."""
        return self.signers.issuperset(parties)


def standing(steps: Iterable[Step], agreement: Agreement, now_ms: int) -> Standing:
    """How a version stands now.

    Args:
        steps: all that are known, of any version, in any order; those that arrive later are left out.
        agreement: the version.
        now_ms: the own clock.
    """
    past = history(steps, agreement, now_ms)
    moments = past.between(now_ms - agreement.clock_grace_ms - 1, now_ms + agreement.clock_grace_ms)
    near = [moments[0].phase]
    near += [moment.phase for before, moment in pairwise(moments) if moment.phase is not before.phase]
    return Standing(past.at(now_ms).phase, past.since_ms(now_ms), tuple(near), moments[0].signers)


def history(steps: Iterable[Step], agreement: Agreement, now_ms: int) -> History:
    """The states of a version, past and, by the steps known now, to come.

    Args:
        steps: all that are known, of any version, in any order; those that arrive later are left out.
        agreement: the version.
        now_ms: the own clock.
    """
    counted = [step for step in steps if step.agreement == agreement.digest and step.arrived_ms <= now_ms]
    return _history(tuple(sorted(counted, key=lambda step: step.takes_effect_ms)), agreement)


@lru_cache(maxsize=_KEPT)
def _history(counted: tuple[Step, ...], agreement: Agreement) -> History:
    """The states of a version by steps in order of their effect; kept, since each tick of a centre asks anew."""
    term = agreement.term
    changes_ms = {step.takes_effect_ms for step in counted} | {term.from_ms, term.until_ms, term.ratify_by_ms}
    words = _Words()
    moments = [Moment(ALWAYS_MS, Phase.DRAFT)]
    waiting = iter([step for step in counted if step.party in agreement.party_names])
    step = next(waiting, None)
    for time_ms in sorted(changes_ms):
        while step is not None and step.takes_effect_ms <= time_ms:
            words.hear(step)
            step = next(waiting, None)
        phase = words.phase(term, time_ms)
        was_in_force = moments[-1].was_in_force or phase in (Phase.IN_FORCE, Phase.SUSPENDED)
        moments.append(Moment(time_ms, phase, frozenset(words.signed_ms), was_in_force))
    return History(tuple(moments))


@dataclass(slots=True)
class _Words:
    """What the parties said that counts so far."""

    proposed: bool = False
    signed_ms: dict[str, int] = field(default_factory=dict)
    ended_ms: dict[str, int] = field(default_factory=dict)
    stances: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """By party, the number of its newest suspension or resumption and whether that suspends."""

    def hear(self, step: Step) -> None:
        """Take in the next step, in order of the times from which they count."""
        self.proposed = self.proposed or step.kind in (StepKind.PROPOSE, StepKind.SIGN)
        if step.kind is StepKind.SIGN:
            self.signed_ms.setdefault(step.party, step.takes_effect_ms)
        elif step.kind is StepKind.END:
            self.ended_ms.setdefault(step.party, step.takes_effect_ms)
        elif step.kind in (StepKind.SUSPEND, StepKind.RESUME):
            stance = (step.number, step.kind is StepKind.SUSPEND)
            self.stances[step.party] = max(stance, self.stances.get(step.party, stance))

    def phase(self, term: Term, time_ms: int) -> Phase:
        """The state at a time at or after that of the last step heard."""
        signatures_ms = sorted(self.signed_ms.values())
        ratified = len(signatures_ms) >= term.ratifiers_count
        in_time = ratified and signatures_ms[term.ratifiers_count - 1] < term.ratify_by_ms
        ends_ms = [
            max(end_ms, self.signed_ms[party]) for party, end_ms in self.ended_ms.items() if party in self.signed_ms
        ]
        if ends_ms and (in_time or min(ends_ms) < term.ratify_by_ms):
            return Phase.ENDED
        if not in_time:
            if not self.proposed:
                return Phase.DRAFT
            return Phase.LAPSED if time_ms >= term.ratify_by_ms else Phase.PROPOSED
        if not term.from_ms <= time_ms < term.until_ms:
            return Phase.RATIFIED if time_ms < term.from_ms else Phase.ENDED
        suspended = any(suspends for party, (_, suspends) in self.stances.items() if party in self.signed_ms)
        return Phase.SUSPENDED if suspended else Phase.IN_FORCE
