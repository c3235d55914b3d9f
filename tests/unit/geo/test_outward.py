import math
from itertools import pairwise

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.outward import MAX_LEAVE_M, SAME_M, Outside, arc, straight_edge, straight_line, straight_ring
from wellclear.geo.position import Position

EARTH = Geodesic.WGS84
SLACK_M = 0.0002  # noise of the oracle's own search


def side_m(start: Position, end: Position, lon_deg: float, lat_deg: float) -> float:
    """How far a point lies left (+) or right (-) of the geodesic through two positions.

    The length of the perpendicular, from the triangle's sides and angle: on a sphere sin(x) = sin(s) sin(angle); for a
    point within metres of a line of at most some hundred kilometres the ellipsoid changes it by 1e-3 of itself.
    """
    edge = EARTH.Inverse(start.lat_deg, start.lon_deg, end.lat_deg, end.lon_deg)
    away = EARTH.Inverse(start.lat_deg, start.lon_deg, lat_deg, lon_deg)
    angle = math.radians(edge["azi1"] - away["azi1"])
    radius_m = 6_371_000.0
    return radius_m * math.asin(math.sin(away["s12"] / radius_m) * math.sin(angle))


def offsets_m(chain: list[Position], start: Position, end: Position, per_chord: int = 7) -> list[float]:
    """Left offsets of the straight line in longitude and latitude from a chain of geodesics between its ends."""
    lon, lat = end.lon_deg - start.lon_deg, end.lat_deg - start.lat_deg
    found = []
    for a, b in pairwise(chain):
        ends_t = [
            ((p.lon_deg - start.lon_deg) * lon + (p.lat_deg - start.lat_deg) * lat) / (lon**2 + lat**2) for p in (a, b)
        ]
        for i in range(1, per_chord + 1):
            t = ends_t[0] + (ends_t[1] - ends_t[0]) * i / (per_chord + 1)
            found.append(side_m(a, b, start.lon_deg + lon * t, start.lat_deg + lat * t))
    return found


edges = st.tuples(
    st.floats(-170, 170),
    st.floats(-89, 89),
    st.floats(-4.0, 4.0),
    st.floats(-4.0, 4.0),
    st.sampled_from([0.01, 0.3, 1.0]),
)


Drawn = tuple[float, float, float, float, float]


def edge_of(drawn: Drawn) -> tuple[Position, Position]:
    lon, lat, east, north, scale = drawn
    start = Position.from_degrees(lon, lat)
    return start, Position.from_degrees(lon + east * scale, max(-89.0, min(89.0, lat + north * scale)))


@settings(max_examples=150, deadline=None)
@given(edges, st.sampled_from([Outside.LEFT, Outside.RIGHT]))
def test_the_straight_line_lies_on_the_inner_side_within_half_a_metre(drawn: Drawn, outside: Outside):
    start, end = edge_of(drawn)
    if start == end:
        return
    inserted = straight_edge(start, end, outside)
    for offset_m in offsets_m([start, *inserted, end], start, end):
        inward_m = offset_m * outside  # left is inside where the right is outside
        assert -SAME_M - SLACK_M <= inward_m <= MAX_LEAVE_M


@settings(max_examples=100, deadline=None)
@given(edges)
def test_a_line_is_covered_by_its_extra_buffer(drawn: Drawn):
    start, end = edge_of(drawn)
    if start == end:
        return
    line, extra_dmm = straight_line([(start.lon_deg, start.lat_deg), (end.lon_deg, end.lat_deg)])
    assert line[0] == start
    assert line[-1] == end
    assert 0 <= extra_dmm <= 5_000
    most_m = max(abs(m) for m in offsets_m(list(line), start, end))
    assert most_m <= max(extra_dmm / 10_000, SAME_M) + SLACK_M


def test_a_short_edge_gets_no_points():
    # 1 km along 60 degrees north: k L2 / 8 = tan(60) / 6.39e6 * 1e6 / 8 = 0.034 m needs one; 100 m (0.3 mm) none.
    start = Position.from_degrees(10, 60)
    assert straight_edge(start, Position.from_degrees(10.0018, 60), Outside.RIGHT) == []
    assert len(straight_edge(start, Position.from_degrees(10.018, 60), Outside.RIGHT)) == 1


def test_meridians_and_the_equator_are_geodesics_already():
    assert straight_edge(Position.from_degrees(5, -80), Position.from_degrees(5, 80), Outside.RIGHT) == []
    assert straight_edge(Position.from_degrees(5, 0), Position.from_degrees(25, 0), Outside.RIGHT) == []


def test_a_ring_keeps_its_points_in_order_and_drops_its_closing_point():
    given_deg = [(10.0, 50.0), (12.0, 50.0), (12.0, 51.0), (10.0, 51.0), (10.0, 50.0)]
    ring = straight_ring(given_deg)
    kept = [p for p in ring if (p.lon_deg, p.lat_deg) in given_deg]
    assert [(p.lon_deg, p.lat_deg) for p in kept] == given_deg[:-1]
    Footprint.area(ring)


@pytest.mark.parametrize("turned", [False, True])
def test_the_parallel_side_away_from_the_pole_is_pushed_out_and_the_other_is_not(*, turned: bool):
    given_deg = [(10.0, 50.0), (12.0, 50.0), (12.0, 51.0), (10.0, 51.0)]
    ring = straight_ring(given_deg[::-1] if turned else given_deg)
    south = [p.lat_deg for p in ring if abs(p.lat_deg - 50) < 0.1]
    north = [p.lat_deg for p in ring if abs(p.lat_deg - 51) < 0.1]
    # The southern parallel sags below its chord: outward. 0.5 m is 4.5e-6 degree of latitude.
    assert all(50 - 4.5e-6 <= lat <= 50 for lat in south)
    assert min(south) < 50 - 1e-6
    # The northern one sags into the ring: its points stay on it but for the push against rounding (1 cm).
    assert all(51 <= lat <= 51 + 2e-7 for lat in north)


