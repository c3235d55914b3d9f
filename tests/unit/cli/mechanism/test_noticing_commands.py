"""Filing, amending and withdrawing from the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from live.offices import Plan, Terminal
from wellclear.model.operation_text import parse_operation
from wellclear.protocol.readback.entered import readback_form


def test_a_notice_reaches_the_other_side_and_is_shown_settled_and_not_safe(
    north: Terminal, south: Terminal, plan: Plan
) -> None:
    assert north("notify", plan("north", "n/1", 1.0), "--remarks", "survey", "--yes") == 0
    assert "received: its centre holds it" in north.shown
    assert "CLEAR by south" in north.shown
    assert "SETTLED" in north.shown
    assert "Informed, not protected" in north.shown
    for notation in (
        "45-00.0000N 011-00.0000E",
        "45-00-00.00N 011-00-00.00E",
        "45.0000000N 011.0000000E",
        "32T",
        "WGS 84",
    ):
        assert notation in north.shown
    assert south("notices", "north", "n/1") == 0
    assert "survey" in south.shown
    assert "read by ada" in south.shown
    assert "NOT read back (due by" in south.shown
    assert "NOT answered (due by" in south.shown
    assert south("notices", "--json") == 0
    assert "n/1" in [view["identifier"] for view in json.loads(south.shown)]


def test_what_looks_wrong_is_asked_back_and_not_sent_in_a_script(north: Terminal, plan: Plan) -> None:
    file = plan("north", "n/ahead", 1.5, hours=30.0)
    assert north("notify", file) == 2
    assert "ASK" in north.shown
    assert "[not-confirmed]" in north.error
    assert north("operations", "n/ahead") == 2
    assert "[operation-unknown]" in north.error
    assert north("notify", file, "--yes") == 0


def test_nobody_files_for_another_party(north: Terminal, plan: Plan) -> None:
    assert north("notify", plan("south", "s/x", 1.0), "--yes") == 2
    assert "[operation-party]" in north.error


def test_a_late_notice_is_taken_and_marked_at_both_sides(north: Terminal, south: Terminal, plan: Plan) -> None:
    assert north("notify", plan("north", "n/late", 2.0, hours=0.25), "--yes", "--urgency", "urgent") in {0, 3}
    assert "LATE by 1" in north.shown
    assert south("notices", "north") == 0
    assert "LATE by 1" in south.shown


def test_an_amendment_shows_what_changes_and_asks_for_the_fields_again(
    north: Terminal, plan: Plan, tmp_path: Path
) -> None:
    assert north("notify", plan("north", "n/2", 2.5, hours=5.0), "--yes") == 0
    moved = plan("north", "n/2", 2.6, hours=5.0)
    assert north("amend", "n/2", moved) == 2
    assert "CHANGES" in north.shown
    assert "volumes[0].points[0]" in north.shown
    assert "stays" in north.shown
    assert "[entered-missing]" in north.error
    centre = north.offices.lives["north"].centre
    held = parse_operation(centre.state.own["n/2"].filed.content)
    right = {field.name: field.shown for field in readback_form(held).fields}
    entered = tmp_path / "entered.json"
    entered.write_bytes(msgspec.json.encode(right))
    assert north("amend", "n/2", moved, "--entered", str(entered)) == 2
    assert "DIFFERS" in north.shown
    assert "[entered-differs]" in north.error
    assert centre.state.own["n/2"].filed.number == 1
    entered.write_text("[]", encoding="utf-8")
    assert north("amend", "n/2", moved, "--entered", str(entered)) == 2
    assert "[entered-file]" in north.error
    assert north("amend", "n/2", moved, "--yes") == 0
    assert centre.state.own["n/2"].filed.number == 2
    assert north("amend", "n/2", moved, "--yes") == 2
    assert "[amend-same]" in north.error


def test_withdrawing_tells_who_hears_it(north: Terminal, plan: Plan) -> None:
    assert north("notify", plan("north", "n/3", 3.0), "--yes") == 0
    assert north("withdraw", "n/3", "--reason", "weather") == 0
    assert "WITHDRAWN" in north.shown
    assert "south" in north.shown
    assert north("withdraw", "n/3", "--reason", "weather") == 2
    assert north("operations") in {0, 1, 3}
    assert "n/3" not in north.shown
    assert north("operations", "--all") in {0, 1, 3}
    assert "withdrawn" in north.shown


def test_a_script_reads_json_alone(north: Terminal, plan: Plan) -> None:
    assert north("notify", plan("north", "n/4", 3.5), "--yes", "--json") == 0
    (view,) = json.loads(north.shown)
    assert view["identifier"] == "n/4"
    assert view["deliveries"][0]["stage"] == "received"


def test_a_place_name_alone_makes_the_area_hot_and_no_direction_safe(
    north: Terminal, south: Terminal, plan: Plan
) -> None:
    file = plan("north", "n/name", 0.0, hours=20.0)
    assert north("notify", file, "--name-alone", "--yes") == 2
    assert "[place-name]" in north.error
    assert north("notify", file, "--name-alone", "--place-name", "the northern hills", "--yes") in {0, 1, 3}
    assert south("notices", "north", "n/name") == 0
    assert "UNBOUNDED. The whole area is hot; no direction is safe" in south.shown
    assert south("read-back", "north", "n/name", "--form") == 2
    assert "[readback-unbounded]" in south.error
    assert north("withdraw", "n/name", "--reason", "named by mistake") == 0


def test_several_operations_of_one_file_are_one_notice_each_and_a_bad_record_is_refused_aloud(
    north: Terminal, plan: Plan, tmp_path: Path
) -> None:
    one, two = (
        json.loads(Path(plan("north", name, east)).read_bytes()) for name, east in (("n/a", -5.0), ("n/b", -5.5))
    )
    broken = json.loads(json.dumps(two["features"][0]))
    broken["geometry"] = {"type": "Point", "coordinates": [200.0, 95.0]}
    one["features"] += [*two["features"], broken]
    file = tmp_path / "several.geojson"
    file.write_text(json.dumps(one), encoding="utf-8")
    assert north("notify", str(file)) == 2
    assert "[not-confirmed]" in north.error
    assert north("notify", str(file), "--yes") == 2
    assert "REFUSED" in north.shown
    assert north("operations", "--json") in {0, 1, 3}
    assert {"n/a", "n/b"} <= {view["identifier"] for view in json.loads(north.shown)}


def test_a_file_of_no_plans_sends_nothing(north: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "empty.geojson"
    file.write_text(" ", encoding="utf-8")
    assert north("notify", str(file), "--yes") == 2
    assert "[file-empty]" in north.error
