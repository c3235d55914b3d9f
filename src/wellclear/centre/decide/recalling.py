"""A store that was restored: a new epoch begins, and what was said in the one before comes back from counterparties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wellclear.centre.apply.recalling import is_known
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.contracting import restore_step
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.verdicts import judge_all
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Began
from wellclear.centre.entries.recalling import Confirmed, PeerBegan, TakenBack
from wellclear.centre.inputs import Confirmation, ReturnedEnvelope
from wellclear.centre.means import Means
from wellclear.centre.state.state import State, is_whole
from wellclear.errors import RuleViolated, VerificationFailed, WellclearError
from wellclear.protocol.bodies import AgreementStep, Receipt, parse_body
from wellclear.protocol.envelope import Kind, Lane, parse_own

MAX_CLOCK_DOUBT_MS: Final = 86_400_000
"""For how long a notice that expired is still receipted anew: no clock in use is a day wrong."""


@dataclass(frozen=True, slots=True)
class Loss:
    """How it is known that the store is not the newest.

    Attributes:
        epoch: newest epoch that the log is known to have had.
        reason: in words, for the officers.
        previous: newest checkpoint of the epoch before that a peer co-signed, as a signed note; empty for none known.
    """

    epoch: int
    reason: str
    previous: str = ""


def decide_began(state: State, means: Means, loss: Loss, since_ms: int) -> tuple[Entry, ...]:
    """What a new epoch begins with: its first entry, the alarm, the receipts of all notices that are held.

    What was called in the safety lane since the process started may bear a number that was used before: it is said
    again.

    Args:
        state: as the store has it.
        means: time, chance and keys; the signer is the one that holds in the new epoch.
        loss: how it is known.
        since_ms: when the process started.

    Returns:
        The entries; the first one begins the epoch.
    """
    epoch = max(state.epoch, loss.epoch) + 1
    draft = Draft(state, means)
    draft.add(Began(at_ms=draft.now_ms, party=state.party, epoch=epoch, previous=loss.previous, reason=loss.reason))
    words = (
        f"THE STORE IS AN OLD COPY: {loss.reason}. Epoch {epoch} of the log begins. Nothing is settled: restate or "
        "withdraw every operation, and tell your counterparties by voice."
    )
    raise_alarm(draft, "new-epoch", "", str(epoch), words)
    _call_again(draft, state, since_ms)
    judge_all(draft)
    _restate_receipts(draft)
    return tuple(draft.entries)


def _call_again(draft: Draft, before: State, since_ms: int) -> None:
    for party, peer in sorted(before.peers.items()):
        for _, raw in sorted(peer.out[Lane.SAFETY].unacknowledged.items()):
            envelope = parse_own(raw).envelope
            if envelope.at_ms >= since_ms:
                body = parse_body(envelope)
                draft.say(party, envelope.kind, body, agreement=envelope.agreement, role=envelope.role)


def _restate_receipts(draft: Draft) -> None:
    """The own centre holds these notices still, which their senders cannot know; by their clocks they may last."""
    for _, held in sorted(draft.state.notices.items()):
        if held.ended and (held.ended != "expired" or held.notice.ends_ms < draft.now_ms - MAX_CLOCK_DOUBT_MS):
            continue
        body = Receipt(
            covers=held.envelope,
            whole=held.notice.whole,
            epoch=held.place[0],
            index=held.place[1],
            number=held.number,
            verdict=held.verdict,
            late_ms=held.late_ms,
            marks=held.marks,
        )
        draft.say(held.party, Kind.RECEIPT, body, answers=held.envelope, agreement=held.agreement)


def decide_returned(draft: Draft, returned: ReturnedEnvelope) -> None:
    """Take back an own envelope of an epoch that ended, unless the log has it.

    Raises:
        VerificationFailed: it is not the own centre's, or was not said to the counterparty that returns it.
        RuleViolated: `recall-epoch`: its epoch goes on: either the log has it, or a new epoch must begin first.
    """
    state, envelope = draft.state, returned.opened.envelope
    if (envelope.sender, envelope.recipient) != (state.party, returned.party) or returned.party not in state.peers:
        raise VerificationFailed("no envelope of the own centre to this party", code="recall-party", at="recipient")
    if envelope.epoch >= state.epoch:
        raise RuleViolated("an envelope of an epoch that goes on", code="recall-epoch", at="epoch")
    if is_known(state.peers[returned.party], envelope):
        return
    body = parse_body(envelope)
    draft.add(TakenBack(at_ms=draft.now_ms, party=returned.party, raw=returned.opened.raw))
    if isinstance(body, AgreementStep):
        _restore_step(draft, returned.party, body)
    if envelope.kind in {Kind.HAZARD, Kind.ALL_CLEAR}:
        judge_all(draft)


def _restore_step(draft: Draft, party: str, body: AgreementStep) -> None:
    try:
        restore_step(draft, body)
    except WellclearError as error:
        words = f"{body.step.value} of an agreement, said to {party}, cannot be taken back: {error}. Compare by voice."
        raise_alarm(draft, "agreement", party, f"{body.digest.hex()} {body.number}", words)


def decide_confirmation(draft: Draft, confirmation: Confirmation) -> None:
    """A counterparty holds nothing more of the own centre than the log has, where that is news."""
    state, party = draft.state, confirmation.party
    peer = state.peers.get(party)
    if peer is None or confirmation.epoch != state.epoch:
        return
    if state.unconfirmed or not peer.confirmed or peer.recalled < state.epoch:
        draft.add(Confirmed(at_ms=draft.now_ms, party=party, checkpoint=confirmation.checkpoint))
        if not is_whole(state) and is_whole(draft.state):
            judge_all(draft)


def note_epoch(draft: Draft, party: str, epoch: int) -> None:
    """A counterparty's log may have begun a new epoch: its store was restored, and nothing with it is settled."""
    peer = draft.state.peers[party]
    if epoch <= peer.epoch:
        return
    draft.add(PeerBegan(at_ms=draft.now_ms, party=party, epoch=epoch))
    words = (
        f"{party} STARTED FROM AN OLD COPY and began epoch {epoch} of its log. What it received counts only once it "
        "says so again; what it said stands until it restates or withdraws it. Call by voice."
    )
    raise_alarm(draft, "new-epoch", party, str(epoch), words)
