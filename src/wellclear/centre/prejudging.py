"""What is worked out of an input before its turn: geometry is read, and compared with what a numbered state holds.

It changes no decision: `decide` would read and compare the same, and where the state changed since it compares what is
new. Only when, and in which process, the work is done differs, so that heavy geometry never holds the writer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol, TypeGuard

from wellclear.centre.agreeing import shared, widest_reach
from wellclear.centre.commands import DeclareHazard, File
from wellclear.centre.comparing import Compared, Found, Pair, Prejudged, compare_all, remember, unknown
from wellclear.centre.decide.bystanding import bystander_pairs
from wellclear.centre.decide.filing import SALT_BYTES, version_of
from wellclear.centre.inputs import Act, Arrived, Input
from wellclear.centre.judging import (
    agreements_of,
    hazard_pair,
    hazards_told,
    held_side,
    notices_near,
    outside_agreement,
    own_near,
    own_pair,
    own_side,
    peer_pair,
    site_pairs,
)
from wellclear.centre.neighbourhood import ground_of
from wellclear.centre.state.hotline import HeldHazard
from wellclear.centre.state.operations import HeldNotice, OwnOperation
from wellclear.centre.state.state import State
from wellclear.errors import WellclearError
from wellclear.model.operation import Operation
from wellclear.model.operation_text import parse_operation
from wellclear.protocol.bodies import Body, Hazard, Notice, parse_body
from wellclear.protocol.envelope import Kind

Awaiting = Act | Arrived
"""An input that brings geometry."""


class Geometry(Protocol):
    """Where geometry is worked on."""

    def read(self, content: bytes) -> Operation:
        """Read an operation's exact bytes and check its geometry.

        Raises:
            MalformedInput: they are none, or something is wrong with it.
            RuleViolated: `geometry-costly`: it takes more work than one operation may.
        """

    def compare(self, pairs: Sequence[Pair]) -> Sequence[Found]:
        """Compare pairs whose sides were read.

        Raises:
            RuleViolated: `geometry-costly`.
        """


class GeometryHere:
    """Works on it at once, whatever it takes."""

    def read(self, content: bytes) -> Operation:
        """As in `Geometry`."""
        return parse_operation(content)

    def compare(self, pairs: Sequence[Pair]) -> Sequence[Found]:
        """As in `Geometry`."""
        return compare_all(pairs)


def brings_geometry(taken: Input) -> TypeGuard[Awaiting]:
    """Whether an input's geometry is to be worked on before its turn."""
    if isinstance(taken, Act):
        return isinstance(taken.command, File | DeclareHazard)
    return isinstance(taken, Arrived) and taken.opened.envelope.kind in {Kind.NOTICE, Kind.AMEND, Kind.HAZARD}


def prejudge(state: State, taken: Awaiting, geometry: Geometry) -> Awaiting:
    """The input with what could be worked out of it; what is refused otherwise is left to `decide`.

    Args:
        state: a published one.
        taken: an input that brings geometry.
        geometry: does the work.

    Raises:
        MalformedInput, RuleViolated: an officer's geometry is refused; a peer's is marked so, to be told why.
    """
    body = _body(state, taken)
    if body is None:
        return taken
    content = _content(body)
    try:
        read = ((content, geometry.read(content)),) if content else ()
        remember(Prejudged(state.total, read))
        pairs = _unknown_pairs(state, taken, body)
        found = tuple(geometry.compare(pairs)) if pairs else ()
    except WellclearError as refused:
        if isinstance(taken, Act):
            raise
        return replace(taken, refused=refused)
    return replace(taken, prejudged=Prejudged(state.total, read, found))


