"""Entries about own operations, notices and verdicts."""

from __future__ import annotations

from dataclasses import replace

from immutables import Map

from wellclear.centre.apply.owed import not_owing
from wellclear.centre.apply.recalling import restated
from wellclear.centre.comparing import Compared
from wellclear.centre.entries.link import Judged
from wellclear.centre.entries.operations import Expired, Filed, ReadByOfficer, Readdressed, Withdrawn
from wellclear.centre.neighbourhood import cells_with_cover
from wellclear.centre.state.operations import Delivery, OwnOperation
from wellclear.centre.state.state import State, key


def apply_filed(state: State, entry: Filed) -> State:
    """A version is the newest of its operation; nobody holds it yet, and no answer to an older one counts."""
    operation = OwnOperation(
        filed=entry,
        addressees=entry.addressees,
        withheld=entry.withheld,
        agreements=entry.agreements,
        deliveries=Map({party: Delivery() for party in entry.addressees}),
        changed=state.total,
    )
    known = state.own.get(entry.identifier)
    for party in () if known is None else known.deliveries:
        state = not_owing(state, party, state.party, entry.identifier)
    cells = cells_with_cover(Compared(entry.content, entry.hazard_tail_ms))
    state = replace(
        state,
        own=state.own.set(entry.identifier, operation),
        around_own=state.around_own.having(entry.identifier, cells, entry.ends_ms),
    )
    return restated(state, entry.identifier)


def apply_readdressed(state: State, entry: Readdressed) -> State:
    """Other addressees; those who were told before stay told."""
    known = state.own[entry.identifier]
    deliveries = Map({party: known.deliveries.get(party, Delivery()) for party in entry.addressees})
    operation = replace(
        known,
        addressees=entry.addressees,
        withheld=entry.withheld,
        agreements=entry.agreements,
        deliveries=deliveries,
        changed=state.total,
    )
    return replace(state, own=state.own.set(entry.identifier, operation))


def apply_withdrawn(state: State, entry: Withdrawn) -> State:
    """The operation is over; one that only counterparties remembered is forgotten."""
    state = restated(state, entry.identifier)
    if entry.identifier not in state.own:
        return state
    operation = replace(state.own[entry.identifier], ended="withdrawn", changed=state.total)
    for party in operation.deliveries:
        state = not_owing(state, party, state.party, entry.identifier)
    around = state.around_own.without(entry.identifier)
    return replace(state, own=state.own.set(entry.identifier, operation), around_own=around)


def apply_judged(state: State, entry: Judged) -> State:
    """The own verdict on an own version or a notice."""
    if entry.party == state.party:
        own = replace(state.own[entry.identifier], number=entry.number, verdict=entry.verdict)
        return replace(state, own=state.own.set(entry.identifier, own))
    name = key(entry.party, entry.identifier)
    notice = replace(state.notices[name], number=entry.number, verdict=entry.verdict)
    return replace(state, notices=state.notices.set(name, notice))


def apply_read(state: State, entry: ReadByOfficer) -> State:
    """An officer looked at the newest version of a notice; who did so first is kept."""
    name = key(entry.party, entry.identifier)
    held = state.notices[name]
    if held.read_by or held.notice.whole != entry.whole:
        return state
    notice = replace(held, read_by=entry.officer, read_ms=entry.at_ms)
    return replace(state, notices=state.notices.set(name, notice))


def apply_expired(state: State, entry: Expired) -> State:
    """Time ended it."""
    name = key(entry.party, entry.identifier)
    if entry.what == "operation":
        own = replace(state.own[entry.identifier], ended="expired", changed=state.total)
        for party in own.deliveries:
            state = not_owing(state, party, state.party, entry.identifier)
        around = state.around_own.without(entry.identifier)
        return replace(state, own=state.own.set(entry.identifier, own), around_own=around)
    if entry.what == "notice":
        notice = replace(state.notices[name], ended="expired", changed=state.total)
        state = not_owing(state, state.party, entry.party, entry.identifier)
        around = state.around_notices.without(name)
        return replace(state, notices=state.notices.set(name, notice), around_notices=around)
    hazard = replace(state.hazards[name], ended="expired", changed=state.total)
    return replace(state, hazards=state.hazards.set(name, hazard))
