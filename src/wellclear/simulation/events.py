"""What happens in a schedule besides what centres do by themselves: officers' acts and faults, at times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ACTS: Final = {
    "file": "file an operation",
    "amend": "amend it",
    "amend-old": "amend a version that is no longer the newest: refused",
    "withdraw": "withdraw it",
    "name-alone": "file a place name without a shape",
    "read-back": "read a notice back",
    "misread": "read a notice back wrongly",
    "accept": "accept a notice",
    "object": "object to a notice",
    "resolve": "propose a procedure for a conflict",
    "move": "propose that the other side moves",
    "agree": "agree to what was proposed",
    "stop": "say STOP",
    "emergency": "say EMERGENCY",
    "hazard": "declare a hazard",
    "all-clear": "end it",
    "test-call": "make a test call",
    "acknowledge": "acknowledge an alarm",
    "read": "look at a notice",
    "suspend": "suspend the agreement",
    "resume": "resume it",
    "compromise": "state that the message key is compromised, and use another",
}
"""Officers' acts."""

FAULTS: Final = {
    "slow": "a line delays",
    "lossy": "a line loses",
    "repeating": "a line repeats",
    "reordering": "a line reorders",
    "cut": "one direction of a line passes nothing",
    "split": "both directions pass nothing",
    "crash": "a centre's process ends",
    "crash-unwritten": "the power fails before the next batch is written",
    "crash-torn": "the power fails while the next batch is written",
    "crash-unanswered": "the power fails when the next batch is written and not yet answered",
    "backup": "a copy of a centre's disk is made",
    "restore": "a centre's disk is replaced by its last copy",
    "clock-jump": "a centre's clock jumps, and it does not know",
    "clock-doubt": "a centre's clock jumps, and it knows",
    "flood": "a peer sends more than it should",
    "garbage": "bytes arrive that no enrolled key signed",
    "lie": "the liar sends what no correct centre would; what, is the subject",
}
"""Faults."""

LIES: Final = {
    "two-messages": "two different messages with one number",
    "false-receipt": "a receipt, CLEAR, for what it does not hold",
    "false-assessment": "CLEAR, whatever it knows",
    "false-agreement": "it agrees to what nobody proposed",
    "older-versions": "it proposes to settle versions that are no longer the newest",
    "wrong-epoch": "an epoch of its log that never was",
    "replay": "its own old envelopes, again",
    "relay": "another's envelope, as if it were its own",
    "others-key": "an envelope that names another's key",
    "false-holds": "it acknowledges what it does not hold",
    "split-view": "it shows one party another history of its log, from now on",
    "no-body": "an envelope whose body is none",
}
"""What a lying centre does."""


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One act or fault.

    Attributes:
        at_ms: since the schedule's start.
        do: one of `ACTS` or `FAULTS`, or ``note`` in a scenario.
        party: whose act; whose centre, or whose line, is at fault.
        other: the other party: counterparty of the act, other end of the line.
        subject: identifier of an operation, hazard or call.
        plan: what is filed, see `wellclear.simulation.plans`.
        for_ms: how long a fault lasts; how far a clock jumps.
        content: exact bytes of an operation that a scenario files.
        text: what is said.
    """

    at_ms: int
    do: str
    party: str
    other: str = ""
    subject: str = ""
    plan: str = ""
    for_ms: int = 0
    content: bytes = b""
    text: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether it is a fault."""
        return self.do in FAULTS

    def __str__(self) -> str:
        parts = (self.party, self.do, self.other and f"({self.other})", self.subject, self.plan)
        duration = f"{self.for_ms} ms" if self.for_ms else ""
        return " ".join(filter(None, (f"{self.at_ms / 1000:.3f} s", *parts, duration)))
