"""Counterparties with the links to them, and agreements with them."""

from __future__ import annotations

from wellclear.api.views.view import View
from wellclear.centre.agreeing import read
from wellclear.centre.inputs import Heard
from wellclear.centre.state.agreements import HeldAgreement
from wellclear.centre.state.link import Peer
from wellclear.model.card import parse_card
from wellclear.protocol.envelope import Lane


class LinkView(View, frozen=True):
    """A counterparty, and how the link to it is.

    Attributes:
        party: its name.
        condition: ``live``, ``stale`` or ``silent``.
        cause: ``unreachable``, ``refused``, ``not answering``; empty when live.
        heard_ms: when it was last heard, by the own clock; 0 for not since the start.
        waiting_safety: envelopes of the safety lane that it has not acknowledged.
        waiting_ordinary: of the ordinary lane.
        lied: whether it signed two things with one number.
        confirmed: whether it was asked, since the start, what it holds of the own centre, and the log has all of that.
        urls: where its centre is reached.
        languages: what its officers read.
        root: its root key.
        card: exact bytes of its card.
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


def link_view(peer: Peer, heard: Heard, epoch: int) -> LinkView:
    """A counterparty as it is shown.

    Args:
        peer: the counterparty.
        heard: what the process knows of the link now.
        epoch: of the own log.
    """
    card = parse_card(peer.card)
    return LinkView(
        party=peer.party,
        condition=peer.condition.value,
        cause=peer.cause,
        heard_ms=heard.last_ms or peer.heard_ms,
        waiting_safety=len(peer.out[Lane.SAFETY].unacknowledged),
        waiting_ordinary=len(peer.out[Lane.ORDINARY].unacknowledged),
        lied=peer.lied,
        confirmed=peer.confirmed and peer.recalled >= epoch,
        urls=card.urls,
        languages=card.languages,
        root=peer.root,
        card=peer.card,
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
