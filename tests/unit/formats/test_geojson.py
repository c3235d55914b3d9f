import json
from typing import Any

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings

from plans.operations import CONTEXT, START_MS, operations
from wellclear.errors import MalformedInput
from wellclear.formats import geojson
from wellclear.geo.footprint import Core
from wellclear.geo.height import Height, Reference
from wellclear.model.operation import Operation
from wellclear.model.reading import Reading

RING = [[10, 50], [10.001, 50], [10.001, 50.001], [10, 50.001], [10, 50]]
POINT = {"type": "Point", "coordinates": [10.0, 50.0]}
AREA = {"type": "Polygon", "coordinates": [RING]}


def feature(geometry: object, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value, also a wrong one
    properties = {
        "party": "RED",
        "operation": "R1",
        "floor": "SFC",
        "ceiling": {"value": 3000, "unit": "ft", "reference": "amsl"},
        "start": "2026-01-01T00:00:00Z",
        "end": "2026-01-01T01:00:00Z",
    } | changes
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {name: value for name, value in properties.items() if value is not None},
    }


def read(*features: object) -> Reading:
    return geojson.read(json.dumps({"type": "FeatureCollection", "features": list(features)}).encode(), CONTEXT)


def only(reading: Reading) -> Operation:
    assert reading.refusals == ()
    (operation,) = reading.operations
    return operation


def test_a_feature_is_read_as_the_profile_says() -> None:
    operation = only(read(feature(POINT, buffer_m=500, name="drop", category="FIRE", priority=3)))
    (volume,) = operation.volumes
    assert (operation.party, operation.identifier, operation.category, operation.priority) == ("RED", "R1", "FIRE", 3)
    assert (volume.footprint.core, volume.footprint.buffer_dmm, volume.name) == (Core.POINT, 5_000_000, "drop")
    assert (volume.footprint.points[0].lon_e7, volume.footprint.points[0].lat_e7) == (100_000_000, 500_000_000)
    assert (volume.band.floor, volume.band.ceiling) == (None, Height(9_144_000, Reference.AMSL))
    assert (volume.span.start_ms, volume.span.end_ms) == (START_MS, START_MS + 3_600_000)


@pytest.mark.parametrize(
    ("height", "expected"),
    [
        ("FL120", Height(36_576_000, Reference.FLIGHT_LEVEL)),
        ("3000 ft amsl_baro", Height(9_144_000, Reference.AMSL_BARO)),
        ({"value": 36.6, "unit": "m", "reference": "agl"}, Height(366_000, Reference.AGL)),
        ({"value": 120, "unit": "FL", "reference": "flight_level"}, Height(36_576_000, Reference.FLIGHT_LEVEL)),
        ("UNL", None),
    ],
)
def test_heights_are_objects_or_texts(height: object, expected: Height | None) -> None:
    assert only(read(feature(POINT, buffer_m=0, ceiling=height))).volumes[0].band.ceiling == expected


@pytest.mark.parametrize(
    ("radius", "dmm"),
    [
        ({"buffer_m": 1.5}, 15_000),
        ({"radius_m": 2}, 20_000),
        ({"buffer": {"value": 5, "unit": "NM"}}, 92_600_000),
        ({"radius": "5 NM"}, 92_600_000),
    ],
)
def test_radii_name_their_unit(radius: dict[str, object], dmm: int) -> None:
    assert only(read(feature(POINT, **radius))).volumes[0].footprint.buffer_dmm == dmm


def test_features_of_one_party_and_operation_are_volumes_of_one_operation() -> None:
    reading = read(feature(AREA), feature(AREA, party="BLUE"), feature(POINT, buffer_m=1))
    assert [(each.party, len(each.volumes)) for each in reading.operations] == [("RED", 2), ("BLUE", 1)]
    assert [volume.name for volume in reading.operations[0].volumes] == ["1", "2"]


def test_parts_of_a_geometry_are_volumes() -> None:
    collection = {"type": "GeometryCollection", "geometries": [POINT, AREA]}
    several = {"type": "MultiPolygon", "coordinates": [[RING], [[[x + 1, y] for x, y in RING]]]}
    operation = only(read(feature(collection, buffer_m=5, name="a"), feature(several, name="b")))
    assert [volume.name for volume in operation.volumes] == ["a/1", "a/2", "b/1", "b/2"]


