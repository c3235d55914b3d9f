"""What the writer takes in turn: an officer's act, a peer's envelope, what was seen of a link, a tick."""

from __future__ import annotations

from dataclasses import dataclass, field

from wellclear.centre.commands import Command
from wellclear.protocol.envelope import Held, Opened


@dataclass(frozen=True, slots=True)
class Act:
    """An officer's command.

    Attributes:
        officer: who.
        role: as what.
        command: what.
    """

    officer: str
    role: str
    command: Command


@dataclass(frozen=True, slots=True)
class Arrived:
    """A peer's envelope whose signature held."""

    opened: Opened


@dataclass(frozen=True, slots=True)
class Beat:
    """A peer's heartbeat, verified: what it holds of us.

    Attributes:
        party: whose.
        holds: what it holds.
        epoch: of its own log.
    """

    party: str
    holds: Held
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """What of a peer was not taken since the last such input: codes and how many."""

    party: str
    codes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ReturnedEnvelope:
    """An envelope of the own centre that a counterparty gives back; its signature held.

    Attributes:
        party: who gives it back.
        opened: the envelope.
    """

    party: str
    opened: Opened


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A counterparty was asked, and showed nothing of the own centre that the log lacks.

    Attributes:
        party: which.
        epoch: of the own log when it was asked.
        checkpoint: newest checkpoint of the own log that it co-signed, as a signed note; empty for none.
    """

    party: str
    epoch: int
    checkpoint: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of the link to a peer: when it was last heard, and how the newest attempt to reach it ended.

    Attributes:
        last_ms: when it was last heard, by the own clock; 0 for never since the start.
        cause: ``unreachable``, ``refused`` or ``not answering``; empty when the newest attempt succeeded.
    """

    last_ms: int
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went on: what is late, expired, lapsed or overdue becomes entries.

    Attributes:
        heard: by counterparty.
        error_ms: largest error of the own clock.
        marked: whether the mark outside the store could be written a moment ago.
    """

    heard: dict[str, Heard] = field(default_factory=dict)
    error_ms: int = 0
    marked: bool = True


Input = Act | Arrived | Beat | ReturnedEnvelope | Confirmation | TurnedAway | Tick
"""Everything that a centre decides upon."""
