"""The distances under which two operations are in conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.limits import MAX_BUFFER_DMM, MAX_HEIGHT_DMM

MAX_TIME_GAP_MS: Final = 30 * 86_400_000
"""Largest time minimum: the longest span of a volume; more is a mistake in units."""


@dataclass(frozen=True, slots=True)
class Minima:
    """Lateral, vertical and time minimum; all zero means overlap only.

    A gap of exactly a minimum that is not zero is separation.

    Raises:
        MalformedInput: negative or out of range.
    """

    lateral_dmm: int = 0
    vertical_dmm: int = 0
    time_ms: int = 0

    def __post_init__(self) -> None:
        for name, value, most in (
            ("lateral", self.lateral_dmm, MAX_BUFFER_DMM),
            ("vertical", self.vertical_dmm, MAX_HEIGHT_DMM),
            ("time", self.time_ms, MAX_TIME_GAP_MS),
        ):
            if type(value) is not int or not 0 <= value <= most:
                raise MalformedInput(f"the {name} minimum {value!r} is out of range", code="minima-range")
