import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings

from plans.operations import CONTEXT, HORIZON, START_MS, operations
from wellclear.errors import MalformedInput
from wellclear.formats import f3548
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Reading
from wellclear.model.volume import Volume

# Shapes and units as in the schemas Volume4D, Circle, Polygon, Altitude and Time of astm-f3548-21-utm.yaml 1.0.0.
CIRCLE: dict[str, Any] = {
    "volume": {
        "outline_circle": {"center": {"lng": -118.456, "lat": 34.123}, "radius": {"value": 300.183, "units": "M"}},
        "altitude_lower": {"value": 19.5, "reference": "W84", "units": "M"},
        "altitude_upper": {"value": 120, "reference": "W84", "units": "M"},
    },
    "time_start": {"value": "2026-01-01T00:00:00.52Z", "format": "RFC3339"},
    "time_end": {"value": "2026-01-01T01:00:00Z", "format": "RFC3339"},
}
VERTICES = [{"lng": 7.0, "lat": 46.0}, {"lng": 7.1, "lat": 46.0}, {"lng": 7.1, "lat": 46.1}]
POLYGON: dict[str, Any] = {**CIRCLE, "volume": {**CIRCLE["volume"], "outline_polygon": {"vertices": VERTICES}}}
del POLYGON["volume"]["outline_circle"]
DETAILS = {"volumes": [CIRCLE, POLYGON], "off_nominal_volumes": [], "priority": 10}
INTENT = {"reference": {"id": "2f8343be", "manager": "uss1"}, "details": DETAILS}


def read(content: object) -> Reading:
    return f3548.read(json.dumps(content).encode(), CONTEXT)


def test_a_volume_is_read_as_the_interface_defines_it() -> None:
    (operation,) = read(CIRCLE).operations
    (volume,) = operation.volumes
    centre = Position(-1_184_560_000, 341_230_000)
    assert volume.footprint == Footprint(Core.POINT, (centre,), 3_001_830)
    assert volume.band == Band(Height(195_000, Reference.ELLIPSOID), Height(1_200_000, Reference.ELLIPSOID))
    assert volume.span == Span(START_MS + 520, START_MS + 3_600_000)


@pytest.mark.parametrize(
    ("content", "named", "volumes"),
    [
        ([CIRCLE, POLYGON], ("BLUE", "1"), 2),
        (DETAILS, ("BLUE", "1"), 2),
        (INTENT, ("uss1", "2f8343be"), 2),
        ({"operational_intent": INTENT}, ("uss1", "2f8343be"), 2),
        ({"operational_intent_id": "x", "subscriptions": [], "operational_intent": INTENT}, ("uss1", "2f8343be"), 2),
        ({"constraint": {**INTENT, "details": {"volumes": [POLYGON], "type": "x.y"}}}, ("uss1", "2f8343be"), 1),
    ],
)
def test_every_shape_of_the_interface_is_taken(content: object, named: tuple[str, str], volumes: int) -> None:
    assert f3548.recognises(json.dumps(content).encode())
    reading = read(content)
    assert reading.refusals == ()
    (operation,) = reading.operations
    assert ((operation.party, operation.identifier), len(operation.volumes)) == (named, volumes)


def test_several_intents_are_several_operations() -> None:
    second = {"reference": {"id": "second", "manager": "uss2"}, "details": {"off_nominal_volumes": [CIRCLE]}}
    reading = read([INTENT, second])
    assert [operation.identifier for operation in reading.operations] == ["2f8343be", "second"]
    assert reading.operations[0].priority == 10
    assert reading.operations[1].volumes[0].name == "off-nominal 1"


def test_what_is_not_stated_is_open_and_noted() -> None:
    bare = {"volume": {"outline_polygon": {"vertices": VERTICES}}}
    reading = read([bare])
    (volume,) = reading.operations[0].volumes
    assert volume.band == Band(None, None)
    assert volume.span == HORIZON
    assert len(reading.notes) == 4


def changed(path: str, value: object) -> dict[str, Any]:
    volume = copy.deepcopy(POLYGON if "vertices" in path else CIRCLE)
    *way, last = path.split(".")
    inner: Any = volume
    for step in way:
        inner = inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return volume


RADIUS = "volume.outline_circle.radius"
REFUSED = [
    ("volume.altitude_lower.reference", "AGL", "height-reference"),
    ("volume.altitude_lower.units", "FT", "field-choice"),
    ("volume.altitude_lower.value", "19.5", "field-type"),
    ("volume.altitude_lower.value", 1e6, "height-range"),
    ("volume.altitude_lower.value", 121, "band-reversed"),
    ("volume.outline_circle", ..., "outline-count"),
    ("volume.outline_polygon", {"vertices": VERTICES}, "outline-count"),
    (f"{RADIUS}.value", 0, "radius-range"),
    (f"{RADIUS}.units", "NM", "field-choice"),
    ("volume.outline_circle.center.lat", 118, "position-range"),
    ("volume.outline_polygon.vertices", [*VERTICES, VERTICES[0]], "ring-closed"),
    ("volume.outline_polygon.vertices", VERTICES[:2], "vertices-count"),
    ("volume.outline_polygon.vertices", [*VERTICES, VERTICES[1]], "vertex-twice"),
    ("time_start.value", "2026-01-01T00:00:00", "time-naive"),
    ("time_end.value", "2025-01-01T00:00:00Z", "span-reversed"),
    ("time_end.format", "unix", "field-choice"),
    ("volume", 5, "field-type"),
]


