"""Whether an own operation is settled, and if not, all that is open. Silence and time-outs never settle anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wellclear.centre.agreeing import read, shared
from wellclear.centre.entries.link import Condition
from wellclear.centre.state.link import Peer
from wellclear.centre.state.operations import Delivery, OwnOperation, Resolution
from wellclear.centre.state.state import State, key
from wellclear.model.agreement.states import Phase
from wellclear.protocol.verdict import Clash, Finding, Verdict


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that keeps an operation from being settled.

    Attributes:
        code: stable word: ``receipt-missing``, ``conflict``, ``link-stale``...
        party: whose answer or act would close it; empty for the own side's.
        words: what it is, for the officer.
    """

    code: str
    party: str
    words: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """Whether an operation is settled: it is when nothing is open."""

    open: tuple[Open, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing is open."""
        return not self.open


def settlement(state: State, identifier: str) -> Settlement:
    """What keeps an own operation from being settled.

    Args:
        state: of the centre.
        identifier: of the operation, which is known.
    """
    own = state.own[identifier]
    if own.ended:
        return Settlement((Open("ended", "", f"the operation is {own.ended}"),))
    return Settlement((*_of_centre(state), *_of_own(state, own), *_of_addressees(state, own)))


def counts(peer: Peer, key_bytes: bytes, place: tuple[int, int]) -> bool:
    """Whether what a peer's key signed at a place of its log counts: the key is stated and not compromised there.

    A compromised key's signatures count only where the own centre had co-signed them before it learned of that.
    """
    record = next((record for record in peer.ring.records if record.key == key_bytes), None)
    if record is None or place < record.made or (record.retired is not None and place >= record.retired):
        return False
    if record.compromised is None or place < record.compromised:
        return True
    return any(place[0] == epoch and place[1] < end for epoch, end in peer.cosigned)


def resolved(state: State, own: OwnOperation, party: str, clash: Clash) -> bool:
    """Whether a clash between an own version and a counterparty's stands under a procedure that both signed.

    Args:
        state: of the centre.
        own: the operation.
        party: the counterparty.
        clash: as either side found it: it names the counterparty's version.
    """
    if clash.against != "operation":
        return False
    return any(one.party == party and one.other == clash.whole for one in procedures(state, own))


def procedures(state: State, own: OwnOperation) -> tuple[Resolution, ...]:
    """The procedures that both sides signed for an own version and for newest versions of counterparties."""
    return tuple(
        resolution
        for resolution in state.resolutions.values()
        if resolution.agreed
        and resolution.settles == "procedure"
        and resolution.own == own.filed.whole
        and _is_newest(state, resolution.party, resolution.other_identifier, resolution.other)
    )


def _is_newest(state: State, party: str, identifier: str, whole: bytes) -> bool:
    held = state.notices.get(key(party, identifier))
    return held is not None and not held.ended and held.notice.whole == whole


def _of_centre(state: State) -> Iterator[Open]:
    if state.clock_doubted:
        yield Open("clock", "", "the own clock's error is over the limit: nothing settles")
    if state.unconfirmed:
        yield Open("unconfirmed", "", "no peer has confirmed that the restored log is the newest")


def _of_own(state: State, own: OwnOperation) -> Iterator[Open]:
    if not own.addressees:
        yield _untold(state, own)
    if own.verdict is None:
        yield Open("not-assessed", "", "the own centre has not assessed it")
    else:
        yield from _of_verdict(state, own, "", own.verdict)
    for awaited in state.awaited.values():
        if own.filed.identifier in awaited.operations:
            yield Open("assessment-unreceipted", awaited.party, f"{awaited.party} has not receipted an assessment")


def _untold(state: State, own: OwnOperation) -> Open:
    """Why nobody was told."""
    if own.withheld:
        return Open("nobody-told", "", f"nobody was told: {', '.join(own.withheld)} is shown it only once it conflicts")
    changing = (held for held in state.agreements.values() if held.phase == Phase.IN_FORCE and not held.settles)
    near = sorted(read(held.text).identifier for held in changing)
    if near:
        return Open("grace", "", f"nobody was told yet: {', '.join(near)} is within the grace of a change")
    return Open("nobody-told", "", "nobody was told: no addressee under an agreement in force")


def _of_addressees(state: State, own: OwnOperation) -> Iterator[Open]:
    for party in own.addressees:
        peer = state.peers.get(party)
        if peer is None or not shared(state, party):
            yield Open("no-agreement", party, _not_in_force(state, party))
            continue
        if peer.lied:
            yield Open("equivocation", party, f"{party} signed two things that contradict each other")
        if peer.condition is not Condition.LIVE:
            yield Open("link-stale", party, f"{party} is {peer.condition.value}: {peer.cause}")
        yield from _of_delivery(state, own, peer, own.deliveries.get(party, Delivery()))


def _not_in_force(state: State, party: str) -> str:
    """How the agreements with a counterparty stand, where none is in force."""
    held = [state.agreements[one.digest.hex()] for one in state.governed.values() if one.party == party]
    phases = [f"{read(one.text).identifier} is {one.phase}" for one in held if one.phase != Phase.IN_FORCE]
    return f"no agreement is in force with {party}{': ' if phases else ''}{', '.join(sorted(phases))}"


def _of_delivery(state: State, own: OwnOperation, peer: Peer, delivery: Delivery) -> Iterator[Open]:
    party = peer.party
    if delivery.refused:
        yield Open("refused", party, f"{party} refused the notice: {delivery.refused}")
    if delivery.received != own.filed.whole:
        yield Open("receipt-missing", party, f"{party} has not receipted the newest version")
        return
    if not counts(peer, delivery.key, delivery.place):
        yield Open("key", party, f"the key that signed {party}'s receipt no longer counts")
    if delivery.answer == "objected":
        yield Open("objected", party, f"{party} objects: {delivery.reason}")
    if delivery.read_back == "wrong":
        yield Open("read-back-wrong", party, f"{party} read it back wrongly")
    if delivery.verdict is None:
        yield Open("not-assessed", party, f"{party} has not assessed it")
    else:
        yield from _of_verdict(state, own, party, delivery.verdict)


def _of_verdict(state: State, own: OwnOperation, by: str, verdict: Verdict) -> Iterator[Open]:
    """What a verdict leaves open; `by` is the addressee that made it, or empty for the own centre's."""
    who = by or "the own centre"
    if verdict.finding is Finding.CLEAR:
        return
    if verdict.reason:
        yield Open("not-assessed", by, f"NOT ASSESSED by {who}: {verdict.reason}")
    if verdict.count > len(verdict.clashes):
        yield Open("conflict", by, f"{who} finds {verdict.count} conflicts, more than one verdict names")
    for clash in verdict.clashes:
        party = by or clash.party
        if not resolved(state, own, party, clash):
            code = "conflict" if clash.finding is Finding.CONFLICT else "not-assessed"
            yield Open(code, party, f"{clash.finding.value} with {clash.against} {clash.party} {clash.identifier}")