def test_without_names_the_context_and_the_place_name_an_operation() -> None:
    nameless = feature(AREA, party=None, operation=None)
    reading = read(nameless, {**nameless, "id": 7})
    assert [(each.party, each.identifier) for each in reading.operations] == [("BLUE", "feature 1"), ("BLUE", "7")]


def test_an_edge_is_straight_in_longitude_and_latitude_unless_it_is_said_to_be_geodesic() -> None:
    """Along 60 degrees north over 100 km the geodesic runs 339 m north of the parallel (DESIGN section 3)."""
    wide = {"type": "Polygon", "coordinates": [[[0, 59.5], [1.79, 59.5], [1.79, 60], [0, 60], [0, 59.5]]]}
    planar = only(read(feature(wide))).volumes[0].footprint
    bare = only(read(feature(wide, edges="geodesic"))).volumes[0].footprint
    assert len(bare.points) == 5  # the edge along 59.5 degrees is 101 km long and split
    inverse = Geodesic.WGS84.Inverse(60, 0, 60, 1.79)
    middle = Geodesic.WGS84.Direct(60, 0, inverse["azi1"], inverse["s12"] / 2)
    assert (middle["lat2"] - 60) * 111_400 == pytest.approx(339, abs=15)
    northernmost_deg = max(point.lat_deg for point in planar.points)
    assert (northernmost_deg - 60) * 111_400 < 0.5
    southern = [point.lat_deg for point in planar.points if point.lat_deg < 59.6]
    assert min(southern) < 59.5
    assert min(southern) > 59.5 - 0.6 / 111_400


CROSSED = [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]
REFUSED = [
    (feature(None), "geometry-missing", ".geometry"),
    (feature({"type": "Polygon", "coordinates": [RING, RING]}), "ring-with-hole", ".geometry.coordinates[1]"),
    (feature({"type": "Polygon", "coordinates": [RING[:-1]]}), "ring-open", ".geometry.coordinates[0]"),
    (feature({"type": "Polygon", "coordinates": CROSSED}), "ring-crosses-itself", ".geometry.coordinates[0]"),
    (feature({"type": "Polygon", "coordinates": []}), "ring-short", ".geometry.coordinates"),
    (feature({"type": "Polygon", "coordinates": [[[50, 99]] * 4]}), "position-range", ".geometry.coordinates[0][0]"),
    (feature({"type": "Polygon", "coordinates": [[[0, 0]] * 10_001]}), "too-many-points", ".geometry.coordinates[0]"),
    (feature({"type": "Point", "coordinates": ["1", 2]}, buffer_m=1), "position-type", ".geometry.coordinates"),
    (feature({"type": "Point", "coordinates": [10**400, 2]}, buffer_m=1), "position-range", ".geometry.coordinates"),
    (feature({"type": "Circle", "coordinates": [1, 2]}, buffer_m=1), "geometry-type", ".geometry"),
    (feature({"type": "MultiPoint", "coordinates": []}, buffer_m=1), "geometry-empty", ".geometry"),
    (feature(POINT), "buffer-missing", ".geometry.coordinates"),
    (feature(POINT, buffer_m="500"), "field-type", ".properties.buffer_m"),
    (feature(POINT, buffer=500), "quantity-unit", ".properties.buffer"),
    (feature(POINT, buffer_m=-1), "radius-range", ".properties.buffer_m"),
    (feature(POINT, buffer_m=1, radius="5 NM"), "buffer-twice", ".properties.buffer_m"),
    (feature(AREA, floor=300), "height-reference", ".properties.floor"),
    (feature(AREA, floor={"value": 3, "unit": "ft"}), "height-reference", ".properties.floor"),
    (feature(AREA, floor={"value": "3", "unit": "ft", "reference": "agl"}), "field-type", ".properties.floor.value"),
    (feature(AREA, floor={"value": 3, "unit": "yd", "reference": "agl"}), "height-unit", ".properties.floor.unit"),
    (feature(AREA, floor="UNL"), "height-end", ".properties.floor"),
    (feature(AREA, floor=None), "field-missing", ".properties.floor"),
    (feature(AREA, floor="4000 ft AMSL"), "band-reversed", ".properties"),
    (feature(AREA, start="2026-01-01T00:00:00"), "time-naive", ".properties.start"),
    (feature(AREA, end="2025-01-01T00:00:00Z"), "span-reversed", ".properties"),
    (feature(AREA, edges="rhumb"), "field-choice", ".properties.edges"),
    (feature(AREA, priority=True), "field-type", ".properties.priority"),
    (7, "field-type", ""),
]


