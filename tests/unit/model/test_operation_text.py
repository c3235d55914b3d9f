"""One byte string for each operation, and whatever other bytes are refused in one way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.operations import operations
from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.geodesic import WGS84
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.operation_text import parse_operation, print_operation, salted_digest, verify_size
from wellclear.model.volume import Volume

BAND = Band(Height.feet(500, Reference.AGL), Height.flight_level(60))
SPAN = Span(1_767_225_600_000, 1_767_229_200_000)
CIRCLE = Footprint.circle(Position(100_000_000, 500_000_000), 18_520_000)
OPERATION = Operation("BLUE", "ISABELLA", (Volume(CIRCLE, BAND, SPAN),), "ROZ", 3)
TEXT = (
    b'{"format":"wellclear/operation/v1","party":"BLUE","identifier":"ISABELLA","category":"ROZ","priority":3,'
    b'"volumes":[{"name":"1","core":"point","points_e7":[[100000000,500000000]],"buffer_dmm":18520000,'
    b'"floor":{"value_dmm":1524000,"reference":"agl"},"ceiling":{"value_dmm":18288000,"reference":"flight_level"},'
    b'"start_ms":1767225600000,"end_ms":1767229200000}]}'
)

LINES = st.text(st.characters(codec="utf-8", min_codepoint=32), min_size=1, max_size=20)
PLANS = operations(names=LINES).filter(bool).map(lambda found: found[0])


def changed(**members: object) -> bytes:
    """The text with members of its volume changed; None leaves one out."""
    plain: dict[str, Any] = json.loads(TEXT)
    volume = plain["volumes"][0] | members
    plain["volumes"] = [{key: value for key, value in volume.items() if value != "left out"}]
    return json.dumps(plain, separators=(",", ":")).encode()


def line(count: int) -> Footprint:
    return Footprint.corridor(tuple(Position(100_000 * index, 0) for index in range(count)), 1)


def test_the_text_is_as_documented() -> None:
    assert print_operation(OPERATION) == TEXT
    assert parse_operation(TEXT) == OPERATION


@given(PLANS)
def test_what_is_printed_is_read_back(operation: Operation) -> None:
    content = print_operation(operation)
    assert parse_operation(content) == operation
    assert print_operation(parse_operation(content)) == content


@given(st.floats(-180, 180), st.floats(-60, 60), st.floats(0, 360), st.integers(1, 10))
def test_edges_that_were_split_once_are_read_back(lon: float, lat: float, azimuth: float, parts: int) -> None:
    end_lon, end_lat, _ = WGS84.fwd(lon, lat, azimuth, parts * 100_000.0)
    route = Footprint.corridor((Position.from_degrees(lon, lat), Position.from_degrees(end_lon, end_lat)), 1)
    operation = replace(OPERATION, volumes=(Volume(route, BAND, SPAN),))
    assert parse_operation(print_operation(operation)) == operation


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "operation-text"),
        (b"\xff\xfe", "operation-text"),
        (b"[]", "operation-text"),
        (TEXT[:-1], "operation-text"),
        (TEXT + b"\n", "operation-form"),
        (b" " + TEXT, "operation-form"),
        (TEXT.replace(b'"party":"BLUE",', b'"party":"RED","party":"BLUE",'), "operation-form"),
        (TEXT.replace(b'"party":"BLUE","identifier":"ISABELLA"', b'"identifier":"ISABELLA","party":"BLUE"'),
         "operation-form"),
        (TEXT.replace(b"BLUE", b"BL\\u0055E"), "operation-form"),
        (TEXT.replace(b'"priority":3', b'"priority":3.0'), "operation-text"),
        (TEXT.replace(b'"priority":3', b'"priority":3e0'), "operation-text"),
        (TEXT.replace(b'"priority":3', b'"priority":true'), "operation-text"),
        (TEXT.replace(b'"priority":3', b'"priority":1000001'), "operation-text"),
        (TEXT.replace(b'"priority":3', b'"priority":1' + b"0" * 400), "operation-text"),
        (TEXT.replace(b'"party"', b'"remark":"x","party"'), "operation-text"),
        (TEXT.replace(b"v1", b"v2"), "operation-text"),
        (TEXT.replace(b"BLUE", b""), "line-malformed"),
        (TEXT.replace(b"BLUE", b"B\\nE"), "line-malformed"),
        (TEXT.replace(b"BLUE", b"\\ud800"), "operation-text"),
        (TEXT.replace(b"ROZ", b"\\u0000"), "text-malformed"),
        (b"[" * 100_000, "operation-text"),
        (b" " * (2**20 + 1), "operation-bytes"),
        (changed(core="circle"), "operation-text"),
        (changed(core="line"), "line-short"),
        (changed(points_e7=[]), "operation-text"),
        (changed(points_e7=[[1, 2, 3]]), "operation-text"),
        (changed(points_e7=[[1, 900_000_001]]), "position-range"),
        (changed(points_e7=[[1, 2], [3, 4]]), "point-count"),
        (changed(points_e7=[[1, 2], [1, 2], [3, 4]], core="line"), "operation-form"),
        (changed(points_e7=[[0, 0], [2, 2], [2, 0], [0, 2]], core="area"), "ring-crosses-itself"),
        (changed(points_e7=[[0, 0]] * 1_001, core="line"), "operation-text"),
        (changed(points_e7=[[0, 0], [10_000_000, 0]], core="line"), "operation-form"),
        (changed(buffer_dmm=-1), "radius-range"),
        (changed(buffer_dmm="left out"), "operation-text"),
        (changed(floor={"value_dmm": 18_288_001, "reference": "flight_level"}), "band-reversed"),
        (changed(floor={"value_dmm": 10**18, "reference": "amsl"}), "height-range"),
        (changed(floor={"value_dmm": 0, "reference": "qfe"}), "operation-text"),
        (changed(end_ms=1_767_225_600_000), "span-reversed"),
    ],
)  # fmt: skip
def test_other_bytes_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        parse_operation(content)
    assert refused.value.code == code


def test_a_refusal_names_the_place() -> None:
    for content, at in [
        (changed(points_e7=[["a", 0]]), "$.volumes[0].points_e7[0][0]"),
        (changed(buffer_dmm=-1), "$.volumes[0]"),
        (TEXT.replace(b"BLUE", b""), "$.party"),
    ]:
        with pytest.raises(MalformedInput) as refused:
            parse_operation(content)
        assert refused.value.at == at


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_an_operation_or_one_kind_of_refusal(content: bytes) -> None:
    with pytest.raises(MalformedInput):
        parse_operation(content)


@given(PLANS, st.data())
def test_bytes_that_are_taken_are_the_one_form(operation: Operation, data: st.DataObject) -> None:
    content = bytearray(print_operation(operation))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        until = at + data.draw(st.integers(0, 3))
        content[at:until] = data.draw(st.binary(max_size=3) | st.sampled_from([b"-", b"0", b"9", b"[", b'"', b","]))
    try:
        read = parse_operation(bytes(content))
    except MalformedInput:
        return
    assert print_operation(read) == bytes(content)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (replace(OPERATION, volumes=()), "volumes-missing"),
        (replace(OPERATION, volumes=OPERATION.volumes * 201), "too-many-volumes"),
        (replace(OPERATION, volumes=(Volume(line(1_001), BAND, SPAN),)), "too-many-points"),
        (replace(OPERATION, volumes=(Volume(line(1_000), BAND, SPAN),) * 11), "too-many-points"),
        (replace(OPERATION, priority=-1_000_001), "priority-range"),
        (replace(OPERATION, identifier="two\nlines"), "line-malformed"),
        (replace(OPERATION, category="x" * 256), "line-malformed"),
        (replace(OPERATION, party="\ud800"), "text-malformed"),
    ],
)
def test_an_operation_over_the_limits_is_not_printed(operation: Operation, code: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        print_operation(operation)
    assert refused.value.code == code


def test_an_operation_at_the_limits_is_printed_and_read() -> None:
    volumes = tuple(Volume(line(1_000), BAND, SPAN, str(number)) for number in range(10))
    largest = replace(OPERATION, volumes=volumes, category="", priority=-1_000_000, identifier="é" * 127)
    verify_size(largest)
    assert parse_operation(print_operation(largest)) == largest
    assert verify_size(replace(OPERATION, volumes=OPERATION.volumes * 200)) is None


def test_the_salted_digest_is_that_of_the_documented_bytes() -> None:
    salt = bytes(range(32))
    digest = salted_digest(TEXT, salt)
    assert digest != salted_digest(TEXT, bytes(32))
    assert digest != salted_digest(TEXT[:-1], salt)
    assert digest.hex() == "10155f408206e6b38275cb4ed0fb680351dda763cd0858b51baf02e08eff0dd6"
    with pytest.raises(MalformedInput):
        salted_digest(TEXT, b"short")
