"""Own operations: how far each got with whom, what is open, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wellclear.api.views.assessments import AssessmentView, assessment_view
from wellclear.api.views.next_steps import OpenView, open_view
from wellclear.api.views.view import View, as_json, queued
from wellclear.centre.apply.owed import ANSWER, READ_BACK, owed_for
from wellclear.centre.comparing import Compared, effective
from wellclear.centre.entries.link import LATE
from wellclear.centre.settlement import procedures, settlement
from wellclear.centre.state.operations import Delivery, OwnOperation
from wellclear.centre.state.state import State
from wellclear.protocol.envelope import Kind


class DeliveryView(View, frozen=True):
    """How far the newest version got with one addressee.

    Attributes:
        party: the addressee.
        stage: ``withheld`` until its notice conflicts; ``queued`` here; ``sent``: it holds the bytes; ``received``: its
            receipt came; ``read back``: correctly; ``accepted``, ``objected``, ``refused``.
        received_ms: when the receipt came; 0 for not yet.
        late_ms: LATE by so much against the lead time, by its receipt; 0 for in time.
        marks: what else its centre marked: ``UNBOUNDED``, ``IMPRECISE``, ``SHORT NOTICE``, ``OUTSIDE AGREEMENT``.
        assessment: its newest assessment.
        read_back: ``correct``, ``wrong``, or empty.
        answer: ``accepted``, ``objected``, or empty.
        reason: of the answer.
        refused: code of why it refused the notice; empty if it did not.
        withdrawal: ``awaited`` until it receipted the withdrawal, then ``receipted``; empty where none was told.
        link: condition of the link: ``live``, ``stale`` or ``silent``.
        read_back_due_ms: when the read-back that it owes is overdue; 0 for none owed, or overdue already.
        answer_due_ms: the same for the answer.
        included: whether the receipt is proven to stand in its maker's log: ``awaited``, ``proven``, ``OVERDUE``; empty
            where there is no receipt.
    """

    party: str
    stage: str
    received_ms: int
    late_ms: int
    marks: tuple[str, ...]
    assessment: AssessmentView
    read_back: str
    answer: str
    reason: str
    refused: str
    withdrawal: str
    link: str
    read_back_due_ms: int
    answer_due_ms: int
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
        procedures: what both sides signed to fly by, with whom and against which operation.
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
    procedures: tuple[str, ...]
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
        procedures=tuple(f"with {one.party} {one.other_identifier}: {one.text}" for one in procedures(state, own)),
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
        marks=tuple(mark for mark in delivery.marks if mark != LATE),
        assessment=assessment_view(party, delivery.number, delivery.verdict, peer),
        read_back=delivery.read_back,
        answer=delivery.answer,
        reason=delivery.reason,
        refused=delivery.refused,
        withdrawal=_withdrawal(state, own, party, delivery),
        link="" if peer is None else peer.condition.value,
        read_back_due_ms=_due_ms(state, own, party, READ_BACK),
        answer_due_ms=_due_ms(state, own, party, ANSWER),
        included=inclusion(party, delivery),
    )


def _due_ms(state: State, own: OwnOperation, party: str, deadline: str) -> int:
    """When what a counterparty owes for an operation is overdue."""
    owed = owed_for(state, deadline, party, state.party, own.filed.identifier)
    return 0 if owed is None else owed.due_ms


def _withdrawal(state: State, own: OwnOperation, party: str, delivery: Delivery) -> str:
    """Whether a counterparty that was told an operation holds that it was withdrawn."""
    if own.ended != "withdrawn" or not delivery.told:
        return ""
    told = (Kind.WITHDRAW.value, party, own.filed.identifier)
    awaited = any((one.kind, one.party, one.subject) == told for one in state.awaited.values())
    return "awaited" if awaited else "receipted"


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
