"""One centre that lies: what it sends besides what a correct one would."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

import msgspec

from wellclear.protocol.bodies import Agree, Assessment, Receipt, Resolve, Settles, print_body
from wellclear.protocol.envelope import Envelope, Held, Kind, Lane, parse_own, print_envelope
from wellclear.protocol.verdict import CLEAR
from wellclear.simulation.events import Event
from wellclear.simulation.keys import stand_in
from wellclear.simulation.node import Centre
from wellclear.simulation.witnesses import SplitView
from wellclear.simulation.world import Beating, Packet, World


class Liar:
    """Lies by a party's own keys, which is all that it has.

    Attributes:
        world: in which it lies.
        chance: of its own.
        split: to whom it shows another history; None for nobody.
        sent: what it had in flight, by recipient.
    """

    def __init__(self, world: World, chance: Random, transmit: Callable[[Packet], None]) -> None:
        self.world = world
        self.chance = chance
        self._transmit = transmit
        self.split: SplitView | None = None
        self.sent: list[tuple[str, bytes]] = []

    @property
    def centre(self) -> Centre:
        """The liar's own."""
        return self.world.centres[self.world.schedule.liar]

    def lie(self, event: Event) -> bool:
        """Send a lie to a party; false where there is nothing yet to lie about."""
        liar = self.centre
        if liar.writer is None:
            return False
        if event.subject == "split-view":
            self.split = SplitView(event.other, liar.state.epoch, liar.state.index)
            return True
        self._remember()
        load = _LIES[event.subject](self, event.other)
        if load is None:
            return False
        self._transmit(Packet(liar.party, event.other, load))
        return True

    def _remember(self) -> None:
        """What it has in flight now can be sent again later."""
        liar = self.centre
        for party, peer in sorted(liar.state.peers.items()):
            for lane in Lane:
                self.sent += [(party, raw) for _, raw in sorted(peer.out[lane].unacknowledged.items())]
        self.sent = self.sent[-200:]

    def said(self, other: str, kind: Kind, body: msgspec.Struct | msgspec.Raw, **changed: object) -> bytes:
        """An envelope by the liar's own key, with the next number unless another is given."""
        liar = self.centre
        out = liar.state.peers[other].out[kind.lane]
        envelope = Envelope(
            kind=kind,
            sender=liar.party,
            epoch=liar.state.epoch,
            recipient=other,
            lane=kind.lane,
            sequence=out.newest + 1,
            previous=out.previous,
            other_lane=0,
            holds=liar.holds(other),
            at_ms=liar.clock.read_ms(self.world.now_ms),
            error_ms=liar.clock.error_ms,
            index=liar.state.index,
            body=body if isinstance(body, msgspec.Raw) else print_body(body),  # type: ignore[arg-type] # a body of its kind
        )
        return print_envelope(msgspec.structs.replace(envelope, **changed), liar.signer)


def forged(chance: Random, envelope: bytes) -> bytes:
    """What someone without any party's secrets can make of an envelope: noise, a spoilt one, or a next one unsigned."""
    way = chance.randrange(3)
    if not envelope or way == 0:
        return chance.randbytes(400)
    if way == 1:
        spoilt = bytearray(envelope)
        spoilt[chance.randrange(len(spoilt))] ^= 1
        return bytes(spoilt)
    opened = parse_own(envelope)
    said = msgspec.structs.replace(
        opened.envelope, sequence=opened.envelope.sequence + 1, previous=opened.digest, at_ms=opened.envelope.at_ms + 1
    )
    return envelope[:32] + print_envelope(said, stand_in("nobody", "message"))[32:]


def _two_messages(liar: Liar, other: str) -> bytes | None:
    for lane in Lane:
        for _, raw in sorted(liar.centre.state.peers[other].out[lane].unacknowledged.items()):
            envelope = parse_own(raw).envelope
            return print_envelope(msgspec.structs.replace(envelope, at_ms=envelope.at_ms + 1), liar.centre.signer)
    mine = [raw for party, raw in liar.sent if party == other]
    if not mine:
        return None
    envelope = parse_own(liar.chance.choice(mine)).envelope
    return print_envelope(msgspec.structs.replace(envelope, at_ms=envelope.at_ms + 1), liar.centre.signer)


