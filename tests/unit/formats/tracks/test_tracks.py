import gzip
import json
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, RuleViolated, WellclearError
from wellclear.formats import tracks
from wellclear.formats.tracks import containers
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.reading import Context, Reading, TrackReading

T0 = 1_599_702_000_000
HALF = TrackReading()
CONTEXT = Context("flights.json", "BLUE", Span(0, 1))
RECORDINGS = Path(__file__).parents[4].parent / "shared" / "data" / "tracks"


def record(seconds: float, **changes: object) -> dict[str, object]:
    """A record of one flight that goes north at 0.001 degree a second."""
    whole = {
        "timestamp": T0 + round(seconds * 1000),
        "latitude": 47 + seconds / 1000,
        "longitude": 8.0,
        "altitude": 5000.0,
        "callsign": "N342WN",
        "icao24": "a3c6bd",
        "flight_id": "N342WN_014",
    }
    return {**whole, **changes}


def read(records: list[object], context: Context = CONTEXT) -> Reading:
    return tracks.read(json.dumps(records).encode(), context)


def test_a_flight_becomes_corridor_segments_that_share_their_ends():
    reading = read([record(s, altitude=5000.0 + s) for s in (0, 100, 200, 300, 400, 500, 600)])
    assert (reading.refusals, reading.notes) == ((), ())
    (operation,) = reading.operations
    assert (operation.party, operation.identifier) == ("BLUE", "N342WN_014")
    first, second = operation.volumes
    assert first.footprint.core is Core.LINE
    assert first.footprint.buffer_dmm == 9_260_000
    assert first.footprint.points == tuple(Position(80_000_000, 470_000_000 + i * 1_000_000) for i in range(4))
    assert second.footprint.points[0] == first.footprint.points[-1]
    assert first.span == Span(T0 - 60_000, T0 + 360_000)
    assert second.span == Span(T0 + 240_000, T0 + 660_000)
    # ADS-B altitude is pressure altitude; 152.4 m (500 ft) either side of 5,000 to 5,300 ft.
    assert first.band == Band(Height.feet(4500, Reference.FLIGHT_LEVEL), Height.feet(5800, Reference.FLIGHT_LEVEL))


def test_records_are_taken_in_order_of_time():
    forward = read([record(s) for s in (0, 100, 200)])
    assert read([record(s) for s in (200, 0, 100)]).operations == forward.operations


def test_a_silence_ends_a_segment_and_nothing_is_assumed_in_it():
    volumes = read([record(0), record(100), record(701), record(702)]).operations[0].volumes
    assert [v.span for v in volumes] == [Span(T0 - 60_000, T0 + 160_000), Span(T0 + 641_000, T0 + 762_000)]
    assert len(read([record(0), record(100), record(700), record(702)]).operations[0].volumes) == 3


def test_a_leg_longer_than_a_segment_is_kept_whole():
    volumes = read([record(0), record(500), record(510)]).operations[0].volumes
    assert [len(v.footprint.points) for v in volumes] == [2, 2]


def test_one_record_is_a_circle():
    (volume,) = read([record(0)]).operations[0].volumes
    assert volume.footprint == Footprint.circle(Position(80_000_000, 470_000_000), 9_260_000)
    assert volume.span == Span(T0 - 60_000, T0 + 60_000)


def test_hovering_is_a_circle():
    (volume,) = read([record(0), record(10, latitude=47), record(20, latitude=47)]).operations[0].volumes
    assert volume.footprint.core is Core.POINT


def test_a_single_record_without_a_time_buffer_has_a_span():
    context = Context("x", "BLUE", Span(0, 1), TrackReading(time_buffer_ms=0))
    assert read([record(0)], context).operations[0].volumes[0].span == Span(T0, T0 + 1)


def test_no_segment_has_more_than_a_thousand_points():
    context = Context("x", "BLUE", Span(0, 1), TrackReading(segment_ms=10_000_000))
    volumes = read([record(s) for s in range(1_500)], context).operations[0].volumes
    assert [len(v.footprint.points) for v in volumes] == [1_000, 501]


def test_flights_are_told_apart_by_id_then_callsign_and_aircraft():
    nameless = {"flight_id": None}
    reading = read(
        [
            record(0),
            record(0, flight_id="N342WN_015"),
            record(0, **nameless),
            record(0, icao24="ffffff", **nameless),
            record(0, callsign=None, **nameless),
        ]
    )
    assert [o.identifier for o in reading.operations] == [
        "N342WN_014",
        "N342WN_015",
        "N342WN a3c6bd",
        "N342WN ffffff",
        "a3c6bd",
    ]


def test_records_without_a_position_are_noted_once_for_a_flight():
    reading = read([record(0), record(1, latitude=None), record(2, longitude=None), record(3)])
    assert reading.refusals == ()
    (note,) = reading.notes
    assert (note.subject, note.message) == ("N342WN_014", "2 records without a position were passed over")
    assert len(reading.operations[0].volumes[0].footprint.points) == 2


