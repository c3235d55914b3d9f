import json

import pytest

from plans.operations import CONTEXT
from wellclear.errors import MalformedInput, NotFound, RuleViolated
from wellclear.formats import registry

FEATURE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [10, 50]},
    "properties": {
        "floor": "SFC",
        "ceiling": "FL100",
        "start": "2026-01-01T00:00:00Z",
        "end": "2026-01-01T01:00:00Z",
        "radius": "1 NM",
    },
}
ZONE = {"type": "Feature", "properties": {"identifier": "A", "country": "FRA", "variant": "COMMON"}, "geometry": None}
RECOGNISED = [
    (json.dumps({"type": "FeatureCollection", "features": [FEATURE]}), "geojson"),
    (json.dumps({"type": "FeatureCollection", "features": []}), "geojson"),
    (json.dumps(FEATURE), "geojson"),
    (json.dumps({"type": "FeatureCollection", "features": [ZONE]}), "ed318"),
    (json.dumps({"UASZoneList": []}), "ed269"),
    (json.dumps({"title": "x", "features": [{"identifier": "A", "geometry": [{}]}]}), "ed269"),
    (json.dumps({"volumes": []}), "f3548"),
    (json.dumps([{"volume": {}}]), "f3548"),
    ("EXER/X//\nMSGID/ACO/X//\nACMID/ACM:ROZ/NAME:A/POLYGON//\n", "aco"),
    ("latitude,longitude,radius,floor,ceiling,start,end\n", "csv"),
    ("AC R\nAN X\nAL GND\nAH FL100\nDP 54:25:00 N 010:40:00 E\n", "openair"),
]


@pytest.mark.parametrize(("content", "name"), RECOGNISED)
def test_a_content_is_recognised(content: str, name: str) -> None:
    assert registry.recognise(content.encode()).name == name


UNKNOWN = [
    (b"", "empty"),
    (b" \r\n\t", "empty"),
    (b"\xef\xbb\xbf", "empty"),
    (b"%PDF-1.7", "PDF"),
    (b"PK\x03\x04\x14\x00", "zip archives are not read yet"),
    (b'<?xml version="1.0"?><kml/>', "XML is not read yet"),
    (b"\n <kml>", "XML is not read yet"),
    (b"<!DOCTYPE html><html>", "web page"),
    (b"\x1f\x8b\x08", "gzip"),
    ("plan".encode("utf-16"), "UTF-16"),
    ("plan of the day".encode("utf-16-le"), "UTF-16"),
    ("plan of the day".encode("utf-16-be"), "UTF-16"),
    ("Übung".encode("latin-1"), "Latin-1"),
    (b"\x00\x01\x02\x03\x80", "binary"),
    (b"hello", "text in no known format"),
    (b'{"a": 1}', 'its keys: "a"'),
    (b"[]", "empty array"),
    (b"[[1]]", "array of arrays"),
]


@pytest.mark.parametrize(("content", "looks"), UNKNOWN, ids=[looks for _, looks in UNKNOWN])
def test_what_is_not_recognised_is_named(content: bytes, looks: str) -> None:
    with pytest.raises(MalformedInput, match=looks) as refused:
        registry.recognise(content)
    assert refused.value.code == "format-unknown"
    assert "geojson" in refused.value.wanted


def test_broken_json_is_named_by_its_fault() -> None:
    with pytest.raises(MalformedInput) as refused:
        registry.recognise(b'{"type": "FeatureCollection", "features": [')
    assert refused.value.code == "json-truncated"


def test_a_format_is_forced_by_its_name() -> None:
    content = json.dumps({"type": "FeatureCollection", "features": [ZONE]}).encode()
    assert registry.read(content, CONTEXT).format == "ed318"
    assert registry.read(content, CONTEXT, "geojson").format == "geojson"


def test_a_content_that_several_recognise_is_read_as_the_first_and_says_so() -> None:
    both = b"ACMID/ACM:ROZ//\nAC R\nAN X\nAL GND\nAH FL100\nDP 54:25:00 N 010:40:00 E\n"
    (first, *_) = [each.name for each in registry.FORMATS.values() if each.recognises(both)]
    reading = registry.read(both, CONTEXT)
    assert reading.format == first
    assert "though it could also be" in reading.notes[0].message


def test_the_more_general_format_is_not_mentioned() -> None:
    reading = registry.read(json.dumps({"type": "FeatureCollection", "features": [ZONE]}).encode(), CONTEXT)
    assert not any("could also be" in note.message for note in reading.notes)


def test_a_name_that_is_none_lists_those_that_are() -> None:
    for call in (registry.named, lambda name: registry.write((), name, CONTEXT)):
        with pytest.raises(NotFound, match=r"no format is called 'kml' \(one of aco, csv, ed269"):
            call("kml")


def test_a_format_that_is_only_read_is_not_written() -> None:
    with pytest.raises(RuleViolated, match="ed269 is read, not written"):
        registry.write((), "ed269", CONTEXT)
    assert registry.write((), "geojson", CONTEXT).content


def test_every_format_is_found_under_its_name() -> None:
    assert all(registry.named(name).name == name and registry.named(name).title for name in registry.FORMATS)


@pytest.mark.parametrize(
    "content", [b'{"type":"\xff"}', b'{"type":"Feature\xff","features":[]}', b'{"\xff":1}', b'["\xff"]']
)
def test_text_that_is_not_utf8_is_refused_by_whichever_format_looks(content: bytes):
    with pytest.raises(MalformedInput) as refusal:
        registry.read(content, CONTEXT)
    assert refusal.value.code == "json-encoding"
