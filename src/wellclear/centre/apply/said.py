"""What an envelope that was said makes of the state: the outbox, and what it waits for."""

from __future__ import annotations

from dataclasses import replace

from wellclear.centre.apply.link import said, with_peer
from wellclear.centre.apply.owed import answered
from wellclear.centre.entries.link import Said
from wellclear.centre.state.operations import Awaited, Resolution
from wellclear.centre.state.state import State, key
from wellclear.protocol.bodies import (
    Agree,
    Answer,
    Assessment,
    Body,
    Notice,
    ReadBack,
    Receipt,
    Resolve,
    Withdraw,
    parse_body,
)
from wellclear.protocol.envelope import Kind, Opened, parse_own


def apply_said(state: State, entry: Said) -> State:
    """An envelope goes out until it is acknowledged; where it asks for a RECEIPT, that is awaited."""
    opened = parse_own(entry.raw)
    body = parse_body(opened.envelope)
    before = state
    state = said(state, opened)
    if opened.envelope.kind.asks_receipt:
        awaited = state.awaited.set(opened.digest.hex(), _awaited(before, opened, body, entry.at_ms))
        state = replace(state, awaited=awaited)
    if isinstance(body, Assessment | Receipt) and body.verdict is not None:
        peer = state.peers[opened.envelope.recipient]
        state = with_peer(state, replace(peer, assessed=opened.envelope.sequence))
    if isinstance(body, Notice):
        return _told(state, opened, body)
    if isinstance(body, Resolve):
        return _proposed(state, opened, body)
    if isinstance(body, ReadBack | Answer):
        return _given(state, opened, body)
    if isinstance(body, Agree):
        name = body.resolve.hex()
        return replace(state, resolutions=state.resolutions.set(name, replace(state.resolutions[name], agreed=True)))
    return state


def _awaited(state: State, opened: Opened, body: Body, at_ms: int) -> Awaited:
    """What waits for a receipt; an ASSESSMENT names the own operations of its old and new verdict."""
    operations: frozenset[str] = frozenset()
    if isinstance(body, Assessment):
        clashes = body.verdict.clashes
        notice = state.notices.get(key(opened.envelope.recipient, body.identifier))
        if notice is not None and notice.verdict is not None:
            clashes = (*clashes, *notice.verdict.clashes)
        operations = frozenset(clash.identifier for clash in clashes if clash.party == state.party)
    return Awaited(
        kind=opened.envelope.kind.value,
        party=opened.envelope.recipient,
        said_ms=at_ms,
        subject=subject_of(body),
        whole=body.whole if isinstance(body, Notice | Assessment | Withdraw) else b"",
        operations=tuple(sorted(operations)),
    )


def subject_of(body: Body) -> str:
    """Identifier of the operation, hazard or call that a body is about; empty for none."""
    if isinstance(body, Resolve):
        return body.own_identifier
    return str(getattr(body, "identifier", ""))


def _told(state: State, opened: Opened, body: Notice) -> State:
    """An addressee was told a version."""
    operation = state.own[body.identifier]
    party = opened.envelope.recipient
    delivery = operation.deliveries.get(party)
    if delivery is None:
        return state
    now = replace(delivery, notice=opened.digest, told=body.whole)
    operation = replace(operation, deliveries=operation.deliveries.set(party, now))
    return replace(state, own=state.own.set(body.identifier, operation))


def _given(state: State, opened: Opened, body: ReadBack | Answer) -> State:
    """The own officer read a version back, accepted it or objected."""
    party, kind = opened.envelope.recipient, opened.envelope.kind
    state = answered(state, state.party, party, body.identifier, kind)
    name = key(party, body.identifier)
    held = state.notices.get(name)
    if held is None or held.notice.whole != body.whole:
        return state
    if kind is Kind.READ_BACK:
        held = replace(held, read_back=True)
    else:
        held = replace(held, answer="accepted" if kind is Kind.ACCEPT else "objected")
    return replace(state, notices=state.notices.set(name, held))


def _proposed(state: State, opened: Opened, body: Resolve) -> State:
    """The own side proposed a resolution."""
    resolution = Resolution(
        envelope=opened.digest,
        party=opened.envelope.recipient,
        proposed_by=state.party,
        own=body.own,
        own_identifier=body.own_identifier,
        other=body.other,
        other_identifier=body.other_identifier,
        settles=body.settles,
        mover=body.mover,
        text=body.text,
    )
    return replace(state, resolutions=state.resolutions.set(opened.digest.hex(), resolution))
