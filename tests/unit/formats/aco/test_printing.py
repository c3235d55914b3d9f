"""Orders that are written: read again they are the same, and what they could not carry is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.formats import aco
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Context
from wellclear.model.volume import Volume

CONTEXT = Context("order.aco", "BLUE", Span(1_451_606_400_000, 1_483_228_800_000))
MINUTE_MS = 60_000
NOON_MS = 1_469_707_200_000  # 2016-07-28T12:00Z, by GNU date
LEVELS = Band(Height.flight_level(100), Height.flight_level(200))
CIRCLE = Footprint.circle(Position(-44_633_333, 580_747_222), 150_000_000)
VOLUME = Volume(CIRCLE, LEVELS, Span(NOON_MS, NOON_MS + 60 * MINUTE_MS))
PLAN = Operation("BLUE", "ONE", (VOLUME,), category="ROZ/NFA")


def losses(*operations: Operation) -> list[str]:
    return [loss.message for loss in aco.write(operations, CONTEXT).losses]


def again(*operations: Operation) -> tuple[Operation, ...]:
    reading = aco.read(aco.write(operations, CONTEXT).content, CONTEXT)
    assert reading.refusals == ()
    return reading.operations


def test_an_order_word_by_word() -> None:
    writing = aco.write([PLAN], CONTEXT)
    assert writing.losses == ()
    assert writing.content.decode() == (
        "MSGID/ACO/BLUE//\nACOID/-//\nGEODATUM/W84//\nPERIOD/281200ZJUL2016/281300ZJUL2016//\n"
        "ACMID/ACM:ROZ/NAME:ONE/CIRCLE/USE:NFA//\nGEODATUM/W84//\nCIRCLE/LATS:580429N0042748W/15KM//\n"
        "EFFLEVEL/FLFL:FL100-FL200//\nAPERIOD/DISCRETE/281200ZJUL/281300ZJUL//\n"
    )


def test_no_operations_make_an_order_without_measures() -> None:
    assert aco.write([], CONTEXT).content.startswith(b"MSGID/ACO/-//")


def test_times_far_apart_say_their_year() -> None:
    later = replace(VOLUME, span=Span(NOON_MS + 366 * 1440 * MINUTE_MS, NOON_MS + 367 * 1440 * MINUTE_MS), name="2")
    plan = replace(PLAN, volumes=(VOLUME, later))
    assert b"APERIOD/DISCRETE/281200ZJUL2016/" in aco.write([plan], CONTEXT).content
    assert again(plan) == (plan,)


def test_volumes_of_other_shapes_become_other_measures() -> None:
    high = replace(VOLUME, band=Band(Height.flight_level(300), None), name="2")
    plan = replace(PLAN, volumes=(VOLUME, high))
    assert [operation.identifier for operation in again(plan)] == ["ONE", "ONE #2"]
    assert losses(plan) == ["volumes 2 are written as the measure ONE #2"]


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        (replace(PLAN, priority=3), "priority"),
        (replace(PLAN, identifier="A/B"), "A?B"),
        (replace(PLAN, category="ZONE\n"), "category"),
        (replace(PLAN, volumes=(replace(VOLUME, name="leg"),)), "names of volumes"),
        (replace(PLAN, volumes=(replace(VOLUME, span=Span(NOON_MS + 1, NOON_MS + 2)),)), "whole minutes"),
        (
            replace(PLAN, volumes=(replace(VOLUME, footprint=Footprint.circle(Position(12_345, 1), 10)),)),
            "0.0001 minute",
        ),
        (
            replace(PLAN, volumes=(replace(VOLUME, band=Band(Height.feet(150, Reference.AGL), None)),)),
            "hundreds of feet",
        ),
    ],
)
def test_what_is_not_carried_is_said(plan: Operation, word: str) -> None:
    said = losses(plan)
    assert len(said) == 1
    assert word in said[0]
    assert len(again(plan)) == 1


def test_a_second_party_is_said() -> None:
    said = losses(PLAN, replace(PLAN, party="RED", identifier="TWO"))
    assert said == ["the party RED is not carried: an order has one originator, here BLUE"]


RING = (Position(0, 0), Position(10_000_000, 0), Position(0, 10_000_000))


@pytest.mark.parametrize(
    "volume",
    [
        replace(VOLUME, footprint=Footprint.area(RING, 10)),
        replace(VOLUME, band=Band(Height(0, Reference.ELLIPSOID), None)),
        replace(VOLUME, footprint=Footprint.corridor(tuple(Position(7 * i, 0) for i in range(1_001)), 0)),
    ],
)
def test_what_no_shape_or_level_carries_is_left_out_and_said(volume: Volume) -> None:
    plan = replace(PLAN, volumes=(volume,))
    assert losses(plan)[-1].startswith("not carried: volumes 1")
    assert again(PLAN, plan) == (PLAN,)


def test_times_are_rounded_outward() -> None:
    span = Span(NOON_MS + 1, NOON_MS + MINUTE_MS + 1)
    (operation,) = again(replace(PLAN, volumes=(replace(VOLUME, span=span),)))
    assert operation.volumes[0].span == Span(NOON_MS, NOON_MS + 2 * MINUTE_MS)


def seconds_e7(seconds: int) -> int:
    return round(seconds * 10_000_000 / 3600)


POSITIONS = st.builds(
    Position, st.integers(-648_000, 648_000).map(seconds_e7), st.integers(-320_000, 320_000).map(seconds_e7)
)
NEAR = st.builds(Position, st.integers(20_000, 40_000).map(seconds_e7), st.integers(150_000, 170_000).map(seconds_e7))
SIZES_DMM = st.integers(1, 5_000_000_000)


@st.composite
def footprints(draw: st.DrawFn) -> Footprint:
    """Confirmed shapes with points in whole seconds."""
    kind = draw(st.sampled_from(["circle", "point", "corridor", "line", "polygon"]))
    if kind in ("circle", "point"):
        return Footprint.circle(draw(POSITIONS), draw(SIZES_DMM) if kind == "circle" else 0)
    points = tuple(draw(st.lists(NEAR, min_size=3, max_size=6, unique=True)))
    if kind == "polygon":
        try:
            return Footprint.area(points)
        except MalformedInput:
            return Footprint.area(points[:3])
    return Footprint.corridor(points, draw(SIZES_DMM) if kind == "corridor" else 0)


HUNDREDS = st.integers(0, 400)
REFERENCES = st.sampled_from([Reference.FLIGHT_LEVEL, Reference.AMSL_BARO, Reference.AGL])
FLOORS = st.none() | st.builds(lambda h, r: Height.feet(h * 100, r), HUNDREDS, REFERENCES)
CEILINGS = st.none() | st.builds(lambda h, r: Height.feet((400 + h) * 100, r), HUNDREDS, REFERENCES)
SPANS = st.builds(
    lambda start, length: Span(NOON_MS + start * MINUTE_MS, NOON_MS + (start + length) * MINUTE_MS),
    st.integers(0, 500_000),
    st.integers(1, 40_000),
)


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    footprint, band = draw(footprints()), draw(st.builds(Band, FLOORS, CEILINGS))
    spans = draw(st.lists(SPANS, min_size=1, max_size=4))
    volumes = tuple(Volume(footprint, band, span, name=str(n)) for n, span in enumerate(spans, start=1))
    name = draw(
        st.text("ABC 12-().,", min_size=1, max_size=12).map(str.strip).filter(lambda name: name not in ("", "-"))
    )
    return Operation("BLUE", name, volumes, category=draw(st.sampled_from(["", "ROZ", "ROZ/NFA", "ROZ/AAR/BDZ"])))


@given(st.lists(operations(), min_size=1, max_size=4, unique_by=lambda operation: operation.identifier))
@settings(max_examples=60)
def test_what_is_written_is_read_the_same(plans: list[Operation]) -> None:
    writing = aco.write(plans, CONTEXT)
    assert writing.losses == ()
    assert aco.read(writing.content, CONTEXT).operations == tuple(plans)


@given(st.lists(operations(), min_size=1, max_size=3), st.integers(1, 59_999), st.integers(-99, 99))
@settings(max_examples=40)
def test_what_is_written_once_is_written_twice(plans: list[Operation], shift_ms: int, shift_e7: int) -> None:
    moved = [
        replace(
            plan,
            volumes=tuple(
                replace(
                    volume,
                    span=Span(volume.span.start_ms + shift_ms, volume.span.end_ms + shift_ms),
                    footprint=Footprint.circle(
                        Position(volume.footprint.points[0].lon_e7 // 2 + shift_e7, volume.footprint.points[0].lat_e7),
                        7,
                    ),
                )
                for volume in plan.volumes
            ),
        )
        for plan in plans
    ]
    once = again(*moved)
    assert again(*once) == once
