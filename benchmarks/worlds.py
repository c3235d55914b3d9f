"""Seeded worlds of volumes that the benchmarks run on.

A world is drawn in two steps, both vectorised: shapes as offsets in metres around the origin, then places for them. In
a square, places and offsets are coordinates of an equal-area plane around 45 degrees north, 10 degrees east (within
400 km of the middle its scale is true to 0.1 %); on a globe each offset is walked along a geodesic from its place. The
positions that come out are what everyone works on, so no distance is ever taken from the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import Geod, Proj

from wellclear.model.columns import Columns

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

POINT: Final = 0
LINE: Final = 1
AREA: Final = 2

DAY_START_MS: Final = 1_717_200_000_000
"""2024-06-01T00:00:00Z."""

DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000
SEED: Final = 20_240_601
MIDDLE_LON_DEG: Final = 10.0
MIDDLE_LAT_DEG: Final = 45.0
CLUSTERS: Final = 60


@dataclass(frozen=True, slots=True)
class Sizes:
    """What shapes are drawn: 45 % circles, 30 % areas, 25 % corridors; each range is uniform, ends included.

    Attributes:
        radius_m: of circles, and of the circle around an area.
        ring_points: of an area, evenly spread around its middle with a jitter that leaves it star-shaped.
        ring_inner: smallest distance of a ring's point from the middle, as a part of the radius.
        line_points: of a corridor.
        leg_m: of a corridor.
        half_width_m: of a corridor.
    """

    radius_m: tuple[float, float] = (500.0, 5_000.0)
    ring_points: tuple[int, int] = (4, 20)
    ring_inner: float = 0.5
    line_points: tuple[int, int] = (2, 5)
    leg_m: tuple[float, float] = (2_000.0, 8_000.0)
    half_width_m: tuple[float, float] = (200.0, 2_000.0)


@dataclass(frozen=True, slots=True)
class Region:
    """Places: a part of them in clusters, the rest uniform over a square, or over the globe where `side_m` is 0."""

    side_m: float = 400_000.0
    clusters: int = CLUSTERS
    cluster_spread_m: float = 10_000.0
    clustered_part: float = 0.5


@dataclass(frozen=True, slots=True)
class World:
    """A named recipe; `draw` makes the volumes.

    Attributes:
        sizes: what shapes are drawn.
        large_sizes: what shapes the large part has.
        large_part: how many of all are large.
        region: where they are.
        minutes: range of the spans' lengths.
        at_once: whether all spans start at one time.
        thickness_m: range of the bands' heights, within 100 to 3,000 m.
    """

    name: str
    sizes: Sizes = Sizes()
    large_sizes: Sizes = Sizes()
    large_part: float = 0.0
    region: Region = Region()
    minutes: tuple[float, float] = (5.0, 90.0)
    at_once: bool = False
    thickness_m: tuple[float, float] = (20.0, 130.0)


TINY: Final = Sizes((50.0, 100.0), (4, 20), 0.5, (2, 5), (100.0, 200.0), (20.0, 50.0))
"""Footprints of about 100 m."""

GIANT: Final = Sizes((400_000.0, 500_000.0), (64, 80), 0.97, (9, 11), (60_000.0, 90_000.0), (20_000.0, 50_000.0))
"""Footprints of about 1,000 km with edges under 100 km, as they are once read."""

REGIONAL: Final = World("regional")
WORLDWIDE: Final = World("worldwide", region=Region(side_m=0.0, cluster_spread_m=30_000.0))
ONE_CLUSTER: Final = World("one cluster of 20 km", region=Region(side_m=20_000.0, clustered_part=0.0))
GIANTS: Final = World(
    "footprints of 1,000 km among ones of 100 m",
    sizes=TINY,
    large_sizes=GIANT,
    large_part=0.005,
    region=Region(side_m=1_000_000.0, cluster_spread_m=25_000.0),
)
AT_ONCE: Final = World("all at one time", minutes=(60.0, 60.0), at_once=True)

WORLDS: Final = {
    "regional": REGIONAL,
    "worldwide": WORLDWIDE,
    "one-cluster": ONE_CLUSTER,
    "giants": GIANTS,
    "at-once": AT_ONCE,
}


@dataclass(frozen=True, slots=True)
class Shapes:
    """n shapes around the origin.

    core      (n,)
    first     (n + 1,)
    offset_m  (k, 2) east, north
    buffer_m  (n,)
    """

    core: Ints
    first: Ints
    offset_m: Floats
    buffer_m: Floats


def draw(world: World, count: int, seed: int = SEED) -> Columns:
    """The same `count` volumes for the same world and seed."""
    rng = np.random.default_rng(seed)
    shapes = _mixed_shapes(rng, count, world)
    lon_deg, lat_deg = _placed(rng, shapes, world.region)
    floor_m, ceiling_m = _bands(rng, count, world.thickness_m)
    start_ms, end_ms = _spans(rng, count, world)
    return Columns(
        core=shapes.core.astype(np.uint8),
        first=shapes.first,
        lon_e7=np.rint(lon_deg * 1e7).astype(np.int32),
        lat_e7=np.rint(lat_deg * 1e7).astype(np.int32),
        buffer_dmm=np.rint(shapes.buffer_m * 1e4).astype(np.int64),
        floor_dmm=np.rint(floor_m * 1e4).astype(np.int64),
        ceiling_dmm=np.rint(ceiling_m * 1e4).astype(np.int64),
        start_ms=start_ms,
        end_ms=end_ms,
        group=np.arange(count, dtype=np.int64),
    )


def taken(columns: Columns, ids: Ints) -> Columns:
    """The rows `ids`, in that order."""
    counts = np.diff(columns.first)[ids]
    first = np.concatenate(([0], np.cumsum(counts)))
    points = np.arange(first[-1]) + np.repeat(columns.first[ids] - first[:-1], counts)
    rest = {name: getattr(columns, name)[ids] for name in ROW_COLUMNS}
    return replace(columns, first=first, lon_e7=columns.lon_e7[points], lat_e7=columns.lat_e7[points], **rest)


ROW_COLUMNS: Final = ("core", "buffer_dmm", "floor_dmm", "ceiling_dmm", "start_ms", "end_ms", "group")


def _mixed_shapes(rng: np.random.Generator, count: int, world: World) -> Shapes:
    large = round(count * world.large_part)
    if not large:
        return _shapes(rng, count, world.sizes)
    return _joined(_shapes(rng, count - large, world.sizes), _shapes(rng, large, world.large_sizes))


def _joined(a: Shapes, b: Shapes) -> Shapes:
    return Shapes(
        core=np.concatenate((a.core, b.core)),
        first=np.concatenate((a.first, a.first[-1] + b.first[1:])),
        offset_m=np.concatenate((a.offset_m, b.offset_m)),
        buffer_m=np.concatenate((a.buffer_m, b.buffer_m)),
    )


def _shapes(rng: np.random.Generator, count: int, sizes: Sizes) -> Shapes:
    points, areas = round(0.45 * count), round(0.30 * count)
    core = rng.permutation(np.repeat([POINT, AREA, LINE], [points, areas, count - points - areas]))
    counts = np.ones(count, dtype=np.int64)
    counts[core == AREA] = rng.integers(*sizes.ring_points, size=areas, endpoint=True)
    counts[core == LINE] = rng.integers(*sizes.line_points, size=count - points - areas, endpoint=True)
    first = np.concatenate(([0], np.cumsum(counts)))
    owner = np.repeat(np.arange(count), counts)
    radius_m = rng.uniform(*sizes.radius_m, size=count)
    offset_m = np.zeros((len(owner), 2))
    in_area, in_line = core[owner] == AREA, core[owner] == LINE
    offset_m[in_area] = _ring_offsets_m(rng, counts[core == AREA], radius_m[core == AREA], sizes)
    offset_m[in_line] = _line_offsets_m(rng, counts[core == LINE], sizes)
    half_width_m = rng.uniform(*sizes.half_width_m, size=count)
    buffer_m = np.choose(core, (radius_m, half_width_m, np.zeros(count)))
    return Shapes(core, first, offset_m, buffer_m)


def _ring_offsets_m(rng: np.random.Generator, counts: Ints, radius_m: Floats, sizes: Sizes) -> Floats:
    """Star-shaped rings: the angles grow, and by less than half a turn, so no two edges cross."""
    owner, rank = _ranks(counts)
    turn = rng.uniform(0, 2 * np.pi, size=len(counts))
    angle = turn[owner] + 2 * np.pi * (rank + rng.uniform(0, 0.8, size=len(owner))) / counts[owner]
    away_m = radius_m[owner] * rng.uniform(sizes.ring_inner, 1, size=len(owner))
    return np.stack((away_m * np.cos(angle), away_m * np.sin(angle)), axis=-1)


def _line_offsets_m(rng: np.random.Generator, counts: Ints, sizes: Sizes) -> Floats:
    """Lines of legs, each turning by at most one radian from the one before."""
    owner, rank = _ranks(counts)
    first = np.flatnonzero(rank == 0)
    turn = rng.uniform(-1, 1, size=len(owner))
    turn[first] = rng.uniform(0, 2 * np.pi, size=len(first))
    heading = np.cumsum(turn)
    heading -= (heading[first] - turn[first])[owner]
    leg_m = rng.uniform(*sizes.leg_m, size=len(owner))
    walked_m = np.cumsum(np.stack((leg_m * np.cos(heading), leg_m * np.sin(heading)), axis=-1), axis=0)
    return walked_m - walked_m[first][owner]


def _ranks(counts: Ints) -> tuple[Ints, Ints]:
    """For each point its owner and its rank among the owner's points."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]


