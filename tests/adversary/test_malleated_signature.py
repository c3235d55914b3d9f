"""The lie: a signature is turned into another that might hold too, to show one and deny the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.checkpoint import Checkpoint, sign_checkpoint
from wellclear.trust.ed25519 import Signer, Verifier
from wellclear.trust.merkle import leaf_hash
from wellclear.trust.note import Note, SignatureLine, parse_note, print_note
from wellclear.trust.note_key import NoteKey, SignatureKind, cosign_note, parse_note_key, print_note_key, verify_note

ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19
SIGNER = Signer(bytes(range(32)))
KEY = NoteKey("north.example", SignatureKind.ED25519, SIGNER.verifier)
NOTE = sign_checkpoint(Checkpoint("north.example/log/1", 1, leaf_hash(b"")), KEY.name, SIGNER)


@given(st.binary(max_size=50), st.integers(1, 15))
def test_a_multiple_of_the_order_cannot_be_added(message: bytes, times: int):
    signature = SIGNER.sign(message)
    scalar = int.from_bytes(signature[32:], "little") + times * ORDER
    if scalar >= 2**256:
        return
    with pytest.raises(VerificationFailed):
        SIGNER.verifier.verify(message, signature[:32] + scalar.to_bytes(32, "little"))


@given(st.binary(max_size=50))
def test_the_scalar_cannot_be_negated_nor_the_point_mirrored(message: bytes):
    signature = SIGNER.sign(message)
    negated = (ORDER - int.from_bytes(signature[32:], "little")).to_bytes(32, "little")
    mirrored = (int.from_bytes(signature[:32], "little") ^ 1 << 255).to_bytes(32, "little")
    for changed in (signature[:32] + negated, mirrored + signature[32:], mirrored + negated):
        with pytest.raises(VerificationFailed):
            SIGNER.verifier.verify(message, changed)


def test_what_only_one_library_takes_counts_for_nothing():
    """C2SP/CCTV, ed25519vectors.json, number 304: R is of low order; OpenSSL takes it and libsodium does not."""
    verifier = Verifier(bytes.fromhex("ef75b20e7540e3dff77404193652ba2bd13df99c1508eee1515e27ae25f28076"))
    with pytest.raises(VerificationFailed) as failed:
        verifier.verify(
            b"ed25519vectors 7",
            bytes.fromhex(
                "0100000000000000000000000000000000000000000000000000000000000000330b30d6c1f07511e2208d233b6a34d4ed7109da2dea615bcd97daee3a842704"
            ),
        )
    assert failed.value.code == "signature-disputed"


def test_its_plain_neighbour_holds():
    """C2SP/CCTV, ed25519vectors.json, number 305: by the same key, without any edge."""
    verifier = Verifier(bytes.fromhex("ef75b20e7540e3dff77404193652ba2bd13df99c1508eee1515e27ae25f28076"))
    verifier.verify(
        b"ed25519vectors 5",
        bytes.fromhex(
            "b62cf890de42c413b11b1411c9f01f1c4d77aa87ef182258d1251f69af2a350640657f1cb030f12543549bbabd848dc6403d354e7c99c4d0dcee9f63c9033b00"
        ),
    )


def test_the_bits_that_padding_drops_cannot_be_set():
    encoded = print_note(NOTE)
    assert encoded.endswith(b"=\n")
    last = encoded[-3:-2]
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    place = alphabet.index(last)
    for other in range(place - place % 4, place - place % 4 + 4):
        changed = encoded[:-3] + alphabet[other : other + 1] + encoded[-2:]
        if other == place:
            assert parse_note(changed) == NOTE
            continue
        with pytest.raises(MalformedInput):
            parse_note(changed)


def test_a_key_cannot_have_two_texts():
    text = print_note_key(KEY)
    name, key_id, octets = text.split("+", 2)
    for changed in (f"{name}+{key_id.upper()}+{octets}", f"{text}=", f"{text}\n", f" {text}"):
        if changed != text:
            with pytest.raises(MalformedInput):
                parse_note_key(changed)


def test_a_key_beyond_the_field_is_not_the_key_within():
    for y in (0, 1, 2, 3, 5, 18):
        with pytest.raises(MalformedInput):
            Verifier((FIELD + y).to_bytes(32, "little"))


def test_the_time_of_a_cosignature_cannot_be_moved():
    witness = NoteKey("west.example", SignatureKind.COSIGNATURE, SIGNER.verifier)
    line = cosign_note(NOTE.text, witness.name, SIGNER, 1_000)
    verify_note(Note(NOTE.text, (line,)), witness)
    later = SignatureLine(line.name, line.key_id, (1_001).to_bytes(8) + line.signature[8:])
    with pytest.raises(VerificationFailed):
        verify_note(Note(NOTE.text, (later,)), witness)
