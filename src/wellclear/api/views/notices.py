"""Notices of counterparties, and conflicts between them and own operations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wellclear.api.views.assessments import AssessmentView, assessment_view
from wellclear.api.views.view import View, as_json
from wellclear.centre.apply.owed import ANSWER, READ_BACK, owed_for
from wellclear.centre.entries.link import OUTSIDE_AGREEMENT
from wellclear.centre.judging import outside_agreement
from wellclear.centre.settlement import resolved
from wellclear.centre.state.operations import HeldNotice, OwnOperation, Resolution
from wellclear.centre.state.state import State, key
from wellclear.protocol.readback.plausibility import EARLIER_COMPARED
from wellclear.protocol.verdict import Clash, Finding, Verdict


class NoticeView(View, frozen=True):
    """The newest version of a counterparty's operation, without its geometry.

    Attributes:
        party: whose.
        identifier: what it calls it.
        number: of the version.
        whole: digest of the version.
        category: kind of use.
        place_name: a name of the place.
        name_alone: UNBOUNDED: the whole area of the agreement is hot, and no direction is safe.
        disclosed: ``full``, ``coarse`` or ``on-conflict``.
        urgency: how soon an answer is needed.
        remarks: free text; carries no safety.
        addressees: all who were told.
        starts_ms: first start, as far as disclosed.
        ends_ms: last end with the hazard tail.
        hazard_tail_ms: how long its danger outlives it.
        took_ms: when it came.
        late_ms: LATE by so much; 0 for in time.
        marks: ``LATE``, ``UNBOUNDED``, ``OUTSIDE AGREEMENT``, ``CLOCK``.
        assessment: of the own centre.
        read_by: officer who looked at it first; empty while nobody did.
        read_ms: when.
        read_back: whether an officer read it back.
        read_back_due_ms: when the read-back that is owed is overdue; 0 for none owed, or overdue already.
        answer_due_ms: the same for the answer.
        answer: ``accepted``, ``objected``, or empty.
        ended: ``withdrawn`` or ``expired``; empty while it is live.
        next: what to do.
    """

    party: str
    identifier: str
    number: int
    whole: bytes
    category: str
    place_name: str
    name_alone: bool
    disclosed: str
    urgency: str
    remarks: str
    addressees: tuple[str, ...]
    starts_ms: int
    ends_ms: int
    hazard_tail_ms: int
    took_ms: int
    late_ms: int
    marks: tuple[str, ...]
    assessment: AssessmentView
    read_by: str
    read_ms: int
    read_back: bool
    read_back_due_ms: int
    answer_due_ms: int
    answer: str
    ended: str
    next: str


class NoticeDetail(View, frozen=True):
    """A notice with its geometry; that an officer saw it is on the record.

    Attributes:
        summary: all but the geometry.
        content: exact bytes of the operation as disclosed; empty for a place name alone.
        operation: the same as values.
        before: exact bytes of the version before, as it was told; empty for none.
        earlier: exact bytes of the party's other notices, oldest first: what plausibility is judged by.
    """

    summary: NoticeView
    content: bytes
    operation: dict[str, Any] | None
    before: bytes
    earlier: tuple[bytes, ...]


class ResolutionView(View, frozen=True):
    """A settlement of a conflict between two versions; it dies with either.

    Attributes:
        resolve: digest of the RESOLVE, by which it is agreed to.
        party: the counterparty.
        proposed_by: who proposed it.
        own_identifier: own operation.
        other_identifier: the counterparty's.
        settles: ``move`` or ``procedure``.
        mover: who moves.
        text: what is to be done.
        agreed: whether both signed it.
        holds: whether both versions are still the newest.
    """

    resolve: bytes
    party: str
    proposed_by: str
    own_identifier: str
    other_identifier: str
    settles: str
    mover: str
    text: str
    agreed: bool
    holds: bool


class ConflictView(View, frozen=True):
    """A conflict of an own operation, or what could not be compared. If either side finds one, there is one.

    Attributes:
        finding: ``CONFLICT`` or ``NOT ASSESSED``.
        own_identifier: own operation.
        against: ``operation``, ``hazard`` or ``site``.
        party: whose the other thing is.
        other_identifier: what that party calls it.
        found_by: the sides that found it.
        clash: where and when, as the first of them found it.
        settled: whether a procedure that both signed settles it.
        resolutions: proposed for it.
        next: what to do.
    """

    finding: str
    own_identifier: str
    against: str
    party: str
    other_identifier: str
    found_by: tuple[str, ...]
    clash: Clash
    settled: bool
    resolutions: tuple[ResolutionView, ...]
    next: str


def notice_view(state: State, held: HeldNotice) -> NoticeView:
    """A notice as it is listed."""
    notice = held.notice
    return NoticeView(
        party=held.party,
        identifier=notice.identifier,
        number=notice.number,
        whole=notice.whole,
        category=notice.category,
        place_name=notice.place_name,
        name_alone=notice.name_alone,
        disclosed=notice.disclosed,
        urgency=notice.urgency.value,
        remarks=notice.remarks,
        addressees=notice.addressees,
        starts_ms=notice.starts_ms,
        ends_ms=notice.ends_ms,
        hazard_tail_ms=notice.hazard_tail_ms,
        took_ms=held.took_ms,
        late_ms=held.late_ms,
        marks=_marks(state, held),
        assessment=assessment_view(state.party, held.number, held.verdict, state.peers.get(held.party)),
        read_by=held.read_by,
        read_ms=held.read_ms,
        read_back=held.read_back,
        read_back_due_ms=_due_ms(state, held, READ_BACK),
        answer_due_ms=_due_ms(state, held, ANSWER),
        answer=held.answer,
        ended=held.ended,
        next=_next_of_notice(held),
    )


def notice_detail(state: State, held: HeldNotice) -> NoticeDetail:
    """A notice with its geometry."""
    content = held.notice.operation
    others = [other for other in state.notices.values() if other.party == held.party and other is not held]
    latest = sorted(others, key=lambda other: other.took_ms)[-EARLIER_COMPARED:]
    return NoticeDetail(
        summary=notice_view(state, held),
        content=content,
        operation=as_json(content),
        before=held.before,
        earlier=tuple(other.notice.operation for other in latest if other.notice.operation),
    )


def _marks(state: State, held: HeldNotice) -> tuple[str, ...]:
    """Marks as they hold now: a notice may come just before the agreement that it names is in force here."""
    now_inside = not outside_agreement(state, held)
    return tuple(mark for mark in held.marks if mark != OUTSIDE_AGREEMENT or not now_inside)


def _due_ms(state: State, held: HeldNotice, deadline: str) -> int:
    """When what the own officer owes for a notice is overdue."""
    owed = owed_for(state, deadline, state.party, held.party, held.notice.identifier)
    return 0 if owed is None else owed.due_ms


def resolution_view(state: State, resolution: Resolution) -> ResolutionView:
    """A resolution as it is shown."""
    own = state.own.get(resolution.own_identifier)
    other = state.notices.get(key(resolution.party, resolution.other_identifier))
    holds = (
        own is not None
        and other is not None
        and (own.filed.whole, other.notice.whole) == (resolution.own, resolution.other)
    )
    return ResolutionView(
        resolve=resolution.envelope,
        party=resolution.party,
        proposed_by=resolution.proposed_by,
        own_identifier=resolution.own_identifier,
        other_identifier=resolution.other_identifier,
        settles=str(resolution.settles),
        mover=resolution.mover,
        text=resolution.text,
        agreed=resolution.agreed,
        holds=holds,
    )


def conflict_views(state: State) -> tuple[ConflictView, ...]:
    """All conflicts of live own operations, the conflicts before what could not be compared."""
    views = [view for own in state.own.values() if not own.ended for view in _conflicts_of(state, own)]
    order = {Finding.CONFLICT.value: 0, Finding.NOT_ASSESSED.value: 1}
    return tuple(sorted(views, key=lambda view: (view.settled, order[view.finding], view.own_identifier, view.party)))


def _conflicts_of(state: State, own: OwnOperation) -> Iterator[ConflictView]:
    found: dict[tuple[str, str, str], list[tuple[str, Clash]]] = {}
    for by, clash in _found(state, own):
        party = by if by != state.party and clash.party == state.party else clash.party
        identifier = clash.identifier
        found.setdefault((clash.against, party, identifier), []).append((by, clash))
    for (against, party, identifier), clashes in found.items():
        finding = min((clash.finding for _, clash in clashes), key=lambda one: one is not Finding.CONFLICT)
        views = tuple(
            resolution_view(state, resolution)
            for resolution in state.resolutions.values()
            if (resolution.own, resolution.party) == (own.filed.whole, party)
        )
        settled = all(resolved(state, own, party, clash) for _, clash in clashes)
        yield ConflictView(
            finding=finding.value,
            own_identifier=own.filed.identifier,
            against=against,
            party=party,
            other_identifier=identifier,
            found_by=tuple(dict.fromkeys(by for by, _ in clashes)),
            clash=clashes[0][1],
            settled=settled,
            resolutions=views,
            next=_next_of_conflict(state, views, settled=settled, against=against),
        )


def _found(state: State, own: OwnOperation) -> Iterator[tuple[str, Clash]]:
    """What each side found: the own centre, and every addressee that assessed the newest version."""
    verdicts: list[tuple[str, Verdict | None]] = [(state.party, own.verdict)]
    verdicts += [
        (party, delivery.verdict)
        for party, delivery in sorted(own.deliveries.items())
        if delivery.told == own.filed.whole
    ]
    for by, verdict in verdicts:
        for clash in () if verdict is None else verdict.clashes:
            yield by, clash


def _next_of_notice(held: HeldNotice) -> str:
    if held.ended:
        return f"nothing: it is {held.ended}"
    if held.answer:
        return "nothing, unless it changes"
    if held.verdict is not None and held.verdict.finding is Finding.CONFLICT:
        return "propose a resolution, amend the own operation, or object with a reason"
    return "accept or object" if held.read_back else "read it back, then accept or object"


def _next_of_conflict(state: State, views: tuple[ResolutionView, ...], *, settled: bool, against: str) -> str:
    if settled:
        return "fly the procedure that both signed"
    if against != "operation":
        return "amend or withdraw"
    live = [view for view in views if view.holds]
    if any(not view.agreed and view.proposed_by != state.party for view in live):
        return "agree to the resolution proposed, or propose another"
    if any(not view.agreed for view in live):
        return "wait for the other side to agree; telephone if it does not"
    if any(view.agreed and view.settles == "move" for view in live):
        return "the mover amends; that is assessed anew"
    return "propose a resolution, amend, withdraw, or telephone"
