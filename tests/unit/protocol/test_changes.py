from dataclasses import replace

from hypothesis import given, settings

from plans.operations import operations
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume
from wellclear.protocol.readback.changes import Change, changed_fields

VOLUME = Volume(
    Footprint.circle(Position(442_500_000, 335_000_000), 92_600_000),
    Band(None, Height.feet(3000, Reference.AMSL_BARO)),
    Span(1_792_000_000_000, 1_792_003_600_000),
)
LAST_WEEK = Operation("BLUE", "ISABELLA-1", (VOLUME,), "SAR", 3)


def with_volume(**changes: object) -> Operation:
    return replace(LAST_WEEK, volumes=(replace(VOLUME, **changes),))


def test_last_weeks_notice_with_one_field_changed_is_entered_again():
    found = changed_fields(
        LAST_WEEK, with_volume(footprint=Footprint.circle(Position(442_500_001, 335_000_000), 92_600_000))
    )
    assert found.changed == (Change("volumes[0].points[0]", "33.5000000N 044.2500000E", "33.5000000N 044.2500001E"),)
    assert "volumes[0].start" in found.unchanged
    assert found.enter_again


def test_a_start_that_moved_by_less_than_a_minute_changed():
    moved = with_volume(span=Span(VOLUME.span.start_ms + 1, VOLUME.span.end_ms))
    assert [change.name for change in changed_fields(LAST_WEEK, moved).changed] == ["volumes[0].start"]


def test_the_same_notice_or_another_name_alone_is_not_entered_again():
    assert not changed_fields(LAST_WEEK, LAST_WEEK).enter_again
    assert not changed_fields(LAST_WEEK, LAST_WEEK).changed
    renamed = changed_fields(LAST_WEEK, replace(LAST_WEEK, identifier="ISABELLA-2", priority=4))
    assert [change.name for change in renamed.changed] == ["priority", "identifier"]
    assert not renamed.enter_again


def test_a_notice_that_is_all_new_is_not_entered_again():
    other = Volume(
        Footprint.circle(Position(0, 500_000_000), 1),
        Band(Height.flight_level(100), None),
        Span(1_700_000_000_000, 1_700_000_000_001),
    )
    assert not changed_fields(LAST_WEEK, replace(LAST_WEEK, volumes=(other,))).enter_again


def test_volumes_that_came_and_went_are_named():
    two = replace(LAST_WEEK, volumes=(VOLUME, VOLUME))
    came, went = changed_fields(LAST_WEEK, two), changed_fields(two, LAST_WEEK)
    assert {change.name for change in came.changed} == {change.name for change in went.changed}
    assert all(change.name.startswith("volumes[1].") and not change.before for change in came.changed)
    assert all(not change.after for change in went.changed)


@settings(max_examples=50)
@given(operations(), operations())
def test_every_field_is_either_changed_or_not(first: tuple[Operation, ...], second: tuple[Operation, ...]):
    for old, new in zip(first, second, strict=False):
        found, back = changed_fields(old, new), changed_fields(new, old)
        assert set(found.unchanged) == set(back.unchanged)
        assert {change.name for change in found.changed}.isdisjoint(found.unchanged)
        assert {(c.name, c.before, c.after) for c in found.changed} == {
            (c.name, c.after, c.before) for c in back.changed
        }
