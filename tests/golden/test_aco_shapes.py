"""Each shape of an airspace control order, against points that geographiclib puts just inside and just outside of it.

The points in ``aco/shapes.json`` come from Karney's geographiclib alone; borders of arcs are met within the 0.5 m by
which they are covered from outside, inferred shapes at the border of their widest reading.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oracle.geodesic_oracle import lateral_gap_m
from wellclear.formats import aco
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Context

HERE = Path(__file__).parent / "aco"
GOLDEN = json.loads((HERE / "shapes.json").read_text())["shapes"]
CONTEXT = Context("shapes.aco", "BLUE", Span(1_451_606_400_000, 1_483_228_800_000))
READING = aco.read((HERE / "shapes.aco").read_bytes(), CONTEXT)
OPERATIONS = {operation.identifier: operation for operation in READING.operations}


def gap_m(operation: Operation, lon_deg: float, lat_deg: float) -> float:
    point = Footprint.circle(Position.from_degrees(lon_deg, lat_deg), 0)
    return lateral_gap_m(point, operation.volumes[0].footprint)


def test_every_shape_is_read() -> None:
    assert READING.refusals == ()
    assert set(OPERATIONS) == {*GOLDEN, "RP1"}


@pytest.mark.parametrize("name", GOLDEN)
def test_points_inside_are_covered(name: str) -> None:
    far = [point for point in GOLDEN[name]["inside"] if gap_m(OPERATIONS[name], *point) > 0]
    assert far == []


@pytest.mark.parametrize("name", GOLDEN)
def test_points_outside_are_not(name: str) -> None:
    covered = [point for point in GOLDEN[name]["outside"] if gap_m(OPERATIONS[name], *point) <= 0]
    assert covered == []


@pytest.mark.parametrize("name", ["POLYARC ONE", "LINE WIDE", "TRACK ONE"])
def test_inferred_shapes_say_so(name: str) -> None:
    assert any(note.subject == name and note.message.startswith("inferred:") for note in READING.notes)


@pytest.mark.parametrize("name", ["CIRCLE ONE", "CORRIDOR ONE", "POLYGON ONE", "RADARC ONE", "ORBIT LEFT", "RP1"])
def test_confirmed_shapes_have_nothing_to_say(name: str) -> None:
    assert [note for note in READING.notes if note.subject == name] == []


@pytest.mark.parametrize(
    ("name", "band"),
    [
        ("CIRCLE ONE", Band(None, Height(67_056_000, Reference.AMSL_BARO))),
        ("CORRIDOR ONE", Band(Height.flight_level(100), Height.flight_level(230))),
        ("RADARC ONE", Band(Height(30_480_000, Reference.AGL), Height.flight_level(600))),
        ("RADARC TWO", Band(Height(3_048_000, Reference.AGL), Height(15_240_000, Reference.AMSL_BARO))),
        ("ORBIT LEFT", Band(Height(21_336_000, Reference.AMSL_BARO), Height.flight_level(280))),
        ("POLYARC ONE", Band(Height(0, Reference.AMSL_BARO), Height.flight_level(230))),
        ("RP1", Band(Height(0, Reference.AMSL_BARO), Height(64_008_000, Reference.AMSL_BARO))),
    ],
)
def test_heights_are_hundreds_of_feet(name: str, band: Band) -> None:
    assert OPERATIONS[name].volumes[0].band == band


def test_times_take_the_year_of_the_order() -> None:
    # 2016-01-14T15:30Z and 17:30Z by GNU date
    assert {volume.span for operation in READING.operations for volume in operation.volumes} == {
        Span(1_452_785_400_000, 1_452_792_600_000)
    }
