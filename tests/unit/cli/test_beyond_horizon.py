import json
from pathlib import Path

import pytest

from wellclear.cli.main import main

Capture = pytest.CaptureFixture[str]

AIRSPACE = "AC R\nAN RANGE\nAL SFC\nAH FL100\nV X=50:00:00 N 002:00:00 E\nDC 5\n"
HORIZON = ("--horizon", "2026-11-22/2026-12-22")


def plan(folder: Path, name: str, start: str, end: str) -> str:
    properties = {"operation": name, "radius": "1 NM", "floor": "SFC", "ceiling": "FL050", "start": start, "end": end}
    found = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [2, 50]}, "properties": properties}
    path = folder / f"{name}.geojson"
    path.write_text(json.dumps(found))
    return str(path)


def zones(folder: Path, start: str, end: str) -> str:
    """One zone of ED-318 that applies for an hour of each day from start to end."""
    times = {"day": ["ANY"], "startTime": "10:00:00Z", "endTime": "11:00:00Z"}
    period = {"startDateTime": start, "endDateTime": end, "schedule": [times]}
    layer = {"upper": 500, "upperReference": "AGL", "lower": 0, "lowerReference": "AGL", "uom": "m"}
    geometry = {"type": "Point", "coordinates": [2, 50], "extent": {"subType": "Circle", "radius": 900}, "layer": layer}
    properties = {"identifier": "Z1", "country": "FRA", "variant": "COMMON", "type": "PROHIBITED", "reason": []}
    zone = {"type": "Feature", "geometry": geometry, "properties": properties | {"limitedApplicability": [period]}}
    path = folder / "zones.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}))
    return str(path)


@pytest.fixture
def airspace(tmp_path: Path) -> str:
    path = tmp_path / "range.txt"
    path.write_text(AIRSPACE)
    return str(path)


@pytest.mark.parametrize(
    ("times", "code"),
    [
        (("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z"), 1),  # within the horizon, and in the range
        (("2027-03-01T10:00:00Z", "2027-03-01T11:00:00Z"), 3),  # after it
        (("2026-11-01T10:00:00Z", "2026-11-01T11:00:00Z"), 3),  # before it
        (("2026-12-21T23:00:00Z", "2026-12-22T00:00:00Z"), 1),  # to its last instant
    ],
)
@pytest.mark.parametrize("between", [(), ("--against",)])
def test_a_plan_that_the_horizon_leaves_out_is_never_clear_of_what_has_no_end(
    times: tuple[str, str], code: int, between: tuple[str, ...], airspace: str, tmp_path: Path
):
    assert main(["check", plan(tmp_path, "lift", *times), *between, airspace, *HORIZON]) == code


def test_the_line_says_which_horizon_would_do_and_it_does(airspace: str, tmp_path: Path, capsys: Capture):
    files = [plan(tmp_path, "lift", "2027-03-01T10:00:00Z", "2027-03-01T11:00:00Z"), "--against", airspace]
    assert main(["check", *files, *HORIZON, "--json", "-"]) == 3
    said = capsys.readouterr()
    assert json.loads(said.out)["counts"]["beyond_horizon"] == 1
    assert "HORIZON       1 volume reaches beyond the horizon" in said.err
    assert "(wanted: --horizon 2027-03-01/2027-03-02)" in said.err
    assert main(["check", *files, "--horizon", "2027-03-01/2027-03-02"]) == 1


def test_plans_that_state_all_their_times_need_no_horizon(tmp_path: Path):
    times = ("2031-03-01T10:00:00Z", "2031-03-01T11:00:00Z")
    one, other = plan(tmp_path, "one", *times), plan(tmp_path, "other", "2035-01-01T00:00:00Z", "2035-01-02T00:00:00Z")
    assert main(["check", one, other, *HORIZON]) == 0


def test_a_zone_that_recurs_is_not_clear_where_it_was_not_counted_out(tmp_path: Path, capsys: Capture):
    recurs = zones(tmp_path, "2026-12-01T00:00:00Z", "2027-12-01T00:00:00Z")
    lift = plan(tmp_path, "lift", "2027-03-01T10:00:00Z", "2027-03-01T11:00:00Z")
    assert main(["check", lift, "--against", recurs, *HORIZON]) == 3
    assert "beyond the horizon" in capsys.readouterr().out


def test_days_that_no_horizon_holds_are_asked_for_one_by_one(airspace: str, tmp_path: Path, capsys: Capture):
    early = plan(tmp_path, "early", "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")
    late = plan(tmp_path, "late", "2031-01-01T00:00:00Z", "2031-01-02T00:00:00Z")
    assert main(["check", early, late, "--against", airspace, *HORIZON]) == 3
    assert "2 volumes reach beyond the horizon" in (said := capsys.readouterr().out)
    assert "in more than one check" in said


def test_the_map_says_it_and_is_not_shown_as_all_well(airspace: str, tmp_path: Path):
    files = [plan(tmp_path, "lift", "2027-03-01T10:00:00Z", "2027-03-01T11:00:00Z"), "--against", airspace]
    page = tmp_path / "map.html"
    assert main(["check", *files, *HORIZON, "--map", str(page)]) == 3
    assert "1 volume reaches beyond the horizon" in page.read_text()
    assert '"doubtful":true' in page.read_text()


def test_a_file_of_which_nothing_applies_says_why(tmp_path: Path, capsys: Capture):
    assert main(["show", zones(tmp_path, "2019-01-01T00:00:00Z", "2019-12-01T00:00:00Z"), *HORIZON]) == 2
    assert "does not apply within the horizon" in capsys.readouterr().err
