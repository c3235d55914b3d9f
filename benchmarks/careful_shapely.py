"""All pairs too close, as a careful user writes it with shapely, numpy and pyproj alone.

What a user who has read shapely's documentation would do, and a little more:

* positions go to an equal-area plane around the middle of the data, in one vectorised call;
* footprints stay core and distance, never a polygon inscribed in a buffer: `dwithin` decides them exactly;
* one STRtree for each half hour over the boxes of the volumes that are active in it. Only volumes that *start* in the
  half hour ask it, and each keeps the answers that started before itself: every pair comes once, none twice;
* a tree takes the diagonals of the boxes: same boxes, half the bytes and a third of the time of `shapely.box`;
* times, heights and boxes are compared in numpy before any geometry is made or measured; circles are compared in numpy;
* cores are built only for the volumes that are left, in one call a kind (`from_ragged_array`);
* `Settings` adds what goes beyond that: two threads, and trees for layers of height too.

Preparing the cores was tried: `dwithin` takes over twice as long, because so few pairs share a core.

The plane limits it: distances are wrong by `plane_error` of themselves, which grows with the square of the distance
from the middle. Data around the globe go to `careful_globe`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Proj

from wellclear.model.columns import Columns
from wellclear.model.minima import Minima

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Pairs = tuple[Ints, Ints]

SLOT_MS: Final = 1_800_000
EARTH_RADIUS_M: Final = 6_371_000.0
POINT: Final = 0
LINE: Final = 1
AREA: Final = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """How a user may go on from one tree for each half hour on one thread.

    Attributes:
        threads: shapely lets go of the interpreter while it queries and measures.
        layer_dmm: one tree for each half hour and layer of this height; 0 for one over all heights.
    """

    threads: int = 1
    layer_dmm: int = 0


@dataclass
class Phases:
    """Seconds spent by phase, for the report; summed over threads."""

    seconds: dict[str, float] = field(default_factory=dict)
    candidates: int = 0

    def timed(self, name: str, began_s: float) -> float:
        """Add the time since `began_s` to a phase and return the present."""
        now_s = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now_s - began_s
        return now_s


@dataclass(frozen=True, slots=True)
class Plane:
    """Volumes in plane metres.

    xy_m       (k, 2) points
    low_m      (n, 2) of the footprint's box, buffer included
    high_m     (n, 2)
    buffer_m   (n,)
    """

    columns: Columns
    xy_m: Floats
    low_m: Floats
    high_m: Floats
    buffer_m: Floats


def find_pairs(
    columns: Columns,
    minima: Minima,
    settings: Settings = Settings(),
    phases: Phases | None = None,
) -> Ints:
    """Index pairs (k, 2) of volumes closer than the minima, each with i < j, sorted."""
    watch = phases or Phases()
    began_s = time.perf_counter()
    plane = flattened(columns, projected_m(columns))
    began_s = watch.timed("project", began_s)
    low, high = close_boxes(plane, minima, settings, watch)
    began_s = time.perf_counter()
    kept = touching(plane, low, high, minima.lateral_dmm / 1e4, settings.threads)
    began_s = watch.timed("geometry", began_s)
    pairs = in_order(low[kept], high[kept])
    watch.timed("sort", began_s)
    return pairs


def projected_m(columns: Columns) -> Floats:
    """Points in an equal-area plane around the middle of all: (k, 2) metres."""
    lon_deg, lat_deg = columns.lon_e7 / 1e7, columns.lat_e7 / 1e7
    return np.stack(plane_around(lon_deg, lat_deg)(lon_deg, lat_deg), axis=-1)


def plane_around(lon_deg: Floats, lat_deg: Floats) -> Proj:
    """Lambert's equal-area plane that touches the ellipsoid in the middle of the points."""
    return Proj(proj="laea", lat_0=_middle(lat_deg), lon_0=_middle(lon_deg), ellps="WGS84")


def _middle(values: Floats) -> float:
    return float((values.min() + values.max()) / 2)


def plane_error(columns: Columns) -> float:
    """Largest part by which a length in the plane of `projected_m` can be wrong.

    Along and across, the scale of the equal-area plane is cos(c / 2) and its inverse at the angle c from its middle
    (Snyder, USGS Professional Paper 1395, p. 186); 0.0002 is kept for the figure of the Earth.
    """
    reach_m = float(np.hypot(*np.abs(projected_m(columns)).max(axis=0))) + float(columns.buffer_dmm.max()) / 1e4
    return float(1 / np.cos(reach_m / EARTH_RADIUS_M / 2) - 1) + 0.0002


