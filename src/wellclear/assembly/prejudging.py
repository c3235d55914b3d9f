"""Geometry of inputs is worked on off the writer, by rank: what concerns life never waits for other geometry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from wellclear.assembly.geometry import GeometryProcess, LittleGeometry, TooMuchHere
from wellclear.assembly.geometry_process import MAX_CPU_S
from wellclear.centre.inputs import Input
from wellclear.centre.prejudging import Geometry, brings_geometry, prejudge
from wellclear.centre.state.state import State


class Prejudging:
    """Works on the geometry of inputs; each rank has a thread, and a process of its own once it needs one.

    Args:
        state: what is on disk.
        most_s: processor seconds for one piece of work in a process.
    """

    def __init__(self, state: Callable[[], State], most_s: int = MAX_CPU_S) -> None:
        self._state = state
        self._ranks = {urgent: _Rank("urgent" if urgent else "ordinary", most_s) for urgent in (True, False)}

    async def prejudged(self, taken: Sequence[Input], *, urgent: bool) -> list[Input]:
        """The inputs, in their order, with what could be worked out of them.

        Args:
            taken: inputs of one source.
            urgent: whether they concern life.

        Raises:
            MalformedInput, RuleViolated: an officer's geometry is refused.
        """
        if not any(map(brings_geometry, taken)):
            return list(taken)
        loop, rank = asyncio.get_running_loop(), self._ranks[urgent]
        judged = await loop.run_in_executor(rank.here, _little, self._state(), taken)
        for place, one in enumerate(judged):
            if one is None:  # each by itself, so that other sources have their turn in between
                state, waiting = self._state(), taken[place]
                judged[place] = await loop.run_in_executor(rank.there, _prejudged, state, waiting, rank.process)
        return [one for one in judged if one is not None]

    def close(self) -> None:
        """End the threads and processes."""
        for rank in self._ranks.values():
            rank.close()


class _Rank:
    """Where the geometry of one rank is worked on."""

    def __init__(self, name: str, most_s: int) -> None:
        self.here = ThreadPoolExecutor(1, f"prejudge-{name}")
        self.there = ThreadPoolExecutor(1, f"ask-{name}")
        self.process = GeometryProcess(most_s)

    def close(self) -> None:
        """End them."""
        self.here.shutdown(wait=True, cancel_futures=True)
        self.there.shutdown(wait=False, cancel_futures=True)
        self.process.close()
        self.there.shutdown(wait=True)


def _prejudged(state: State, taken: Input, geometry: Geometry) -> Input:
    return prejudge(state, taken, geometry) if brings_geometry(taken) else taken


def _little(state: State, taken: Sequence[Input]) -> list[Input | None]:
    """Each input with what little work gives; nothing for one that takes more."""
    judged: list[Input | None] = []
    for one in taken:
        try:
            judged.append(_prejudged(state, one, LittleGeometry()))
        except TooMuchHere:
            judged.append(None)
    return judged
