"""A clock that jumped ends nothing for a while."""

from __future__ import annotations

import pytest

from wellclear.api.utm.steadiness import DISTRUST_S, JUMP_MS, Steadiness


class Clocks:
    """The time, and a clock that only goes forward."""

    def __init__(self) -> None:
        self.wall_ms, self.steady_s = 1_795_000_000_000, 100.0

    def go(self, seconds: float, jump_ms: int = 0) -> None:
        self.steady_s += seconds
        self.wall_ms += int(seconds * 1_000) + jump_ms


def steadiness(clocks: Clocks) -> Steadiness:
    return Steadiness(lambda: clocks.wall_ms, lambda: clocks.steady_s)


def test_a_clock_that_goes_on_is_trusted_and_one_that_is_corrected_a_little() -> None:
    clocks = Clocks()
    watched = steadiness(clocks)
    assert watched.holds()
    for jump_ms in (0, JUMP_MS, -JUMP_MS, 5):
        clocks.go(60, jump_ms)
        assert watched.holds()


@pytest.mark.parametrize("jump_ms", [JUMP_MS + 1, -JUMP_MS - 1, 400 * 86_400_000])
def test_after_a_jump_it_is_trusted_in_an_hour(jump_ms: int) -> None:
    clocks = Clocks()
    watched = steadiness(clocks)
    clocks.go(60, jump_ms)
    assert not watched.holds()
    clocks.go(DISTRUST_S - 1)
    assert not watched.holds()
    clocks.go(1)
    assert watched.holds()


def test_a_jump_back_begins_the_hour_anew() -> None:
    clocks = Clocks()
    watched = steadiness(clocks)
    for jump_ms in (2 * JUMP_MS, -2 * JUMP_MS):
        clocks.go(60, jump_ms)
        assert not watched.holds()
    clocks.go(DISTRUST_S)
    assert watched.holds()
