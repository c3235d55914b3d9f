import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from wellclear.cli.checked import Checked, Plans
from wellclear.cli.report_json import VERSION, report_json
from wellclear.detect.results import Findings


@pytest.fixture
def schema():
    return json.loads(files("wellclear.cli").joinpath("assets", "report.schema.json").read_bytes())


def test_the_report_follows_its_schema(checked: Checked, schema: dict[str, Any]):
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(report_json(checked)), schema)


def test_an_empty_report_follows_its_schema(checked: Checked, schema: dict[str, Any]):
    empty = Checked(Plans(), None, Findings((), (), 0, 0, 0), checked.minima, checked.horizon)
    jsonschema.validate(json.loads(report_json(empty)), schema)


def test_the_schema_refuses_a_report_without_its_refusals(checked: Checked, schema: dict[str, Any]):
    report = json.loads(report_json(checked))
    del report["refused"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, schema)


def test_the_report_says_what_was_found(checked: Checked):
    report = json.loads(report_json(checked))
    assert report["version"] == VERSION == 1
    assert report["minima"] == {"lateral_m": 9260.0, "vertical_m": 304.8, "time_s": 0.0}
    assert report["counts"]["conflicts"] == 2
    assert report["counts"]["by_envelope"] == 1
    assert report["counts"]["not_assessed_by_reason"] == {"terrain-missing": 1, "pressure-missing": 1}
    first = report["conflicts"][0]
    assert first["a"] == {"party": "RED", "operation": "TANKER 1", "volume": "1"}
    assert (first["from"], first["until"]) == ("2018-09-17T09:30:00Z", "2018-09-17T10:00:00Z")
    assert first["where"]["lon"] == -121.4
    assert first["where"]["mgrs"] == "10SFF 43201 46145"
    assert report["refused"][0]["code"] == "ring-crosses-itself"


def test_names_are_carried_as_the_file_has_them(checked: Checked):
    report = json.loads(report_json(checked))
    assert report["conflicts"][0]["b"]["operation"] == checked.operations[1].identifier


def test_against_lists_both_sides(checked: Checked):
    both = replace(checked, against=checked.plans)
    report = json.loads(report_json(both))
    assert len(report["sources"]) == 4
    assert report["counts"]["refused"] == 2