def flattened(columns: Columns, xy_m: Floats) -> Plane:
    """Boxes of the footprints in a plane."""
    first, buffer_m = columns.first[:-1], columns.buffer_dmm / 1e4
    low_m = np.minimum.reduceat(xy_m, first) - buffer_m[:, None]
    high_m = np.maximum.reduceat(xy_m, first) + buffer_m[:, None]
    return Plane(columns, xy_m, low_m, high_m, buffer_m)


def diagonals(low_m: Floats, high_m: Floats) -> npt.NDArray[np.object_]:
    """A line across each box (n, 2): its box is that box."""
    ends_m = np.stack((low_m, high_m), axis=1).reshape(-1, 2)
    lines: npt.NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.LINESTRING, ends_m, (np.arange(0, len(ends_m) + 1, 2),)
    )
    return lines


@dataclass(frozen=True, slots=True)
class Cells:
    """Which volumes are in a cell of time and height, and which of them start in its time.

    level                   (n,) layer of each volume's floor
    layers                  how many layers there are; cell = slot * layers + layer
    active, active_first    ids grouped by cell, and where each group begins
    started, started_first  likewise
    """

    level: Ints
    layers: int
    active: Ints
    active_first: Ints
    started: Ints
    started_first: Ints


def cells_of(columns: Columns, minima: Minima, layer_dmm: int) -> Cells:
    """Half hours from the earliest start on, and layers from the lowest floor on; ends are moved by the minima."""
    opening, closing = _steps(columns.start_ms, columns.end_ms + (minima.time_ms - 1), SLOT_MS)
    level, top = _steps(columns.floor_dmm, columns.ceiling_dmm + max(minima.vertical_dmm - 1, 0), layer_dmm)
    layers = int(top.max()) + 1
    started, layer = _spread(level, top)
    start_cell = opening[started] * layers + layer
    entry, slot = _spread(opening[started], closing[started])
    active, active_cell = started[entry], slot * layers + layer[entry]
    bins = np.arange((int(closing.max()) + 1) * layers + 1)
    by_start, by_cell = np.argsort(start_cell, kind="stable"), np.argsort(active_cell, kind="stable")
    return Cells(
        level=level,
        layers=layers,
        active=active[by_cell],
        active_first=np.searchsorted(active_cell[by_cell], bins),
        started=started[by_start],
        started_first=np.searchsorted(start_cell[by_start], bins),
    )


def _steps(low: Ints, high: Ints, step: int) -> tuple[Ints, Ints]:
    """Step of each low and high end, counted from the lowest; one step for all where `step` is 0."""
    if not step:
        return np.zeros_like(low), np.zeros_like(low)
    return (low - low.min()) // step, (high - low.min()) // step


def _spread(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Each place once for every integer from its low to its high: places and integers."""
    lengths = high - low + 1
    owner = np.repeat(np.arange(len(low)), lengths)
    return owner, low[owner] + np.arange(len(owner)) - (np.cumsum(lengths) - lengths)[owner]


def close_boxes(plane: Plane, minima: Minima, settings: Settings, watch: Phases) -> Pairs:
    """Pairs whose boxes, times and heights are closer than the minima: (i, j), in no order."""
    began_s = time.perf_counter()
    cells = cells_of(plane.columns, minima, settings.layer_dmm)
    boxes = diagonals(plane.low_m, plane.high_m)
    lateral_m = minima.lateral_dmm / 1e4
    asking = diagonals(plane.low_m - lateral_m, plane.high_m + lateral_m) if lateral_m else boxes
    watch.timed("boxes", began_s)

    def search(cell: int) -> Pairs:
        active = cells.active[cells.active_first[cell] : cells.active_first[cell + 1]]
        started = cells.started[cells.started_first[cell] : cells.started_first[cell + 1]]
        began_s = time.perf_counter()
        tree = shapely.STRtree(boxes[active])
        began_s = watch.timed("trees", began_s)
        asked, answered = tree.query(asking[started])
        began_s = watch.timed("query", began_s)
        watch.candidates += len(asked)
        later, earlier = started[asked], active[answered]
        if settings.layer_dmm:
            kept = np.flatnonzero(np.maximum(cells.level[later], cells.level[earlier]) == cell % cells.layers)
            later, earlier = later[kept], earlier[kept]
        kept = _close_in_height(plane.columns, later, earlier, minima)
        later, earlier = later[kept], earlier[kept]
        kept = _close_in_time(plane.columns, later, earlier, minima)
        watch.timed("times and heights", began_s)
        return later[kept], earlier[kept]

    found = mapped(search, len(cells.active_first) - 1, settings.threads)
    return np.concatenate([i for i, _ in found]), np.concatenate([j for _, j in found])


def _close_in_height(columns: Columns, i: Ints, j: Ints, minima: Minima) -> Ints:
    gap_dmm = np.maximum(columns.floor_dmm[i], columns.floor_dmm[j])
    gap_dmm -= np.minimum(columns.ceiling_dmm[i], columns.ceiling_dmm[j])
    return np.flatnonzero(gap_dmm <= max(minima.vertical_dmm - 1, 0))


def _close_in_time(columns: Columns, later: Ints, earlier: Ints, minima: Minima) -> Ints:
    """Where `earlier` did start earlier, or at the same time and comes first, and has not ended."""
    start_ms, started_ms = columns.start_ms[later], columns.start_ms[earlier]
    first = (started_ms < start_ms) | ((started_ms == start_ms) & (earlier < later))
    apart = columns.group[later] != columns.group[earlier]
    return np.flatnonzero(first & apart & (start_ms < columns.end_ms[earlier] + minima.time_ms))


def mapped(work: Callable[[int], Pairs], count: int, threads: int) -> list[Pairs]:
    """The work's results for 0, 1, ... in order, by some threads."""
    if threads == 1:
        return [work(k) for k in range(count)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, range(count)))


