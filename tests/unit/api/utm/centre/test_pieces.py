"""What is divided into constraints is covered by them: no point, height or moment is left out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellclear.api.utm.centre.pieces import DAY_MS, MAX_PIECE_M2, Piece, pieces
from wellclear.api.utm.dss.extents import area_m2_of
from wellclear.api.utm.uss.volumes import meanings
from wellclear.detect.separation import core_distance_m
from wellclear.geo.envelope import Ranges
from wellclear.geo.footprint import Footprint
from wellclear.geo.geodesic import WGS84
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume

NOON_MS = 1_800_000_000_000 // DAY_MS * DAY_MS + DAY_MS // 2
ALWAYS = Span(NOON_MS - DAY_MS, NOON_MS + 40 * DAY_MS)
BAND = Band(Height.metres(300, Reference.AMSL), Height.metres(900, Reference.AMSL))


def operation(footprint: Footprint, span: Span, band: Band = BAND) -> Operation:
    return Operation("north", "S-1", (Volume(footprint, band, span),))


def divided(planned: Operation, within: Span = ALWAYS, ranges: Ranges = Ranges()) -> list[Piece]:  # noqa: B008 - frozen
    made, lost = pieces("source", planned, within, ranges)
    assert lost == []
    assert len({piece.source for piece in made}) == len(made)
    return made


def circle(lon_e7: int, lat_e7: int, radius_km: float) -> Footprint:
    return Footprint.circle(Position(lon_e7, lat_e7), round(radius_km * 1_000 * DMM_PER_M))


def test_a_short_small_operation_is_one_constraint() -> None:
    (piece,) = divided(operation(circle(70_000_000, 460_000_000, 5), Span(NOON_MS, NOON_MS + 3_600_000)))
    (volume,) = meanings(piece.volumes)
    assert piece.span == Span(NOON_MS, NOON_MS + 3_600_000) == volume.span
    assert 345 < volume.band.floor.value_m <= 300 + 49  # the geoid lies 49 to 54 m over the ellipsoid there
    assert 900 + 54 <= volume.band.ceiling.value_m < 960


def test_days_are_divided_without_a_gap() -> None:
    span = Span(NOON_MS, NOON_MS + 3 * DAY_MS)
    spans = [piece.span for piece in divided(operation(circle(70_000_000, 460_000_000, 5), span))]
    assert (spans[0].start_ms, spans[-1].end_ms) == (span.start_ms, span.end_ms)
    assert all(before.end_ms == after.start_ms for before, after in pairwise(spans))
    assert max(each.end_ms - each.start_ms for each in spans) <= DAY_MS


def test_what_lies_outside_the_time_that_is_published_waits() -> None:
    span = Span(NOON_MS, NOON_MS + 3 * DAY_MS)
    made = divided(operation(circle(70_000_000, 460_000_000, 5), span), Span(NOON_MS, NOON_MS + DAY_MS))
    assert max(piece.span.end_ms for piece in made) == NOON_MS + DAY_MS


@settings(max_examples=15)
@given(
    lon_e7=st.integers(-1_799_000_000, 1_799_000_000),
    lat_e7=st.integers(-700_000_000, 700_000_000),
    radius_km=st.floats(30, 90),
    bearing=st.floats(0, 1),
)
def test_a_large_footprint_is_covered_by_small_pieces(
    lon_e7: int, lat_e7: int, radius_km: float, bearing: float
) -> None:
    footprint = circle(lon_e7, lat_e7, radius_km)
    made = divided(operation(footprint, Span(NOON_MS, NOON_MS + 3_600_000)))
    parts = [volume.footprint for piece in made for volume in meanings(piece.volumes)]
    for piece in made:
        assert sum(area_m2_of(volume.footprint) for volume in meanings(piece.volumes)) <= MAX_PIECE_M2 * 1.1
    for share in (0.0, 0.5, 0.999):
        lon_deg, lat_deg, _ = WGS84.fwd(lon_e7 / 1e7, lat_e7 / 1e7, bearing * 360, share * radius_km * 1_000)
        point = Footprint.circle(Position.from_degrees(lon_deg, lat_deg), 0)
        assert min(core_distance_m(point, part) - part.buffer_dmm / DMM_PER_M for part in parts) <= 0.02


@pytest.mark.parametrize(
    ("band", "ranges", "floor_m", "ceiling_m"),
    [
        (Band(None, None), Ranges(), -8_000, 100_000),
        (Band(Height.metres(0, Reference.AGL), Height.metres(120, Reference.AGL)), Ranges(), -8_000, 100_000),
        (
            Band(Height.metres(0, Reference.AGL), Height.metres(120, Reference.AGL)),
            Ranges(terrain=(400.0, 600.0)),
            460,
            760,
        ),
        (Band(None, Height.flight_level(95)), Ranges((990.0, 1030.0), (-10.0, 10.0)), -8_000, 2_800),
    ],
)
def test_heights_become_the_widest_that_they_can_mean(
    band: Band, ranges: Ranges, floor_m: float, ceiling_m: float
) -> None:
    planned = operation(circle(70_000_000, 460_000_000, 5), Span(NOON_MS, NOON_MS + 3_600_000), band)
    ((volume,),) = (meanings(piece.volumes) for piece in divided(planned, ranges=ranges))
    assert volume.band.floor.value_m <= floor_m
    assert volume.band.ceiling.value_m >= ceiling_m


def test_what_is_too_large_is_said() -> None:
    made, lost = pieces("s", operation(circle(0, 850_000_000, 900), Span(NOON_MS, NOON_MS + 1)), ALWAYS, Ranges())
    assert made == []
    assert "too large" in lost[0]
