"""A peer's envelope: its number first, then its body. What is refused keeps its number and changes nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.answering import take_answer, take_assessment, take_read_back, take_receipt, take_refusal
from wellclear.centre.decide.calling import take_all_clear, take_emergency, take_hazard, take_stop, take_test
from wellclear.centre.decide.contracting import take_keys, take_step
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.noticing import decide_notice, decide_withdrawal
from wellclear.centre.decide.recalling import note_epoch
from wellclear.centre.decide.resolving import take_agree, take_resolve
from wellclear.centre.entries.link import Equivocated, Took
from wellclear.centre.inputs import Arrived
from wellclear.centre.settlement import counts
from wellclear.centre.state.link import Incoming, Peer
from wellclear.errors import RuleViolated, VerificationFailed, WellclearError
from wellclear.protocol.admissible import verify_body_admissible, verify_envelope_admissible
from wellclear.protocol.bodies import (
    Agree,
    AgreementStep,
    AllClear,
    Answer,
    Assessment,
    Body,
    Emergency,
    Hazard,
    Key,
    Notice,
    Phrase,
    ReadBack,
    Receipt,
    Refuse,
    Resolve,
    Stop,
    Test,
    Withdraw,
    parse_body,
)
from wellclear.protocol.envelope import Envelope, Kind, Lane, Opened

MAX_AHEAD: Final = 1_024
"""How far a number of the safety lane may lie above the highest held without a gap: what is in flight has a limit."""


def decide_arrived(draft: Draft, arrived: Arrived) -> None:
    """Take an envelope, unless it is a repeat.

    Raises:
        MalformedInput: its numbers are out of range.
        VerificationFailed: not to this centre, or signed by a key that does not count at its place.
        RuleViolated: from a counterparty that is not enrolled, of an epoch that ended, or after a gap.
    """
    opened = arrived.opened
    envelope = opened.envelope
    verify_envelope_admissible(envelope)
    peer = _verify_sender(draft, opened)
    lane = _incoming(peer, envelope)
    held = lane.digests.get(envelope.sequence)
    if held == opened.digest:
        return
    if held is not None:
        _equivocated(draft, opened, held)
        return
    _verify_number(peer, lane, envelope)
    note_epoch(draft, envelope.sender, envelope.epoch)
    mark = len(draft.entries)
    try:
        if arrived.refused is not None:
            raise arrived.refused
        body = parse_body(envelope)
        verify_body_admissible(body)
        _TAKEN[type(body)](draft, opened, body)
    except WellclearError as refusal:
        if len(draft.entries) != mark:
            raise AssertionError("a refusal after an entry") from refusal
        _refuse(draft, opened, refusal)


def _verify_sender(draft: Draft, opened: Opened) -> Peer:
    envelope = opened.envelope
    if envelope.recipient != draft.state.party:
        raise VerificationFailed("an envelope to another centre", code="envelope-recipient", wanted=draft.state.party)
    peer = draft.state.peers.get(envelope.sender)
    if peer is None:
        raise RuleViolated(f"{envelope.sender!r} is not enrolled", code="party-unknown")
    if not counts(peer, opened.key, (envelope.epoch, envelope.index)):
        raise VerificationFailed("the key does not count at that place of its log", code="key-ended")
    return peer


def _incoming(peer: Peer, envelope: Envelope) -> Incoming:
    """The lane of the envelope's epoch, as it is held; a fresh one for a newer epoch."""
    if envelope.epoch == peer.epoch:
        return peer.into[envelope.lane]
    if envelope.epoch in peer.past:
        return peer.past[envelope.epoch][envelope.lane]
    return Incoming()


def _verify_number(peer: Peer, lane: Incoming, envelope: Envelope) -> None:
    """Hold only if the number can be the next one taken of its lane."""
    if envelope.epoch < peer.epoch:
        raise RuleViolated(
            "an epoch of the sender's log that ended", code="epoch-ended", at="epoch", wanted=f"{peer.epoch} or newer"
        )
    if envelope.lane is Lane.ORDINARY and envelope.sequence != lane.contiguous + 1:
        raise RuleViolated("a number after a gap", code="sequence-gap", at="sequence", wanted=str(lane.contiguous + 1))
    if envelope.sequence > lane.contiguous + MAX_AHEAD:
        raise RuleViolated("a number too far ahead", code="sequence-ahead", at="sequence")
    before = lane.digests.get(envelope.sequence - 1, bytes(32) if envelope.sequence == 1 else None)
    if before is not None and before != envelope.previous:
        raise VerificationFailed("it does not follow the envelope before it", code="sequence-chain", at="previous")


def _equivocated(draft: Draft, opened: Opened, held: bytes) -> None:
    """Two different envelopes with one number: the proof is kept, once for each other one."""
    party = opened.envelope.sender
    draft.add(Equivocated(at_ms=draft.now_ms, party=party, first=held, raw=opened.raw))
    words = f"{party} signed two different messages with one number: PROOF OF A LIE is kept. Nothing with it settles."
    raise_alarm(draft, "equivocation", party, held.hex(), words)


def _refuse(draft: Draft, opened: Opened, refusal: WellclearError) -> None:
    """The envelope keeps its number; its sender is told why."""
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw, refused=refusal.code))
    if opened.envelope.kind is Kind.REFUSE:
        return
    body = Refuse(
        covers=opened.digest,
        code=refusal.code[:80],
        field=refusal.at[:200],
        value=refusal.message[:200],
        wanted=refusal.wanted[:200],
    )
    draft.say(opened.envelope.sender, Kind.REFUSE, body, answers=opened.digest)


def _take_phrase(draft: Draft, opened: Opened, body: Phrase) -> None:
    """A phrase is kept and shown."""
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))
    party = opened.envelope.sender
    raise_alarm(draft, "phrase", party, body.entry, f"{party} says: {body.entry}", opened.envelope.role)


_TAKEN: Final[dict[type[Body], Callable[[Draft, Opened, Any], None]]] = {
    Agree: take_agree,
    AgreementStep: take_step,
    AllClear: take_all_clear,
    Answer: take_answer,
    Assessment: take_assessment,
    Emergency: take_emergency,
    Hazard: take_hazard,
    Key: take_keys,
    Notice: decide_notice,
    Phrase: _take_phrase,
    ReadBack: take_read_back,
    Receipt: take_receipt,
    Refuse: take_refusal,
    Resolve: take_resolve,
    Stop: take_stop,
    Test: take_test,
    Withdraw: decide_withdrawal,
}
