"""Compiled code made ready before the first request, which would else wait for it for seconds."""

from __future__ import annotations

from wellclear.api.utm.dss.neighbours import Neighbours
from wellclear.api.utm.dss.records import Block


def warm() -> None:
    """Look for a square among squares, and for a circle among them."""
    square = Block(
        core=2,
        lon_e7=(0, 10_000, 10_000, 0),
        lat_e7=(0, 0, 10_000, 10_000),
        buffer_dmm=0,
        floor_dmm=0,
        ceiling_dmm=1,
        start_ms=0,
        end_ms=1,
    )
    circle = Block(core=0, lon_e7=(0,), lat_e7=(0,), buffer_dmm=1, floor_dmm=0, ceiling_dmm=1, start_ms=0, end_ms=1)
    neighbours = Neighbours()
    for number in range(2):
        neighbours.put(str(number), (square, circle))
    neighbours.near((square, circle))
    neighbours.remove("0")
