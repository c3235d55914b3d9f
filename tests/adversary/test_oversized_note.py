"""The lie: a note, a proof or a number so large that reading it is the attack."""

from __future__ import annotations

import pytest

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.canonical import parse_number
from wellclear.trust.checkpoint import parse_checkpoint
from wellclear.trust.merkle import leaf_hash
from wellclear.trust.note import MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES, parse_note
from wellclear.trust.note_key import parse_note_key
from wellclear.trust.proofs import verify_consistency, verify_inclusion

LINE = "— north.example AQIDBHNpZ25hdHVyZQ==\n"


@pytest.mark.parametrize(
    "whole",
    [
        b"a" * 8 * 2**20,
        b"\n" * (MAX_NOTE_BYTES + 1),
        b"\xff" * (MAX_NOTE_BYTES + 1),
        f"a\n\n{LINE * 10_000}".encode(),
        f"a\n\n{LINE}".encode() + b"\n" * 8 * 2**20,
    ],
    ids=["one line", "ends of lines", "no text", "signatures", "blank end"],
)
def test_what_is_too_large_is_refused_for_its_size_alone(whole: bytes):
    with pytest.raises(MalformedInput) as refused:
        parse_note(whole)
    assert refused.value.code == "note-size"


@pytest.mark.parametrize(
    ("whole", "code"),
    [
        (f"{'a' * 1_000}\n\n{LINE * (MAX_NOTE_SIGNATURES + 1)}", "note-signatures"),
        (f"{'a' * 10}\n\n" + "\n" * 100_000, "note-unsigned"),
        ("\n" * 100_000 + f"\n{LINE}", "note-size"),
        (f"a\n\n— {'n' * 256} AQIDBHNpZ25hdHVyZQ==\n", "line-malformed"),
        (f"a\n\n— {'n' * 100_000} AQIDBHNpZ25hdHVyZQ==\n", "line-malformed"),
        (f"a\n\n— n {'A' * 100_001}\n", "octets-malformed"),
    ],
)
def test_what_is_too_much_within_the_size_is_refused(whole: str, code: str):
    with pytest.raises(MalformedInput) as refused:
        parse_note(whole.encode())
    assert refused.value.code == code


def test_the_neighbours_within_the_limits_are_read():
    assert len(parse_note(f"a\n\n{LINE * MAX_NOTE_SIGNATURES}".encode()).signatures) == MAX_NOTE_SIGNATURES
    assert len(parse_note(f"a\n\n— {'n' * 255} AQIDBHNpZ25hdHVyZQ==\n".encode()).signatures[0].name) == 255
    assert len(parse_note(f"a\n\n— n {'A' * 100_000}\n".encode()).signatures[0].signature) == 74_996


@pytest.mark.parametrize("digits", ["9" * 20, "1" + "0" * 100_000])
def test_a_number_of_many_digits_is_not_computed(digits: str):
    with pytest.raises(MalformedInput) as refused:
        parse_number(digits, 2**63 - 1)
    assert refused.value.code == "number-malformed"
    with pytest.raises(MalformedInput):
        parse_checkpoint(f"north.example\n{digits}\nAAAA\n")


def test_a_key_of_many_bytes_is_refused():
    with pytest.raises(MalformedInput):
        parse_note_key(f"north.example+00000000+{'A' * 1_000_000}")
    with pytest.raises(MalformedInput):
        parse_note_key(f"{'n' * 1_000_000}+00000000+AAAA")


def test_a_proof_of_many_hashes_is_not_folded():
    proof = [leaf_hash(b"")] * 100_000
    with pytest.raises(VerificationFailed) as failed:
        verify_inclusion(proof[0], 0, 2**62, proof, proof[0])
    assert failed.value.code == "proof-length"
    with pytest.raises(VerificationFailed) as failed:
        verify_consistency(1, proof[0], 2**62, proof[0], proof)
    assert failed.value.code == "proof-length"
