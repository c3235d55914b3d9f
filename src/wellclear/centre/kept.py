"""Results of pure functions, kept while there is room, so that they are worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """What a pure function gave, by its argument. `functools.lru_cache` cannot be told a result from elsewhere.

    There is a younger and an older half. Once the younger is full it becomes the older, whose results go unless they
    were asked for meanwhile. Each step is one of a dictionary, so that threads may share it: at worst a result is
    worked out twice.

    Args:
        most: how many.
    """

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._young or key in self._old

    def get(self, key: Key, work_out: Callable[[Key], Value]) -> Value:
        """What is kept, else what the function gives, which is kept from then on."""
        try:
            return self._young[key]
        except KeyError:
            pass
        try:
            value = self._old[key]
        except KeyError:
            value = work_out(key)
        self.keep(key, value)
        return value

    def keep(self, key: Key, value: Value) -> None:
        """Keep what the function gives for an argument."""
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[key] = value
