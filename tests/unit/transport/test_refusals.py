from __future__ import annotations

from wellclear.centre.inputs import Heard, TurnedAway
from wellclear.transport.liveness import Cause, Links
from wellclear.transport.refusals import Refusals


def test_refusals_are_told_once_and_counted_for_ever() -> None:
    refusals = Refusals()
    for party, code in (("b", "rate"), ("a", "rate"), ("b", "key-unknown"), ("b", "rate")):
        refusals.count(party, code)
    assert list(refusals.tell()) == [
        TurnedAway("a", (("rate", 1),)),
        TurnedAway("b", (("key-unknown", 1), ("rate", 2))),
    ]
    assert list(refusals.tell()) == []
    assert refusals.total["b", "rate"] == 2


def test_a_link_is_stale_from_the_start_and_heard_when_it_is_heard() -> None:
    now = [1_000_000]
    links = Links(lambda: now[0])
    assert links.since_start("a", 5_000) == Heard(995_000)
    links.attempt("a", Cause.UNREACHABLE)
    assert links.since_start("a", 5_000) == Heard(995_000, "unreachable")
    now[0] += 700
    links.hear("a")
    assert links.of("a") == Heard(1_000_700, "unreachable")
    links.attempt("a", Cause.NONE)
    assert links.since_start("a", 5_000) == Heard(1_000_700, "")
