"""Shapes with arcs and orbits cover what they should, anywhere: against points by geographiclib."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.geodesic_oracle import lateral_gap_m
from wellclear.errors import MalformedInput
from wellclear.formats.aco.offset import beside
from wellclear.formats.aco.sets import lex
from wellclear.formats.aco.shapes import Shaped, read_shape
from wellclear.geo.footprint import Footprint
from wellclear.geo.position import Position

ROUNDING_M = 0.02
"""Both the point looked at and the points of the shape are rounded to 1e-7 degree."""

SHARES = st.floats(0, 1)


class Sector(NamedTuple):
    """A sector in whole degrees and kilometres."""

    lat_deg: int
    lon_deg: int
    begin_deg: int
    sweep_deg: int
    inner_km: int
    outer_km: int

    @property
    def origin(self) -> Position:
        return Position.from_degrees(self.lon_deg, self.lat_deg)

    @property
    def origin_text(self) -> str:
        return f"LATM:{self.lat_deg:02d}00N{self.lon_deg:03d}00E"

    @property
    def bearings_text(self) -> str:
        return f"{self.begin_deg:03d}T/{(self.begin_deg + self.sweep_deg) % 360:03d}T"

    def radarc(self) -> Shaped:
        return shape(f"RADARC/{self.origin_text}/{self.bearings_text}/{self.inner_km}KM/{self.outer_km}KM")


SECTORS = st.builds(
    lambda lat_deg, lon_deg, begin_deg, sweep_deg, inner_km, depth_km: Sector(
        lat_deg, lon_deg, begin_deg, sweep_deg, inner_km, inner_km + depth_km
    ),
    st.integers(0, 88),
    st.integers(0, 179),
    st.integers(0, 359),
    st.integers(1, 359),
    st.integers(0, 200),
    st.integers(1, 200),
)
"""Radii for which both arcs of the widest sector keep within the points of one footprint."""


def shape(text: str) -> Shaped:
    return read_shape(lex(f"{text}//".encode())[0])


def moved(position: Position, bearing_deg: float, away_m: float) -> Footprint:
    there = Geodesic.WGS84.Direct(position.lat_deg, position.lon_deg, bearing_deg, away_m)
    return Footprint.circle(Position.from_degrees(there["lon2"], there["lat2"]), 0)


def in_seconds(position: Position) -> str:
    """The position in whole seconds, ``LATS:580429N0042748W``."""
    lat_s, lon_s = (round(abs(value_e7) * 3600 / 1e7) for value_e7 in (position.lat_e7, position.lon_e7))
    lat, lon = (f"{s // 60 % 60:02d}{s % 60:02d}" for s in (lat_s, lon_s))
    north, east = "S" if position.lat_e7 < 0 else "N", "W" if position.lon_e7 < 0 else "E"
    return f"LATS:{lat_s // 3600:02d}{lat}{north}{lon_s // 3600:03d}{lon}{east}"


@given(SECTORS, SHARES, SHARES)
@settings(max_examples=40)
def test_a_radarc_covers_its_sector(sector: Sector, turn: float, share: float) -> None:
    footprint, _ = sector.radarc()
    bearing_deg = sector.begin_deg + 0.001 + turn * (sector.sweep_deg - 0.002)
    depth_m = 1000 * (sector.outer_km - sector.inner_km) - 2 * ROUNDING_M
    away_m = 1000 * sector.inner_km + ROUNDING_M + share * depth_m
    assert lateral_gap_m(moved(sector.origin, bearing_deg, away_m), footprint) <= ROUNDING_M


@given(SECTORS, SHARES)
@settings(max_examples=40)
def test_a_radarc_leaves_its_arcs_by_half_a_metre(sector: Sector, turn: float) -> None:
    footprint, _ = sector.radarc()
    bearing_deg = sector.begin_deg + turn * sector.sweep_deg
    assert lateral_gap_m(moved(sector.origin, bearing_deg, 1000 * sector.outer_km + 0.5 + ROUNDING_M), footprint) > 0
    if sector.inner_km:
        inside = moved(sector.origin, bearing_deg, 1000 * sector.inner_km - 0.5 - ROUNDING_M)
        assert lateral_gap_m(inside, footprint) > 0


@given(SECTORS, st.integers(0, 359), st.integers(1, 300), SHARES)
@settings(max_examples=40)
def test_a_polyarc_covers_its_arc_and_its_points(sector: Sector, bearing_deg: int, away_km: int, turn: float) -> None:
    point = in_seconds(moved(sector.origin, bearing_deg, 1000 * away_km).points[0])
    try:
        footprint, remarks = shape(f"POLYARC/{sector.origin_text}/{sector.bearings_text}/{sector.outer_km}KM/{point}")
    except MalformedInput as error:
        assert error.code in ("ring-short", "position-range")  # noqa: PT017 - a straight line has no hull
        return
    assert remarks[0].startswith("inferred:")
    on_arc = moved(sector.origin, sector.begin_deg + turn * sector.sweep_deg, 1000 * sector.outer_km)
    assert lateral_gap_m(on_arc, footprint) <= ROUNDING_M
    assert lateral_gap_m(shape(f"APOINT/{point}")[0], footprint) <= ROUNDING_M


@given(sector=SECTORS, along=SHARES, across=SHARES, right=st.booleans())
@settings(max_examples=40)
def test_an_orbit_covers_one_side_of_its_line(sector: Sector, along: float, across: float, *, right: bool) -> None:
    first, width_m = sector.origin, 1000 * min(100, sector.inner_km + 1)
    second = moved(first, sector.begin_deg, 1000 * sector.outer_km).points[0]
    footprint = beside(first, second, width_m * 10_000, right=right)
    line = Geodesic.WGS84.InverseLine(first.lat_deg, first.lon_deg, second.lat_deg, second.lon_deg)
    foot = line.Position(along * line.s13)
    here = Position.from_degrees(foot["lon2"], foot["lat2"])
    side_deg = foot["azi2"] + (90 if right else -90)
    assert lateral_gap_m(moved(here, side_deg, across * width_m), footprint) <= ROUNDING_M
    assert lateral_gap_m(moved(here, side_deg, width_m + 0.5), footprint) > 0
    assert lateral_gap_m(moved(here, side_deg + 180, 0.5), footprint) > 0


def test_a_radarc_of_more_points_than_a_footprint_holds_is_refused() -> None:
    with pytest.raises(MalformedInput, match="4,002 points in one footprint"):
        Sector(0, 0, 0, 341, 246, 496).radarc()


def test_an_orbit_of_one_point_is_none() -> None:
    with pytest.raises(MalformedInput, match="two different points"):
        beside(Position(0, 0), Position(0, 0), 10_000, right=True)
