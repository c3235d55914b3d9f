from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.grid import Grid
from wellclear.model.agreement.clauses import category_key
from wellclear.model.agreement.disclosure import Disclosure, DisclosureTerm, strictest

FULL = DisclosureTerm(Disclosure.FULL)
grids = st.builds(Grid, st.integers(4, 16), st.integers(100_000, 10**9), st.integers(60_000, 86_400_000))
terms = st.just(FULL) | st.builds(DisclosureTerm, st.sampled_from([Disclosure.COARSE, Disclosure.ON_CONFLICT]), grids)


def test_blind_is_refused() -> None:
    with pytest.raises(RuleViolated) as refused:
        DisclosureTerm(Disclosure.BLIND)
    assert refused.value.code == "disclosure-blind"


def test_a_grid_stands_where_a_cover_is_made_and_nowhere_else() -> None:
    grid = Grid(10, 1_000_000, 3_600_000)
    for disclosure, wrong in ((Disclosure.FULL, grid), (Disclosure.COARSE, None), (Disclosure.ON_CONFLICT, None)):
        with pytest.raises(MalformedInput):
            DisclosureTerm(disclosure, wrong)


@given(terms, terms)
def test_the_strictest_shows_no_more_than_either(one: DisclosureTerm, other: DisclosureTerm) -> None:
    both = strictest(one, other)
    assert both == strictest(other, one)
    order = [Disclosure.FULL, Disclosure.COARSE, Disclosure.ON_CONFLICT]
    assert order.index(both.disclosure) == max(order.index(one.disclosure), order.index(other.disclosure))
    for grid in (one.grid, other.grid):
        if grid is not None:
            assert both.grid is not None
            assert both.grid.s2_level <= grid.s2_level
            assert both.grid.level_bin_dmm >= grid.level_bin_dmm
            assert both.grid.time_bin_ms >= grid.time_bin_ms


@given(terms)
def test_a_term_is_the_strictest_of_itself(term: DisclosureTerm) -> None:
    assert strictest(term, term) == term


@pytest.mark.parametrize("written", ["NO_FLY", "no-fly", " No  fly ", "no_-fly"])
def test_categories_in_any_spelling_are_one(written: str) -> None:
    assert category_key(written) == "no-fly"


def test_no_category_is_none() -> None:
    assert category_key("") == category_key("  ") == ""