def _placed(rng: np.random.Generator, shapes: Shapes, region: Region) -> tuple[Floats, Floats]:
    owner = np.repeat(np.arange(len(shapes.core)), np.diff(shapes.first))
    if region.side_m:
        plane = Proj(proj="laea", lat_0=MIDDLE_LAT_DEG, lon_0=MIDDLE_LON_DEG, ellps="WGS84")
        at_m = _square_places_m(rng, len(shapes.core), region)[owner] + shapes.offset_m
        lon_deg, lat_deg = plane(at_m[:, 0], at_m[:, 1], inverse=True)
        return lon_deg, lat_deg
    place_deg = _globe_places_deg(rng, len(shapes.core), region)[owner]
    return _walked_deg(place_deg, shapes.offset_m)


def _square_places_m(rng: np.random.Generator, count: int, region: Region) -> Floats:
    half_m = region.side_m / 2
    clustered = rng.permutation(count) < region.clustered_part * count
    places_m = rng.uniform(-half_m, half_m, size=(count, 2))
    inner_m = max(half_m - 2 * region.cluster_spread_m, 0.0)
    middles_m = rng.uniform(-inner_m, inner_m, size=(region.clusters, 2))
    members = int(clustered.sum())
    away_m = rng.normal(0, region.cluster_spread_m, size=(members, 2))
    places_m[clustered] = middles_m[rng.integers(region.clusters, size=members)] + away_m
    folded_m = np.copysign(2 * half_m, places_m) - places_m
    return np.where(np.abs(places_m) > half_m, folded_m, places_m)


