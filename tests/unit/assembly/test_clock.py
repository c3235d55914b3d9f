from __future__ import annotations

from wellclear.assembly.clock import Clock


class Machine:
    def __init__(self) -> None:
        self.wall_ms = 1_000_000_000
        self.steady_ms = 50

    def goes(self, passed_ms: int, off_ms: int = 0) -> None:
        self.steady_ms += passed_ms
        self.wall_ms += passed_ms + off_ms

    def clock(self, newest_ms: int = 0) -> Clock:
        return Clock(100, newest_ms, lambda: self.wall_ms, lambda: self.steady_ms)


def test_small_corrections_are_followed_and_time_never_goes_back() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.goes(1_000, 80)
    assert (clock.now_ms(), clock.error_ms()) == (1_000_001_080, 100)
    machine.goes(10, -60)
    assert clock.now_ms() == 1_000_001_080
    machine.goes(100)
    assert 1_000_001_080 < clock.now_ms() <= 1_000_001_180


def test_an_hour_is_not_followed_but_doubted_until_it_is_taken_back() -> None:
    for off_ms in (3_600_000, -3_600_000):
        machine = Machine()
        clock = machine.clock()
        machine.goes(1_000, off_ms)
        assert clock.now_ms() == 1_000_001_000
        assert clock.error_ms() == 3_600_100
        machine.goes(1_000, -off_ms)
        assert (clock.now_ms(), clock.error_ms()) == (1_000_002_000, 100)


def test_a_clock_behind_the_log_is_doubted_until_it_has_caught_up() -> None:
    machine = Machine()
    clock = machine.clock(newest_ms=1_000_005_000)
    assert clock.error_ms() == 5_100
    machine.goes(6_000)
    assert clock.error_ms() == 100
