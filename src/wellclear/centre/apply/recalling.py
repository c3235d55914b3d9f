"""Entries about a store that was restored. What comes back is remembered; it acts on nothing a second time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from immutables import Map

from wellclear.centre.apply.link import in_epoch, with_peer
from wellclear.centre.entries.recalling import Confirmed, PeerBegan, TakenBack, Unconfirmed
from wellclear.centre.state.hotline import Call, HeldHazard
from wellclear.centre.state.link import Incoming, Peer
from wellclear.centre.state.operations import Awaited, Delivery, OwnOperation
from wellclear.centre.state.recalling import Recalled
from wellclear.centre.state.state import State, key
from wellclear.protocol.bodies import (
    AllClear,
    Answer,
    Body,
    Emergency,
    Hazard,
    Notice,
    ReadBack,
    Stop,
    Withdraw,
    parse_body,
)
from wellclear.protocol.envelope import Envelope, Kind, Lane, Opened, parse_own


def apply_unconfirmed(state: State, _entry: Unconfirmed) -> State:
    """Nothing settles until a counterparty has confirmed that the store is the newest."""
    peers = Map({name: replace(peer, confirmed=False) for name, peer in state.peers.items()})
    return replace(state, peers=peers, unconfirmed=True)


def apply_confirmed(state: State, entry: Confirmed) -> State:
    """A counterparty has given back all that it held."""
    peer = replace(state.peers[entry.party], confirmed=True, recalled=state.epoch)
    return replace(with_peer(state, peer), unconfirmed=False)


def apply_peer_began(state: State, entry: PeerBegan) -> State:
    """What the counterparty received counts no more, until it says again that it holds it."""
    state = with_peer(state, in_epoch(state.peers[entry.party], entry.epoch))
    own, awaited = state.own, state.awaited
    for identifier, operation in state.own.items():
        delivery = operation.deliveries.get(entry.party)
        if operation.ended or delivery is None or not delivery.received:
            continue
        own = own.set(identifier, _unreceived(operation, entry.party, replace(delivery, received=b"", received_ms=0)))
        waits = Awaited(Kind.NOTICE.value, entry.party, entry.at_ms, identifier, delivery.told)
        awaited = awaited.set(delivery.notice.hex(), waits)
    return replace(state, own=own, awaited=awaited)


def apply_taken_back(state: State, entry: TakenBack) -> State:
    """The number is known again, and what was said with it."""
    opened = parse_own(entry.raw)
    envelope = opened.envelope
    peer = state.peers[entry.party]
    lanes = peer.said.get(envelope.epoch, NOTHING_SAID)
    lane = lanes[envelope.lane]
    lane = replace(lane, digests=lane.digests.set(envelope.sequence, opened.digest))
    said = peer.said.set(envelope.epoch, lanes.set(envelope.lane, lane))
    state = with_peer(state, replace(peer, said=said))
    body = parse_body(envelope)
    rebuild = _REBUILT.get(type(body))
    return state if rebuild is None else rebuild(state, opened, body, entry)


def is_known(peer: Peer, envelope: Envelope) -> bool:
    """Whether an envelope of an epoch that ended stands in the log: from then, or since it was taken back."""
    lane = peer.said.get(envelope.epoch, NOTHING_SAID)[envelope.lane]
    return envelope.sequence <= lane.contiguous or envelope.sequence in lane.digests


def restated(state: State, identifier: str) -> State:
    """An officer said anew what is to hold of an operation, or withdrew it."""
    return replace(state, recalled=state.recalled.delete(identifier)) if identifier in state.recalled else state


def _unreceived(operation: OwnOperation, party: str, delivery: Delivery) -> OwnOperation:
    return replace(operation, deliveries=operation.deliveries.set(party, delivery))


def _operation(state: State, opened: Opened, body: Notice | Withdraw, _entry: TakenBack) -> State:
    """A version, or the end, of an own operation; the newest by its place in the log as it was."""
    envelope = opened.envelope
    known = state.recalled.get(body.identifier)
    place = (envelope.epoch, envelope.index)
    told = dict(known.told) if known is not None else {}
    told[envelope.recipient] = body.whole
    number, ends_ms = (body.number, body.ends_ms) if isinstance(body, Notice) else (0, 0)
    if known is not None:
        number, ends_ms = max(number, known.number), ends_ms or known.ends_ms
    newest = known is None or place > known.place
    now = Recalled(
        identifier=body.identifier,
        kind=envelope.kind.value if known is None or newest else known.kind,
        number=number,
        told=tuple(sorted(told.items())),
        said_ms=envelope.at_ms if known is None or newest else known.said_ms,
        place=place if known is None or newest else known.place,
        ends_ms=ends_ms,
    )
    return replace(state, recalled=state.recalled.set(body.identifier, now))


def _hazard(state: State, opened: Opened, body: Hazard, _entry: TakenBack) -> State:
    """An own hazard stands, until its ALL-CLEAR; what the log knows of it from later on stays."""
    envelope = opened.envelope
    name, place = key(state.party, body.identifier), (envelope.epoch, envelope.index)
    known = state.hazards.get(name)
    if known is not None and known.said >= place:
        told = tuple(sorted({*known.told, envelope.recipient}))
        return replace(state, hazards=state.hazards.set(name, replace(known, told=told)))
    told = (envelope.recipient,) if known is None else tuple(sorted({*known.told, envelope.recipient}))
    hazard = HeldHazard(
        party=state.party,
        identifier=body.identifier,
        content=body.volumes,
        cause=body.cause,
        responsible=body.responsible,
        since_ms=envelope.at_ms,
        told=told,
        changed=state.total,
        said=place,
    )
    return replace(state, hazards=state.hazards.set(name, hazard))


def _all_clear(state: State, opened: Opened, body: AllClear, _entry: TakenBack) -> State:
    envelope = opened.envelope
    name, place = key(state.party, body.identifier), (envelope.epoch, envelope.index)
    known = state.hazards.get(name)
    if known is None or known.said >= place:
        return state
    over = replace(known, ended=body.reason or "all clear", changed=state.total, said=place)
    return replace(state, hazards=state.hazards.set(name, over))


def _call(state: State, opened: Opened, body: Stop | Emergency, entry: TakenBack) -> State:
    """An own call; who gives it back has it, which is all that an acknowledgement says."""
    envelope = opened.envelope
    name = key(state.party, body.identifier)
    call = state.calls.get(name) or Call(
        party=state.party,
        kind=envelope.kind.value,
        identifier=body.identifier,
        about=body.about if isinstance(body, Stop) else "",
        text=body.text,
        called_ms=envelope.at_ms,
        due_ms=0,
    )
    told = tuple(sorted({*call.told, envelope.recipient}))
    answered = call.answered.set(envelope.recipient, call.answered.get(envelope.recipient, entry.at_ms))
    return replace(state, calls=state.calls.set(name, replace(call, told=told, answered=answered)))


def _answer(state: State, opened: Opened, body: Answer | ReadBack, _entry: TakenBack) -> State:
    """What an officer answered to exactly this version of a notice."""
    name = key(opened.envelope.recipient, body.identifier)
    held = state.notices.get(name)
    if held is None or held.notice.whole != body.whole:
        return state
    if isinstance(body, ReadBack):
        held = replace(held, read_back=True)
    else:
        held = replace(held, answer="accepted" if opened.envelope.kind is Kind.ACCEPT else "objected")
    return replace(state, notices=state.notices.set(name, held))


NOTHING_SAID: Final[Map[Lane, Incoming]] = Map({lane: Incoming() for lane in Lane})
"""What stands of an epoch in which the log said nothing to a counterparty."""

_REBUILT: Final[dict[type[Body], Callable[[State, Opened, Any, TakenBack], State]]] = {
    AllClear: _all_clear,
    Answer: _answer,
    Emergency: _call,
    Hazard: _hazard,
    Notice: _operation,
    ReadBack: _answer,
    Stop: _call,
    Withdraw: _operation,
}
