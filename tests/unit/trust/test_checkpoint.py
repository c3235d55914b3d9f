from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.checkpoint import (
    MAX_EXTENSIONS,
    Checkpoint,
    cosign_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    print_checkpoint,
    sign_checkpoint,
    verify_appended,
    verify_checkpoint,
    verify_consistent,
)
from wellclear.trust.ed25519 import Signer
from wellclear.trust.merkle import EMPTY, EMPTY_ROOT, MAX_TREE_SIZE, leaf_hash
from wellclear.trust.note import Note, print_note
from wellclear.trust.note_key import NoteKey, SignatureKind, cosigned_s, sign_note
from wellclear.trust.proofs import consistency_proof, subtrees_of

SIGNER, OTHER = Signer(bytes(range(32))), Signer(bytes(32))
LOG = NoteKey("log.example", SignatureKind.ED25519, SIGNER.verifier)
WITNESS = NoteKey("witness.example", SignatureKind.COSIGNATURE, OTHER.verifier)
ORIGIN = "wellclear.example/log/1"
LEAVES = [leaf_hash(number.to_bytes(2)) for number in range(40)]
SUBTREES = subtrees_of(LEAVES.__getitem__)
TEXT = f"{ORIGIN}\n1\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"


def checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, EMPTY.extend(LEAVES[:size]).root)


one_line = st.text(st.characters(exclude_categories=("C",)), min_size=1, max_size=20)


@given(one_line, st.integers(1, MAX_TREE_SIZE), st.binary(min_size=32, max_size=32), st.lists(one_line, max_size=3))
def test_a_checkpoint_comes_back(origin: str, size: int, root: bytes, extensions: list[str]):
    made = Checkpoint(origin, size, root, tuple(extensions))
    assert parse_checkpoint(print_checkpoint(made)) == made


@given(st.text(max_size=80))
def test_any_text_is_a_checkpoint_or_refused(text: str):
    try:
        read = parse_checkpoint(text)
    except MalformedInput:
        return
    assert print_checkpoint(read) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "checkpoint-lines"),
        ("a\n1\n", "checkpoint-lines"),
        (TEXT[:-1], "checkpoint-lines"),
        (TEXT + "\n", "line-malformed"),
        ("\n" + TEXT, "number-malformed"),
        (TEXT.replace("\n1\n", "\n01\n"), "number-malformed"),
        (TEXT.replace("\n1\n", "\n9223372036854775808\n"), "number-malformed"),
        (TEXT.replace("\n1\n", "\n0\n"), "checkpoint-root"),
        (TEXT.replace("AQE=", "AQF="), "octets-malformed"),
        (TEXT.replace("AQEBAQE=", "AQE="), "checkpoint-root"),
        (f"{ORIGIN}\n1\nAQEB\n", "checkpoint-root"),
        (TEXT + "a\n" * (MAX_EXTENSIONS + 1), "checkpoint-lines"),
        (TEXT.replace(ORIGIN, "a" * 256), "line-malformed"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, code: str):
    with pytest.raises(MalformedInput) as refused:
        parse_checkpoint(text)
    assert refused.value.code == code


def test_its_neighbours_are_checkpoints():
    assert parse_checkpoint(TEXT).root == b"\x01" * 32
    assert len(parse_checkpoint(TEXT + "a\n" * MAX_EXTENSIONS).extensions) == MAX_EXTENSIONS
    assert len(parse_checkpoint(TEXT.replace(ORIGIN, "a" * 255)).origin) == 255
    assert parse_checkpoint(print_checkpoint(checkpoint(0))).root == EMPTY_ROOT


def test_signed_by_the_log_and_cosigned_by_a_witness():
    note = cosign_checkpoint(sign_checkpoint(checkpoint(7), "log.example", SIGNER), "witness.example", OTHER, 77)
    assert open_checkpoint(print_note(note), LOG, ORIGIN, [WITNESS]) == checkpoint(7)
    assert cosigned_s(note, WITNESS) == (77,)


def test_only_the_expected_log_is_taken():
    note = sign_checkpoint(checkpoint(7), "log.example", SIGNER)
    verify_checkpoint(note, LOG, ORIGIN)
    with pytest.raises(VerificationFailed) as failed:
        verify_checkpoint(note, LOG, "wellclear.example/log/2")
    assert failed.value.code == "checkpoint-origin"
    for key in (WITNESS, replace(LOG, kind=SignatureKind.COSIGNATURE), replace(LOG, verifier=OTHER.verifier)):
        with pytest.raises(VerificationFailed) as failed:
            verify_checkpoint(note, key, ORIGIN)
        assert failed.value.code == "note-not-signed"


def test_a_witness_does_not_speak_for_the_log():
    note = cosign_checkpoint(sign_checkpoint(checkpoint(7), "log.example", SIGNER), "witness.example", OTHER, 77)
    with pytest.raises(VerificationFailed) as failed:
        verify_checkpoint(note, WITNESS, ORIGIN)
    assert failed.value.code == "note-not-signed"


def test_a_log_that_signs_what_is_no_checkpoint_is_refused():
    note = Note("hello\n", (sign_note("hello\n", "log.example", SIGNER),))
    with pytest.raises(MalformedInput):
        verify_checkpoint(note, LOG, ORIGIN)
    with pytest.raises(MalformedInput):
        cosign_checkpoint(note, "witness.example", OTHER, 77)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_log_that_grew_is_consistent(first: int, second: int):
    older, newer = sorted((first, second))
    proof = consistency_proof(older, newer, SUBTREES) if older else ()
    verify_consistent(checkpoint(older), checkpoint(newer), proof)
    with pytest.raises(VerificationFailed):
        verify_consistent(checkpoint(older), checkpoint(newer), (*proof, LEAVES[0]))
    if older != newer:
        with pytest.raises(VerificationFailed):
            verify_consistent(checkpoint(newer), checkpoint(older), proof)


def test_two_logs_are_not_consistent():
    other = replace(checkpoint(7), origin="wellclear.example/log/2")
    with pytest.raises(VerificationFailed) as failed:
        verify_consistent(checkpoint(7), other, ())
    assert failed.value.code == "checkpoint-origin"


@given(st.integers(0, 40), st.integers(0, 40))
def test_what_the_entries_lead_to_may_be_signed(first: int, second: int):
    older, newer = sorted((first, second))
    frontier = EMPTY.extend(LEAVES[:older])
    verify_appended(checkpoint(older), frontier, LEAVES[older:newer], checkpoint(newer))


@pytest.mark.parametrize(
    ("frontier", "leaves", "newer", "code"),
    [
        (EMPTY.extend(LEAVES[:6]), LEAVES[7:9], checkpoint(9), "append-frontier"),
        (EMPTY.extend(LEAVES[1:8]), LEAVES[7:9], checkpoint(9), "append-frontier"),
        (EMPTY.extend(LEAVES[:7]), LEAVES[7:8], checkpoint(9), "append-root"),
        (EMPTY.extend(LEAVES[:7]), LEAVES[8:10], checkpoint(9), "append-root"),
        (EMPTY.extend(LEAVES[:7]), LEAVES[7:9], replace(checkpoint(9), origin="other"), "append-root"),
        (EMPTY.extend(LEAVES[:7]), LEAVES[7:9], replace(checkpoint(9), root=LEAVES[0]), "append-root"),
    ],
)
def test_nothing_else_may_be_signed(frontier: object, leaves: list[bytes], newer: Checkpoint, code: str):
    with pytest.raises(VerificationFailed) as failed:
        verify_appended(checkpoint(7), frontier, leaves, newer)  # type: ignore[arg-type] # parametrised values
    assert failed.value.code == code
