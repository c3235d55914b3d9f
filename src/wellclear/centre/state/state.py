"""The whole state of a centre: what its log says, read from the first entry to the last."""

from __future__ import annotations

from dataclasses import dataclass, field

from immutables import Map

from wellclear.centre.entries.agreements import Governed
from wellclear.centre.neighbourhood import Neighbourhood
from wellclear.centre.state.agreements import HeldAgreement
from wellclear.centre.state.hotline import Alarm, Call, HeldHazard
from wellclear.centre.state.link import Peer
from wellclear.centre.state.operations import Awaited, HeldNotice, Lateness, Owed, OwnOperation, Resolution
from wellclear.centre.state.recalling import Recalled


@dataclass(frozen=True, slots=True)
class State:
    """What a centre knows.

    Attributes:
        party: whose centre it is; empty before the log began.
        epoch: of the log.
        index: where the next entry goes: the number of entries of this epoch.
        total: entries of all epochs: numbers the states, and places changes in `changed`.
        now_ms: time of the newest entry.
        card: the own card's exact bytes; empty before init.
        peers: counterparties by name.
        agreements: by hexadecimal digest.
        governed: what governs the own party and a counterparty, by party and identifier of the agreement.
        own: own operations by identifier.
        notices: newest notices by party and identifier, see `key`.
        resolutions: by hexadecimal digest of the RESOLVE.
        awaited: what asks for a RECEIPT that has not come, by hexadecimal digest of the envelope.
        owed: read-backs and answers that were not given, by deadline, both parties and identifier.
        lateness: by counterparty.
        filings: when each counterparty withdrew or amended lately, the newest last; see `MAX_FILINGS_KEPT`.
        hazards: by party and identifier.
        calls: by party and identifier.
        alarms: by identifier.
        ringing: those that nobody acknowledged, by party: each with the time since which it rings.
        around_own: where the live own operations are.
        around_notices: where the live notices are.
        clock_doubted: whether the own clock's error is over the limit: nothing settles.
        unconfirmed: whether no peer could yet confirm that the store is the newest.
        recalled: own operations, by identifier, that came back from counterparties and must be restated or withdrawn.
    """

    party: str = ""
    epoch: int = 0
    index: int = 0
    total: int = 0
    now_ms: int = 0
    card: bytes = b""
    peers: Map[str, Peer] = field(default_factory=Map)
    agreements: Map[str, HeldAgreement] = field(default_factory=Map)
    governed: Map[str, Governed] = field(default_factory=Map)
    own: Map[str, OwnOperation] = field(default_factory=Map)
    notices: Map[str, HeldNotice] = field(default_factory=Map)
    resolutions: Map[str, Resolution] = field(default_factory=Map)
    awaited: Map[str, Awaited] = field(default_factory=Map)
    owed: Map[str, Owed] = field(default_factory=Map)
    lateness: Map[str, Lateness] = field(default_factory=Map)
    filings: Map[str, tuple[int, ...]] = field(default_factory=Map)
    hazards: Map[str, HeldHazard] = field(default_factory=Map)
    calls: Map[str, Call] = field(default_factory=Map)
    alarms: Map[str, Alarm] = field(default_factory=Map)
    ringing: Map[str, Map[str, int]] = field(default_factory=Map)
    around_own: Neighbourhood = field(default_factory=Neighbourhood)
    around_notices: Neighbourhood = field(default_factory=Neighbourhood)
    clock_doubted: bool = False
    unconfirmed: bool = False
    recalled: Map[str, Recalled] = field(default_factory=Map)


def is_whole(state: State) -> bool:
    """Whether the log knows all that it said.

    In a new epoch it does once a counterparty gave back what it held, and an officer restated or withdrew each
    operation that came back.
    """
    if not state.epoch or not state.peers:
        return True
    return not state.recalled and any(peer.recalled >= state.epoch for peer in state.peers.values())


def key(party: str, identifier: str) -> str:
    """Name of a party's operation, hazard or call within a `State`; a party's name holds no line feed."""
    return f"{party}\n{identifier}"