@pytest.mark.parametrize(("path", "value", "code"), REFUSED, ids=[f"{code} {path}" for path, _, code in REFUSED])
def test_a_bad_volume_is_one_refusal_and_the_others_are_read(path: str, value: object, code: str) -> None:
    reading = read({"volumes": [CIRCLE, changed(path, value), POLYGON]})
    assert len(reading.operations[0].volumes) == 2
    (refusal,) = reading.refusals
    assert refusal.code == code
    assert refusal.at.startswith("$.volumes[1]")


@pytest.mark.parametrize(
    ("start", "end", "lasts_ms"),
    [("00.5231", "00.5239", 1), ("00.5231", "00.5231000", 0), ("00.5239", "00.5231", 0), ("00.523", "00.524", 1)],
)
def test_times_within_a_millisecond_are_rounded_outwards_and_stay_in_their_order(
    start: str, end: str, lasts_ms: int
) -> None:
    times = {
        name: {"value": f"2026-01-01T00:00:{at}Z", "format": "RFC3339"} for name, at in (("start", start), ("end", end))
    }
    reading = read({**CIRCLE, "time_start": times["start"], "time_end": times["end"]})
    spans = [volume.span for operation in reading.operations for volume in operation.volumes]
    assert spans == ([Span(START_MS + 523, START_MS + 524)] if lasts_ms else [])
    assert [refusal.code for refusal in reading.refusals] == ([] if lasts_ms else ["span-reversed"])


def test_what_is_none_of_the_shapes_is_raised() -> None:
    with pytest.raises(MalformedInput, match="none of the shapes"):
        read({"type": "Feature"})


def plan(footprint: Footprint, band: Band, category: str = "") -> tuple[Operation, ...]:
    return (Operation("RED", "R1", (Volume(footprint, band, HORIZON),), category),)


DISC = Footprint.circle(Position(0, 500_000_000), 1_000 * DMM_PER_M)
LOW = Band(Height.metres(100, Reference.ELLIPSOID), Height.metres(200, Reference.ELLIPSOID))


@pytest.mark.parametrize(
    ("band", "ends_m"),
    [
        (LOW, (100, 200)),
        (Band(Height.metres(100, Reference.AMSL), Height.metres(200, Reference.AMSL)), (-7, 286)),
        (Band(None, None), (-8_000, 100_000)),
        (Band(LOW.floor, LOW.floor), (100, 100.1)),
    ],
)
def test_heights_are_written_from_outside(band: Band, ends_m: tuple[float, float]) -> None:
    writing = f3548.write(plan(DISC, band), CONTEXT)
    shape = json.loads(writing.content)[0]["details"]["volumes"][0]["volume"]
    assert (shape["altitude_lower"]["value"], shape["altitude_upper"]["value"]) == ends_m
    assert bool(writing.losses) == (band is not LOW)


@pytest.mark.parametrize("reference", [Reference.AGL, Reference.AMSL_BARO, Reference.FLIGHT_LEVEL])
def test_a_height_that_cannot_be_stated_leaves_the_volume_out_and_says_so(reference: Reference) -> None:
    writing = f3548.write(plan(DISC, Band(None, Height.metres(200, reference))), CONTEXT)
    assert json.loads(writing.content) == []
    assert any("left out" in loss.message for loss in writing.losses)


def test_a_corridor_is_covered_and_its_category_named_as_lost() -> None:
    line = (Position(0, 500_000_000), Position(1_000_000, 500_000_000))
    writing = f3548.write(plan(Footprint.corridor(line, 500 * DMM_PER_M), LOW, "ROZ"), CONTEXT)
    assert [loss.message for loss in writing.losses] == [
        "a corridor is carried as a polygon that covers it from outside",
        'category "ROZ" is not carried',
    ]
    (volume,) = f3548.read(writing.content, CONTEXT).operations[0].volumes
    assert volume.footprint.core is Core.AREA


@settings(max_examples=40)
@given(operations(references=(Reference.ELLIPSOID,)))
def test_what_needs_no_cover_reads_back_equal(plan: tuple[Operation, ...]) -> None:
    writing = f3548.write(plan, CONTEXT)
    if not plan:
        return
    assert f3548.recognises(writing.content) == (json.loads(writing.content) != [])
    changed = {loss.subject for loss in writing.losses}
    read_back = {operation.identifier: operation for operation in read(json.loads(writing.content)).operations}
    for operation in plan:
        if operation.identifier not in changed:
            assert read_back[operation.identifier] == operation
        elif operation.identifier in read_back:
            assert len(read_back[operation.identifier].volumes) <= len(operation.volumes) + sum(
                len(other.volumes) for other in plan if other is not operation
            )


@pytest.mark.parametrize(
    "content",
    [
        {"operational_intent": INTENT, "constraint": INTENT},
        {"volumes": [CIRCLE], "details": DETAILS},
        {**CIRCLE, "volumes": [POLYGON]},
        {"operational_intent": INTENT, "off_nominal_volumes": [CIRCLE]},
    ],
)
def test_of_two_shapes_in_one_object_none_is_lost_silently(content: object):
    with pytest.raises(MalformedInput) as refusal:
        read(content)
    assert (refusal.value.code, refusal.value.at) == ("f3548-shape", "$")
