"""Hazards, calls and alarms."""

from __future__ import annotations

from dataclasses import dataclass, field

from immutables import Map


@dataclass(frozen=True, slots=True)
class HeldHazard:
    """A hazard, own or told by a peer; it persists until its ALL-CLEAR.

    Attributes:
        party: who told it; the own party for own ones.
        identifier: what that party calls it.
        content: exact bytes of the operation that holds its volumes.
        cause: in words.
        responsible: who causes it.
        since_ms: when it became known.
        told: parties to which the own centre sent it.
        ended: reason of its end; empty while it persists.
        changed: place in the log (index) of its newest change.
        said: epoch and number of the newest envelope about it: the safety lane acts despite gaps, and what was said
            before changes nothing any more.
        consent: how who causes it consented to being named.
        relayed: whether it encloses what another party signed.
    """

    party: str
    identifier: str
    content: bytes
    cause: str
    responsible: str
    since_ms: int
    told: tuple[str, ...] = ()
    ended: str = ""
    changed: int = 0
    said: tuple[int, int] = (0, 0)
    consent: str = ""
    relayed: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call: STOP, EMERGENCY or TEST, own or of a peer.

    Attributes:
        party: who called.
        kind: ``STOP``, ``EMERGENCY`` or ``TEST``.
        identifier: what the caller calls it.
        about: operation that it is about.
        text: what was said.
        called_ms: when it was said, or taken.
        due_ms: when the acknowledgement is overdue.
        told: parties called, by the own centre.
        answered: when each acknowledged: the RECEIPT, or the TEST's answer.
        envelope: digest of the peer's envelope; empty for own calls.
    """

    party: str
    kind: str
    identifier: str
    about: str
    text: str
    called_ms: int
    due_ms: int
    told: tuple[str, ...] = ()
    answered: Map[str, int] = field(default_factory=Map)
    envelope: bytes = b""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What an officer must act on, until a named one acknowledges it.

    Attributes:
        alarm: its identifier: kind and subject.
        kind: stable word.
        party: whom it concerns.
        subject: what it is about.
        words: what is the matter and what to do.
        raised_ms: when.
        rung: the highest rung of the ladder that it reached; 0 is the duty officer.
        acknowledged_by: officer; empty while nobody did.
        acknowledged_ms: when.
        remark: what was done about it.
        sender_role: role of the officer whose message raised it; empty where none did.
    """

    alarm: str
    kind: str
    party: str
    subject: str
    words: str
    raised_ms: int
    rung: int = 0
    acknowledged_by: str = ""
    acknowledged_ms: int = 0
    remark: str = ""
    sender_role: str = ""
