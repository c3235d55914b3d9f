"""Counterparties, and the numbered streams to and from them."""

from __future__ import annotations

from dataclasses import dataclass, field

from immutables import Map

from wellclear.centre.entries.link import Condition, StatedRing
from wellclear.protocol.envelope import Held, Lane


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What was said to a peer in one lane.

    Attributes:
        newest: number of the newest envelope; 0 for none.
        previous: its digest; zeros for none.
        unacknowledged: exact bytes by number, of what the peer has not acknowledged.
    """

    newest: int = 0
    previous: bytes = bytes(32)
    unacknowledged: Map[int, bytes] = field(default_factory=Map)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was taken from a peer in one lane of one epoch.

    Attributes:
        contiguous: highest number held without a gap.
        digests: digest of each envelope by number; the same number with another digest is equivocation.
    """

    contiguous: int = 0
    digests: Map[int, bytes] = field(default_factory=Map)


@dataclass(frozen=True, slots=True)
class Peer:
    """A counterparty.

    Attributes:
        party: its name.
        root: its root key, 32 bytes.
        card: exact bytes of its card.
        ring: its keys, as stated.
        cosigned: per epoch, the first index not co-signed when a compromise was learned.
        epoch: newest epoch of its log from which an envelope was taken.
        out: lanes to it.
        into: lanes from it, in `epoch`.
        past: digests of lanes of its earlier epochs: epoch -> lane -> `Incoming`.
        condition: of the link; STALE until it is first heard.
        cause: of not being live.
        heard_ms: when it was last heard before the condition changed.
        assessed: number of the newest envelope of the ordinary lane to it that carries a verdict; 0 for none.
        lied: whether it signed two envelopes with one number, or two histories of its log: nothing with it settles.
        said: per epoch of the own log that ended, what the log has of what was said to it: numbers up to `contiguous`,
            and those that were taken back.
        confirmed: whether it has shown, since the process started, that it holds no more of the own centre than the log
            has; before, a number that it acknowledges may be one of an envelope that the store lost.
        recalled: newest epoch of the own log for which all that it held was taken back.
    """

    party: str
    root: bytes
    card: bytes
    ring: StatedRing
    cosigned: tuple[tuple[int, int], ...] = ()
    epoch: int = 0
    out: Map[Lane, Outgoing] = field(default_factory=lambda: Map({lane: Outgoing() for lane in Lane}))
    into: Map[Lane, Incoming] = field(default_factory=lambda: Map({lane: Incoming() for lane in Lane}))
    past: Map[int, Map[Lane, Incoming]] = field(default_factory=Map)
    condition: Condition = Condition.STALE
    cause: str = "not answering"
    heard_ms: int = 0
    lied: bool = False
    assessed: int = 0
    said: Map[int, Map[Lane, Incoming]] = field(default_factory=Map)
    confirmed: bool = True
    recalled: int = 0

    @property
    def holds(self) -> Held:
        """What we hold of it without a gap."""
        return Held(self.epoch, self.into[Lane.SAFETY].contiguous, self.into[Lane.ORDINARY].contiguous)
