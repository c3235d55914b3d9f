"""What a peer answers to own operations: RECEIPT, ASSESSMENT, READ-BACK, ACCEPT, OBJECT, REFUSE; and own answers."""

from __future__ import annotations

from wellclear.centre.agreeing import verify_goes_on
from wellclear.centre.commands import AnswerNotice, ReadBackNotice, ReadNotice
from wellclear.centre.comparing import Compared, effective
from wellclear.centre.decide.acting import record_act
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.overdue import due_ms
from wellclear.centre.decide.receipting import receipt
from wellclear.centre.entries.link import READ_BACK_WRONG, Took
from wellclear.centre.entries.operations import ReadByOfficer
from wellclear.centre.inputs import Act
from wellclear.centre.state.operations import Awaited, HeldNotice, OwnOperation
from wellclear.centre.state.state import key
from wellclear.centre.views import seen_by
from wellclear.errors import MalformedInput, NotFound, RuleViolated
from wellclear.protocol.bodies import Answer, Assessment, ReadBack, Receipt, Refuse
from wellclear.protocol.envelope import Kind, Opened
from wellclear.protocol.readback.entered import compare
from wellclear.protocol.verdict import Finding, Verdict
from wellclear.trust.key_statement import Place


def take_receipt(draft: Draft, opened: Opened, body: Receipt) -> None:
    """A receipt of what was said; its assessment counts for the version that it covers."""
    awaited = draft.state.awaited.get(body.covers.hex())
    party = opened.envelope.sender
    read_back_ms, answer_ms = _owed_ms(draft, party, awaited)
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw, read_back_due_ms=read_back_ms, answer_due_ms=answer_ms))
    if awaited is None or body.verdict is None:
        return
    _alarm_verdict(draft, party, awaited.subject, body.verdict)
    if body.late_ms:
        minutes = -(-body.late_ms // 60_000)
        raise_alarm(draft, "late", party, awaited.subject, f"LATE by {minutes} min at {party}: {awaited.subject}")


def _owed_ms(draft: Draft, party: str, awaited: Awaited | None) -> tuple[int, int]:
    """When the peer's read-back and answer are overdue, of the notice that it receipts; 0 for whatever else it is."""
    own = draft.state.own.get(awaited.subject) if awaited is not None else None
    if own is None or own.ended or awaited is None or awaited.kind not in {Kind.NOTICE, Kind.AMEND}:
        return 0, 0
    return due_ms(draft.state, party, own.filed.urgency, draft.now_ms)


def take_assessment(draft: Draft, opened: Opened, body: Assessment) -> None:
    """The peer's verdict on an own version changed; of an older version it is receipted, and counts for nothing.

    An amendment and an assessment of what it amends cross on the line every day: that is no fault of the peer's.

    Raises:
        RuleViolated: no such operation was told to it.
    """
    own = _verify_known(draft, opened.envelope.sender, body.identifier)
    newest = own.deliveries[opened.envelope.sender].told == body.whole
    place = Place(draft.state.epoch, draft.state.index)
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))
    receipt(draft, opened, place, whole=body.whole)
    if newest:
        _alarm_verdict(draft, opened.envelope.sender, body.identifier, body.verdict)


def take_read_back(draft: Draft, opened: Opened, body: ReadBack) -> None:
    """The receiver's officer entered the safety fields again: they are compared by machine.

    Raises:
        RuleViolated: no such version was told to it.
    """
    party = opened.envelope.sender
    own = _verify_told(draft, party, body.identifier, body.whole)
    wrong = _read_back_wrong(draft, own, party, body)
    marks = (READ_BACK_WRONG,) if wrong else ()
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw, marks=marks))
    if wrong:
        words = f"{party} read {body.identifier} back WRONGLY: {wrong}. Call and compare."
        raise_alarm(draft, "read-back", party, body.identifier, words)


def _read_back_wrong(draft: Draft, own: OwnOperation, party: str, body: ReadBack) -> str:
    """The first field that was read back wrong, in words; empty for a match. What cannot be read is wrong."""
    seen = seen_by(draft.state, own, party)
    if seen is None:
        return "nothing was disclosed"
    try:
        differences = compare(effective(Compared(seen.content)), dict(body.fields))
    except MalformedInput as unreadable:
        return str(unreadable)
    return next((f"{found.name}: sent {found.sent}, read back {found.entered}" for found in differences), "")


def take_answer(draft: Draft, opened: Opened, body: Answer) -> None:
    """The receiver's officer accepts or objects.

    Raises:
        RuleViolated: no such version was told to it.
    """
    party = opened.envelope.sender
    _verify_told(draft, party, body.identifier, body.whole)
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))
    if opened.envelope.kind is Kind.OBJECT:
        words = f"{party} OBJECTS to {body.identifier}: {body.reason}"
        raise_alarm(draft, "objection", party, body.identifier, words, opened.envelope.role)