@pytest.mark.parametrize(("bad", "code", "at"), REFUSED, ids=[f"{code} {at}" for _, code, at in REFUSED])
def test_a_bad_feature_is_one_refusal_and_the_others_are_read(bad: object, code: str, at: str) -> None:
    reading = read(feature(AREA, operation="before"), bad, feature(AREA, operation="after"))
    assert [each.identifier for each in reading.operations] == ["before", "after"]
    assert [(each.code, each.at) for each in reading.refusals] == [(code, f"$.features[1]{at}")]
    assert reading.refusals[0].source == "plan.json"


def test_a_third_value_and_unread_properties_are_noted() -> None:
    high = {"type": "LineString", "coordinates": [[10, 50, 300], [11, 50, 300]]}
    reading = read(feature(high, buffer_m=10, stroke="red"))
    assert [note.at for note in reading.notes] == ["$.features[0].geometry", "$"]
    assert "stroke" in reading.notes[1].message


def test_what_differs_within_an_operation_is_noted() -> None:
    reading = read(feature(AREA, priority=1, category="A"), feature(AREA, priority=4, category="B"))
    assert (reading.operations[0].priority, reading.operations[0].category) == (4, "A")
    assert len(reading.notes) == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (POINT, "geojson-bare-geometry"),
        ({"type": "FeatureCollection"}, "geojson-shape"),
        ({"type": "FeatureCollection", "features": 1}, "json-type"),
        ({"features": [], "type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:27700"}}}, "datum"),
    ],
)
def test_what_is_wrong_with_the_whole_file_is_raised(content: object, code: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        geojson.read(json.dumps(content).encode(), CONTEXT)
    assert refused.value.code == code


def test_a_single_feature_is_read() -> None:
    reading = geojson.read(json.dumps(feature(AREA)).encode(), CONTEXT)
    assert len(only(reading).volumes) == 1


@settings(max_examples=60)
@given(operations())
def test_what_is_written_reads_back_equal(plan: tuple[Operation, ...]) -> None:
    writing = geojson.write(plan, CONTEXT)
    assert writing.losses == ()
    assert geojson.recognises(writing.content)
    reading = geojson.read(writing.content, CONTEXT)
    assert reading.refusals == ()
    assert reading.operations == plan


@pytest.mark.parametrize("holder", ["feature", "geometry"])
def test_another_datum_is_refused_wherever_it_stands(holder: str):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4230"}}
    wrong = feature(AREA) | {"crs": crs} if holder == "feature" else feature(AREA | {"crs": crs})
    reading = read(feature(AREA), wrong)
    assert (len(reading.operations), [refusal.code for refusal in reading.refusals]) == (1, ["datum"])


@pytest.mark.parametrize("name", ["priority", "buffer_m", "operation"])
def test_an_integer_that_no_double_holds_is_refused_with_its_place(name: str):
    (refusal,) = read(feature(AREA), feature(AREA, **{name: 10**400})).refusals
    assert (refusal.code, refusal.at) == ("number-range", f"$.features[1].properties.{name}")


def test_a_file_of_which_hardly_a_record_can_be_read_is_refused_as_a_whole():
    with pytest.raises(MalformedInput) as refusal:
        read(feature(AREA), *([0] * 20_001))
    assert (refusal.value.code, refusal.value.at) == ("too-many-refusals", "$.features[1]")
    right = [feature(AREA, operation=f"R{n}") for n in range(3)]
    assert len(read(*right, *([0] * 100)).refusals) == 100