def test_standing_on_the_ground_without_a_height_is_noted():
    reading = read([record(0, altitude=None, onground=True), record(1)])
    assert "1 records on the ground" in reading.notes[0].message


def test_a_record_without_a_height_leaves_out_its_legs_and_says_so():
    reading = read([record(0), record(10), record(20, altitude=None), record(30), record(40)])
    assert [len(v.footprint.points) for v in reading.operations[0].volumes] == [2, 2]
    (refusal,) = reading.refusals
    assert (refusal.at, refusal.subject, refusal.code) == ("$[2]", "N342WN_014", "track-height")
    assert "from 2020-09-10T01:40:10Z until 2020-09-10T01:40:30Z" in refusal.message


def test_a_flight_without_any_height_is_one_refusal():
    reading = read([record(s, altitude=None) for s in (0, 10, 20)])
    assert reading.operations == ()
    assert len(reading.refusals) == 1


def test_a_flight_with_heights_above_the_ellipsoid_only_is_read_in_them():
    (volume,) = read([record(0, altitude=None, geoaltitude=5000.0)]).operations[0].volumes
    assert volume.band.floor == Height.feet(4500, Reference.ELLIPSOID)


@pytest.mark.parametrize(
    ("changes", "code", "at"),
    [
        ({"timestamp": None}, "track-time", "$[1].timestamp"),
        ({"timestamp": "2020-09-10T01:45:42"}, "time-naive", "$[1].timestamp"),
        ({"timestamp": 1_599_702_342}, "track-time", "$[1].timestamp"),
        ({"timestamp": 1_599_702_342_000_000}, "track-time", "$[1].timestamp"),
        ({"timestamp": True}, "track-time", "$[1].timestamp"),
        ({"latitude": 91}, "position-range", "$[1]"),
        ({"latitude": "47"}, "track-number", "$[1].latitude"),
        ({"altitude": "5000"}, "track-number", "$[1].altitude"),
        ({"altitude": 1e8}, "height-range", "$[1]"),
        ({"flight_id": "", "callsign": "", "icao24": None}, "track-flight", "$[1]"),
        ({"flight_id": [1]}, "track-flight", "$[1].flight_id"),
    ],
)
def test_a_bad_record_is_one_refusal_and_the_others_are_read(changes: dict[str, object], code: str, at: str):
    reading = read([record(0), record(1, **changes), record(2)])
    assert len(reading.operations[0].volumes[0].footprint.points) == 2
    (refusal,) = reading.refusals
    assert (refusal.code, refusal.at) == (code, at)


def test_what_is_no_object_is_refused():
    assert [r.at for r in read([record(0), 7, None]).refusals] == ["$[1]", "$[2]"]


def test_times_may_be_written_out():
    (volume,) = read([record(0, timestamp="2020-09-10T01:40:00.000Z")]).operations[0].volumes
    assert volume.span.start_ms == T0 - 60_000


def test_refusals_beyond_a_thousand_are_counted():
    reading = read([7] * 1_500)
    assert len(reading.refusals) == 1_001
    assert reading.refusals[-1].message == "500 more records were refused"


def test_a_jump_over_the_earth_is_refused():
    reading = read([record(0), record(10, latitude=-47, longitude=-170), record(20)])
    assert {refusal.code for refusal in reading.refusals} == {"footprint-large"}


def test_gzip_is_read_within_the_limit():
    content = gzip.compress(json.dumps([record(0)]).encode())
    assert tracks.recognises(content)
    assert len(tracks.read(content, CONTEXT).operations) == 1
    bomb = zlib.compressobj(9, wbits=31)
    packed = bomb.compress(b" " * (containers.MAX_UNPACKED_BYTES + 1)) + bomb.flush()
    with pytest.raises(RuleViolated) as refusal:
        tracks.read(packed, CONTEXT)
    assert refusal.value.code == "file-large"


@pytest.mark.parametrize(
    ("cut", "code"),
    [
        (lambda b: b[:-9], "gzip-truncated"),
        (lambda b: b + b"x", "gzip-trailing"),
        (lambda b: b[:10] + b"\xff" * 20, "gzip-damaged"),
    ],
)
def test_damaged_gzip_is_refused(cut: object, code: str):
    with pytest.raises(MalformedInput) as refusal:
        tracks.read(cut(gzip.compress(b"[" + b"1," * 500 + b"1]")), CONTEXT)
    assert refusal.value.code == code


def parquet(zone: str | None = "UTC", **columns: list[object]) -> bytes:
    whole = {
        "timestamp": pa.array([T0 * 1_000_000 + 999_999, (T0 + 1000) * 1_000_000], pa.timestamp("ns", zone)),
        "latitude": [47.0, 47.1],
        "longitude": [8.0, float("nan")],
        "altitude": [5000.0, 5100.0],
        "callsign": ["N342WN", "N342WN"],
        "ignored": [1, 2],
        **columns,
    }
    sink = pa.BufferOutputStream()
    pyarrow.parquet.write_table(pa.table({k: v for k, v in whole.items() if v is not None}), sink)
    return sink.getvalue().to_pybytes()


