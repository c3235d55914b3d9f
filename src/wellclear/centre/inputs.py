"""What the writer takes in turn: an officer's act, a peer's envelope, what was seen of a link, a tick."""

from __future__ import annotations

from dataclasses import dataclass, field

from wellclear.centre.commands import Command
from wellclear.centre.comparing import Prejudged
from wellclear.errors import WellclearError
from wellclear.protocol.envelope import Held, Opened


@dataclass(frozen=True, slots=True)
class Act:
    """An officer's command.

    Attributes:
        officer: who.
        role: as what.
        command: what.
        prejudged: what was worked out beforehand, if anything.
    """

    officer: str
    role: str
    command: Command
    prejudged: Prejudged | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A peer's envelope whose signature held.

    Attributes:
        opened: the envelope.
        prejudged: what was worked out beforehand, if anything.
        refused: why its geometry is refused, if that was found beforehand.
    """

    opened: Opened
    prejudged: Prejudged | None = None
    refused: WellclearError | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """A peer's heartbeat, verified: what it holds of us."""

    party: str
    holds: Held


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """What of a peer was not taken since the last such input: codes and how many."""

    party: str
    codes: tuple[tuple[str, int], ...]


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
    """

    heard: dict[str, Heard] = field(default_factory=dict)
    error_ms: int = 0


Input = Act | Arrived | Beat | TurnedAway | Tick
"""Everything that a centre decides upon."""
