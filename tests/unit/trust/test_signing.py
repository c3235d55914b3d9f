"""The protocol needs of a key no more than its two halves: one that costs nothing passes through every format."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha512

import pytest

from wellclear.errors import VerificationFailed
from wellclear.trust.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from wellclear.trust.merkle import leaf_hash
from wellclear.trust.note import print_note
from wellclear.trust.note_key import NoteKey, SignatureKind
from wellclear.trust.typed import sign_typed, verify_typed


@dataclass(frozen=True)
class CheapVerifier:
    public: bytes

    def verify(self, message: bytes, signature: bytes) -> None:
        if signature != sha512(self.public + message).digest():
            raise VerificationFailed("the signature does not hold", code="signature-refused")


@dataclass(frozen=True)
class CheapSigner:
    verifier: CheapVerifier

    def sign(self, message: bytes) -> bytes:
        return sha512(self.verifier.public + message).digest()


SIGNER, OTHER = (CheapSigner(CheapVerifier(bytes((number,)) * 32)) for number in (1, 2))


def test_a_message():
    signed = sign_typed("text/plain", b"hello", SIGNER)
    verify_typed(signed, SIGNER.verifier)
    with pytest.raises(VerificationFailed):
        verify_typed(signed, OTHER.verifier)


def test_a_checkpoint():
    checkpoint = Checkpoint("log/1", 1, leaf_hash(b""))
    encoded = print_note(sign_checkpoint(checkpoint, "north", SIGNER))
    assert open_checkpoint(encoded, NoteKey("north", SignatureKind.ED25519, SIGNER.verifier), "log/1") == checkpoint
    with pytest.raises(VerificationFailed):
        open_checkpoint(encoded, NoteKey("north", SignatureKind.ED25519, OTHER.verifier), "log/1")
