import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, RuleViolated, WellclearError
from wellclear.formats import tables
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Reading
from wellclear.model.volume import Volume

HORIZON = Span(1_700_000_000_000, 1_700_086_400_000)
CONTEXT = Context("places.csv", "BLUE", HORIZON)
HEADER = "operation,lat,lon,radius,floor,ceiling,start,end"
ROW = "DROP 1,47.25,-8.5,2 NM,SFC,3000 ft AMSL,2018-09-17T18:00:00Z,2018-09-17T19:00:00Z"
DROP = Volume(
    Footprint.circle(Position(-85_000_000, 472_500_000), 37_040_000),
    Band(None, Height.feet(3_000, Reference.AMSL)),
    Span(1_537_207_200_000, 1_537_210_800_000),
)


def read(text: str) -> Reading:
    return tables.read(text.encode(), CONTEXT)


def file_code(text: str) -> str:
    with pytest.raises(MalformedInput) as refusal:
        read(text)
    return refusal.value.code


def test_a_row_is_a_volume():
    reading = read(f"{HEADER}\n{ROW}\n")
    assert reading == Reading("csv", (Operation("BLUE", "DROP 1", (DROP,)),))


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_other_delimiters_and_newlines(delimiter: str, newline: str):
    text = f"{HEADER}\n{ROW}\n".replace(",", delimiter).replace("\n", newline)
    assert read(text).operations[0].volumes == (DROP,)
    assert tables.recognises(text.encode())
    assert read("\ufeff" + text).operations[0].volumes == (DROP,)


def test_rows_of_one_operation_are_its_volumes():
    reading = read(f"{HEADER},party\n{ROW},RED\n{ROW},RED\n{ROW},\n")
    assert [(o.party, o.identifier, len(o.volumes)) for o in reading.operations] == [
        ("RED", "DROP 1", 2),
        ("BLUE", "DROP 1", 1),
    ]


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("47.25", "-8.5"),
        ("471500N", "0083000W"),
        ("47-15.0N", "008-30.0W"),
        ("47:15:00 N", "008:30:00 W"),
    ],
)
def test_notations_of_positions(lat: str, lon: str):
    assert read(f"{HEADER}\nX,{lat},{lon}{ROW[17:]}\n").operations[0].volumes[0].footprint == DROP.footprint


def test_a_column_of_whole_positions():
    header = HEADER.replace("lat,lon", "position")
    assert read(f"{header}\n{ROW.replace('47.25,-8.5', '471500N0083000W')}\n").operations[0].volumes == (DROP,)


@pytest.mark.parametrize(
    ("columns", "cells", "band"),
    [
        ("floor_ft_agl,ceiling_fl", "500,95", Band(Height.feet(500, Reference.AGL), Height.flight_level(95))),
        (
            "floor_m_ellipsoid,ceiling_m_amsl",
            "-3.5,1200",
            Band(Height.metres(-3.5, Reference.ELLIPSOID), Height.metres(1200, Reference.AMSL)),
        ),
        ("Floor (ft QNH),Ceiling (ft STD)", "SFC,UNL", Band(None, None)),
        ("floor,ceiling", "FL95,FL100", Band(Height.flight_level(95), Height.flight_level(100))),
    ],
)
def test_heights_by_column_or_by_cell(columns: str, cells: str, band: Band):
    reading = read(f"lat,lon,radius_m,{columns},start,end\n47,8,100,{cells},{ROW[-41:]}\n")
    assert reading.refusals == ()
    assert reading.operations[0].volumes[0].band == band


@pytest.mark.parametrize(
    ("column", "cell"), [("radius_nm", "2"), ("radius_m", "3704"), ("radius_km", "3.704"), ("radius", "3704m")]
)
def test_radii(column: str, cell: str):
    text = f"{HEADER}\n{ROW}\n".replace("radius", column).replace("2 NM", cell)
    assert read(text).operations[0].volumes == (DROP,)


