"""Resolutions: proposed by one side, agreed by the other, both signed; each dies with either version."""

from __future__ import annotations

from wellclear.centre.agreeing import verify_goes_on
from wellclear.centre.commands import AgreeResolution, ProposeResolution
from wellclear.centre.decide.acting import record_act
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.receipting import receipt
from wellclear.centre.entries.link import Took
from wellclear.centre.inputs import Act
from wellclear.centre.state.operations import Resolution, proposed_by_peer
from wellclear.centre.state.state import State, key
from wellclear.errors import NotFound, RuleViolated
from wellclear.protocol.bodies import Agree, Resolve, Settles
from wellclear.protocol.envelope import Kind, Opened
from wellclear.trust.key_statement import Place


def decide_propose(draft: Draft, act: Act, command: ProposeResolution) -> None:
    """Propose to settle a conflict between the newest versions of two operations.

    Raises:
        NotFound: one of the operations is not live.
        RuleViolated: a move without its mover, no text, or no agreement is in force.
    """
    own = draft.state.own.get(command.own_identifier)
    held = draft.state.notices.get(key(command.party, command.other_identifier))
    if own is None or own.ended:
        raise NotFound("no such operation is live", code="operation-unknown", at="own_identifier")
    if held is None or held.ended:
        raise NotFound("no such notice is live", code="notice-unknown", at="other_identifier")
    verify_goes_on(draft.state, command.party, Kind.RESOLVE)
    _verify_settlement(draft.state, command.party, command.settles, command.mover, command.text)
    body = Resolve(
        own=own.filed.whole,
        own_identifier=command.own_identifier,
        other=held.notice.whole,
        other_identifier=command.other_identifier,
        settles=command.settles,
        mover=command.mover,
        text=command.text,
    )
    draft.say(command.party, Kind.RESOLVE, body, agreement=held.agreement, role=act.role)
    record_act(draft, act, Kind.RESOLVE.value, command.own_identifier)


def decide_agree(draft: Draft, act: Act, command: AgreeResolution) -> None:
    """Agree to what a counterparty proposed.

    Raises:
        NotFound: no such proposal.
        RuleViolated: it is the own proposal, agreed already, one of its versions is no longer the newest, or no
            agreement is in force.
    """
    resolution = draft.state.resolutions.get(command.resolve.hex())
    if resolution is None:
        raise NotFound("no such proposal", code="resolution-unknown", at="resolve")
    if resolution.proposed_by == draft.state.party or resolution.agreed:
        raise RuleViolated("it is the own proposal, or agreed already", code="resolution-agreed", at="resolve")
    verify_goes_on(draft.state, resolution.party, Kind.AGREE)
    _verify_newest(draft.state, resolution)
    body = Agree(resolve=resolution.envelope, own=resolution.own, other=resolution.other)
    draft.say(resolution.party, Kind.AGREE, body, answers=resolution.envelope, role=act.role)
    record_act(draft, act, Kind.AGREE.value, resolution.own_identifier)


def take_resolve(draft: Draft, opened: Opened, body: Resolve) -> None:
    """A counterparty proposes a resolution.

    Raises:
        RuleViolated: a version that it names is not the newest.
    """
    party = opened.envelope.sender
    _verify_settlement(draft.state, party, body.settles, body.mover, body.text)
    resolution = proposed_by_peer(opened.digest, party, body)
    _verify_newest(draft.state, resolution)
    place = Place(draft.state.epoch, draft.state.index)
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))
    receipt(draft, opened, place)
    words = f"{party} proposes for {body.other_identifier}: {body.text}. Agree, or propose another settlement."
    raise_alarm(draft, "proposal", party, body.other_identifier, words)


def take_agree(draft: Draft, opened: Opened, body: Agree) -> None:
    """A counterparty agrees to an own proposal.

    Raises:
        RuleViolated: no such proposal, other versions, or one that is no longer the newest.
    """
    resolution = draft.state.resolutions.get(body.resolve.hex())
    if resolution is None or resolution.party != opened.envelope.sender or resolution.proposed_by == resolution.party:
        raise RuleViolated("no such proposal was made to you", code="resolution-unknown", at="resolve")
    if (body.own, body.other) != (resolution.other, resolution.own):
        raise RuleViolated("other versions than those proposed", code="resolution-versions", at="own")
    _verify_newest(draft.state, resolution)
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))


def _verify_newest(state: State, resolution: Resolution) -> None:
    own = state.own.get(resolution.own_identifier)
    held = state.notices.get(key(resolution.party, resolution.other_identifier))
    if own is None or own.ended or own.filed.whole != resolution.own:
        raise RuleViolated("the proposal names an older version", code="resolution-versions", at="own")
    if held is None or held.ended or held.notice.whole != resolution.other:
        raise RuleViolated("the proposal names an older version", code="resolution-versions", at="other")


def _verify_settlement(state: State, party: str, settles: Settles, mover: str, text: str) -> None:
    if not text:
        raise RuleViolated("a settlement needs its text", code="resolution-text", at="text")
    if settles is Settles.MOVE and mover not in {state.party, party}:
        raise RuleViolated(
            "a move needs who moves", code="resolution-mover", at="mover", wanted=f"{state.party} or {party}"
        )
    if settles is Settles.PROCEDURE and mover:
        raise RuleViolated("a procedure moves nobody", code="resolution-mover", at="mover", wanted="nothing")