def _false_receipt(liar: Liar, other: str) -> bytes | None:
    victim = liar.world.centres[other]
    if victim.writer is None or not victim.state.awaited:
        return None
    covers = liar.chance.choice(sorted(victim.state.awaited))
    awaited = victim.state.awaited[covers]
    body = Receipt(covers=bytes.fromhex(covers), whole=awaited.whole, epoch=0, index=1, number=1, verdict=CLEAR)
    return liar.said(other, Kind.RECEIPT, body)


def _false_assessment(liar: Liar, other: str) -> bytes | None:
    victim = liar.world.centres[other]
    if victim.writer is None or not victim.state.own:
        return None
    own = victim.state.own[liar.chance.choice(sorted(victim.state.own))]
    body = Assessment(identifier=own.filed.identifier, whole=own.filed.whole, number=1_000, verdict=CLEAR)
    return liar.said(other, Kind.ASSESSMENT, body)


def _false_agreement(liar: Liar, other: str) -> bytes | None:
    victim = liar.world.centres[other]
    if victim.writer is None or not victim.state.resolutions:
        return None
    name = liar.chance.choice(sorted(victim.state.resolutions))
    resolution = victim.state.resolutions[name]
    return liar.said(other, Kind.AGREE, Agree(resolve=bytes.fromhex(name), own=resolution.other, other=resolution.own))


def _older_versions(liar: Liar, other: str) -> bytes | None:
    victim = liar.world.centres[other]
    if victim.writer is None or not victim.state.own:
        return None
    name = liar.chance.choice(sorted(victim.state.own))
    body = Resolve(
        own=bytes(range(32)),
        own_identifier="ALPHA",
        other=liar.chance.choice((victim.state.own[name].filed.whole, bytes(range(32)))),
        other_identifier=name,
        settles=Settles.PROCEDURE,
        mover="",
        text="nothing",
    )
    return liar.said(other, Kind.RESOLVE, body)


def _wrong_epoch(liar: Liar, other: str) -> bytes | None:
    raw = _false_assessment(liar, other)
    if raw is None:
        return None
    envelope = msgspec.structs.replace(parse_own(raw).envelope, epoch=liar.chance.choice((1, 7)), sequence=1)
    return print_envelope(msgspec.structs.replace(envelope, previous=bytes(32)), liar.centre.signer)


def _replay(liar: Liar, other: str) -> bytes | None:
    mine = [raw for party, raw in liar.sent if party == other]
    return liar.chance.choice(mine) if mine else None


def _relay(liar: Liar, _other: str) -> bytes | None:
    """What another centre has in flight to anyone."""
    waiting = [
        raw
        for centre in liar.world.centres.values()
        if centre.writer is not None
        for _, peer in sorted(centre.state.peers.items())
        for _, raw in sorted(peer.out[Lane.ORDINARY].unacknowledged.items())
    ]
    return liar.chance.choice(waiting) if waiting else None


def _others_key(liar: Liar, other: str) -> bytes | None:
    raw = _false_assessment(liar, other)
    names = [party for party in liar.world.centres if party not in {liar.world.schedule.liar, other}]
    if raw is None or not names:
        return None
    party = liar.chance.choice(names)
    forged = print_envelope(msgspec.structs.replace(parse_own(raw).envelope, sender=party), liar.centre.signer)
    key = liar.centre.keyring.signer(party).verifier.public
    return liar.chance.choice((forged, key + forged[32:]))


def _false_holds(_liar: Liar, _other: str) -> Beating:
    return Beating(Held(0, 10_000, 10_000))


def _no_body(liar: Liar, other: str) -> bytes:
    return liar.said(other, Kind.NOTICE, msgspec.Raw(b'{"identifier":"ALPHA"}'))


_LIES: Final[dict[str, Callable[[Liar, str], bytes | Beating | None]]] = {
    "two-messages": _two_messages,
    "false-receipt": _false_receipt,
    "false-assessment": _false_assessment,
    "false-agreement": _false_agreement,
    "older-versions": _older_versions,
    "wrong-epoch": _wrong_epoch,
    "replay": _replay,
    "relay": _relay,
    "others-key": _others_key,
    "false-holds": _false_holds,
    "no-body": _no_body,
}
