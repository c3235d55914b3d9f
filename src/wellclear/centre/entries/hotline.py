"""Entries about hazards, and about calls: STOP, EMERGENCY, TEST."""

from __future__ import annotations

from wellclear.centre.entries.entry import Entry


class HazardDeclared(Entry, frozen=True, tag="hazard-declared"):
    """An officer declared or relayed a hazard; it persists until its ALL-CLEAR.

    Attributes:
        officer: who.
        identifier: what the centre calls it.
        content: exact bytes of the operation that holds its volumes.
        cause: in words.
        responsible: who causes it; empty where unknown or without consent.
        told: parties to which it is sent.
        consent: how who causes it consented to being named.
    """

    officer: str
    identifier: str
    content: bytes
    cause: str
    responsible: str
    told: tuple[str, ...]
    consent: str = ""


class HazardEnded(Entry, frozen=True, tag="hazard-ended"):
    """An officer declared a hazard over."""

    officer: str
    identifier: str
    reason: str


class Called(Entry, frozen=True, tag="called"):
    """A call was made: STOP, EMERGENCY or TEST; who was called, and until when they must acknowledge.

    Attributes:
        officer: who; empty for a scheduled test.
        kind: of the envelope.
        identifier: what the centre calls the call.
        about: operation, or empty.
        told: parties.
        due_ms: when the acknowledgement is overdue.
        text: what was said.
    """

    officer: str
    kind: str
    identifier: str
    about: str
    told: tuple[str, ...]
    due_ms: int
    text: str
