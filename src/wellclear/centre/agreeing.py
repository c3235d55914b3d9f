"""What the agreements that a centre holds say about a counterparty, a category or a pair of versions."""

from __future__ import annotations

from functools import lru_cache, reduce
from typing import Final

from wellclear.centre.comparing import Terms
from wellclear.centre.entries.agreements import Governed
from wellclear.centre.state.agreements import HeldAgreement
from wellclear.centre.state.state import State
from wellclear.errors import RuleViolated
from wellclear.geo.envelope import Ranges
from wellclear.model.agreement.clauses import widest
from wellclear.model.agreement.disclosure import DisclosureTerm, strictest
from wellclear.model.agreement.ladder import Liveness
from wellclear.model.agreement.terms import Agreement
from wellclear.model.agreement.text import parse_agreement
from wellclear.model.minima import Minima
from wellclear.protocol.envelope import Kind

S2_EDGE_M: Final = 2 * 13_200_000
"""Twice the longest diagonal of an S2 cell of level 0, which halves with each level: how far a cover can reach."""

NO_RANGES: Final = Ranges()
DEFAULT_LIVENESS: Final = Liveness()


@lru_cache(maxsize=256)
def read(text: bytes) -> Agreement:
    """The values of an agreement's exact text; kept, since the text never changes."""
    return parse_agreement(text)


def shared(state: State, party: str) -> tuple[tuple[HeldAgreement, Agreement], ...]:
    """The agreements in force with a counterparty, throughout the grace either side: of each, the version that governs.

    Args:
        state: of the centre.
        party: the counterparty.
    """
    found = (state.agreements[governed.digest.hex()] for governed in _governed(state, party) if governed.settles)
    return tuple((held, read(held.text)) for held in found)


def counting(state: State, party: str) -> tuple[bytes, ...]:
    """Digests of all versions in force with a counterparty that count: two near a change from one to the other."""
    found = (governed.versions for governed in _governed(state, party) if governed.settles)
    return tuple(digest for versions in found for digest in versions)


def last_shared(state: State, party: str) -> tuple[Agreement, ...]:
    """All versions that count with a counterparty; where nothing is in force, the one that last was.

    Its keys, ladder, deadlines and disclosure go on; nothing settles under it.
    """
    digests = counting(state, party) or tuple(governed.digest for governed in _governed(state, party))[-1:]
    return tuple(read(state.agreements[digest.hex()].text) for digest in digests)


def verify_goes_on(state: State, party: str, kind: Kind) -> None:
    """Hold only if something may be said to a counterparty as things stand.

    While no agreement is in force, only what survives its suspension and end goes on.

    Args:
        state: of the centre.
        party: the counterparty.
        kind: of what shall be said.

    Raises:
        RuleViolated: `outside-agreement`.
    """
    if not kind.survives_suspension and not shared(state, party):
        raise RuleViolated(
            f"no agreement is in force with {party}: {kind.value} would settle nothing",
            code="outside-agreement",
            wanted="the hotline, a read-back or the telephone; an agreement in force",
        )


def _governed(state: State, party: str) -> tuple[Governed, ...]:
    """What governs with a counterparty, in order of the agreements' identifiers."""
    found = [governed for governed in state.governed.values() if governed.party == party]
    return tuple(sorted(found, key=lambda governed: governed.identifier))


def widest_reach(state: State) -> Minima:
    """The widest minima of all agreements held, and of every cover as much as it is rounded outward.

    Bounds what may come too close, whatever each side may see of it.
    """
    return reduce(widest, (_reach(held.text) for held in state.agreements.values()), Minima())


@lru_cache(maxsize=256)
def _reach(text: bytes) -> Minima:
    agreement = read(text)
    minima = reduce(widest, (pair.minima for pair in agreement.minima.pairs), agreement.minima.default)
    terms = (agreement.disclosures.default, *(rule.term for rule in agreement.disclosures.rules))
    for grid in (term.grid for term in terms if term.grid is not None):
        cell_dmm = int(S2_EDGE_M / 2**grid.s2_level * 10_000)
        minima = Minima(
            lateral_dmm=minima.lateral_dmm + cell_dmm,
            vertical_dmm=minima.vertical_dmm,
            time_ms=minima.time_ms + grid.time_bin_ms,
        )
    return minima


def partners(state: State) -> tuple[str, ...]:
    """Counterparties with which an agreement is in force, in order."""
    return tuple(party for party in sorted(state.peers) if shared(state, party))


def ever_shared(state: State, party: str) -> tuple[Agreement, ...]:
    """Every agreement held that names both, whatever its phase; the newest version last."""
    values = [read(held.text) for held in state.agreements.values()]
    both = [value for value in values if {state.party, party} <= set(value.party_names)]
    return tuple(sorted(both, key=lambda value: (value.version, value.digest)))


def disclosure_to(state: State, party: str, category: str) -> DisclosureTerm | None:
    """What is shown to a counterparty of operations of a category: the least of all agreements; nothing without one."""
    terms = [value.disclosure_to(state.party, party, category) for value in last_shared(state, party)]
    return reduce(strictest, terms) if terms else None


def terms_for(state: State, party: str, own_category: str, other_category: str, named: tuple[bytes, ...]) -> Terms:
    """Minima and ranges between an own and a counterparty's operation.

    Args:
        state: of the centre.
        party: the counterparty.
        own_category: of the one operation.
        other_category: of the other.
        named: digests of the versions of agreements that the two are filed under: the widest minima count.
    """
    texts = {held.digest: read(held.text) for held in state.agreements.values()}
    filed = [texts[digest] for digest in named if digest in texts and party in texts[digest].party_names]
    values = [*filed, *last_shared(state, party)] or list(ever_shared(state, party))[-1:]
    minima = reduce(widest, (value.minima_for(own_category, other_category) for value in values), Minima())
    return Terms(minima, values[-1].ranges if values else NO_RANGES)


def liveness(state: State, party: str) -> Liveness:
    """Heartbeat, stale and alarm times with a counterparty: the shortest of all agreements, else the defaults."""
    values = [value for _, value in shared(state, party)] or list(ever_shared(state, party))[-1:]
    return min((value.liveness for value in values), key=lambda times: times.alarm_ms, default=DEFAULT_LIVENESS)
