"""Who must answer by when, and to whom a message climbs that nobody answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from wellclear.errors import MalformedInput


class Role(StrEnum):
    """What an officer acts as, from the lowest to the highest. Messages go to roles, never to persons."""

    DUTY_OFFICER = "duty-officer"
    SUPERVISOR = "supervisor"
    COMMANDER = "commander"
    CHIEF_OF_STAFF = "chief-of-staff"
    AUTHORITY = "authority"
    """Who may bind the party: signs agreements where no minister does."""

    MINISTER = "minister"
    HEAD_OF_GOVERNMENT = "head-of-government"

    @property
    def rank(self) -> int:
        """How high the role stands: 0 for the duty officer."""
        return list(Role).index(self)


class Urgency(StrEnum):
    """How fast a message must be answered."""

    ROUTINE = "routine"
    URGENT = "urgent"
    FLASH = "flash"
    """STOP, EMERGENCY and whatever else concerns life."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Within what time of its arrival a message of one urgency must have each answer.

    Raises:
        MalformedInput: none of the time is positive, or an answer is due before the receipt.
    """

    receipt_ms: int
    read_back_ms: int
    answer_ms: int

    def __post_init__(self) -> None:
        if not 0 < self.receipt_ms <= min(self.read_back_ms, self.answer_ms):
            raise MalformedInput(
                "the deadlines are out of order",
                code="agreement-deadlines",
                wanted="a receipt in more than 0 s, read-back and answer no earlier than it",
            )


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder: the role that an unanswered message reaches, and how long after it was sent."""

    role: Role
    after_ms: int


def verify_ladder(ladder: tuple[Rung, ...]) -> None:
    """Hold only if a ladder begins at once and climbs: each rung later than the one before it, and of a higher role.

    Raises:
        MalformedInput: it is empty or does not climb; names the first rung that is wrong.
    """
    if not ladder:
        raise MalformedInput("the ladder has no rungs", code="agreement-ladder", at="ladder", wanted="one at least")
    if ladder[0].after_ms != 0:
        raise MalformedInput(
            "the first rung is not reached at once", code="agreement-ladder", at="ladder[0].after", wanted='"0s"'
        )
    for index, (below, rung) in enumerate(pairwise(ladder), start=1):
        if rung.after_ms <= below.after_ms or rung.role.rank <= below.role.rank:
            raise MalformedInput(
                "the ladder does not climb",
                code="agreement-ladder",
                at=f"ladder[{index}]",
                wanted="each rung later, and of a higher role, than the one before it",
            )


@dataclass(frozen=True, slots=True)
class Liveness:
    """How often a centre shows that it is alive, when its silence is shown, and when it rings.

    Raises:
        MalformedInput: not in this order.
    """

    heartbeat_ms: int = 1_000
    stale_ms: int = 5_000
    alarm_ms: int = 10_000

    def __post_init__(self) -> None:
        if not 0 < self.heartbeat_ms < self.stale_ms < self.alarm_ms:
            raise MalformedInput(
                "the times of a silent peer are out of order",
                code="agreement-liveness",
                wanted="heartbeat shorter than stale, stale shorter than alarm",
            )
