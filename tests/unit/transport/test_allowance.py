from __future__ import annotations

from wellclear.transport.allowance import MAX_SOURCES, Allowances, Rate


def test_a_burst_is_had_and_then_the_rate() -> None:
    spent: Allowances[str] = Allowances(Rate(2.0, 3.0))
    assert [spent.spend("a", 1.0, 0.0) for _ in range(4)] == [True, True, True, False]
    assert not spent.spend("a", 1.0, 0.4)
    assert spent.spend("a", 1.0, 0.6)
    assert [spent.spend("a", 1.0, 1_000.0) for _ in range(4)] == [True, True, True, False]


def test_what_one_source_spends_no_other_lacks() -> None:
    spent: Allowances[str] = Allowances(Rate(1.0, 1.0))
    assert spent.spend("a", 1.0, 0.0)
    assert not spent.spend("a", 1.0, 0.0)
    assert spent.spend("b", 1.0, 0.0)


def test_a_fine_makes_a_source_wait_the_longer_but_not_for_ever() -> None:
    spent: Allowances[str] = Allowances(Rate(1.0, 2.0))
    for _ in range(100):
        spent.fine("a", 10.0, 0.0)
    assert not spent.spend("a", 1.0, 2.9)
    assert spent.spend("a", 1.0, 3.1)


def test_sources_that_are_made_up_push_out_the_oldest_only() -> None:
    spent: Allowances[int] = Allowances(Rate(1.0, 1.0))
    for source in range(MAX_SOURCES + 10):
        assert spent.spend(source, 1.0, 0.0)
    assert not spent.spend(MAX_SOURCES, 1.0, 0.0)
    assert spent.spend(0, 1.0, 0.0)