def take_refusal(draft: Draft, opened: Opened, body: Refuse) -> None:
    """The peer will not take something that was said."""
    awaited = draft.state.awaited.get(body.covers.hex())
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))
    party, subject = opened.envelope.sender, awaited.subject if awaited is not None else ""
    words = f"{party} REFUSES {awaited.kind if awaited else 'a message'} {subject}: {body.code} {body.field}"
    raise_alarm(draft, "refused", party, subject, words)


def decide_read_back(draft: Draft, act: Act, command: ReadBackNotice) -> None:
    """Send the safety fields as an officer entered them; the sender of the notice compares them.

    Raises:
        NotFound: no such version is held.
    """
    held = _verify_held(draft, command.party, command.identifier, command.whole)
    body = ReadBack(identifier=command.identifier, whole=command.whole, fields=command.fields)
    draft.say(command.party, Kind.READ_BACK, body, answers=held.envelope, agreement=held.agreement, role=act.role)
    record_act(draft, act, "read-back", f"{command.party} {command.identifier}")


def decide_answer(draft: Draft, act: Act, command: AnswerNotice) -> None:
    """Accept a version of a peer's operation, or object to it.

    Raises:
        NotFound: no such version is held.
        RuleViolated: an objection without a reason, or no agreement is in force.
    """
    held = _verify_held(draft, command.party, command.identifier, command.whole)
    if not command.accept and not command.reason:
        raise RuleViolated("an objection needs its reason", code="objection-reason", at="reason")
    body = Answer(identifier=command.identifier, whole=command.whole, reason=command.reason)
    kind = Kind.ACCEPT if command.accept else Kind.OBJECT
    verify_goes_on(draft.state, command.party, kind)
    draft.say(command.party, kind, body, answers=held.envelope, agreement=held.agreement, role=act.role)
    record_act(draft, act, kind.value, f"{command.party} {command.identifier}")


def decide_read(draft: Draft, act: Act, command: ReadNotice) -> None:
    """Record that an officer looks at a peer's notice.

    Raises:
        NotFound: none is held.
    """
    held = draft.state.notices.get(key(command.party, command.identifier))
    if held is None:
        raise NotFound(f"no notice {command.identifier!r} of {command.party}", code="notice-unknown", at="identifier")
    draft.add(
        ReadByOfficer(
            at_ms=draft.now_ms,
            officer=act.officer,
            party=command.party,
            identifier=command.identifier,
            whole=held.notice.whole,
        )
    )


def _verify_known(draft: Draft, party: str, identifier: str) -> OwnOperation:
    own = draft.state.own.get(identifier)
    delivery = own.deliveries.get(party) if own is not None else None
    if own is None or delivery is None or not delivery.told:
        raise RuleViolated("no such operation was told to you", code="operation-unknown", at="identifier")
    return own


def _verify_told(draft: Draft, party: str, identifier: str, whole: bytes) -> OwnOperation:
    own = _verify_known(draft, party, identifier)
    told = own.deliveries[party].told
    if told != whole:
        raise RuleViolated(
            "not the version that was told to you last", code="version-older", at="whole", wanted=told.hex()
        )
    return own


def _verify_held(draft: Draft, party: str, identifier: str, whole: bytes) -> HeldNotice:
    held = draft.state.notices.get(key(party, identifier))
    if held is None or held.ended:
        raise NotFound(f"no live notice {identifier!r} of {party}", code="notice-unknown", at="identifier")
    if held.notice.whole != whole:
        raise NotFound("not the newest version", code="version-older", at="whole", wanted=held.notice.whole.hex())
    return held


def _alarm_verdict(draft: Draft, party: str, identifier: str, verdict: Verdict) -> None:
    """Ring for a conflict that a peer found, unless the own centre found it too and rang: one conflict, one alarm."""
    own = draft.state.own.get(identifier)
    found = own.verdict.clashes if own is not None and own.verdict is not None else ()
    known = {(clash.party, clash.identifier) for clash in found if clash.finding is Finding.CONFLICT}
    rung = verdict.count == len(verdict.clashes) and all(
        (clash.party, clash.identifier) in known for clash in verdict.clashes if clash.finding is Finding.CONFLICT
    )
    if verdict.finding is Finding.CONFLICT and not rung:
        named = ", ".join(f"{clash.party} {clash.identifier}" for clash in verdict.clashes[:3])
        words = f"CONFLICT found by {party}: {identifier} with {named}. Withdraw, amend, propose, or use the hotline."
        raise_alarm(draft, "conflict", party, identifier, words)
