from dataclasses import replace

from wellclear.cli.checked import Checked
from wellclear.cli.conflict_table import ConflictWords
from wellclear.cli.encounters import encounters, one_by_one
from wellclear.detect.results import Conflict

MINUTE_MS = 60_000


def at(conflict: Conflict, from_min: int, until_min: int, lateral_m: float = 0.0) -> Conflict:
    start_ms = conflict.from_ms
    return replace(
        conflict,
        from_ms=start_ms + from_min * MINUTE_MS,
        until_ms=start_ms + until_min * MINUTE_MS,
        lateral_m=lateral_m,
    )


def test_pairs_of_volumes_that_follow_each_other_are_one(checked: Checked):
    one = checked.findings.conflicts[0]
    found = encounters([at(one, 0, 10, 50.0), at(one, 5, 8, 20.0), at(one, 10, 15, 30.0)])
    assert len(found) == 1
    assert (found[0].from_ms, found[0].until_ms) == (one.from_ms, one.from_ms + 15 * MINUTE_MS)
    assert found[0].closest.lateral_m == 20.0
    assert "closest of 3 pairs of volumes" in ConflictWords.of_encounter(found[0]).what


def test_a_pause_ends_an_encounter(checked: Checked):
    one = checked.findings.conflicts[0]
    assert [len(e.conflicts) for e in encounters([at(one, 0, 10), at(one, 11, 15), at(one, 12, 20)])] == [1, 2]


def test_other_operations_are_another_encounter(checked: Checked):
    one = checked.findings.conflicts[0]
    other = replace(at(one, 1, 2), b=replace(one.b, operation=replace(one.b.operation, identifier="other")))
    assert len(encounters([at(one, 0, 10), other, at(one, 3, 12)])) == 2


def test_what_is_certain_is_shown_before_what_rests_on_doubt(checked: Checked):
    one = checked.findings.conflicts[0]
    doubtful, certain = replace(at(one, 0, 5), by_envelope=True), replace(at(one, 0, 5, 900.0), by_envelope=False)
    assert encounters([doubtful, certain])[0].closest is certain


def test_nothing_is_lost(checked: Checked):
    conflicts = checked.findings.conflicts
    assert sorted(id(c) for e in encounters(conflicts) for c in e.conflicts) == sorted(map(id, conflicts))
    assert [e.conflicts for e in one_by_one(conflicts)] == [(c,) for c in conflicts]
    assert encounters(()) == ()
