"""An officer files, amends or withdraws an operation; addressees are told at once, in the same batch."""

from __future__ import annotations

from typing import Final

import msgspec
from immutables import Map

from wellclear.centre.agreeing import disclosure_to, partners, read, shared
from wellclear.centre.commands import File, Withdraw
from wellclear.centre.comparing import Compared, effective
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.verdicts import judge_all, judge_notices_near, judge_own
from wellclear.centre.entries.operations import Filed, Readdressed, Withdrawn
from wellclear.centre.inputs import Act
from wellclear.centre.judging import area_content, notices_near, own_side, peer_clash
from wellclear.centre.state.operations import Delivery, OwnOperation
from wellclear.centre.state.state import State, is_whole
from wellclear.centre.views import seen_by
from wellclear.errors import MalformedInput, NotFound, RuleViolated
from wellclear.geo.span import Span
from wellclear.model.agreement.disclosure import Disclosure
from wellclear.model.agreement.states import Phase
from wellclear.model.operation import Operation
from wellclear.model.operation_text import salted_digest
from wellclear.protocol import bodies
from wellclear.protocol.bodies import verify_text
from wellclear.protocol.envelope import MAX_NAME, Kind
from wellclear.protocol.verdict import Finding

MAX_HORIZON_MS: Final = 366 * 86_400_000
"""How far ahead an operation may end: plans of more than a year are no plans."""

SALT_BYTES: Final = 32


def decide_file(draft: Draft, act: Act, command: File) -> None:
    """A version of an operation: kept, assessed, told to its addressees, and every notice assessed anew.

    Raises:
        MalformedInput: the operation cannot be read, or is out of range.
        RuleViolated: it is another party's, or amends another version than the newest.
    """
    was_whole = is_whole(draft.state)
    operation = effective(Compared(command.content))
    _verify_own(draft, operation, command)
    known = draft.state.own.get(operation.identifier)
    _verify_version(known, command)
    filed = _filed(draft, act, command)
    draft.add(filed)
    _tell(draft, draft.state.own[filed.identifier], known, act.role)
    own = draft.state.own[filed.identifier]
    judge_own(draft, own)
    versions = (known, own) if known is not None else (own,)
    judge_notices_near(draft, *versions)
    if is_whole(draft.state) is not was_whole:
        judge_all(draft)


def decide_withdraw(draft: Draft, act: Act, command: Withdraw) -> None:
    """The operation is over: those who were told hear so, and every notice is assessed anew.

    Raises:
        NotFound: no such operation is live.
    """
    own, recalled = draft.state.own.get(command.identifier), draft.state.recalled.get(command.identifier)
    if recalled is None and (own is None or own.ended):
        raise NotFound(f"no operation {command.identifier!r} is live", code="operation-unknown", at="identifier")
    verify_text("reason", command.reason)
    draft.add(
        Withdrawn(
            at_ms=draft.now_ms,
            officer=act.officer,
            role=act.role,
            identifier=command.identifier,
            reason=command.reason,
        )
    )
    told = {party: delivery.told for party, delivery in own.deliveries.items() if delivery.told} if own else {}
    for party, whole in sorted({**told, **dict(recalled.told if recalled is not None else ())}.items()):
        body = bodies.Withdraw(identifier=command.identifier, whole=whole, reason=command.reason)
        draft.say(party, Kind.WITHDRAW, body, role=act.role)
    if own is not None:
        judge_notices_near(draft, draft.state.own[command.identifier])
    if recalled is not None and is_whole(draft.state):
        judge_all(draft)


def readdress(draft: Draft, own: OwnOperation) -> None:
    """Compute the addressees anew and tell those who are new; who was told once stays told, agreement or not."""
    operation = effective(Compared(own.filed.content))
    agreements, addressees, withheld = _addressees(draft.state, operation)
    withheld, addressees = _disclosed_by_conflict(draft.state, own, withheld, addressees)
    if (agreements, addressees, withheld) == (own.agreements, own.addressees, own.withheld):
        return
    draft.add(
        Readdressed(
            at_ms=draft.now_ms,
            identifier=own.filed.identifier,
            agreements=agreements,
            addressees=addressees,
            withheld=withheld,
        )
    )
    now = draft.state.own[own.filed.identifier]
    _tell(draft, now, own, "")
    judge_own(draft, draft.state.own[own.filed.identifier])


