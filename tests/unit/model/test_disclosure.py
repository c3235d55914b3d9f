"""A cover contains the plan, and tells nothing of it but the boxes of the grid that it meets."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plans.operations import footprints
from wellclear.detect.check import check_operations
from wellclear.errors import RuleViolated
from wellclear.geo.cells import cover_footprint, fitting_cover
from wellclear.geo.envelope import Ranges
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.grid import Grid
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.agreement.disclosure import Disclosure, DisclosureTerm
from wellclear.model.disclosure import covered, disclosed, disclosed_content
from wellclear.model.minima import Minima
from wellclear.model.operation import Operation
from wellclear.model.operation_text import MAX_VOLUMES, parse_operation, print_operation
from wellclear.model.volume import Volume

BIN_MS, BIN_DMM = 900_000, 3_048_000
GRID = Grid(s2_level=11, level_bin_dmm=BIN_DMM, time_bin_ms=BIN_MS)
COARSE = DisclosureTerm(Disclosure.COARSE, GRID)
START_MS = 1_767_225_600_000
ROUTE = tuple(Position.from_degrees(10 + x / 4, 50 + x / 10) for x in range(4))


def band(low_dmm: int, high_dmm: int) -> Band:
    return Band(Height(low_dmm, Reference.AMSL), Height(high_dmm, Reference.AMSL))


VOLUMES = st.builds(
    Volume,
    footprints(),
    st.builds(lambda low, thick: band(low, low + thick), st.integers(0, 100_000_000), st.integers(0, 30_000_000)),
    st.builds(
        lambda start, lasts: Span(START_MS + start, START_MS + start + lasts),
        st.integers(0, 20_000_000),
        st.integers(1, 20_000_000),
    ),
)
PLANS = st.lists(VOLUMES, min_size=1, max_size=3).map(
    lambda volumes: Operation("BLUE", "ISABELLA", tuple(volumes), "ROZ", 3)
)
EXACT = Operation(
    "BLUE",
    "ISABELLA",
    (Volume(Footprint.corridor(ROUTE, 37_040_000), band(4_000_000, 7_000_000), Span(START_MS + 1, START_MS + 100)),),
    "ROZ",
    3,
)


def conflicts(one: Operation, other: Operation) -> bool:
    return bool(check_operations((one,), (other,), minima=Minima(), ranges=Ranges()).conflicts)


def told(operation: Operation) -> bytes:
    return disclosed_content(print_operation(operation), COARSE)


def within_bin(value: int, width: int, *, is_end: bool) -> st.SearchStrategy[int]:
    """Another value in the same bin; an end of a time or a ceiling belongs to the bin that it closes."""
    first = (value - 1) // width * width + 1 if is_end else value // width * width
    return st.integers(first, first + width - 1)


@st.composite
def changed_in_its_boxes(draw: st.DrawFn, plan: Operation) -> Operation:
    """Times and heights moved in their bins; volumes divided in time, repeated, renamed and put in another order."""
    volumes = []
    for volume in plan.volumes:
        floor, ceiling, span = volume.band.floor, volume.band.ceiling, volume.span
        assert floor is not None
        assert ceiling is not None
        low_dmm = draw(within_bin(floor.value_dmm, BIN_DMM, is_end=False))
        high_dmm = draw(within_bin(ceiling.value_dmm, BIN_DMM, is_end=True))
        start_ms = draw(within_bin(span.start_ms, BIN_MS, is_end=False))
        end_ms = draw(within_bin(span.end_ms, BIN_MS, is_end=True))
        start_ms, end_ms = (start_ms, end_ms) if start_ms < end_ms else (span.start_ms, span.end_ms)
        heights = band(low_dmm, high_dmm) if low_dmm < high_dmm else volume.band
        cuts = sorted({start_ms, end_ms, *draw(st.sets(st.integers(start_ms, end_ms), max_size=2))})
        volumes += [Volume(volume.footprint, heights, Span(*cut), draw(st.text("abc"))) for cut in pairwise(cuts)]
    volumes += draw(st.lists(st.sampled_from(volumes), max_size=2))
    return replace(plan, volumes=tuple(draw(st.permutations(volumes))), priority=draw(st.integers(-9, 9)))


@settings(max_examples=60)
@given(PLANS, st.data())
def test_a_change_within_the_cover_changes_no_byte(plan: Operation, data: st.DataObject) -> None:
    assert covered(data.draw(changed_in_its_boxes(plan)), GRID) == covered(plan, GRID)


@settings(max_examples=60)
@given(footprints(), st.integers(-20_000, 20_000), st.integers(-20_000, 20_000), st.integers(-500_000, 500_000))
def test_a_move_within_the_cells_changes_no_byte(one: Footprint, lon_e7: int, lat_e7: int, wider_dmm: int) -> None:
    try:
        moved = tuple(Position(point.lon_e7 + lon_e7, point.lat_e7 + lat_e7) for point in one.points)
        makers = {Core.LINE: Footprint.corridor, Core.AREA: Footprint.area}
        made = makers.get(one.core, lambda points, buffer_dmm: Footprint.circle(points[0], buffer_dmm))
        other = made(moved, max(0, one.buffer_dmm + wider_dmm))
    except Exception:  # noqa: BLE001 - a move that makes no footprint is no case of this test
        assume(False)
    assume(fitting_cover(one, 11) == fitting_cover(other, 11))
    plans = [replace(EXACT, volumes=(replace(EXACT.volumes[0], footprint=footprint),)) for footprint in (one, other)]
    assert told(plans[0]) == told(plans[1])


@settings(max_examples=60)
@given(PLANS, st.data())
def test_what_conflicts_with_the_plan_conflicts_with_its_cover(plan: Operation, data: st.DataObject) -> None:
    volume = data.draw(st.sampled_from(plan.volumes))
    near = data.draw(st.sampled_from(volume.footprint.points))
    at = Position(
        near.lon_e7, max(-900_000_000, min(900_000_000, near.lat_e7 + data.draw(st.integers(-(10**6), 10**6))))
    )
    probe = Volume(Footprint.circle(at, 1_000), volume.band, volume.span)
    probing = Operation("RED", "PROBE", (probe,))
    cover = covered(plan, GRID)
    assert conflicts(cover, probing) or not conflicts(plan, probing)


def test_a_cover_tells_boxes_and_no_names() -> None:
    shown = disclosed(EXACT, COARSE)
    assert (shown.party, shown.identifier, shown.category, shown.priority) == ("BLUE", "ISABELLA", "ROZ", 0)
    assert [volume.name for volume in shown.volumes] == [str(number + 1) for number in range(len(shown.volumes))]
    assert {volume.band for volume in shown.volumes} == {band(BIN_DMM, 3 * BIN_DMM)}
    assert {volume.span for volume in shown.volumes} == {Span(START_MS, START_MS + BIN_MS)}
    assert 1 < len(shown.volumes) < len(cover_footprint(EXACT.volumes[0].footprint, 11))
    assert parse_operation(told(EXACT)) == shown


@pytest.mark.parametrize("how", [Disclosure.COARSE, Disclosure.ON_CONFLICT])
def test_coarse_and_on_conflict_show_one_cover_and_full_shows_all(how: Disclosure) -> None:
    assert disclosed(EXACT, DisclosureTerm(how, GRID)) == covered(EXACT, GRID)
    assert disclosed(EXACT, DisclosureTerm(Disclosure.FULL)) is EXACT
    content = print_operation(EXACT)
    assert disclosed_content(content, DisclosureTerm(Disclosure.FULL)) is content
    with pytest.raises(RuleViolated):
        DisclosureTerm(Disclosure.BLIND)


def test_what_leaves_the_cover_changes_it() -> None:
    volume = EXACT.volumes[0]
    others = [
        replace(volume, span=Span(START_MS - 1, START_MS + 100)),
        replace(volume, band=band(4_000_000, 3 * BIN_DMM + 1)),
        replace(volume, footprint=Footprint.corridor(ROUTE[:3], 37_040_000)),
    ]
    assert len({told(replace(EXACT, volumes=(each,))) for each in (volume, *others)}) == 4


def test_legs_at_other_times_are_told_apart_where_they_do_not_meet() -> None:
    legs = tuple(
        Volume(Footprint.corridor(leg, 1_000_000), band(0, 1), Span(START_MS + n * BIN_MS, START_MS + (n + 1) * BIN_MS))
        for n, leg in enumerate(pairwise(ROUTE))
    )
    shown = covered(replace(EXACT, volumes=legs), GRID)
    assert {volume.span for volume in shown.volumes} == {
        *(leg.span for leg in legs),
        Span(START_MS, START_MS + 2 * BIN_MS),
        Span(START_MS + BIN_MS, START_MS + 3 * BIN_MS),
    }


def test_how_the_ground_is_divided_does_not_show_in_the_level() -> None:
    whole = Footprint.area(tuple(Position.from_degrees(*at) for at in ((10, 50), (12, 50), (12, 52), (10, 52))))
    halves = [
        Footprint.area(tuple(Position.from_degrees(*at) for at in ring))
        for ring in (((10, 50), (12, 50), (12, 52)), ((10, 50), (12, 52), (10, 52)))
    ]
    volume = EXACT.volumes[0]
    one = covered(replace(EXACT, volumes=(replace(volume, footprint=whole),)), GRID)
    two = covered(replace(EXACT, volumes=tuple(replace(volume, footprint=half) for half in halves)), GRID)
    assert one == two


def test_a_large_plan_is_shown_in_larger_cells() -> None:
    fine = replace(GRID, s2_level=16)
    ring = tuple(Position.from_degrees(*at) for at in ((0, 45), (12, 45), (12, 52), (0, 52)))
    large = replace(EXACT, volumes=(replace(EXACT.volumes[0], footprint=Footprint.area(ring)),))
    shown = covered(large, fine)
    assert 1 < len(shown.volumes) <= MAX_VOLUMES
    assert parse_operation(print_operation(shown)) == shown
    corner = Operation("RED", "PROBE", (replace(EXACT.volumes[0], footprint=Footprint.circle(ring[2], 1_000)),))
    assert conflicts(shown, corner)


def test_many_times_on_little_ground_become_one_and_the_cells_stay() -> None:
    volume = EXACT.volumes[0]
    spans = [Span(START_MS + 2 * n * BIN_MS, START_MS + (2 * n + 1) * BIN_MS) for n in range(100)]
    shown = covered(replace(EXACT, volumes=tuple(replace(volume, span=span) for span in spans)), GRID)
    once = covered(EXACT, GRID)
    assert {each.span for each in shown.volumes} == {Span(START_MS, spans[-1].end_ms)}
    assert [each.footprint for each in shown.volumes] == [each.footprint for each in once.volumes]


def test_many_times_over_much_ground_become_one_on_larger_cells() -> None:
    volumes = tuple(
        replace(
            EXACT.volumes[0],
            footprint=Footprint.circle(Position.from_degrees(n % 20 * 6 - 90, n // 20 / 2), 100_000_000),
            span=Span(START_MS + 2 * n * BIN_MS, START_MS + (2 * n + 1) * BIN_MS),
        )
        for n in range(200)
    )
    shown = covered(replace(EXACT, volumes=volumes), GRID)
    assert len(shown.volumes) <= MAX_VOLUMES
    assert all(conflicts(shown, Operation("RED", "PROBE", (volume,))) for volume in volumes[::20])


def test_a_plan_all_over_the_world_has_no_cover() -> None:
    everywhere = tuple(
        replace(EXACT.volumes[0], footprint=Footprint.circle(Position.from_degrees(lon, lat), 9_000_000_000))
        for lon in range(-170, 180, 20)
        for lat in range(-80, 90, 20)
    )
    with pytest.raises(RuleViolated) as refused:
        covered(replace(EXACT, volumes=everywhere), GRID)
    assert refused.value.code == "cover-large"
