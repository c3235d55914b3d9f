"""Entries about the log's life, the counterparties and the links to them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from wellclear.centre.entries.entry import Entry
from wellclear.protocol.verdict import Verdict


class Began(Entry, frozen=True, tag="began"):
    """First entry of each epoch.

    Attributes:
        party: whose log it is.
        epoch: which life of it.
        previous: newest checkpoint of the epoch before that a peer co-signed, as a signed note; empty for the first.
        reason: why a new epoch begins.
    """

    party: str
    epoch: int
    previous: str = ""
    reason: str = ""


class StatedKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a root stated of one key: purpose, key, and the places (epoch, index) where it was made and ended."""

    purpose: str
    key: bytes
    made: tuple[int, int]
    retired: tuple[int, int] | None = None
    compromised: tuple[int, int] | None = None


class StatedRing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of a party as its root stated them, verified when the entry was made."""

    party: str
    records: tuple[StatedKey, ...]
    count: int
    head: bytes


class Enrolled(Entry, frozen=True, tag="enrolled"):
    """A counterparty was enrolled by an officer who compared the check words of its card.

    Attributes:
        officer: who did it; empty at init, for the own card.
        party: the counterparty.
        root: its root key, 32 bytes.
        card: the exact bytes of its card.
        ring: its keys.
    """

    officer: str
    party: str
    root: bytes
    card: bytes
    ring: StatedRing


class KeysStated(Entry, frozen=True, tag="keys-stated"):
    """A counterparty's root stated more of its keys.

    Attributes:
        party: whose keys.
        ring: all that is stated now.
        cosigned: per epoch, the first index that was not co-signed when it was learned; for compromised keys.
    """

    party: str
    ring: StatedRing
    cosigned: tuple[tuple[int, int], ...] = ()


class Said(Entry, frozen=True, tag="said"):
    """An envelope to a counterparty, to be sent until it is acknowledged.

    Attributes:
        raw: its exact bytes.
    """

    raw: bytes


LATE: Final = "LATE"
UNBOUNDED: Final = "UNBOUNDED"
OUTSIDE_AGREEMENT: Final = "OUTSIDE AGREEMENT"
CLOCK: Final = "CLOCK"
IMPRECISE: Final = "IMPRECISE"
SHORT_NOTICE: Final = "SHORT NOTICE"
READ_BACK_WRONG: Final = "READ-BACK WRONG"


class Took(Entry, frozen=True, tag="took"):
    """An envelope from a counterparty was taken, with what was made of it.

    Attributes:
        raw: its exact bytes.
        late_ms: by how much a notice missed the lead time.
        marks: ``LATE``, ``UNBOUNDED``, ``IMPRECISE``, ``SHORT NOTICE``, ``OUTSIDE AGREEMENT``, ``CLOCK``,
            ``READ-BACK WRONG``.
        refused: code of the refusal where the body is refused; it keeps its number.
        read_back_due_ms: when the read-back is overdue, of a notice the own one, of its receipt the peer's; 0: never.
        answer_due_ms: the same for ACCEPT or OBJECT.
    """

    raw: bytes
    late_ms: int = 0
    marks: tuple[str, ...] = ()
    refused: str = ""
    read_back_due_ms: int = 0
    answer_due_ms: int = 0


class Turned(Entry, frozen=True, tag="turned"):
    """What a peer sent was not taken: at most one entry a second and peer.

    Attributes:
        party: whose envelopes, as far as known; empty for what names no enrolled key.
        codes: how many for each code of refusal.
    """

    party: str
    codes: tuple[tuple[str, int], ...]


class Acked(Entry, frozen=True, tag="acked"):
    """A counterparty holds what we sent, up to these numbers."""

    party: str
    safety: int
    ordinary: int


class Condition(StrEnum):
    """How a link is."""

    LIVE = "live"
    STALE = "stale"
    SILENT = "silent"


class Linked(Entry, frozen=True, tag="linked"):
    """The condition of a link changed: LIVE, STALE, or SILENT, which is an alarm.

    Attributes:
        party: at the other end.
        condition: as it is now.
        cause: ``unreachable``, ``refused``, ``not answering``; empty when live.
        heard_ms: when the peer was last heard, by the own clock.
    """

    party: str
    condition: Condition
    cause: str
    heard_ms: int


class ClockDoubted(Entry, frozen=True, tag="clock-doubted"):
    """The largest error of the own clock crossed the limit, one way or the other; over it nothing settles."""

    error_ms: int
    doubted: bool


class Equivocated(Entry, frozen=True, tag="equivocated"):
    """A peer signed two different envelopes with one number: proof of a lie. The first stands in the log.

    Attributes:
        party: whose.
        first: digest of the envelope that was taken.
        raw: exact bytes of the other one.
    """

    party: str
    first: bytes
    raw: bytes


class ForkProven(Entry, frozen=True, tag="fork-proven"):
    """A log signed two checkpoints that contradict each other: proof of a lie, see `wellclear.trust.equivocation`.

    Attributes:
        party: whose log; the own party's where someone signs with its key.
        epoch: of it.
        older: the checkpoint with fewer entries, or either of two of one size: exact bytes of the note.
        newer: the other.
        prefix_root: the root that the newer tree had at the older one's size.
        proof: consistency proof from there to the newer root.
    """

    party: str
    epoch: int
    older: bytes
    newer: bytes
    prefix_root: bytes
    proof: tuple[bytes, ...] = ()


class Judged(Entry, frozen=True, tag="judged"):
    """The own verdict on a version changed.

    Attributes:
        party: whose version.
        identifier: of the operation.
        whole: digest of the version.
        number: of the assessment, from 1.
        verdict: as it is now.
    """

    party: str
    identifier: str
    whole: bytes
    number: int
    verdict: Verdict