def _body(state: State, taken: Awaiting) -> Body | File | DeclareHazard | None:
    """What brings the geometry; nothing where it will not be looked at."""
    if isinstance(taken, Act):
        return taken.command if isinstance(taken.command, File | DeclareHazard) else None
    envelope = taken.opened.envelope
    peer = state.peers.get(envelope.sender)
    lane = peer.into[envelope.lane] if peer is not None and peer.epoch == envelope.epoch else None
    if peer is None or (lane is not None and envelope.sequence in lane.digests):
        return None
    try:
        return parse_body(envelope)
    except WellclearError:
        return None


def _content(body: Body | File | DeclareHazard) -> bytes:
    """The exact bytes of the geometry; empty for a notice that names a place alone."""
    if isinstance(body, Notice):
        return b"" if body.name_alone else body.operation
    if isinstance(body, Hazard):
        return body.volumes
    return body.content if isinstance(body, File | DeclareHazard) else b""


def _unknown_pairs(state: State, taken: Awaiting, body: Body | File | DeclareHazard) -> tuple[Pair, ...]:
    """What is to be compared; nothing where the state says that the input will be refused, which it may not be then."""
    try:
        return unknown(_pairs(state, taken, body))
    except WellclearError:
        return ()


def _pairs(state: State, taken: Awaiting, body: Body | File | DeclareHazard) -> Iterator[Pair]:
    """What `decide` would compare, were it the input's turn."""
    found: Iterator[Pair | None] = iter(())
    if isinstance(taken, Act) and isinstance(body, File):
        found = _pairs_of_own(state, version_of(state, taken, body, state.now_ms, bytes(SALT_BYTES)))
    elif isinstance(taken, Act) and isinstance(body, DeclareHazard):
        told = tuple(sorted(state.peers))
        found = _pairs_of_hazard(
            state, HeldHazard(state.party, body.identifier, body.content, body.cause, body.responsible, 0, told)
        )
    elif isinstance(taken, Arrived) and isinstance(body, Notice):
        envelope = taken.opened.envelope
        held = HeldNotice(envelope.sender, body, taken.opened.digest, envelope.agreement, state.now_ms)
        found = _pairs_of_notice(state, held)
    elif isinstance(taken, Arrived) and isinstance(body, Hazard):
        sender = taken.opened.envelope.sender
        found = _pairs_of_hazard(
            state, HeldHazard(sender, body.identifier, body.volumes, body.cause, body.responsible, 0)
        )
    return (pair for pair in found if pair is not None)


def _pairs_of_notice(state: State, held: HeldNotice) -> Iterator[Pair | None]:
    if outside_agreement(state, held) and held.notice.name_alone:
        return
    side = held_side(state, held)
    for own in (state.own[name] for name in own_near(state, side)):
        yield own_pair(state, own, held)
        yield peer_pair(state, held, own)
    for hazard in hazards_told(state, held.party):
        yield hazard_pair(state, side, hazard, held.party)
    for agreement, _ in shared(state, held.party):
        for _, pair in site_pairs(side, agreement):
            yield pair
    for _, pair in bystander_pairs(state, held):
        yield pair


def _pairs_of_own(state: State, own: OwnOperation) -> Iterator[Pair | None]:
    side = own_side(own)
    for held in (state.notices[name] for name in notices_near(state, side)):
        yield own_pair(state, own, held)
        yield peer_pair(state, held, own)
    for hazard in state.hazards.values():
        yield hazard_pair(state, side, hazard, hazard.party)
    for agreement in agreements_of(state, own):
        for _, pair in site_pairs(side, agreement):
            yield pair


def _pairs_of_hazard(state: State, hazard: HeldHazard) -> Iterator[Pair | None]:
    ground = ground_of(Compared(hazard.content), widest_reach(state))
    for own in (state.own[name] for name in state.around_own.on(ground)):
        yield hazard_pair(state, own_side(own), hazard, hazard.party)
    for held in (state.notices[name] for name in state.around_notices.on(ground)):
        if hazard.party == held.party or held.party in hazard.told:
            yield hazard_pair(state, held_side(state, held), hazard, held.party)
