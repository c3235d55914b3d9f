"""A centre's clock: the world's time with an offset that the centre does not know, and the error that it claims."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class VirtualClock:
    """What a centre reads.

    Attributes:
        offset_ms: how far it is ahead of the world's time.
        error_ms: the largest error that it claims; honest while at least the offset.
    """

    offset_ms: int = 0
    error_ms: int = 20

    def read_ms(self, world_ms: int) -> int:
        """UTC by this clock, in milliseconds."""
        return world_ms + self.offset_ms

    def jump(self, by_ms: int, *, noticed: bool) -> None:
        """Step by so much; `noticed` makes the claimed error cover it.

        Args:
            by_ms: forward, or backward where negative.
            noticed: whether the centre learns of it.
        """
        self.offset_ms += by_ms
        self.error_ms = max(self.error_ms, abs(self.offset_ms)) if noticed else self.error_ms

    def mend(self) -> None:
        """Be right again, and know it."""
        self.offset_ms, self.error_ms = 0, 20