def _verify_own(draft: Draft, operation: Operation, command: File) -> None:
    """Hold only if it can be told: to those who are addressees now, and to those who will be."""
    if operation.party != draft.state.party:
        raise RuleViolated(
            f"an operation of {operation.party!r}", code="operation-party", at="$.party", wanted=draft.state.party
        )
    for name, text in (
        ("category", operation.category),
        ("place_name", command.place_name),
        ("remarks", command.remarks),
    ):
        verify_text(name, text)
    if not operation.identifier or len(operation.identifier) > MAX_NAME:
        raise MalformedInput(
            "the identifier is empty or too long",
            code="operation-identifier",
            at="$.identifier",
            wanted=f"1 to {MAX_NAME} characters",
        )
    ends = max(volume.span.end_ms for volume in operation.volumes)
    if ends <= draft.now_ms:
        raise RuleViolated("the operation is over already", code="operation-past", at="$.volumes")
    if ends > draft.now_ms + MAX_HORIZON_MS:
        raise RuleViolated(
            "the operation ends too far ahead", code="operation-horizon", at="$.volumes", wanted="within 366 days"
        )


def _verify_version(known: OwnOperation | None, command: File) -> None:
    if known is None and command.amends:
        raise NotFound("there is no such operation to amend", code="operation-unknown", at="amends")
    if known is not None and known.ended:
        raise RuleViolated(
            f"the operation is {known.ended}", code="operation-ended", at="identifier", wanted="a new identifier"
        )
    if known is not None and known.filed.whole != command.amends:
        raise RuleViolated(
            "the operation was filed already, in another version" if command.amends else "it was filed already",
            code="operation-version",
            at="amends",
            wanted="an amendment of the newest version",
        )


def _filed(draft: Draft, act: Act, command: File) -> Filed:
    state, own = draft.state, version_of(draft.state, act, command, draft.now_ms, draft.means.random(SALT_BYTES))
    withheld, addressees = _disclosed_by_conflict(state, own, own.withheld, own.addressees)
    return msgspec.structs.replace(own.filed, addressees=addressees, withheld=withheld)


def version_of(state: State, act: Act, command: File, at_ms: int, salt: bytes) -> OwnOperation:
    """The version that a filing makes, before it is compared with anything.

    Raises:
        MalformedInput: the operation cannot be read, or is given by a name alone and has none.
        RuleViolated: it is given by its name alone, and no agreement says what area is meant.
    """
    operation = effective(Compared(command.content))
    known = state.own.get(operation.identifier)
    agreements, addressees, withheld = _addressees(state, operation)
    starts = min(volume.span.start_ms for volume in operation.volumes)
    ends = max(volume.span.end_ms for volume in operation.volumes)
    content = command.content
    if command.name_alone:
        content = _unbounded(state, command, operation, Span(starts, ends))
    tail = _hazard_tail_ms(state, operation.category)
    filed = Filed(
        at_ms=at_ms,
        officer=act.officer,
        role=act.role,
        identifier=operation.identifier,
        number=_newest_number(state, operation.identifier) + 1,
        content=content,
        salt=salt,
        whole=salted_digest(content, salt),
        place_name=command.place_name,
        urgency=command.urgency,
        remarks=command.remarks,
        name_alone=command.name_alone,
        agreements=agreements,
        addressees=addressees,
        withheld=withheld,
        hazard_tail_ms=tail,
        starts_ms=starts,
        ends_ms=ends + tail,
    )
    deliveries: Map[str, Delivery] = known.deliveries if known is not None else Map()
    return OwnOperation(filed, addressees, withheld, agreements, deliveries)


def _newest_number(state: State, identifier: str) -> int:
    """Number of the newest version that anyone was told, also where only counterparties remember it."""
    known, recalled = state.own.get(identifier), state.recalled.get(identifier)
    return max(known.filed.number if known is not None else 0, recalled.number if recalled is not None else 0)


