from itertools import pairwise

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, RuleViolated, WellclearError
from wellclear.formats import openair
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.limits import DMM_PER_NM
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Reading
from wellclear.model.volume import Volume

HORIZON = Span(1_700_000_000_000, 1_700_086_400_000)
CONTEXT = Context("zones.txt", "BLUE", HORIZON)

# The first two records' positions, names and limits stand in the published description of openaip-openair-parser and of
# Naviter's OpenAir support; degrees were worked out by hand from them.
RESTRICTED = """* a comment
AC R
AN ED-R10B Todendorf-Putlos MON-SAT+
AH 40000ft MSL
AL GND
DP 54:25:00 N 010:40:00 E
DP 54:25:00 N 010:50:00 E * at the buoy
DP 54:26:00 N 010:53:00 E
DP 54:19:30 N 010:53:00 E
DP 54:15:00 N 010:41:00 E
DP 54:15:19 N 010:40:00 E
DP 54:20:00 N 010:40:00 E
DP 54:25:00 N 010:40:00 E
"""
CIRCLE = """AC Q
AN PARA Ailertchen EDGA
AH FL100
AL GND
V X=50:35:36N 007:56:42E
DC 2.00
"""
LIMITS = "AL 1000ft AGL\nAH FL145\n"
BOX = "DP 47:00:00 N 008:00:00 E\nDP 47:00:00 N 008:10:00 E\nDP 47:10:00 N 008:10:00 E\nDP 47:10:00 N 008:00:00 E\n"

SOME_LINES = [*RESTRICTED.splitlines(), *CIRCLE.splitlines(), "V D=-", "DA 5,1,2", "AA x"]


def read(text: str) -> Reading:
    return openair.read(text.encode(), CONTEXT)


def only(text: str) -> Volume:
    reading = read(text)
    assert reading.refusals == ()
    return reading.operations[0].volumes[0]


def code_of(text: str) -> str:
    reading = read(text)
    assert reading.operations == ()
    assert len(reading.refusals) == 1
    assert reading.refusals[0].at.startswith("line ")
    return reading.refusals[0].code


def test_a_polygon_and_a_circle():
    reading = read(RESTRICTED + "\n" + CIRCLE)
    assert reading.refusals == ()
    zone, para = reading.operations
    assert (zone.party, zone.identifier, zone.category) == ("BLUE", "ED-R10B Todendorf-Putlos MON-SAT+", "R")
    area = zone.volumes[0].footprint
    assert area.core is Core.AREA
    assert area.points[0] == Position(106_666_667, 544_166_667)  # 10 + 40/60, 54 + 25/60
    assert area.points[3] == Position(108_833_333, 543_250_000)  # 10 + 53/60, 54 + 19.5/60
    assert len(area.points) == 7
    assert zone.volumes[0].band == Band(None, Height.feet(40_000, Reference.AMSL_BARO))
    circle = para.volumes[0]
    assert circle.footprint == Footprint.circle(Position(79_450_000, 505_933_333), 2 * DMM_PER_NM)
    assert circle.band == Band(None, Height.flight_level(100))
    assert circle.span == HORIZON


def test_what_states_no_time_is_noted_once():
    reading = read(RESTRICTED + CIRCLE)
    assert len(reading.notes) == 1
    assert "2 airspaces state no time" in reading.notes[0].message
    assert "2023-11-14T22:13:20Z" in reading.notes[0].message


@pytest.mark.parametrize(
    ("text", "height"),
    [
        ("FL95", Height.flight_level(95)),
        ("FL 095", Height.flight_level(95)),
        ("4500ft AMSL", Height.feet(4_500, Reference.AMSL_BARO)),
        ("4500.5FT MSL", Height(13_717_524, Reference.AMSL_BARO)),
        ("4500F MSL", Height.feet(4_500, Reference.AMSL_BARO)),
        ("1000MSL", Height.feet(1_000, Reference.AMSL_BARO)),
        ("300m AGL", Height.metres(300, Reference.AGL)),
        ("300 M GND", Height.metres(300, Reference.AGL)),
        ("2000ft STD", Height.feet(2_000, Reference.FLIGHT_LEVEL)),
        ("UNL", None),
        ("UNLIM", None),
        ("UNLIMITED", None),
    ],
)
def test_limits(text: str, height: Height | None):
    assert only(f"AC D\nAN X\nAL SFC\nAH {text}\n{BOX}").band == Band(None, height)


