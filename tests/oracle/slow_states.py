"""The states of an agreement by walking from tick to tick and making every move of the drawing that can be made.

All times of the steps and terms made here are whole ticks, so nothing changes between two of them.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from plans.agreements import FIRE, example
from wellclear.model.agreement.clauses import Term
from wellclear.model.agreement.states import Phase
from wellclear.model.agreement.steps import Step, StepKind
from wellclear.model.agreement.terms import Agreement

TICK_MS = 10_000
GRACE_MS = 60_000
THREE = example(FIRE)


def slow_phase(steps: list[Step], agreement: Agreement, now_ms: int, time_ms: int) -> Phase:
    """The state at a time by the steps that have arrived by now."""
    return [Phase.DRAFT, *slow_phases(steps, agreement, now_ms, time_ms)][-1]


def slow_phases(steps: list[Step], agreement: Agreement, now_ms: int, last_ms: int) -> list[Phase]:
    """The state at each tick up to a time, by the steps that have arrived by now."""
    phases: list[Phase] = []
    term = agreement.term
    phase = Phase.DRAFT
    heard: list[Step] = []
    for tick_ms in range(0, last_ms + 1, TICK_MS):
        known = (each for each in steps if each.arrived_ms <= now_ms and each.agreement == agreement.digest)
        heard += [each for each in known if max(each.arrived_ms, each.effective_ms) == tick_ms]
        signers = {each.party for each in heard if each.kind is StepKind.SIGN} & set(agreement.party_names)
        spoken = [each for each in heard if each.party in agreement.party_names]
        ended = any(each.kind is StepKind.END and each.party in signers for each in spoken)
        suspended = False
        for party in signers:
            stances = [s for s in spoken if s.party == party and s.kind in (StepKind.SUSPEND, StepKind.RESUME)]
            suspended = suspended or (bool(stances) and max(stances, key=lambda s: s.number).kind is StepKind.SUSPEND)
        if phase is Phase.DRAFT and any(each.kind in (StepKind.PROPOSE, StepKind.SIGN) for each in spoken):
            phase = Phase.PROPOSED
        if phase is Phase.PROPOSED and tick_ms >= term.ratify_by_ms:
            phase = Phase.LAPSED
        if phase is Phase.PROPOSED and len(signers) >= term.ratifiers_count:
            phase = Phase.RATIFIED
        if phase is Phase.RATIFIED and tick_ms >= term.from_ms:
            phase = Phase.IN_FORCE
        if phase in (Phase.IN_FORCE, Phase.SUSPENDED):
            phase = Phase.SUSPENDED if suspended else Phase.IN_FORCE
        if phase in (Phase.IN_FORCE, Phase.SUSPENDED) and tick_ms >= term.until_ms:
            phase = Phase.ENDED
        if ended and phase in (Phase.PROPOSED, Phase.RATIFIED, Phase.IN_FORCE, Phase.SUSPENDED):
            phase = Phase.ENDED
        phases.append(phase)
    return phases


def looked_ms(now_ms: int) -> list[int]:
    """Both ends of the grace around a time, and within it the instants at and just before every tick."""
    first_ms, last_ms = now_ms - GRACE_MS - 1, now_ms + GRACE_MS
    edges_ms = [edge_ms - before_ms for edge_ms in range(0, last_ms + TICK_MS, TICK_MS) for before_ms in (0, 1)]
    return sorted({time_ms for time_ms in (first_ms, last_ms, now_ms, *edges_ms) if first_ms <= time_ms <= last_ms})


ticks_ms = st.integers(1, 40).map(lambda count: count * TICK_MS)


@st.composite
def lives(draw: st.DrawFn) -> tuple[Agreement, list[Step]]:
    """A small agreement, and what parties and a stranger said of it."""
    from_ms, by_ms = draw(ticks_ms), draw(ticks_ms)
    until_ms = max(from_ms, by_ms) + draw(ticks_ms)
    agreement = replace(THREE, term=Term(from_ms, until_ms, by_ms, draw(st.sampled_from([2, 3])), review_on_ms=from_ms))
    steps: list[Step] = []
    for party in (*agreement.party_names, "stranger"):
        kinds = [StepKind.SIGN] if draw(st.integers(0, 4)) else []
        kinds += draw(st.lists(st.sampled_from(StepKind), max_size=4))
        steps += [
            Step(kind, agreement.digest, party, number, draw(ticks_ms), draw(ticks_ms))
            for number, kind in enumerate(kinds)
        ]
    return agreement, draw(st.permutations(steps))