def _hazard_tail_ms(state: State, category: str) -> int:
    """The longest hazard tail that any agreement held asks for, unless it is over.

    Also of one that is not yet in force: what is filed now is told under it then, as it was filed.
    """
    standing = (held for held in state.agreements.values() if held.phase not in {Phase.LAPSED, Phase.ENDED})
    return max((read(held.text).hazard_tail_ms(category) for held in standing), default=0)


def _unbounded(state: State, command: File, operation: Operation, span: Span) -> bytes:
    if not command.place_name:
        raise MalformedInput("a name alone, and no name", code="place-name", at="place_name", wanted="the place's name")
    agreements = [agreement for party in partners(state) for _, agreement in shared(state, party)]
    if not agreements:
        raise RuleViolated("no agreement in force says what area a name means", code="notice-unbounded")
    return area_content(agreements[-1], operation.party, operation.identifier, operation.category, span)


def _addressees(state: State, operation: Operation) -> tuple[tuple[bytes, ...], tuple[str, ...], tuple[str, ...]]:
    """Agreements in force, who is told under them, and who is told only once it conflicts."""
    told, withheld, digests = list[str](), list[str](), set[bytes]()
    for party in partners(state):
        digests |= {held.digest for held, _ in shared(state, party)}
        term = disclosure_to(state, party, operation.category)
        on_conflict = term is not None and term.disclosure is Disclosure.ON_CONFLICT
        (withheld if on_conflict else told).append(party)
    return tuple(sorted(digests)), tuple(told), tuple(withheld)


def _disclosed_by_conflict(
    state: State, own: OwnOperation, withheld: tuple[str, ...], addressees: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Withheld addressees and addressees, once those whose notices conflict with the cover are told."""
    told = {
        held.party
        for held in (state.notices[name] for name in notices_near(state, own_side(own)))
        if held.party in withheld and (clash := peer_clash(state, held, own)) is not None
        if clash.finding in {Finding.CONFLICT, Finding.NOT_ASSESSED}
    }
    told |= {party for party, delivery in own.deliveries.items() if delivery.told}
    kept = tuple(party for party in withheld if party not in told)
    return kept, tuple(sorted({*addressees, *told}))


def _tell(draft: Draft, own: OwnOperation, before: OwnOperation | None, role: str) -> None:
    """Tell each addressee who was not yet told this version."""
    for party in own.addressees:
        if own.deliveries.get(party, Delivery()).told != own.filed.whole:
            told = before.deliveries.get(party) if before is not None else None
            _say_notice(draft, own, party, amends=told.told if told is not None else b"", role=role)


def _say_notice(draft: Draft, own: OwnOperation, party: str, *, amends: bytes, role: str) -> None:
    filed, seen = own.filed, seen_by(draft.state, own, party)
    if seen is None:
        return
    shown = effective(Compared(seen.content))
    agreement = next((held.digest for held, _ in shared(draft.state, party)), b"")
    term = disclosure_to(draft.state, party, shown.category)
    hidden = term is None or term.disclosure is not Disclosure.FULL
    name_alone = filed.name_alone and not hidden
    body = bodies.Notice(
        identifier=filed.identifier,
        number=filed.number,
        whole=filed.whole,
        supersedes=amends,
        disclosed=term.disclosure.value if term is not None else "",
        operation=b"" if name_alone else seen.content,
        place_name="" if hidden else filed.place_name,
        urgency=filed.urgency,
        addressees=own.addressees,
        hazard_tail_ms=filed.hazard_tail_ms,
        starts_ms=min(volume.span.start_ms for volume in shown.volumes),
        ends_ms=max(volume.span.end_ms for volume in shown.volumes) + filed.hazard_tail_ms,
        remarks="" if hidden else filed.remarks,
        category=shown.category,
        name_alone=name_alone,
    )
    draft.say(party, Kind.AMEND if amends else Kind.NOTICE, body, agreement=agreement, role=role)
