import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from plans.operations import CONTEXT, DAY_MS, HORIZON, START_MS, operations
from wellclear.errors import MalformedInput
from wellclear.formats.geozones import ed269, ed318
from wellclear.geo.footprint import Core
from wellclear.geo.height import Height, Reference
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Reading
from wellclear.model.volume import Volume

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "geozones"
HOUR_MS = 3_600_000
WEEK = Span(START_MS, START_MS + 7 * DAY_MS)
"""2026-01-01 was a Thursday."""

WEEKLY = Context("zones.json", "BLUE", WEEK)
LAYER = {"upper": 150, "upperReference": "AGL", "lower": 50, "lowerReference": "AMSL", "uom": "m"}
CIRCLE = {"type": "Point", "coordinates": [2.5, 50.0], "extent": {"subType": "Circle", "radius": 3500}, "layer": LAYER}
RING = [[2.585, 49.029], [2.586, 49.029], [2.586, 49.03], [2.585, 49.029]]


def sample(name: str) -> bytes:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not beside the repository")
    return path.read_bytes()


def zone(geometry: object = CIRCLE, periods: object = None, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    properties = {
        "identifier": "ABC1234",
        "country": "FRA",
        "type": "PROHIBITED",
        "variant": "COMMON",
        "zoneAuthority": [{"purpose": "INFORMATION"}],
    } | changes
    if periods is not None:
        properties["limitedApplicability"] = periods
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def read318(*zones: object, context: Context = WEEKLY) -> Reading:
    return ed318.read(json.dumps({"type": "FeatureCollection", "features": list(zones)}).encode(), context)


def spans_of(*periods: object, context: Context = WEEKLY) -> list[tuple[float, float]]:
    """Hours since the start of the horizon."""
    reading = read318(zone(periods=list(periods)), context=context)
    assert reading.refusals == ()
    return [
        ((volume.span.start_ms - START_MS) / HOUR_MS, (volume.span.end_ms - START_MS) / HOUR_MS)
        for operation in reading.operations
        for volume in operation.volumes
    ]


def test_a_zone_is_an_operation_of_its_country() -> None:
    reading = read318(zone())
    (operation,) = reading.operations
    (volume,) = operation.volumes
    assert (operation.party, operation.identifier, operation.category) == ("FRA", "ABC1234", "PROHIBITED")
    assert (volume.footprint.core, volume.footprint.buffer_dmm) == (Core.POINT, 35_000_000)
    assert volume.band.floor == Height.metres(50, Reference.AMSL)
    assert volume.band.ceiling == Height.metres(150, Reference.AGL)
    assert volume.span == WEEK
    assert [note.message for note in reading.notes] == ["permanent: bounded by the horizon"]


@pytest.mark.parametrize(
    ("layer", "floor", "ceiling"),
    [
        (
            {"upper": 400, "upperReference": "AGL", "lower": 0, "lowerReference": "AGL", "uom": "ft"},
            None,
            Height.feet(400, Reference.AGL),
        ),
        (
            {"upper": 10, "upperReference": "WGS84", "lower": 0, "lowerReference": "AMSL"},
            Height(0, Reference.AMSL),
            Height.metres(10, Reference.ELLIPSOID),
        ),
        ({}, None, None),
    ],
)
def test_layers(layer: object, floor: Height | None, ceiling: Height | None) -> None:
    (operation,) = read318(zone({**CIRCLE, "layer": layer})).operations
    assert (operation.volumes[0].band.floor, operation.volumes[0].band.ceiling) == (floor, ceiling)


SCHEDULES = [
    ({"day": ["ANY"]}, [(0, 168)]),
    ({"day": ["SAT", "SUN"]}, [(48, 96)]),
    ({"day": ["THU"], "startTime": "16:00:00Z", "endTime": "17:00:00Z"}, [(16, 17)]),
    ({"day": ["THU"], "startTime": "22:00Z", "endTime": "06:00Z"}, [(22, 30)]),
    ({"day": ["WED"], "startTime": "22:00Z", "endTime": "06:00Z"}, [(0, 6), (166, 168)]),
    ({"day": ["FRI"], "startEvent": "SR", "endEvent": "SS"}, [(12, 60)]),
    ({"day": ["FRI"], "startTime": "10:00:00Z", "endEvent": "EECT"}, [(12, 60)]),
    ({"day": ["MON"], "startTime": "00:00:00Z", "endTime": "00:00:00Z"}, [(96, 120)]),
    ({"day": ["MON"], "startTime": "12:30:00.5Z", "endTime": "24:00:00Z"}, [(96 + 12.5 + 0.5 / 3600, 120)]),
]


@pytest.mark.parametrize(("entry", "hours"), SCHEDULES)
def test_a_schedule_is_expanded_within_the_horizon(entry: object, hours: list[tuple[float, float]]) -> None:
    found = spans_of({"schedule": [entry]})
    assert len(found) == len(hours)
    assert [end for span in found for end in span] == pytest.approx([end for span in hours for end in span])


def test_neighbouring_times_of_a_schedule_are_one_and_others_are_cut_by_their_period() -> None:
    morning = {"day": ["THU", "FRI"], "startTime": "06:00:00Z", "endTime": "12:00:00Z"}
    noon = {"day": ["THU", "FRI"], "startTime": "12:00:00Z", "endTime": "18:00:00Z"}
    period = {"startDateTime": "2026-01-01T08:00:00Z", "endDateTime": "2026-01-02T09:00:00Z"}
    assert spans_of({**period, "schedule": [noon, morning]}) == [(8, 18), (30, 33)]


def test_a_period_without_schedule_is_taken_as_it_stands() -> None:
    assert spans_of({"startDateTime": "2025-12-31T00:00:00Z", "endDateTime": "2026-03-01T00:00:00Z"}) == [(-24, 1416)]
    assert spans_of({"startDateTime": "2026-01-02T00:00:00Z"}) == [(24, 168)]


def test_a_zone_outside_the_horizon_is_noted_not_lost() -> None:
    reading = read318(zone(periods=[{"startDateTime": "2030-01-01T00:00:00Z"}]))
    assert (reading.operations, reading.refusals) == ((), ())
    assert reading.notes[-1].message == "does not apply within the horizon: no volume"


TIMES = {"startTime": "16:00:00Z", "endTime": "17:00:00Z"}
REFUSED = [
    (zone(periods=[{"schedule": [{"day": ["ANY"], "startTime": "16:00:00", "endTime": "17:00Z"}]}]), "time-naive"),
    (zone(periods=[{"schedule": [{"day": ["ANY"], "startTime": "16:00+01:00", "endTime": "17:00Z"}]}]), "time-local"),
    (zone(periods=[{"schedule": [{"day": ["ANY"], "startTime": "26:00Z", "endTime": "17:00Z"}]}]), "time-none"),
    (zone(periods=[{"schedule": [{"day": ["XXX"], **TIMES}]}]), "field-choice"),
    (zone(periods=[{"startDateTime": "2026-01-02T00:00:00+02:00"}]), "time-local"),
    (
        zone(periods=[{"startDateTime": "2026-01-02T00:00:00Z", "endDateTime": "2026-01-01T00:00:00Z"}]),
        "span-reversed",
    ),
    (zone({**CIRCLE, "layer": {"upper": 5}}), "height-reference"),
    (zone({**CIRCLE, "layer": {"upper": "5", "upperReference": "AGL"}}), "field-type"),
    (zone({**CIRCLE, "layer": {**LAYER, "uom": "yd"}}), "height-unit"),
    (zone({**CIRCLE, "layer": {**LAYER, "upperReference": "FL"}}), "field-choice"),
    (zone({**CIRCLE, "extent": {"subType": "Ellipse", "radius": 1}}), "field-choice"),
    (zone({"type": "Point", "coordinates": [1, 2], "layer": LAYER}), "buffer-missing"),
    (zone({"type": "Polygon", "coordinates": [RING, RING], "layer": LAYER}), "ring-with-hole"),
    (zone({"type": "GeometryCollection", "geometries": []}), "geometry-missing"),
    (zone(None), "field-missing"),
    (zone(identifier=5), "field-type"),
]


@pytest.mark.parametrize(("bad", "code"), REFUSED)
def test_a_bad_zone_is_one_refusal_and_the_others_are_read(bad: object, code: str) -> None:
    reading = read318(zone(identifier="BEFORE"), bad, zone(identifier="AFTER"))
    assert [operation.identifier for operation in reading.operations] == ["BEFORE", "AFTER"]
    (refusal,) = reading.refusals
    assert refusal.code == code
    assert refusal.at.startswith("$.features[1]")


def test_a_zone_of_over_a_thousand_volumes_is_refused() -> None:
    hourly = [
        {"day": ["ANY"], "startTime": f"{hour:02d}:00:00Z", "endTime": f"{hour:02d}:30:00Z"} for hour in range(24)
    ]
    month = Context("zones.json", "BLUE", Span(START_MS, START_MS + 45 * DAY_MS))
    for context, code in ((WEEKLY, None), (month, "zone-too-many-periods")):
        reading = read318(zone(periods=[{"schedule": hourly}]), context=context)
        assert [refusal.code for refusal in reading.refusals] == ([code] if code else [])
    century = Context("zones.json", "BLUE", Span(START_MS, START_MS + 36_500 * DAY_MS))
    (refusal,) = read318(zone(periods=[{"schedule": hourly}]), context=century).refusals
    assert refusal.code == "zone-too-many-periods"


def test_layers_of_a_collection_are_volumes() -> None:
    area = {"type": "Polygon", "coordinates": [RING], "layer": {"upper": 50, "upperReference": "AGL"}}
    (operation,) = read318(zone({"type": "GeometryCollection", "geometries": [CIRCLE, area]})).operations
    assert [volume.footprint.core for volume in operation.volumes] == [Core.POINT, Core.AREA]


# The members follow the ED-269 sample of InterUSS (Apache-2.0); the limits stand in text there too.
ED269 = {
    "identifier": "LSXX",
    "country": "CHE",
    "name": "City",
    "restriction": "REQ_AUTHORISATION",
    "applicability": [{"permanent": "YES", "startDateTime": None, "dailyPeriod": [{"day": [], "startTime": None}]}],
    "geometry": [
        {
            "uomDimensions": "FT",
            "lowerLimit": "0",
            "lowerVerticalReference": "AGL",
            "upperLimit": "400",
            "upperVerticalReference": "AMSL",
            "horizontalProjection": {"type": "Circle", "center": [6.1, 46.2], "radius": 1000},
        }
    ],
}


def read269(*zones: object) -> Reading:
    return ed269.read(json.dumps({"UASZoneList": list(zones)}).encode(), WEEKLY)


def test_an_ed269_zone_is_read() -> None:
    reading = read269(ED269)
    assert reading.refusals == ()
    (operation,) = reading.operations
    (volume,) = operation.volumes
    assert (operation.party, operation.identifier, operation.category) == ("CHE", "LSXX", "REQ_AUTHORISATION")
    assert (volume.band.floor, volume.band.ceiling) == (None, Height.feet(400, Reference.AMSL))
    assert (volume.footprint.buffer_dmm, volume.span) == (10_000_000, WEEK)
    assert "the radius is read in metres, the widest it can mean" in [note.message for note in reading.notes]


@pytest.mark.parametrize("limit", ["", "12a", "1e3", "+5", "٣", "0x10", ".5", "5.", "9" * 40])
def test_an_ed269_limit_that_is_not_a_plain_number_is_refused(limit: str) -> None:
    geometry = [{**ED269["geometry"][0], "upperLimit": limit}]  # type: ignore[dict-item] # the table above has one layer
    reading = read269({**ED269, "geometry": geometry}, ED269)
    assert len(reading.operations) == 1
    assert [refusal.at for refusal in reading.refusals] == ["$.UASZoneList[0].geometry[0].upperLimit"]


def test_a_permanent_zone_with_a_start_is_read_as_permanent() -> None:
    both = {"permanent": "YES", "startDateTime": "2026-01-03T00:00:00Z"}
    reading = read269({**ED269, "applicability": [both]})
    assert reading.operations[0].volumes[0].span == WEEK
    assert "permanent, and yet with a start or end: read as permanent" in [note.message for note in reading.notes]


@pytest.mark.parametrize("module", [ed269, ed318])
def test_what_lists_no_zones_is_raised(module: Any) -> None:  # noqa: ANN401 - a module
    with pytest.raises(MalformedInput, match="no list of zones"):
        module.read(b"{}", WEEKLY)


@pytest.mark.parametrize(
    ("name", "zones"),
    [
        ("Example_Collection.json", 2),
        ("Example_GeoZone_2_Layers.json", 1),
        ("Example_GeoZone_Circle.json", 1),
        ("Example_GeoZone_with_extension.json", 1),
        ("cis_source_sample_ed318.json", 3),
        ("cis_source_sample_ed269.json", 1),
    ],
)
def test_the_published_samples_are_read_without_a_refusal(name: str, zones: int) -> None:
    content = sample(name)
    reader = ed269 if "269" in name else ed318
    assert reader.recognises(content)
    in_2019 = Context(name, "BLUE", Span(1_546_300_800_000, 1_546_300_800_000 + 30 * DAY_MS))
    reading = reader.read(content, in_2019)
    assert (len(reading.operations), reading.refusals) == (zones, ())


def test_two_layers_at_daily_times_make_a_volume_each() -> None:
    """One period a day, 16 to 17, and Sundays 10 to 12 beside it: 30 days from Tuesday 2019-01-01 have four Sundays."""
    in_2019 = Context("x", "BLUE", Span(1_546_300_800_000, 1_546_300_800_000 + 30 * DAY_MS))
    (operation,) = ed318.read(sample("Example_GeoZone_2_Layers.json"), in_2019).operations
    assert len(operation.volumes) == 2 * (30 + 4)


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft7Validator:
    folder = SHARED / "ed318-schema"
    if not folder.exists():
        pytest.skip(f"{folder} is not beside the repository")
    registry: Registry[Any] = Registry().with_resources(
        (prefix + path.name, Resource.from_contents(json.loads(path.read_text()), default_specification=DRAFT7))
        for path in folder.iterdir()
        for prefix in ("", "./")
    )
    return jsonschema.Draft7Validator({"$ref": "Schema_GeoZones.json"}, registry=registry)


CARRIED = (Reference.ELLIPSOID, Reference.AMSL, Reference.AGL)


def pieces(operation: Operation) -> set[Volume]:
    return {Volume(volume.footprint, volume.band, volume.span, "") for volume in operation.volumes}


@settings(max_examples=40)
@given(plan=operations())
def test_what_is_written_is_valid_against_the_schema(
    plan: tuple[Operation, ...], schema: jsonschema.Draft7Validator
) -> None:
    schema.validate(json.loads(ed318.write(plan, CONTEXT).content))


@settings(max_examples=40)
@given(plan=operations(references=CARRIED))
def test_what_needs_no_cover_reads_back_equal(plan: tuple[Operation, ...]) -> None:
    writing = ed318.write(plan, CONTEXT)
    reading = ed318.read(writing.content, Context("x", "BLUE", HORIZON))
    assert reading.refusals == ()
    read_back = {(operation.party, operation.identifier): operation for operation in reading.operations}
    for operation in plan:
        messages = {loss.message for loss in writing.losses if loss.subject == operation.identifier}
        if not any("covers" in message or "left out" in message for message in messages):
            again = read_back[operation.party, operation.identifier]
            zeroed = {volume for volume in operation.volumes if volume.band.floor == Height(0, Reference.AGL)}
            assert zeroed or pieces(again) == pieces(operation)
