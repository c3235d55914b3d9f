"""The hotline: STOP, EMERGENCY, HAZARD, ALL-CLEAR and TEST. The safety lane acts on arrival, whatever else is open."""

from __future__ import annotations

from typing import Final

from wellclear.centre.agreeing import ever_shared
from wellclear.centre.commands import CallTest, CheckRadio, DeclareHazard, EndHazard, SayEmergency, SayStop
from wellclear.centre.comparing import FOREVER_MS, Compared, effective
from wellclear.centre.decide.acting import record_act
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.receipting import receipt
from wellclear.centre.decide.verdicts import judge_near_hazard
from wellclear.centre.entries.hotline import Called, HazardDeclared, HazardEnded
from wellclear.centre.entries.link import Took
from wellclear.centre.inputs import Act
from wellclear.centre.state.state import State, key
from wellclear.errors import MalformedInput, NotFound, RuleViolated
from wellclear.geo.position import Position
from wellclear.geo.position_text import print_decimal, print_degrees_minutes
from wellclear.model.agreement.ladder import Urgency
from wellclear.protocol.bodies import AllClear, Emergency, Hazard, Stop, Test, verify_text
from wellclear.protocol.envelope import Kind, Opened
from wellclear.trust.key_statement import Place

STOP_DUE_MS: Final = 60_000
"""When a STOP, EMERGENCY or TEST must be acknowledged where no agreement says less: then it climbs."""

MAX_HAZARDS: Final = 200
"""Hazards of one counterparty that stand at a time: more than one page of warnings holds; each stands until its
ALL-CLEAR and is compared with every plan."""

CALL_BYTES: Final = 8
"""Random bytes of a call's identifier."""


def decide_stop(draft: Draft, act: Act, command: SayStop) -> None:
    """Say STOP; it goes out in the safety lane and must be acknowledged in seconds.

    Raises:
        NotFound: a party is not enrolled.
        MalformedInput: nobody is named.
    """
    identifier = _identifier(draft)
    _called(draft, act, Kind.STOP, identifier, command.to, about=command.about, text=command.text)
    for party in command.to:
        body = Stop(identifier=identifier, about=command.about, text=command.text, relayed=command.relays)
        draft.say(party, Kind.STOP, body, role=act.role)


def decide_emergency(draft: Draft, act: Act, command: SayEmergency) -> None:
    """Say EMERGENCY to all.

    Raises:
        MalformedInput: nobody is enrolled, or half a position is given.
    """
    if (command.lon_e7 is None) is not (command.lat_e7 is None):
        raise MalformedInput("half a position", code="emergency-position", at="lon_e7", wanted="both, or neither")
    identifier, told = _identifier(draft), draft.counterparties()
    _called(draft, act, Kind.EMERGENCY, identifier, told, text=command.text)
    for party in told:
        body = Emergency(
            identifier=identifier, lon_e7=command.lon_e7, lat_e7=command.lat_e7, text=command.text, relayed=b""
        )
        draft.say(party, Kind.EMERGENCY, body, role=act.role)


def decide_test(draft: Draft, act: Act, command: CallTest) -> None:
    """Make a test call.

    Raises:
        NotFound: a party is not enrolled.
        MalformedInput: nobody is named.
    """
    identifier = _identifier(draft)
    _called(draft, act, Kind.TEST, identifier, command.to, text=command.text)
    for party in command.to:
        draft.say(party, Kind.TEST, Test(identifier=identifier, text=command.text), role=act.role)


