from __future__ import annotations

from wellclear.centre.kept import Kept


def test_a_result_is_worked_out_once() -> None:
    asked: list[int] = []

    def square(number: int) -> int:
        asked.append(number)
        return number * number

    kept = Kept[int, int](10)
    assert [kept.get(3, square), kept.get(3, square)] == [9, 9]
    assert asked == [3]


def test_a_result_from_elsewhere_is_not_worked_out() -> None:
    kept = Kept[int, int](10)
    kept.keep(3, 9)
    assert 3 in kept
    assert kept.get(3, lambda number: 1 // (number - 3)) == 9


def test_it_keeps_no_more_than_it_may_and_what_is_asked_for_stays() -> None:
    kept = Kept[int, int](10)
    for number in range(1_000):
        kept.keep(number, number)
        kept.get(0, lambda _number: 0)
    held = [number for number in range(1_000) if number in kept]
    assert len(held) <= 10
    assert {0, 999} <= set(held)
