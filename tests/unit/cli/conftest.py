"""A small check made by hand: two conflicts, one pair not assessed, one refusal, hostile names."""

import pytest

from wellclear.cli.checked import Checked, Plans, Source
from wellclear.detect.results import Conflict, Findings, Kind, NotAssessed, Reason, Side
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.minima import Minima
from wellclear.model.operation import Operation
from wellclear.model.reading import Note, Refusal
from wellclear.model.volume import Volume

NINE_MS = 1_537_174_800_000  # 2018-09-17T09:00:00Z
MINUTE_MS = 60_000
HOSTILE = "[red]</script><img src=x onerror=alert(1)>$x_1$\x1b[2J\u202eevil"


def position(lon_deg: float, lat_deg: float) -> Position:
    return Position.from_degrees(lon_deg, lat_deg)


def operation(party: str, name: str, footprint: Footprint, band: Band, minutes: tuple[int, int]) -> Operation:
    span = Span(NINE_MS + minutes[0] * MINUTE_MS, NINE_MS + minutes[1] * MINUTE_MS)
    return Operation(party, name, (Volume(footprint, band, span),), category="ROZ")


def levels(floor_ft: float, ceiling_ft: float, reference: Reference = Reference.AMSL_BARO) -> Band:
    return Band(Height.feet(floor_ft, reference), Height.feet(ceiling_ft, reference))


def side(of: Operation) -> Side:
    return Side(of, of.volumes[0])


@pytest.fixture
def checked() -> Checked:
    corner = (position(-121.2, 36.6), position(-120.9, 36.6), position(-120.9, 36.8), position(-121.2, 36.8))
    circle = operation(
        "RED", "TANKER 1", Footprint.circle(position(-121.5, 36.5), 185_200_000), levels(5000, 9000), (0, 90)
    )
    corridor = operation(
        "BLUE",
        HOSTILE,
        Footprint.corridor((position(-121.9, 36.3), position(-121.3, 36.6), position(-120.8, 36.6)), 37_040_000),
        Band(Height.feet(500, Reference.AGL), Height.flight_level(60)),
        (30, 60),
    )
    area = operation("BLUE", "AREA", Footprint.area(corner), Band(None, None), (45, 120))
    return make_checked((circle, corridor, area))


def make_checked(operations: tuple[Operation, ...]) -> Checked:
    circle, corridor, area = operations
    found = (
        conflict(circle, corridor, (30, 60), 0.0, by_envelope=True),
        conflict(circle, area, (45, 90), 9_259.9, by_envelope=False),
    )
    doubt = NotAssessed(side(corridor), side(area), (Reason.TERRAIN_MISSING, Reason.PRESSURE_MISSING))
    plans = Plans(
        (Source("plans.json", "geojson", 2, 2, 1), Source("or[d]er.aco", "aco", 1, 1, 0)),
        operations,
        (Refusal("plans.json", "$.features[3]", HOSTILE, "ring-crosses-itself", "the ring crosses itself", "a ring"),),
        (Note("order.aco", "line 4", "ISABELLA", "UFN was bounded by the horizon"),),
    )
    findings = Findings(found, (doubt,), operations=3, volumes=3, pairs=3)
    horizon = Span(NINE_MS, NINE_MS + 86_400_000)
    return Checked(plans, None, findings, Minima(92_600_000, 3_048_000, 0), horizon, (("--terrain", "0m..500m"),))


def conflict(a: Operation, b: Operation, minutes: tuple[int, int], lateral_m: float, *, by_envelope: bool) -> Conflict:
    return Conflict(
        side(a),
        side(b),
        Kind.OPERATION_OPERATION,
        NINE_MS + minutes[0] * MINUTE_MS,
        NINE_MS + minutes[1] * MINUTE_MS,
        lateral_m,
        304.79,
        0.0,
        position(-121.4, 36.55),
        by_envelope,
    )


def square_around_where(found: Conflict) -> tuple[tuple[tuple[float, float], ...], ...]:
    lon, lat = found.where.lon_deg, found.where.lat_deg
    return (((lon - 0.05, lat - 0.05), (lon + 0.05, lat - 0.05), (lon + 0.05, lat + 0.05), (lon - 0.05, lat + 0.05)),)


@pytest.fixture
def piece_of():
    return square_around_where