@pytest.mark.parametrize("text", ["SFC", "GND", "0 AGL", "0ft SFC"])
def test_the_surface(text: str):
    assert only(f"AC D\nAN X\nAL {text}\nAH FL90\n{BOX}").band.floor is None


def test_feet_without_a_unit_are_noted():
    reading = read(f"AC D\nAN X\nAL 1000 AGL\nAH 4500 MSL\n{BOX}")
    assert [note.at for note in reading.notes if "feet" in note.message] == ["line 3", "line 4"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("AN X\nAL 1000ft\nAH FL90\n" + BOX, "height-reference"),
        ("AN X\nAL GND\nAH GND\n" + BOX, "height-end"),
        ("AN X\nAL UNL\nAH FL90\n" + BOX, "height-end"),
        ("AN X\nAL GND\nAH high\n" + BOX, "height-text"),
        ("AN X\nAL FL90\nAH FL80\n" + BOX, "band-reversed"),
        ("AN X\nAL GND\nAL SFC\nAH FL80\n" + BOX, "openair-twice"),
        ("AN X\nAL GND\n" + BOX, "openair-limit"),
        ("AL GND\nAH FL90\n" + BOX, "openair-name"),
        ("AN X\n" + LIMITS, "openair-shape"),
        ("AN X\n" + LIMITS + BOX + "V X=47:00:00 N 008:00:00 E\nDC 2\n", "openair-shape"),
        ("AN X\n" + LIMITS + "DC 2\n", "openair-centre"),
        ("AN X\n" + LIMITS + "V X=47:00:00 N 008:00:00 E\nDC 0\n", "radius-range"),
        ("AN X\n" + LIMITS + "V X=47:00:00 N 008:00:00 E\nDC -2\n", "openair-number"),
        ("AN X\n" + LIMITS + "V X=47:00:00 N 008:00:00 E\nDC nan\n", "openair-number"),
        ("AN X\n" + LIMITS + "V X=47:00:00 N 008:00:00 E\nDC 2\nDC 3\n", "openair-shape"),
        ("AN X\n" + LIMITS + "V X=47:00:00 N 008:00:00 E\nDA 2,10\n", "openair-arc"),
        ("AN X\n" + LIMITS + "V X=47:00:00 N 008:00:00 E\nDA 2,10,370\n", "openair-arc"),
        ("AN X\n" + LIMITS + "V D=left\n" + BOX, "openair-variable"),
        ("AN X\n" + LIMITS + "DP 47:99:00 N 008:00:00 E\n", "position-minutes"),
        ("AN X\n" + LIMITS + "DP 95:00:00 N 008:00:00 E\n", "position-range"),
        ("AN X\n" + LIMITS + "DP 47:00:00 N 008:00:00 E\nDP 47:10:00 N 008:00:00 E\n", "ring-short"),
        ("AN X\n" + LIMITS + "DX 47:00:00 N 008:00:00 E\n" + BOX, "openair-record"),
        ("AN X\n" + LIMITS + "P 47:00:00 N 008:00:00 E\n" + BOX, "openair-record"),
        ("AN X\n" + LIMITS + "%%%\n" + BOX, "openair-record"),
        ("AN X\n" + LIMITS + "DY 47:00:00 N 008:00:00 E\nDY 48:00:00 N 008:00:00 E\n", "openair-width"),
        ("AN X\nAA tomorrow\n" + LIMITS + BOX, "openair-time"),
        ("AN X\nAA 2023-12-16T12:00Z/2023-12-16T11:00Z\n" + LIMITS + BOX, "span-reversed"),
    ],
)
def test_refused(body: str, code: str):
    assert code_of("AC R\n" + body) == code


def test_one_bad_airspace_leaves_all_the_others_and_says_its_line():
    bad = "AC R\nAN BAD\nAL GND\nAH 2000\n" + BOX
    reading = read(CIRCLE + bad + RESTRICTED)
    assert [operation.identifier[:4] for operation in reading.operations] == ["PARA", "ED-R"]
    refusal = reading.refusals[0]
    assert (refusal.source, refusal.at, refusal.subject) == ("zones.txt", "line 10", "BAD (R)")