def test_the_metres_between_a_parallel_and_its_geodesic_at_60_north():
    # DESIGN: 339 m for 100 km at 60 degrees north. So the covered edge passes 339 m south of the geodesic's middle.
    lon = 100_000 / (6_378_137 / math.sqrt(1 - 0.00669438 * 0.75) * 0.5) * 180 / math.pi
    line, extra_dmm = straight_line([(0, 60), (lon, 60)])
    middle = min(line, key=lambda p: abs(p.lon_deg - lon / 2))
    offset_m = side_m(line[0], line[-1], middle.lon_deg, middle.lat_deg)
    assert offset_m == pytest.approx(-339, abs=1)
    assert 0 < extra_dmm <= 5_000


def test_a_cap_round_the_pole_is_said_with_the_pole_line():
    ring = straight_ring([(-180, 85), (-60, 85), (60, 85), (180, 85), (180, 90), (-180, 90)])
    assert Position.from_degrees(180, 90) in ring
    assert all(p.lat_deg >= 85 - 4.6e-6 for p in ring)
    Footprint.area(ring)


def test_a_sector_at_the_south_pole():
    ring = straight_ring([(0, -90), (90, -90), (90, -85), (0, -85)])
    assert len(ring) > 4
    Footprint.area(ring)


def test_over_180_degrees_of_longitude_is_refused():
    with pytest.raises(MalformedInput) as refusal:
        straight_ring([(-170, 10), (170, 10), (170, 20), (-170, 20)])
    assert refusal.value.code == "edge-over-180"


def test_exactly_180_degrees_goes_along_the_numbers():
    line, _ = straight_line([(-90, 85), (90, 85)])
    assert all(abs(p.lat_deg - 85) < 1e-6 for p in line)


def test_longitude_over_180_is_refused_with_its_place():
    with pytest.raises(MalformedInput) as refusal:
        straight_ring([(179, 10), (181, 10), (181, 20)])
    assert refusal.value.at == "[1]"


def test_too_many_points_are_refused():
    points = [(i * 1e-4, (i % 2) * 1e-4) for i in range(1_001)]
    with pytest.raises(MalformedInput) as refusal:
        straight_line(points)
    assert refusal.value.code == "too-many-points"
    assert len(straight_line(points[:-1])[0]) == 1_000


arcs = st.tuples(
    st.floats(-180, 180),
    st.floats(-89, 89),
    st.sampled_from([0.5, 30.0, 1_000.0, 9_260.0, 100_000.0, 900_000.0]),
    st.floats(-360, 360),
    st.floats(-360, 360),
    st.booleans(),
)


@settings(max_examples=100, deadline=None)
@given(drawn=arcs, outward=st.booleans())
def test_an_arc_is_covered_on_its_side_within_half_a_metre(
    *, drawn: tuple[float, float, float, float, float, bool], outward: bool
):
    lon, lat, radius_m, from_deg, to_deg, clockwise = drawn
    centre = Position.from_degrees(lon, lat)
    chain = arc(centre, radius_m, from_deg, to_deg, clockwise=clockwise, outward=outward)
    ends_m = [EARTH.Inverse(centre.lat_deg, centre.lon_deg, p.lat_deg, p.lon_deg)["s12"] for p in (chain[0], chain[-1])]
    assert all(abs(m - radius_m) < 0.008 for m in ends_m)
    step = max(1, len(chain) // 40)
    chords = list(pairwise(chain))
    for a, b in [*chords[:2], *chords[2:-2:step], *chords[-2:]]:
        edge = EARTH.InverseLine(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg)
        for i in range(1, 6):
            point = edge.Position(edge.s13 * i / 6)
            away_m = EARTH.Inverse(centre.lat_deg, centre.lon_deg, point["lat2"], point["lon2"])["s12"]
            beyond_m = (away_m - radius_m) * (1 if outward else -1)
            # The ends are rounded to 1e-7 degree (7.9 mm); beside them the cover is that exact and no more.
            rounding_m = 0.008
            assert -rounding_m <= beyond_m <= MAX_LEAVE_M


def test_equal_bearings_make_a_whole_circle():
    chain = arc(Position.from_degrees(10, 50), 5_000, 90, 90, clockwise=False)
    assert chain[0] == chain[-1]
    Footprint.area(chain)


def test_the_direction_of_an_arc():
    centre = Position.from_degrees(10, 50)
    short = arc(centre, 5_000, 0, 90, clockwise=True)
    long = arc(centre, 5_000, 0, 90, clockwise=False)
    assert all(p.lon_e7 >= centre.lon_e7 and p.lat_e7 >= centre.lat_e7 - 30_000 for p in short)
    assert min(p.lon_e7 for p in long) < centre.lon_e7


@pytest.mark.parametrize("radius_m", [0.0, -1.0, 1_000_001.0, math.nan, math.inf])
def test_a_radius_out_of_range_is_refused(radius_m: float):
    with pytest.raises(MalformedInput):
        arc(Position.from_degrees(10, 50), radius_m, 0, 90, clockwise=True)


def test_a_ring_that_crosses_itself_is_refused_by_the_numbers_of_its_own_points():
    with pytest.raises(MalformedInput) as refusal:
        straight_ring([(10, 60), (14, 61), (14, 60), (10, 61)])
    assert refusal.value.code == "ring-crosses-itself"
    assert "points 1 and 3" in refusal.value.message


def test_a_ring_that_touches_itself_in_a_point_is_taken():
    assert len(straight_ring([(0, 0), (2, 0), (2, 2), (1, 0), (0, 2)])) >= 5
