from __future__ import annotations

from wellclear.assembly.receipts import MAX_AWAITED, OVERDUE_MS, Inclusion, Receipted, Receipts
from wellclear.protocol.witnessing import MAX_ASKED

COVERS = bytes(32)


def receipts(*places: tuple[int, int]) -> Receipts:
    made = Receipts()
    for number, place in enumerate(places):
        made._expect(Receipted("south", number.to_bytes(32), place, 1_000))
    return made


def test_a_receipt_is_awaited_then_overdue_then_proven() -> None:
    made = receipts((0, 7))
    assert made.of("south", COVERS, 0, 1_000) is Inclusion.NONE
    assert made.of("south", COVERS, 1_000, 1_000 + OVERDUE_MS) is Inclusion.AWAITED
    assert made.of("south", COVERS, 1_000, 1_001 + OVERDUE_MS) is Inclusion.OVERDUE
    assert made.overdue("south", 1_001 + OVERDUE_MS, OVERDUE_MS) == 1
    (one,) = made.due("south", lambda _: 8)[1]
    made.prove(one, 8)
    assert made.of("south", COVERS, 1_000, 10**9) is Inclusion.PROVEN
    assert not made.overdue("south", 10**9)
    made._expect(one)
    assert made.due("south", lambda _: 8) == (0, ())


def test_nothing_is_asked_that_no_cosigned_checkpoint_covers() -> None:
    made = receipts((0, 7), (0, 8), (1, 2))
    assert made.due("south", lambda _: 2) == (0, ())
    assert [one.place for one in made.due("south", lambda epoch: 8 if epoch == 0 else 0)[1]] == [(0, 7)]
    assert made.due("south", lambda _: 9)[0] == 1
    assert made.due("north", lambda _: 9) == (0, ())


def test_a_question_and_the_memory_are_bounded_and_what_is_forgotten_is_overdue() -> None:
    made = receipts(*((0, number) for number in range(MAX_AWAITED + 1)))
    assert len(made.due("south", lambda _: 10**6)[1]) == MAX_ASKED
    assert made.overdue("south", 10**9) == MAX_AWAITED
    assert made.of("south", COVERS, 1_000, 10**9) is Inclusion.OVERDUE
