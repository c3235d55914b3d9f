"""The local plane against Karney's geodesics: what its proof says must hold, and by how much it does."""

from __future__ import annotations

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from wellclear.geo.frame import ecef_m, frames, lon_lat_deg, project_m, surface_deg

WGS84 = Geodesic.WGS84

# EPSG Guidance Note 7-2 (IOGP 373-7-2), 4.1.1: geographic to geocentric, WGS 84, ellipsoid height taken to 0 here by
# subtracting 73.0 m along the normal (53 deg 48' 33.820" N, 2 deg 07' 46.380" E).
EPSG_LON_LAT = 2 + 7 / 60 + 46.380 / 3600, 53 + 48 / 60 + 33.820 / 3600
EPSG_XYZ_M = 3_771_793.968, 140_253.342, 5_124_304.349


def test_geocentric_coordinates_are_those_of_the_guidance_note() -> None:
    lon, lat = EPSG_LON_LAT
    normal = np.array(
        [
            np.cos(np.radians(lat)) * np.cos(np.radians(lon)),
            np.cos(np.radians(lat)) * np.sin(np.radians(lon)),
            np.sin(np.radians(lat)),
        ]
    )
    assert ecef_m(np.array(lon), np.array(lat)) == pytest.approx(np.array(EPSG_XYZ_M) - 73.0 * normal, abs=0.002)


@pytest.mark.parametrize("lat_deg", [-90.0, -89.0, -45.0, 0.0, 1e-9, 45.0, 89.0, 90.0])
def test_positions_come_back_from_geocentric_coordinates(lat_deg: float) -> None:
    back = lon_lat_deg(ecef_m(np.array(12.5), np.array(lat_deg)))
    assert back[1] == pytest.approx(lat_deg, abs=1e-9)
    assert abs(lat_deg) == 90.0 or back[0] == pytest.approx(12.5, abs=1e-9)


@pytest.mark.parametrize("lat_deg", [-90.0, -60.0, 0.0, 45.0, 90.0])
def test_the_plane_undoes_itself(lat_deg: float) -> None:
    rng = np.random.default_rng(7)
    frame = [part[None] for part in frames(ecef_m(np.array(179.0), np.array(lat_deg)))]
    plane_m = rng.uniform(-300_000, 300_000, (50, 2))
    deg = surface_deg(plane_m, *frame)
    assert project_m(ecef_m(deg[:, 0], deg[:, 1]), *frame) == pytest.approx(plane_m, abs=1e-5)


def test_axes_are_at_right_angles_everywhere() -> None:
    rng = np.random.default_rng(8)
    lon_deg, lat_deg = rng.uniform(-180, 180, 500), np.append(rng.uniform(-90, 90, 498), [-90.0, 90.0])
    _, axes, normal, _ = frames(ecef_m(lon_deg, lat_deg))
    every = np.concatenate((axes, normal[:, None]), axis=1)
    assert every @ every.transpose(0, 2, 1) == pytest.approx(np.broadcast_to(np.eye(3), (500, 3, 3)), abs=1e-12)


def test_the_radius_is_the_gaussian_one() -> None:
    for lat_deg in (0.0, 30.0, 60.0, 90.0):
        radius_m = frames(ecef_m(np.array(0.0), np.array(lat_deg)))[3]
        w = 1 - 0.0066943799901413 * np.sin(np.radians(lat_deg)) ** 2
        meridian_m, normal_m = 6_378_137.0 * (1 - 0.0066943799901413) / w**1.5, 6_378_137.0 / np.sqrt(w)
        assert radius_m == pytest.approx(np.sqrt(meridian_m * normal_m), abs=1e-3)