def touching(plane: Plane, i: Ints, j: Ints, lateral_m: float, threads: int = 1) -> npt.NDArray[np.bool_]:
    """Which pairs of footprints are within the lateral minimum: (k,)."""
    core, first = plane.columns.core, plane.columns.first
    within_m = plane.buffer_m[i] + plane.buffer_m[j] + lateral_m
    kept = np.zeros(len(i), dtype=np.bool_)
    round_pair = (core[i] == POINT) & (core[j] == POINT)
    a_m, b_m = plane.xy_m[first[i[round_pair]]], plane.xy_m[first[j[round_pair]]]
    kept[round_pair] = ((a_m - b_m) ** 2).sum(axis=1) <= within_m[round_pair] ** 2
    rest = np.flatnonzero(~round_pair)
    cores = cores_of(plane.columns, plane.xy_m, np.concatenate((i[rest], j[rest])))
    swap = core[i[rest]] == POINT
    a, b = cores[np.where(swap, j[rest], i[rest])], cores[np.where(swap, i[rest], j[rest])]
    cuts = np.array_split(np.arange(len(rest)), 4 * threads)

    def measure(k: int) -> Pairs:
        return cuts[k], shapely.dwithin(a[cuts[k]], b[cuts[k]], within_m[rest[cuts[k]]])

    for cut, close in mapped(measure, len(cuts), threads):
        kept[rest[cut]] = close
    return kept


def cores_of(columns: Columns, xy_m: Floats, wanted: Ints) -> npt.NDArray[np.object_]:
    """Cores as geometries: (n,), nothing where a volume is not wanted."""
    needed = np.zeros(len(columns), dtype=np.bool_)
    needed[wanted] = True
    cores = np.empty(len(columns), dtype=np.object_)
    counts = np.diff(columns.first)
    for kind in range(3):
        ids = np.flatnonzero(needed & (columns.core == kind))
        if ids.size:
            cores[ids] = _built(kind, xy_m, columns.first[ids], counts[ids])
    return cores


def _built(kind: int, xy_m: Floats, first: Ints, counts: Ints) -> npt.NDArray[np.object_]:
    """Geometries of one kind; rings are closed."""
    if kind == POINT:
        points: npt.NDArray[np.object_] = shapely.points(xy_m[first])
        return points
    lengths = counts if kind == LINE else counts + 1
    ends = np.concatenate(([0], np.cumsum(lengths)))
    owner = np.repeat(np.arange(len(first)), lengths)
    rank = np.arange(ends[-1]) - ends[owner]
    coordinates_m = xy_m[first[owner] + np.where(rank == counts[owner], 0, rank)]
    offsets = (ends,) if kind == LINE else (ends, np.arange(len(first) + 1))
    geometry = shapely.GeometryType.LINESTRING if kind == LINE else shapely.GeometryType.POLYGON
    built: npt.NDArray[np.object_] = shapely.from_ragged_array(geometry, coordinates_m, offsets)
    return built


def in_order(i: Ints, j: Ints) -> Ints:
    """Pairs (k, 2), the lower index first, sorted."""
    low, high = np.minimum(i, j), np.maximum(i, j)
    order = np.lexsort((high, low))
    return np.stack((low[order], high[order]), axis=-1)