def test_parquet_is_read():
    content = parquet()
    assert tracks.recognises(content)
    reading = tracks.read(content, CONTEXT)
    assert reading.operations[0].identifier == "N342WN"
    assert reading.operations[0].volumes[0].span == Span(T0 - 60_000, T0 + 60_000)
    assert "1 records without a position" in reading.notes[0].message


def test_parquet_without_its_columns_or_zone_is_refused():
    for content, code in ((parquet(latitude=None), "track-columns"), (parquet(zone=None), "time-naive")):
        with pytest.raises(MalformedInput) as refusal:
            tracks.read(content, CONTEXT)
        assert refusal.value.code == code


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 400))
def test_damaged_parquet_is_refused_or_read(noise: bytes, at: int):
    content = parquet()
    try:
        tracks.read(content[: at + 4] + noise + content[at + 4 + len(noise) :], CONTEXT)
    except WellclearError:
        return


def test_recognises_only_records_of_flights():
    assert tracks.recognises(json.dumps([record(0)]).encode())
    assert tracks.recognises(b' [ {"a": {"b": "}"}, "timestamp": 1, "latitude": 2, "longitude": 3}, nonsense')
    for content in (
        b"",
        b"[]",
        b"[1]",
        b"{}",
        b'[{"latitude": 1}]',
        b"\x1f\x8b",
        b'{"type": "FeatureCollection"}',
        b"[" * 9999,
    ):
        assert not tracks.recognises(content)


@pytest.mark.parametrize(("name", "flights"), [("calfire", 186), ("inflight_refuelling", 1), ("samu31", 1)])
def test_real_recordings(name: str, flights: int):
    if not RECORDINGS.is_dir():
        pytest.skip("needs ../shared/data/tracks, which is not part of the repository")
    content = (RECORDINGS / f"{name}.json.gz").read_bytes()
    assert tracks.recognises(content)
    reading = tracks.read(content, CONTEXT)
    assert len(reading.operations) == flights
    assert reading.refusals == ()
    records = json.loads(gzip.decompress(content))
    placed = {(r["timestamp"], r["latitude"]) for r in records if r["latitude"] is not None}
    spans = [v.span for o in reading.operations for v in o.volumes]
    assert min(t for t, _ in placed) - 60_000 == min(s.start_ms for s in spans)
    assert max(t for t, _ in placed) + 60_000 == max(s.end_ms for s in spans)


def test_an_airspace_in_json_is_not_a_recording():
    if not RECORDINGS.is_dir():
        pytest.skip("needs ../shared/data/tracks, which is not part of the repository")
    assert not tracks.recognises((RECORDINGS / "LFBOTMA.json").read_bytes())


def test_a_time_that_no_double_holds_is_one_refused_record():
    reading = tracks.read(json.dumps([record(0), record(1, timestamp=10**400)]).encode(), CONTEXT)
    assert [(refusal.code, refusal.at) for refusal in reading.refusals] == [("track-time", "$[1].timestamp")]


def test_a_recording_of_which_hardly_a_record_can_be_read_is_refused_as_a_whole():
    with pytest.raises(MalformedInput) as refusal:
        tracks.read(json.dumps([record(0), *([0] * 20_001)]).encode(), CONTEXT)
    assert (refusal.value.code, refusal.value.at) == ("too-many-refusals", "$[1]")


def test_flights_whose_long_names_begin_alike_are_not_one():
    name = "F" * 60
    reading = tracks.read(
        json.dumps([record(0, flight_id=name + "1"), record(1, flight_id=name + "2")]).encode(), CONTEXT
    )
    assert [operation.identifier for operation in reading.operations] == [name + "1", name + "2"]
    (refusal,) = tracks.read(json.dumps([record(0), record(1, flight_id="F" * 501)]).encode(), CONTEXT).refusals
    assert (refusal.code, refusal.at) == ("track-flight", "$[1].flight_id")


@pytest.mark.parametrize("packed", [True, False])
def test_a_short_parquet_file_of_a_long_text_over_and_over_is_refused(packed: bool):  # noqa: FBT001 - a parameter
    names = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), pa.array(["x" * 20_000]))
    columns = {name: [1.0] * 1000 for name in ("latitude", "longitude")} | {"timestamp": [T0] * 1000}
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(pa.table({**columns, "flight_id": names if packed else names.cast(pa.string())}), sink)
    with pytest.raises(MalformedInput) as refusal:
        tracks.read(sink.getvalue().to_pybytes(), CONTEXT)
    assert (refusal.value.code, refusal.value.at) == ("text-long", "flight_id")


def test_a_parquet_column_of_lists_is_refused():
    columns = {"timestamp": [T0], "latitude": [[47.0]], "longitude": [8.0], "flight_id": ["A"]}
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(pa.table(columns), sink)
    with pytest.raises(MalformedInput) as refusal:
        tracks.read(sink.getvalue().to_pybytes(), CONTEXT)
    assert refusal.value.code == "track-columns"
