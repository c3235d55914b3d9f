from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rig.plans import circle
from wellclear.centre.comparing import FOREVER_MS, Compared, Terms, pair_of, too_close
from wellclear.centre.neighbourhood import Neighbourhood, cells_of, ground_of
from wellclear.geo.envelope import Ranges
from wellclear.model.minima import Minima

START_MS = 1_796_104_800_000
places = st.tuples(
    st.sampled_from([-1_799_900_000, -3_000_000, 0, 4_999_999, 5_000_001, 1_799_950_000]),
    st.sampled_from([-880_000_000, -1, 0, 449_999_000, 880_000_000]),
)
plans = st.tuples(places, st.integers(0, 30), st.integers(1, 40), st.integers(1, 90_000))
minima = st.builds(Minima, lateral_dmm=st.integers(0, 500_000_000), time_ms=st.integers(0, 7_200_000))


def side(plan: tuple[tuple[int, int], int, int, int]) -> Compared:
    (lon_e7, lat_e7), hour, hours, radius_m = plan
    start_ms = START_MS + hour * 3_600_000
    return Compared(circle("p", "x", lon_e7, lat_e7, start_ms, start_ms + hours * 3_600_000, radius_m))


def ends_ms(plan: tuple[tuple[int, int], int, int, int]) -> int:
    return START_MS + (plan[1] + plan[2]) * 3_600_000


@settings(max_examples=150, deadline=None)
@given(plans, st.lists(plans, max_size=6), minima)
def test_what_is_too_close_shares_a_cell(
    plan: tuple[tuple[int, int], int, int, int], others: list[tuple[tuple[int, int], int, int, int]], least: Minima
) -> None:
    around = Neighbourhood()
    for number, other in enumerate(others):
        around = around.having(str(number), cells_of(side(other)), 0)
    near = around.near(cells_of(side(plan), least))
    for number, other in enumerate(others):
        if too_close(pair_of(side(plan), side(other), Terms(least, Ranges()))) is not None:
            assert str(number) in near


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), plans | st.none()), max_size=12))
def test_it_is_as_a_plain_dictionary(changes: list[tuple[int, tuple[tuple[int, int], int, int, int] | None]]) -> None:
    around, plain, ends = Neighbourhood(), {}, {}
    for number, plan in changes:
        if plan is None:
            around, _, _ = around.without(str(number)), plain.pop(str(number), None), ends.pop(str(number), None)
        else:
            plain[str(number)] = cells_of(side(plan))
            ends[str(number)] = ends_ms(plan)
            around = around.having(str(number), plain[str(number)], ends_ms(plan))
    assert dict(around.cells) == plain
    for cells in plain.values():
        expected = {name for name, other in plain.items() if cells is None or other is None or set(cells) & set(other)}
        assert set(around.near(cells)) == expected
    for now_ms in (START_MS, START_MS + 20 * 3_600_000, START_MS + 90 * 3_600_000):
        assert around.over(now_ms) == tuple(sorted(name for name, end_ms in ends.items() if end_ms <= now_ms))
    members = {name for names in around.members.values() for name in names} | set(around.everywhere)
    assert members == set(plain)


@settings(max_examples=60, deadline=None)
@given(plans, st.lists(plans, max_size=6), minima)
def test_what_is_too_close_to_a_hazard_stands_on_its_ground(
    plan: tuple[tuple[int, int], int, int, int], others: list[tuple[tuple[int, int], int, int, int]], least: Minima
) -> None:
    around, hazard = Neighbourhood(), Compared(side(plan).content, FOREVER_MS)
    for number, other in enumerate(others):
        around = around.having(str(number), cells_of(side(other)), 0)
    on = around.on(ground_of(side(plan), least))
    for number, other in enumerate(others):
        if too_close(pair_of(hazard, side(other), Terms(least, Ranges()))) is not None:
            assert str(number) in on
