"""What of exchanges with peers is recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wellclear.api.utm.uss.asking import Exchange
from wellclear.api.utm.uss.recording import BODIES, REFUSALS, Budget

TOLD = Exchange("POST", "https://uss1.example/uss/v1/constraints", "a.b.c", b"b" * 2**20, 0, 1, 204, b"")


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_the_bodies_of_one_sender_are_kept_up_to_a_budget() -> None:
    clock = Clock()
    budget = Budget(clock)
    whole = int(BODIES.burst) // len(TOLD.body)
    assert [budget.recorded(TOLD, "peer") for _ in range(whole)] == [TOLD] * whole
    cut = budget.recorded(TOLD, "peer")
    assert cut is not None
    assert (cut.status, cut.token, cut.body) == (204, "a.b.c", b"")
    assert "not kept" in cut.problem
    assert budget.recorded(TOLD, "other") == TOLD
    clock.now_s += len(TOLD.body) / BODIES.per_s
    assert budget.recorded(TOLD, "peer") == TOLD


@pytest.mark.parametrize("status", [401, 403, 429])
def test_what_is_refused_is_recorded_bare_and_not_for_ever(status: int) -> None:
    clock = Clock()
    budget = Budget(clock)
    refused = replace(TOLD, status=status, answer=b"no")
    bare = replace(refused, token="", body=b"")
    found = [budget.recorded(refused, "peer") for _ in range(int(REFUSALS.burst) + 5)]
    assert found == [bare] * int(REFUSALS.burst) + [None] * 5
    assert budget.recorded(TOLD, "peer") == TOLD
    clock.now_s += 1 / REFUSALS.per_s
    assert budget.recorded(refused, "") == bare