def test_equal_names_are_told_apart():
    assert [o.identifier for o in read(CIRCLE + CIRCLE).operations] == [
        "PARA Ailertchen EDGA",
        "PARA Ailertchen EDGA #2",
    ]


def test_the_type_goes_before_the_class():
    assert read(f"AC E\nAY TMZ\nAN X\n{LIMITS}{BOX}").operations[0].category == "TMZ"
    assert read(f"AC UNC\nAN X\n{LIMITS}{BOX}").operations[0].category == ""


def distances_m(points: tuple[Position, ...], centre_deg: tuple[float, float]) -> list[float]:
    """Distances of points and of the middles of the edges between them from a centre, by geographiclib."""
    found = []
    for a, b in pairwise(points):
        edge = Geodesic.WGS84.InverseLine(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg)
        for share in (0.0, 0.5):
            at = edge.Position(edge.s13 * share)
            found.append(Geodesic.WGS84.Inverse(centre_deg[1], centre_deg[0], at["lat2"], at["lon2"])["s12"])
    return found


def on_circle(bearing_deg: float, radius_m: float) -> str:
    at = Geodesic.WGS84.Direct(47, 8, bearing_deg, radius_m)
    lat_min, lon_min = (abs(at[key]) * 60 for key in ("lat2", "lon2"))
    return (
        f"{int(lat_min // 60):02d}:{lat_min % 60:010.7f} {'N' if at['lat2'] >= 0 else 'S'} "
        f"{int(lon_min // 60):03d}:{lon_min % 60:010.7f} {'E' if at['lon2'] >= 0 else 'W'}"
    )


@pytest.mark.parametrize("direction", ["+", "-"])
def test_the_arc_of_a_sector_bulges_out_and_is_covered_from_outside(direction: str):
    first, second = (30, 100) if direction == "+" else (100, 30)
    text = f"AC R\nAN X\n{LIMITS}V X=47:00:00 N 008:00:00 E\nV D={direction}\nDP 47:00:00 N 008:00:00 E\n"
    points = only(f"{text}DA 5,{first},{second}\n").footprint.points
    assert len(points) > 20
    assert all(9_260 - 0.008 <= d <= 9_260.5 for d in distances_m(points[1:], (8, 47)))


def test_the_inner_arc_of_a_ring_sector_is_covered_on_the_side_of_its_centre():
    text = f"AC R\nAN X\n{LIMITS}V X=47:00:00 N 008:00:00 E\nDA 10,30,100\nV D=-\nDA 5,100,30\n"
    points = only(text).footprint.points
    inner = [p for p in points if Geodesic.WGS84.Inverse(47, 8, p.lat_deg, p.lon_deg)["s12"] < 12_000]
    assert len(inner) > 20
    assert all(9_260 - 0.5 <= d <= 9_260 + 0.008 for d in distances_m(tuple(inner), (8, 47)))


def test_an_arc_between_two_points_keeps_them():
    ends = on_circle(30, 9_260), on_circle(100, 9_260)
    text = f"AC R\nAN X\n{LIMITS}V X=47:00:00 N 008:00:00 E\nDP 47:00:00 N 008:00:00 E\nDB {ends[0]},{ends[1]}\n"
    points = only(text).footprint.points
    assert all(9_260 - 0.01 <= d <= 9_260.5 for d in distances_m(points[1:], (8, 47)))


def test_the_direction_falls_back_to_clockwise_in_the_next_airspace():
    arc = "V X=47:00:00 N 008:00:00 E\nDA 5,30,100\nDP 47:00:00 N 008:00:00 E\n"
    counter = f"AC R\nAN A\n{LIMITS}V D=-\n{arc}"
    first, second = read(counter + f"AC R\nAN B\n{LIMITS}{arc}").operations
    assert min(p.lon_deg for p in first.volumes[0].footprint.points) < 7.95
    assert min(p.lon_deg for p in second.volumes[0].footprint.points) > 7.99