def decide_radio_check(draft: Draft, act: Act, command: CheckRadio) -> None:
    """Record that a frequency was tried; one that nobody hears rings, since warnings would go unheard.

    Raises:
        NotFound: the party is not enrolled, or no agreement with it names the frequency.
    """
    named = {one.name: one.channel for value in ever_shared(draft.state, command.party) for one in value.frequencies}
    if command.frequency not in named:
        raise NotFound(
            f"no agreement with {command.party} names the frequency {command.frequency!r}",
            code="frequency-unknown",
            at="frequency",
            wanted=", ".join(sorted(named)) or "an agreement that names one",
        )
    verify_text("remark", command.remark)
    channel = f"{command.frequency} {named[command.frequency]}"
    result = "heard" if command.heard else "NOT HEARD"
    record_act(draft, act, "radio-check", f"{command.party} {channel}", f"{result} {command.remark}".strip())
    if not command.heard:
        words = (
            f"{command.party} was NOT HEARD on {channel}: warnings there go unheard. Agree on another, by telephone."
        )
        raise_alarm(draft, "radio", command.party, channel, words)


def call_by_itself(draft: Draft, party: str) -> None:
    """The test call that an agreement asks for; no officer makes it.

    Args:
        draft: the decision.
        party: an enrolled counterparty.
    """
    act = Act("", "", CallTest(to=(party,)))
    decide_test(draft, act, CallTest(to=(party,)))


def decide_hazard(draft: Draft, act: Act, command: DeclareHazard) -> None:
    """Declare a hazard, or relay one, to all counterparties; own operations and notices are assessed anew.

    Raises:
        MalformedInput: its volumes cannot be read.
        RuleViolated: a hazard of that name persists already, or somebody is named without consent.
    """
    effective(Compared(command.content, FOREVER_MS))
    if bool(command.responsible) is not bool(command.consent):
        raise RuleViolated(
            "who causes it is named without consent, or there is a consent and nobody is named",
            code="hazard-consent",
            at="consent",
            wanted="both responsible and consent, or neither",
        )
    known = draft.state.hazards.get(key(draft.state.party, command.identifier))
    if known is not None and not known.ended:
        raise RuleViolated("a hazard of that name persists", code="hazard-known", at="identifier")
    told = draft.counterparties()
    draft.add(
        HazardDeclared(
            at_ms=draft.now_ms,
            officer=act.officer,
            identifier=command.identifier,
            content=command.content,
            cause=command.cause,
            responsible=command.responsible,
            told=told,
            consent=command.consent,
        )
    )
    body = Hazard(
        identifier=command.identifier,
        volumes=command.content,
        cause=command.cause,
        responsible=command.responsible,
        relayed=command.relays,
        consent=command.consent,
    )
    for party in told:
        draft.say(party, Kind.HAZARD, body, role=act.role)
    judge_near_hazard(draft, draft.state.party, command.identifier)


def decide_all_clear(draft: Draft, act: Act, command: EndHazard) -> None:
    """An own hazard is over; all who were told hear it.

    Raises:
        NotFound: no such hazard persists.
    """
    hazard = draft.state.hazards.get(key(draft.state.party, command.identifier))
    if hazard is None or hazard.ended:
        raise NotFound("no such hazard of the own centre persists", code="hazard-unknown", at="identifier")
    draft.add(
        HazardEnded(at_ms=draft.now_ms, officer=act.officer, identifier=command.identifier, reason=command.reason)
    )
    for party in hazard.told:
        draft.say(party, Kind.ALL_CLEAR, AllClear(identifier=command.identifier, reason=command.reason), role=act.role)
    judge_near_hazard(draft, draft.state.party, command.identifier)


def take_stop(draft: Draft, opened: Opened, body: Stop) -> None:
    """A counterparty says STOP: it rings at once, also for an operation that is not known here."""
    _take(draft, opened)
    party = opened.envelope.sender
    about = f" {body.about}" if body.about else ""
    words = f"STOP from {party}{about}: {body.text or 'no reason given'}. Acknowledge and act."
    raise_alarm(draft, "stop", party, body.identifier, words, opened.envelope.role)


def take_emergency(draft: Draft, opened: Opened, body: Emergency) -> None:
    """A counterparty says EMERGENCY; it rings whatever its position is."""
    _take(draft, opened)
    party = opened.envelope.sender
    words = (
        f"EMERGENCY from {party}: {body.text or 'nothing more was said'}.{_where(body)} Help, and tell who flies there."
    )
    raise_alarm(draft, "emergency", party, body.identifier, words, opened.envelope.role)