def test_times_may_be_date_time_groups():
    text = f"{HEADER}\n{ROW[:-41]}171800ZSEP18,171900ZSEP18\n"
    assert read(text).operations[0].volumes == (DROP,)


def test_what_the_table_does_not_say_is_noted():
    reading = read("lat,lon,floor,ceiling,colour\n47,8,SFC,UNL,red\n")
    volume = reading.operations[0].volumes[0]
    assert (volume.footprint.core, volume.footprint.buffer_dmm, volume.span) == (Core.POINT, 0, HORIZON)
    assert reading.operations[0].identifier == "line 2"
    said = " | ".join(note.message for note in reading.notes)
    assert "colour" in said
    assert "no radius" in said
    assert "no times" in said


@pytest.mark.parametrize(
    ("row", "code", "at"),
    [
        (ROW.replace("47.25", "4715"), "position-range", "line 3 column lat"),
        (ROW.replace("47.25", ""), "csv-position", "line 3"),
        (ROW.replace("47.25,-8.5", ","), "csv-cell", "line 3"),
        (ROW.replace("47.25", '"47,25"'), "csv-decimal-comma", "line 3 column lat"),
        (ROW.replace("47.25", "47,25"), "csv-width", "line 3"),
        (ROW.replace("47.25", "nan"), "position-text", "line 3 column lat"),
        (ROW.replace("47.25", "1e1"), "csv-number", "line 3 column lat"),
        (ROW.replace("2 NM", "2"), "quantity-unit", "line 3 column radius"),
        (ROW.replace("2 NM", '"1,5 NM"'), "csv-decimal-comma", "line 3 column radius"),
        (ROW.replace("2 NM", ""), "csv-cell", "line 3 column radius"),
        (ROW.replace("3000 ft AMSL", "3000 ft"), "height-reference", "line 3 column ceiling"),
        (ROW.replace("3000 ft AMSL", '"3,000 ft AMSL"'), "csv-decimal-comma", "line 3 column ceiling"),
        (ROW.replace("SFC", ""), "csv-cell", "line 3 column floor"),
        (ROW.replace("SFC", "FL90").replace("3000 ft AMSL", "FL80"), "band-reversed", "line 3"),
        (ROW.replace("T18:00:00Z", "T18:00:00"), "time-naive", "line 3 column start"),
        (ROW.replace("T18:00:00Z", "T20:00:00Z"), "span-reversed", "line 3"),
        (ROW.replace("2018-09-17T18:00:00Z", ""), "csv-cell", "line 3"),
        (ROW.replace("DROP 1", '"DROP" 1'), "csv-quotes", "line 3"),
    ],
)
def test_a_bad_row_is_one_refusal_with_its_line(row: str, code: str, at: str):
    reading = read(f"{HEADER}\n{ROW}\n{row}\n{ROW}\n")
    assert [len(o.volumes) for o in reading.operations] == [2]
    (refusal,) = reading.refusals
    assert (refusal.code, refusal.at) == (code, at)


def test_an_open_quote_is_refused_with_the_lines_that_it_swallows():
    reading = read(f'{HEADER}\n{ROW}\n"{ROW}\n{ROW}\n')
    assert len(reading.operations[0].volumes) == 1
    assert "lines 3 to 4" in reading.refusals[0].message


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("x,y,floor,ceiling", "csv-header-unclear"),
        ("lat,lon,altitude,time", "csv-header-unclear"),
        ("lat,lon,height,start,end", "csv-header-unclear"),
        ("lat,lon,floor_ft,ceiling_ft", "csv-header-unclear"),
        ("lat,lon,floor_ft_qfe,ceiling_ft_qfe", "csv-header-unclear"),
        ("lat,latitude,lon,floor,ceiling", "csv-header-twice"),
        ("lat,lat,lon,floor,ceiling", "csv-header-twice"),
        ("lat,lon,position,floor,ceiling", "csv-header-twice"),
        ("lat,lon,floor,floor_fl,ceiling", "csv-header-twice"),
        ("lat,lon,radius,radius_m,floor,ceiling", "csv-header-twice"),
        ("lat,floor,ceiling", "csv-columns"),
        ("lat,lon,radius", "csv-columns"),
        ("lat,lon;floor,ceiling", "csv-delimiter"),
        ("latitude", "csv-delimiter"),
        ('"lat,lon', "csv-quotes"),
    ],
)
def test_headers_that_are_refused(header: str, code: str):
    assert file_code(f"{header}\n1,2,3,4\n") == code