def test_ends_on_two_circles_are_read_as_the_wider_one_and_noted():
    ends = on_circle(30, 9_260), on_circle(100, 9_400)
    text = f"AC R\nAN X\n{LIMITS}V X=47:00:00 N 008:00:00 E\nDP 47:00:00 N 008:00:00 E\nDB {ends[0]},{ends[1]}\n"
    reading = read(text)
    assert any("140 m apart" in note.message for note in reading.notes)
    assert max(distances_m(reading.operations[0].volumes[0].footprint.points[2:], (8, 47))) >= 9_400
    assert code_of(text.replace(ends[1], on_circle(100, 9_900))) == "openair-arc"


def test_a_ring_across_180_degrees_is_covered_outside_too():
    text = f"AC R\nAN X\n{LIMITS}V X=17:00:00 S 179:59:00 E\nDP 17:00:00 S 179:59:00 E\nDA 5,30,100\n"
    points = only(text).footprint.points
    assert max(p.lon_deg for p in points) > 179
    assert min(p.lon_deg for p in points) < -179
    assert all(9_260 - 0.008 <= d <= 9_260.5 for d in distances_m(points[1:], (179 + 59 / 60, -17)))


def test_a_circle_drawn_as_two_arcs():
    text = f"AC R\nAN X\n{LIMITS}V X=47:00:00 N 008:00:00 E\nDA 5,0,180\nDA 5,180,360\n"
    assert len(only(text).footprint.points) > 100


def test_an_airway_is_a_corridor_of_half_its_width():
    corridor = only(f"AC D\nAN X\n{LIMITS}V W=10\nDY 47:00:00 N 008:00:00 E\nDY 47:30:00 N 008:00:00 E\n").footprint
    assert (corridor.core, corridor.buffer_dmm) == (Core.LINE, 5 * DMM_PER_NM)


def test_activation_times_make_one_volume_each():
    times = "AA 2023-12-16T12:00Z/2023-12-16T13:00Z ; noon\nAA 2024-12-17T00:00Z/2024-12-17T24:00Z\n"
    text = f"AC R\nAN X\n{LIMITS}{times}{BOX}"
    volumes = read(text).operations[0].volumes
    assert [v.span for v in volumes] == [
        Span(1_702_728_000_000, 1_702_731_600_000),
        Span(1_734_393_600_000, 1_734_480_000_000),
    ]
    assert [v.name for v in volumes] == ["1", "2"]
    assert read(text).notes == ()


@pytest.mark.parametrize("text", ["NONE", "NONE/2023-11-15T00:00Z", "2023-11-15T00:00Z/NONE"])
def test_open_activation_is_bounded_by_the_horizon_and_noted(text: str):
    reading = read(f"AC R\nAN X\n{LIMITS}AA {text}\n{BOX}")
    span = reading.operations[0].volumes[0].span
    assert HORIZON.start_ms <= span.start_ms < span.end_ms <= HORIZON.end_ms
    assert "horizon" in reading.notes[0].message


def test_a_name_in_latin_1_is_read_and_noted_and_a_limit_is_not():
    text = f"AC R\nAN Z\u00fcrich\n{LIMITS}{BOX}".encode("latin-1")
    reading = openair.read(text, CONTEXT)
    assert reading.operations[0].identifier == "Z\u00fcrich"
    assert any("ISO 8859-1" in note.message for note in reading.notes)
    broken = text.replace(b"AGL", b"AGL\xff")
    assert openair.read(broken, CONTEXT).refusals[0].code == "openair-record"


def test_terrain_and_stray_lines_are_noted():
    reading = read("AN STRAY\nTO ridge\nDP 47:00:00 N 008:00:00 E\n" + CIRCLE)
    assert len(reading.operations) == 1
    assert [note.at for note in reading.notes[:2]] == ["line 1", "line 2"]
    assert "1 lines before" in reading.notes[0].message


def test_lone_digits_between_colons_have_one_meaning():
    point = only(f"AC R\nAN X\n{LIMITS}V X=35:31:21.0000 N 114:15:0.0000 E\nDC 1\n").footprint.points[0]
    assert point == Position(1_142_500_000, 355_225_000)


def test_recognises():
    assert openair.recognises(RESTRICTED.encode())
    assert openair.recognises(b"\xef\xbb\xbf" + CIRCLE.replace("\n", "\r\n").encode())
    assert not openair.recognises(b"")
    assert not openair.recognises(b'{"AC": 1}')
    assert not openair.recognises(b"time,lat,lon\n1,2,3\n")


