"""A virtual network: one line for each direction between two centres, with delay, loss, repeats, reordering, cuts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from wellclear.simulation.chance import stream


@dataclass(slots=True)
class Line:
    """One direction between two centres.

    Attributes:
        chance: of this line alone.
        newest_ms: when the packet sent last arrives: a good line keeps their order.
        delay_ms: least and most time on the way.
        lost_permille: of a thousand packets, how many are lost.
        repeated_permille: how many arrive twice.
        reordered_permille: how many are held back for a second or more.
        cut: whether nothing passes.
    """

    chance: Random
    newest_ms: int = 0
    delay_ms: tuple[int, int] = (5, 40)
    lost_permille: int = 0
    repeated_permille: int = 0
    reordered_permille: int = 0
    cut: bool = False

    def arrivals_ms(self, now_ms: int) -> Iterator[int]:
        """When one packet arrives that is sent now: never where it is lost, twice where it is repeated."""
        if self.cut or self.chance.randrange(1_000) < self.lost_permille:
            return
        copies = 1 + (self.chance.randrange(1_000) < self.repeated_permille)
        for _ in range(copies):
            arrives_ms = now_ms + self.chance.randint(*self.delay_ms)
            if self.chance.randrange(1_000) < self.reordered_permille:
                yield arrives_ms + self.chance.randint(500, 2_500)
                continue
            self.newest_ms = max(self.newest_ms, arrives_ms)
            yield self.newest_ms

    def heal(self) -> None:
        """Be a good line again."""
        self.delay_ms, self.cut = (5, 40), False
        self.lost_permille = self.repeated_permille = self.reordered_permille = 0


@dataclass(slots=True)
class Network:
    """All lines.

    Attributes:
        seed: of the schedule.
        lines: by sender and recipient.
    """

    seed: int
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)

    def line(self, sender: str, recipient: str) -> Line:
        """The line from one centre to another."""
        way = (sender, recipient)
        if way not in self.lines:
            self.lines[way] = Line(stream(self.seed, "line", *way))
        return self.lines[way]

    def heal(self) -> None:
        """Let all lines be good."""
        for line in self.lines.values():
            line.heal()
