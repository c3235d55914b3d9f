from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.plans import circle
from wellclear.centre.comparing import (
    FOREVER_MS,
    Compared,
    Pair,
    Prejudged,
    Terms,
    compare_all,
    compared,
    effective,
    pair_of,
    remember,
    too_close,
    unknown,
)
from wellclear.errors import MalformedInput
from wellclear.geo.envelope import Ranges
from wellclear.geo.limits import MAX_TIME_MS
from wellclear.model.minima import Minima

START_MS = 1_796_104_800_000
HOUR_MS = 3_600_000
TERMS = Terms(Minima(lateral_dmm=100_000_000, time_ms=600_000), Ranges())
plans = st.tuples(st.integers(0, 8), st.integers(0, 3), st.integers(1, 20_000))


def side(plan: tuple[int, int, int], tail_ms: int = 0) -> Compared:
    east, hour, radius_m = plan
    start_ms = START_MS + hour * HOUR_MS
    content = circle("p", "x", 100_000_000 + east * 2_000_000, 450_000_000, start_ms, start_ms + HOUR_MS, radius_m)
    return Compared(content, tail_ms)


@settings(max_examples=60, deadline=None)
@given(st.lists(plans, min_size=1, max_size=4), st.lists(plans, min_size=1, max_size=4))
def test_pairs_compared_together_are_as_each_alone(
    ones: list[tuple[int, int, int]], others: list[tuple[int, int, int]]
) -> None:
    pairs = [pair_of(side(one), side(other), TERMS) for one in ones for other in others]
    assert compare_all(pairs) == tuple((pair, compared(pair)) for pair in pairs)


def test_both_sides_ask_for_one_pair() -> None:
    one, other = side((0, 0, 500)), side((1, 0, 500))
    assert pair_of(one, other, TERMS) == pair_of(other, one, TERMS)


def test_what_lasts_forever_ends_with_time_itself() -> None:
    assert {volume.span.end_ms for volume in effective(side((0, 0, 500), FOREVER_MS)).volumes} == {MAX_TIME_MS}


def test_what_is_remembered_is_not_asked_for_again() -> None:
    pair = pair_of(side((0, 0, 401)), side((0, 0, 402)), TERMS)
    assert unknown([pair, pair]) == (pair,)
    found = compared(pair)
    remember(Prejudged(0, (), ((pair, found),)))
    assert unknown([pair]) == ()
    assert found is not None
    assert too_close(pair) is found


def test_what_is_apart_in_time_needs_no_comparison() -> None:
    pair = pair_of(side((0, 0, 403)), side((0, 3, 403)), TERMS)
    assert unknown([pair]) == ()
    assert too_close(pair) is None


def test_bytes_that_are_no_operation_are_refused() -> None:
    with pytest.raises(MalformedInput):
        effective(Compared(b"{}"))
    with pytest.raises(MalformedInput):
        compared(Pair(Compared(b"{}"), side((0, 0, 1)), TERMS))
