from __future__ import annotations

import pytest

from unit.centre.log.logs import FALSE, OTHER, TRUE, log, note
from wellclear.centre.log.comparing import MAX_REMEMBERED, SETTLES_MS, Views
from wellclear.centre.log.lies import Fork, verify_lie
from wellclear.errors import VerificationFailed
from wellclear.trust.proofs import consistency_proof, subtrees_of


def views(*sizes: int) -> Views:
    made = Views()
    for size in sizes:
        made.hold(log(), note(TRUE, size))
    return made


def test_what_was_shown_here_before_is_compared_by_its_size() -> None:
    made = views(5, 12, 15)
    made.hear(log(), "south", note(TRUE, 12), 0)
    assert not made.others
    with pytest.raises(Fork) as caught:
        made.hear(log(), "south", note(FALSE, 12), 0)
    verify_lie(caught.value.lie, log())


def test_what_comes_here_later_is_compared_then() -> None:
    made = views(5)
    made.hear(log(), "south", note(FALSE, 12), 0)
    with pytest.raises(Fork):
        made.hold(log(), note(TRUE, 12))
    made = views(5)
    made.hear(log(), "south", note(TRUE, 12), 0)
    made.hold(log(), note(TRUE, 12))
    assert not made.others


def test_what_stays_apart_is_reconciled_by_a_proof_and_by_no_other() -> None:
    made = views(15)
    made.hear(log(), "south", note(TRUE, 12), 1_000)
    assert not made.unreconciled(1_000 + SETTLES_MS - 1)
    (other,) = made.unreconciled(1_000 + SETTLES_MS)
    held = made.newest(log())
    proof = consistency_proof(12, 15, subtrees_of(TRUE.__getitem__))
    with pytest.raises(VerificationFailed):
        made.reconcile(other, held, proof[:-1])
    assert made.others
    made.reconcile(other, held, proof)
    assert not made.others


def test_two_histories_of_different_sizes_are_never_reconciled() -> None:
    made = views(15)
    made.hear(log(), "south", note(FALSE, 12), 0)
    (other,) = made.unreconciled(SETTLES_MS)
    for leaves in (TRUE, FALSE):
        with pytest.raises(VerificationFailed):
            made.reconcile(other, made.newest(log()), consistency_proof(12, 15, subtrees_of(leaves.__getitem__)))


def test_the_one_that_waits_for_longest_is_kept_however_much_comes_after() -> None:
    made = views(5)
    for size in (12, 13, 14):
        made.hear(log(), "south", note(TRUE, size), size)
    assert [other.checkpoint.size for other in made.unreconciled(10_000)] == [12]


def test_what_the_log_did_not_sign_is_refused_and_an_unknown_log_left_alone() -> None:
    with pytest.raises(VerificationFailed):
        views(5).hear(log(), "south", note(TRUE, 12, signer=OTHER), 0)
    made = Views()
    made.hear(log(), "south", note(TRUE, 12), 0)
    assert not made.others


def test_the_memory_of_a_log_is_bounded() -> None:
    made = Views()
    leaves = TRUE * 20
    for size in range(1, MAX_REMEMBERED + 20):
        made.hold(log(), note(leaves, size))
    assert len(made.remembered["west", 0]) == MAX_REMEMBERED
