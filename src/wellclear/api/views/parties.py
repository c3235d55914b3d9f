"""Counterparties with the links to them, and agreements with them."""

from __future__ import annotations

from wellclear.api.views.view import View
from wellclear.centre.agreeing import read
from wellclear.centre.inputs import Heard
from wellclear.centre.state.agreements import HeldAgreement
from wellclear.centre.state.link import Peer
from wellclear.centre.state.operations import Lateness
from wellclear.centre.state.state import State
from wellclear.model.card import parse_card
from wellclear.protocol.envelope import Lane
from wellclear.transport.heart import HeardClock


class LinkView(View, frozen=True):
    """A counterparty, and how the link to it is.

    Attributes:
        party: its name.
        condition: ``live``, ``stale`` or ``silent``.
        cause: ``unreachable``, ``refused``, ``not answering``; empty when live.
        heard_ms: when it was last heard, by the own clock; 0 for not since the start.
        waiting_safety: envelopes of the safety lane that it has not acknowledged.
        waiting_ordinary: of the ordinary lane.
        lied: whether it signed two things that contradict each other.
        confirmed: whether it was asked, since the start, what it holds of the own centre, and the log has all of that.
        urls: where its centre is reached.
        languages: what its officers read.
        root: its root key.
        card: exact bytes of its card.
        clock_off_ms: how far its clock was ahead of the own one, by its newest heartbeat; delay counts as behind.
        clock_error_ms: largest error that it claims for its clock; None while none was heard.
        versions: notices and amendments that were taken from it.
        late: how many of them were LATE.
        late_total_ms: by how much together.
        late_most_ms: by how much the worst.
    """

    party: str
    condition: str
    cause: str
    heard_ms: int
    waiting_safety: int
    waiting_ordinary: int
    lied: bool
    confirmed: bool
    urls: tuple[str, ...]
    languages: tuple[str, ...]
    root: bytes
    card: bytes
    clock_off_ms: int
    clock_error_ms: int | None
    versions: int
    late: int
    late_total_ms: int
    late_most_ms: int


class StepView(View, frozen=True):
    """A step that a party took of an agreement; the officer is known of the own side alone."""

    party: str
    officer: str
    step: str
    effective_ms: int
    at_ms: int


class AgreementView(View, frozen=True):
    """An agreement.

    Attributes:
        digest: of the exact text, by which steps name it.
        identifier: what all its versions are called.
        version: from 1.
        parties: all of them.
        phase: where it stands, by the own clock.
        settles: whether notices under it settle.
        signers: who is bound.
        missing: parties that have not signed.
        steps: in order of arrival.
    """

    digest: bytes
    identifier: str
    version: int
    parties: tuple[str, ...]
    phase: str
    settles: bool
    signers: tuple[str, ...]
    missing: tuple[str, ...]
    steps: tuple[StepView, ...]


class AgreementDetail(View, frozen=True):
    """An agreement with its exact text."""

    summary: AgreementView
    text: str


def link_view(state: State, peer: Peer, heard: Heard, clock: HeardClock | None) -> LinkView:
    """A counterparty as it is shown.

    Args:
        state: of the centre.
        peer: the counterparty.
        heard: what the process knows of the link now.
        clock: what its newest heartbeat said of its clock; None while none was heard.
    """
    card = parse_card(peer.card)
    lateness = state.lateness.get(peer.party, Lateness())
    return LinkView(
        party=peer.party,
        condition=peer.condition.value,
        cause=peer.cause,
        heard_ms=heard.last_ms or peer.heard_ms,
        waiting_safety=len(peer.out[Lane.SAFETY].unacknowledged),
        waiting_ordinary=len(peer.out[Lane.ORDINARY].unacknowledged),
        lied=peer.lied,
        confirmed=peer.confirmed and peer.recalled >= state.epoch,
        urls=card.urls,
        languages=card.languages,
        root=peer.root,
        card=peer.card,
        clock_off_ms=0 if clock is None else clock.off_ms,
        clock_error_ms=None if clock is None else clock.error_ms,
        versions=lateness.versions,
        late=lateness.late,
        late_total_ms=lateness.total_ms,
        late_most_ms=lateness.most_ms,
    )


def agreement_view(held: HeldAgreement) -> AgreementView:
    """An agreement as it is listed."""
    value = read(held.text)
    steps = tuple(
        StepView(
            party=step.party,
            officer=step.officer,
            step=step.step.value,
            effective_ms=step.effective_ms,
            at_ms=step.at_ms,
        )
        for step in held.steps
    )
    signed = {step.party for step in steps if step.step == "sign"}
    return AgreementView(
        digest=held.digest,
        identifier=value.identifier,
        version=value.version,
        parties=value.party_names,
        phase=held.phase,
        settles=held.settles,
        signers=held.signers,
        missing=tuple(party for party in value.party_names if party not in signed),
        steps=steps,
    )


def agreement_detail(held: HeldAgreement) -> AgreementDetail:
    """An agreement with its exact text."""
    return AgreementDetail(summary=agreement_view(held), text=held.text.decode())
