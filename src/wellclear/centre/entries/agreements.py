"""Entries about agreements."""

from __future__ import annotations

from wellclear.centre.entries.entry import Entry
from wellclear.model.agreement.steps import StepKind


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
        number: how many steps with this version the party took before.
        digest: of the agreement's exact text.
        signature: over the text, with SIGN.
        effective_ms: from when it holds.
    """

    party: str
    officer: str
    step: StepKind
    number: int
    digest: bytes
    signature: bytes
    effective_ms: int


class Phased(Entry, frozen=True, tag="phased"):
    """Time, or a step, brought an agreement into another phase.

    Attributes:
        digest: of the agreement's exact text.
        phase: by the own clock.
        settles: whether it is in force throughout the grace either side.
        signers: who is bound by it, in order.
    """

    digest: bytes
    phase: str
    settles: bool
    signers: tuple[str, ...]


class Governed(Entry, frozen=True, tag="governed"):
    """What governs the own party and a counterparty under one agreement changed.

    Attributes:
        party: the counterparty.
        identifier: what all versions of the agreement are called.
        digest: of the version by the own clock, whose keys, ladder and deadlines hold in every phase.
        versions: digests of all that count within the grace either side: the widest minima and least disclosure hold.
        settles: whether one of them is in force throughout that time.
    """

    party: str
    identifier: str
    digest: bytes
    versions: tuple[bytes, ...]
    settles: bool
