"""How much a source may ask in a time: tokens that come back at a steady rate."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

MAX_SOURCES: Final = 4_096
"""Sources that are told apart; the one not heard for longest is forgotten, and begins with a full allowance."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one source may spend.

    Attributes:
        per_s: tokens that come back each second.
        burst: tokens that may be saved.
    """

    per_s: float
    burst: float


@dataclass(slots=True)
class _Purse:
    tokens: float
    at_s: float


Source = TypeVar("Source", bound=Hashable)


class Allowances(Generic[Source]):
    """Tokens by source. What one source spends, no other lacks.

    Args:
        rate: of each source.
    """

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._purses: OrderedDict[Source, _Purse] = OrderedDict()

    def spend(self, source: Source, tokens: float, now_s: float) -> bool:
        """Take tokens of a source, if it has them.

        Args:
            source: who asks.
            tokens: how many; more than a burst is never had.
            now_s: time by a clock that only goes forward.

        Returns:
            Whether they were there; otherwise none are taken.
        """
        purse = self._purse(source, now_s)
        if purse.tokens < tokens:
            return False
        purse.tokens -= tokens
        return True

    def fine(self, source: Source, tokens: float, now_s: float) -> None:
        """Take tokens of a source even where it has fewer: it must wait the longer."""
        purse = self._purse(source, now_s)
        purse.tokens = max(purse.tokens - tokens, -self._rate.burst)

    def _purse(self, source: Source, now_s: float) -> _Purse:
        purse = self._purses.get(source)
        if purse is None:
            if len(self._purses) >= MAX_SOURCES:
                self._purses.popitem(last=False)
            purse = self._purses[source] = _Purse(self._rate.burst, now_s)
            return purse
        self._purses.move_to_end(source)
        purse.tokens = min(self._rate.burst, purse.tokens + (now_s - purse.at_s) * self._rate.per_s)
        purse.at_s = now_s
        return purse
