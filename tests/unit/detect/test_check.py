from __future__ import annotations

import pytest

from unit.detect.plans import HOUR_MS, NOON_MS, band_ft, circle, operation, scattered
from wellclear import Ranges, check
from wellclear.detect.results import Reason
from wellclear.errors import RuleViolated
from wellclear.geo.geodesic import length_m
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.minima import Minima
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume

RANGES = Ranges(pressure_hpa=(980.0, 1040.0), temperature_k=(-20.0, 20.0))
LOW = band_ft(1_000, 3_000)


def test_two_parties_in_one_place_conflict() -> None:
    a = operation("A", "1", circle(10, 50, 5_000), LOW, (0, 2))
    b = operation("B", "x", circle(10.05, 50, 5_000), band_ft(2_000, 6_000), (1, 3))
    (conflict,) = check([a, b]).conflicts
    assert (conflict.a.operation, conflict.b.operation) == (a, b)
    assert (conflict.from_ms, conflict.until_ms) == (NOON_MS + HOUR_MS, NOON_MS + 2 * HOUR_MS)
    assert (conflict.lateral_m, conflict.vertical_m, conflict.time_s) == (0.0, 0.0, 0.0)
    assert not conflict.by_envelope
    assert length_m(conflict.where, Position.from_degrees(10.025, 50)) < 1


def test_distances_are_gaps_between_the_footprints_and_bands() -> None:
    a = operation("A", "1", circle(0, 0, 1_000), LOW, (0, 1))
    b = operation("B", "1", circle(0, 0.05, 1_000), band_ft(3_400, 4_000), (1.1, 2))
    minima = Minima(lateral_dmm=50_000_000, vertical_dmm=1_524_000, time_ms=600_000)
    (conflict,) = check([a, b], minima=minima).conflicts
    between_m = length_m(Position(0, 0), Position.from_degrees(0, 0.05)) - 2_000
    assert conflict.lateral_m == pytest.approx(between_m, abs=0.001)
    assert conflict.vertical_m == pytest.approx(400 * 0.3048)
    assert conflict.time_s == 360
    assert (conflict.from_ms, conflict.until_ms) == (NOON_MS + HOUR_MS, NOON_MS + round(1.1 * HOUR_MS))


def test_volumes_of_one_operation_are_not_compared() -> None:
    volume = Volume(circle(0, 0, 1_000), LOW, Span(NOON_MS, NOON_MS + 1))
    findings = check([Operation("A", "1", (volume, volume))])
    assert not findings.conflicts
    assert (findings.operations, findings.volumes, findings.pairs) == (1, 2, 0)


def test_two_operations_of_one_name_are_still_two() -> None:
    one, other = (operation("A", "1", circle(0, 0, 1_000), LOW) for _ in range(2))
    assert len(check([one, other]).conflicts) == 1


def test_against_compares_across_and_not_within() -> None:
    plans = [operation("A", str(n), circle(0, 0, 1_000), LOW) for n in range(3)]
    others = [operation("B", str(n), circle(0, 0, 1_000), LOW) for n in range(2)]
    findings = check(plans, others)
    assert len(findings.conflicts) == 6 == findings.pairs
    assert {(c.a.operation.party, c.b.operation.party) for c in findings.conflicts} == {("A", "B")}


def test_conflicts_come_in_the_order_of_time() -> None:
    plans = [operation("A", str(n), circle(0, 0, 1_000), LOW, (5 - n, 8)) for n in range(4)]
    starts = [conflict.from_ms for conflict in check(plans).conflicts]
    assert starts == sorted(starts)


def test_nothing_and_one_thing() -> None:
    assert check([]).conflicts == ()
    assert check([operation("A", "1", circle(0, 0, 1), LOW)]).pairs == 0
    assert check([], []).pairs == 0


def test_heights_of_two_references_are_not_assessed_without_ranges() -> None:
    a = operation("A", "1", circle(10, 50, 5_000), Band(Height.flight_level(40), Height.flight_level(60)))
    b = operation("B", "1", circle(10, 50, 5_000), LOW)
    (missing,) = check([a, b]).not_assessed
    assert set(missing.reasons) == {Reason.PRESSURE_MISSING, Reason.TEMPERATURE_MISSING}
    assert not check([a, b]).conflicts


def test_a_conflict_that_rests_only_on_doubt_says_so() -> None:
    a = operation("A", "1", circle(10, 50, 5_000), Band(Height.flight_level(33), Height.flight_level(60)))
    b = operation("B", "1", circle(10, 50, 5_000), LOW)
    (conflict,) = check([a, b], ranges=RANGES).conflicts
    assert conflict.by_envelope
    sure = operation("C", "1", circle(10, 50, 5_000), Band(Height.flight_level(15), Height.flight_level(25)))
    (certain,) = check([sure, b], ranges=RANGES).conflicts
    assert not certain.by_envelope
    high = operation("D", "1", circle(10, 50, 5_000), Band(Height.flight_level(200), Height.flight_level(300)))
    assert not check([high, b], ranges=RANGES).conflicts


def test_clear_in_place_or_time_is_clear_whatever_the_heights() -> None:
    a = operation("A", "1", circle(10, 50, 5_000), Band(Height.flight_level(40), None))
    elsewhere = operation("B", "1", circle(11, 50, 5_000), LOW)
    later = operation("B", "2", circle(10, 50, 5_000), LOW, (1, 2))
    findings = check([a], [elsewhere, later])
    assert not findings.conflicts
    assert not findings.not_assessed


def test_open_ends_compare_in_every_reference() -> None:
    a = operation("A", "1", circle(10, 50, 5_000), Band(None, None))
    b = operation("B", "1", circle(10, 50, 5_000), Band(Height.feet(500, Reference.AGL), Height.flight_level(60)))
    (conflict,) = check([a, b]).conflicts
    assert not conflict.by_envelope


def test_ends_in_one_reference_are_compared_as_they_are_beside_others() -> None:
    """500 ft AGL to FL 60 against FL 70 and up: FL 60 and FL 70 are enough."""
    a = operation("A", "1", circle(10, 50, 5_000), Band(Height.feet(500, Reference.AGL), Height.flight_level(60)))
    b = operation("B", "1", circle(10, 50, 5_000), Band(Height.flight_level(70), None))
    assert not check([a, b]).not_assessed
    assert not check([a, b]).conflicts
    assert len(check([a, b], minima=Minima(vertical_dmm=1_001 * 3_048)).conflicts) == 1


def test_a_gap_of_exactly_the_vertical_minimum_is_separation() -> None:
    a = operation("A", "1", circle(0, 0, 1_000), band_ft(1_000, 4_001))
    b = operation("B", "1", circle(0, 0, 1_000), band_ft(5_001, 9_000))
    c = operation("B", "2", circle(0, 0, 1_000), band_ft(5_000, 9_000))
    minima = Minima(vertical_dmm=1_000 * 3_048)
    assert not check([a], [b], minima=minima).conflicts
    assert len(check([a], [c], minima=minima).conflicts) == 1


def test_an_operation_is_not_in_conflict_with_itself_on_the_other_side() -> None:
    a = operation("A", "1", circle(0, 0, 1_000), LOW)
    assert not check([a], [a]).conflicts


def test_columns_are_not_compared_with_operations() -> None:
    with pytest.raises(RuleViolated, match="not compared with operations"):
        check(scattered(2, seed=1), [operation("A", "1", circle(0, 0, 1), LOW)])  # type: ignore[call-overload] # refused
