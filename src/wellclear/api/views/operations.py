"""Own operations: how far each got with whom, what is open, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wellclear.api.views.assessments import AssessmentView, assessment_view
from wellclear.api.views.next_steps import OpenView, open_view
from wellclear.api.views.view import View, as_json, queued
from wellclear.centre.comparing import Compared, effective
from wellclear.centre.settlement import settlement
from wellclear.centre.state.operations import Delivery, OwnOperation
from wellclear.centre.state.state import State


class DeliveryView(View, frozen=True):
    """How far the newest version got with one addressee.

    Attributes:
        party: the addressee.
        stage: ``withheld`` until its notice conflicts; ``queued`` here; ``sent``: it holds the bytes; ``received``: its
            receipt came; ``read back``: correctly; ``accepted``, ``objected``, ``refused``.
        received_ms: when the receipt came; 0 for not yet.
        late_ms: LATE by so much against the lead time, by its receipt; 0 for in time.
        assessment: its newest assessment.
        read_back: ``correct``, ``wrong``, or empty.
        answer: ``accepted``, ``objected``, or empty.
        reason: of the answer.
        refused: code of why it refused the notice; empty if it did not.
        link: condition of the link: ``live``, ``stale`` or ``silent``.
        included: whether the receipt is proven to stand in its maker's log: ``awaited``, ``proven``, ``OVERDUE``; empty
            where there is no receipt.
    """

    party: str
    stage: str
    received_ms: int
    late_ms: int
    assessment: AssessmentView
    read_back: str
    answer: str
    reason: str
    refused: str
    link: str
    included: str


class OperationView(View, frozen=True):
    """The newest version of an own operation.

    Attributes:
        identifier: what the party calls it.
        number: of the version.
        whole: digest of the version: its name everywhere.
        category: kind of use.
        place_name: a name of the place.
        urgency: how soon an answer is needed.
        remarks: free text.
        officer: who filed it.
        role: as what.
        filed_ms: when.
        starts_ms: first start.
        ends_ms: last end with the hazard tail.
        hazard_tail_ms: how long its danger outlives it.
        agreements: digests of the agreements under which it stands.
        ended: ``withdrawn`` or ``expired``; empty while it is live.
        settled: whether nothing is open. It informs; it protects nobody.
        open: what keeps it from being settled, and what to do.
        assessment: of the own centre.
        deliveries: by addressee.
    """

    identifier: str
    number: int
    whole: bytes
    category: str
    place_name: str
    urgency: str
    remarks: str
    officer: str
    role: str
    filed_ms: int
    starts_ms: int
    ends_ms: int
    hazard_tail_ms: int
    agreements: tuple[bytes, ...]
    ended: str
    settled: bool
    open: tuple[OpenView, ...]
    assessment: AssessmentView
    deliveries: tuple[DeliveryView, ...]


class OperationDetail(View, frozen=True):
    """An own operation with its geometry.

    Attributes:
        summary: all but the geometry.
        content: exact bytes of the operation.
        operation: the same as values.
    """

    summary: OperationView
    content: bytes
    operation: dict[str, Any] | None


Inclusion = Callable[[str, Delivery], str]
"""Whether the receipt of a delivery to a party is proven to stand in its log."""


def operation_view(state: State, own: OwnOperation, inclusion: Inclusion) -> OperationView:
    """An own operation as it is shown.

    Args:
        state: of the centre.
        own: the operation.
        inclusion: of the receipts.
    """
    filed = own.filed
    settled = settlement(state, filed.identifier)
    return OperationView(
        identifier=filed.identifier,
        number=filed.number,
        whole=filed.whole,
        category=effective(Compared(filed.content)).category if filed.content else "",
        place_name=filed.place_name,
        urgency=filed.urgency.value,
        remarks=filed.remarks,
        officer=filed.officer,
        role=filed.role,
        filed_ms=filed.at_ms,
        starts_ms=filed.starts_ms,
        ends_ms=filed.ends_ms,
        hazard_tail_ms=filed.hazard_tail_ms,
        agreements=own.agreements,
        ended=own.ended,
        settled=settled.settled,
        open=tuple(open_view(found) for found in settled.open),
        assessment=assessment_view(state.party, own.number, own.verdict, None),
        deliveries=tuple(_delivery_view(state, own, party, inclusion) for party in own.addressees),
    )


def operation_detail(state: State, own: OwnOperation, inclusion: Inclusion) -> OperationDetail:
    """An own operation with its geometry."""
    content = own.filed.content
    return OperationDetail(summary=operation_view(state, own, inclusion), content=content, operation=as_json(content))


def _delivery_view(state: State, own: OwnOperation, party: str, inclusion: Inclusion) -> DeliveryView:
    delivery = own.deliveries.get(party, Delivery())
    peer = state.peers.get(party)
    return DeliveryView(
        party=party,
        stage=_stage(state, own, party, delivery),
        received_ms=delivery.received_ms,
        late_ms=delivery.late_ms,
        assessment=assessment_view(party, delivery.number, delivery.verdict, peer),
        read_back=delivery.read_back,
        answer=delivery.answer,
        reason=delivery.reason,
        refused=delivery.refused,
        link="" if peer is None else peer.condition.value,
        included=inclusion(party, delivery),
    )


def _stage(state: State, own: OwnOperation, party: str, delivery: Delivery) -> str:
    if delivery.refused:
        return "refused"
    if not delivery.notice or delivery.told != own.filed.whole:
        return "withheld" if party in own.withheld else "queued"
    if delivery.answer:
        return delivery.answer
    if delivery.read_back == "correct":
        return "read back"
    if delivery.received == own.filed.whole:
        return "received"
    return "queued" if delivery.notice in queued(state, party) else "sent"
