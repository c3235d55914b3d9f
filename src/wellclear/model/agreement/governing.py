"""Which versions govern what two parties tell each other now.

Of the versions of one agreement that both are bound by, the newest that came into force governs, also while it is
suspended and after it ended: an older one does not rise again. Near a change of version both count, and the stricter
of both holds. Agreements of different identifiers stand beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from wellclear.model.agreement.clauses import widest
from wellclear.model.agreement.disclosure import DisclosureTerm, strictest
from wellclear.model.agreement.states import History, Phase, history
from wellclear.model.agreement.steps import Step
from wellclear.model.agreement.terms import Agreement
from wellclear.model.minima import Minima


@dataclass(frozen=True, slots=True)
class Governing:
    """What governs two parties under one agreement.

    Attributes:
        agreement: the version by the own clock, whose keys, ladder and deadlines hold in every phase.
        phase: its phase by the own clock: in force, suspended or ended.
        versions: all that count within the grace either side; more than one near a change of version.
        settles: whether one of them is in force at every instant of that time. If not, notices are outside agreement.
    """

    agreement: Agreement
    phase: Phase
    versions: tuple[Agreement, ...]
    settles: bool

    def minima_for(self, first_category: str, second_category: str) -> Minima:
        """The widest minima of the versions that count."""
        return reduce(widest, (version.minima_for(first_category, second_category) for version in self.versions))

    def disclosure_to(self, sender: str, recipient: str, category: str) -> DisclosureTerm | None:
        """The strictest disclosure of the versions that count; None where nothing may be disclosed."""
        if not self.settles:
            return None
        return reduce(strictest, (version.disclosure_to(sender, recipient, category) for version in self.versions))


def governing(
    agreements: Iterable[Agreement], steps: Sequence[Step], parties: tuple[str, str], now_ms: int
) -> tuple[Governing, ...]:
    """What governs two parties now, one for each identifier, in the order of identifiers.

    Args:
        agreements: all versions that are known.
        steps: all steps that are known, of any version, in any order.
        parties: the two of them, in either order.
        now_ms: the own clock.
    """
    chains: dict[str, list[tuple[Agreement, History]]] = {}
    for agreement in sorted(agreements, key=lambda agreement: (agreement.identifier, -agreement.version)):
        if set(parties) <= set(agreement.party_names):
            past = history(steps, agreement, now_ms)
            chains.setdefault(agreement.identifier, []).append((agreement, past))
    found = (_governing(chain, frozenset(parties), now_ms) for chain in chains.values())
    return tuple(each for each in found if each is not None)


def _governing(chain: list[tuple[Agreement, History]], parties: frozenset[str], now_ms: int) -> Governing | None:
    """What governs under one identifier; `chain` is all its versions, newest first."""
    now = _newest(chain, parties, now_ms)
    grace_ms = max(agreement.clock_grace_ms for agreement, _ in chain)
    first_ms, last_ms = now_ms - grace_ms - 1, now_ms + grace_ms
    changes_ms = {moment.from_ms for _, past in chain for moment in past.between(first_ms, last_ms)[1:]}
    near = [_newest(chain, parties, time_ms) for time_ms in sorted({first_ms, *changes_ms})]
    if now is None:
        return None
    counted = dict.fromkeys(each[0] for each in near if each is not None)
    settles = all(each is not None and each[1] is Phase.IN_FORCE for each in near)
    return Governing(now[0], now[1], tuple(counted), settles)


def _newest(
    chain: list[tuple[Agreement, History]], parties: frozenset[str], time_ms: int
) -> tuple[Agreement, Phase] | None:
    """The newest version that bound both parties and came into force by a time, and its phase then."""
    for agreement, past in chain:
        moment = past.at(time_ms)
        if moment.was_in_force and parties <= moment.signers:
            return agreement, moment.phase
    return None
