from __future__ import annotations

import pytest

from rig.centres import Rig
from wellclear.centre.commands import SayStop
from wellclear.centre.log import lacking as module
from wellclear.centre.log.lacking import lacking
from wellclear.protocol.envelope import Held, parse_own
from wellclear.protocol.recall import Question

CALLS = 7


@pytest.fixture
def rig() -> Rig:
    made = Rig("north", "south", "west")
    for number in range(CALLS):
        made["north"].act(SayStop(to=("south", "west"), text=str(number)))
        made["south"].act(SayStop(to=("north",), text=str(number)))
        made.deliver()
    return made


def question(start: tuple[int, int] = (0, 0), said: tuple[Held, ...] = (), holds: Held = Held()) -> Question:  # noqa: B008 - frozen
    return Question(party="north", recipient="south", at_ms=0, nonce=b"", said=said, holds=holds, start=start)


def between(rig: Rig, asked: Question) -> list[tuple[str, str, int]]:
    """All pages: sender, lane and number of each envelope."""
    found: list[tuple[str, str, int]] = []
    while True:
        page, then = lacking(rig["south"].store.reader(), asked)
        envelopes = [parse_own(raw).envelope for raw in page]
        assert {one.sender for one in envelopes} | {one.recipient for one in envelopes} <= {"north", "south"}
        found += [(one.sender, one.lane.value, one.sequence) for one in envelopes]
        if then is None:
            return found
        assert then > asked.start
        asked = question(then, asked.said, asked.holds)


def test_all_that_was_said_between_both_comes_once(rig: Rig) -> None:
    found = between(rig, question())
    assert len(found) == len(set(found)) == 4 * CALLS
    assert [number for sender, lane, number in found if (sender, lane) == ("north", "safety")] == list(
        range(1, 1 + CALLS)
    )


def test_what_the_asking_centre_has_is_left_out(rig: Rig) -> None:
    found = between(rig, question(said=(Held(0, 5, CALLS),), holds=Held(0, 6, CALLS)))
    assert set(found) == {("north", "safety", 6), ("north", "safety", 7), ("south", "safety", 7)}
    assert not between(rig, question(said=(Held(0, CALLS, CALLS),), holds=Held(1)))


@pytest.mark.parametrize(("limit", "value"), [("MAX_SCANNED", 3), ("MAX_PAGE_ENVELOPES", 2), ("MAX_PAGE_BYTES", 1_500)])
def test_pages_are_bounded_and_together_give_the_same(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    whole = between(rig, question())
    monkeypatch.setattr(module, limit, value)
    page, then = lacking(rig["south"].store.reader(), question())
    assert then is not None
    assert len(page) < len(whole)
    assert between(rig, question()) == whole


def test_a_start_beyond_the_log_gives_nothing(rig: Rig) -> None:
    assert lacking(rig["south"].store.reader(), question((5, 0))) == ((), None)
    assert lacking(rig["south"].store.reader(), question((0, 10**9))) == ((), None)