def take_hazard(draft: Draft, opened: Opened, body: Hazard) -> None:
    """A counterparty tells of a hazard; it persists until its ALL-CLEAR.

    Raises:
        MalformedInput: its volumes cannot be read.
        RuleViolated: `hazards-many`: too many of this counterparty stand.
    """
    effective(Compared(body.volumes, FOREVER_MS))
    party = opened.envelope.sender
    _verify_few(draft.state, party, body.identifier)
    known = draft.state.hazards.get(key(party, body.identifier))
    _take(draft, opened)
    words = f"HAZARD from {party}: {body.identifier}, {body.cause}. It stands until its ALL-CLEAR."
    raise_alarm(draft, "hazard", party, body.identifier, words, opened.envelope.role)
    judge_near_hazard(draft, party, body.identifier, *([known.content] if known is not None else []))


def take_all_clear(draft: Draft, opened: Opened, body: AllClear) -> None:
    """A counterparty ends its hazard."""
    _take(draft, opened)
    party = opened.envelope.sender
    if key(party, body.identifier) in draft.state.hazards:
        judge_near_hazard(draft, party, body.identifier)
        return
    words = f"ALL-CLEAR from {party} for {body.identifier}, which is not known here. Ask what it was."
    raise_alarm(draft, "all-clear", party, body.identifier, words)


def take_test(draft: Draft, opened: Opened, body: Test) -> None:
    """A test call is answered by the centre itself; its answer is taken."""
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))
    if not opened.envelope.answers:
        answer = Test(identifier=body.identifier, text="")
        draft.say(opened.envelope.sender, Kind.TEST, answer, answers=opened.digest)


def _verify_few(state: State, party: str, identifier: str) -> None:
    """Hold only if few hazards of a counterparty stand: each is compared with every plan, before anything else."""
    standing = [one for one in state.hazards.values() if one.party == party and not one.ended]
    if len(standing) >= MAX_HAZARDS and all(one.identifier != identifier for one in standing):
        raise RuleViolated(
            f"{len(standing)} hazards of {party} stand",
            code="hazards-many",
            at="identifier",
            wanted="an ALL-CLEAR of those that are over, or one hazard for several",
        )


def _where(body: Emergency) -> str:
    """The position in two notations, for who hears it and for who draws it; empty where none is known."""
    if body.lon_e7 is None or body.lat_e7 is None:
        return ""
    try:
        position = Position(body.lon_e7, body.lat_e7)
    except MalformedInput:
        return " The position that came with it is on no Earth: ask for it."
    return f" At {print_degrees_minutes(position)} = {print_decimal(position)}."


def _take(draft: Draft, opened: Opened) -> None:
    place = Place(draft.state.epoch, draft.state.index)
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))
    receipt(draft, opened, place)


def _called(  # noqa: PLR0913 - what a call is
    draft: Draft, act: Act, kind: Kind, identifier: str, told: tuple[str, ...], *, about: str = "", text: str = ""
) -> None:
    if not told:
        raise MalformedInput("nobody is called", code="call-nobody", at="to", wanted="one party or more")
    for party in told:
        if party not in draft.state.peers:
            raise NotFound(f"{party!r} is not enrolled", code="party-unknown", at="to")
    due_ms = min((_due_ms(draft.state, party) for party in told), default=STOP_DUE_MS)
    draft.add(
        Called(
            at_ms=draft.now_ms,
            officer=act.officer,
            kind=kind.value,
            identifier=identifier,
            about=about,
            told=tuple(sorted(set(told))),
            due_ms=draft.now_ms + due_ms,
            text=text,
        )
    )


def _due_ms(state: State, party: str) -> int:
    values = ever_shared(state, party)
    return values[-1].deadlines_for(Urgency.FLASH).receipt_ms if values else STOP_DUE_MS


def _identifier(draft: Draft) -> str:
    return draft.means.random(CALL_BYTES).hex()
