"""A peer's NOTICE, AMEND or WITHDRAW: taken, marked, assessed and receipted in one batch; late is never refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wellclear.centre.agreeing import counting, shared
from wellclear.centre.comparing import Compared, effective
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.bystanding import look_for_bystanders
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.filing import MAX_HORIZON_MS, readdress
from wellclear.centre.decide.overdue import due_ms
from wellclear.centre.decide.probing import look_for_probing
from wellclear.centre.decide.receipting import receipt
from wellclear.centre.decide.verdicts import first_verdict, judge_own_near
from wellclear.centre.entries.link import (
    CLOCK,
    IMPRECISE,
    LATE,
    OUTSIDE_AGREEMENT,
    SHORT_NOTICE,
    UNBOUNDED,
    Took,
)
from wellclear.centre.judging import held_side, own_near
from wellclear.centre.state.operations import HeldNotice
from wellclear.centre.state.state import State, key
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.footprint_area import largest_area_m2
from wellclear.model.agreement.disclosure import Disclosure
from wellclear.protocol.bodies import Notice, Withdraw
from wellclear.protocol.envelope import Envelope, Opened
from wellclear.protocol.readback.plausibility import Known, questions
from wellclear.trust.key_statement import Place

MAX_CLOCK_GAP_MS: Final = 60_000
"""How far a message's time may lie from the own clock, beyond both errors, before it is marked CLOCK."""


def decide_notice(draft: Draft, opened: Opened, body: Notice) -> None:
    """Take a version of a peer's operation.

    Raises:
        MalformedInput: the operation cannot be read, or is not what the notice says it is.
        RuleViolated: an older version than the one held, or too far ahead.
    """
    envelope = opened.envelope
    _verify_notice(draft, opened, body)
    known = draft.state.notices.get(key(envelope.sender, body.identifier))
    late_ms = _late_ms(draft.state, envelope, body, draft.now_ms)
    marks = tuple(_marks(draft, envelope, body, late_ms))
    place = Place(draft.state.epoch, draft.state.index)
    read_back_ms, answer_ms = due_ms(draft.state, envelope.sender, body.urgency, draft.now_ms)
    draft.add(
        Took(
            at_ms=draft.now_ms,
            raw=opened.raw,
            late_ms=late_ms,
            marks=marks,
            read_back_due_ms=read_back_ms,
            answer_due_ms=answer_ms,
        )
    )
    verdict = None if OUTSIDE_AGREEMENT in marks else first_verdict(draft, envelope.sender, body.identifier)
    receipt(draft, opened, place, whole=body.whole, verdict=verdict, late_ms=late_ms, marks=marks)
    _alarm(draft, envelope.sender, body, late_ms, marks)
    held = draft.state.notices[key(envelope.sender, body.identifier)]
    versions = (known, held) if known is not None else (held,)
    judge_own_near(draft, *versions)
    for identifier in own_near(draft.state, held_side(draft.state, held)):
        if envelope.sender in draft.state.own[identifier].withheld:
            readdress(draft, draft.state.own[identifier])
    look_for_bystanders(draft, held)
    if known is not None:
        look_for_probing(draft, envelope.sender)


def decide_withdrawal(draft: Draft, opened: Opened, body: Withdraw) -> None:
    """A peer's operation is over."""
    sender = opened.envelope.sender
    place = Place(draft.state.epoch, draft.state.index)
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))
    receipt(draft, opened, place, whole=body.whole)
    held = draft.state.notices.get(key(sender, body.identifier))
    if held is not None:
        judge_own_near(draft, held)
        look_for_probing(draft, sender)


def _verify_notice(draft: Draft, opened: Opened, body: Notice) -> None:
    envelope = opened.envelope
    held = draft.state.notices.get(key(envelope.sender, body.identifier))
    if not body.identifier or len(body.whole) != 32:
        raise MalformedInput("the notice names no version", code="notice-version", at="whole")
    if held is not None and body.number < held.notice.number:
        raise RuleViolated(
            "an older version than the one held",
            code="notice-older",
            at="number",
            wanted=f"{held.notice.number} or more",
        )
    if held is not None and body.number == held.notice.number and body.whole != held.notice.whole:
        raise RuleViolated("two versions with one number", code="notice-number", at="number")
    _verify_fresh(draft.state, envelope.sender, held, body.whole)
    if not 0 <= body.hazard_tail_ms <= MAX_HORIZON_MS:
        raise MalformedInput("the hazard tail is out of range", code="notice-tail", at="hazard_tail_ms")
    if body.ends_ms > draft.now_ms + 2 * MAX_HORIZON_MS or body.starts_ms >= body.ends_ms:
        raise MalformedInput("the notice's times are out of range", code="notice-times", at="ends_ms")
    if body.name_alone:
        if not body.place_name:
            raise MalformedInput("a name alone, and no name", code="place-name", at="place_name")
        named = HeldNotice(envelope.sender, body, opened.digest, envelope.agreement, draft.now_ms)
        effective(held_side(draft.state, named))
        return
    operation = effective(Compared(body.operation))
    said = (operation.party, operation.identifier, operation.category)
    if said != (envelope.sender, body.identifier, body.category):
        raise MalformedInput("the operation is not the one that the notice names", code="notice-operation")
    starts = min(volume.span.start_ms for volume in operation.volumes)
    ends = max(volume.span.end_ms for volume in operation.volumes) + body.hazard_tail_ms
    if (starts, ends) != (body.starts_ms, body.ends_ms):
        raise MalformedInput("the notice's times are not the operation's", code="notice-times", at="starts_ms")


