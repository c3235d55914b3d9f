"""What was found of evidence: each thing that was judged, and the first that does not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

from wellclear.errors import WellclearError

ENTRY: Final = "entry "
"""How the place of an entry begins."""


class Verdict(IntEnum):
    """What a file is worth; also the exit code."""

    HOLDS = 0
    DOES_NOT_HOLD = 1
    UNREADABLE = 2
    KEYS_NOT_ESTABLISHED = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was judged.

    Attributes:
        at: ``keys of south``, ``checkpoint of epoch 0``, ``entry 17 of epoch 0``.
        what: what it is, in words.
        fault: why it does not hold; nothing if it does.
        after_s: not made before this, in seconds of POSIX; nothing where no witness's word is known.
        before_s: not made after this; likewise.
        witness: whose word `before_s` is.
    """

    at: str
    what: str
    fault: WellclearError | None = None
    after_s: int | None = None
    before_s: int | None = None
    witness: str = ""


@dataclass(slots=True)
class Report:
    """What was found.

    Attributes:
        party: whose log it is.
        about: what it is about, by the exporter's word.
        items: in the order in which they were judged; the entries in that of the log.
        unestablished: parties for which the user brought no root fingerprint.
    """

    party: str
    about: str
    items: list[Item] = field(default_factory=list)
    unestablished: tuple[str, ...] = ()

    @property
    def first_fault(self) -> Item | None:
        """The first thing that does not hold."""
        return next((item for item in self.items if item.fault is not None), None)

    @property
    def not_cosigned(self) -> int:
        """Entries over which no witness's cosignature is shown."""
        return sum(1 for item in self.items if item.at.startswith(ENTRY) and item.before_s is None)

    @property
    def verdict(self) -> Verdict:
        """What the file is worth. That a log is not co-signed is no fault; the words say it."""
        if self.first_fault is not None:
            return Verdict.DOES_NOT_HOLD
        return Verdict.KEYS_NOT_ESTABLISHED if self.unestablished else Verdict.HOLDS

    def judge(self, item: Item, verify: Callable[[], None]) -> None:
        """Add an item, with its fault if it does not hold."""
        fault: WellclearError | None = None
        try:
            verify()
        except WellclearError as found:
            fault = found
        self.items.append(replace(item, fault=fault))
