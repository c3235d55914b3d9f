"""Signatures over bytes and what they are meant as, in the pre-authentication encoding of DSSE, version 1.

The type is signed with the bytes, so that a signature over one kind of message cannot be shown as one over another.
What was signed are exact bytes; they are verified before anyone parses them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.trust.canonical import verify_line
from wellclear.trust.ed25519 import SIGNATURE_BYTES
from wellclear.trust.signing import SigningKey, VerifyingKey

MAX_SIGNED_BYTES: Final = 8_388_608
"""Bytes of one signed payload, those of the largest upload: nothing larger is hashed for a stranger."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Signed bytes as they came. They may be parsed once `verify_typed` held.

    Attributes:
        payload_type: what the payload is meant as; one line.
        payload: exact bytes.
        signature: 64 bytes.

    Raises:
        MalformedInput: no type, too large a payload, or another length of the signature.
    """

    payload_type: str
    payload: bytes
    signature: bytes

    def __post_init__(self) -> None:
        _verify_shape(self.payload_type, self.payload)
        if len(self.signature) != SIGNATURE_BYTES:
            raise MalformedInput(
                f"{len(self.signature)} bytes are no signature", code="signature-length", wanted="64 bytes"
            )


def authenticated(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: DSSE protocol, "Signature Definition", PAE.

    ``DSSEv1 SP length SP type SP length SP payload``, lengths in bytes, decimal.
    """
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign_typed(payload_type: str, payload: bytes, signer: SigningKey) -> Signed:
    """Sign bytes as a message of a type.

    Args:
        payload_type: what they are meant as; one line of 1 to 255 bytes.
        payload: exact bytes.
        signer: the key.

    Raises:
        MalformedInput: no type, or too large a payload.
    """
    _verify_shape(payload_type, payload)
    return Signed(payload_type, payload, signer.sign(authenticated(payload_type, payload)))


def verify_typed(signed: Signed, by: VerifyingKey) -> None:
    """Hold only if the key signed these bytes as a message of this type.

    Args:
        signed: what came.
        by: the key.

    Raises:
        VerificationFailed: it did not.
    """
    by.verify(authenticated(signed.payload_type, signed.payload), signed.signature)


def _verify_shape(payload_type: str, payload: bytes) -> None:
    verify_line(payload_type)
    if len(payload) > MAX_SIGNED_BYTES:
        raise MalformedInput(
            f"{len(payload):,} signed bytes", code="signed-size", wanted=f"at most {MAX_SIGNED_BYTES:,} bytes"
        )