def test_bytes_that_are_no_text_are_refused():
    for content, code in ((b"", "file-empty"), (b"lat,lon\xff", "csv-encoding"), (b"lat,lon\x00", "csv-encoding")):
        with pytest.raises(MalformedInput) as refusal:
            tables.read(content, CONTEXT)
        assert refusal.value.code == code


@pytest.mark.parametrize(("tail", "code"), [(b"1,2,3,4\n" * 600_001, "csv-rows"), (b"," * 100_001, "csv-line")])
def test_too_much_is_refused(tail: bytes, code: str):
    with pytest.raises(RuleViolated) as refusal:
        tables.read(b"lat,lon,floor,ceiling\n" + tail, CONTEXT)
    assert refusal.value.code == code


TRACK = """time,flight_id,callsign,lat,lon,altitude_ft,geoaltitude_ft
2020-09-10T01:40:00Z,N1_1,N1,47.0,8.0,5000,5200
2020-09-10T01:41:00Z,N1_1,N1,47.1,8.0,5100,5300
1599702120000,N1_1,N1,47.2,8.0,5200,
"""


def test_a_table_of_tracks():
    reading = read(TRACK)
    assert (reading.refusals, reading.notes) == ((), ())
    (operation,) = reading.operations
    (volume,) = operation.volumes
    assert operation.identifier == "N1_1"
    assert [p.lat_e7 for p in volume.footprint.points] == [470_000_000, 471_000_000, 472_000_000]
    assert volume.band == Band(Height.feet(4500, Reference.FLIGHT_LEVEL), Height.feet(5700, Reference.FLIGHT_LEVEL))
    assert volume.span == Span(1_599_701_940_000, 1_599_702_180_000)


@pytest.mark.parametrize(
    ("column", "height"),
    [
        ("altitude_m", Height.metres(4847.6, Reference.FLIGHT_LEVEL)),
        ("geoaltitude_m", Height.metres(4847.6, Reference.ELLIPSOID)),
        ("altitude_qnh_m", Height.metres(4847.6, Reference.AMSL_BARO)),
        ("altitude_amsl_m", Height.metres(4847.6, Reference.AMSL)),
        ("height_agl_m", Height.metres(4847.6, Reference.AGL)),
    ],
)
def test_a_track_s_altitude_by_the_name_of_its_column(column: str, height: Height):
    reading = read(f"time,callsign,lat,lon,{column}\n2020-09-10T01:40:00Z,N1,47.0,8.0,5000\n")
    assert reading.operations[0].volumes[0].band.floor == height  # 152.4 m below


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("2020-09-10T01:40:30,N1_1,N1,47.05,8.0,5000,", "time-naive"),
        ("1599702030,N1_1,N1,47.05,8.0,5000,", "track-time"),
        (",N1_1,N1,47.05,8.0,5000,", "csv-cell"),
        ("2020-09-10T01:40:30Z,,,47.05,8.0,5000,", "track-flight"),
        ("2020-09-10T01:40:30Z,N1_1,N1,47.05,188,5000,", "position-range"),
        ("2020-09-10T01:40:30Z,N1_1,N1,47.05,8.0,high,", "csv-number"),
    ],
)
def test_a_bad_record_of_a_track_is_one_refusal(line: str, code: str):
    reading = read(f"{TRACK}{line}\n")
    assert len(reading.operations) == 1
    (refusal,) = reading.refusals
    assert refusal.code == code
    assert refusal.at.startswith("line 5")


