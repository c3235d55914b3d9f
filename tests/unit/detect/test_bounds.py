"""The bounds that send a pair to the exact routine, against Karney's geodesics: never broken, and not wasteful."""

from __future__ import annotations

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from wellclear.detect import bounds
from wellclear.geo.frame import ecef_m, frames, project_m
from wellclear.model.minima import Minima

WGS84 = Geodesic.WGS84
LATITUDES = (0.0, 30.0, 45.0, 60.0, 80.0, 89.0)


def _placed(lat_deg: float, lon_deg: float, bearing_deg: float, away_m: float) -> tuple[float, float]:
    there = WGS84.Direct(lat_deg, lon_deg, bearing_deg, away_m)
    return there["lon2"], there["lat2"]


def _plane_m(centre: tuple[float, float], points: list[tuple[float, float]]) -> np.ndarray:
    frame = [part[None] for part in frames(ecef_m(np.array(centre[0]), np.array(centre[1])))]
    deg = np.array(points)
    return project_m(ecef_m(deg[:, 0], deg[:, 1]), *frame)


@pytest.mark.parametrize("lat_deg", LATITUDES)
@pytest.mark.parametrize("seen_m", [1_000.0, 30_000.0, 300_000.0, 1_500_000.0])
def test_a_distance_within_reach_stays_between_the_bounds(lat_deg: float, seen_m: float) -> None:
    rng = np.random.default_rng(int(lat_deg * 1000 + seen_m))
    centre = 10.0, lat_deg
    for _ in range(60):
        p, q = (_placed(lat_deg, 10.0, rng.uniform(0, 360), seen_m * rng.uniform(0, 1)) for _ in range(2))
        true_m = WGS84.Inverse(p[1], p[0], q[1], q[0])["s12"]
        plane_m = float(np.linalg.norm(np.subtract(*_plane_m(centre, [p, q]))))
        assert bounds.sure_m(true_m, seen_m, 0.0) <= plane_m <= bounds.clear_m(true_m, seen_m, 0.0) + 1e-6


@pytest.mark.parametrize("lat_deg", LATITUDES)
@pytest.mark.parametrize(("seen_m", "edge_m"), [(1_000.0, 5_000.0), (20_000.0, 20_000.0), (100_000.0, 100_000.0)])
def test_an_edge_bows_less_than_the_bound(lat_deg: float, seen_m: float, edge_m: float) -> None:
    rng = np.random.default_rng(int(lat_deg * 1000 + edge_m))
    worst = 0.0
    for _ in range(60):
        start = _placed(lat_deg, 10.0, rng.uniform(0, 360), seen_m * rng.uniform(0, 1))
        bearing_deg = rng.uniform(0, 360)
        along = [_placed(start[1], start[0], bearing_deg, edge_m * share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
        plane_m = _plane_m((10.0, lat_deg), along)
        way = plane_m[-1] - plane_m[0]
        off_m = np.abs(way[0] * (plane_m[:, 1] - plane_m[0, 1]) - way[1] * (plane_m[:, 0] - plane_m[0, 0]))
        worst = max(worst, float(off_m.max() / np.linalg.norm(way)))
    stretched_m = bounds.clear_m(bounds.bow_m(seen_m, edge_m), seen_m + edge_m, 0.0)
    assert worst <= stretched_m
    assert stretched_m < 0.1, "an edge of 100 km is straight to a decimetre"


@pytest.mark.parametrize("lat_deg", LATITUDES)
def test_an_arc_over_a_chord_errs_less_than_the_bound(lat_deg: float) -> None:
    rng = np.random.default_rng(int(lat_deg))
    for _ in range(200):
        true_m = 10 ** rng.uniform(1, 6.5)
        q = _placed(lat_deg, 0.0, rng.uniform(0, 360), true_m)
        ends_m = ecef_m(np.array([0.0, q[0]]), np.array([lat_deg, q[1]]))
        chord_m = float(np.linalg.norm(ends_m[1] - ends_m[0]))
        radius_m = float(frames(ends_m.mean(axis=0))[3])
        error_m = abs(float(bounds.arc_m(chord_m, radius_m)) - true_m)
        assert error_m <= bounds.arc_error_m(chord_m) + 1e-8
        assert true_m > 1e6 or error_m <= max(1e-5 * true_m, 1e-6), "hardly a pair needs the exact routine"


def test_between_sure_and_clear_lies_little() -> None:
    limit_m = 9_260.0
    seen_m = bounds.seen_m(5_000.0, limit_m)
    bow_m = 2 * bounds.bow_m(seen_m, 5_000.0)
    doubt_m = bounds.clear_m(limit_m, seen_m, bow_m) - bounds.sure_m(limit_m, seen_m, bow_m)
    assert doubt_m < 0.1


def test_the_margin_is_the_minimum_with_the_error_on_the_side_of_conflict() -> None:
    assert bounds.margin_m(Minima(lateral_dmm=10_000)) == pytest.approx(1.001)
    assert bounds.margin_m(Minima()) == pytest.approx(0.005)
