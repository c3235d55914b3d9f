from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.ed25519 import Signer
from wellclear.trust.note import Note, SignatureLine
from wellclear.trust.note_key import (
    MAX_COSIGNED_S,
    NoteKey,
    SignatureKind,
    cosign_note,
    cosigned_s,
    parse_note_key,
    print_note_key,
    sign_note,
    verify_note,
)

SIGNER, OTHER = Signer(bytes(range(32))), Signer(bytes(32))
LOG = NoteKey("log.example", SignatureKind.ED25519, SIGNER.verifier)
WITNESS = NoteKey("witness.example", SignatureKind.COSIGNATURE, OTHER.verifier)
TEXT = "log.example\n7\n"


def written(name: str, typed: bytes) -> str:
    """A key in its form, with the short name that is its own."""
    key_id = sha256(f"{name}\n".encode() + typed).hexdigest()[:8]
    return f"{name}+{key_id}+{b64encode(typed).decode()}"


@given(st.sampled_from(SignatureKind), st.sampled_from([SIGNER, OTHER]))
def test_a_key_comes_back(kind: SignatureKind, signer: Signer):
    key = NoteKey("name/of a.key".replace(" ", "-"), kind, signer.verifier)
    assert print_note_key(key) == written(key.name, bytes((kind,)) + signer.verifier.public)
    assert parse_note_key(print_note_key(key)) == key


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "note-key"),
        ("name", "note-key"),
        ("name+00000000", "note-key"),
        ("name+00000000+", "note-key"),
        (written("name", b"\x01" + SIGNER.verifier.public).upper(), "note-key"),
        (f"name+00000000+{b64encode(bytes(33)).decode()}", "note-key-id"),
        ("name+00000000+AB==", "octets-malformed"),
        (written("na me", b"\x01" + SIGNER.verifier.public), "name-malformed"),
        ("\ud800+00000000+AA==", "text-malformed"),
        (written("name", b"\x02" + SIGNER.verifier.public), "note-key-kind"),
        (written("name", b"\x01"), "key-length"),
        (written("name", b"\x01" + SIGNER.verifier.public + b"\x00"), "key-length"),
        (written("name", b"\x01" + bytes(32)), "key-low-order"),
    ],
)
def test_what_is_no_key_is_refused(text: str, code: str):
    with pytest.raises(MalformedInput) as refused:
        parse_note_key(text)
    assert refused.value.code == code


def test_signatures_and_cosignatures_hold_for_their_own_key_only():
    note = Note(TEXT, (sign_note(TEXT, "log.example", SIGNER), cosign_note(TEXT, "witness.example", OTHER, 77)))
    verify_note(note, LOG)
    verify_note(note, WITNESS)
    verify_note(note, LOG, [WITNESS])
    assert cosigned_s(note, WITNESS) == (77,)
    plain_of_witness = NoteKey("witness.example", SignatureKind.ED25519, OTHER.verifier)
    cosigning_log = NoteKey("log.example", SignatureKind.COSIGNATURE, SIGNER.verifier)
    for key in (plain_of_witness, cosigning_log, NoteKey("other.example", SignatureKind.ED25519, SIGNER.verifier)):
        with pytest.raises(VerificationFailed) as failed:
            verify_note(note, key)
        assert failed.value.code == "note-not-signed"


def test_a_false_signature_in_a_known_name_spoils_the_note():
    good = sign_note(TEXT, "log.example", SIGNER)
    false = SignatureLine(good.name, good.key_id, OTHER.sign(TEXT.encode()))
    for lines in ((good, false), (false, good), (false,)):
        with pytest.raises(VerificationFailed) as failed:
            verify_note(Note(TEXT, lines), LOG)
        assert failed.value.code == "signature-refused"
        assert failed.value.at == "signature of log.example"
    cosigned = SignatureLine(WITNESS.name, WITNESS.key_id, bytes(72))
    with pytest.raises(VerificationFailed):
        verify_note(Note(TEXT, (good, cosigned)), LOG, [WITNESS])
    verify_note(Note(TEXT, (good, cosigned)), LOG)


def test_a_plain_signature_is_no_cosignature_nor_the_reverse():
    plain = SignatureLine(WITNESS.name, WITNESS.key_id, bytes(8) + OTHER.sign(TEXT.encode()))
    with pytest.raises(VerificationFailed):
        verify_note(Note(TEXT, (plain,)), WITNESS)
    short = SignatureLine(WITNESS.name, WITNESS.key_id, OTHER.sign(TEXT.encode()))
    with pytest.raises(VerificationFailed) as failed:
        verify_note(Note(TEXT, (short,)), WITNESS)
    assert failed.value.code == "cosignature-time"


def test_times_are_given_the_earliest_first():
    lines = tuple(cosign_note(TEXT, "witness.example", OTHER, time_s) for time_s in (9, 3, MAX_COSIGNED_S, 0))
    assert cosigned_s(Note(TEXT, lines), WITNESS) == (0, 3, 9, MAX_COSIGNED_S)


def test_a_log_key_has_no_times():
    with pytest.raises(VerificationFailed):
        cosigned_s(Note(TEXT, (sign_note(TEXT, "log.example", SIGNER),)), LOG)


@pytest.mark.parametrize("time_s", [-1, MAX_COSIGNED_S + 1])
def test_a_time_out_of_range_is_not_signed(time_s: int):
    with pytest.raises(MalformedInput) as refused:
        cosign_note(TEXT, "witness.example", OTHER, time_s)
    assert refused.value.code == "cosignature-time"


def test_a_time_out_of_range_is_not_taken():
    late = MAX_COSIGNED_S + 1
    signature = OTHER.sign(f"cosignature/v1\ntime {late}\n{TEXT}".encode())
    line = SignatureLine(WITNESS.name, WITNESS.key_id, late.to_bytes(8) + signature)
    with pytest.raises(VerificationFailed) as failed:
        verify_note(Note(TEXT, (line,)), WITNESS)
    assert failed.value.code == "cosignature-time"


def test_a_key_has_a_name():
    with pytest.raises(MalformedInput):
        sign_note(TEXT, "log example", SIGNER)