def test_a_record_without_a_height_is_refused_and_one_without_a_position_noted():
    reading = read(f"{TRACK}2020-09-10T01:43:00Z,N1_1,N1,47.3,8.0,,\n2020-09-10T01:44:00Z,N1_1,N1,,,5000,\n")
    assert [(r.code, r.at) for r in reading.refusals] == [("track-height", "line 5")]
    assert "1 records without a position" in reading.notes[0].message


def test_recognises():
    assert tables.recognises(TRACK.encode())
    assert tables.recognises(b"\xef\xbb\xbflat;lon;floor;ceiling\n")
    assert tables.recognises(b"mgrs,floor,ceiling\n")
    for content in (
        b"",
        b"a,b,c\n",
        b"lat\n",
        b'[{"lat": 1, "lon": 2}]',
        b"\x1f\x8b\x00",
        b"AC R\nAN X\n",
        b"<lat,lon>",
    ):
        assert not tables.recognises(content)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([HEADER, ROW, *TRACK.splitlines()]), max_size=5),
    st.text(max_size=30),
    st.binary(max_size=10),
)
def test_whatever_the_bytes_it_reads_or_refuses(lines: list[str], noise: str, end: bytes):
    content = "\n".join([*lines, noise]).encode(errors="replace") + end
    tables.recognises(content)
    try:
        tables.read(content, CONTEXT)
    except WellclearError:
        return


@pytest.mark.parametrize("name", ["start_time", "end time", "Valid from", "date_utc", "time"])
def test_places_with_a_time_under_another_name_are_not_put_at_the_horizon(name: str):
    header = HEADER.removesuffix(",start,end")
    row = ROW.rpartition(",")[0].rpartition(",")[0]
    assert file_code(f"{header},{name}\n{row},2018-09-17T18:00:00Z\n") == "csv-header-unclear"
    assert read(f"{HEADER},{name}\n{ROW},2018-09-17T18:00:00Z\n").operations[0].volumes == (DROP,)


@pytest.mark.parametrize("name", ["radius_mi", "Radius (metres)", "buffer_m"])
def test_places_with_a_size_under_another_name_are_not_bare_points(name: str):
    assert file_code(f"{HEADER},{name}\n{ROW},5\n".replace("radius,", "remark,", 1)) == "csv-header-unclear"


def test_columns_of_the_other_kind_of_table_are_named_as_unread():
    track = read("flight_id,time,lat,lon,altitude_ft,radius_nm,operation\nF,2018-09-17T18:00:00Z,47,8,1000,5,X\n")
    assert [note.message for note in track.notes] == ["columns that were not read: radius_nm, operation"]
    places = read(f"{HEADER},callsign,altitude_ft\n{ROW},F,1000\n")
    assert [note.message for note in places.notes] == ["columns that were not read: callsign, altitude_ft"]


def test_rows_that_name_no_operation_are_compared_with_each_other_whatever_their_names():
    header, row = HEADER.replace("operation", "name"), ROW.replace("DROP 1", "HELO")
    reading = read("\n".join((header, row, row, row.replace("HELO", "HELO #2"), row.replace("HELO", ""))))
    assert [operation.identifier for operation in reading.operations] == ["HELO", "HELO #2", "HELO #2 #2", "line 5"]


def test_a_quote_too_many_never_swallows_a_row():
    first, second = f'{ROW},"x', f'{ROW},y"'
    reading = read(f"{HEADER},remark\n{first}\n{second}\n{ROW},z\n")
    refusal = reading.refusals[0]
    assert (len(reading.operations), refusal.code, refusal.at) == (1, "csv-quotes", "line 2")
    assert "lines 2 to 3" in refusal.message
    kept = read(f'{HEADER},remark\n{ROW},"two\nlines, of prose"\n')
    assert (len(kept.operations), kept.refusals) == (1, ())
