"""Entries about agreements."""

from __future__ import annotations

from wellclear.centre.entries.entry import Entry
from wellclear.protocol.bodies import Step


class Drafted(Entry, frozen=True, tag="drafted"):
    """The exact text of an agreement, as an officer or a peer proposed it."""

    digest: bytes
    text: bytes


class Stepped(Entry, frozen=True, tag="stepped"):
    """A party took a step of an agreement.

    Attributes:
        party: who; the own centre as well as peers.
        officer: who of the own side; empty for peers.
        step: which.
        digest: of the agreement's exact text.
        signature: over the text, with SIGN.
        effective_ms: from when it holds.
    """

    party: str
    officer: str
    step: Step
    digest: bytes
    signature: bytes
    effective_ms: int


class Phased(Entry, frozen=True, tag="phased"):
    """Time, or a step, brought an agreement into another phase."""

    digest: bytes
    phase: str
