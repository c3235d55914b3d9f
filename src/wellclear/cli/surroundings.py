"""What lies around the volumes on a map: the middle and reach of them all, and the land near them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from wellclear.cli.land import land_near

LAND_UNIT_DEG: Final = 0.01
MIN_MARGIN_DEG: Final = 2.0
"""Land drawn at least this far around what is shown, so that a small map has a coast to know it by."""


def steps_of(ring: Iterable[tuple[float, float]], unit_deg: float) -> list[int]:
    """A ring as whole units: the first point, then the difference of each to the one before it."""
    units = np.rint(np.array(list(ring)) / unit_deg).astype(np.int64)
    steps: list[int] = np.diff(units, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist()
    return steps


def surroundings(points: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """The middle and reach of all that is drawn, and the land around it, packed for the page.

    points  (lon, lat) degrees of every outline
    """
    middle, reach_deg = middle_and_reach_deg(points)
    frame = frame_deg(middle, reach_deg)
    shapes = [(part.exterior, *part.interiors) for part in land_near(*frame)]
    polygons = [[steps_of(line.coords[:-1], LAND_UNIT_DEG) for line in lines] for lines in shapes]
    edge = steps_of(_edge(*frame), LAND_UNIT_DEG)
    return {
        "middle": middle,
        "reach_deg": max(reach_deg, 0.01),
        "land": {"unit_deg": LAND_UNIT_DEG, "polygons": polygons, "frame": [edge]},
    }


def middle_and_reach_deg(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], float]:
    """The middle (lon, lat) of points on the sphere, and how far in degrees the farthest lies from it."""
    lon, lat = np.radians(np.array(points or [(0.0, 0.0)])).T
    xyz = np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=-1)
    mean = (xyz.min(axis=0) + xyz.max(axis=0)) / 2
    unit = mean / max(float(np.linalg.norm(mean)), 1e-9)
    middle = (float(np.degrees(np.arctan2(unit[1], unit[0]))), float(np.degrees(np.arcsin(np.clip(unit[2], -1, 1)))))
    reach_deg = float(np.degrees(np.arccos(np.clip(xyz @ unit, -1, 1)).max()))
    return middle, reach_deg


def frame_deg(middle: tuple[float, float], reach_deg: float) -> tuple[float, float, float, float]:
    """A box of degrees around what is drawn, wide enough to move about in."""
    reach = 3 * reach_deg + MIN_MARGIN_DEG
    south, north = max(-90.0, middle[1] - reach), min(90.0, middle[1] + reach)
    widest = max(abs(south), abs(north))
    across = reach / max(float(np.cos(np.radians(widest))), 1e-3)
    if across >= 170:
        return -180.0, south, 180.0, north
    return middle[0] - across, south, middle[0] + across, north


def _edge(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    """The box's edge with enough points that its parallels look like parallels."""
    across = np.linspace(west, east, 60)
    below, above = [(float(lon), south) for lon in across], [(float(lon), north) for lon in across[::-1]]
    return below + above
