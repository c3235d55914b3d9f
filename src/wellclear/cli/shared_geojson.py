"""The shared pieces of airspace as GeoJSON (RFC 7946), one feature for each conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
import shapely

from wellclear.cli.report_json import Members, conflict_members
from wellclear.cli.wording import print_band

if TYPE_CHECKING:
    from collections.abc import Callable

    from wellclear.detect.results import Conflict

    Rings = tuple[tuple[tuple[float, float], ...], ...]

DECIMALS: Final = 7
"""Of a degree: a centimetre, as fine as the model's positions."""


def shared_geojson(conflicts: tuple[Conflict, ...], piece_of: Callable[[Conflict], Rings]) -> bytes:
    """All conflicts as features.

    piece_of  gives a conflict's shared piece as rings of (lon, lat) degrees; longitudes may run past 180
    """
    lines = (msgspec.json.encode(_feature(conflict, piece_of(conflict))) for conflict in conflicts)
    return b'{"type": "FeatureCollection", "features": [\n' + b",\n".join(lines) + b"\n]}\n"


def _feature(conflict: Conflict, rings: Rings) -> Members:
    return {
        "type": "Feature",
        "geometry": _geometry(conflict, rings),
        "properties": {
            **conflict_members(conflict),
            "a_band": print_band(conflict.a.volume.band),
            "b_band": print_band(conflict.b.volume.band),
        },
    }


def _geometry(conflict: Conflict, rings: Rings) -> Members:
    """The piece cut at 180 degrees with its rings counter-clockwise; a point where it has no area."""
    parts = [part for ring in rings if len(ring) >= 3 for part in _cut_at_180(ring)]
    if not parts:
        return {"type": "Point", "coordinates": [conflict.where.lon_deg, conflict.where.lat_deg]}
    closed = [np.round(part.exterior.coords, DECIMALS).tolist() for part in parts]
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in closed]}


def _cut_at_180(ring: tuple[tuple[float, float], ...]) -> list[shapely.Polygon]:
    points = _running_on(ring)
    whole = shapely.Polygon(points)
    if max(abs(lon_deg) for lon_deg, _ in points) <= 180:
        return [shapely.geometry.polygon.orient(whole)] if whole.area > 0 else []
    kept = []
    for turn in (-360.0, 0.0, 360.0):
        window = shapely.box(turn - 180.0, -90.0, turn + 180.0, 90.0)
        inside = whole if window.covers(whole) else shapely.make_valid(whole).intersection(window)
        moved = shapely.transform(inside, lambda lon_lat, turn=turn: np.subtract(lon_lat, (turn, 0.0)))
        kept += [part for part in shapely.get_parts(moved) if part.geom_type == "Polygon" and part.area > 0]
    return [shapely.geometry.polygon.orient(part) for part in kept]


def _running_on(ring: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """The ring with longitudes that never jump by more than half a turn."""
    points = [ring[0]]
    for lon_deg, lat_deg in ring[1:]:
        turns = round((points[-1][0] - lon_deg) / 360.0)
        points.append((lon_deg + 360.0 * turns, lat_deg))
    return points