def test_a_file_without_airspace_is_refused():
    with pytest.raises(MalformedInput) as refusal:
        openair.read(b"* nothing\n", CONTEXT)
    assert refusal.value.code == "openair-empty"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([*RESTRICTED.splitlines(), *CIRCLE.splitlines(), "V D=-", "DA 5,1,2", "AA x"]), max_size=12
    ),
    st.binary(max_size=30),
)
def test_whatever_the_bytes_it_reads_or_refuses(lines: list[str], noise: bytes):
    content = "\n".join(lines).encode() + noise
    try:
        reading = openair.read(content, CONTEXT)
    except WellclearError:
        return
    assert isinstance(reading, Reading)


heights = st.one_of(
    st.builds(Height.feet, st.integers(0, 60_000), st.sampled_from([Reference.AMSL_BARO, Reference.AGL])),
    st.builds(Height.flight_level, st.integers(0, 600)),
    st.builds(Height, st.integers(1, 10**8), st.sampled_from([Reference.AMSL_BARO, Reference.FLIGHT_LEVEL])),
)
positions = st.builds(Position, st.integers(-1_799_999_999, 1_799_999_999), st.integers(-850_000_000, 850_000_000))


@settings(max_examples=100, deadline=None)
@given(positions, st.integers(1, 5_000_000_000), heights, st.integers(1, 10**9))
def test_what_is_written_is_read_again(centre: Position, radius_dmm: int, floor: Height, late_ms: int):
    end = Position(centre.lon_e7, centre.lat_e7 + 9_000_000)
    side = Position(centre.lon_e7 // 2, centre.lat_e7)
    footprints = [Footprint.circle(centre, radius_dmm), Footprint.corridor((centre, end), radius_dmm)]
    if abs(side.lon_e7 - centre.lon_e7) > 10 and abs(centre.lon_e7) < 100_000_000:
        footprints.append(Footprint.area((centre, end, side)))
    span = Span(HORIZON.start_ms + late_ms, HORIZON.end_ms + late_ms)
    operations = [
        Operation("BLUE", f"OP {i}", (Volume(footprint, Band(floor, None), span),), category="R")
        for i, footprint in enumerate(footprints)
    ]
    writing = openair.write(operations, CONTEXT)
    assert openair.recognises(writing.content)
    reading = openair.read(writing.content, CONTEXT)
    assert reading.refusals == ()
    zero = floor.reference is Reference.AGL and floor.value_dmm == 0
    if not zero:
        assert list(reading.operations) == operations


def test_whole_seconds_are_written_as_seconds():
    content = openair.write(read(RESTRICTED).operations, CONTEXT).content.decode()
    assert "DP 54:15:19 N 010:40:00 E\n" in content
    assert "AA" not in content


def test_losses_are_said():
    point = Position.from_degrees(8.123456, 47)
    band = Band(None, Height.metres(100, Reference.ELLIPSOID))
    bare = Volume(Footprint.circle(point, 0), Band(None, None), HORIZON)
    above = Volume(Footprint.circle(point, 10_000), band, HORIZON, "2")
    true = Volume(Footprint.circle(point, 10_000), Band(None, Height.metres(100, Reference.AMSL)), HORIZON, "3")
    writing = openair.write([Operation("BLUE", "OP", (bare, above, true), "SECRET", 3)], CONTEXT)
    said = " | ".join(loss.message for loss in writing.losses)
    for word in ("party", "priorities", "ellipsoid", "without a radius", "SECRET", "altimeter", "one operation"):
        assert word in said
    assert len(openair.read(writing.content, CONTEXT).operations) == 1


def test_too_many_lines_are_refused():
    with pytest.raises(RuleViolated) as refusal:
        openair.read(b"AC R\n" + b"V\n" * 4_000_001, CONTEXT)
    assert refusal.value.code == "openair-lines"


def test_times_equal_to_the_horizon_are_not_lost_without_a_word():
    written = openair.write((Operation("", "A", read(CIRCLE).operations[0].volumes),), CONTEXT)
    assert [loss.message for loss in written.losses] == [
        "volumes that hold over the whole horizon are written without times"
    ]
