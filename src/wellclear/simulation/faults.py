"""What goes wrong: each fault of a schedule, done to a world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wellclear.simulation.disk import Cut
from wellclear.simulation.events import Event
from wellclear.simulation.network import Line
from wellclear.simulation.world import World

COPIES: Final = 150
"""Envelopes of one flood: more than two batches."""


def strike(world: World, event: Event) -> bool:
    """Do what a fault does to lines, clocks and disks; false where there was nothing to strike.

    What ends or sends is left to the engine.
    """
    if event.do in _LINES:
        _LINES[event.do](world.network.line(event.party, event.other))
        if event.do == "split":
            world.network.line(event.other, event.party).cut = True
        return True
    centre = world.centres[event.party]
    if event.do in _CUTS:
        centre.disk.cut = _CUTS[event.do]
        return centre.writer is not None
    if event.do == "backup":
        centre.backup = centre.disk.kept.copy()
        return True
    if event.do in {"clock-jump", "clock-doubt"}:
        centre.clock.jump(event.for_ms, noticed=event.do == "clock-doubt")
        return True
    return False


def mend(world: World, event: Event) -> None:
    """End a fault of a line."""
    world.network.line(event.party, event.other).heal()
    if event.do == "split":
        world.network.line(event.other, event.party).heal()


def lasts(event: Event) -> bool:
    """Whether a fault ends by itself after its time."""
    return event.do in _LINES


def _slow(line: Line) -> None:
    line.delay_ms = (300, 2_500)


def _lossy(line: Line) -> None:
    line.lost_permille = 450


def _repeating(line: Line) -> None:
    line.repeated_permille = 600


def _reordering(line: Line) -> None:
    line.reordered_permille = 400


def _cut(line: Line) -> None:
    line.cut = True


_LINES: Final[dict[str, Callable[[Line], None]]] = {
    "slow": _slow,
    "lossy": _lossy,
    "repeating": _repeating,
    "reordering": _reordering,
    "cut": _cut,
    "split": _cut,
}
_CUTS: Final = {"crash-unwritten": Cut.BEFORE, "crash-torn": Cut.TORN, "crash-unanswered": Cut.AFTER}
