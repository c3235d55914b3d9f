"""What an envelope that was taken makes of the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from wellclear.centre.apply.link import took
from wellclear.centre.apply.owed import answered, filed_again, not_owing, owing, told_late
from wellclear.centre.comparing import Compared
from wellclear.centre.entries.link import READ_BACK_WRONG, Took
from wellclear.centre.neighbourhood import cells_of
from wellclear.centre.state.hotline import Call, HeldHazard
from wellclear.centre.state.operations import Delivery, HeldNotice, Owed, proposed_by_peer
from wellclear.centre.state.state import State, key
from wellclear.protocol.bodies import (
    Agree,
    AllClear,
    Answer,
    Assessment,
    Body,
    Emergency,
    Hazard,
    Notice,
    ReadBack,
    Receipt,
    Refuse,
    Resolve,
    Stop,
    Test,
    Withdraw,
    parse_body,
)
from wellclear.protocol.envelope import Kind, Opened, parse_own


def apply_took(state: State, entry: Took) -> State:
    """An envelope holds its number; what its body says changes what is known, unless the body was refused."""
    opened = parse_own(entry.raw)
    state = took(state, opened)
    if entry.refused:
        return state
    body = parse_body(opened.envelope)
    change = _CHANGES.get(type(body))
    return state if change is None else change(state, opened, body, entry)


def _notice(state: State, opened: Opened, body: Notice, entry: Took) -> State:
    party = opened.envelope.sender
    known = state.notices.get(key(party, body.identifier))
    held = HeldNotice(
        party=party,
        notice=body,
        envelope=opened.digest,
        agreement=opened.envelope.agreement,
        took_ms=entry.at_ms,
        place=(state.epoch, state.index),
        late_ms=entry.late_ms,
        marks=entry.marks,
        changed=state.total,
        before=b"" if known is None else known.notice.operation,
    )
    if known is not None:
        state = filed_again(state, party, entry.at_ms)
    state = told_late(state, party, entry.late_ms)
    due = (entry.read_back_due_ms, entry.answer_due_ms)
    state = owing(state, Owed("", state.party, party, body.identifier, body.whole, 0), due)
    name = key(held.party, body.identifier)
    cells = None if body.name_alone else cells_of(Compared(body.operation, body.hazard_tail_ms))
    around = state.around_notices.having(name, cells, body.ends_ms)
    return replace(state, notices=state.notices.set(name, held), around_notices=around)


def _withdraw(state: State, opened: Opened, body: Withdraw, entry: Took) -> State:
    party = opened.envelope.sender
    name = key(party, body.identifier)
    held = state.notices.get(name)
    if held is None:
        return state
    state = filed_again(not_owing(state, state.party, party, body.identifier), party, entry.at_ms)
    over = replace(held, ended="withdrawn", changed=state.total)
    around = state.around_notices.without(name)
    return replace(state, notices=state.notices.set(name, over), around_notices=around)


def _receipt(state: State, opened: Opened, body: Receipt, entry: Took) -> State:
    party = opened.envelope.sender
    awaited = state.awaited.get(body.covers.hex())
    if awaited is None or awaited.party != party:
        return state
    state = replace(state, awaited=state.awaited.delete(body.covers.hex()))
    name = key(state.party, awaited.subject)
    call = state.calls.get(name)
    if call is not None and awaited.kind == call.kind:
        call = replace(call, answered=call.answered.set(party, entry.at_ms))
        return replace(state, calls=state.calls.set(name, call))
    delivery = _delivery(state, party, awaited.subject)
    if delivery is None or delivery.notice != body.covers:
        return state
    now = replace(
        delivery,
        received=body.whole,
        received_ms=entry.at_ms,
        late_ms=body.late_ms,
        key=opened.key,
        place=(opened.envelope.epoch, opened.envelope.index),
        marks=body.marks,
        covered=(body.epoch, body.index),
    )
    state = told_late(state, state.party, body.late_ms)
    due = (entry.read_back_due_ms, entry.answer_due_ms)
    state = owing(state, Owed("", party, state.party, awaited.subject, body.whole, 0), due)
    epoch = opened.envelope.epoch
    if body.verdict is not None and (epoch, body.number) > (delivery.epoch, delivery.number):
        now = replace(now, epoch=epoch, number=body.number, verdict=body.verdict)
    return _with_delivery(state, party, awaited.subject, now)


def _assessment(state: State, opened: Opened, body: Assessment, _entry: Took) -> State:
    party = opened.envelope.sender
    delivery, epoch = _delivery(state, party, body.identifier), opened.envelope.epoch
    if delivery is None or delivery.told != body.whole:
        return state
    if (epoch, body.number) <= (delivery.epoch, delivery.number):
        return state
    now = replace(delivery, epoch=epoch, number=body.number, verdict=body.verdict)
    return _with_delivery(state, party, body.identifier, now)


def _answer(state: State, opened: Opened, body: Answer, _entry: Took) -> State:
    party = opened.envelope.sender
    delivery = _delivery(state, party, body.identifier)
    if delivery is None or delivery.told != body.whole:
        return state
    answer = "accepted" if opened.envelope.kind is Kind.ACCEPT else "objected"
    state = answered(state, party, state.party, body.identifier, opened.envelope.kind)
    return _with_delivery(state, party, body.identifier, replace(delivery, answer=answer, reason=body.reason))


def _read_back(state: State, opened: Opened, body: ReadBack, entry: Took) -> State:
    party = opened.envelope.sender
    delivery = _delivery(state, party, body.identifier)
    if delivery is None or delivery.told != body.whole:
        return state
    result = "wrong" if READ_BACK_WRONG in entry.marks else "correct"
    state = answered(state, party, state.party, body.identifier, Kind.READ_BACK)
    return _with_delivery(state, party, body.identifier, replace(delivery, read_back=result))


def _refuse(state: State, opened: Opened, body: Refuse, _entry: Took) -> State:
    party = opened.envelope.sender
    awaited = state.awaited.get(body.covers.hex())
    if awaited is None or awaited.party != party:
        return state
    state = replace(state, awaited=state.awaited.delete(body.covers.hex()))
    delivery = _delivery(state, party, awaited.subject)
    if delivery is None or delivery.notice != body.covers:
        return state
    return _with_delivery(state, party, awaited.subject, replace(delivery, refused=body.code))


def _resolve(state: State, opened: Opened, body: Resolve, _entry: Took) -> State:
    resolution = proposed_by_peer(opened.digest, opened.envelope.sender, body)
    return replace(state, resolutions=state.resolutions.set(opened.digest.hex(), resolution))


def _agree(state: State, opened: Opened, body: Agree, _entry: Took) -> State:
    resolution = state.resolutions.get(body.resolve.hex())
    if resolution is None or resolution.party != opened.envelope.sender:
        return state
    if resolution.proposed_by != state.party or (resolution.other, resolution.own) != (body.own, body.other):
        return state
    agreed = replace(resolution, agreed=True)
    return replace(state, resolutions=state.resolutions.set(body.resolve.hex(), agreed))


def _hazard(state: State, opened: Opened, body: Hazard, entry: Took) -> State:
    hazard = HeldHazard(
        party=opened.envelope.sender,
        identifier=body.identifier,
        content=body.volumes,
        cause=body.cause,
        responsible=body.responsible,
        since_ms=entry.at_ms,
        changed=state.total,
        said=(opened.envelope.epoch, opened.envelope.sequence),
        consent=body.consent,
        relayed=bool(body.relayed),
    )
    known = state.hazards.get(key(hazard.party, body.identifier))
    if known is not None and hazard.said < known.said:
        return state
    return replace(state, hazards=state.hazards.set(key(hazard.party, body.identifier), hazard))


def _all_clear(state: State, opened: Opened, body: AllClear, _entry: Took) -> State:
    name = key(opened.envelope.sender, body.identifier)
    hazard = state.hazards.get(name)
    said = (opened.envelope.epoch, opened.envelope.sequence)
    if hazard is None or said < hazard.said:
        return state
    over = replace(hazard, ended=body.reason or "all clear", changed=state.total, said=said)
    return replace(state, hazards=state.hazards.set(name, over))


def _call(state: State, opened: Opened, body: Stop | Emergency | Test, entry: Took) -> State:
    envelope = opened.envelope
    if envelope.answers and isinstance(body, Test):
        return _answered(state, envelope.sender, body.identifier, entry.at_ms)
    call = Call(
        party=envelope.sender,
        kind=envelope.kind.value,
        identifier=body.identifier,
        about=body.about if isinstance(body, Stop) else "",
        text=body.text,
        called_ms=entry.at_ms,
        due_ms=0,
        envelope=opened.digest,
    )
    return replace(state, calls=state.calls.set(key(envelope.sender, body.identifier), call))


def _answered(state: State, party: str, identifier: str, at_ms: int) -> State:
    """A TEST of the own centre was answered."""
    name = key(state.party, identifier)
    call = state.calls.get(name)
    if call is None or party not in call.told or party in call.answered:
        return state
    return replace(state, calls=state.calls.set(name, replace(call, answered=call.answered.set(party, at_ms))))


def _delivery(state: State, party: str, identifier: str) -> Delivery | None:
    operation = state.own.get(identifier)
    return None if operation is None else operation.deliveries.get(party)


def _with_delivery(state: State, party: str, identifier: str, delivery: Delivery) -> State:
    operation = state.own[identifier]
    operation = replace(operation, deliveries=operation.deliveries.set(party, delivery))
    return replace(state, own=state.own.set(identifier, operation))


_CHANGES: Final[dict[type[Body], Callable[[State, Opened, Any, Took], State]]] = {
    Notice: _notice,
    ReadBack: _read_back,
    Withdraw: _withdraw,
    Receipt: _receipt,
    Assessment: _assessment,
    Answer: _answer,
    Refuse: _refuse,
    Resolve: _resolve,
    Agree: _agree,
    Hazard: _hazard,
    AllClear: _all_clear,
    Stop: _call,
    Emergency: _call,
    Test: _call,
}
