"""Whole orders: the public one to the last measure, broken ones, and hostile bytes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.formats import aco
from wellclear.formats.aco.sets import lex
from wellclear.geo.footprint import Core
from wellclear.geo.height import Band, Height
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.reading import Context, Reading

CONTEXT = Context("order.aco", "BLUE", Span(1_451_606_400_000, 1_483_228_800_000))
PUBLIC_ORDER = Path(__file__).parents[5] / "shared" / "data" / "aco" / "ExMontereyStrikeACO.aco"

HEAD = "MSGID/ACO/HAND//\nACOID/X/01//\nGEODATUM/W84//\nPERIOD/280001ZJUL2016/282359ZJUL2016//\n"
REST = "EFFLEVEL/FLFL:FL100-FL200//\nAPERIOD/DISCRETE/280100ZJUL/280200ZJUL//\n"
CIRCLE = "ACMID/ACM:ROZ/NAME:A/CIRCLE/USE:NFA//\nCIRCLE/LATS:580429N0042748W/15KM//\n" + REST
POLYGON = (
    "ACMID/ACM:ROZ/NAME:B/POLYGON/USE:NFA//\n"
    "POLYGON/LATS:564100N0033500W/LATS:581700N0054000W/LATS:582500N0050500W//\n" + REST
)


def read(text: str) -> Reading:
    return aco.read((HEAD + text).encode("latin-1"), CONTEXT)


@pytest.fixture(scope="module")
def public() -> Reading:
    if not PUBLIC_ORDER.exists():
        pytest.skip(f"needs {PUBLIC_ORDER}, which is not part of the repository")
    return aco.read(PUBLIC_ORDER.read_bytes(), CONTEXT)


def test_the_public_order_is_lost_nowhere(public: Reading) -> None:
    assert (len(public.operations), len(public.refusals)) == (121, 5)
    headings = len(re.findall(rb"^ACMID", PUBLIC_ORDER.read_bytes(), re.MULTILINE))
    assert len(public.operations) + len(public.refusals) == headings == 126
    assert len({operation.identifier for operation in public.operations}) == 121
    assert sum(len(operation.volumes) for operation in public.operations) == 271


def test_the_public_order_is_refused_by_name_and_line(public: Reading) -> None:
    assert [(refusal.code, refusal.at, refusal.subject) for refusal in public.refusals] == [
        ("position-malformed", "line 332, field 8", "VANDENBERG SOUTH"),  # two positions without a slash between
        ("ring-crosses-itself", "line 371", "SAN NICOLAS ISLAND"),  # goes out and back between the same two points
        ("ring-crosses-itself", "line 473", "SAN FRANCISCO C"),  # the same
        ("shape-missing", "line 758", "ISABELLA (XA)CIRCLE"),  # no slash before CIRCLE
        ("shape-missing", "line 841", "ABEL EAST MOA, CA"),  # points where the shape should be, and no set of points
    ]
    assert all(refusal.wanted for refusal in public.refusals)


def test_the_public_order_s_remarks(public: Reading) -> None:
    assert [(note.at, note.subject, note.message.partition(";")[0]) for note in public.notes] == [
        ("line 148", "ISABELLA (XG) #2", "another measure bears this name"),
        ("line 557", "SAFE LANE", "inferred: GEOLINE has no width in its grammar"),
        (
            "line 893",
            "NORTH CHOC MOUNT",
            "the empty field before the first of POLYGON carries nothing and was passed over",
        ),
        (
            "line 909",
            "LAS VEGAS WEST",
            "the empty field before the first of POLYGON carries nothing and was passed over",
        ),
        ("line 917", "TONOPAH #2", "another measure bears this name"),
    ]


def test_the_public_order_s_measures_in_samples(public: Reading) -> None:
    by_name = {operation.identifier: operation for operation in public.operations}
    travis = by_name["TRAVIS AFB"]
    assert (travis.party, travis.category, len(travis.volumes)) == ("BLUE", "ROZ/BDZ", 3)
    assert travis.volumes[0].footprint.points[0] == Position(-1_217_427_778, 385_208_333)  # 383115N 1214434W
    assert travis.volumes[2].band == Band(Height.flight_level(1), Height.flight_level(60))
    assert travis.volumes[2].span == Span(1_469_743_260_000, 1_469_746_800_000)  # 2016-07-28T22:01Z to 23:00Z
    assert by_name["CAMP ROBERTS"].category == "ROZ/AAR/BDZ/EC"
    assert by_name["CIVIL 20"].volumes[0].footprint.buffer_dmm == 27_500_000  # half of 5.5 km
    assert by_name["FALLON"].volumes[0].footprint.buffer_dmm == 355_500_000
    lane = by_name["SAFE LANE"].volumes[0].footprint
    assert (lane.core, lane.buffer_dmm) == (Core.LINE, 100_000_000)


def test_the_public_order_read_and_written_reads_the_same(public: Reading) -> None:
    writing = aco.write(public.operations, CONTEXT)
    again = aco.read(writing.content, CONTEXT)
    assert again.refusals == ()
    assert again.operations == public.operations
    assert writing.losses == ()


def test_seconds_of_60_are_the_next_minute() -> None:
    sixty = read(POLYGON.replace("564100N", "564060N"))
    whole = read(POLYGON)
    assert sixty.operations[0].volumes == whole.operations[0].volumes


def test_a_ring_may_be_closed_or_not() -> None:
    closed = read(POLYGON.replace("0050500W//", "0050500W/LATS:564100N0033500W//"))
    assert closed.operations[0].volumes == read(POLYGON).operations[0].volumes


def test_carriage_returns_and_blank_lines_change_nothing() -> None:
    text = HEAD + CIRCLE + POLYGON
    for other in (text.replace("\n", "\r\n"), text.replace("\n", "\r"), text.replace("\n", "\n \n\n")):
        assert aco.read(other.encode(), CONTEXT).operations == aco.read(text.encode(), CONTEXT).operations


def test_a_whole_order_on_one_line() -> None:
    text = (HEAD + CIRCLE + POLYGON).replace("\n", "")
    assert aco.read(text.encode(), CONTEXT).operations == read(CIRCLE + POLYGON).operations


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        (CIRCLE.replace("ACM:ROZ/", ""), "acmid-malformed", "line 5"),
        (CIRCLE.replace("NAME:A", "NAME:"), "acmid-malformed", "line 5"),
        (CIRCLE.replace("/CIRCLE/USE", "/USE"), "shape-missing", "line 5"),
        (CIRCLE.replace("/CIRCLE/USE", "/SPHERE/USE"), "shape-missing", "line 5"),
        (CIRCLE.replace("/CIRCLE/USE", "/POLYGON/USE"), "shape-contradicts", "line 6"),
        (CIRCLE.replace("USE:NFA", "NFA"), "use-malformed", "line 5, field 4"),
        (CIRCLE.replace("15KM", "15"), "quantity-unit", "line 6, field 2"),
        (CIRCLE.replace("15KM", "-15KM"), "quantity-range", "line 6, field 2"),
        (CIRCLE.replace("15KM", "0KM"), "radius-zero", "line 6, field 2"),
        (CIRCLE.replace("15KM", "1e9KM"), "quantity-text", "line 6, field 2"),
        (CIRCLE.replace("15KM", "2000KM"), "radius-range", "line 6"),
        (CIRCLE.replace("15KM//", "-//"), "shape-fields", "line 6"),
        (CIRCLE.replace("/15KM", ""), "shape-fields", "line 6"),
        (CIRCLE.replace("580429N", "980429N"), "position-range", "line 6, field 1"),
        (CIRCLE.replace("580429N", "586029N"), "position-minutes", "line 6, field 1"),
        (CIRCLE.replace("580429N", "580461N"), "position-seconds", "line 6, field 1"),
        (CIRCLE.replace("LATS", "LATM"), "position-malformed", "line 6, field 1"),
        (CIRCLE.replace("LATS", "UTM"), "position-malformed", "line 6, field 1"),
        (CIRCLE.replace("0042748W//15KM", "0042748W/15KM").replace("W/15", "W//15"), "field-empty", "line 6, field 2"),
        (CIRCLE.replace("CIRCLE/LATS", "GEODATUM/NAS//\nCIRCLE/LATS"), "datum-foreign", "line 6"),
        (CIRCLE.replace("EFFLEVEL/FLFL:FL100-FL200//\n", ""), "set-missing", "line 5"),
        (CIRCLE.replace("FL100-FL200//", "FL100-FL200//\nEFFLEVEL/FLFL:FL100-FL200//"), "set-twice", "line 8"),
        (CIRCLE.replace("CIRCLE/LATS:580429N0042748W/15KM//\n", ""), "set-missing", "line 5"),
        (CIRCLE.replace("15KM//", "15KM//\nLATS:580429N0042748W//"), "set-unknown", "line 7"),
        (CIRCLE.replace("15KM//", "15KM"), "set-not-ended", "line 6"),
        (CIRCLE.replace("NAME:A", "NAME:\xc4"), "not-ascii", "line 5, field 2"),
        (CIRCLE.replace("/15KM", "/1\n5KM"), "not-ascii", "line 6, field 2"),
        (POLYGON.replace("/LATS:582500N0050500W", ""), "shape-fields", "line 6"),
        (POLYGON.replace("582500N0050500W", "581700N0054000W"), "ring-short", "line 6"),
    ],
)
def test_a_broken_measure_is_one_refusal_and_the_others_are_read(text: str, code: str, at: str) -> None:
    reading = read(text + CIRCLE.replace("NAME:A", "NAME:SOUND"))
    assert [(refusal.code, refusal.at) for refusal in reading.refusals] == [(code, at)]
    assert [operation.identifier for operation in reading.operations] == ["SOUND"]
    assert reading.refusals[0].wanted


def test_a_measure_cut_off_at_the_end_is_refused() -> None:
    reading = read(CIRCLE + POLYGON.removesuffix("//\n"))
    assert [(refusal.subject, refusal.code) for refusal in reading.refusals] == [("B", "set-not-ended")]
    assert len(reading.operations) == 1


def test_free_text_that_is_never_ended_swallows_no_measure() -> None:
    reading = read("NARR/SEE BELOW\n" + CIRCLE + "AMPN/NO END/\n" + POLYGON)
    assert [operation.identifier for operation in reading.operations] == ["A", "B"]


def test_two_measures_of_one_name_are_two_operations() -> None:
    reading = read(CIRCLE + CIRCLE.replace("NAME:A", "NAME:A #2") + CIRCLE + CIRCLE)
    assert [operation.identifier for operation in reading.operations] == ["A", "A #2", "A #3", "A #4"]
    assert len(reading.notes) == 2


def test_a_datum_that_nobody_states_is_wgs_84_with_a_note() -> None:
    text = (HEAD + CIRCLE + CIRCLE).replace("GEODATUM/W84//\n", "")
    reading = aco.read(text.encode(), CONTEXT)
    assert len(reading.operations) == 2
    assert "2 measures state no datum" in reading.notes[-1].message


def test_a_datum_left_out_beside_a_foreign_one_is_refused() -> None:
    text = (
        HEAD.replace("GEODATUM/W84//\n", "") + CIRCLE + POLYGON.replace("POLYGON/LATS", "GEODATUM/NAS//\nPOLYGON/LATS")
    )
    reading = aco.read(text.encode(), CONTEXT)
    assert [refusal.code for refusal in reading.refusals] == ["datum-unclear", "datum-foreign"]


def test_the_head_s_foreign_datum_refuses_what_states_none() -> None:
    text = HEAD.replace("W84", "NAS") + CIRCLE + POLYGON.replace("POLYGON/LATS", "GEODATUM/WGE//\nPOLYGON/LATS")
    reading = aco.read(text.encode(), CONTEXT)
    assert [refusal.code for refusal in reading.refusals] == ["datum-foreign"]
    assert [operation.identifier for operation in reading.operations] == ["B"]


def test_sets_without_an_acmid_are_refused() -> None:
    reading = aco.read((HEAD + REST + CIRCLE).encode(), CONTEXT)
    assert [refusal.code for refusal in reading.refusals] == ["measure-nameless"]
    assert len(reading.operations) == 1


def test_an_order_with_two_periods_has_none() -> None:
    text = HEAD + HEAD.splitlines()[3] + "\n" + CIRCLE
    reading = aco.read(text.encode(), CONTEXT)
    assert [(refusal.subject, refusal.code) for refusal in reading.refusals] == [
        ("PERIOD", "set-twice"),
        ("A", "time-year"),
    ]


def test_a_name_with_escapes_is_refused_without_them() -> None:
    refusal = read(CIRCLE.replace("NAME:A", "NAME:\x1b[31mA")).refusals[0]
    assert (refusal.code, refusal.subject) == ("not-ascii", "?[31mA")
    assert refusal.message.isprintable()


def test_sets_that_are_not_read_are_named() -> None:
    reading = read(CIRCLE + "CONTAUTH/AWACS//\nCNTRLPT/CP/APPLE/LATM:2034N05035E/BRRA:MSL-210AMSL//\n")
    assert "CNTRLPT, CONTAUTH" in reading.notes[0].message


def test_a_broken_period_of_the_order_is_refused_by_itself() -> None:
    text = HEAD.replace("280001ZJUL2016", "280001JUL2016") + CIRCLE + CIRCLE.replace("ZJUL", "ZJUL2016")
    reading = aco.read(text.encode(), CONTEXT)
    assert [(refusal.subject, refusal.code) for refusal in reading.refusals] == [
        ("PERIOD", "time-naive"),
        ("A", "time-year"),
    ]
    assert len(reading.operations) == 1


@pytest.mark.parametrize("content", [b"", b"hello", b"MSGID/ACO/X//\n", b"/" * 1000])
def test_no_measure_at_all_is_an_error(content: bytes) -> None:
    with pytest.raises(MalformedInput) as caught:
        aco.read(content, CONTEXT)
    assert caught.value.code == "order-empty"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"ACMID/\n" * 20_001, "too-many-measures"), (b"X//\n" * 200_001, "too-many-sets")],
)
def test_too_much_is_an_error(content: bytes, code: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        aco.read(content, CONTEXT)
    assert caught.value.code == code


def test_a_zero_byte_is_an_error_with_its_line() -> None:
    with pytest.raises(MalformedInput) as caught:
        aco.read((HEAD + CIRCLE).encode() + b"\0", CONTEXT)
    assert (caught.value.code, caught.value.at) == ("not-text", "line 9")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ((HEAD + CIRCLE).encode(), True),
        (CIRCLE.encode(), True),
        (b"\xef\xbb\xbf" + CIRCLE.encode(), True),
        (b"MSGID/ACO/X//", True),
        (b"MSGID/ATO/X//", False),
        (b"AC R\nAN ZONE ACMID/\n", False),
        (b'{"type": "FeatureCollection"}', False),
        (b"", False),
        (b"\0" * 100, False),
    ],
)
def test_an_order_is_recognised_by_its_content(content: bytes, *, answer: bool) -> None:
    assert aco.recognises(content) is answer


HOSTILE = {
    "slashes": b"/" * 2_000_000,
    "slashes in a shape": (HEAD + CIRCLE).replace("15KM", "/" * 2_000_000).encode(),
    "slashes on lines": b"//\n" * 200_000,
    "spaces": (HEAD + CIRCLE).encode() + (b"//" + b" " * 2_000) * 1_000,
    "headings without ends": b"ACMID/\n" * 5_000,
    "headings": b"ACMID/ACM:ROZ/NAME:X/CIRCLE/USE:NFA//\n" * 5_000,
    "newlines": (HEAD + CIRCLE).replace("15KM", "\n" * 1_000_000).encode(),
    "a million points": (HEAD + POLYGON)
    .replace("/LATS:581700", "/LATS:564100N0033500W" * 1_000_000 + "/LATS:581700")
    .encode(),
    "one name": (HEAD + CIRCLE * 1_000).encode(),
    "a long number": (HEAD + CIRCLE).replace("15KM", "9" * 1_000_000 + "KM").encode(),
    "not ASCII": (HEAD + CIRCLE).encode() + bytes(range(1, 256)) * 1_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_or_read(name: str) -> None:
    try:
        reading = aco.read(HOSTILE[name], CONTEXT)
    except MalformedInput:
        return
    assert reading.operations or reading.refusals


def test_a_million_points_are_too_many() -> None:
    reading = aco.read(HOSTILE["a million points"], CONTEXT)
    assert [(refusal.subject, refusal.code) for refusal in reading.refusals] == [("B", "too-many-points")]


def test_one_point_too_many_is_too_many() -> None:
    points = "/".join(f"LATS:{10 + i // 60:02d}{i % 60:02d}00N0100000E" for i in range(1000))
    line = f"ACMID/ACM:ROZ/NAME:B/LINE/USE:SL//\nGEOLINE/{points}//\n" + REST
    assert read(line).refusals == ()
    assert [r.code for r in read(line.replace("0100000E//", "0100000E/LATS:000000N0100000E//")).refusals] == [
        "too-many-points"
    ]


PIECES = [*HEAD.split("/"), *CIRCLE.split("/"), *POLYGON.split("/"), "//", "/", "\n", "-", "", "UFN", "\xff", "1TRACK"]


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from(["/", "//", "//\n", ""]))
def test_any_text_is_read_or_refused(pieces: list[str], between: str) -> None:
    text = HEAD + CIRCLE + between.join(pieces)
    reading = aco.read(text.encode("latin-1"), CONTEXT)
    measures = [refusal for refusal in reading.refusals if refusal.subject != "PERIOD"]
    headings = sum(record.identifier == "ACMID" for record in lex(text.encode("latin-1")))
    assert len(reading.operations) + len(measures) == headings


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_malformed(content: bytes) -> None:
    aco.recognises(content)
    try:
        aco.read(content, CONTEXT)
    except MalformedInput as error:
        assert error.code in ("order-empty", "not-text")  # noqa: PT017 - both ways out are right


def test_a_second_order_in_one_file_has_years_and_a_datum_of_its_own() -> None:
    second = HEAD.replace("2016", "2018").replace("GEODATUM/W84//\n", "") + CIRCLE
    reading = read(CIRCLE + second + POLYGON.replace("APERIOD/DISCRETE/280100ZJUL/280200ZJUL//\n", ""))
    years = [[span_year(volume.span) for volume in operation.volumes] for operation in reading.operations]
    assert (years, reading.refusals) == ([[2016], [2018], [2018]], ())
    assert [operation.identifier for operation in reading.operations] == ["A", "A #2", "B"]
    assert [note.at for note in reading.notes if "another order" in note.message] == ["line 9"]


def test_a_second_order_that_states_no_time_takes_none_of_the_first() -> None:
    reading = read(CIRCLE + "MSGID/ACO/HAND//\n" + CIRCLE)
    assert [(len(reading.operations), refusal.code) for refusal in reading.refusals] == [(1, "time-year")]


def span_year(span: Span) -> int:
    return datetime.fromtimestamp(span.start_ms / 1000, UTC).year
