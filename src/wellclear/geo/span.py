"""When: a half-open interval of UTC milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.errors import MalformedInput
from wellclear.geo.limits import MAX_TIME_MS, MIN_TIME_MS


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Start and end of a time, in milliseconds UTC. It owns its start and not its end.

    Raises:
        MalformedInput: not integers, out of range, or the end not after the start.
    """

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if type(self.start_ms) is not int or type(self.end_ms) is not int:
            raise MalformedInput("a span is two integers of milliseconds", code="span-type")
        if self.start_ms < MIN_TIME_MS or self.end_ms > MAX_TIME_MS:
            raise MalformedInput("the time is out of range", code="span-range", wanted="from 1970 to 2200")
        if self.end_ms <= self.start_ms:
            wrong = "is its start" if self.end_ms == self.start_ms else "lies before its start"
            raise MalformedInput(f"the end of the time {wrong}", code="span-reversed", wanted="an end after the start")
