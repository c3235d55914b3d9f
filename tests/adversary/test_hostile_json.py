"""Hostile bytes against every JSON format: one error with its place, or refusals; nothing else, and no great memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.operations import CONTEXT
from wellclear.errors import MalformedInput
from wellclear.formats import registry

JSON_FORMATS = ("geojson", "f3548", "ed269", "ed318")

HOSTILE = [
    ("empty", b"", "file-empty"),
    ("blank", b" \n" * 100, "file-empty"),
    ("UTF-8 mark", b"\xef\xbb\xbf{}", "json-encoding"),
    ("UTF-16", '{"type": "Feature"}'.encode("utf-16"), "json-encoding"),
    ("UTF-32", '{"type": "Feature"}'.encode("utf-32"), "json-encoding"),
    ("Latin-1", '{"type": "Fläche"}'.encode("latin-1"), "json-encoding"),
    ("overlong UTF-8", b'{"type": "\xc0\xaf"}', "json-encoding"),
    ("surrogate in UTF-8", b'{"type": "\xed\xa0\x80"}', "json-encoding"),
    ("null bytes", b"{}" + b"\x00" * 10, "json-trailing"),
    ("control in a text", b'{"type": "\x01"}', "json-syntax"),
    ("half a pair", b'{"type": "\\ud800"}', "json-escape"),
    ("truncated", b'{"type": "FeatureCollection", "features": [{"type": "Fea', "json-truncated"),
    ("two values", b"{}{}", "json-trailing"),
    ("comment", b'{"type": 1 /* x */}', "json-syntax"),
    ("trailing comma", b'{"type": 1,}', "json-syntax"),
    ("single quotes", b"{'type': 1}", "json-syntax"),
    ("NaN", b'{"type": NaN}', "json-not-finite"),
    ("Infinity", b'{"type": [Infinity]}', "json-not-finite"),
    ("minus Infinity", b'{"type": -Infinity}', "json-not-finite"),
    ("leading zero", b'{"type": 01}', "json-syntax"),
    ("hexadecimal", b'{"type": 0x1}', "json-syntax"),
    ("key twice", b'{"type": 1, "type": 2}', "json-duplicate-key"),
    ("key twice by an escape", b'{"type": 1, "t\\u0079pe": 2}', "json-duplicate-key"),
    ("key twice, deep", b'{"type": [[{"x": {"y": 1, "z": {}, "y": 1}}]]}', "json-duplicate-key"),
    ("empty key twice", b'{"": 1, "": 2}', "json-duplicate-key"),
    ("depth 33", b"[" * 33 + b"]" * 33, "json-deep"),
    ("depth 100,000", b"[" * 100_000 + b"]" * 100_000, "json-deep"),
    ("depth 100,000 of objects", b'{"a":' * 100_000, "json-deep"),
    ("depth 100,000, mixed", b'[{"a":' * 100_000, "json-deep"),
    ("closing too often", b"[]" + b"]" * 100_000, "json-trailing"),
    ("many values", b"[" + b"1," * 8_000_001 + b"1]", "json-many-values"),
    ("many keys", b"{" + b'"k":1,' * 3_000_001 + b'"l":1}', "json-many-keys"),
    ("escaped keys", b"{" + b"".join(b'"\\u0061%d":1,' % i for i in range(100_001)) + b'"l":1}', "json-escaped-keys"),
]


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize(("content", "code"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_hostile_bytes_are_one_error_with_its_place(content: bytes, code: str, name: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        registry.read(content, CONTEXT, name)
    assert refused.value.code == code
    assert refused.value.at


FEATURE_AT = '{{"type": "FeatureCollection", "features": [{}]}}'
WRONG_RECORDS = ["null", "1", "[]", "{}", '"x"', '{"type": {}}', '{"type": "Feature", "properties": 1e999}', "[[[[]]]]"]


@pytest.mark.parametrize("record", WRONG_RECORDS)
@pytest.mark.parametrize("name", ["geojson", "ed318"])
def test_a_wrong_record_is_a_refusal(record: str, name: str) -> None:
    reading = registry.read(FEATURE_AT.format(record).encode(), CONTEXT, name)
    assert len(reading.refusals) == 1
    assert reading.refusals[0].at.startswith("$.features[0]")


NAMES = [
    "type",
    "geometry",
    "geometries",
    "coordinates",
    "properties",
    "floor",
    "volume",
    "volumes",
    "details",
    "reference",
    "id",
    "layer",
    "extent",
    "day",
    "identifier",
    "country",
    "horizontalProjection",
    "outline_polygon",
    "vertices",
    "value",
    "time_start",
    "applicability",
    "schedule",
    "variant",
    "limitedApplicability",
]
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ("Feature", "Polygon", "Point", "GeometryCollection", "W84", "M", "FL100", "2026-01-01T00:00:00Z")
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=30,
)


@settings(max_examples=300)
@given(JUNK, st.sampled_from(JSON_FORMATS))
def test_no_json_makes_anything_but_values_and_malformed_input(junk: object, name: str) -> None:
    wrapped = {
        "geojson": {"type": "FeatureCollection", "features": [junk]},
        "ed318": {"type": "FeatureCollection", "features": [junk]},
        "ed269": {"UASZoneList": [junk]},
        "f3548": {"volumes": [junk]},
    }[name]
    for content in (wrapped, junk):
        try:
            reading = registry.read(json.dumps(content).encode(), CONTEXT, name)
        except MalformedInput:
            continue
        assert all(refusal.code and refusal.at for refusal in reading.refusals)


MEASURED = """
from pathlib import Path
from plans.operations import CONTEXT
from wellclear.formats import registry
properties = b'{"floor":"SFC","ceiling":"UNL","start":"2026-01-01T00:00:00Z","end":"2026-01-02T00:00:00Z"}'
geometry = b'{"type":"Polygon","coordinates":[[' + b"[8.1234567,50.1234567]," * 999_999 + b"[8,50]]]}"
content = b'{"type":"Feature","geometry":' + geometry + b',"properties":' + properties + b"}"
(refusal,) = registry.read(content, CONTEXT).refusals
assert refusal.code == "record-large", refusal
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def test_a_million_points_are_refused_within_half_a_gigabyte(pytestconfig: pytest.Config) -> None:
    """The peak is this process's own: what getrusage says counts its parent before exec."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not say how much memory a process had at most")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        cwd=pytestconfig.rootpath / "tests",
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 512 * 1024
