"""The heartbeats of a centre: those that it signs, and those that it hears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wellclear.centre.inputs import Beat
from wellclear.errors import PeerUnavailable
from wellclear.protocol.envelope import Lane
from wellclear.protocol.heartbeat import Heartbeat, Heartbeats, open_heartbeat, print_heartbeat
from wellclear.transport.desk import Desk
from wellclear.transport.enrolled import key_of
from wellclear.transport.liveness import Links
from wellclear.trust.key_statement import Place

HEARTBEAT_MEDIA: Final = "application/vnd.wellclear.heartbeat"
"""Media type of a heartbeat."""


@dataclass(frozen=True, slots=True)
class HeardClock:
    """What a heartbeat said of its sender's clock.

    Attributes:
        off_ms: how far it was ahead of the own clock when it came; the line's delay counts as behind.
        error_ms: the largest error that the sender claims.
    """

    off_ms: int
    error_ms: int


class Heart:
    """Signs and hears heartbeats.

    Args:
        desk: the centre.
        links: where it is noted that a party was heard.

    Attributes:
        clocks: what each party's newest heartbeat said of its clock.
        newest: place of each party's log that it said it had reached; a compromised key may have said so.
    """

    def __init__(self, desk: Desk, links: Links) -> None:
        self._desk = desk
        self._links = links
        self._counter = desk.now_ms()
        self._heard: dict[str, Heartbeats] = {}
        self.clocks: dict[str, HeardClock] = {}
        self.newest: dict[str, Place] = {}

    def beat(self, recipient: str) -> bytes:
        """A heartbeat to an enrolled counterparty, as things are on disk now.

        Raises:
            PeerUnavailable: `not-leading`: the centre does not know whether it still leads.
        """
        desk = self._desk
        if not desk.leads:
            raise PeerUnavailable("the centre could commit nothing for a while", code="not-leading")
        state = desk.state
        peer = state.peers[recipient]
        self._counter += 1
        heartbeat = Heartbeat(
            party=state.party,
            recipient=recipient,
            epoch=state.epoch,
            index=state.index,
            at_ms=desk.now_ms(),
            error_ms=desk.error_ms(),
            counter=self._counter,
            holds=peer.holds,
            backlog=sum(len(peer.out[lane].unacknowledged) for lane in Lane),
            assessed=peer.assessed,
            checkpoint=desk.checkpoint,
            shown=desk.shown(),
        )
        return print_heartbeat(heartbeat, desk.signer)

    def hear(self, raw: bytes) -> Heartbeat:
        """Verify a heartbeat and note what it says.

        Raises:
            MalformedInput, VerificationFailed: see `open_heartbeat` and `Heartbeats.admit`.
        """
        desk = self._desk
        state = desk.state
        heartbeat = open_heartbeat(raw, state.party, lambda public: key_of(state, public))
        heard = self._heard.setdefault(heartbeat.party, Heartbeats())
        heard.admit(heartbeat, desk.now_ms(), desk.error_ms())
        self.clocks[heartbeat.party] = HeardClock(heartbeat.at_ms - desk.now_ms(), heartbeat.error_ms)
        held = state.peers[heartbeat.party].holds
        behind = heartbeat.assessed > (held.ordinary if held.epoch == heartbeat.epoch else 0)
        self._links.hear(heartbeat.party, behind=behind)
        self.newest[heartbeat.party] = Place(heartbeat.epoch, heartbeat.index)
        desk.compare(heartbeat.party, heartbeat.shown)
        if _says_more(desk, heartbeat):
            desk.tell(Beat(heartbeat.party, heartbeat.holds, heartbeat.epoch))
        return heartbeat


def _says_more(desk: Desk, heartbeat: Heartbeat) -> bool:
    """Whether the party holds something that the state does not know it to hold, or began a new epoch."""
    state, holds = desk.state, heartbeat.holds
    peer = state.peers[heartbeat.party]
    out = peer.out
    if heartbeat.epoch > peer.epoch:
        return True
    return holds.epoch == state.epoch and any(
        sequence <= holds.of(lane) for lane in Lane for sequence in out[lane].unacknowledged
    )
