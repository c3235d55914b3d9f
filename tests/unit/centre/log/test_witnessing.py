from __future__ import annotations

import pytest

from unit.centre.log.logs import FALSE, TRUE, WITNESS, log, note
from wellclear.centre.log.lies import Fork, verify_lie
from wellclear.centre.log.offering import offer_from
from wellclear.centre.log.witnessing import Cosigned, Offer, Witness, cosign
from wellclear.errors import RuleViolated, VerificationFailed
from wellclear.trust.note import Note, SignatureLine, parse_note, print_note
from wellclear.trust.proofs import subtrees_of

SOUTH = Witness("south", WITNESS)


def offered(leaves: list[bytes], size: int, older_size: int) -> Offer:
    return offer_from(subtrees_of(leaves.__getitem__), 0, note(leaves, size), older_size)


def given(offer: Offer, held: bytes | None = None) -> Cosigned:
    return cosign(offer, held, log(), SOUTH, time_s=1_000)


def test_a_log_that_grew_is_cosigned_step_by_step() -> None:
    held = None
    for size in (1, 2, 7, 20):
        done = given(offered(TRUE, size, 0 if held is None else int(parse_note(held).text.split("\n")[1])), held)
        assert done.beside == {"witnessed/west/0": done.note}
        held = done.note


def test_the_same_checkpoint_again_gets_the_same_cosignature_and_writes_nothing() -> None:
    done = given(offered(TRUE, 7, 0))
    assert given(offered(TRUE, 7, 7), done.note) == Cosigned(done.note, {})


def test_a_proof_from_another_size_is_told_the_right_one() -> None:
    held = given(offered(TRUE, 7, 0)).note
    for offer in (offered(TRUE, 12, 5), offered(TRUE, 12, 0), offered(TRUE, 5, 5)):
        with pytest.raises(RuleViolated) as caught:
            given(offer, held)
        assert (caught.value.code, caught.value.wanted) == ("witness-size", "7")


def test_another_history_is_not_cosigned() -> None:
    held = given(offered(TRUE, 15, 0)).note
    with pytest.raises(VerificationFailed):
        given(offered(FALSE, 18, 15), held)
    spoilt = offered(TRUE, 18, 15)
    for proof in (spoilt.proof[:-1], (*spoilt.proof, bytes(32)), (bytes(32), *spoilt.proof[1:]), ()):
        with pytest.raises(VerificationFailed):
            given(Offer(0, spoilt.note, 15, proof), held)


def test_two_trees_of_one_size_prove_a_lie() -> None:
    held = given(offered(TRUE, 15, 0)).note
    with pytest.raises(Fork) as caught:
        given(offered(FALSE, 15, 15), held)
    verify_lie(caught.value.lie, log())


def test_further_lines_are_not_vouched_for() -> None:
    with pytest.raises(RuleViolated) as caught:
        given(Offer(0, note(TRUE, 7, extensions=("more",)), 0))
    assert caught.value.code == "checkpoint-extended"


def test_what_a_stranger_added_to_the_note_is_not_carried_on() -> None:
    plain = parse_note(note(TRUE, 7))
    junk = tuple(SignatureLine(f"junk-{number}", b"1234", bytes(200)) for number in range(90))
    done = given(Offer(0, print_note(Note(plain.text, (*plain.signatures, *junk))), 0))
    names = [line.name for line in parse_note(done.note).signatures]
    assert names == ["wellclear.log/west/0", "wellclear.witness/south"]
