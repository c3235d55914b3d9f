from __future__ import annotations

import pytest

from unit.centre.log.logs import LOG, OTHER, TRUE, WITNESS, log, note, ring
from wellclear.centre.log.known import KnownLog, held_checkpoint, known_log, witness_key
from wellclear.centre.log.origin import witness_name
from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.checkpoint import cosign_checkpoint
from wellclear.trust.ed25519 import Verifier
from wellclear.trust.note import parse_note


def test_what_the_log_signed_is_opened() -> None:
    assert log().open(note(TRUE, 7)).size == 7


@pytest.mark.parametrize(
    ("known", "encoded"),
    [
        (log(), note(TRUE, 7, signer=OTHER)),
        (log(1), note(TRUE, 7)),
        (known_log(ring("west", LOG, compromised=(0, 9)), 0, Verifier), note(TRUE, 7)),
        (known_log(ring("west", LOG, retired=(0, 6)), 0, Verifier), note(TRUE, 7)),
        (log(), note(TRUE, 7).replace(b"\n7\n", b"\n8\n")),
    ],
    ids=["another key", "another epoch", "a compromised key", "a retired key", "changed"],
)
def test_what_no_key_that_counts_signed_is_refused(known: KnownLog, encoded: bytes) -> None:
    with pytest.raises(VerificationFailed):
        known.open(encoded)


def test_a_retired_key_still_counts_before_its_end() -> None:
    known = known_log(ring("west", LOG, retired=(0, 7)), 0, Verifier)
    assert known.open(note(TRUE, 7)).size == 7


def test_bytes_that_are_no_note_are_malformed() -> None:
    with pytest.raises(MalformedInput):
        log().open(b"nothing")


def test_a_cosignature_counts_by_the_witness_alone() -> None:
    plain = parse_note(note(TRUE, 7))
    cosigned = cosign_checkpoint(plain, witness_name("south"), WITNESS, 1_000)
    assert witness_key(cosigned, ring("south", WITNESS), Verifier).verifier.public == WITNESS.verifier.public
    for refused, keys in (
        (plain, ring("south", WITNESS)),
        (cosigned, ring("south", OTHER)),
        (cosigned, ring("north", WITNESS)),
        (cosigned, ring("south", WITNESS, compromised=(0, 0))),
        (cosign_checkpoint(plain, witness_name("south"), OTHER, 1_000), ring("south", WITNESS)),
    ):
        with pytest.raises(VerificationFailed):
            witness_key(refused, keys, Verifier)


def test_nothing_held_is_the_empty_log() -> None:
    assert held_checkpoint(None, "a log").size == 0
    assert held_checkpoint(None, "a log").origin == "a log"
