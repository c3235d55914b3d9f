"""Conflicts between two counterparties who have no agreement with each other: neither is told of the other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from wellclear.centre.agreeing import last_shared
from wellclear.centre.comparing import Pair, Terms, pair_of, too_close
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.draft import Draft
from wellclear.centre.judging import held_side, notices_near
from wellclear.centre.state.operations import HeldNotice
from wellclear.centre.state.state import State
from wellclear.geo.position import Position
from wellclear.geo.position_text import print_degrees_minutes
from wellclear.geo.time_text import print_date_time_group
from wellclear.model.agreement.clauses import widest
from wellclear.model.agreement.states import Phase
from wellclear.protocol.verdict import Clash, Finding


def look_for_bystanders(draft: Draft, held: HeldNotice) -> None:
    """Tell the own officer of each conflict of a notice with that of a party who will not hear of it.

    The officer may relay a HAZARD, by `wellclear relay`; the centre tells neither party anything by itself.

    Args:
        draft: the decision, after the notice was taken.
        held: the notice.
    """
    for other, pair in bystander_pairs(draft.state, held):
        clash = too_close(pair)
        if clash is not None and clash.finding is Finding.CONFLICT:
            _ring(draft, held, other, clash)


def bystander_pairs(state: State, held: HeldNotice) -> Iterator[tuple[HeldNotice, Pair]]:
    """What is compared of a notice: those near of parties who will not hear of it.

    The widest minima that the own party has with either count.
    """
    strangers = {party for party in state.peers if party != held.party and not _agreed(state, held.party, party)}
    if not strangers:
        return
    side = held_side(state, held)
    for other in (state.notices[name] for name in notices_near(state, side)):
        values = [*last_shared(state, held.party), *last_shared(state, other.party)]
        if other.party in strangers and values:
            minima = reduce(widest, (one.minima_for(held.notice.category, other.notice.category) for one in values))
            yield other, pair_of(side, held_side(state, other), Terms(minima, values[0].ranges))


def _agreed(state: State, one: str, other: str) -> bool:
    """Whether an agreement that is known here is in force and binds both."""
    return any(
        agreement.phase == Phase.IN_FORCE and {one, other} <= set(agreement.signers)
        for agreement in state.agreements.values()
    )


def _ring(draft: Draft, held: HeldNotice, other: HeldNotice, clash: Clash) -> None:
    first, second = sorted((held, other), key=lambda one: one.party)
    pair = f"{first.party} {first.notice.identifier} and {second.party} {second.notice.identifier}"
    begins, ends = print_date_time_group(clash.from_ms), print_date_time_group(clash.until_ms, to="up")
    where = print_degrees_minutes(Position(clash.lon_e7, clash.lat_e7))
    words = (
        f"CONFLICT between {pair}, who share no agreement known here: {begins} to {ends} near {where}."
        " Neither is told by the mechanism. You may relay one of them as a HAZARD; telephone both."
    )
    raise_alarm(draft, "bystander", first.party, pair, words)
