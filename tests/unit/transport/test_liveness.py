from __future__ import annotations

from wellclear.centre.inputs import Heard
from wellclear.transport.liveness import Cause, Links


class Clock:
    def __init__(self) -> None:
        self.now_ms = 1_000

    def __call__(self) -> int:
        return self.now_ms


def test_since_when_an_assessment_is_missing_is_kept_until_it_came() -> None:
    clock = Clock()
    links = Links(clock)
    links.hear("south", behind=True)
    clock.now_ms = 2_000
    links.hear("south", behind=True)
    links.hear("south")
    links.attempt("south", Cause.UNREACHABLE)
    assert links.of("south") == Heard(2_000, "unreachable", 1_000)
    links.hear("south", behind=False)
    assert links.of("south") == Heard(2_000, "unreachable", 0)


def test_who_was_never_heard_is_stale_from_the_start_on() -> None:
    links = Links(Clock())
    assert links.since_start("south", 400) == Heard(600)
    links.hear("south")
    assert links.since_start("south", 400) == Heard(1_000)
