from __future__ import annotations

from math import pi

import pytest

from wellclear.geo.footprint import Footprint
from wellclear.geo.footprint_area import largest_area_m2
from wellclear.geo.position import Position


def at(lon_deg: float, lat_deg: float) -> Position:
    return Position.from_degrees(lon_deg, lat_deg)


def test_a_disc_a_corridor_and_a_ring_with_its_buffer() -> None:
    assert largest_area_m2(Footprint.circle(at(10, 50), 10_000_000)) == pytest.approx(pi * 1_000**2)
    corridor = Footprint.corridor((at(0, 0), at(1, 0)), 10_000_000)
    assert largest_area_m2(corridor) == pytest.approx(2 * 1_000 * 111_319.49 + pi * 1_000**2, rel=1e-6)
    ring = (at(0, 0), at(0.1, 0), at(0.1, 0.1), at(0, 0.1))
    bare = largest_area_m2(Footprint.area(ring))
    assert bare == pytest.approx(11_131.949 * 11_057.43, rel=1e-4)
    around = largest_area_m2(Footprint.area(ring, 10_000_000))
    assert around == pytest.approx(bare + 1_000 * 2 * (11_131.95 + 11_057.43) + pi * 1_000**2, rel=1e-4)


def test_the_way_round_does_not_matter() -> None:
    ring = (at(0, 0), at(0.1, 0), at(0.1, 0.1), at(0, 0.1))
    assert largest_area_m2(Footprint.area(ring)) == largest_area_m2(Footprint.area(ring[::-1]))
