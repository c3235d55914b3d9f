"""Entries about counterparties, lanes and the clock."""

from __future__ import annotations

from dataclasses import replace

from immutables import Map

from wellclear.centre.entries.link import (
    Acked,
    Began,
    ClockDoubted,
    Enrolled,
    Equivocated,
    ForkProven,
    KeysStated,
    Linked,
)
from wellclear.centre.state.link import Incoming, Outgoing, Peer
from wellclear.centre.state.operations import Delivery, OwnOperation
from wellclear.centre.state.state import State
from wellclear.protocol.envelope import Lane, Opened


def apply_began(state: State, entry: Began) -> State:
    """A new life of the log: numbers start again, and nothing that was received counts until it is restated."""
    state = replace(state, party=entry.party, index=0)
    if not entry.epoch:
        return replace(state, epoch=0)
    peers = Map({name: _ended(peer, state.epoch) for name, peer in state.peers.items()})
    own = Map({name: one if one.ended else unsettled(one) for name, one in state.own.items()})
    return replace(state, epoch=entry.epoch, peers=peers, own=own, unconfirmed=True)


def _ended(peer: Peer, epoch: int) -> Peer:
    """The counterparty, with what was said to it in an epoch that ended."""
    said = Map({lane: Incoming(contiguous=out.newest) for lane, out in peer.out.items()})
    fresh = Map({lane: Outgoing() for lane in Lane})
    return replace(peer, out=fresh, said=peer.said.set(epoch, said), confirmed=True, assessed=0)


def unsettled(operation: OwnOperation) -> OwnOperation:
    """An own operation of which nothing that was received counts; who was told is remembered."""
    deliveries = Map({party: Delivery(told=delivery.told) for party, delivery in operation.deliveries.items()})
    return replace(operation, deliveries=deliveries)


def apply_enrolled(state: State, entry: Enrolled) -> State:
    """A counterparty, or the own card."""
    if entry.party == state.party:
        return replace(state, card=entry.card)
    known = state.peers.get(entry.party)
    peer = Peer(entry.party, entry.root, entry.card, entry.ring, recalled=state.epoch)
    if known is not None:
        peer = replace(known, root=entry.root, card=entry.card, ring=entry.ring)
    return with_peer(state, peer)


def apply_keys_stated(state: State, entry: KeysStated) -> State:
    """More keys of a counterparty, or their end."""
    peer = replace(state.peers[entry.party], ring=entry.ring, cosigned=entry.cosigned)
    return with_peer(state, peer)


def apply_equivocated(state: State, entry: Equivocated) -> State:
    """The peer was caught in a lie."""
    return with_peer(state, replace(state.peers[entry.party], lied=True))


def apply_fork_proven(state: State, entry: ForkProven) -> State:
    """The peer's log was caught in a lie. Of a log in the own name nothing but the record is kept."""
    peer = state.peers.get(entry.party)
    return state if peer is None else with_peer(state, replace(peer, lied=True))


def apply_linked(state: State, entry: Linked) -> State:
    """The condition of a link."""
    known = state.peers[entry.party]
    peer = replace(known, condition=entry.condition, cause=entry.cause, heard_ms=entry.heard_ms)
    return with_peer(state, peer)


def apply_clock_doubted(state: State, entry: ClockDoubted) -> State:
    """The own clock is doubted, or no longer."""
    return replace(state, clock_doubted=entry.doubted)


def apply_acked(state: State, entry: Acked) -> State:
    """The peer holds what we said, up to these numbers."""
    return acknowledged(state, entry.party, {Lane.SAFETY: entry.safety, Lane.ORDINARY: entry.ordinary})


def said(state: State, opened: Opened) -> State:
    """An envelope is in the outbox of its lane."""
    envelope = opened.envelope
    peer = state.peers[envelope.recipient]
    lane = peer.out[envelope.lane]
    waiting = lane.unacknowledged.set(envelope.sequence, opened.raw)
    now = Outgoing(envelope.sequence, opened.digest, waiting)
    return with_peer(state, replace(peer, out=peer.out.set(envelope.lane, now)))


def took(state: State, opened: Opened) -> State:
    """An envelope holds its number in its lane, and acknowledges what its sender holds."""
    envelope = opened.envelope
    peer = in_epoch(state.peers[envelope.sender], envelope.epoch)
    lane = peer.into[envelope.lane]
    digests = lane.digests.set(envelope.sequence, opened.digest)
    contiguous = lane.contiguous
    while contiguous + 1 in digests:
        contiguous += 1
    peer = replace(peer, into=peer.into.set(envelope.lane, Incoming(contiguous, digests)))
    state = with_peer(state, peer)
    if envelope.holds.epoch != state.epoch:
        return state
    return acknowledged(state, peer.party, {lane: envelope.holds.of(lane) for lane in Lane})


def in_epoch(peer: Peer, epoch: int) -> Peer:
    """The peer with the lanes of a newer epoch of its log; the older ones are kept to know repeats."""
    if epoch <= peer.epoch:
        return peer
    fresh = Map({lane: Incoming() for lane in Lane})
    return replace(peer, epoch=epoch, past=peer.past.set(peer.epoch, peer.into), into=fresh)


def acknowledged(state: State, party: str, numbers: dict[Lane, int]) -> State:
    """The outboxes without what the peer holds; while it was not asked its numbers say nothing."""
    peer = state.peers[party]
    if not peer.confirmed:
        return state
    out = peer.out
    for lane, number in numbers.items():
        waiting, newest = out[lane].unacknowledged, out[lane].newest
        done = range(newest - len(waiting) + 1, min(number, newest) + 1)  # numbers leave in their order
        if done:
            with waiting.mutate() as fewer:
                for sequence in done:
                    del fewer[sequence]
                out = out.set(lane, replace(out[lane], unacknowledged=fewer.finish()))
    return state if out is peer.out else with_peer(state, replace(peer, out=out))


def with_peer(state: State, peer: Peer) -> State:
    """The state with this counterparty as it is now."""
    return replace(state, peers=state.peers.set(peer.party, peer))
