from __future__ import annotations

from concurrent.futures import Future

import pytest

from wellclear.assembly.intake import MAX_WAITING, Intake, Keeping, Waiting
from wellclear.centre.commands import AcknowledgeAlarm, SayStop
from wellclear.centre.inputs import Act, Beat, Tick
from wellclear.centre.writer import MAX_BATCH
from wellclear.errors import PeerUnavailable, RuleViolated
from wellclear.protocol.envelope import Held


def act(officer: str, number: int = 0) -> Waiting:
    return Waiting(Act(officer, "duty-officer", AcknowledgeAlarm(alarm=str(number))))


def stop(officer: str) -> Waiting:
    return Waiting(Act(officer, "duty-officer", SayStop(to=("south",), text="now")))


def taken(intake: Intake) -> list[Waiting]:
    return intake.take(0.0)[0]


def test_life_first_then_the_centre_itself_then_everyone_in_turn() -> None:
    intake = Intake()
    flood = [act("ada", number) for number in range(5)]
    others = [act("bob"), act("eve")]
    tick, beat, call = Waiting(Tick()), Waiting(Beat("south", Held())), stop("zoe")
    for waiting in (*flood, *others, tick, beat, call):
        intake.put(waiting)
    assert intake.lengths() == (1, 2, 7)
    assert taken(intake) == [call, tick, beat, flood[0], others[0], others[1], *flood[1:]]


def test_a_batch_is_full_at_its_limit_and_the_turns_go_on() -> None:
    intake = Intake()
    flood = [act("ada", number) for number in range(100)]
    for waiting in flood:
        intake.put(waiting)
    late = act("bob")
    intake.put(late)
    first, second = taken(intake), taken(intake)
    assert len(first) == MAX_BATCH
    assert first[1] == late
    assert [*first[:1], *first[2:], *second] == flood


def test_a_flood_of_what_concerns_life_delays_another_stop_by_one_input() -> None:
    intake = Intake()
    flood = [stop("eve") for _ in range(5)]
    for waiting in flood:
        intake.put(waiting)
    assert taken(intake) == [flood[0]]
    late, ordinary = stop("bob"), act("ada")
    intake.put(late)
    intake.put(ordinary)
    assert taken(intake) == [flood[1], late, ordinary]


def test_a_flood_is_told_to_come_again_and_nobody_else_is() -> None:
    intake = Intake()
    for number in range(MAX_WAITING):
        intake.put(act("ada", number))
    with pytest.raises(RuleViolated) as caught:
        intake.put(act("ada"))
    assert caught.value.code == "queue-full"
    intake.put(act("bob"))
    intake.put(stop("ada"))


def test_what_waits_when_it_closes_is_still_taken_and_no_more() -> None:
    intake = Intake()
    waiting, keeping = act("ada"), Keeping({"a": b"b"}, Future())
    intake.put(waiting)
    intake.keep(keeping)
    intake.close()
    assert not intake.finished
    for refused in (lambda: intake.put(act("bob")), lambda: intake.keep(keeping)):
        with pytest.raises(PeerUnavailable):
            refused()
    assert intake.take(0.0) == ([waiting], [keeping])
    assert intake.finished
