"""Covers from outside: S2 cells that together contain a footprint.

S2 cells divide a sphere; their edges are great circles. A position of the ellipsoid is laid on that sphere by its
longitude and latitude as they are. Two facts make covers safe (M and N are the radii of curvature of WGS 84, lengths on
the sphere are in radians):

* A path of s metres becomes one of at most s / min(M) radians, and t radians become at most t max(N) metres: a step
  north is divided by M, one east by N. So a buffer becomes a reach of buffer / `MIN_RADIUS_M`.
* A geodesic of azimuth a becomes a curve of azimuth b, tan b = (M / N) tan a. By Clairaut da = sin(latitude)
  dlongitude along the one; the same holds for the azimuth of a great circle; so the curve's geodesic curvature is
  d(b - a) over its length. With r = M / N, 1 - r <= e2 cos2(latitude) / (1 - e2) and dr/dlatitude <= e2 / (1 - e2), so
  that the parts of d(b - a)/ds from the turn of a and from the change of r are each at most
  1.02 e2 / 2 (1 - e2) min(M): together a curvature of at most 0.0072. Between the same ends, geodesic and great circle
  leave each other by at most 0.0072 l2 / 8 over a length l: 1.4 m over 100 km.

What is added to a footprint does not depend on the level of the cells: a cell is in the cover exactly if one of its
four children is in the finer cover. So coarser covers tell nothing that the finer ones do not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import s2geometry as s2

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.frame import MIN_RADIUS_M, Floats
from wellclear.geo.grid import MAX_S2_LEVEL, MIN_S2_LEVEL
from wellclear.geo.limits import DMM_PER_M, MAX_EXTENT_M

MAX_COVER_CELLS: Final = 2_000
"""Cells of one cover: more than any notice can carry, and a bound on the work of making it."""

LEAVE: Final = 0.001
"""How far a geodesic and a great circle between the same ends leave each other, over the square of their length: 0.0072
/ 8, with a tenth for what the length itself differs."""

DOUBT_RAD: Final = 1.0 / MIN_RADIUS_M
"""A metre: distances of a cell, computed from squared chords, are right to 3e-8 near zero and to 1e-14 beyond."""

MAX_DIAGONAL_RAD: Final = 2.438654594434021
"""Longest diagonal of a cell of level 0; half as long at each level (S2's `kMaxDiag`)."""

MIN_WIDTH_RAD: Final = 0.942809041582063
"""Least width of a cell of level 0; half at each level (S2's `kMinWidth`)."""

MANY: Final = 8
"""Edges from which on the far ones are left out by the distance of their middles before S2 measures each."""

Cell = int
"""Number of an S2 cell: 64 bits, of which the lowest that is set tells the level."""

Edge = tuple[Any, Any]
"""Two points of the sphere, as S2 holds them; both the same where the core is a point."""

Rows = tuple[int, ...]
"""Numbers of edges."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Cells of one level that together contain a footprint.

    Attributes:
        s2_level: level of all cells.
        cells: ascending.
    """

    s2_level: int
    cells: tuple[Cell, ...]


def cover_footprint(footprint: Footprint, s2_level: int) -> tuple[Cell, ...]:
    """All cells of a level that a footprint meets, core and buffer, or comes within some metres of.

    Args:
        footprint: of any size.
        s2_level: 4 to 16.

    Returns:
        Ascending; the same for the same footprint.

    Raises:
        RuleViolated: `cover-large`: over 2,000 cells; says which level would do.
        MalformedInput: `cell-level`.
    """
    cover = fitting_cover(footprint, s2_level)
    if cover.s2_level < s2_level:
        raise RuleViolated(
            f"the cover at level {s2_level} has more than {MAX_COVER_CELLS:,} cells",
            code="cover-large",
            wanted=f"level {cover.s2_level} or lower",
        )
    return cover.cells


def fitting_cover(footprint: Footprint, s2_level: int) -> Cover:
    """The cover at a level, or at the finest one below it that has at most 2,000 cells.

    Raises:
        MalformedInput: `cell-level`.
    """
    check_level(s2_level)
    region = _Region.of(footprint)
    level, first = region.first_cells(s2_level)
    found = region.touching(dict.fromkeys(first, tuple(range(len(region.edges)))), level)
    while level < s2_level:
        finer = region.touching({child: near for cell, near in found.items() for child in children(cell)}, level + 1)
        if len(finer) > MAX_COVER_CELLS:
            break
        found, level = finer, level + 1
    return Cover(level, tuple(sorted(found)))


def level_of(cell: Cell) -> int:
    """Level of a cell: 0 to 30."""
    return 30 - ((cell & -cell).bit_length() - 1) // 2


def children(cell: Cell) -> tuple[Cell, Cell, Cell, Cell]:
    """The four cells of the next level that divide a cell, ascending."""
    own = cell & -cell
    part = own >> 2
    first = cell - own + part
    return first, first + 2 * part, first + 4 * part, first + 6 * part


def parent(cell: Cell) -> Cell:
    """The cell of the level above that contains a cell."""
    mark = (cell & -cell) << 2
    return cell & -mark | mark


def check_level(s2_level: int) -> None:
    """Hold only if covers have this level.

    Raises:
        MalformedInput: `cell-level`.
    """
    if type(s2_level) is not int or not MIN_S2_LEVEL <= s2_level <= MAX_S2_LEVEL:
        raise MalformedInput(
            f"{s2_level!r} is no level of cells", code="cell-level", wanted=f"{MIN_S2_LEVEL} to {MAX_S2_LEVEL}"
        )


def _point(vector: Floats) -> Any:  # noqa: ANN401 - s2geometry has no types
    x, y, z = (float(part) for part in vector)
    return s2.S2LatLng.FromRadians(math.atan2(z, math.hypot(x, y)), math.atan2(y, x)).ToPoint()


def vector(point: Any) -> Floats:  # noqa: ANN401 - s2geometry has no types
    """The same point as an array (3,)."""
    return np.array([point.x(), point.y(), point.z()])


@dataclass(frozen=True, slots=True)
class _Region:
    """A footprint on the sphere: everything within `reach_rad` of its edges, and what they enclose.

    Attributes:
        edges: n great circles between the points of the core.
        middles: (n, 3) unit vectors of their middles.
        halves_rad: (n,) half their lengths.
        points: (m, 3) unit vectors of the core's points.
        is_area: whether the edges enclose something.
        reach_rad: buffer, and what geodesics leave their great circles.
    """

    edges: tuple[Edge, ...]
    middles: Floats
    halves_rad: Floats
    points: Floats
    is_area: bool
    reach_rad: float

    @classmethod
    def of(cls, footprint: Footprint) -> _Region:
        points = [s2.S2LatLng.FromDegrees(place.lat_deg, place.lon_deg).ToPoint() for place in footprint.points]
        is_area = footprint.core is Core.AREA
        edges = tuple(pairwise([*points, points[0]] if is_area else points)) or ((points[0], points[0]),)
        start, end = (np.array([vector(edge[side]) for edge in edges]) for side in (0, 1))
        halves_rad = _angles_rad(start, end) / 2
        buffer_rad = footprint.buffer_dmm / DMM_PER_M / MIN_RADIUS_M
        reach_rad = buffer_rad + LEAVE * (2.2 * float(halves_rad.max())) ** 2 + DOUBT_RAD
        vectors = np.array([vector(point) for point in points])
        return cls(edges, _unit(start + end), halves_rad, vectors, is_area, reach_rad)

    def first_cells(self, s2_level: int) -> tuple[int, tuple[Cell, ...]]:
        """A level, the one asked for at the finest, at which some four cells contain the region; and these cells."""
        centre = _unit(self.points.sum(axis=0))
        radius_rad = float(_angles_rad(self.points, centre[None]).max()) + self.reach_rad
        level = max(0, min(s2_level, math.floor(math.log2(MIN_WIDTH_RAD / radius_rad))))
        coverer = s2.S2RegionCoverer()
        coverer.set_fixed_level(level)
        cap = s2.S2Cap(_point(centre), s2.S1Angle.Radians(radius_rad))
        return level, tuple(cell.id() for cell in coverer.GetCovering(cap))

    def touching(self, cells: dict[Cell, Rows], level: int) -> dict[Cell, Rows]:
        """Those cells of a level that the region meets, each with the edges that decide about its children.

        cells    with the edges that may come near; none where the cell lies wholly inside
        returns  likewise
        """
        diagonal_rad = MAX_DIAGONAL_RAD / (1 << level)
        found = {}
        for cell, rows in cells.items():
            near = self._near(s2.S2Cell(s2.S2CellId(cell)), rows, diagonal_rad) if rows else ()
            if near is not None:
                found[cell] = near
        return found

    def _near(self, shape: Any, rows: Rows, diagonal_rad: float) -> Rows | None:  # noqa: ANN401 - an S2Cell, untyped
        """Edges that may be within reach of a cell, of which one is; none where the cell lies wholly inside.

        None where the cell lies wholly outside.
        """
        kept = self._perhaps_near(shape, rows, diagonal_rad) if len(rows) > MANY else rows
        for row in kept:
            away_rad = math.radians(shape.GetDistance(*self.edges[row]).degrees())
            if away_rad + diagonal_rad <= self.reach_rad:
                return ()
            if away_rad <= self.reach_rad:
                return kept
        return () if self.is_area and self._encloses(vector(shape.GetCenter())) else None

    def _perhaps_near(self, shape: Any, rows: Rows, diagonal_rad: float) -> Rows:  # noqa: ANN401 - an S2Cell, untyped
        """Edges that the triangle inequality does not put beyond reach; the one whose middle is nearest goes first."""
        chosen = np.array(rows)
        away_rad = _angles_rad(self.middles[chosen], vector(shape.GetCenter())[None])
        order = np.argsort(away_rad, kind="stable")
        kept = order[(away_rad - self.halves_rad[chosen])[order] <= self.reach_rad + diagonal_rad]
        return tuple(chosen[kept].tolist())

    def _encloses(self, place: Floats) -> bool:
        """Whether the azimuths to the ring's points, seen from a place on none of its edges, turn through a circle.

        A ring reaches at most 2,000 km from its first point; whoever is farther from that lies outside, and from all
        others the whole ring is seen within 90 degrees.
        """
        if _angles_rad(self.points[:1], place[None])[0] > 2.1 * MAX_EXTENT_M / MIN_RADIUS_M:
            return False
        aside = np.cross(place, (1.0, 0.0, 0.0) if abs(place[0]) < 0.5 else (0.0, 1.0, 0.0))
        azimuth_rad = np.arctan2(self.points @ np.cross(place, aside), self.points @ aside)
        turn_rad = (np.roll(azimuth_rad, -1) - azimuth_rad + np.pi) % (2 * np.pi) - np.pi
        return abs(float(turn_rad.sum())) > np.pi


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


def _angles_rad(one: Floats, other: Floats) -> Floats:
    """Angles between unit vectors, (n, 3) each: from the chord, which is exact for small ones."""
    chord = np.linalg.norm(one - other, axis=-1)
    angle_rad: Floats = 2 * np.arcsin(np.minimum(chord / 2, 1.0))
    return angle_rad
