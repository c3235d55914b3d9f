"""What the writer takes in turn: an officer's act, a peer's envelope, what was seen of a link, a tick."""

from __future__ import annotations

from dataclasses import dataclass, field

from wellclear.centre.commands import Command
from wellclear.centre.comparing import Prejudged
from wellclear.errors import WellclearError
from wellclear.protocol.envelope import Held, Opened
from wellclear.protocol.witnessing import Lie


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
class LieProven:
    """A log signed two histories; the proof was verified."""

    lie: Lie


@dataclass(frozen=True, slots=True)
class LogDoubted:
    """What an officer must know of a log, the own one or a counterparty's: it becomes an alarm.

    Attributes:
        kind: of the alarm: ``log-damaged``, ``views``, ``inclusion``.
        party: whose log; empty for the own one.
        subject: what about it.
        words: what is the matter and what to do.
    """

    kind: str
    party: str
    subject: str
    words: str


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
        behind_ms: since when it has said that it made an assessment which has not come; 0 where all have.
    """

    last_ms: int
    cause: str = ""
    behind_ms: int = 0


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


Input = Act | Arrived | Beat | Confirmation | LieProven | LogDoubted | ReturnedEnvelope | TurnedAway | Tick
"""Everything that a centre decides upon."""