def _globe_places_deg(rng: np.random.Generator, count: int, region: Region) -> Floats:
    """Uniform over the globe within 80 degrees of the equator; clusters likewise."""
    highest = np.sin(np.radians(80.0))

    def scattered(size: int) -> Floats:
        lat_deg = np.degrees(np.arcsin(rng.uniform(-highest, highest, size=size)))
        return np.stack((rng.uniform(-180, 180, size=size), lat_deg), axis=-1)

    clustered = rng.permutation(count) < region.clustered_part * count
    places_deg, middles_deg = scattered(count), scattered(region.clusters)
    members = int(clustered.sum())
    chosen = middles_deg[rng.integers(region.clusters, size=members)]
    away_m = rng.normal(0, region.cluster_spread_m, size=(members, 2))
    places_deg[clustered] = np.stack(_walked_deg(chosen, away_m), axis=-1)
    return places_deg


def _walked_deg(place_deg: Floats, offset_m: Floats) -> tuple[Floats, Floats]:
    """Where the geodesic from each place leads whose direction and length are those of the offset."""
    azimuth_deg = np.degrees(np.arctan2(offset_m[:, 0], offset_m[:, 1]))
    length_m = np.hypot(offset_m[:, 0], offset_m[:, 1])
    lon_deg, lat_deg, _ = Geod(ellps="WGS84").fwd(place_deg[:, 0], place_deg[:, 1], azimuth_deg, length_m)
    return lon_deg, lat_deg


def _bands(rng: np.random.Generator, count: int, thickness_m: tuple[float, float]) -> tuple[Floats, Floats]:
    high_m = rng.uniform(*thickness_m, size=count)
    floor_m = 100.0 + rng.uniform(0, 1, size=count) * (2_900.0 - high_m)
    return floor_m, floor_m + high_m


def _spans(rng: np.random.Generator, count: int, world: World) -> tuple[Ints, Ints]:
    length_ms = np.rint(rng.uniform(*world.minutes, size=count) * MINUTE_MS).astype(np.int64)
    latest_ms = DAY_MS - length_ms
    start_ms = DAY_START_MS + (rng.uniform(0, 1, size=count) * latest_ms).astype(np.int64)
    if world.at_once:
        start_ms[:] = DAY_START_MS
    return start_ms, start_ms + length_ms