def _verify_fresh(state: State, party: str, held: HeldNotice | None, whole: bytes) -> None:
    """Hold only if the digest names no version that was told before.

    What was settled names versions by their digests: one that came again with another operation would be settled too.
    """
    settled = (one.other for one in state.resolutions.values() if one.party == party)
    if (held is not None and held.notice.whole == whole) or whole in settled:
        raise RuleViolated(
            "a digest that names a version told before",
            code="notice-whole",
            at="whole",
            wanted="a salted digest of its own for each version",
        )


def _late_ms(state: State, envelope: Envelope, body: Notice, now_ms: int) -> int:
    """By how much the lead time of any agreement in force with the sender was missed; 0 for in time."""
    leads = [agreement.lead_time_ms(body.category) for _, agreement in shared(state, envelope.sender)]
    return max(0, now_ms + max(leads, default=0) - body.starts_ms) if leads else 0


def _marks(draft: Draft, envelope: Envelope, body: Notice, late_ms: int) -> Iterator[str]:
    if late_ms:
        yield LATE
    if body.name_alone:
        yield UNBOUNDED
    yield from _imprecision(draft.state, envelope, body, draft.now_ms)
    if envelope.agreement not in counting(draft.state, envelope.sender):
        yield OUTSIDE_AGREEMENT
    if clock_gap_ms(draft, envelope) > MAX_CLOCK_GAP_MS:
        yield CLOCK


def _imprecision(state: State, envelope: Envelope, body: Notice, now_ms: int) -> Iterator[str]:
    """Where a notice is less exact, or shorter, than any agreement in force asks; a cover is as wide as its grid."""
    asked = [agreement.precision for _, agreement in shared(state, envelope.sender)]
    if not asked:
        return
    vague = body.name_alone and not all(precision.name_alone for precision in asked)
    if body.disclosed == Disclosure.FULL and not body.name_alone:
        largest_m2 = min(precision.largest_area_m2 for precision in asked)
        volumes = effective(Compared(body.operation, body.hazard_tail_ms)).volumes
        vague = any(largest_area_m2(volume.footprint) > largest_m2 for volume in volumes)
    if vague:
        yield IMPRECISE
    if body.starts_ms < now_ms + max(precision.shortest_notice_ms for precision in asked):
        yield SHORT_NOTICE


def clock_gap_ms(draft: Draft, envelope: Envelope) -> int:
    """How far the sender's clock lies ahead of the own one, beyond both claimed errors; delay is no gap."""
    ahead_ms = envelope.at_ms - draft.now_ms
    return max(0, ahead_ms - envelope.error_ms - draft.means.error_ms)


def _alarm(draft: Draft, sender: str, body: Notice, late_ms: int, marks: tuple[str, ...]) -> None:
    if late_ms:
        minutes = -(-late_ms // 60_000)
        words = f"LATE by {minutes} min: {sender} {body.identifier}. Check what flies there now."
        raise_alarm(draft, "late", sender, body.identifier, words)
    if UNBOUNDED in marks:
        words = (
            f"UNBOUNDED: {sender} {body.identifier} names only {body.place_name!r}: the whole area is hot,"
            " no direction is safe. Ask for the geometry."
        )
        raise_alarm(draft, "unbounded", sender, body.identifier, words)
    if IMPRECISE in marks:
        words = f"IMPRECISE: {sender} {body.identifier} is less exact than the agreement asks. Ask for the geometry."
        raise_alarm(draft, "imprecise", sender, body.identifier, words)
    _alarm_place(draft, sender, body)
    if OUTSIDE_AGREEMENT in marks:
        words = f"OUTSIDE AGREEMENT: {sender} {body.identifier}. Nothing settles. Use the hotline."
        raise_alarm(draft, "outside-agreement", sender, body.identifier, words)
    if CLOCK in marks:
        raise_alarm(draft, "clock", sender, "", f"{sender}'s clock does not fit the own one. Compare them by voice.")


def _alarm_place(draft: Draft, sender: str, body: Notice) -> None:
    """A name that does not fit the geometry: one of the two is wrong, and nobody knows which."""
    if not body.place_name or body.name_alone:
        return
    places = {site.name: site.position for _, agreement in shared(draft.state, sender) for site in agreement.sites}
    if not places:
        return
    operation = effective(Compared(body.operation, body.hazard_tail_ms))
    for question in questions(operation, Known(draft.now_ms, places=places), place_name=body.place_name):
        if question.code == "far-from-place":
            words = f"{sender} {body.identifier}: {question.words} Call by voice before relying on either."
            raise_alarm(draft, "place-name", sender, body.identifier, words)
            return
